package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// contentNames are the usual names of the element that holds a story's body
// and nothing else.
var (
	contentNames = wordSet(`entry-content post-content e-content wp-block-post-content article-content article-body post-body entry-body post-entry entry-text post-text article-text story-body story-content
	blog-post-content blog-post-body blogpost-content blog-content gh-content post-full-content single-content single-post-content article-entry td-post-content post-article-content articlebody article-page-content
	theme-doc-markdown post-single-content available-content body-markup c-entry-content entry-main rich-text-content post-inner-content elementor-widget-theme-post-content postbody post-bodycopy journal-entry-text
	sqs-layout-post blog-item-content entry-content-wrapper-inner content-body content-article post-main-content h-entry-content nv-content-wrap tdb-block-inner-content post-container-content prose w-richtext rich-text-block notion-page-content md-content-inner`)
)

func isContentNamed(n *html.Node) bool { return contentBy(n, holdsContentName) }

// isContentNamed is [isContentNamed] for pages, whose elements have few
// different names.
func (d *document) isContentNamed(n *html.Node) bool {
	return contentBy(n, func(names string) bool { return d.contents.of(names, holdsContentName) })
}

func holdsContentName(names string) bool {
	return anyNameIn(names, func(s string) bool { return contentNames[s] || isContentLike(s) })
}

func contentBy(n *html.Node, holds func(string) bool) bool {
	if n.Type != html.ElementNode || len(n.Attr) == 0 || isElement(n, atom.Body, atom.Html) {
		return false
	}
	return hasToken(n, "itemprop", "articleBody") || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
		return (a.Key == "class" || a.Key == "id") && holds(a.Val)
	})
}

// Shares of the page's prose by which places are judged.
const (
	plausible  = .4  // a theme's container holds at least so much of what the article around it holds
	nearlyAll  = .85 // a child that holds so much of its parent's prose is the place itself
	guardShare = .5  // votes for a place with less than so much of the prose have cut it
	tight      = .6  // of an element's prose stands in paragraphs of its own: it is a text
	mostOf     = .6  // of the prose: the column with the heading is the story's
	sideLinks  = 3   // links outside paragraphs: a column is navigation
	proseWords = 12  // a paragraph, not a caption or byline
)

// findContent finds the element that holds the body, and the scope in which
// the story's other values stand.
func (d *document) findContent() {
	region := d.region()
	if c := d.themeContent(region); c != nil {
		d.content, d.themed = c, true
	} else {
		d.content = d.plainContent(region)
	}
	d.scope = d.findScope()
}

// region is the article around the heading, else the page's main part.
func (d *document) region() *html.Node {
	if d.heading != nil {
		if a := closest(d.heading, func(n *html.Node) bool { return isElement(n, atom.Article) }); a != nil && 2*d.sizes[a].prose() > d.total/2 {
			return a
		}
		if m := closest(d.heading, isMain); m != nil {
			return m
		}
	}
	var best *html.Node
	for _, n := range find(d.body, func(n *html.Node) bool { return isElement(n, atom.Article) || isMain(n) }) {
		if best == nil || d.sizes[n].prose() > d.sizes[best].prose() {
			best = n
		}
	}
	if best != nil && float64(d.sizes[best].prose()) >= plausible*float64(d.total) {
		return best
	}
	return d.body
}

func isMain(n *html.Node) bool { return isElement(n, atom.Main) || attr(n, "role") == "main" }

// themeContent is the container by one of the usual names that holds most of
// the region's prose, or nil. Of containers within each other it is the
// innermost one that still holds nearly all.
func (d *document) themeContent(region *html.Node) *html.Node {
	for _, within := range []*html.Node{region, d.body} {
		var best *html.Node
		for _, n := range find(within, d.isContentNamed) {
			switch {
			case best == nil, d.sizes[n].prose() > d.sizes[best].prose():
				best = n
			case inside(n, best) && float64(d.sizes[n].prose()) >= nearlyAll*float64(d.sizes[best].prose()) && !d.losesProse(best, n):
				best = n
			}
		}
		if best != nil && float64(d.sizes[best].prose()) >= plausible*float64(d.sizes[within].prose()) {
			return d.joinPieces(best, within)
		}
	}
	return nil
}

// joinPieces widens the place to what holds all pieces, where a page builder
// has cut one body into several containers of one name.
func (d *document) joinPieces(best, within *html.Node) *html.Node {
	if best.Parent == nil {
		return best
	}
	class := attr(best, "class")
	whole := best
	for _, n := range find(within, func(n *html.Node) bool { return d.isContentNamed(n) && attr(n, "class") == class }) {
		if inside(n, whole) || inside(best, n) || 8*d.sizes[n].prose() < d.sizes[best].prose() || ownHeading(n, within) {
			continue
		}
		if c := commonAncestor(whole, n); inside(c, within) && c != within {
			whole = c
		}
	}
	return whole
}

// ownHeading reports whether a piece belongs to another article.
func ownHeading(n, within *html.Node) bool {
	card := closest(n, func(p *html.Node) bool { return isElement(p, atom.Article, atom.Li) })
	return card != nil && card != within && inside(card, within)
}

// losesProse reports whether outer has paragraphs of its own beside inner.
func (d *document) losesProse(outer, inner *html.Node) bool {
	for p := inner; p != nil && p != outer; p = p.Parent {
		for c := p.Parent.FirstChild; c != nil; c = c.NextSibling {
			if c != p && isProse(c) {
				return true
			}
		}
	}
	return false
}

