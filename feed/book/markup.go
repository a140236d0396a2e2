package book

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// rules say what becomes of the links and pictures of a story.
type rules struct {
	part      int                             // of the story
	addresses map[string]int                  // of the chapters
	chapter   func(part int) string           // the address of a chapter
	picture   func(url string) (string, bool) // what stands for a picture, if there is anything
	ids       string                          // what ids begin with
	top       int                             // the level of its highest headings
	scroll    bool                            // tables are scrolled, by keys as well, where they are too wide
}

// convert writes the markup of a story as XHTML that may stand in a section:
// well-formed, and valid by the content models of HTML. The result has no
// scripts, styles or frames, and no ids but those of notes.
func convert(markup string, r rules) string {
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil { // too deep: nobody wrote that for people
		return ""
	}
	ids := r.notes(nodes)
	for {
		c := converter{rules: r, ids: ids, outline: Outline{Top: r.top}, written: map[string]bool{}}
		c.flow(nodes, place{})
		// A link to an id that found no place leads nowhere.
		lost := false
		for fragment, id := range ids.of {
			if !c.written[id] {
				delete(ids.of, fragment)
				lost = true
			}
		}
		if !lost {
			return c.b.String()
		}
	}
}

// converter writes nodes.
type converter struct {
	rules
	b       strings.Builder
	ids     ids
	outline Outline
	written map[string]bool // ids
}

// place says what may not stand where a node is to be written.
type place struct{ link, heading, table, dfn, pre bool }

// flow writes nodes where blocks may stand.
func (c *converter) flow(nodes []*html.Node, p place) {
	for _, n := range nodes {
		switch {
		case n.Type == html.TextNode:
			c.b.WriteString(escape(n.Data))
		case n.Type == html.ElementNode && !c.block(n, p):
			c.inline(n, p)
		}
	}
}

// phrasing writes nodes where only text and what is like it may stand: blocks
// lose their tags and begin new lines.
func (c *converter) phrasing(nodes []*html.Node, p place, start int) {
	for _, n := range nodes {
		switch {
		case n.Type == html.TextNode:
			c.b.WriteString(escape(n.Data))
		case n.Type != html.ElementNode:
		case isBlock(n.DataAtom):
			if !hasContent(n) {
				continue
			}
			c.newLine(start, p)
			c.phrasing(children(n), p, start)
			if later := n.NextSibling; later != nil && later.Type == html.TextNode && strings.TrimSpace(later.Data) != "" {
				c.newLine(start, p)
			}
		default:
			c.inline(n, p)
		}
	}
}

// newLine parts what was written since start from what comes.
func (c *converter) newLine(start int, p place) {
	if s := strings.TrimSpace(c.b.String()[start:]); s == "" || strings.HasSuffix(s, "<br/>") {
		return
	}
	if p.pre {
		c.b.WriteByte('\n')
		return
	}
	c.b.WriteString("<br/>")
}

// block writes a block; false: the node is none.
func (c *converter) block(n *html.Node, p place) bool {
	switch n.DataAtom {
	case atom.P, atom.Address:
		c.phrases("p", n, p)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		name := "p"
		if !p.heading && hasContent(n) {
			name = fmt.Sprintf("h%d", c.outline.Level(int(n.Data[1]-'0')))
		}
		c.phrases(name, n, p)
	case atom.Pre, atom.Listing, atom.Xmp:
		p.pre = true
		c.phrases("pre", n, p)
	case atom.Hr:
		c.b.WriteString("<hr/>\n")
	case atom.Blockquote:
		if hasContent(n) {
			c.contain("blockquote", "", n, p)
		}
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		c.list(n, p)
	case atom.Li:
		c.list(&html.Node{Type: html.ElementNode, Data: "ul", DataAtom: atom.Ul, FirstChild: alone(n), LastChild: n}, p)
	case atom.Dl:
		c.terms(n, p)
	case atom.Figure:
		c.figure(n, p)
	case atom.Table:
		c.table(n, p)
	default:
		if !isBlock(n.DataAtom) {
			return false
		}
		c.flow(children(n), p)
		c.b.WriteByte('\n')
	}
	return true
}

// alone is a copy of a node without siblings.
func alone(n *html.Node) *html.Node {
	one := *n
	one.PrevSibling, one.NextSibling = nil, nil
	return &one
}

// phrases writes an element that holds phrasing content.
func (c *converter) phrases(name string, n *html.Node, p place) {
	if !hasContent(n) {
		return
	}
	c.b.WriteString("<" + name + c.id(n) + ">")
	c.phrasing(children(n), p, c.b.Len())
	c.b.WriteString("</" + name + ">\n")
}

// contain writes an element that holds flow content.
func (c *converter) contain(name, attrs string, n *html.Node, p place) {
	c.b.WriteString("<" + name + c.id(n) + attrs + ">")
	c.flow(children(n), p)
	c.b.WriteString("</" + name + ">\n")
}

// id is the attribute of a node that something leads to.
func (c *converter) id(n *html.Node) string {
	fragment, ok := c.ids.at[n]
	id, wanted := c.ids.of[fragment]
	if !ok || !wanted || c.written[id] {
		return ""
	}
	c.written[id] = true
	return ` id="` + id + `"`
}

