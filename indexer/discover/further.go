package discover

import (
	"errors"
	"fmt"
	"slices"

	"storyfeed/feed"
)

// get fetches a further page of a list. A nil page without an error says that
// the list ends here, or that w.result.Incomplete holds why it can't be read.
func (w *walk) get(url string) (*Page, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	p, err := w.fetch.Get(w.ctx, url)
	var gone interface{ Gone() bool }
	switch {
	case err == nil && p.NotModified:
		w.result.Incomplete = fmt.Sprintf("%s answered that it had not changed, without its text", url)
		return nil, nil
	case err == nil:
		w.turned(p)
		return p, nil
	case w.ctx.Err() != nil:
		return nil, w.ctx.Err()
	case errors.As(err, &gone) && gone.Gone():
		w.why(fmt.Sprintf("the list ends before %s", url))
		return nil, nil
	}
	w.result.Incomplete = err.Error()
	return nil, nil
}

// How many pages in a row may hold nothing new before a list has ended: posts
// that are published while it is read move those that were read to later pages.
const (
	maxIdle    = 3  // while it is read
	maxOverlap = 50 // after a pause
)

// turned counts a page that was read.
func (w *walk) turned(p *Page) {
	w.result.Pages++
	if w.kept && !p.Kept {
		w.idle, w.overlap = 0, maxOverlap
	}
	w.kept = p.Kept
}

// goesOn reports that a list may go on behind a page on which so many links
// were new; linked, that the page itself says so. One that repeats the first
// page, or is shorter, is what engines answer to any number beyond the last.
func (w *walk) goesOn(page []Link, added int, linked bool) bool {
	if added > 0 {
		w.idle, w.overlap = 0, 0
		return true
	}
	w.idle++
	return w.idle <= w.overlap || linked && w.idle <= maxIdle && len(page) >= w.top && !w.repeatsFirst(page)
}

// repeatsFirst reports that a page holds a link of the first one.
func (w *walk) repeatsFirst(page []Link) bool {
	first := map[string]bool{}
	for _, l := range w.result.Links[:min(w.top, len(w.result.Links))] {
		first[feed.URLKey(l.URL)] = true
	}
	return slices.ContainsFunc(page, func(l Link) bool { return first[feed.URLKey(l.URL)] })
}

// behind leaves out the links of a page, read after a pause, that stand before
// ones that were read already: they came on top meanwhile, where the next walk
// will find them. One link that was read already proves nothing: themes pin posts
// to every page.
func (w *walk) behind(links []Link, seen map[string]bool) []Link {
	known := func(l Link) bool { return seen[feed.URLKey(l.URL)] }
	first := slices.IndexFunc(links, known)
	if w.overlap > 0 && first >= 0 && first+1 < len(links) && known(links[first+1]) {
		return links[first:]
	}
	return links
}
