package profile

import (
	"fmt"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"storyfeed/feed"
)

// pinOf is the selector that a person has pinned a field to, or empty.
func pinOf(f Field, s feed.Select) string {
	switch f {
	case Title:
		return s.Title
	case Authors:
		return s.Author
	case Published:
		return s.Date
	case Body:
		return s.Body
	}
	return ""
}

// pinned lists the elements that a selector finds.
func pinned(n *html.Node, selector string) ([]*html.Node, error) {
	sel, err := cascadia.ParseGroup(selector)
	if err != nil {
		return nil, fmt.Errorf("selector %q: %w", selector, err)
	}
	return cascadia.QueryAll(n, sel), nil
}

// pinTexts are the values of pinned elements.
func pinTexts(f Field, nodes []*html.Node) []string {
	var out []string
	for _, n := range nodes {
		keys := []string{""}
		if f == Published {
			keys = []string{"datetime", "content", ""}
		} else if f == Authors {
			keys = []string{"content", ""}
		}
		for _, key := range keys {
			if s, ok := read(n, key); ok {
				out = append(out, s)
				break
			}
		}
		if f != Authors || len(out) == maxMany {
			break
		}
	}
	return out
}

// pin puts what the pins find in the place of what was learned. A pin that
// finds nothing is reported, and the learned value stays.
func (v *Values) pin(doc *html.Node, h Hints) {
	for _, f := range []Field{Title, Authors, Published, Body} {
		selector := pinOf(f, h.Pins)
		if selector == "" {
			continue
		}
		nodes, err := pinned(doc, selector)
		if err != nil {
			v.fail(f, "is no selector")
			continue
		}
		found := Found{Nodes: nodes, Place: Place{Kind: Pinned, Path: selector}, Confidence: 1, Pinned: true}
		if f != Body {
			found.Texts = pinTexts(f, nodes)
		}
		if len(nodes) == 0 || f != Body && len(found.Texts) == 0 {
			v.fail(f, "nothing is found")
			continue
		}
		if f == Body {
			var whole *html.Node
			whole, v.beside = joined(nodes)
			found.Nodes = []*html.Node{whole}
		}
		*v.field(f) = found
	}
}

// joined is the body that several elements make: the nearest element that
// holds them all, and what stands in it beside them, in page order.
func joined(nodes []*html.Node) (whole *html.Node, beside []*html.Node) {
	if whole = nodes[0]; len(nodes) == 1 {
		return whole, nil
	}
	is, above := map[*html.Node]bool{}, map[*html.Node]int{}
	for _, n := range nodes {
		is[n] = true
		for p := n; p != nil; p = p.Parent {
			above[p]++
		}
	}
	for above[whole] < len(nodes) {
		whole = whole.Parent
	}
	var look func(n *html.Node)
	look = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case is[c]:
			case above[c] > 0:
				look(c)
			default:
				beside = append(beside, c)
			}
		}
	}
	if !is[whole] {
		look(whole)
	}
	return whole, beside
}

// removed lists the elements within a body that a pin cuts out of it.
func removed(body *html.Node, selector string) []*html.Node {
	if selector == "" {
		return nil
	}
	nodes, err := pinned(body, selector)
	if err != nil {
		return nil // whoever reads the configuration has told so
	}
	return nodes
}

// learnPinned checks a pin on the cluster's pages instead of learning a field.
func (c *cluster) learnPinned(f Field, selector string) (Learned, []*html.Node) {
	l := Learned{Places: []Place{{Kind: Pinned, Path: selector}}}
	bodies := make([]*html.Node, len(c.pages))
	for i, p := range c.pages {
		nodes, err := pinned(p.Doc, selector)
		if err != nil {
			l.Counter = err.Error()
			return l, bodies
		}
		if len(nodes) > 0 {
			bodies[i], _ = joined(nodes)
		}
		if _, ok := p.knows(f); !ok || f == Body {
			continue
		}
		l.Of++
		texts := pinTexts(f, nodes)
		switch {
		case c.worth(f, p, texts) > 0:
			l.Support++
		case l.Counter == "":
			l.Counter = fmt.Sprintf("%s: %q instead of %q", p.URL, short(join(texts)), short(p.shown(f)))
		}
		if len(texts) > 0 && len(l.Values) < maxShown {
			l.Values = append(l.Values, short(join(texts)))
		}
	}
	l.Confidence = Wilson(l.Support, l.Of)
	return l, bodies
}
