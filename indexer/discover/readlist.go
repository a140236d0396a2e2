package discover

import (
	"fmt"
	"slices"

	"storyfeed/feed"
)

// date gives the links of a hub page the dates that stand beside them or in
// their addresses, and the authors that stand there.
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
	h.nameAuthors(v)
}

// nameAuthors does the same with authors. Links in passing have no lines of
// their own.
func (h *hub) nameAuthors(v *view) {
	var listed []*anchor
	at := map[*anchor]int{}
	for i, a := range h.at {
		if !h.links[i].Weak {
			listed = append(listed, a)
			at[a] = i
		}
	}
	slices.SortFunc(listed, func(a, b *anchor) int { return a.index - b.index })
	authors := newGroup(v, listed).authors()
	for i, a := range listed {
		if authors != nil {
			h.links[at[a]].Authors = authors[i]
		}
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
		links, parts = slices.Grow(links, len(h.links)), slices.Grow(parts, len(h.links))
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
		if to.address == "" || visited[feed.URLKey(to.address)] || otherPeriod(w.source.URL, to.address) {
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
