package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// arrange rebuilds a body from the elements that [Sanitise] allows: a list
// of blocks without grouping elements, text in paragraphs, no empty ones.
// Only then may other tags be dropped: without it, two <div>s of text would
// become one word.
func arrange(root *html.Node) {
	blocks := blocksOf(root)
	for c := root.FirstChild; c != nil; c = root.FirstChild {
		root.RemoveChild(c)
	}
	for _, b := range blocks {
		remove(b)
		root.AppendChild(b)
	}
	joinTexts(root)
}

// joinTexts makes one of texts that adjoin, as a parser would: else "a " and
// " b" kept both of their blanks until somebody parsed them.
func joinTexts(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode {
			joinTexts(c)
			continue
		}
		joined := false
		for next := c.NextSibling; next != nil && next.Type == html.TextNode; next = c.NextSibling {
			c.Data += next.Data
			n.RemoveChild(next)
			joined = true
		}
		if joined {
			c.Data = foldSpace(c.Data)
		}
	}
}

// blocksOf is what is in n as a list of blocks; runs of inline content
// become paragraphs.
func blocksOf(n *html.Node) []*html.Node {
	var out, run []*html.Node
	flush := func() {
		if run = trimRun(run); len(run) > 0 {
			out = append(out, element(atom.P, run...))
		}
		run = nil
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch role := roleOf(c); role {
		case roleDrop:
		case roleInline:
			if isElement(c, atom.Br) && len(run) > 0 && isElement(lastSolid(run), atom.Br) {
				flush() // two breaks are how old pages part paragraphs
			} else if len(run) == 0 && isBlank(c) {
				break // as trimRun would have it
			} else if in := inline(c); in != nil {
				run = append(run, in...)
			}
		case roleGroup:
			flush()
			out = append(out, blocksOf(c)...)
		case roleBlock:
			flush()
			if b := block(c); b != nil {
				out = append(out, b)
			}
		}
		c = next
	}
	flush()
	return out
}

type role int

const (
	roleDrop role = iota
	roleInline
	roleGroup // holds blocks, is none
	roleBlock
)

func isInline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Br, atom.Cite, atom.Code, atom.Del, atom.Dfn, atom.Em, atom.I, atom.Img,
		atom.Ins, atom.Kbd, atom.Mark, atom.Q, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.U, atom.Var, atom.Wbr:
		return true
	}
	return false
}

// isDropped reports whether an element goes with all that is in it.
func isDropped(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Embed, atom.Applet, atom.Param, atom.Video, atom.Audio,
		atom.Source, atom.Track, atom.Svg, atom.Math, atom.Canvas, atom.Map, atom.Area, atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Option, atom.Datalist,
		atom.Progress, atom.Meter, atom.Link, atom.Meta, atom.Base, atom.Title, atom.Head, atom.Frame, atom.Frameset, atom.Noframes, atom.Dialog, atom.Col, atom.Colgroup, atom.Plaintext, atom.Xmp, atom.Noembed:
		return true
	}
	return false
}

// renamed are elements that mean what another one means.
var renamed = map[string]atom.Atom{"tt": atom.Code, "strike": atom.S, "acronym": atom.Abbr, "listing": atom.Pre, "summary": atom.P, "legend": atom.P, "dir": atom.Ul, "menu": atom.Ul}

func rename(n *html.Node) {
	if n.DataAtom != 0 && len(n.Data) < 2 { // most elements: p, a, b, i
		return
	}
	if a, ok := renamed[n.Data]; ok {
		n.DataAtom, n.Data = a, a.String()
	}
}

func roleOf(n *html.Node) role {
	switch n.Type {
	case html.TextNode:
		return roleInline
	case html.ElementNode:
	default:
		return roleDrop
	}
	rename(n)
	if n.Namespace != "" || isDropped(n.DataAtom) || n.Data == "math" {
		return roleDrop
	}
	switch n.DataAtom {
	case atom.P, atom.Pre, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Figure, atom.Table, atom.Hr, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return roleBlock
	case atom.A:
		return roleInline // a link around blocks stays a link, see inline
	}
	if isBlock(n) || hasBlock(n) {
		return roleGroup
	}
	return roleInline
}

