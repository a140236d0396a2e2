package profile

import (
	"cmp"
	"maps"
	"slices"

	"golang.org/x/net/html/atom"
)

// bodyPlace is a candidate for the place of the body.
type bodyPlace struct {
	path    path
	rank    int
	nodes   []int // element on each page, -1: none
	covered []int // sequences of the known text in it
	extra   []int // words in it beyond those
}

const (
	holdsText  = .9   // of the known text's sequences, the place holds: it is the body
	mostPages  = .9   // of the pages have the place
	lossOfText = .002 // of all known text that a deeper place may lose
)

// learnBody finds the places of the body: the deepest that loses none of the
// known text which the page has.
func (c *cluster) learnBody() (Learned, []*bodyPlace) {
	l := Learned{}
	by := map[Teacher]int{}
	total, whole := 0, make([]int, len(c.pages))
	met := map[string]*bodyPlace{}
	menus := false
	for i, p := range c.pages {
		t, ok := p.knows(Body)
		if !ok {
			continue
		}
		l.Of++
		by[t]++
		hits := p.hits()
		whole[i] = distinct(hits)
		if float64(whole[i]) < holdsText*float64(len(p.known)) {
			continue // the page does not hold its story: a paywall, an excerpt
		}
		total += whole[i]
		c.bodyPaths(p, hits, whole[i], met)
		menus = menus || p.hasMenu(hits)
	}
	if menus { // the whole page is more than the story
		maps.DeleteFunc(met, func(_ string, b *bodyPlace) bool { return len(b.path) == 1 && b.path[0].tag == "body" })
	}
	l.Teacher = most(by)
	places := c.tryBodies(met)
	chosen := c.chooseBodies(places, whole, total)
	for _, b := range chosen {
		l.Places = append(l.Places, Place{Kind: Element, Path: b.path.String(), Support: b.support(whole)})
	}
	return l, chosen
}

// hits numbers, for each position among a page's words, the known sequence
// that begins there; 0: none.
func (p *page) hits() []int {
	ids := make(map[uint64]int, len(p.known))
	out := make([]int, len(p.words))
	if len(p.known) == 1 && len(p.words) > 0 {
		return p.shortHits(out)
	}
	for i := 0; i+shingle <= len(p.words); i++ {
		s := sequence(p.words[i : i+shingle])
		if !p.known[s] {
			continue
		}
		if ids[s] == 0 {
			ids[s] = len(ids) + 1
		}
		out[i] = ids[s]
	}
	return out
}

// shortHits finds a text of fewer words than a sequence has.
func (p *page) shortHits(out []int) []int {
	n := len(appendWords(nil, p.Known.Text))
	if n == 0 || n > shingle {
		return out
	}
	for i := 0; i+n <= len(p.words); i++ {
		if p.known[sequence(p.words[i:i+n])] {
			out[i] = 1
		}
	}
	return out
}

func distinct(hits []int) int {
	seen := map[int]bool{}
	for _, h := range hits {
		if h > 0 {
			seen[h] = true
		}
	}
	return len(seen)
}

// covers counts the known sequences within an element, and its words beyond.
func (e elem) covers(hits []int) (covered, extra int) {
	// The last sequence that lies within ends before the element does.
	end := max(e.from, e.to-shingle+1)
	if e.to > e.from && end == e.from {
		end = e.to
	}
	covered = distinct(hits[e.from:end])
	return covered, max(0, e.to-e.from-covered-shingle+1)
}

// bodyPaths collects the paths to the elements that hold nearly all of what
// the page has of the known text.
func (c *cluster) bodyPaths(p *page, hits []int, whole int, met map[string]*bodyPlace) {
	for i := 0; i < len(p.elems); {
		e := p.elems[i]
		covered, _ := e.covers(hits)
		if float64(covered) < holdsText*float64(whole) {
			i = e.end
			continue
		}
		if isPlain(e.n.DataAtom) {
			for rank, at := range c.pathsTo(e.n) {
				if met[at.String()] == nil {
					met[at.String()] = &bodyPlace{path: at, rank: rank}
				}
			}
		}
		i++
	}
}

// menuLinks are so many links as make a group without the story's text a menu.
const menuLinks = 3

