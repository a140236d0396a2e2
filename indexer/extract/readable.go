package extract

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Scores of places, much as Arc90's Readability has given them: paragraphs
// vote for what is around them, links and names speak against it.
const (
	minVoter    = 25  // letters; less has no vote
	minKept     = 40  // letters of a paragraph that the place must hold
	fineWords   = 80  // letters of a lone paragraph beside the place that belongs to it
	sparseLinks = .25 // of such a paragraph's letters
	kinShare    = .2  // of the place's score: a neighbour belongs to it
	climbShare  = 1. / 3
)

// voteSteps is by how much the vote for each further ancestor is divided.
var voteSteps = [...]float64{1, 2, 6, 9, 12}

// readable is the smallest element that holds the page's best text and what
// belongs to it beside it, or nil.
func (d *document) readable() *html.Node {
	if d.isHuge() {
		return nil
	}
	v := votes{d: d, of: map[*html.Node]float64{}}
	v.collect(d.body)
	top := v.top()
	if top == nil {
		return nil
	}
	kept := []*html.Node{top}
	if top != d.body {
		for c := top.Parent.FirstChild; c != nil; c = c.NextSibling {
			if c != top && c.Type == html.ElementNode && v.isKin(c, top) {
				kept = append(kept, c)
			}
		}
	}
	var whole *html.Node
	for _, k := range kept {
		walk(k, func(n *html.Node) bool {
			if isElement(n, atom.P, atom.Pre, atom.Li, atom.Blockquote, atom.Td) && d.sizes[n].text > minKept {
				if whole == nil {
					whole = n
				} else if !inside(n, whole) {
					whole = commonAncestor(whole, n)
				}
				return false
			}
			return true
		})
	}
	return closest(whole, func(n *html.Node) bool { return isContainer(n) && !isElement(n, atom.Tbody, atom.Tr, atom.Table) })
}

// votes are the scores of a page's elements.
type votes struct {
	d     *document
	of    map[*html.Node]float64
	order []*html.Node // elements with a score, in the order in which they got one
}

// collect lets every paragraph below n vote, and every run of text that
// stands in a group as if it were one.
func (v *votes) collect(n *html.Node) {
	run := 0
	commas := 0
	flush := func() {
		v.vote(n, run, commas)
		run, commas = 0, 0
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			run += lettersIn(c.Data)
			commas += commasIn(c.Data)
			continue
		}
		if c.Type != html.ElementNode {
			continue
		}
		switch {
		case isElement(c, atom.P, atom.Td, atom.Pre, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6), isElement(c, atom.Div) && !hasBlock(c):
			flush()
			v.vote(n, v.d.sizes[c].text, commasBelow(c))
			if isElement(c, atom.Td) {
				v.collect(c)
			}
		case isBlock(c) || hasBlock(c):
			flush()
			v.collect(c)
		default:
			run += v.d.sizes[c].text
			commas += commasBelow(c)
		}
	}
	if isElement(n, atom.Div) {
		flush()
	}
}

func commasIn(s string) int {
	return strings.Count(s, ",") + strings.Count(s, "，") + strings.Count(s, "、")
}

func commasBelow(n *html.Node) int {
	count := 0
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			count += commasIn(c.Data)
		}
		return true
	})
	return count
}

// vote scores n and what is around it for a text that stands in it.
func (v *votes) vote(n *html.Node, letters, commas int) {
	if letters < minVoter {
		return
	}
	score := float64(2 + commas + min(letters/100, 3))
	for level := 0; level < len(voteSteps) && n != nil && n.Type == html.ElementNode && !isElement(n, atom.Html); level++ {
		if _, ok := v.of[n]; !ok {
			v.of[n] = bias(n)
			v.order = append(v.order, n)
		}
		v.of[n] += score / voteSteps[level]
		n = n.Parent
	}
}

// bias is what an element's kind and names say of it as a place of text.
func bias(n *html.Node) float64 {
	b := 0.0
	switch n.DataAtom {
	case atom.Div:
		b = 5
	case atom.Pre, atom.Td, atom.Blockquote:
		b = 3
	case atom.Address, atom.Ol, atom.Ul, atom.Dl, atom.Dd, atom.Dt, atom.Li, atom.Form:
		b = -3
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Th:
		b = -5
	}
	switch {
	case kindOf(n) != noFurniture:
		b -= 25
	case isElement(n, atom.Article) || isContentNamed(n) || anyName(n, isTextName):
		b += 25
	}
	return b
}

func isTextName(name string) bool {
	return slices.ContainsFunc([]string{"article", "body", "content", "entry", "main", "page", "post", "text", "blog", "story"}, func(w string) bool { return strings.Contains(name, w) })
}

// top is the element with the best score, or the one around it that
// its neighbours make better. Links take their share of each score.
func (v *votes) top() *html.Node {
	var top *html.Node
	for _, n := range v.order {
		s := v.d.sizes[n]
		v.of[n] *= 1 - float64(s.link)/math.Max(1, float64(s.text))
		if top == nil || v.of[n] > v.of[top] {
			top = n
		}
	}
	if top == nil {
		return nil
	}
	last := v.of[top]
	least := last * climbShare
	for p := top.Parent; p != nil && p.DataAtom != atom.Body; p = p.Parent {
		score, ok := v.of[p]
		if !ok {
			continue
		}
		if score < least {
			break
		}
		if score > last {
			top = p
			break
		}
		last = score
	}
	for p := top.Parent; p != nil && p.DataAtom != atom.Body && onlyElement(p, top); p = top.Parent {
		top = p
	}
	return top
}

func onlyElement(p, n *html.Node) bool {
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		if c != n && c.Type == html.ElementNode {
			return false
		}
	}
	return true
}

// isKin reports whether a neighbour of the place belongs to the same text.
func (v *votes) isKin(n, top *html.Node) bool {
	score, ok := v.of[n]
	bonus := 0.0
	if c := attr(top, "class"); c != "" && c == attr(n, "class") {
		bonus = kinShare * v.of[top]
	}
	if ok && score+bonus >= math.Max(10, kinShare*v.of[top]) {
		return true
	}
	s := v.d.sizes[n]
	return isElement(n, atom.P) && s.text > fineWords && float64(s.link) < sparseLinks*float64(s.text)
}