// inline is an inline node as it may stand in a paragraph: unknown elements
// give way to what is in them.
func inline(n *html.Node) []*html.Node {
	if n.Type == html.TextNode {
		n.Data = foldSpace(n.Data)
		return []*html.Node{n}
	}
	if n.Type != html.ElementNode || roleOf(n) == roleDrop {
		return nil
	}
	if isElement(n, atom.Br, atom.Wbr) {
		return []*html.Node{element(n.DataAtom)}
	}
	if isElement(n, atom.Img) {
		if attr(n, "src") == "" {
			return nil
		}
		c := clone(n)
		c.FirstChild, c.LastChild = nil, nil
		return []*html.Node{c}
	}
	var children []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		in := inline(c)
		if isBlock(c) && len(children) > 0 && solid(in) {
			children = append(children, textNode(" "))
		}
		children = append(children, in...)
	}
	if !isInline(n.DataAtom) || n.DataAtom == atom.A && attr(n, "href") == "" {
		return children
	}
	if !solid(children) {
		return children // an empty <em> or <a> says nothing, but may hold the blank between two words
	}
	c := element(n.DataAtom, children...)
	c.Attr = slices.Clone(n.Attr)
	return []*html.Node{c}
}

func foldTexts(n *html.Node) {
	if n.Type == html.TextNode {
		n.Data = foldSpace(n.Data)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		foldTexts(c)
	}
}

// foldSpace folds white space as browsers do; the no-break space is none.
func foldSpace(s string) string {
	if !wantsFolding(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			blank = true
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	if blank {
		b.WriteByte(' ')
	}
	return b.String()
}

// wantsFolding reports whether a text holds white space but single blanks.
func wantsFolding(s string) bool {
	before := uint64(0) // whether the last byte was a blank
	for ; len(s) >= 8; s = s[8:] {
		w := eight(s)
		blanks := blanksIn(w)
		if blanks&(blanks<<8|before) != 0 {
			return true
		}
		if (w-' '*eachByte)&^w&highBits != 0 && strings.ContainsAny(s[:8], "\n\t\r\f") {
			return true
		}
		before = blanks >> 56
	}
	for i := range len(s) {
		switch s[i] {
		case '\n', '\t', '\r', '\f':
			return true
		case ' ':
			if before != 0 {
				return true
			}
			before = 1
		default:
			before = 0
		}
	}
	return false
}

func isBlank(n *html.Node) bool {
	if n.Type != html.TextNode {
		return false
	}
	for i := range len(n.Data) {
		switch c := n.Data[i]; {
		case c == ' ', c == '\n', c == '\t', c == '\r', c == '\f':
		case c >= utf8.RuneSelf:
			return strings.Trim(n.Data[i:], " \n\t\r\f\u00a0\u200b\ufeff") == ""
		default:
			return false
		}
	}
	return true
}

// lastSolid is the last node of a run that is not blank text, or nil.
func lastSolid(run []*html.Node) *html.Node {
	for _, n := range slices.Backward(run) {
		if !isBlank(n) {
			return n
		}
	}
	return nil
}

// solid reports whether nodes show anything: text, a picture.
func solid(nodes []*html.Node) bool {
	return slices.ContainsFunc(nodes, isSolid)
}

func isSolid(n *html.Node) bool {
	if n.Type == html.TextNode {
		return !isBlank(n)
	}
	if isElement(n, atom.Img) {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isSolid(c) {
			return true
		}
	}
	return false
}

func childrenOf(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, c)
	}
	return out
}

// trimRun takes blanks and breaks off the ends of a run; a run that shows
// nothing becomes none.
func trimRun(run []*html.Node) []*html.Node {
	if !solid(run) {
		return nil
	}
	for len(run) > 0 && isIdle(run[0]) {
		run = run[1:]
	}
	for len(run) > 0 && isIdle(run[len(run)-1]) {
		run = run[:len(run)-1]
	}
	if first := run[0]; first.Type == html.TextNode {
		first.Data = strings.TrimLeft(first.Data, edgeBlanks)
	}
	if last := run[len(run)-1]; last.Type == html.TextNode {
		last.Data = strings.TrimRight(last.Data, edgeBlanks)
	}
	return run
}

const edgeBlanks = " \u00a0" // that no run begins or ends with

// isIdle reports whether a node shows nothing at the end of a run.
func isIdle(n *html.Node) bool { return isBlank(n) || isElement(n, atom.Br, atom.Wbr) }

