package indexer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
)

// Limits of trust in validators and lists.
const (
	// validatorsFor is how long a page is asked for by its validators alone.
	// Some servers answer 304 for ever; then it is fetched whole once.
	validatorsFor = 30 * 24 * time.Hour
	// shrunken is the share of a list below which it is taken for damaged.
	shrunken = 0.8
	// brokenLists is how often a list that breaks off at its first reading is
	// tried again before its stories are taken all the same. Their parts are
	// given for ever, and older stories that turn up later come after them.
	brokenLists = 3
	// positions keeps the links of one source together and apart from those of
	// the next.
	positions = 1_000_000
)

// readSources asks every source for its links and stores them. It fails when
// none could be read; one of several that fails is a fault.
func (c *crawl) readSources(ctx context.Context) error {
	var first error
	read := 0
	for i, src := range c.series.Sources {
		if err := c.readSource(ctx, i, src); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if first == nil {
				first = err
			}
			c.faulty("%v", err)
			continue
		}
		read++
	}
	if read == 0 {
		return first
	}
	return nil
}

func (c *crawl) readSource(ctx context.Context, i int, src feed.Source) error {
	known, err := c.linksOf(ctx, src.URL)
	if err != nil {
		return err
	}
	complete := src.Complete && len(known) > 0
	if complete && c.coveredBySignal(ctx, src.URL) {
		return nil
	}
	keys := map[string]bool{}
	for _, l := range known {
		keys[l.Key] = true
	}
	r, err := discover.Discover(ctx, sourcePages{c, src.URL, complete}, src, discover.Options{
		Known:    func(url string) bool { return keys[feed.URLKey(url)] },
		Complete: complete,
	})
	if fe, ok := errors.AsType[*fetch.Error](err); ok {
		return fe // it names the address itself
	}
	if err != nil {
		return err
	}
	if r.NotModified {
		return nil
	}
	c.report.Dropped = append(c.report.Dropped, r.Dropped...)
	if r.Incomplete != "" {
		if len(known) == 0 && c.series.Health.Failures < brokenLists {
			return fmt.Errorf("read %s: the list breaks off: %s", src.URL, r.Incomplete)
		}
		c.faulty("the list at %s breaks off: %s", src.URL, r.Incomplete)
	}
	// A hub page is read whole each time; other lists only up to what we know.
	if r.Kind == feed.SourceHub && float64(len(r.Links)) < shrunken*float64(len(known)) {
		c.faulty("the list at %s shrank from %d links to %d; nothing was removed", src.URL, len(known), len(r.Links))
	}
	return c.keepSource(ctx, i, src, r, known)
}

// keepSource stores what a source said: links first, then that it was read.
func (c *crawl) keepSource(ctx context.Context, i int, src feed.Source, r discover.Result, known []store.Link) error {
	if err := c.saveLinks(ctx, i, src, r, known); err != nil {
		return err
	}
	if i == 0 {
		page := store.SeriesPage{Title: r.Title, Description: r.Description, HomeURL: r.HomeURL, Language: r.Language, ImageURL: r.ImageURL}
		if err := c.ix.Store.SetSeriesPage(ctx, c.series.Slug, page); err != nil {
			return err
		}
	}
	src.Kind, src.Complete = r.Kind, src.Complete || r.Complete
	if r.WordPress {
		src.SignalURL = r.FeedURL
	}
	if err := c.ix.Store.SetSource(ctx, c.series.Slug, src); err != nil {
		return err
	}
	for _, p := range c.read {
		if err := c.ix.Store.SavePage(ctx, p); err != nil {
			return err
		}
	}
	c.read = nil
	return c.learnSignal(ctx, src)
}

// saveLinks stores new links, and, of a list that is read whole each time, the
// order of all.
func (c *crawl) saveLinks(ctx context.Context, i int, src feed.Source, r discover.Result, known []store.Link) error {
	have := map[string]bool{}
	for _, l := range known {
		have[l.Key] = true
	}
	whole := r.Kind == feed.SourceHub || len(known) == 0
	at := i * positions
	if !whole {
		at += len(known)
	}
	var links []store.Link
	for n, l := range r.Links {
		key := feed.URLKey(l.URL)
		if c.owns[key] || (!whole && have[key]) {
			continue
		}
		links = append(links, store.Link{
			URL: l.URL, Key: key, Anchor: l.Anchor, Source: src.URL, Position: at + n,
			Weak: l.Weak, Published: l.Published, Modified: l.Modified,
		})
	}
	return c.ix.Store.SaveLinks(ctx, c.series.Slug, links)
}

// linksOf returns the stored links of one source.
func (c *crawl) linksOf(ctx context.Context, source string) ([]store.Link, error) {
	all, err := c.ix.Store.Links(ctx, c.series.Slug)
	if err != nil {
		return nil, err
	}
	var links []store.Link
	for _, l := range all {
		if l.Source == source {
			links = append(links, l)
		}
	}
	return links, nil
}

// sourcePages fetches the pages of one source for package discover. Only the
// first is asked for conditionally: a later page that answered 304 would hide
// where the list goes on.
type sourcePages struct {
	c        *crawl
	first    string
	complete bool
}

// Get implements [discover.Fetcher].
func (p sourcePages) Get(ctx context.Context, url string) (*discover.Page, error) {
	req := fetch.Request{URL: url}
	if url == p.first && p.complete {
		p.c.validate(ctx, &req)
	}
	page, err := p.c.ix.Fetch.Get(ctx, req)
	if err != nil {
		return nil, err
	}
	if url == p.first && page.Status == 200 {
		p.c.read = append(p.c.read, p.c.record(url, page))
	}
	return &discover.Page{
		FinalURL: page.FinalURL, Header: page.Header, MediaType: page.MediaType,
		Body: page.Body, NotModified: page.Status == 304,
	}, nil
}

// validate puts the stored validators of a page into a request for it, and
// reports whether there were any.
func (c *crawl) validate(ctx context.Context, r *fetch.Request) bool {
	p, err := c.ix.Store.Page(ctx, c.series.Slug, r.URL)
	if err != nil {
		if !errors.Is(err, feed.ErrNotFound) {
			c.ix.Logger.Warn("read validators", "url", r.URL, "error", err)
		}
		return false
	}
	if p.ETag == "" && p.LastModified == "" {
		return false
	}
	if c.ix.Now().Sub(p.Fetched) < validatorsFor {
		r.ETag, r.LastModified, r.FinalURL = p.ETag, p.LastModified, p.FinalURL
	}
	return true
}

func (c *crawl) record(url string, p *fetch.Page) store.Page {
	return store.Page{Series: c.series.Slug, URL: url, ETag: p.ETag, LastModified: p.LastModified, FinalURL: p.FinalURL, Fetched: p.Fetched}
}
