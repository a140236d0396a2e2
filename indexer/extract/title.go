package extract

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	maxTitle      = 300     // runes; longer headings are paragraphs in disguise unless something else bears them out
	maxKept       = 1000    // runes of a title; what is longer is cut
	maxHeading    = 8 << 10 // bytes of a heading that are read
	minClaim      = 40      // bytes, folded, that bear a long heading out
	exactClaim    = 100     // score of a heading that is what the head says
	nearClaim     = 30      // score of one that is part of what the head says
	maxSeparators = 8       // from each end of a title, behind which the site's name may be
)

// fold is [feed.Fold]; texts without letters and digits (an emoji, "?!") stay.
func fold(s string) string {
	if f := feed.Fold(s); f != "" {
		return f
	}
	return strings.TrimSpace(s)
}

// mayFoldTo tells cheaply that a text does not fold to what begins otherwise.
func mayFoldTo(text, folded string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9':
			return strings.HasPrefix(folded, string(c|0x20)) || strings.HasPrefix(folded, string(c))
		case c >= utf8.RuneSelf:
			return true
		}
	}
	return true
}

// titleNames are the usual names of a story's heading.
var titleNames = map[string]bool{
	"entry-title": true, "post-title": true, "p-name": true, "article-title": true, "wp-block-post-title": true,
	"post-full-title": true, "gh-article-title": true, "single-title": true, "blog-title-single": true, "headline": true,
	"story-title": true, "post-heading": true, "article-headline": true, "single-post-title": true, "entry-header-title": true,
}

func isTitleNamed(n *xhtml.Node) bool {
	if hasToken(n, "itemprop", "headline") {
		return true
	}
	return anyName(n, func(s string) bool { return titleNames[s] || isTitleLike(s) })
}

// findHeading is the heading that names the story, or nil. A page may have
// several h1 (one is the site's name) and the story's may be an h2.
func (d *document) findHeading() *xhtml.Node {
	refs := d.titleClaims()
	var best *xhtml.Node
	const enough = 45
	top := enough - 1
	for _, n := range find(d.body, func(n *xhtml.Node) bool {
		return isElement(n, atom.H1, atom.H2, atom.H3) || isTitleNamed(n) && !isElement(n, atom.Meta, atom.Body, atom.Article, atom.Main)
	}) {
		if score := d.headingScore(n, refs); score > top {
			best, top = n, score
		}
	}
	if best == nil {
		return d.anchorLine(refs)
	}
	return best
}

// anchorLine is the first line of the page that reads as the link that led
// here, where the head says something else altogether: by-hand pages write
// their titles with <font> or <b>, and the site's name into every <title>.
func (d *document) anchorLine(refs []string) *xhtml.Node {
	f := fold(d.anchor)
	if utf8.RuneCountInString(f) < 3 || claimScore(f, refs) > 0 {
		return nil
	}
	room := 2*len(d.anchor) + 20 // markup of a line adds blanks only
	return first(d.body, func(n *xhtml.Node) bool {
		if n == d.body || n.Type != xhtml.ElementNode || d.sizes[n].text > room || d.sizes[n].text == 0 || firstTag(n, atom.A) != nil {
			return false
		}
		return fold(headingText(n)) == f && closest(n, func(p *xhtml.Node) bool { return isElement(p, atom.A, atom.Nav, atom.Aside) }) == nil
	})
}

// titleClaims are the titles that the head names, with and without the
// site's name, folded.
func (d *document) titleClaims() []string {
	claims := []string{d.meta("og:title"), d.meta("twitter:title"), d.article.str("headline"), d.article.str("name"), d.title}
	var out []string
	for i, c := range claims {
		if c != "" && !slices.Contains(claims[:i], c) {
			out = append(out, fold(c), fold(d.withoutSite(c)))
		}
	}
	return out
}

func (d *document) headingScore(n *xhtml.Node, refs []string) int {
	if size := d.sizes[n].text; size > maxHeading || size > 8*maxTitle && !isElement(n, atom.H1) {
		return 0
	}
	text := headingText(n)
	f := fold(text)
	if text == "" || len([]rune(text)) > maxTitle && !claimed(f, append(refs, fold(d.anchor))) || d.isSite(text) || isForeignHeading(text) && !(isElement(n, atom.H1) && claimScore(f, refs) >= 30) {
		return 0
	}
	score := 0
	switch n.DataAtom {
	case atom.H1:
		score += 25
	case atom.H2:
		score += 10
	}
	if isTitleNamed(n) {
		score += 25
	}
	if isInMain(n) {
		score += 10
	}
	if isElement(n, atom.H1) && d.soleH1(n) {
		score += 20 // a head that only names the site says nothing against it
	}
	if d.anchor != "" && f == fold(d.anchor) {
		score += 35 // it and the site's own word for the story are enough
	}
	if len(refs) == 0 {
		score += 30
	}
	claim := claimScore(f, refs)
	if claim < exactClaim && !isInMain(n) && d.mainNamed(refs) {
		score -= 50 // the name of a book or site, in a bar above each of its pages
	}
	return score + claim + d.headingLinkScore(n)
}

