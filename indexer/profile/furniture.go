package profile

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	repeated  = .6 // of the pages have it: it is the site's
	atLeast   = 3  // pages, for anything to be the site's
	maxPrint  = 1200
	maxPrints = 60
)

// block is a piece of text of a body as readers see it: an element with text
// and no such element within.
type block struct {
	n     *html.Node
	text  string
	print uint64
	known bool // its text is in the story's known text
}

// blocksOf lists the leaves among a body's blocks in order.
func (p *page) blocksOf(body *html.Node) []block {
	var out []block
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || isUnread(c) {
				continue
			}
			if holdsBlock(c) && !isElement(c, atom.Table, atom.Pre) {
				visit(c)
				continue
			}
			if !isBlock(c) {
				continue
			}
			text := feed.OneLine(textOf(c, maxPrint))
			if h := printOf(text); h != 0 {
				out = append(out, block{n: c, text: text, print: h, known: p.hasText(text)})
			}
		}
	}
	visit(body)
	return out
}

func isElement(n *html.Node, atoms ...atom.Atom) bool { return slices.Contains(atoms, n.DataAtom) }

func holdsBlock(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isBlock(c) || c.Type == html.ElementNode && holdsBlock(c) {
			return true
		}
	}
	return false
}

// hasText reports whether a text is part of the story's known text.
func (p *page) hasText(text string) bool {
	f := feed.Fold(text)
	return f != "" && strings.Contains(p.text, " "+f+" ")
}

// isTeachers reports whether somebody who is believed more than a reading of
// the page says that a known text is the story's.
func (p *page) isTeachers() bool {
	switch p.Known.TextBy {
	case ByAPI, ByFeed, ByStore:
		return true
	}
	return false
}

// learnFurniture finds what repeats in the bodies, and the places in them that
// never hold text of a story.
func (c *cluster) learnFurniture(bodies []*html.Node) ([]Print, []Drop) {
	drops := c.learnDrops(bodies)
	marked := map[uint64]*Print{}
	of := 0
	lists := make([][]block, len(c.pages))
	count := map[uint64]int{}
	for i, p := range c.pages {
		if bodies[i] == nil {
			continue
		}
		of++
		lists[i] = slices.DeleteFunc(p.blocksOf(bodies[i]), func(b block) bool { return isDropped(b.n, bodies[i], drops) })
		seen := map[uint64]bool{}
		for _, b := range lists[i] {
			if !seen[b.print] {
				seen[b.print] = true
				count[b.print]++
			}
		}
	}
	often := func(b block) bool {
		n := count[b.print]
		return n >= atLeast && float64(n) >= repeated*float64(of)
	}
	for i, p := range c.pages {
		for _, b := range edges(lists[i], func(b block) bool { return often(b) && !(b.known && p.isTeachers()) }) {
			note(marked, b)
		}
		for _, b := range lists[i] {
			if often(b) && !b.known {
				note(marked, b)
			}
		}
	}
	var prints []Print
	for _, m := range marked {
		m.Of = of
		if m.Count >= atLeast && float64(m.Count) >= repeated*float64(of) {
			prints = append(prints, *m)
		}
	}
	slices.SortFunc(prints, func(a, b Print) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	out := make([]Drop, 0, len(drops))
	for _, d := range drops {
		out = append(out, d.Drop)
	}
	return prints[:min(len(prints), maxPrints)], out
}

func note(marked map[uint64]*Print, b block) {
	if marked[b.print] == nil {
		marked[b.print] = &Print{Text: short(b.text), Hash: b.print}
	}
	marked[b.print].Count++
}

// edges are the repeated blocks at both ends of a body that follow each other
// without a block of the story's own between them. Repeated blocks in the midst
// are the story's: the questions of an interview, the headings of a recipe. So
// are those at the beginning that lead over to the story's own text.
func edges(blocks []block, often func(block) bool) []block {
	from := 0
	for from < len(blocks) && often(blocks[from]) {
		from++
	}
	if from == len(blocks) {
		return nil // all of it repeats: nothing tells what the story is
	}
	start := from
	for start > 0 && leadsOver(blocks[start-1]) {
		start--
	}
	end := len(blocks)
	for end > from && often(blocks[end-1]) {
		end--
	}
	return slices.Concat(blocks[:start], blocks[end:])
}

// leadsOver reports whether a block announces what comes after it.
func leadsOver(b block) bool {
	if isElement(b.n, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dt) {
		return true
	}
	return strings.HasSuffix(b.text, "?") || strings.HasSuffix(b.text, ":")
}
