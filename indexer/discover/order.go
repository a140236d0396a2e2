package discover

import (
	"fmt"
	"slices"

	"storyfeed/feed"
)

// date gives the links of a hub page the dates that stand beside them or in
// their addresses.
func (h *hub) date(v *view) {
	if len(h.at) == 0 {
		return
	}
	byPlace := slices.Clone(h.at)
	slices.SortFunc(byPlace, func(a, b *anchor) int { return a.index - b.index })
	dates, _ := newGroup(v, byPlace).dates()
	of := map[*anchor]feed.Date{}
	for i, a := range byPlace {
		of[a] = dates[i]
	}
	for i, a := range h.at {
		h.links[i].Published = of[a]
	}
}

// readHub takes over the links of a hub page and, when its text goes on over
// numbered pages, of those.
func (w *walk) readHub(v *view, h hub) error {
	seen := map[string]bool{}
	visited := map[string]bool{feed.URLKey(v.url.String()): true}
	var links []Link
	var parts []int
	bare := map[string]bool{feed.URLKey(v.url.String()): true} // linked by a number alone
	add := func(h hub) {
		for i, l := range h.links {
			if key := feed.URLKey(l.URL); !seen[key] {
				seen[key] = true
				bare[key] = bare[key] || pageText(h.at[i].text) > 0
				links, parts = append(links, l), append(parts, h.parts[i])
			}
		}
		w.drop(h.drops...)
	}
	add(h)
	for n := 2; w.result.Pages < w.opt.MaxPages; n++ {
		next := v.continuation(n)
		if next == "" || visited[feed.URLKey(next)] {
			break
		}
		visited[feed.URLKey(next)] = true
		p, err := w.get(next)
		if err != nil {
			return err
		}
		if p == nil {
			break
		}
		more, err := w.view(p)
		if err != nil {
			w.result.Incomplete = err.Error()
			break
		}
		h := parseHub(more)
		if v.pins.next == nil && !v.goesOnIn(more, h, seen) {
			delete(visited, feed.URLKey(next))
			break
		}
		h.date(more)
		add(h)
		w.why(fmt.Sprintf("the text goes on at %s", next))
	}
	w.result.Links = links
	w.orderHub(parts, h)
	w.result.Links = slices.DeleteFunc(w.result.Links, func(l Link) bool {
		key := feed.URLKey(l.URL)
		return visited[key] && (bare[key] || v.pins.next != nil)
	})
	w.result.Complete = w.result.Incomplete == ""
	return nil
}

// orderHub turns a hub page round if its writer puts the newest story on top:
// when the part numbers fall, or when the dates do and no number objects.
func (w *walk) orderHub(parts []int, h hub) {
	links := w.result.Links
	up, down := partSteps(links, parts)
	dUp, dDown := strongSteps(links)
	var reason string
	switch {
	case up > 0 && down > 0, up > 0:
		return
	case down > 0:
		reason = "the numbers of the parts fall"
	case h.prose: // a text is read as it was written
		return
	case dUp+dDown == 0 && periodsFall(strongAnchors(h)):
		reason = "the years or months above the links fall"
	case dUp == 0 && dDown >= 2 && 2*(dDown+1) >= strongCount(links):
		reason = "all known dates fall"
	default:
		return
	}
	slices.Reverse(links)
	w.why("turned round: " + reason)
}

func strongAnchors(h hub) []*anchor {
	var as []*anchor
	for i, a := range h.at {
		if !h.links[i].Weak {
			as = append(as, a)
		}
	}
	return as
}

func partSteps(links []Link, parts []int) (up, down int) {
	last := 0
	for i, p := range parts {
		if links[i].Weak || p == 0 {
			continue
		}
		switch {
		case last != 0 && p > last:
			up++
		case last != 0 && p < last:
			down++
		}
		last = p
	}
	return up, down
}

func strongSteps(links []Link) (up, down int) {
	var dates []feed.Date
	for _, l := range links {
		if !l.Weak {
			dates = append(dates, l.Published)
		}
	}
	return steps(dates)
}

func strongCount(links []Link) int {
	n := 0
	for _, l := range links {
		if !l.Weak {
			n++
		}
	}
	return n
}

// orderArchive makes a list that was read newest first oldest first. A list
// that is in the order of time already stays. When nearly all dates agree with
// the order, the few that don't are pinned or featured posts, and the dates
// decide.
func (w *walk) orderArchive() {
	links := w.result.Links
	up, down := steps(datesOf(links))
	if up > down {
		w.why("kept as listed: the dates rise")
	} else {
		slices.Reverse(links)
		w.why("turned round: newest first")
		down = up
	}
	if down == 0 || slices.ContainsFunc(links, func(l Link) bool { return l.Published.IsZero() }) {
		return
	}
	pinned := len(links) - longestRise(links)
	if len(links) < 4 || pinned > max(1, len(links)/pinnedShare) {
		return
	}
	slices.SortStableFunc(links, func(a, b Link) int { return a.Published.Time.Compare(b.Published.Time) })
	w.why(fmt.Sprintf("%d out of order, put where their dates belong", pinned))
}

