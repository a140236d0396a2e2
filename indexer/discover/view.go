package discover

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// view is a page made ready for questions: its links in the order of the page,
// each with the line it stands on and the furniture it is part of. It is built
// in one pass over the tree, so that a page of 100,000 links is no trouble.
type view struct {
	url    *url.URL // after redirects
	base   *url.URL // what relative links refer to
	header http.Header
	doc    *goquery.Document
	site   site
	meta   meta

	anchors []*anchor
	span    map[*html.Node][2]int // the anchors inside an element: from, to
	mass    map[*html.Node]int    // bytes of text inside an element, furniture included
	weight  map[*html.Node]int    // runes of text inside an element, without furniture, and linkWeight a link
	cut     map[*html.Node]string // roots of furniture
	letters int                   // runes of text on the whole page, furniture included
}

// anchor is one link of a page.
type anchor struct {
	node    *html.Node
	index   int    // in view.anchors
	url     string // absolute, cleaned; empty: leads nowhere
	key     string // feed.URLKey of url
	reason  string // why it can't lead to a story; empty: it may
	text    string // one line
	rel     []string
	cut     string // the furniture it is part of; empty: none
	section string // text of the heading above it, when the text wanders off there
	year    int    // the last year heading above it; 0: none
	heading *html.Node
	blocks  bool // it wraps whole blocks: a card

	line       *line
	start, end int        // in line.text
	block      *html.Node // the nearest element around it that makes a line
	lineOne    bool       // its line is the first of its list item, or of its table cell
	onLine     int        // index in line.anchors
	lead       int8       // 1: it is what its line is about, -1: it is not, 0: not asked yet
}

// line is text that stands on one line as far as the page decides it.
type line struct {
	text    string
	anchors []*anchor
	block   *html.Node
}

const (
	linkWeight = 20  // what a link weighs against runes of text
	maxAnchor  = 300 // bytes kept of a link's text
)

// newView parses a page. The source's own address counts as the same site as
// the one that it redirected to.
func newView(p *Page, source string) (*view, error) {
	u, err := url.Parse(p.FinalURL)
	if err != nil || u.Host == "" {
		if u, err = url.Parse(source); err != nil {
			return nil, fmt.Errorf("address of the page: %w", err)
		}
	}
	root, err := parseHTML(p.Body)
	if err != nil {
		return nil, err
	}
	v := &view{
		url: u, base: u, header: p.Header, doc: goquery.NewDocumentFromNode(root), site: newSite(u.String(), source),
		span: map[*html.Node][2]int{}, mass: map[*html.Node]int{}, weight: map[*html.Node]int{}, cut: map[*html.Node]string{},
	}
	if href, ok := v.doc.Find("base[href]").First().Attr("href"); ok {
		if b, err := u.Parse(strings.TrimSpace(href)); err == nil && b.Host != "" {
			v.base = b
		}
	}
	v.meta = readMeta(v)
	s := scanner{v: v, kept: keptNodes(v), items: map[*html.Node]bool{}}
	s.total = s.measure(root)
	s.node(root, scope{})
	s.endLine()
	return v, nil
}

// parseHTML parses any bytes. The parser refuses what is nested deeper than
// 512 elements, as unclosed tags can be; then the nesting is cut.
func parseHTML(body []byte) (*html.Node, error) {
	root, err := html.Parse(bytes.NewReader(body))
	if err == nil {
		return root, nil
	}
	if root, err = html.Parse(bytes.NewReader(flatten(body))); err != nil {
		return nil, fmt.Errorf("parse the page: %w", err)
	}
	return root, nil
}

// maxNesting is far more than any page needs and far less than what the parser
// refuses, which adds elements of its own.
const maxNesting = 150

// flatten drops the tags of elements that are nested too deep, and keeps their
// text.
func flatten(body []byte) []byte {
	var out bytes.Buffer
	var open []string
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			return out.Bytes()
		case html.StartTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			tag := string(name)
			if !isVoid(atom.Lookup(name)) {
				if len(open) >= maxNesting && tag != "a" {
					continue
				}
				open = append(open, tag)
			}
			out.Write(raw)
		case html.EndTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			from := max(0, len(open)-maxNesting)
			if i := slices.Index(open[from:], string(name)); i >= 0 {
				open = open[:from+lastIndex(open[from:], string(name))]
				out.Write(raw)
			}
		default:
			out.Write(z.Raw())
		}
	}
}

func lastIndex(s []string, x string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == x {
			return i
		}
	}
	return -1
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// keptNodes are the elements that hold the page's subject: whatever their
// classes say, they are no furniture.
func keptNodes(v *view) map[*html.Node]bool {
	kept := map[*html.Node]bool{}
	main := v.doc.Find("main, [role=main], #main, #content, #primary, [itemprop=articleBody]")
	nodes := slices.Concat(main.Nodes[:min(20, len(main.Nodes))], titleHeadings(v))
	for _, n := range nodes {
		for ; n != nil && !kept[n]; n = n.Parent {
			kept[n] = true
		}
	}
	return kept
}