// isProse reports whether a node is a part of a text by itself.
func isProse(n *html.Node) bool {
	if n.Type == html.TextNode {
		return len(words(clip(n.Data))) >= proseWords
	}
	switch n.DataAtom {
	case atom.P, atom.Blockquote, atom.Ul, atom.Ol, atom.Dl:
		return kindOf(n) == noFurniture && len(words(clip(lineText(n)))) >= proseWords
	case atom.Pre, atom.Figure, atom.H2, atom.H3, atom.H4, atom.Img, atom.Table:
		return kindOf(n) == noFurniture
	}
	return false
}

func clip(s string) string { return s[:min(len(s), maxDateText)] }

// plainContent finds the body by where the prose is: down from the region
// while one child holds nearly all of it. Where that does not end at a text
// the votes of the paragraphs decide, see readable.
func (d *document) plainContent(region *html.Node) *html.Node {
	own := d.densest(region)
	if c := d.headingColumn(own); c != nil {
		return d.densest(c)
	}
	if !isElement(region, atom.Body) && own != region || d.isTight(own) {
		return own
	}
	if r := d.readable(); r != nil && float64(d.sizes[r].prose()) >= guardShare*float64(d.sizes[own].prose()) {
		if inside(own, r) {
			return own
		}
		return r
	}
	return own
}

func (d *document) densest(n *html.Node) *html.Node {
	for {
		var heavy *html.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && isContainer(c) && float64(d.sizes[c].prose()) >= nearlyAll*float64(d.sizes[n].prose()) && d.sizes[c].prose() > 0 {
				heavy = c
			}
		}
		if heavy == nil || d.losesProse(n, heavy) || isElement(heavy, atom.Table) && !isLayout(heavy) {
			return n
		}
		n = heavy
	}
}

// headingColumn is the child of n that holds the story's heading and most of
// the prose, where every other child with prose is a side column. The
// votes keep such columns when they have paragraphs. Two children without links of
// their own may be two parts of one text, so they are left together.
func (d *document) headingColumn(n *html.Node) *html.Node {
	if d.heading == nil || n == d.heading || !inside(d.heading, n) {
		return nil
	}
	var column *html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case isProse(c):
			return nil
		case c.Type != html.ElementNode:
		case isContainer(c) && inside(d.heading, c):
			column = c
		case d.sizes[c].prose() > 0 && !d.isSideColumn(c):
			return nil
		}
	}
	if column == nil || float64(d.sizes[column].prose()) < mostOf*float64(d.sizes[n].prose()) {
		return nil
	}
	return column
}

// isSideColumn reports whether an element has links into the site that stand
// outside any paragraph: navigation.
func (d *document) isSideColumn(n *html.Node) bool {
	links := 0
	for _, a := range findTags(n, atom.A) {
		inProse := closest(a, func(p *html.Node) bool { return isElement(p, atom.P) && isProse(p) }) != nil
		if !inProse && !strings.HasPrefix(attr(a, "href"), "#") && sameSite(d.absolute(attr(a, "href")), d.url) {
			links++
		}
	}
	return links >= sideLinks
}

// isTight reports whether most of n's prose stands in n itself and not in
// further groups: n is a text, and no page with columns.
func (d *document) isTight(n *html.Node) bool {
	own := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			own += len(strings.Join(strings.Fields(c.Data), ""))
		} else if !isContainer(c) || isElement(c, atom.Span, atom.Font) {
			own += d.sizes[c].prose()
		}
	}
	return float64(own) > tight*float64(d.sizes[n].prose())
}

// isContainer: the densest place is looked for in elements that only group,
// never in a quotation or list that happens to be most of a story.
func isContainer(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Table, atom.Tbody, atom.Tr, atom.Td, atom.Center, atom.Form, atom.Font, atom.Span, atom.Body, 0:
		return true
	}
	return false
}

// The places of text and the dates that nobody marks are looked for by going
// over all text several times.
const (
	maxReadable     = 20_000  // elements
	maxReadableText = 1 << 20 // letters, about ten novels' chapters
)

// isHuge reports whether a page is too much for that.
func (d *document) isHuge() bool {
	return d.sizes[d.measured].elements > maxReadable || d.sizes[d.body].text > maxReadableText
}

// findScope is the nearest article, or element of the usual names, that holds
// heading and content, else what holds both.
func (d *document) findScope() *html.Node {
	both := d.content
	if d.heading != nil {
		both = commonAncestor(d.heading, d.content)
	}
	if both == nil {
		return d.body
	}
	if a := closest(both, func(n *html.Node) bool {
		return isElement(n, atom.Article) || isMain(n) || anyName(n, func(s string) bool { return s == "h-entry" || s == "hentry" || s == "post-outer" })
	}); a != nil && !isElement(both, atom.Body) {
		// Some themes put byline and tags beside the article, within main.
		if isElement(a, atom.Article) {
			if m := closest(a.Parent, isMain); m != nil && onlyArticle(m, a) {
				return m
			}
		}
		return a
	}
	return d.body
}

func onlyArticle(m, a *html.Node) bool {
	return first(m, func(n *html.Node) bool { return isElement(n, atom.Article) && n != a && !inside(n, a) }) == nil
}
