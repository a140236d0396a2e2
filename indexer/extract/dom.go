package extract

import (
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// attr is the value of an element's attribute without surrounding space,
// empty if there is none.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// hasToken reports whether a space-separated attribute such as rel or
// itemprop holds the token, in any case.
func hasToken(n *html.Node, key, token string) bool {
	list := attr(n, key)
	if list == "" {
		return false
	}
	for t := range strings.FieldsSeq(list) {
		if strings.EqualFold(t, token) {
			return true
		}
	}
	return false
}

// names are an element's classes and id in lower case with "-" for every
// kind of joint, so that related_posts, related--posts and related-posts are
// one name.
func names(n *html.Node) []string {
	var out []string
	anyName(n, func(s string) bool {
		out = append(out, s)
		return false
	})
	return out
}

// anyName reports whether ok accepts one of an element's [names].
func anyName(n *html.Node, ok func(string) bool) bool {
	for i := range n.Attr {
		if a := &n.Attr[i]; (a.Key == "class" || a.Key == "id") && anyNameIn(a.Val, ok) {
			return true
		}
	}
	return false
}

func anyNameIn(list string, ok func(string) bool) bool {
	for list != "" {
		var s string
		var plain bool
		s, list, plain = cutField(list)
		if !plain {
			s = foldName(s)
		}
		if s != "" && ok(s) {
			return true
		}
	}
	return false
}

// memo remembers what was told of lists of names: pages repeat a few hundred.
type memo[T any] map[string]T

func (m *memo[T]) of(names string, tell func(string) T) T {
	t, ok := (*m)[names]
	if !ok {
		if *m == nil {
			*m = memo[T]{}
		}
		t = tell(names)
		(*m)[names] = t
	}
	return t
}

// named reports whether an element has the name.
func named(n *html.Node, name string) bool {
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Key == "class" || a.Key == "id" {
			return anyName(n, func(s string) bool { return s == name })
		}
	}
	return false
}

// cutField parts a list of names at the end of its first one, and reports
// whether [foldName] would leave that as it is. It is what strings.FieldsSeq
// does, without the calls between: every element's names are asked for several
// times.
func cutField(s string) (first, rest string, plain bool) {
	start := 0
	for start < len(s) && isSpace(s[start]) {
		start++
	}
	plain = true
	for i := start; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case c >= utf8.RuneSelf:
			return cutWideField(s)
		case isSpace(c):
			return s[start:i], s[i+1:], plain
		case 'A' <= c && c <= 'Z' || c == '_' || c == '-' && i > start && s[i-1] == '-':
			plain = false
		}
	}
	return s[start:], "", plain
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// cutWideField is cutField for lists that are not ASCII.
func cutWideField(s string) (first, rest string, plain bool) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], s[i:], false
	}
	return s, "", false
}

// foldName writes a name in lower case with one "-" for every joint.
func foldName(s string) string {
	var buf [64]byte
	b := buf[:0]
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return foldWideName(s)
		case 'A' <= c && c <= 'Z':
			c |= 0x20
		case c == '_':
			c = '-'
		}
		if c != '-' || len(b) == 0 || b[len(b)-1] != '-' {
			b = append(b, c)
		}
	}
	return string(b)
}

// foldWideName is foldName for names that are not ASCII.
func foldWideName(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "_", "-")
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	return s
}

func isElement(n *html.Node, atoms ...atom.Atom) bool {
	return n != nil && n.Type == html.ElementNode && slices.Contains(atoms, n.DataAtom)
}

// walk visits n and what is below it in document order; where visit answers
// false it does not go deeper. visit may remove the node it is given.
func walk(n *html.Node, visit func(*html.Node) bool) {
	if !visit(n) {
		return
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		walk(c, visit)
		c = next
	}
}

// find lists the elements below n that ok accepts, in document order.
func find(n *html.Node, ok func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	walk(n, func(c *html.Node) bool {
		if c != n && c.Type == html.ElementNode && ok(c) {
			out = append(out, c)
		}
		return true
	})
	return out
}

func findTags(n *html.Node, atoms ...atom.Atom) []*html.Node { return appendTags(nil, n, atoms) }

func appendTags(out []*html.Node, n *html.Node, atoms []atom.Atom) []*html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if slices.Contains(atoms, c.DataAtom) {
			out = append(out, c)
		}
		out = appendTags(out, c, atoms)
	}
	return out
}

