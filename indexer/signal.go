package indexer

import (
	"context"
	"net/http"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
)

// Many blogs send no validators with their pages but do so with their feed.
// WordPress's feed carries the time of the last change of anything published
// on the whole site (get_lastpostmodified, which its send_headers uses), not
// only of the entries that it lists. So its 304 says in one request of a few
// bytes that no page of the site needs to be downloaded again.
//
// Deletions do not move that time and servers have been seen to answer 304 for
// ever. So once a day the feed is asked for without validators, and everything
// is looked at.
const signalFor = 24 * time.Hour

type signal struct {
	url       string
	unchanged bool        // the site says that nothing changed since we looked at everything
	next      *store.Page // what to remember once this crawl has looked at everything
}

// askSignal asks the site whether anything changed since the last full crawl.
func (c *crawl) askSignal(ctx context.Context) error {
	for _, src := range c.series.Sources {
		if src.SignalURL == "" {
			continue
		}
		c.signal.url = src.SignalURL
		req := fetch.Request{URL: src.SignalURL}
		if p, err := c.ix.Store.Page(ctx, c.series.Slug, src.SignalURL); err == nil && c.ix.Now().Sub(p.Fetched) < signalFor {
			req.ETag, req.LastModified, req.FinalURL = p.ETag, p.LastModified, p.FinalURL
		}
		c.readSignal(ctx, req)
		break // one site, one signal
	}
	return ctx.Err()
}

// learnSignal asks for the signal's validators when its address has just been
// found.
func (c *crawl) learnSignal(ctx context.Context, src feed.Source) error {
	if src.SignalURL == "" || c.signal.url != "" {
		return nil
	}
	c.signal.url = src.SignalURL
	c.readSignal(ctx, fetch.Request{URL: src.SignalURL})
	return ctx.Err()
}

func (c *crawl) readSignal(ctx context.Context, req fetch.Request) {
	page, err := c.ix.Fetch.Get(ctx, req)
	if err != nil { // no signal: everything is looked at
		c.ix.Logger.Debug("ask the site's feed", "series", c.series.Slug, "error", err)
		return
	}
	if page.Status == http.StatusNotModified {
		c.signal.unchanged = true
		return
	}
	c.hear(discover.Entries(page.Body, page.FinalURL))
	if page.ETag != "" || page.LastModified != "" {
		p := c.record(req.URL, page)
		c.signal.next = &p
	}
}

// coveredBySignal reports whether a page without validators of its own is
// known not to have changed.
func (c *crawl) coveredBySignal(ctx context.Context, url string) bool {
	return c.spokenFor(url) && !c.validate(ctx, &fetch.Request{URL: url})
}

// spokenFor reports whether the signal says that a page, if it has no
// validators, has not changed. It speaks for its own site only.
func (c *crawl) spokenFor(url string) bool {
	return c.signal.unchanged && host(url) == host(c.signal.url)
}

// keepSignal remembers the signal once everything that it covers was looked
// at: what failed for now, or was left for a later visit, must not be hidden by
// a 304.
func (c *crawl) keepSignal(ctx context.Context) error {
	if c.signal.next == nil || c.fill.resumed || c.fill.sliced || c.unfinished > 0 || c.skipped || ctx.Err() != nil {
		return nil
	}
	return c.ix.Store.SavePage(ctx, *c.signal.next)
}
