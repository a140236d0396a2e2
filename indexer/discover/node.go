package discover

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// firstNode finds the first element below n, in the page's order, for which
// the test holds. It gives up in very large elements.
func firstNode(n *html.Node, test func(*html.Node) bool) *html.Node {
	budget := maxNodes
	var walk func(*html.Node) *html.Node
	walk = func(n *html.Node) *html.Node {
		for c := n.FirstChild; c != nil && budget > 0; c = c.NextSibling {
			budget--
			if test(c) {
				return c
			}
			if found := walk(c); found != nil {
				return found
			}
		}
		return nil
	}
	return walk(n)
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
