package discover

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"storyfeed/feed"
)

// A book on the web lists its chapters beside each of them, in groups, and links
// the chapter before and the one after below the text. No word says that a
// group is a series; that its items are those which the steps lead to does.

// stepsAlong reports that a step of the page, marked as such outside of a list
// of parts, leads to the part that stands next to the page's own in that list.
func (v *view) stepsAlong(list *html.Node, links []Link) bool {
	self := slices.IndexFunc(links, func(l Link) bool { return feed.URLKey(l.URL) == v.selfKey() })
	if self < 0 || len(links) < strongGroup {
		return false
	}
	key := func(i int) string {
		if i < 0 || i >= len(links) {
			return ""
		}
		return feed.URLKey(links[i].URL)
	}
	next, prev := key(self+1), key(self-1)
	return slices.ContainsFunc(v.anchors, func(a *anchor) bool {
		if a.key == "" || a.key != next && a.key != prev || within(a.node, list) {
			return false
		}
		to := a.markedStep()
		return a.key == next && to == onward || a.key == prev && to == back
	})
}

// stepLevels is how far above a link what marks it as a step is looked for.
const stepLevels = 2

// markedStep is where a link leads by its relation, its words, an arrow beside
// it, or the name of an element around it. The title of the story may be in it.
func (a *anchor) markedStep() way {
	if len(a.text) > 2*maxLabel {
		return nowhere
	}
	names := slices.Clone(a.rel)
	words := strings.Fields(line1(clip(nodeText(a.node))) + " " + attr(a.node, "aria-label"))
	for i, n := 0, a.node; n != nil && i <= stepLevels; i, n = i+1, n.Parent {
		for _, token := range strings.Fields(attr(n, "class")) {
			names = append(names, nameParts(token)...)
		}
		if text := line1(clip(nodeText(n))); i > 0 && len(text) <= len(a.text)+maxBetween+len("previous") {
			words = append(words, strings.Fields(text)...)
		}
	}
	if len(words) > 0 {
		names = append(names, words[0], words[len(words)-1])
	}
	isNext, isBack := slices.ContainsFunc(names, isNextName), slices.ContainsFunc(names, isBackName)
	switch {
	case isNext && !isBack:
		return onward
	case isBack && !isNext:
		return back
	}
	return nowhere
}

func isNextName(s string) bool { return s == "next" || nextStep.MatchString(s) }

func isBackName(s string) bool { return s == "prev" || s == "previous" || prevStep.MatchString(s) }

// maxBookGroups is how many groups of a book's list are read on either side of one.
const maxBookGroups = 30

// listName is the short text right above a list, or above the block that holds
// nothing but that list.
func listName(list *html.Node) string {
	for i, n := 0, list; n != nil && i < stepLevels; i, n = i+1, n.Parent {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if text := line1(clip(nodeText(s))); text != "" {
				if len(text) > shortText || s.Type == html.TextNode {
					return ""
				}
				return text
			}
		}
	}
	return ""
}

// bookOf adds the groups of a book before and behind one group: those that the
// steps lead on to from its ends. A group whose chapters have a folder of their
// own is a series of its own.
func (c *chain) bookOf(group []Link) ([]Link, error) {
	before, err := c.groupsFrom(group, back)
	if err != nil {
		return group, err
	}
	after, err := c.groupsFrom(group, onward)
	return slices.Concat(before, group, after), err
}

// groupsFrom lists the groups on one side of a group.
func (c *chain) groupsFrom(group []Link, to way) ([]Link, error) {
	known := map[string]bool{}
	var found []Link
	for range maxBookGroups {
		end := group[0]
		if to == onward {
			end = group[len(group)-1]
		}
		for _, l := range group {
			known[feed.URLKey(l.URL)] = true
		}
		p, err := c.part(end.URL)
		if err != nil || p.view == nil {
			return found, err
		}
		address := p.view.stepTo(to)
		if address == "" || known[feed.URLKey(address)] || folderOf(address) != folderOf(end.URL) {
			return found, nil
		}
		if p, err = c.part(address); err != nil || !p.side || known[feed.URLKey(p.box[0].URL)] || folderOf(p.box[0].URL) != folderOf(end.URL) {
			return found, err
		}
		group = p.box
		if to == onward {
			found = append(found, group...)
		} else {
			found = slices.Concat(group, found)
		}
	}
	return found, nil
}

// part is a page of the series, read now or before; the zero value: there is
// none.
func (c *chain) part(address string) (partPage, error) {
	if p, ok := c.pages[feed.URLKey(address)]; ok && p.view != nil {
		return p, nil
	}
	if c.w.result.Pages >= c.w.opt.MaxPages {
		return partPage{}, nil
	}
	p, _, err := c.read(address)
	return p, err
}

// stepTo is the address to which a marked step of the page's leads in one
// direction; empty: none.
func (v *view) stepTo(to way) string {
	for _, a := range v.anchors {
		if a.url != "" && a.reason != homePage && a.reason != ownPage && a.reason != otherSite && a.markedStep() == to {
			return a.url
		}
	}
	return ""
}

// homeName is what a page calls the home page that it links.
func (v *view) homeName() string {
	for _, a := range v.anchors {
		if a.reason == homePage && a.text != "" {
			return a.text
		}
	}
	return ""
}
