package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
	"storyfeed/indexer/render"
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
	fetch    Fetcher // of pages, drawn where the series wants that
	report   feed.Crawl

	fill      backfill            // the back-fill that it is part of
	signal    signal              // what the site's own feed says about changes
	owns      map[string]bool     // keys of the series' own pages
	linked    map[string]bool     // keys of all links of the series
	language  string              // of the page of the first source; empty: not known
	met       map[string]bool     // GUIDs of stories that new links led to
	likes     likes               // texts by which stories are known again
	originals map[string]original // what is to be read at addresses that pages claim, by key
	spared    map[string]int      // how often parameters made no difference, see spareParameters

	said      map[string]said        // what the site's feed says of stories, by key
	better    []discover.Better      // what to name instead of the sources, as these tell
	siteFeed  string                 // where it is; empty: not known
	open      bool                   // the source's list tells nothing of its order, see turnRound
	templates map[string]*template   // by site
	known     []feed.Story           // those that the series had before this crawl, newest first, without bodies
	have      map[string]*fetch.Page // answers for known stories that were asked for before their turn, by GUID
	suspect   map[string]bool        // sites whose template seems to have changed
	done      int
	total     int
	pending   bool // something was saved that readers do not see yet
	unread    int  // stories saved that the index has not got yet
	rechecks  int  // known stories that were asked for

	fault      feed.Fault
	trouble    string // what is wrong, for the series' health
	troubles   int
	skipped    bool      // a known story was left for a later visit
	unfinished int       // stories to be tried again at the next visit
	partial    int       // new stories of which only the beginning is to be read
	forbidden  int       // links to pages that robots.txt forbids
	closed     int       // stories whose pages it forbids by now
	silent     int       // connection failures, or pages that no browser could draw, in a row
	refused    int       // pages in a row that asked us to wait
	last       error     // why the last story that failed did
	notBefore  time.Time // the site asked not to be asked before

	feedTexts feedTexts // of the sources that are feeds

	pinMisses   map[profile.Field]pinMiss // pinned selectors that found nothing
	pinnedPages int                       // pages of stories read with pins
}

// Limits of a crawl.
const (
	silentLimit = 3 // connection failures in a row that end it

	// One page that asks for patience is one bad page; the next requests wait
	// as long as it said. The site means itself when it asks for much, or again.
	waitPatience = time.Minute
	refusedLimit = 3

	deadLinkEvery = 24 * time.Hour // between two looks at a link that leads nowhere
)

// errStop ends a crawl early without failing it; the reason is in its trouble.
var errStop = errors.New("stop")

func newCrawl(ix *Indexer, s feed.Series, which thoroughness, progress func(Progress)) *crawl {
	now := ix.Now().UTC()
	c := &crawl{
		ix: ix, series: s, which: which, progress: progress, counter: new(fetch.Counter),
		report:    feed.Crawl{Series: s.Slug, Started: now},
		owns:      map[string]bool{},
		met:       map[string]bool{},
		originals: map[string]original{}, spared: map[string]int{},
		templates: map[string]*template{},
		have:      map[string]*fetch.Page{},
		suspect:   map[string]bool{},
		fetch:     ix.Fetch,
		said:      map[string]said{},
		pinMisses: map[profile.Field]pinMiss{},
		language:  s.Language,
	}
	if ix.Render != nil {
		c.fetch = ix.Render(s.Render)
	}
	c.startFill()
	for _, src := range s.Sources {
		c.owns[feed.URLKey(src.URL)] = src.Kind != feed.SourceChain // of a chain it is a story
	}
	if s.HomeURL != "" {
		c.owns[feed.URLKey(s.HomeURL)] = true
	}
	return c
}

// runGuarded turns a fault of ours outside of any story into an error: the
// claim must be given back and the fault be told.
func (c *crawl) runGuarded(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.ix.Logger.Error("panic while crawling", "series", c.series.Slug, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("internal fault: %v", r)
		}
	}()
	return c.run(ctx)
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
	err := c.look(ctx)
	if c.fill.sliced = errors.Is(err, errSlice); err != nil && !c.fill.sliced && !errors.Is(err, errStop) {
		return err
	}
	if err := c.complete(ctx); err != nil {
		return err
	}
	if err := c.keepTemplates(ctx); err != nil {
		return err
	}
	c.tellPins()
	c.tellForbidden()
	if c.partial > 0 {
		c.report.Notes = append(c.report.Notes, fmt.Sprintf("for subscribers, as their pages say, so that what these show was kept: %d of the new stories", c.partial))
	}
	if err := c.count(ctx); err != nil {
		return err
	}
	read := c.report.New + c.report.Changed + c.report.Moved + c.report.Unchanged + c.report.Gone
	if read == 0 && (c.report.Failed > 0 || c.forbidden > 0 && c.series.Stories == 0 && !c.fill.resumed) {
		return fmt.Errorf("no story could be read: %w", c.last)
	}
	if c.report.Found == 0 && c.series.Stories == 0 && !c.fill.sliced {
		return errors.New("no page that the sources lead to is a story of the series" + c.exampleDrop() + betterThan(c.better))
	}
	return c.keepSignal(ctx)
}

// exampleDrop tells of one link that was not taken, and why.
func (c *crawl) exampleDrop() string {
	if len(c.report.Dropped) == 0 {
		return ""
	}
	d := c.report.Dropped[len(c.report.Dropped)-1]
	return fmt.Sprintf("; %s, for example: %s", d.URL, d.Reason)
}

