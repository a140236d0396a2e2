package profile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	maxDrops  = 40
	linkDense = .5 // of its letters are links: a list of other pages
)

// dropPlace is a [Drop] with its step.
type dropPlace struct {
	Drop
	step step
}

func isDropped(n, body *html.Node, drops []dropPlace) bool {
	for ; n != nil && n != body; n = n.Parent {
		for _, d := range drops {
			if d.step.matches(n) {
				return true
			}
		}
	}
	return false
}

// evidence is what the pages say about the elements of one name within bodies.
type evidence struct {
	step   step
	pages  map[int]bool
	story  bool // one of them held text of a story
	sparse bool // one of them was no list of links
	text   string
}

// learnDrops finds named elements whose text is never the story's.
func (c *cluster) learnDrops(bodies []*html.Node) []dropPlace {
	all := map[string]*evidence{}
	of := 0
	for i, p := range c.pages {
		if bodies[i] != nil && len(p.known) > 0 {
			of++
			c.gather(i, p, bodies[i], all)
		}
	}
	steps := slices.Collect(maps.Values(all))
	var out []dropPlace
	for _, e := range all {
		if !e.isDrop(of) || slices.ContainsFunc(steps, func(o *evidence) bool { return o.step.isA(e.step) && !o.isDrop(of) && o.story }) {
			continue
		}
		out = append(out, dropPlace{Drop{Path: path{e.step}.String(), Text: short(e.text), Count: len(e.pages), Of: of}, e.step})
	}
	slices.SortFunc(out, func(a, b dropPlace) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Path, b.Path))
	})
	return out[:min(len(out), maxDrops)]
}

// isDrop reports whether the elements of a name never hold text of a story, or
// are lists of links on most pages, of which only a reading of the page thinks
// that they are the story's.
func (e *evidence) isDrop(of int) bool {
	return len(e.pages) >= atLeast && (!e.story || !e.sparse && float64(len(e.pages)) >= repeated*float64(of))
}

// isA reports whether what s describes is also described by general.
func (s step) isA(general step) bool {
	return s.tag == general.tag && !slices.ContainsFunc(general.classes, func(c string) bool { return !slices.Contains(s.classes, c) })
}

func (c *cluster) gather(i int, p *page, body *html.Node, all map[string]*evidence) {
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		for ch := n.FirstChild; ch != nil; ch = ch.NextSibling {
			if ch.Type != html.ElementNode || isUnread(ch) || isElement(ch, atom.Pre, atom.Code, atom.Table) {
				continue
			}
			if s := (step{tag: ch.Data, classes: classesOf(ch)}); len(s.classes) > 0 && isBlock(ch) {
				p.witness(i, ch, s, all)
			}
			visit(ch)
		}
	}
	visit(body)
}

func (p *page) witness(i int, n *html.Node, s step, all map[string]*evidence) {
	at, ok := p.at[n]
	if !ok || p.elems[at].to == p.elems[at].from {
		return
	}
	key := path{s}.String()
	e := all[key]
	if e == nil {
		e = &evidence{step: s, pages: map[int]bool{}}
		all[key] = e
	}
	e.pages[i] = true
	if e.text == "" {
		e.text = feed.OneLine(textOf(n, maxPrint))
	}
	if p.tellsOf(p.elems[at]) {
		e.story = true
		e.sparse = e.sparse || p.isTeachers() || !isLinkList(n)
	}
}

// tellsOf reports whether an element holds text of the story.
func (p *page) tellsOf(e elem) bool {
	if e.to-e.from < shingle {
		return p.hasText(feed.OneLine(textOf(e.n, maxPrint)))
	}
	for i := e.from; i+shingle <= e.to; i++ {
		if p.known[sequence(p.words[i:i+shingle])] {
			return true
		}
	}
	return false
}

// isLinkList reports whether most of an element is links, and more than one.
func isLinkList(n *html.Node) bool {
	all, linked, links := 0, 0, 0
	var visit func(n *html.Node, in bool)
	visit = func(n *html.Node, in bool) {
		if n.Type == html.TextNode {
			size := len(strings.TrimSpace(n.Data))
			all += size
			if in {
				linked += size
			}
		}
		if isUnread(n) {
			return
		}
		if n.DataAtom == atom.A {
			links++
			in = true
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c, in)
		}
	}
	visit(n, false)
	return links >= 2 && float64(linked) >= linkDense*float64(all)
}