func first(n *html.Node, ok func(*html.Node) bool) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && ok(c) {
			return c
		}
		if f := first(c, ok); f != nil {
			return f
		}
	}
	return nil
}

func firstTag(n *html.Node, atoms ...atom.Atom) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if slices.Contains(atoms, c.DataAtom) {
			return c
		}
		if f := firstTag(c, atoms...); f != nil {
			return f
		}
	}
	return nil
}

// closest is the nearest of n and its ancestors that ok accepts, or nil.
func closest(n *html.Node, ok func(*html.Node) bool) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && ok(n) {
			return n
		}
	}
	return nil
}

func inside(n, ancestor *html.Node) bool {
	return ancestor != nil && closest(n, func(c *html.Node) bool { return c == ancestor }) != nil
}

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

func replace(old, by *html.Node) {
	if old.Parent != nil {
		old.Parent.InsertBefore(by, old)
		old.Parent.RemoveChild(old)
	}
}

// unwrap puts an element's children in its place.
func unwrap(n *html.Node) {
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	remove(n)
}

func element(a atom.Atom, children ...*html.Node) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
	for _, c := range children {
		remove(c)
		n.AppendChild(c)
	}
	return n
}

func textNode(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

func setAttr(n *html.Node, key, val string) {
	for i, a := range n.Attr {
		if a.Key == key {
			n.Attr[i].Val = val
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: val})
}

func clone(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.AppendChild(clone(child))
	}
	return c
}

// rawText is all text below n as it stands, without that of scripts.
func rawText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if c := n.FirstChild; c == n.LastChild && !isBlock(n) && (c == nil || c.Type == html.TextNode) && !isElement(n, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Br) {
		if c == nil {
			return ""
		}
		return c.Data
	}
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case isElement(c, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg):
			return false
		case isElement(c, atom.Br) || isBlock(c):
			b.WriteByte(' ')
		}
		return true
	})
	return b.String()
}

// lineText is rawText as one line.
func lineText(n *html.Node) string {
	if c := n.FirstChild; c != nil && c == n.LastChild && c.Type == html.TextNode && isBlock(n) {
		return feed.OneLine(c.Data)
	}
	return feed.OneLine(rawText(n))
}

// commonAncestor is the deepest node that holds both.
func commonAncestor(a, b *html.Node) *html.Node {
	for ; a != nil; a = a.Parent {
		if inside(b, a) {
			return a
		}
	}
	return nil
}

// isBlock reports whether an element stands on lines of its own.
func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details,
		atom.Dialog, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Li, atom.Main,
		atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td,
		atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul:
		return true
	}
	return false
}

func isHeading(n *html.Node) bool {
	return isElement(n, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6)
}

// hasBlock reports whether a block element is anywhere below n.
func hasBlock(n *html.Node) bool { return first(n, isBlock) != nil }

// isLonger reports whether there are more than so many letters in n, without
// reading on once there are.
func isLonger(n *html.Node, limit int) bool { return lettersLeft(n, limit) < 0 }

// lettersLeft is how many of so many letters n leaves; below zero it has more.
func lettersLeft(n *html.Node, letters int) int {
	if n.Type == html.TextNode {
		for s := n.Data; s != "" && letters >= 0; {
			end := min(len(s), 2*letters+utf8.UTFMax)
			for end < len(s) && !utf8.RuneStart(s[end]) {
				end++
			}
			letters -= lettersIn(s[:end])
			s = s[end:]
		}
	}
	for c := n.FirstChild; c != nil && letters >= 0; c = c.NextSibling {
		letters = lettersLeft(c, letters)
	}
	return letters
}

// lettersIn counts the bytes of a text without its blanks. It does so without
// branches: where words end can't be foretold.
func lettersIn(s string) int {
	n, all := 0, byte(0)
	for ; len(s) >= 8; s = s[8:] {
		w := eight(s)
		if w&highBits != 0 {
			break
		}
		n += 8 - bits.OnesCount64(spaceIn(w))
	}
	for i := range len(s) {
		n += int(isLetterByte[s[i]])
		all |= s[i]
	}
	if all < utf8.RuneSelf {
		return n
	}
	for _, r := range s {
		if r >= utf8.RuneSelf && unicode.IsSpace(r) {
			n -= utf8.RuneLen(r)
		}
	}
	return n
}

// isLetterByte is 0 for the blanks among the bytes, 1 for all others.
var isLetterByte = func() (letters [256]byte) {
	for c := range letters {
		if !isSpace(byte(c)) {
			letters[c] = 1
		}
	}
	return letters
}()