// look reads the sources and then the stories that they lead to.
func (c *crawl) look(ctx context.Context) error {
	if err := c.loadTemplates(ctx); err != nil {
		return err
	}
	if !c.listed() {
		c.progress(Progress{Series: c.series.Slug, Doing: "reading the sources", Note: c.fill.String()})
		if err := c.askSignal(ctx); err != nil {
			return err
		}
		if err := c.readSources(ctx); err != nil {
			return err
		}
	}
	known, err := c.stories(ctx)
	if err != nil {
		return err
	}
	c.known = known
	if err := c.probe(ctx); err != nil {
		return err
	}
	return c.visitStories(ctx, known)
}

// visitStories admits new stories first, since readers wait for them, then
// looks at known ones, newest first, and last at links that failed before: what
// makes them fail must not keep the others from being read.
func (c *crawl) visitStories(ctx context.Context, known []feed.Story) error {
	links, err := c.ix.Store.Links(ctx, c.series.Slug)
	if err != nil {
		return err
	}
	c.noteLinks(links)
	fresh, again := c.fresh(links)
	if fresh, err = c.plan(ctx, links, fresh); err != nil {
		return err
	}
	c.done = c.fill.Done
	c.total = c.fill.Done + len(fresh) + len(known) + len(again)
	admit := func(links []store.Link) error {
		for _, l := range links {
			if c.spent() {
				return errSlice
			}
			if err := c.step(ctx, l.URL, func() error { return c.admit(ctx, l) }); err != nil {
				return err
			}
			c.readOne()
		}
		return nil
	}
	if err := c.hearSite(ctx, fresh); err != nil {
		return err
	}
	if err := admit(fresh); err != nil {
		return err
	}
	if err := c.turnRound(ctx); err != nil {
		return err
	}
	if err := c.endFill(ctx); err != nil {
		return err
	}
	if err := c.recheckAll(ctx, known); err != nil {
		return err
	}
	return admit(again)
}

// fresh are the links that nobody has looked at yet, again those that failed
// and are to be tried now. A page that is not there, or forbidden, is asked for
// once a day; one that failed for now (its part is reserved) at every visit,
// within the budget.
func (c *crawl) fresh(links []store.Link) (fresh, again []store.Link) {
	for _, l := range links {
		switch {
		case l.State == store.LinkPending:
			fresh = append(fresh, l)
		case l.State != store.LinkFailed:
		case c.which == everyStory:
			again = append(again, l)
		case l.Reason == robotsForbids && c.ix.Now().Sub(l.Checked) < deadLinkEvery:
			c.forbids(l)
		case l.Part == 0 && c.ix.Now().Sub(l.Checked) < deadLinkEvery:
		case len(again) < downloadBudget:
			again = append(again, l)
		}
	}
	return fresh, again
}

// step looks at one story: a bad one never ends the crawl, not even by a
// panic in a parser.
func (c *crawl) step(ctx context.Context, what string, look func() error) (err error) {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.progress(Progress{Series: c.series.Slug, Done: c.done, Total: c.total, Doing: what, Note: c.fill.String()})
	c.done++
	defer func() {
		if r := recover(); r != nil {
			c.report.Failed++
			c.last = fmt.Errorf("%s can't be read: internal fault: %v", what, r)
			c.faulty(feed.FaultInternal, "%v", c.last)
			c.ix.Logger.Error("panic while reading a story", "series", c.series.Slug, "story", what, "panic", r)
			err = nil
		}
	}()
	if err := look(); err != nil {
		return err
	}
	c.show(ctx)
	return nil
}

// stories returns the stories that the series had before this crawl, newest
// first, without their bodies.
func (c *crawl) stories(ctx context.Context) ([]feed.Story, error) {
	if c.fill.resumed && c.which == dueStories {
		return nil, nil // it has read most of them itself; the next visit looks at them
	}
	known, _, err := c.ix.Store.Stories(ctx, c.series.Slug, store.StoryQuery{Order: store.OrderNewest, WithGone: true, WithoutBody: true})
	return known, err
}

// count sets how many stories the sources lead to: a story with two addresses
// is one.
func (c *crawl) count(ctx context.Context) error {
	n, err := c.ix.Store.CountLinks(ctx, c.series.Slug)
	c.report.Found = n.Stories
	return err
}

// answered notes that the site answers.
func (c *crawl) answered() { c.silent, c.refused = 0, 0 }

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
	c.last = err
	c.faulty(faultOfPage(err), "%s", plainly(err))
	if errors.Is(err, render.ErrNoBrowser) {
		return c.withoutBrowser()
	}
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
		c.refused++
		if wait > waitPatience || c.refused >= refusedLimit {
			c.notBefore = fe.NextTry
			return errStop
		}
		return nil
	}
	c.refused = 0
	if !silent(fe.Reason) {
		c.silent = 0
		return nil
	}
	if c.silent++; c.silent >= silentLimit {
		return errStop
	}
	return nil
}

// silent reports whether a host said nothing at all.
func silent(r fetch.Reason) bool {
	switch r {
	case fetch.ReasonNoServer, fetch.ReasonConnection, fetch.ReasonTimeout, fetch.ReasonDNS, fetch.ReasonTLS:
		return true
	}
	return false
}

// withoutBrowser ends a crawl that meets nothing but pages that can't be drawn:
// it would fetch every one of them at every visit, for nothing.
func (c *crawl) withoutBrowser() error {
	c.unfinished++
	if c.silent++; c.silent >= silentLimit {
		return errStop
	}
	return nil
}
