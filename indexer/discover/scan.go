package discover

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// scope is what an element inherits from those around it.
type scope struct {
	cut     string
	article bool // inside an article, a list item or a table cell
	heading *html.Node
	block   *html.Node
	anchor  *anchor
}

// scanner builds a view in one pass.
type scanner struct {
	v       *view
	kept    map[*html.Node]bool
	total   int  // of the page
	relaxed bool // only what is never text counts as furniture
	section string
	level   int  // of the heading that section is
	named   bool // the page's own heading has been met
	year    int
	month   int
	text    strings.Builder
	space   bool
	anchors []*anchor
	block   *html.Node
	items   map[*html.Node]bool // list items that have had a line
	menu    column              // the block that lines are met of
}

// node scans an element and returns its weight.
func (s *scanner) node(n *html.Node, sc scope) int {
	switch n.Type {
	case html.TextNode:
		return s.write(n.Data, sc)
	case html.ElementNode:
		if skipped(n.DataAtom) {
			return 0
		}
	}
	weight, from := 0, len(s.v.anchors)
	section, level := s.section, s.level
	if n.Type == html.ElementNode {
		sc = s.enter(n, sc)
	}
	if section != "" && isPost(n) {
		s.v.under[n] = true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		weight += s.node(c, sc)
	}
	if n.Type == html.ElementNode {
		s.leave(n, sc, from)
	}
	switch {
	case n.DataAtom == atom.A && sc.cut == "":
		weight += linkWeight
	case n.DataAtom == atom.Section || n.DataAtom == atom.Li || n.DataAtom == atom.Td || isPost(n): // a heading in there speaks of nothing outside
		s.section, s.level = section, level
	}
	if to := len(s.v.anchors); to > from || weight > 0 && n.Type == html.ElementNode {
		e := s.v.extent(n)
		e.weight, e.from, e.to = weight, from, to
	}
	return weight
}

// measure is how much text elements hold, before anything is left out.
func (s *scanner) measure(n *html.Node) int {
	switch {
	case n.Type == html.TextNode:
		return len(strings.TrimSpace(n.Data))
	case n.Type == html.ElementNode && skipped(n.DataAtom):
		return 0
	}
	sum := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		sum += s.measure(c)
	}
	if sum > 0 {
		s.v.extent(n).mass = sum
	}
	return sum
}

func skipped(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Head, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Iframe, atom.Select, atom.Textarea, atom.Object, atom.Button:
		return true
	}
	return false
}

// enter opens an element and returns the scope of what is in it.
func (s *scanner) enter(n *html.Node, sc scope) scope {
	if sc.cut == "" {
		sc.cut = s.furniture(n, sc)
		if sc.cut != "" {
			s.v.cut[n] = sc.cut
		}
	}
	switch n.DataAtom {
	case atom.Br, atom.Hr:
		s.endLine()
	case atom.Img:
		if alt := attr(n, "alt"); sc.anchor != nil && sc.anchor.text == "" {
			sc.anchor.text = clip(feed.CleanLine(alt))
		}
	case atom.A:
		sc.anchor = s.open(n, sc)
	case atom.Article, atom.Li, atom.Td, atom.Main, atom.Section:
		sc.article = true
	}
	sc.article = sc.article || isPost(n)
	if isHeading(n.DataAtom) {
		sc.heading = n
		if sc.anchor != nil && sc.anchor.heading == nil {
			sc.anchor.heading = n
		}
	}
	if isBlock(n.DataAtom) {
		s.endLine()
		sc.block, s.block = n, n
		if sc.anchor != nil {
			sc.anchor.blocks = true
		}
	}
	return sc
}

func (s *scanner) leave(n *html.Node, sc scope, from int) {
	if n.DataAtom == atom.A && sc.anchor != nil && sc.anchor.node == n {
		s.close(sc.anchor)
	}
	if !isBlock(n.DataAtom) {
		return
	}
	s.endLine()
	s.block = nearestBlock(n.Parent)
	if isHeading(n.DataAtom) {
		s.endHeading(n, sc.anchor != nil || slices.ContainsFunc(s.v.anchors[from:], func(a *anchor) bool { return a.url != "" }))
	}
}

