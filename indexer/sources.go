package indexer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
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
			if errors.Is(err, errSlice) {
				return err
			}
			if first == nil {
				first = err
			}
			c.faulty(faultOf(err), "%s", plainly(err))
			continue
		}
		read++
	}
	if read == 0 {
		return first
	}
	c.fill.Listed = c.ix.Now().UTC().Truncate(time.Second)
	return nil
}

func (c *crawl) readSource(ctx context.Context, i int, src feed.Source) error {
	if src.Complete && c.coveredBySignal(ctx, src.URL) {
		return nil
	}
	known, err := c.knownLinks(ctx, src.URL)
	if err != nil {
		return err
	}
	pages, err := c.openList(ctx, src)
	if err != nil {
		return err
	}
	r, err := discover.Discover(ctx, pages, src, discover.Options{
		Known:    func(url string) bool { return known.keys[feed.URLKey(url)] },
		Complete: src.Complete,
		Last:     known.lastURL,
		Select:   c.series.Select,
	})
	if pages.cut {
		return errSlice
	}
	if fe, ok := errors.AsType[*fetch.Error](err); ok {
		return fe // it names the address itself
	}
	if drawn, ok := errors.AsType[*render.Error](err); ok {
		return drawn // so does this
	}
	if err != nil {
		return errors.Join(err, pages.drop(ctx))
	}
	if r.NotModified {
		return nil
	}
	c.doubt(r.Links)
	if r.Kind == feed.SourceChain {
		delete(c.owns, feed.URLKey(src.URL))
	}
	c.report.Dropped = append(c.report.Dropped, r.Dropped...)
	if r.Incomplete != "" {
		if err := c.breaksOff(ctx, src, r.Incomplete, known, pages); err != nil {
			return err
		}
	}
	// A hub page is read whole each time; other lists only up to what we know.
	if r.Kind == feed.SourceHub && float64(len(r.Links)) < shrunken*float64(known.here) {
		c.faulty(feed.FaultList, "the list at %s shrank from %d links to %d; nothing was removed", src.URL, known.here, len(r.Links))
	}
	if r.Framed {
		pages.first = nil
	}
	c.open = r.Open
	c.siteFeed = cmp.Or(c.siteFeed, r.FeedURL)
	c.better = append(c.better, r.Better...)
	if err := c.saveLinks(ctx, i, src, r, known); err != nil {
		return err
	}
	if err := c.keepSource(ctx, i, src, r, pages.first); err != nil || !r.Complete {
		return err
	}
	return pages.drop(ctx)
}

// breaksOff notes that a list could not be read to its end, and why; an error
// says that it is not even worth taking what was read.
func (c *crawl) breaksOff(ctx context.Context, src feed.Source, why string, known links, pages *sourcePages) error {
	if err := pages.forgetLast(ctx); err != nil {
		return err
	}
	if known.here == 0 && c.series.Health.Failures < brokenLists {
		return fmt.Errorf("read %s: the list breaks off: %s", src.URL, why)
	}
	// The pages that could not be read are read at the next visit: no 304 may
	// stand before them.
	c.faulty(feed.FaultList, "the list at %s breaks off: %s", src.URL, why)
	c.unfinished++
	pages.first = nil
	return nil
}

// keepSource stores what a source turned out to be and, last, the validators
// of its page: its links are stored before.
func (c *crawl) keepSource(ctx context.Context, i int, src feed.Source, r discover.Result, page *store.Page) error {
	if i == 0 {
		c.language = r.Language
		page := store.SeriesPage{Title: r.Title, Description: r.Description, HomeURL: r.HomeURL, Language: r.Language, ImageURL: r.ImageURL}
		if err := c.ix.Store.SetSeriesPage(ctx, c.series.Slug, page); err != nil {
			return err
		}
	}
	src.Kind, src.Complete = r.Kind, r.Complete
	c.series.Sources[i].Kind = r.Kind
	if r.WordPress {
		src.SignalURL = r.FeedURL
	}
	if err := c.ix.Store.SetSource(ctx, c.series.Slug, src); err != nil {
		return err
	}
	if page != nil {
		if err := c.ix.Store.SavePage(ctx, *page); err != nil {
			return err
		}
	}
	c.report.Notes = append(c.report.Notes, note(src, r))
	return c.learnSignal(ctx, src)
}

// note says what a source was taken for, and why.
func note(src feed.Source, r discover.Result) string {
	return fmt.Sprintf("%s: %s, %d links on %d pages (%s)", src.URL, r.Kind, len(r.Links), r.Pages, strings.Join(r.Why, "; ")) + betterThan(r.Better)
}

// saveLinks stores new links, and, of a list that is read whole each time, the
// order of all.
func (c *crawl) saveLinks(ctx context.Context, i int, src feed.Source, r discover.Result, known links) error {
	whole := r.Kind == feed.SourceHub || !src.Complete
	at := i * positions
	if !whole {
		at = max(at, known.last+1)
	}
	var fresh []store.Link
	for n, l := range r.Links {
		key := feed.URLKey(l.URL)
		if c.owns[key] || (!whole && known.keys[key]) {
			continue
		}
		fresh = append(fresh, store.Link{
			URL: l.URL, Key: key, Anchor: l.Anchor, Source: src.URL, Position: at + n,
			Weak: l.Weak, Published: l.Published, Modified: l.Modified, Authors: l.Authors,
		})
	}
	return c.ix.Store.SaveLinks(ctx, c.series.Slug, fresh)
}

// doubt takes impossible dates from what a list says: what stands there to be read
// was not published in times to come.
func (c *crawl) doubt(links []discover.Link) {
	for i := range links {
		if !links[i].Published.Possible(c.ix.Now()) {
			links[i].Published = feed.Date{}
		}
	}
}

// links is what is stored of the links of a series, as one source sees them.
type links struct {
	keys    map[string]bool // all of the series'
	here    int             // how many are this source's
	last    int             // the highest position of these
	lastURL string          // of the link there; empty: there is none
}

func (c *crawl) knownLinks(ctx context.Context, source string) (links, error) {
	all, err := c.ix.Store.Links(ctx, c.series.Slug)
	known := links{keys: map[string]bool{}}
	for _, l := range all {
		known.keys[l.Key] = true
		if l.Source == source {
			known.here++
			if known.last = max(known.last, l.Position); known.last == l.Position {
				known.lastURL = l.URL
			}
		}
	}
	return known, err
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
	return store.Page{Series: c.series.Slug, URL: url, ETag: p.ETag, LastModified: p.LastModified, FinalURL: p.FinalURL, Fetched: p.Fetched, Template: c.generation(p.FinalURL)}
}
