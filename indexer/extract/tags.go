package extract

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	maxTagsKept  = 50
	maxTagRunes  = 60
	maxTagWords  = 5  // of a tag that is no link
	maxTagLabels = 5  // of a page that are read
	maxTagLine   = 30 // tags in one labelled line; more are those of the whole site
)

var (
	tagPath       = regexp.MustCompile(`(?i)(?:^|/)(?:tags?|tagged|labels?|topics?|schlagwort|etiqueta|stichwort)/[^/]+/?$|[?&]tag=|(?:^|/)tags?(?:\.html?)?/?#.`)
	categoryPath  = regexp.MustCompile(`(?i)(?:^|/)(?:categor(?:y|ies)|kategorien?|rubrik|catégorie|categorias?)/|[?&]cat=`)
	tagNames      = wordSet("tags post-tags tag-links tags-links entry-tags article-tags post-tag-list tag-list article-tag-list post-labels taxonomy-post-tag post-tag tags-list taglist p-category post-footer-tags blog-tags entry-tag")
	tagStems      = phrasesOf([]string{"tag", "label", "topic", "schlagwort", "etiqueta", "stichwort"}) // what tagPath can't do without
	categoryStems = phrasesOf([]string{"cat", "kategorie", "rubrik"})
	catNames      = wordSet("cat-links post-categories entry-categories taxonomy-category article-category category-links post-category entry-category categories post-cats cats category article-category-link")
)

// tags are the story's keywords: the links marked as tags around it, what
// stands behind a label "Tags" and article:tag, else JSON-LD's keywords; never
// categories, where the page tells which they are.
func (d *document) tags() []string {
	var tags, categories []string
	for _, a := range d.aroundStory(func(n *html.Node) bool { return n.DataAtom == atom.A }) {
		switch text := linkName(a); d.linkKind(a) {
		case "category":
			categories = append(categories, text)
		case "tag":
			tags = append(tags, text)
		}
	}
	if d.themed {
		// Some authors end their text with the tags.
		for _, a := range findTags(d.content, atom.A) {
			if hasToken(a, "rel", "tag") && d.linkKind(a) == "tag" {
				tags = append(tags, linkName(a))
			}
		}
	}
	tags = append(tags, d.labelledTags()...)
	if len(tags) == 0 {
		tags = d.plainTags()
	}
	for _, t := range d.metaAll("article:tag") {
		// Some programs write all tags into one.
		tags = append(tags, strings.Split(decodeOnce(t), ",")...)
	}
	categories = append(categories, d.article.list("articleSection")...)
	categories = append(categories, d.metaAll("article:section")...)
	if len(tags) == 0 {
		tags = d.article.list("keywords")
	}
	return cleanTags(tags, categories)
}

func (d *document) linkKind(a *html.Node) string {
	href := attr(a, "href")
	holder := closest(a, func(n *html.Node) bool {
		return n == d.scope || anyName(n, func(s string) bool { return tagNames[s] || catNames[s] })
	})
	named := func(set map[string]bool) bool {
		return holder != nil && holder != d.scope && anyName(holder, func(s string) bool { return set[s] })
	}
	switch {
	case hasToken(a, "rel", "category"), categoryStems.anywhere(href) && categoryPath.MatchString(href), named(catNames) && !hasToken(a, "rel", "tag"), named(catNames) && !named(tagNames):
		return "category"
	case hasToken(a, "rel", "tag"), named(tagNames), tagStems.anywhere(href) && tagPath.MatchString(href):
		return "tag"
	}
	return ""
}

// noTags are what engines file stories under that nobody filed, and names of
// lists; folded.
var noTags = []string{"uncategorized", "uncategorised", "allgemein", "sin categoría", "non classé", "all tags", "tags", "posts"}

func cleanTags(tags, categories []string) []string {
	var out []string
	known := slices.Clone(noTags)
	for _, c := range categories {
		known = append(known, fold(feed.CleanLine(c)))
	}
	for _, t := range tags {
		t = strings.TrimSpace(strings.TrimLeft(feed.CleanLine(t), "#"))
		t = strings.TrimRight(t, ",;·")
		f := fold(t)
		if n := len([]rune(t)); n == 0 || n > maxTagRunes || slices.Contains(known, f) || len(out) >= maxTagsKept {
			continue
		}
		known = append(known, f)
		out = append(out, t)
	}
	return out
}

// tagLabel begins what a page names as the story's tags.
var tagLabel = regexp.MustCompile(`(?i)^\W{0,3}(?:(?:post |article )?tags?|tagged(?: (?:with|as|under|in))?|labels?|keywords?|schlagw[oö]rte(?:r)?|stichw[oö]rter?|stichworte|verschlagwortet(?: mit| als)?|étiquettes?|mots[- ]clés|etiquetas|palabras clave|marcadores|palavras[- ]chave|etichette|parole chiave|trefwoorden|taggar|etiketter|tagi|słowa kluczowe|štítky|címkék|etiketler|теги|метки|标签|標籤|タグ)\s*(?:[:：]\s*|$)`)

// tagLabelHeads are the words that tagLabel begins with.
var tagLabelHeads = phrasesOf(strings.Fields("post article tag label keyword schlagw stichw verschlagwortet étiquette mots etiqueta palabras marcadores palavras etich parole trefwoorden etiketter słowa štítky címkék etiketler Теги теги метки 标签 標籤 タグ"))