// inlines are elements that stand in lines as they are.
func inlines(a atom.Atom) bool {
	switch a {
	case atom.Em, atom.Strong, atom.B, atom.I, atom.U, atom.S, atom.Del, atom.Ins, atom.Sub, atom.Sup, atom.Small, atom.Mark,
		atom.Abbr, atom.Cite, atom.Q, atom.Bdi, atom.Code, atom.Kbd, atom.Samp, atom.Var:
		return true
	}
	return false
}

func (c *converter) inline(n *html.Node, p place) {
	switch a := n.DataAtom; {
	case a == atom.Br || a == atom.Hr:
		c.b.WriteString("<br/>")
	case a == atom.Wbr:
		c.b.WriteString("<wbr/>")
	case a == atom.Img || a == atom.Image:
		c.img(n, p)
	case a == atom.Iframe || a == atom.Embed || a == atom.Video || a == atom.Audio:
		c.media(n, p)
	case a == atom.A:
		c.link(n, p)
	case a == atom.Ruby:
		c.ruby(n, p)
	case inlines(a) || a == atom.Dfn && !p.dfn:
		if n.FirstChild == nil {
			return
		}
		p.dfn = p.dfn || a == atom.Dfn
		c.b.WriteString("<" + n.Data + title(n) + ">")
		c.phrasing(children(n), p, c.b.Len())
		c.b.WriteString("</" + n.Data + ">")
	case isDropped(a):
	default:
		c.phrasing(children(n), p, c.b.Len())
	}
}

// title keeps what an abbreviation means.
func title(n *html.Node) string {
	if t := attr(n, "title"); t != "" && (n.DataAtom == atom.Abbr || n.DataAtom == atom.Dfn) {
		return ` title="` + attribute(t) + `"`
	}
	return ""
}

func (c *converter) link(n *html.Node, p place) {
	href := ""
	if !p.link {
		href = c.href(attr(n, "href"))
	}
	id := c.id(n)
	if href == "" && id == "" || p.link {
		c.phrasing(children(n), p, c.b.Len())
		return
	}
	p.link = true
	c.b.WriteString("<a" + id)
	if href != "" {
		c.b.WriteString(` href="` + attribute(href) + `"`)
	}
	c.b.WriteString(">")
	c.phrasing(children(n), p, c.b.Len())
	c.b.WriteString("</a>")
}

var mailAddress = regexp.MustCompile(`^mailto:([A-Za-z0-9._+~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?:\?.*)?$`)

// href is where a link leads; empty: nowhere.
func (c *converter) href(raw string) string {
	if m := mailAddress.FindStringSubmatch(strings.TrimSpace(raw)); m != nil {
		return "mailto:" + m[1]
	}
	address := feed.WebURI(raw)
	if address == "" {
		return ""
	}
	base, fragment, _ := strings.Cut(address, "#")
	part, ok := c.addresses[feed.URLKey(base)]
	switch {
	case !ok:
		return address
	case part != c.part || fragment == "":
		return c.chapter(part)
	}
	if id, ok := c.ids.of[fragment]; ok {
		return "#" + id
	}
	return ""
}

func (c *converter) img(n *html.Node, p place) {
	src, alt := attr(n, "src"), strings.TrimSpace(attr(n, "alt"))
	address := feed.WebURI(src)
	if address == "" {
		c.b.WriteString(escape(alt))
		return
	}
	if ref, ok := c.picture(src); ok {
		c.b.WriteString(`<img src="` + attribute(ref) + `" alt="` + attribute(alt) + `"/>`)
		return
	}
	if alt == "" {
		alt = "picture"
	}
	c.reference(address, "["+alt+"]", p)
}

// media lets a film or a frame be a link.
func (c *converter) media(n *html.Node, p place) {
	if address := feed.WebURI(attr(n, "src")); address != "" {
		c.reference(address, "["+host(address)+"]", p)
	}
}

func (c *converter) reference(address, text string, p place) {
	if p.link {
		c.b.WriteString(escape(text))
		return
	}
	c.b.WriteString(`<a href="` + attribute(address) + `">` + escape(text) + `</a>`)
}

// ruby writes characters with how they are read; what is not of that form loses
// its tags.
func (c *converter) ruby(n *html.Node, p place) {
	var base []*html.Node
	open := false
	for _, child := range children(n) {
		switch child.DataAtom {
		case atom.Rp, atom.Rtc:
		case atom.Rt:
			if !someContent(base) {
				c.phrasing(children(child), p, c.b.Len())
				continue
			}
			if !open {
				c.b.WriteString("<ruby>")
				open = true
			}
			c.phrasing(base, p, c.b.Len())
			c.b.WriteString("<rt>")
			c.phrasing(children(child), p, c.b.Len())
			c.b.WriteString("</rt>")
			base = nil
		case atom.Rb:
			base = append(base, children(child)...)
		default:
			base = append(base, child)
		}
	}
	if open {
		c.b.WriteString("</ruby>")
	}
	c.phrasing(base, p, c.b.Len())
}

// span is the attribute of a cell that covers several.
func span(n *html.Node, name string, most int) string {
	v, err := strconv.Atoi(attr(n, name))
	if err != nil || v < 2 {
		return ""
	}
	return fmt.Sprintf(` %s="%d"`, name, min(v, most))
}
