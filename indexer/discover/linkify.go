package discover

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Links are not always written as such: rows lead on by a script when they are
// clicked, maps have areas, and menus are lists to choose from. A page's tree is
// changed before it is read, so that they are links like others.

// linkify makes links of what leads somewhere without being one.
func linkify(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			switch c.DataAtom {
			case atom.Script, atom.Style, atom.Button, atom.A, atom.Template, atom.Noscript:
			case atom.Select:
				linkOptions(c)
			case atom.Map:
				linkAreas(c)
			default:
				linkify(c)
				linkClicks(c)
			}
		}
		c = next
	}
}

// linkClicks gives an element that leads on when it is clicked a link: around
// what it holds or, of a row, what its longest cell does. One that holds links
// needs none.
func linkClicks(n *html.Node) {
	address := goesTo(attr(n, "onclick"))
	if address == "" || !mayHoldLink(n.DataAtom) || firstNode(n, func(c *html.Node) bool { return c.DataAtom == atom.A && attr(c, "href") != "" }) != nil {
		return
	}
	if n.DataAtom == atom.Tr {
		var longest *html.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (longest == nil || len(nodeText(c)) > len(nodeText(longest))) {
				longest = c
			}
		}
		if n = longest; n == nil {
			return
		}
	}
	a := newLink(address)
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		a.AppendChild(c)
	}
	n.AppendChild(a)
}

func mayHoldLink(a atom.Atom) bool {
	return slices.Contains([]atom.Atom{atom.Tr, atom.Td, atom.Li, atom.Div, atom.P, atom.Span, atom.Article, atom.Section, atom.H1, atom.H2, atom.H3, atom.H4, atom.Figure}, a)
}

// linkOptions makes a menu of a list to choose addresses from.
func linkOptions(n *html.Node) {
	list := newElement(atom.Ul)
	walkTree(n, func(o *html.Node) {
		if v := strings.TrimSpace(attr(o, "value")); o.DataAtom == atom.Option && isReference(v) {
			appendItem(list, v, nodeText(o))
		}
	})
	if list.FirstChild == nil {
		return
	}
	menu := newElement(atom.Nav)
	menu.AppendChild(list)
	n.Parent.InsertBefore(menu, n)
}

// isReference reports that the value of an option is an address: one with a
// path, or a page of its own.
func isReference(v string) bool {
	return len(v) > 1 && !strings.ContainsAny(v, " \t\n<>\"") && (strings.HasPrefix(v, "/") || strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") || strings.HasPrefix(v, "./") || strings.HasPrefix(v, "../") || strings.HasPrefix(v, "?") || strings.HasSuffix(v, ".html") || strings.HasSuffix(v, ".htm") || strings.HasSuffix(v, ".php"))
}

// linkAreas puts a list of links in the place of a map.
func linkAreas(n *html.Node) {
	list := newElement(atom.Ul)
	walkTree(n, func(a *html.Node) {
		if href := attr(a, "href"); a.DataAtom == atom.Area && href != "" {
			appendItem(list, href, firstOf(attr(a, "alt"), attr(a, "title")))
		}
	})
	if list.FirstChild != nil {
		n.Parent.InsertBefore(list, n)
	}
}

func walkTree(n *html.Node, visit func(*html.Node)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		visit(c)
		walkTree(c, visit)
	}
}

func newElement(a atom.Atom) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
}

func newLink(address string) *html.Node {
	a := newElement(atom.A)
	a.Attr = []html.Attribute{{Key: "href", Val: address}}
	return a
}

func appendItem(list *html.Node, address, text string) {
	item, a := newElement(atom.Li), newLink(address)
	a.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	item.AppendChild(a)
	list.AppendChild(item)
}