// titleHeadings are the headings that repeat the page's own title.
func titleHeadings(v *view) []*html.Node {
	var found []*html.Node
	want := feed.CleanLine(v.meta.title)
	v.doc.Find("h1, h2").EachWithBreak(func(_ int, h *goquery.Selection) bool {
		if want != "" && feed.CleanLine(h.Text()) == want {
			found = append(found, h.Nodes[0])
		}
		return len(found) < 3
	})
	return found
}

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
	total   int // of the page
	section string
	level   int // of the heading that section is
	year    int
	text    strings.Builder
	space   bool
	anchors []*anchor
	block   *html.Node
	items   map[*html.Node]bool // list items that have had a line
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
	if weight > 0 && n.Type == html.ElementNode {
		s.v.weight[n] = weight
	}
	if to := len(s.v.anchors); to > from {
		s.v.span[n] = [2]int{from, to}
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
		s.v.mass[n] = sum
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
	case atom.Article, atom.Li, atom.Td, atom.Main:
		sc.article = true
	}
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
		s.endHeading(n, s.v.anchors[from:])
	}
}

// furniture decides whether an element is the root of some.
func (s *scanner) furniture(n *html.Node, sc scope) string {
	switch n.DataAtom {
	case atom.Html, atom.Body, atom.Main, atom.A:
		return ""
	}
	if reason := furnitureByTag(n, sc.article); reason != "" {
		if reason != "form" || !s.kept[n] { // ASP.NET wraps whole pages in a form
			return reason
		}
	}
	if s.kept[n] {
		return ""
	}
	reason := furnitureByName(n)
	if reason == "" || reason != "comments" && s.v.mass[n] > s.total*3/5 {
		return "" // what is most of the page is its subject, whatever a theme calls it
	}
	if (n.DataAtom == atom.Article || isHeading(n.DataAtom)) && reason != "comments" && reason != "related posts" {
		return ""
	}
	return reason
}

func (s *scanner) open(n *html.Node, sc scope) *anchor {
	a := &anchor{
		node: n, index: len(s.v.anchors), cut: sc.cut, section: s.section, year: s.year,
		heading: sc.heading, block: sc.block, rel: strings.Fields(strings.ToLower(attr(n, "rel"))),
	}
	a.url, a.reason = s.v.judge(attr(n, "href"), a.rel)
	if a.url != "" {
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

// endLine finishes the current line.
func (s *scanner) endLine() {
	text := s.text.String()
	s.text.Reset()
	s.space = false
	if text == "" && len(s.anchors) == 0 {
		return
	}
	l := &line{text: text, block: s.block, anchors: s.anchors}
	s.anchors = nil
	item := ancestorItem(s.block)
	if item != nil && item.DataAtom == atom.Tr {
		item = s.block
	}
	first := item != nil && !s.items[item]
	if first {
		s.items[item] = true
	}
	if m := onlyYear.FindStringSubmatch(text[:min(len(text), 48)]); m != nil && len(text) <= 48 {
		s.year = atoi(m[1])
	}
	for i, a := range l.anchors {
		a.line, a.lineOne, a.onLine = l, first, i
		if a.end < 0 {
			a.end = len(text)
		}
	}
}

var onlyYear = regexp.MustCompile(`^\D{0,12}((?:19|20)\d\d)\D{0,12}$`)

// endHeading keeps that the text wanders off under a heading. One that is
// itself the link to a story says nothing, but ends what its equals began.
func (s *scanner) endHeading(n *html.Node, inside []*anchor) {
	level := int(n.Data[1] - '0')
	if slices.ContainsFunc(inside, func(a *anchor) bool { return a.url != "" }) {
		if level <= s.level {
			s.section, s.level = "", 0
		}
		return
	}
	s.section, s.level = "", level
	if text := feed.CleanLine(clip(nodeText(n))); asides.MatchString(text) {
		s.section = text
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// nodeText is the text of an element, scripts excluded, at most some hundred
// bytes of it, so that a broken link around half the page costs nothing.
func nodeText(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if b.Len() > 4*maxAnchor {
			return
		}
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Svg:
			return
		case isBlock(n.DataAtom) || n.DataAtom == atom.Br:
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

func clip(s string) string {
	if len(s) <= maxAnchor {
		return s
	}
	s = s[:maxAnchor]
	for len(s) > 0 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
		s = s[:len(s)-1]
	}
	return s
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details, atom.Dir, atom.Div, atom.Dl, atom.Dt,
		atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup,
		atom.Li, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot,
		atom.Th, atom.Thead, atom.Tr, atom.Ul, atom.Caption:
		return true
	}
	return false
}

func nearestBlock(n *html.Node) *html.Node {
	for ; n != nil; n = n.Parent {
		if isBlock(n.DataAtom) {
			return n
		}
	}
	return nil
}

// maxItemDepth is how far inside a list item or table row its link may stand.
const maxItemDepth = 8

// ancestorItem is the list item, table row, definition or heading around a
// block, or nil.
func ancestorItem(n *html.Node) *html.Node {
	for i, last := 0, n; n != nil && i < maxItemDepth; i, last, n = i+1, n, n.Parent {
		switch n.DataAtom {
		case atom.Td, atom.Th:
			if last != n && hasSiblings(last) {
				return nil // a cell with several blocks lays out a page
			}
		case atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return n
		case atom.Ul, atom.Ol, atom.Table, atom.Article, atom.Main:
			return nil
		}
	}
	return nil
}

func hasSiblings(n *html.Node) bool {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if isBlock(s.DataAtom) {
			return true
		}
	}
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if isBlock(s.DataAtom) {
			return true
		}
	}
	return false
}
