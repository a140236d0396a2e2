package indexer

import (
	"context"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// The site's own API and feed say exactly what its pages say for people: they
// are believed before the pages, where they name a story's address.

// said is what a site says of one story elsewhere than on its page.
type said struct {
	title     string
	authors   []string
	published feed.Date
	modified  time.Time
	source    string // [feed.DateFromREST] or [feed.DateFromFeed]
}

// hear takes over what a feed of the site says. Dates that are the same for all
// entries tell when the feed was made.
func (c *crawl) hear(entries []discover.Link) {
	c.doubt(entries)
	dates := map[time.Time]bool{}
	for _, l := range entries {
		dates[l.Published.Time] = true
	}
	for _, l := range entries {
		s := said{l.Anchor, c.people(l.Authors), l.Published, l.Modified, feed.DateFromFeed}
		if len(entries) >= fewEntries && len(dates) == 1 {
			s.published, s.modified = feed.Date{}, time.Time{}
		}
		c.said[feed.URLKey(l.URL)] = s
	}
}

const fewEntries = 3 // may well have been published at once

// fromSite reports whether a value was read in the site's API or feed.
func fromSite(source string) bool { return source == feed.DateFromREST || source == feed.DateFromFeed }

// people are names without those that are the series' or its site's.
func (c *crawl) people(names []string) []string {
	return slices.DeleteFunc(extract.People(names), func(s string) bool {
		return folded(s) == folded(c.series.Title) && len(strings.Fields(s)) != 2
	})
}

// hearSite fetches the site's feed for what it says of new stories, unless it
// was read already or none is known.
func (c *crawl) hearSite(ctx context.Context, fresh []store.Link) error {
	if c.siteFeed == "" || c.siteFeed == c.signal.url || len(fresh) == 0 {
		return nil
	}
	if !slices.ContainsFunc(fresh, func(l store.Link) bool { return !listed(l) }) {
		return nil // their source says it all
	}
	page, err := c.ix.Fetch.Get(ctx, fetch.Request{URL: c.siteFeed})
	if err != nil {
		return ctx.Err() // the pages will do
	}
	c.hear(discover.Entries(page.Body, page.FinalURL))
	return nil
}

// listed reports whether a link comes from the site's API or feed.
func listed(l store.Link) bool {
	return fromSite(l.Published.Source)
}

// saidOf is what the site says of a story, in the source that led to it or in
// its feed.
func (c *crawl) saidOf(l store.Link, addr address) (said, bool) {
	if listed(l) {
		return said{l.Anchor, c.people(l.Authors), l.Published, l.Modified, l.Published.Source}, true
	}
	for _, u := range addr.all() {
		if s, ok := c.said[feed.URLKey(u)]; ok {
			return s, true
		}
	}
	return said{}, false
}

// believe puts what the site says into a story that is new. A page's heading is
// the title all the same: what a feed writes may be cut or decorated.
func (s said) believe(st *feed.Story) {
	if s.title != "" && s.title != st.Title {
		switch rest, ok := affix(s.title, st.Title); {
		case st.TitleSource == "anchor", st.TitleSource == "title", st.TitleSource == titleOfText, st.TitleSource == "", ok && rest != "" && len(s.title) < len(st.Title) && st.TitleSource != "heading":
			st.Title, st.TitleSource = s.title, s.source
		}
	}
	if len(s.authors) > 0 && !holds(st.Authors, s.authors) {
		st.Authors, st.AuthorSource = s.authors, s.source
	}
	if !s.published.IsZero() {
		st.Published = s.published
	}
	if st.Updated.IsZero() && s.modified.After(st.Published.Time) {
		st.Updated = feed.Date{Time: s.modified, Precision: feed.PrecisionSecond, Source: s.source}
	}
}

// holds reports whether all of some names are among others.
func holds(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool {
		return !slices.ContainsFunc(all, func(a string) bool { return folded(a) == folded(s) })
	})
}

// complete gives known stories what the site says now and their pages never
// did: an author, a date. What is known is not touched.
func (c *crawl) complete(ctx context.Context) error {
	for _, s := range c.known {
		v, ok := c.said[feed.URLKey(s.Permalink)]
		dated := !v.published.Betters(s.Published)
		authored := len(s.Authors) > 0 || len(v.authors) == 0
		if !ok || dated && authored || !s.Gone.IsZero() {
			continue
		}
		whole, err := c.ix.Store.StoryIn(ctx, c.series.Slug, s.GUID)
		if err != nil {
			return err
		}
		if !dated {
			whole.Published = v.published
		}
		if !authored {
			whole.Authors, whole.AuthorSource = v.authors, v.source
		}
		if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: whole}); err != nil {
			return err
		}
		c.pending = true
	}
	return nil
}
