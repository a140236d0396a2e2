package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/fetch"
)

// thoroughness says which of the known stories a crawl looks at.
type thoroughness int

const (
	dueStories thoroughness = iota // what politeness allows on every visit, see [due]
	everyStory                     // all: somebody asked for it
)

// crawl is one visit to one series.
type crawl struct {
	ix       *Indexer
	series   feed.Series
	which    thoroughness
	match    *regexp.Regexp // nil: every story belongs
	progress func(Progress)
	counter  *fetch.Counter
	report   feed.Crawl

	signal  signal          // what the site's own feed says about changes
	read    []store.Page    // validators of source pages, stored once their links are
	owns    map[string]bool // keys of the series' own pages
	met     map[string]bool // GUIDs of stories that new links led to
	done    int
	total   int
	pending bool      // something was saved since the last settle
	settled time.Time // when that was

	trouble    string // what is wrong, for the series' health
	troubles   int
	unfinished int       // stories to be tried again at the next visit
	silent     int       // connection failures in a row
	notBefore  time.Time // the site asked not to be asked before
}

// Limits of a crawl.
const (
	settleEvery = 5 * time.Second // between two looks of readers at a long crawl
	silentLimit = 3               // connection failures in a row that end it
)

// errStop ends a crawl early without failing it; the reason is in its trouble.
var errStop = errors.New("stop")

func newCrawl(ix *Indexer, s feed.Series, which thoroughness, progress func(Progress)) *crawl {
	now := ix.Now().UTC()
	c := &crawl{
		ix: ix, series: s, which: which, progress: progress, counter: new(fetch.Counter),
		report:  feed.Crawl{Series: s.Slug, Started: now},
		owns:    map[string]bool{},
		met:     map[string]bool{},
		settled: now,
	}
	for _, src := range s.Sources {
		c.owns[feed.URLKey(src.URL)] = true
	}
	if s.HomeURL != "" {
		c.owns[feed.URLKey(s.HomeURL)] = true
	}
	return c
}

// run is the crawl. An error means that the series could not be read at all.
func (c *crawl) run(ctx context.Context) error {
	if c.series.Match != "" {
		re, err := regexp.Compile(c.series.Match)
		if err != nil {
			return fmt.Errorf("match of series %s: %w", c.series.Slug, err)
		}
		c.match = re
	}
	ctx = fetch.WithCounter(ctx, c.counter)
	c.progress(Progress{Series: c.series.Slug, Doing: "reading the sources"})
	if err := c.askSignal(ctx); err != nil {
		return err
	}
	if err := c.readSources(ctx); err != nil {
		return err
	}
	known, err := c.stories(ctx)
	if err != nil {
		return err
	}
	if err := c.visitStories(ctx, known); err != nil && !errors.Is(err, errStop) {
		return err
	}
	if err := c.count(ctx); err != nil {
		return err
	}
	return c.keepSignal(ctx)
}

// visitStories admits new stories first, since readers wait for them, and
// then looks at known ones, newest first.
func (c *crawl) visitStories(ctx context.Context, known []feed.Story) error {
	links, err := c.ix.Store.Links(ctx, c.series.Slug)
	if err != nil {
		return err
	}
	var fresh []store.Link
	for _, l := range links {
		if l.State == store.LinkPending || l.State == store.LinkFailed {
			fresh = append(fresh, l)
		}
	}
	c.total = len(fresh) + len(known)
	for _, l := range fresh {
		if err := c.step(ctx, l.URL, func() error { return c.admit(ctx, l) }); err != nil {
			return err
		}
	}
	for i, s := range known {
		if c.met[s.GUID] {
			continue
		}
		if err := c.step(ctx, s.Title, func() error { return c.recheck(ctx, s, i, len(known)) }); err != nil {
			return err
		}
	}
	return nil
}

// step looks at one story: a bad one never ends the crawl, not even by a
// panic in a parser.
func (c *crawl) step(ctx context.Context, what string, look func() error) (err error) {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.progress(Progress{Series: c.series.Slug, Done: c.done, Total: c.total, Doing: what})
	c.done++
	defer func() {
		if r := recover(); r != nil {
			c.report.Failed++
			c.faulty("%s can't be read: internal fault: %v", what, r)
			c.ix.Logger.Error("panic while reading a story", "series", c.series.Slug, "story", what, "panic", r)
			err = nil
		}
	}()
	if err := look(); err != nil {
		return err
	}
	if c.pending && c.ix.Now().Sub(c.settled) > settleEvery {
		if err := c.ix.settle(ctx, c.series.Slug); err != nil && ctx.Err() == nil {
			c.ix.Logger.Error("index and publish", "series", c.series.Slug, "error", err)
		}
		c.pending, c.settled = false, c.ix.Now()
	}
	return nil
}

// stories returns the stories that the series had before this crawl, newest
// first, without their bodies.
func (c *crawl) stories(ctx context.Context) ([]feed.Story, error) {
	known, _, err := c.ix.Store.Stories(ctx, c.series.Slug, store.StoryQuery{Order: store.OrderNewest, WithGone: true, WithoutBody: true})
	return known, err
}

// count sets how many stories the sources lead to: a story with two addresses
// is one.
func (c *crawl) count(ctx context.Context) error {
	links, err := c.ix.Store.Links(ctx, c.series.Slug)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, l := range links {
		switch {
		case l.State == store.LinkRejected:
		case l.GUID != "":
			seen[l.GUID] = true
		default:
			seen[l.Key] = true
		}
	}
	c.report.Found = len(seen)
	return nil
}

// ours reports whether an address is on a host of the series' sources.
func (c *crawl) ours(address string) bool {
	return slices.ContainsFunc(c.series.Sources, func(s feed.Source) bool { return host(s.URL) == host(address) })
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.")
}

// failed counts a story that could not be fetched and decides whether the
// crawl goes on: not against the site of the series when it asked us to wait
// or does not answer. Another site that is down is one bad link.
func (c *crawl) failed(err error) error {
	c.report.Failed++
	c.faulty("%v", err)
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		c.unfinished++
		return nil
	}
	if fe.Gone() {
		return nil
	}
	c.unfinished++
	if !c.ours(fe.URL) {
		return nil
	}
	if wait := fe.NextTry.Sub(c.ix.Now()); wait > 0 && fe.Reason.Whole() {
		c.notBefore = fe.NextTry
		return errStop
	}
	if fe.Reason != fetch.ReasonConnection && fe.Reason != fetch.ReasonTimeout && fe.Reason != fetch.ReasonDNS {
		c.silent = 0
		return nil
	}
	if c.silent++; c.silent >= silentLimit {
		return errStop
	}
	return nil
}