// pinnedShare: one post in so many may be pinned.
const pinnedShare = 8

// longestRise is the length of the longest part of a list, gaps allowed, whose
// dates do not fall.
func longestRise(links []Link) int {
	var tails []int64 // the earliest date that ends a rise of each length
	for _, l := range links {
		t := l.Published.Time.Unix()
		i, _ := slices.BinarySearchFunc(tails, t, func(e, t int64) int {
			if e <= t {
				return -1
			}
			return 1
		})
		if i == len(tails) {
			tails = append(tails, t)
		} else {
			tails[i] = t
		}
	}
	return len(tails)
}

// readArchive takes over the list of an archive: by the REST API where that is
// open, else page by page.
func (w *walk) readArchive(v *view, first listing) error {
	if done, err := w.readREST(v, first); done || err != nil {
		return err
	}
	seen := map[string]bool{}
	if err := w.readPages(v, first, seen); err != nil {
		return err
	}
	if len(w.result.Links) <= first.size() {
		if err := w.readWhole(v, seen); err != nil {
			return err
		}
	}
	if err := w.moreFromFeed(v, seen); err != nil {
		return err
	}
	w.result.Complete = w.result.Incomplete == ""
	w.orderArchive()
	return nil
}

// readPages follows the pages of an archive until there is nothing new.
func (w *walk) readPages(v *view, list listing, seen map[string]bool) error {
	like := list
	visited := map[string]bool{feed.URLKey(v.url.String()): true, feed.URLKey(w.source.URL): !w.later}
	p := pager{view: v}
	var to further
	for n := 1; ; n++ {
		added, fresh := w.addListed(list, seen, n)
		if added > 0 && w.opt.Complete && fresh == 0 && !rising(w.result.Links) {
			w.why("stopped at a page without anything new since the last crawl")
			break
		}
		if w.goesOn(list.links, added, p.view.hasNext()) {
			to = p.next(n, list.size())
		} else if to = (further{address: to.linked}); to.address == "" { // no page stands where one was counted
			w.why(fmt.Sprintf("nothing new on page %d", n))
			break
		}
		if to.address == "" || visited[feed.URLKey(to.address)] {
			break
		}
		if n >= w.opt.MaxPages {
			w.result.Incomplete = fmt.Sprintf("stopped after %d pages", n)
			break
		}
		visited[feed.URLKey(to.address)] = true
		if n == 1 && !to.guess {
			w.why("further pages by " + to.how)
		}
		more, err := w.turn(to.address)
		if err != nil {
			return err
		}
		if more == nil && to.guess {
			w.result.Incomplete = ""
		}
		switch ended := more == nil || visitedElsewhere(visited, to.address, more); {
		case !ended:
			p.view = more
			list = parseListing(more, &like)
			continue
		case to.linked != "" && w.result.Incomplete == "":
			list = listing{}
			continue
		}
		break
	}
	return nil
}

// visitedElsewhere reports that a page redirected to one that was read before,
// as engines do beyond the last page.
func visitedElsewhere(visited map[string]bool, asked string, v *view) bool {
	key := feed.URLKey(v.url.String())
	if key == feed.URLKey(asked) {
		return false
	}
	was := visited[key]
	visited[key] = true
	return was
}

// turn fetches the next page of an archive; nil: there is none.
func (w *walk) turn(url string) (*view, error) {
	p, err := w.get(url)
	if err != nil || p == nil {
		return nil, err
	}
	v, err := w.view(p)
	if err != nil {
		w.result.Incomplete = fmt.Sprintf("%s: %v", url, err)
		return nil, nil
	}
	return v, nil
}

// addListed takes over the links of one page and counts those that are new on
// this walk, and of these the ones that no earlier crawl knew.
func (w *walk) addListed(list listing, seen map[string]bool, n int) (added, fresh int) {
	for _, l := range w.behind(list.links, seen) {
		key := feed.URLKey(l.URL)
		if seen[key] {
			continue
		}
		seen[key] = true
		added++
		if !w.opt.Known(l.URL) {
			fresh++
		}
		l.Evidence = append(l.Evidence, fmt.Sprintf("page %d", n))
		w.result.Links = append(w.result.Links, l)
	}
	if n == 1 {
		w.top = added
	}
	w.drop(slices.DeleteFunc(list.drops, func(d feed.Drop) bool {
		key := d.Reason + " " + d.URL // the same menu on every page is told once
		was := seen[key]
		seen[key] = true
		return was
	})...)
	return added, fresh
}

// rising reports that a list runs from old to new, so that what is new stands
// at its end.
func rising(links []Link) bool {
	up, down := steps(datesOf(links))
	return up > down
}
