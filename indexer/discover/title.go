package discover

import (
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// readTitle prefers a heading that the page's title confirms: that one carries
// neither the site's name nor a remark for search engines.
func readTitle(v *view, siteName string) string {
	title := line1(v.head.Filter("title").First().Text())
	og := content(v.head, "meta[property='og:title']")
	whole := firstOf(title, og)
	heading, first := "", len(whole)
	v.doc.Find("h1, .entry-title, .page-title, .post-title, h2").EachWithBreak(func(i int, s *goquery.Selection) bool {
		h := line1(s.Text())
		if h == "" || strings.EqualFold(h, siteName) || s.Is("h2") && !beginsTitle(title, h) {
			return i < 20
		}
		at := indexFold(title, h)
		if at < 0 {
			at = indexFold(og, h)
		}
		if at >= 0 && at < first { // a site's name stands behind the page's
			heading, first = h, at
		}
		return i < 20
	})
	t := firstOf(heading, stripSite(title, siteName), stripSite(og, siteName))
	t = listPrefix.ReplaceAllString(t, "")
	if siteName != "" && slices.Contains(emptyTitles, strings.ToLower(t)) {
		return siteName
	}
	return firstOf(t, whole)
}

// listPrefix is what WordPress puts before the name of a list.
var listPrefix = regexp.MustCompile(`^(?:Category|Tag|Author|Archives?|Kategorie|Schlagwort|Autor|Catégorie|Étiquette|Categoría|Etiqueta|Categoria):\s+`)

// emptyTitles say what every blog has, and nothing of this one.
var emptyTitles = []string{"archive", "archives", "blog", "home", "posts", "all posts", "latest posts", "articles", "index", "startseite", "accueil", "inicio", "log", "untitled"}

func containsFold(s, part string) bool { return indexFold(s, part) >= 0 }

func indexFold(s, part string) int {
	return strings.Index(strings.ToLower(s), strings.ToLower(part))
}

// beginsTitle reports that a text is all of a title before a separator.
func beginsTitle(title, text string) bool {
	rest, ok := strings.CutPrefix(title, text)
	return ok && text != "" && slices.ContainsFunc(separators, func(sep string) bool { return strings.HasPrefix(rest, sep) })
}

// separators between a page's title and the name of its site.
var separators = []string{" – ", " — ", " | ", " - ", " · ", " » ", " « ", " :: ", " • ", " ‹ ", " › ", " ~ "}

// stripSite takes the site's name off a title. Without a known name only what
// looks like one goes: the last part, if the first is the longer one.
func stripSite(title, siteName string) string {
	at, width := -1, 0
	for _, sep := range separators {
		if i := strings.LastIndex(title, sep); i > at {
			at, width = i, len(sep)
		}
	}
	if at < 0 {
		return title
	}
	head, tail := strings.TrimSpace(title[:at]), strings.TrimSpace(title[at+width:])
	switch {
	case siteName == "" && slices.Contains(emptyTitles, strings.ToLower(head)):
		return tail
	case siteName == "":
		if len(head) >= len(tail) {
			return head
		}
		return title
	case strings.EqualFold(tail, siteName):
		return stripPage(head)
	}
	for _, sep := range separators {
		if first, rest, ok := strings.Cut(title, sep); ok && strings.EqualFold(strings.TrimSpace(first), siteName) {
			return strings.TrimSpace(rest)
		}
	}
	return title
}

var pageSuffix = regexp.MustCompile(`\s+[–—|·-]\s+(?:Page|Seite|Página|Pagina)\s+\d+(?:\s+(?:of|von|de|di)\s+\d+)?$`)

func stripPage(title string) string { return pageSuffix.ReplaceAllString(title, "") }
