package discover

import (
	"fmt"
	"net/url"
	"strings"

	"storyfeed/feed"
)

// moreFromFeed goes on where a list ends whose further pages only a script can
// get: with the entries of the list's own feed that are older. Of a feed that
// holds anything else, nothing is taken.
func (w *walk) moreFromFeed(v *view, seen map[string]bool) error {
	if w.opt.Complete || w.result.Pages > 1 || w.result.Incomplete != "" || len(w.result.Links) < minGuess || !v.feedOfList() {
		return nil
	}
	at := v.meta.feedURL
	p, err := w.fetch.Get(w.ctx, at)
	if err != nil || p.NotModified {
		return w.ctx.Err()
	}
	f, err := parseFeed(p.Body)
	if err != nil {
		return nil
	}
	links, _ := entries(f, w.feedSite(f, at), at)
	older := w.olderThanList(links)
	if len(older) == 0 {
		return nil
	}
	before := len(w.result.Links)
	for n := 1; n < w.opt.MaxPages; n++ {
		added, _ := w.addListed(listing{links: older}, seen, n)
		next := nextFeed(p.Body, f, at, n)
		if added == 0 || next == "" {
			break
		}
		if p, err = w.fetch.Get(w.ctx, next); err != nil || p.NotModified {
			break
		}
		if f, err = parseFeed(p.Body); err != nil {
			break
		}
		older, _ = entries(f, w.feedSite(f, at), at)
	}
	w.why(fmt.Sprintf("%d older posts from the list's feed %s: the page links no further page", len(w.result.Links)-before, at))
	return w.ctx.Err()
}

// feedOfList reports that the page's feed holds what the page lists: it is
// below the page, or both are the whole blog's.
func (v *view) feedOfList() bool {
	u, err := url.Parse(v.meta.feedURL)
	if err != nil || v.meta.feedURL == "" {
		return false
	}
	own := strings.TrimSuffix(v.url.Path, "/")
	if own != "" && strings.HasPrefix(u.Path, own+"/") {
		return true
	}
	return v.isHome() || v.isBlogPath() && unwantedPath(v.url) != "taxonomy"
}

// olderThanList are the entries of a feed behind the last one that the page
// lists, if the page lists those before it.
func (w *walk) olderThanList(entries []Link) []Link {
	listed := map[string]bool{}
	for _, l := range w.result.Links {
		listed[feed.URLKey(l.URL)] = true
	}
	last, others := -1, 0
	for i, e := range entries {
		if listed[feed.URLKey(e.URL)] {
			last = i
		}
	}
	for _, e := range entries[:last+1] {
		if !listed[feed.URLKey(e.URL)] {
			others++
		}
	}
	if last+1 < minRepeat || others > 1 {
		return nil
	}
	return entries[last+1:]
}
