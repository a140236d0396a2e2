package discover

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// nameUnlinked gives the links that end teasers the headings of these as text,
// where titles are no links: all or nearly all must have one of their own, else
// a heading is that of the whole list.
func (v *view) nameUnlinked(as []*anchor, block func(*anchor) *html.Node) {
	titles := map[*anchor]*html.Node{}
	distinct := map[*html.Node]bool{}
	bare := 0
	for _, a := range as {
		if !a.readsOn() && !a.isDay() {
			continue
		}
		bare++
		title := v.firstHeading(block(a))
		if title == nil && a.readsOn() {
			title = v.headingAbove(a)
		}
		if title != nil {
			titles[a], distinct[title] = title, true
		}
	}
	if 5*len(distinct) < 4*bare {
		return
	}
	for a, title := range titles {
		a.name(title)
	}
}

// headingAbove is the last heading above a link, up to the link that ends the
// teaser before: titles are not always in one block with their teasers.
func (v *view) headingAbove(a *anchor) *html.Node {
	for i, n := 0, a.node; i < maxClimb && n != nil && n.DataAtom != atom.Body; i, n = i+1, n.Parent {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if s.Type != html.ElementNode || v.massOf(s) == 0 {
				continue
			}
			span := v.spanOf(s)
			if slices.ContainsFunc(v.anchors[span[0]:span[1]], func(b *anchor) bool { return b.usable() && b.key != a.key && b.readsOn() }) {
				return nil
			}
			if h := v.lastHeading(s); h != nil {
				return h
			}
		}
	}
	return nil
}

// lastHeading is the last heading in an element, or the element itself.
func (v *view) lastHeading(n *html.Node) *html.Node {
	if n.Type != html.ElementNode || skipped(n.DataAtom) || v.cut[n] != "" || v.massOf(n) == 0 {
		return nil
	}
	if isHeading(n.DataAtom) {
		return n
	}
	for c := n.LastChild; c != nil; c = c.PrevSibling {
		if h := v.lastHeading(c); h != nil {
			return h
		}
	}
	return nil
}
