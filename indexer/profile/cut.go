package profile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// cutter finds in a body what is none of the story's.
type cutter struct {
	prints map[uint64]bool
	starts []uint64 // first words of the prints; nil: they are not known
	drops  []step
}

func newCutter(p *Profile) *cutter {
	c := &cutter{prints: make(map[uint64]bool, len(p.Furniture))}
	for _, f := range p.Furniture {
		c.prints[f.Hash] = true
		c.starts = append(c.starts, firstWord(f.Text))
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
				if c.isPrint(textOf(ch, maxPrint)) {
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

// isPrint reports whether a block's text repeats in other stories. Nearly all
// begin with another word than what does.
func (c *cutter) isPrint(text string) bool {
	if start := firstWord(text); start != 0 && c.starts != nil && !slices.Contains(c.starts, 0) && !slices.Contains(c.starts, start) {
		return false
	}
	return c.prints[printOf(feed.OneLine(text))]
}

// firstWord is the hash of a text's first word, 0 where that is not plain.
func firstWord(text string) uint64 {
	const soon = 64
	h, in := uint64(fnvOffset), false
	for i := range min(len(text), soon) {
		switch c := text[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			h, in = hashRune(h, rune(c|0x20)), true
		case c >= utf8.RuneSelf || c == '\'' || '0' <= c && c <= '9':
			return 0
		case in:
			return h
		}
	}
	if in && len(text) <= soon {
		return h
	}
	return 0
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