// block rebuilds a block element; nil if it shows nothing.
func block(n *html.Node) *html.Node {
	switch n.DataAtom {
	case atom.Hr:
		return element(atom.Hr)
	case atom.Pre:
		return preBlock(n)
	case atom.Ul, atom.Ol:
		return listBlock(n)
	case atom.Dl:
		return termBlock(n)
	case atom.Table:
		return tableBlock(n)
	case atom.Blockquote:
		return holder(n, atom.Blockquote, blocksOf(n))
	case atom.Figure:
		return figureBlock(n)
	}
	if foldTexts(n); isSettledBlock(n) {
		return n
	}
	// p and headings hold inline content only; a parser may have left blocks
	// in them where tags of another vocabulary stood between.
	var run []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		in := inline(c)
		if isBlock(c) && len(run) > 0 && solid(in) {
			run = append(run, textNode(" "))
		}
		run = append(run, in...)
	}
	if run = trimRun(run); len(run) == 0 {
		return nil
	}
	return element(n.DataAtom, run...)
}

// holder is an element with its own attributes and given content, nil if
// that is empty.
func holder(n *html.Node, a atom.Atom, content []*html.Node) *html.Node {
	if len(content) == 0 {
		return nil
	}
	c := element(a, content...)
	c.Attr = slices.Clone(n.Attr)
	return c
}

// content is what is in an item or cell: inline content as it is, else
// blocks.
func content(n *html.Node) []*html.Node {
	if hasBlock(n) {
		return blocksOf(n)
	}
	var run []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		run = append(run, inline(c)...)
	}
	return trimRun(run)
}

// listBlock: whatever stands in a list outside its items becomes an item;
// a list directly in a list belongs to the item before it.
func listBlock(n *html.Node) *html.Node {
	var items []*html.Node
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case isElement(c, atom.Li):
			if li := holder(c, atom.Li, content(c)); li != nil {
				items = append(items, li)
			}
		case isElement(c, atom.Ul, atom.Ol) && len(items) > 0:
			if b := block(c); b != nil {
				items[len(items)-1].AppendChild(b)
			}
		case c.Type == html.ElementNode:
			if isElement(c, atom.Div, atom.Section) && firstTag(c, atom.Li) != nil {
				if inner := listBlock(c); inner != nil {
					for _, li := range childrenOf(inner) {
						remove(li)
						items = append(items, li)
					}
				}
				break
			}
			box := element(atom.Div, c)
			if li := holder(box, atom.Li, content(box)); li != nil {
				items = append(items, li)
			}
		case !isBlank(c):
			if c.Type == html.TextNode {
				items = append(items, element(atom.Li, textNode(strings.TrimSpace(foldSpace(c.Data)))))
			}
		}
		c = next
	}
	return holder(n, n.DataAtom, items)
}

func termBlock(n *html.Node) *html.Node {
	var items []*html.Node
	walk(n, func(c *html.Node) bool {
		if isElement(c, atom.Dt, atom.Dd) {
			if in := content(c); len(in) > 0 {
				items = append(items, element(c.DataAtom, in...))
			}
			return false
		}
		return c == n || !isElement(c, atom.Dl)
	})
	return holder(n, atom.Dl, items)
}

func figureBlock(n *html.Node) *html.Node {
	var inner []*html.Node
	captioned := false
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if isElement(c, atom.Figcaption) {
			if in := content(c); len(in) > 0 {
				inner = append(inner, element(atom.Figcaption, in...))
				captioned = true
			}
		} else {
			box := element(atom.Div, c)
			if isElement(c, atom.Div, atom.A, atom.Span) && firstTag(c, atom.Figcaption) != nil {
				box = c
			}
			for _, b := range blocksOf(box) {
				// A picture stands in its figure without a paragraph around it.
				if isElement(b, atom.P) && !captionless(b) {
					for _, in := range childrenOf(b) {
						remove(in)
						inner = append(inner, in)
					}
					continue
				}
				inner = append(inner, b)
			}
		}
		c = next
	}
	if !solid(inner) {
		return nil
	}
	if !captioned && len(inner) == 1 && isElement(inner[0], atom.Pre, atom.Table, atom.Blockquote, atom.Ul, atom.Ol, atom.P) {
		return inner[0]
	}
	return element(atom.Figure, inner...)
}

// captionless reports whether a paragraph has text of its own.
func captionless(p *html.Node) bool { return lineText(p) != "" }
