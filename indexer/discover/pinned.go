package discover

import (
	"fmt"
	"slices"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// What is pinned by hand is taken as it is: a pinned list says which links are
// stories, whatever their addresses look like; a pinned next says where the
// list goes on, and where it does not.

// pins are the selectors that hold for the list pages of one source.
type pins struct {
	list, next cascadia.SelectorGroup // nil: found without
	text       feed.Select            // as they were written
}

func readPins(s feed.Select) (pins, error) {
	p := pins{text: s}
	for _, f := range []struct {
		to      *cascadia.SelectorGroup
		written string
		name    string
	}{{&p.list, s.List, "list"}, {&p.next, s.Next, "next"}} {
		if f.written == "" {
			continue
		}
		group, err := cascadia.ParseGroup(f.written)
		if err != nil {
			return pins{}, fmt.Errorf("pinned %s %q: %w", f.name, f.written, err)
		}
		*f.to = group
	}
	return p, nil
}

// pinned are the links that a pinned list selects, in the page's order: the
// elements themselves, or the link of each.
func (v *view) pinned() ([]*anchor, map[*anchor]*html.Node) {
	at := map[*html.Node]*anchor{}
	for _, a := range v.anchors {
		at[a.node] = a
	}
	var found []*anchor
	blocks := map[*anchor]*html.Node{}
	for _, n := range cascadia.QueryAll(v.doc.Nodes[0], v.pins.list) {
		a := at[n]
		if a == nil {
			a = v.linkOf(n)
		}
		if a == nil || !isWeb(a) {
			continue
		}
		if a.text == "" {
			a.text = clip(feed.CleanLine(nodeText(n)))
		}
		found = append(found, a)
		blocks[a] = n
	}
	return found, blocks
}

// linkOf is the link of an element that stands for one story.
func (v *view) linkOf(n *html.Node) *anchor {
	if a := v.permalink(n); a != nil {
		return a
	}
	span := v.spanOf(n)
	for _, a := range v.anchors[span[0]:span[1]] {
		if isWeb(a) {
			return a
		}
	}
	return nil
}

func isWeb(a *anchor) bool { return a.url != "" && a.reason != noPage && a.reason != "not an address" }

// pinnedListing is the list that is pinned.
func (v *view) pinnedListing(like *listing) listing {
	as, blocks := v.pinned()
	l := listing{posts: true, heads: true, how: fmt.Sprintf("by the pinned list %q", v.pins.text.List)}
	if like != nil {
		l.votes = like.votes
	}
	return v.listed(as, l, blocks)
}

// pinnedHub is the same list, read as that of a hub page.
func (v *view) pinnedHub() hub {
	as, _ := v.pinned()
	h := hub{body: v.doc.Nodes[0]}
	counts := itemCounts{}
	seen := map[string]bool{}
	for _, a := range as {
		if seen[a.key] {
			continue
		}
		seen[a.key] = true
		s, item := a.shape()
		h.add(spot{a: a, shape: s, place: counts.place(item, s), part: partOf(a, counts)}, false)
	}
	h.listed = len(h.links)
	return h
}

// pinnedNext is the further page that is pinned; empty: there is none.
func (v *view) pinnedNext() string {
	for _, n := range cascadia.QueryAll(v.doc.Nodes[0], v.pins.next) {
		for _, key := range slices.Concat([]string{"href"}, loaders) {
			if value := attr(n, key); value != "" {
				if address := v.pageAddress(value); address != "" {
					return address
				}
			}
		}
		if a := firstNode(n, func(n *html.Node) bool { return n.DataAtom == atom.A && attr(n, "href") != "" }); a != nil {
			if address := v.pageAddress(attr(a, "href")); address != "" {
				return address
			}
		}
	}
	return ""
}