// hasMenu reports whether a page has menus, columns or lists of other stories
// beside the known text.
func (p *page) hasMenu(hits []int) bool {
	for i, e := range p.elems {
		switch e.n.DataAtom {
		case atom.Nav, atom.Aside, atom.Header, atom.Footer, atom.Div, atom.Section, atom.Form, atom.Table, atom.Ul, atom.Ol:
		default:
			continue
		}
		if e.to == e.from || distinct(hits[e.from:e.to]) > 0 {
			continue
		}
		links := 0
		for _, in := range p.elems[i:e.end] {
			if in.n.DataAtom == atom.A {
				links++
			}
		}
		if links >= menuLinks || e.n.DataAtom == atom.Nav || e.n.DataAtom == atom.Aside {
			return true
		}
	}
	return false
}

// isPlain reports whether an element may be a body: one that only groups,
// never a list or quotation that happens to be most of a story.
func isPlain(a atom.Atom) bool {
	switch a {
	case atom.Ul, atom.Ol, atom.Li, atom.P, atom.Blockquote, atom.Pre, atom.Figure, atom.Table, atom.Tbody, atom.Tr:
		return false
	}
	return true
}

// tryBodies looks for every candidate on every page.
func (c *cluster) tryBodies(met map[string]*bodyPlace) []*bodyPlace {
	places := make([]*bodyPlace, 0, len(met))
	for _, b := range met {
		places = append(places, b)
	}
	slices.SortFunc(places, func(a, b *bodyPlace) int { return cmp.Compare(a.path.String(), b.path.String()) })
	for i, p := range c.pages {
		hits := p.hits()
		for _, b := range places {
			b.nodes, b.covered, b.extra = append(b.nodes, -1), append(b.covered, 0), append(b.extra, 0)
			for at, e := range p.elems {
				if b.path.matches(e.n) {
					b.nodes[i] = at
					b.covered[i], b.extra[i] = e.covers(hits)
					break
				}
			}
		}
	}
	return places
}

// support counts the pages on which a place holds the body.
func (b *bodyPlace) support(whole []int) int {
	n := 0
	for i, w := range whole {
		if w > 0 && float64(b.covered[i]) >= holdsText*float64(w) {
			n++
		}
	}
	return n
}

// chooseBodies takes the deepest place that loses nothing on nearly all
// pages, its twin by position, and places for the pages that have none.
func (c *cluster) chooseBodies(places []*bodyPlace, whole []int, total int) []*bodyPlace {
	teaching := 0
	for _, w := range whole {
		if w > 0 {
			teaching++
		}
	}
	open := make([]bool, len(whole))
	for i, w := range whole {
		open[i] = w > 0
	}
	var chosen []*bodyPlace
	for len(chosen) < maxPlaces-1 {
		best := bestBody(places, whole, open, float64(total)*lossOfText)
		if best == nil {
			break
		}
		chosen = append(chosen, best)
		for i := range open {
			open[i] = open[i] && best.nodes[i] < 0
		}
		if !slices.Contains(open, true) {
			break
		}
	}
	if len(chosen) > 0 {
		for _, b := range places {
			if len(chosen) < maxPlaces && !slices.Contains(chosen, b) && slices.Equal(b.nodes, chosen[0].nodes) && !slices.ContainsFunc(b.path, step.isNamed) {
				chosen = append(chosen, b)
				break
			}
		}
	}
	return chosen
}

// bestBody is the place that is right on most of the open pages; of equal
// ones the one that holds least beside the text, then the best named.
func bestBody(places []*bodyPlace, whole []int, open []bool, mayLose float64) *bodyPlace {
	var best *bodyPlace
	var top [3]int
	for _, b := range places {
		right, lost, extra := 0, 0, 0
		for i, w := range whole {
			if !open[i] || b.nodes[i] < 0 {
				continue
			}
			if float64(b.covered[i]) >= holdsText*float64(w) {
				right++
				lost += w - b.covered[i]
				extra += b.extra[i]
			} else {
				right--
			}
		}
		if right <= 0 {
			continue
		}
		if float64(lost) > mayLose {
			extra += 1000 * lost // as bad as all that a shallower place would take in
		}
		key := [3]int{-right, extra, b.rank}
		if best == nil || slices.Compare(key[:], top[:]) < 0 {
			best, top = b, key
		}
	}
	return best
}