// furniture decides whether an element is the root of some.
func (s *scanner) furniture(n *html.Node, sc scope) string {
	switch n.DataAtom {
	case atom.Html, atom.Body, atom.Main, atom.A:
		return ""
	}
	switch reason := furnitureByTag(n, sc.article); {
	case reason == "", s.relaxed && !alwaysFurniture[reason]:
	case reason == "form" && s.kept[n]: // ASP.NET wraps whole pages in a form
	case reason == pageHeader && s.headsPost(n): // themes give each box of a list a header
	case n.DataAtom == atom.Aside && isFeatured(n): // the newest post, set apart
	default:
		return reason
	}
	if s.kept[n] {
		return ""
	}
	reason := furnitureByName(n)
	if reason == "" || s.relaxed && !alwaysFurniture[reason] || reason != "comments" && s.v.massOf(n) > s.total*3/5 {
		return "" // what is most of the page is its subject, whatever a theme calls it
	}
	if (n.DataAtom == atom.Article || isHeading(n.DataAtom)) && reason != "comments" && reason != "related posts" {
		return ""
	}
	return reason
}

// isFeatured reports that an element is called featured and holds a post.
func isFeatured(n *html.Node) bool {
	name := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	return strings.Contains(name, "featured") && firstNode(n, isPost) != nil
}

// headsPost reports that a header holds a heading that links a page which may
// be a story.
func (s *scanner) headsPost(n *html.Node) bool {
	heading := firstNode(n, func(n *html.Node) bool { return isHeading(n.DataAtom) })
	if heading == nil {
		return false
	}
	link := firstNode(heading, func(n *html.Node) bool { return n.DataAtom == atom.A })
	if link == nil {
		return false
	}
	address, reason := s.v.judge(attr(link, "href"), nil)
	return address != "" && reason == ""
}

func (s *scanner) open(n *html.Node, sc scope) *anchor {
	a := &anchor{
		node: n, index: len(s.v.anchors), cut: sc.cut, section: s.section, year: s.year, period: 12*s.year + s.month,
		heading: sc.heading, block: sc.block, rel: strings.Fields(strings.ToLower(attr(n, "rel"))),
	}
	a.url, a.key, a.reason = s.v.judgeKey(attr(n, "href"), a.rel)
	if a.url != "" && a.key == "" {
		a.key = feed.URLKey(a.url)
	}
	s.v.anchors = append(s.v.anchors, a)
	return a
}

// close ends a link. The text of a card is that of its heading.
func (s *scanner) close(a *anchor) {
	if a.line == nil {
		s.place(a)
	}
	if a.line != nil && a.end < 0 {
		a.end = s.text.Len()
	}
	if a.heading != nil && a.blocks {
		a.text = clip(feed.CleanLine(nodeText(a.heading)))
	} else if t := clip(feed.CleanLine(nodeText(a.node))); t != "" {
		a.text = t
	}
	if a.text == "" {
		a.text = clip(feed.CleanLine(attr(a.node, "title")))
	}
	s.ownHeading(a)
	// A number such as /archives/2012 may be a year or a post; an address of a
	// year is linked by the name of a time.
	if a.reason == dateArchive && !namesTime(a.text) {
		a.reason = ""
	}
}

// place notes where on the current line a link begins.
func (s *scanner) place(a *anchor) {
	a.line = &line{} // replaced when the line ends
	a.start, a.end = s.text.Len(), -1
	a.block = s.block
	s.anchors = append(s.anchors, a)
}

// write adds text to the current line and returns its weight.
func (s *scanner) write(text string, sc scope) int {
	if strings.IndexFunc(text, notSpace) < 0 {
		s.space = s.space || text != ""
		return 0
	}
	runes := 0
	for i, word := range strings.FieldsFunc(text, unicode.IsSpace) {
		if s.text.Len() > 0 && (i > 0 || s.space || startsWithSpace(text)) {
			s.text.WriteByte(' ')
		}
		if sc.anchor != nil && sc.anchor.line == nil {
			s.place(sc.anchor)
		}
		s.text.WriteString(word)
		runes += utf8.RuneCountInString(word)
		s.space = false
	}
	r, _ := utf8.DecodeLastRuneInString(text)
	s.space = unicode.IsSpace(r)
	s.v.letters += runes
	if sc.cut != "" {
		return 0
	}
	return runes
}

func notSpace(r rune) bool { return !unicode.IsSpace(r) }

func startsWithSpace(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}