func isInMain(n *xhtml.Node) bool {
	return closest(n, func(a *xhtml.Node) bool { return isElement(a, atom.Article, atom.Main) }) != nil
}

// mainNamed reports whether a heading of the first rank in the page's main part
// is what the head names, and leads to no other page.
func (d *document) mainNamed(refs []string) bool {
	return first(d.body, func(h *xhtml.Node) bool {
		return isElement(h, atom.H1) && isInMain(h) && !d.isSite(lineText(h)) && claimScore(fold(headingText(h)), refs) >= nearClaim && d.headingLinkScore(h) >= 0
	}) != nil
}

// claimed reports whether one of the claims begins as a folded heading does,
// or the heading as the claim: each may be cut.
func claimed(f string, refs []string) bool {
	return slices.ContainsFunc(refs, func(ref string) bool {
		return len(ref) >= minClaim && (strings.HasPrefix(f, ref) || strings.HasPrefix(ref, f))
	})
}

// soleH1 reports whether no other h1 but the site's name is on the page.
func (d *document) soleH1(n *xhtml.Node) bool {
	return first(d.body, func(h *xhtml.Node) bool {
		return isElement(h, atom.H1) && h != n && !d.isSite(lineText(h)) && headingText(h) != ""
	}) == nil
}

// claimScore says how well a folded heading fits what the head says.
func claimScore(f string, refs []string) int {
	best := 0
	for _, ref := range refs {
		switch {
		case ref == f:
			best = max(best, exactClaim)
		case len(f) > 3 && holdsWords(ref, f), len(ref) > 3 && holdsWords(f, ref):
			best = max(best, nearClaim+40*min(len(f), len(ref))/max(len(f), len(ref)))
		case jaccard(f, ref) >= .4:
			best = max(best, 20)
		}
	}
	return best
}

// headingLinkScore: a heading that links to another page announces that
// page's story, and one that links to the home page names the site.
func (d *document) headingLinkScore(n *xhtml.Node) int {
	a := firstTag(n, atom.A)
	if a == nil {
		a = closest(n, func(p *xhtml.Node) bool { return p.DataAtom == atom.A })
	}
	if a == nil || attr(a, "href") == "" || strings.HasPrefix(attr(a, "href"), "#") || fold(lineText(a)) != fold(headingText(n)) {
		return 0
	}
	target := d.absolute(attr(a, "href"))
	if target == "" || feed.URLKey(target) == feed.URLKey(d.url.String()) {
		return 5
	}
	return -70
}

func holdsWords(s, part string) bool {
	return strings.Contains(" "+s+" ", " "+part+" ")
}

// jaccard is the share of words that two folded texts have in common.
func jaccard(a, b string) float64 {
	in := map[string]int{}
	for w := range strings.FieldsSeq(a) {
		in[w] |= 1
	}
	for w := range strings.FieldsSeq(b) {
		in[w] |= 2
	}
	both := 0
	for _, v := range in {
		if v == 3 {
			both++
		}
	}
	if len(in) == 0 {
		return 0
	}
	return float64(both) / float64(len(in))
}

// headingText is a heading's text without permalink marks and hidden parts.
// Pictures of emoji count as their character.
func headingText(n *xhtml.Node) string {
	var b strings.Builder
	walk(n, func(c *xhtml.Node) bool {
		switch {
		case b.Len() > maxHeading: // no heading any more
			return false
		case c.Type == xhtml.TextNode:
			b.WriteString(c.Data[:min(len(c.Data), maxHeading)])
		case isElement(c, atom.Img):
			b.WriteString(emojiAlt(c))
		case isElement(c, atom.Br):
			b.WriteByte(' ')
		case isElement(c, atom.Button, atom.Svg, atom.Script, atom.Style), c != n && isHidden(c), isPermalinkMark(c):
			return false
		}
		return true
	})
	return feed.CleanLine(b.String())
}

// findTitle is the story's title, cut where it has no end.
func (d *document) findTitle() (title, source string) {
	title, source = d.wholeTitle()
	return cutTitle(title), source
}