// tagLabelIn is where tagLabel is in a line, or nil.
func tagLabelIn(line string) []int {
	marks := 0 // before the words
	for i, r := range line {
		if tagLabelHeads.begin(line[i:]) {
			return tagLabel.FindStringIndex(line)
		}
		if marks++; marks > 3 || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z' || r == '_' {
			break
		}
	}
	return nil
}

// labelledTags are the tags of lines such as "Tags: boats, rope", or below a
// heading "Tags", around the story. In a side column they count where the
// page's keywords hold them, where the column is the article's by its name, or
// beside a byline: others show the tags of the whole site.
func (d *document) labelledTags() []string {
	out := d.tagsIn(d.linesAround())
	for _, column := range d.columns {
		if isLonger(column, maxColumnText) {
			continue
		}
		lines := linesOf(column)
		tags := d.tagsIn(lines)
		if anyName(column, func(s string) bool {
			return strings.HasPrefix(s, "article-") || strings.HasPrefix(s, "post-") || strings.HasPrefix(s, "entry-")
		}) || d.inKeywords(tags) {
			out = append(out, tags...)
			continue
		}
		for i, l := range lines {
			if findBy(l.text) != nil {
				out = append(out, d.tagsIn(lines[max(0, i-nearByline):min(len(lines), i+nearByline+1)])...)
				break
			}
		}
	}
	return out
}

const (
	maxColumnText = 2000 // letters of a side column that is looked at for tags
	nearByline    = 3    // lines between a byline in a side column and the tags beside it
)

func (d *document) inKeywords(tags []string) bool {
	known := map[string]bool{}
	for k := range strings.SplitSeq(d.meta("keywords", "news_keywords"), ",") {
		known[fold(k)] = true
	}
	return len(tags) > 0 && !slices.ContainsFunc(tags, func(t string) bool { return !known[fold(t)] })
}

func (d *document) tagsIn(lines []byline) []string {
	var out []string
	labels := 0
	for i, l := range lines {
		if labels == maxTagLabels {
			break
		}
		if len(l.text) > maxDateText {
			continue
		}
		label := tagLabelIn(l.text)
		if label == nil {
			continue
		}
		labels++
		if rest := l.text[label[1]:]; rest != "" {
			out = append(out, tagsOfLine(l, rest)...)
			continue
		}
		if closest(l.node, func(n *html.Node) bool { return isElement(n, atom.A) }) != nil && closest(l.node, isHeading) == nil {
			continue // it leads to all tags, perhaps with their number
		}
		var below []string
		for _, next := range lines[i+1:] {
			a := linkOf(next)
			if a == nil || len(below) > maxTagLine || onward.MatchString(next.text) || d.isBeside(a) {
				break
			}
			below = append(below, linkName(a))
		}
		if len(below) <= maxTagLine {
			out = append(out, below...)
		}
	}
	return out
}

// isBeside reports whether a link leads to another page of the story's own
// folder, other than the site's top: to another story.
func (d *document) isBeside(a *html.Node) bool {
	u, err := url.Parse(d.absolute(attr(a, "href")))
	if err != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	folder := path.Dir(strings.TrimSuffix(d.url.Path, "/"))
	return u.Host == d.url.Host && len(folder) > 1 && path.Dir(strings.TrimSuffix(u.Path, "/")) == folder
}

// linkOf is the link that is the whole of a line.
func linkOf(l byline) *html.Node {
	a := closest(l.node, func(n *html.Node) bool { return isElement(n, atom.A) })
	if a == nil || !strings.HasPrefix(lineText(a), strings.TrimRight(l.text, " ,;·#")) && !strings.HasPrefix(l.text, lineText(a)) {
		return nil
	}
	return a
}

// tagsOfLine are the tags behind a label: its links, or what stands between
// commas. A line that has longer parts is a sentence.
func tagsOfLine(l byline, rest string) []string {
	block := closest(l.node, isBlock)
	var out []string
	if block != nil && !isLonger(block, maxDateText) {
		for _, a := range findTags(block, atom.A) {
			if name := linkName(a); name != "" && strings.Contains(rest, name) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	if len(out) == 0 {
		out = strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(",;|·•、，#", r) })
		if slices.ContainsFunc(out, func(s string) bool { return len(strings.Fields(s)) > maxTagWords || strings.ContainsAny(s, ".?!:") }) {
			return nil
		}
	}
	if len(out) > maxTagLine {
		return nil
	}
	return out
}

// isTagLine reports whether a line of text is nothing but labelled tags.
func isTagLine(text string) bool {
	if len(text) > maxByline {
		return false
	}
	label := tagLabelIn(text)
	return label != nil && strings.ContainsAny(text[:label[1]], ":：") && len(tagsOfLine(byline{text: text}, text[label[1]:])) > 0
}

// linkName is a link's text without the number of stories that some themes add.
func linkName(a *html.Node) string {
	text := lineText(a)
	last := a.LastChild
	for last != nil && isBlank(last) {
		last = last.PrevSibling
	}
	if last != nil && last.Type == html.ElementNode && last != a.FirstChild {
		if n := strings.Trim(lineText(last), "() "); isDigits(n) {
			text = strings.TrimSpace(strings.TrimSuffix(text, lineText(last)))
		}
	}
	return text
}
