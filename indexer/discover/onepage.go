package discover

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"storyfeed/feed"
)

// Some diaries are one page, whose entries have a place in it and no page of
// their own. That can't be followed, and is said plainly.

const (
	minPlaces = 3   // entries that make such a page
	placeText = 100 // runes of text that an entry holds on average, without spaces
)

// place is an entry of a page that its own links lead to.
type place struct{ id, name string }

// places are the entries of a page that are linked by their places in it, or
// have a heading with one; nil: there are too few, or hardly any text to them.
func (v *view) places() []place {
	byID := map[string]*html.Node{}
	for _, n := range v.doc.Find("[id], a[name]").Nodes {
		if id := firstOf(attr(n, "id"), attr(n, "name")); byID[id] == nil && !v.isCut(n) {
			byID[id] = n
		}
	}
	var found []place
	seen := map[string]bool{}
	for _, a := range v.anchors {
		u, err := v.base.Parse(strings.TrimSpace(attr(a.node, "href")))
		if err != nil || u.Fragment == "" || seen[u.Fragment] || byID[u.Fragment] == nil || feed.URLKey(u.String()) != v.selfKey() {
			continue
		}
		seen[u.Fragment] = true
		name := firstOf(line1(clip(nodeText(a.node))), line1(clip(nodeText(byID[u.Fragment]))))
		if a.heading != nil {
			name = line1(clip(nodeText(a.heading)))
		}
		found = append(found, place{u.Fragment, strings.Trim(name, "#¶§ ")})
	}
	if len(found) < minPlaces || v.letters < placeText*len(found) {
		return nil
	}
	return found
}

// onePage is the verdict on a page whose entries are places in it; nil: it is
// none.
func (v *view) onePage() *NoSource {
	found := v.places()
	if found == nil {
		return nil
	}
	such := "#" + found[0].id
	if found[0].name != "" {
		such = fmt.Sprintf("%q (%s)", found[0].name, such)
	}
	return &NoSource{
		Kind:   TroubleOnePage,
		Reason: fmt.Sprintf("holds %d entries that are sections of this one page, such as %s; none has a page of its own that could be read as a story", len(found), such),
		Tried:  []string{"links to pages of this site that could be stories: none", fmt.Sprintf("links to places in the page itself: %d", len(found))},
		Better: v.better(),
	}
}
