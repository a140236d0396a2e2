package profile

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// cutter finds in a body what is none of the story's.
type cutter struct {
	prints map[uint64]bool
	drops  []step
}

func newCutter(p *Profile) *cutter {
	c := &cutter{prints: make(map[uint64]bool, len(p.Furniture))}
	for _, f := range p.Furniture {
		c.prints[f.Hash] = true
	}
	for _, d := range p.Drop {
		if at := parsePath(d.Path); len(at) == 1 {
			c.drops = append(c.drops, at[0])
		}
	}
	return c
}

// cuts lists the nodes within body that are to be cut out, none within
// another.
func (c *cutter) cuts(body *html.Node) []*html.Node {
	var out []*html.Node
	if len(c.prints) == 0 && len(c.drops) == 0 {
		return nil
	}
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		for ch := n.FirstChild; ch != nil; ch = ch.NextSibling {
			if ch.Type != html.ElementNode || isUnread(ch) {
				continue
			}
			if c.isDrop(ch) {
				out = append(out, ch)
				continue
			}
			if isElement(ch, atom.Pre, atom.Code, atom.Table) || !isBlock(ch) && !holdsBlock(ch) {
				continue
			}
			if len(c.prints) > 0 && !holdsBlock(ch) {
				if text := textOf(ch, maxPrint); c.prints[printOf(feed.OneLine(text))] {
					out = append(out, ch)
				}
				continue
			}
			visit(ch)
		}
	}
	visit(body)
	return out
}

func (c *cutter) isDrop(n *html.Node) bool {
	if !isBlock(n) {
		return false
	}
	for _, s := range c.drops {
		if s.matches(n) {
			return true
		}
	}
	return false
}

// textWithout is a body's text without the nodes that are cut out of it.
func textWithout(body *html.Node, cut []*html.Node) string {
	var b strings.Builder
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
			return
		case isUnread(n), slices.Contains(cut, n):
			return
		}
		if isBlock(n) || n.DataAtom == atom.Br {
			b.WriteByte('\n')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
		if isBlock(n) {
			b.WriteByte('\n')
		}
	}
	visit(body)
	return b.String()
}
