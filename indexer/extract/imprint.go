package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	maxImprint      = 16  // blocks
	maxImprintText  = 400 // letters of one block
	maxImprintShare = 4   // the imprint has less than one in so many letters of a body
)

// cutImprint drops from the end of an arranged body the box in which some
// themes repeat what the story is: its title, its own address as plain text,
// its author and day, its licence. Without the address nothing is cut: a text
// rarely spells out where it stands.
func (d *document) cutImprint(body *html.Node, title string) {
	looked, letters := 0, 0
	for b := body.LastChild; b != nil && looked < maxImprint; b = b.PrevSibling {
		if b.Type != html.ElementNode {
			continue
		}
		if isElement(b, atom.Pre, atom.Table, atom.Figure) || isLonger(b, maxImprintText) {
			return
		}
		looked++
		letters += blockSize(b, false).text
		if !holdsAddress(b) || !d.namesItself(lineText(b)) {
			continue
		}
		if maxImprintShare*letters > blockSize(body, false).text {
			return
		}
		start := imprintStart(b, title)
		if start.PrevSibling == nil {
			return
		}
		for c := start; c != nil; {
			next := c.NextSibling
			remove(c)
			c = next
		}
		return
	}
}

// imprintStart is where the box of an address begins: with the title or a line
// before it.
func imprintStart(b *html.Node, title string) *html.Node {
	start := b
	prev := func() *html.Node {
		p := start.PrevSibling
		for p != nil && isBlank(p) {
			p = p.PrevSibling
		}
		return p
	}
	if p := prev(); p != nil && !isLonger(p, maxImprintText) && title != "" && fold(lineText(p)) == fold(title) {
		start = p
	}
	if p := prev(); p != nil && isElement(p, atom.Hr) {
		start = p
	}
	return start
}

// holdsAddress reports whether an address is spelled out in an element.
func holdsAddress(n *html.Node) bool {
	if n.Type == html.TextNode {
		return strings.Contains(n.Data, "http")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if holdsAddress(c) {
			return true
		}
	}
	return false
}

// namesItself reports whether a line ends in the page's own address, behind
// nothing or a label.
func (d *document) namesItself(line string) bool {
	i := strings.Index(line, "http")
	if i < 0 || i > maxLabel || strings.ContainsAny(strings.TrimSpace(line[i:]), " ") {
		return false
	}
	return feed.URLKey(strings.TrimSpace(line[i:])) == feed.URLKey(d.url.String())
}