// cutTitle ends a title of more than maxKept runes behind a word.
func cutTitle(s string) string {
	runes := []rune(s)
	if len(runes) <= maxKept {
		return s
	}
	s = string(runes[:maxKept-1])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 && runes[maxKept-1] != ' ' {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:–—-") + "…"
}

// wholeTitle walks the cascade: the story's heading, og:title, JSON-LD,
// <title>, the text of the link that led here.
func (d *document) wholeTitle() (title, source string) {
	og := d.withoutSite(d.metaTitle())
	if d.heading != nil {
		h := headingText(d.heading)
		// A heading that holds more than the title (a series' name, a
		// subtitle) gives way, unless og:title is only its beginning, cut.
		if og != "" && fold(og) != fold(h) && holdsWords(fold(h), fold(og)) && !isCut(og) && len(fold(og)) > 3 {
			return og, "og:title"
		}
		if t := d.withoutSite(decodeOnce(d.title)); numbersPart(t, h) {
			return t, "title"
		}
		return h, "heading"
	}
	if og != "" && !d.isSite(og) && !isCut(og) {
		return og, "og:title"
	}
	if h := d.withoutSite(d.article.str("headline")); h != "" && !d.isSite(h) {
		return h, "json-ld"
	}
	if t := d.withoutSite(decodeOnce(d.title)); t != "" && !d.isSite(t) {
		return t, "title"
	}
	if og != "" && !d.isSite(og) {
		return og, "og:title"
	}
	return d.anchor, "anchor"
}

// partOf is what stands behind the title of a whole that is told in parts, in
// the title of one of them. A first page of several is the story's own.
var (
	partOf    = regexp.MustCompile(`(?i)^(?:(?:page|chapter|part|episode|issue|strip|scene|day|week|no|seite|kapitel|teil|folge|tag|chapitre|partie|épisode|planche|página|pagina|capítulo|capitulo|parte|episodio|capitolo|deel|hoofdstuk|sida|del|strona|rozdział|część|страница|глава|часть|выпуск)\.?\s*|#|№|第)\s*(?:\d{1,5}|[ivxlc]{1,7})\s*[\pL]?(?:\s*(?:of|/|von|de|di|van|av|z|из)\s*\d{1,5})?$`)
	firstPage = regexp.MustCompile(`(?i)^(?:page|seite|página|pagina|sida|strona|страница)\s*1\b`)
)

// numbersPart reports whether a title is a heading and the number of a part
// behind it: without that, the parts of a whole would all be called the same.
func numbersPart(title, heading string) bool {
	rest, ok := strings.CutPrefix(title, heading)
	if !ok || heading == "" || len(rest) > 64 {
		return false
	}
	sep := titleSeparator.FindStringIndex(rest)
	if sep == nil || sep[0] != 0 {
		return false
	}
	rest = strings.TrimSpace(rest[sep[1]:])
	return partOf.MatchString(rest) && !firstPage.MatchString(rest)
}

func (d *document) metaTitle() string {
	return decodeOnce(d.meta("og:title", "twitter:title", "dc.title", "dcterms.title"))
}

func decodeOnce(s string) string { return feed.CleanLine(html.UnescapeString(s)) }

func isCut(s string) bool { return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") }

// titleSeparator stands between a title and the site's name.
var titleSeparator = regexp.MustCompile(`\s+[|–—\-·»«•:~/>‹›⋆]+\s+|\s*[|»«]\s*|:\s+`)

// withoutSite cuts the site's name off a title, at either end. Where the
// site's name is not known, the host's name or the link's text decides.
func (d *document) withoutSite(title string) string {
	if len(title) > maxTitleBytes {
		return title
	}
	at := titleSeparator.FindAllStringIndex(title, -1)
	if len(at) > 2*maxSeparators {
		at = slices.Delete(at, maxSeparators, len(at)-maxSeparators)
	}
	for _, m := range at {
		left, right := strings.TrimSpace(title[:m[0]]), strings.TrimSpace(title[m[1]:])
		if left == "" || right == "" {
			continue
		}
		switch {
		case d.isSite(right), d.isHostName(right), d.anchor != "" && fold(left) == fold(d.anchor):
			return left
		case d.isSite(left), d.isHostName(left), d.anchor != "" && fold(right) == fold(d.anchor):
			return right
		}
	}
	return title
}

// isHostName reports whether a name is the host's: "The Long Way" at
// thelongway.example.
func (d *document) isHostName(name string) bool {
	f := strings.ReplaceAll(fold(name), " ", "")
	host := strings.TrimPrefix(strings.ToLower(d.url.Hostname()), "www.")
	label, _, _ := strings.Cut(host, ".")
	label = strings.ReplaceAll(label, "-", "")
	return len(f) >= 4 && (f == label || "the"+f == label || f == "the"+label || f == strings.ReplaceAll(host, ".", ""))
}
