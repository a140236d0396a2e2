package book

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// list writes items; what stands between them becomes one.
func (c *converter) list(n *html.Node, p place) {
	name := "ul"
	attrs := ""
	if n.DataAtom == atom.Ol {
		name = "ol"
		if start, err := strconv.Atoi(attr(n, "start")); err == nil && start != 1 {
			attrs = ` start="` + strconv.Itoa(start) + `"`
		}
	}
	if !hasContent(n) {
		return
	}
	c.b.WriteString("<" + name + attrs + ">\n")
	for _, child := range children(n) {
		switch {
		case child.DataAtom == atom.Li:
			c.contain("li", "", child, p)
		case hasContent(child):
			c.b.WriteString("<li>")
			c.flow([]*html.Node{child}, p)
			c.b.WriteString("</li>\n")
		}
	}
	c.b.WriteString("</" + name + ">\n")
}

// terms writes a list of terms: each has a description, and each description a
// term.
func (c *converter) terms(n *html.Node, p place) {
	if !hasContent(n) {
		return
	}
	c.b.WriteString("<dl>\n")
	last := atom.Atom(0)
	inner := p
	inner.heading = true
	var write func(nodes []*html.Node)
	write = func(nodes []*html.Node) {
		for _, child := range nodes {
			switch {
			case child.DataAtom == atom.Dt:
				c.contain("dt", "", child, inner)
				last = atom.Dt
				continue
			case child.DataAtom == atom.Div:
				write(children(child))
				continue
			case child.DataAtom != atom.Dd && !hasContent(child):
				continue
			}
			if last == 0 {
				c.b.WriteString("<dt></dt>")
			}
			if child.DataAtom == atom.Dd {
				c.contain("dd", "", child, p)
			} else {
				c.b.WriteString("<dd>")
				c.flow([]*html.Node{child}, p)
				c.b.WriteString("</dd>\n")
			}
			last = atom.Dd
		}
	}
	write(children(n))
	switch last {
	case 0:
		c.b.WriteString("<dt></dt><dd></dd>")
	case atom.Dt:
		c.b.WriteString("<dd></dd>")
	}
	c.b.WriteString("</dl>\n")
}

// figure writes a figure with one caption, first or last.
func (c *converter) figure(n *html.Node, p place) {
	if !hasContent(n) {
		return
	}
	var before, after []*html.Node
	var caption *html.Node
	for _, child := range children(n) {
		if caption == nil && child.DataAtom == atom.Figcaption && hasContent(child) {
			caption = child
			continue
		}
		if caption == nil {
			before = append(before, child)
		} else {
			after = append(after, child)
		}
	}
	c.b.WriteString("<figure>")
	first := caption != nil && !someContent(before)
	if first {
		c.contain("figcaption", "", caption, p)
	}
	c.flow(before, p)
	c.flow(after, p)
	if caption != nil && !first {
		c.contain("figcaption", "", caption, p)
	}
	c.b.WriteString("</figure>\n")
}

// table writes the rows of a table; what stands outside of them follows it.
func (c *converter) table(n *html.Node, p place) {
	var t grid
	t.gather(children(n), &t.body)
	if p.table || len(t.head)+len(t.body)+len(t.foot) == 0 {
		c.flow(children(n), p)
		return
	}
	if c.scroll {
		c.b.WriteString(`<table tabindex="0">` + "\n")
	} else {
		c.b.WriteString("<table>\n")
	}
	if t.caption != nil && hasContent(t.caption) {
		inner := p
		inner.table, inner.heading = true, true
		c.contain("caption", "", t.caption, inner)
	}
	for _, group := range []struct {
		name string
		rows []*html.Node
	}{{"thead", t.head}, {"tbody", t.body}, {"tfoot", t.foot}} {
		if len(group.rows) == 0 {
			continue
		}
		c.b.WriteString("<" + group.name + ">\n")
		for _, row := range group.rows {
			c.row(row, p)
		}
		c.b.WriteString("</" + group.name + ">\n")
	}
	c.b.WriteString("</table>\n")
	c.flow(t.stray, p)
}

// grid is a table taken apart.
type grid struct {
	caption          *html.Node
	head, body, foot []*html.Node // rows that have cells
	stray            []*html.Node
}

func (t *grid) gather(nodes []*html.Node, into *[]*html.Node) {
	for _, n := range nodes {
		switch {
		case n.DataAtom == atom.Caption && t.caption == nil:
			t.caption = n
		case n.DataAtom == atom.Thead:
			t.gather(children(n), &t.head)
		case n.DataAtom == atom.Tbody:
			t.gather(children(n), &t.body)
		case n.DataAtom == atom.Tfoot:
			t.gather(children(n), &t.foot)
		case n.DataAtom == atom.Colgroup || n.DataAtom == atom.Col:
		case n.DataAtom == atom.Tr:
			if len(cells(n)) > 0 {
				*into = append(*into, n)
			}
		case hasContent(n):
			t.stray = append(t.stray, n)
		}
	}
}

func cells(row *html.Node) []*html.Node {
	var list []*html.Node
	for _, n := range children(row) {
		if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
			list = append(list, n)
		}
	}
	return list
}

func (c *converter) row(n *html.Node, p place) {
	c.b.WriteString("<tr>")
	for _, cell := range cells(n) {
		attrs := span(cell, "colspan", 100) + span(cell, "rowspan", 1000)
		inner := p
		if cell.DataAtom == atom.Th {
			inner.heading = true
			switch scope := attr(cell, "scope"); scope {
			case "row", "col", "rowgroup", "colgroup":
				attrs += ` scope="` + scope + `"`
			}
		}
		c.contain(cell.Data, attrs, cell, inner)
	}
	c.b.WriteString("</tr>\n")
}

func children(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, c)
	}
	return list
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// each calls do with all nodes of trees.
func each(nodes []*html.Node, do func(*html.Node)) {
	for _, n := range nodes {
		do(n)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			each([]*html.Node{c}, do)
		}
	}
}

// hasContent reports whether a node shows anything.
func hasContent(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		return strings.TrimSpace(n.Data) != ""
	case html.ElementNode:
		switch n.DataAtom {
		case atom.Img, atom.Image, atom.Iframe, atom.Embed, atom.Video, atom.Audio:
			return true
		}
		return !isDropped(n.DataAtom) && someContent(children(n))
	}
	return false
}

func someContent(nodes []*html.Node) bool {
	for _, n := range nodes {
		if hasContent(n) {
			return true
		}
	}
	return false
}

// isDropped tells what goes with all that is in it.
func isDropped(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Textarea, atom.Select, atom.Object, atom.Svg, atom.Math, atom.Title, atom.Head,
		atom.Applet, atom.Canvas, atom.Datalist, atom.Noframes, atom.Frameset, atom.Noembed, atom.Link, atom.Meta, atom.Base, atom.Input, atom.Source, atom.Track, atom.Param, atom.Area:
		return true
	}
	return false
}

// isBlock tells what does not stand in a line.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Pre, atom.Listing, atom.Xmp, atom.Hr, atom.Blockquote, atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Li,
		atom.Dl, atom.Dt, atom.Dd, atom.Figure, atom.Figcaption, atom.Table, atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th,
		atom.Div, atom.Section, atom.Article, atom.Aside, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Address, atom.Details, atom.Summary, atom.Form, atom.Fieldset, atom.Center, atom.Hgroup, atom.Dialog:
		return true
	}
	return false
}
