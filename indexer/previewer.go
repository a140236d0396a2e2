package indexer

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
)

// Budgets of a preview.
const (
	PreviewPages   = 10 // of the list, unless another number is asked for
	PreviewStories = 12 // read, unless another number is asked for: as many as a template is learned from
)

// RobotsReader gives what a site's robots.txt says. [*fetch.Client] is one.
type RobotsReader interface {
	Robots(ctx context.Context, address string) (fetch.Robots, error)
}

// Previewer shows what following an address would give. It reads by the same
// code as a crawl and keeps nothing. Its zero value is of no use.
type Previewer struct {
	Fetch  Fetcher                      // required
	Render func(feed.Rendering) Fetcher // as in [Config]
	Robots RobotsReader                 // required
	Logger *slog.Logger                 // nil: discard
	Now    func() time.Time             // nil: time.Now
}

// PreviewRequest says what to preview. Its zero value but for the address is
// what most want.
type PreviewRequest struct {
	URL     string      // without a scheme, https:// is tried and then http://
	Pages   int         // of the list that are read at most; 0: [PreviewPages]
	Stories int         // to read at most; 0: [PreviewStories]
	Series  feed.Series // what is configured for it beside the address: Match, Select, Render
}

// Preview reads an address. That it can't be followed is no error: then
// Problem says why. The error is that of the context. Progress may be nil.
func (p *Previewer) Preview(ctx context.Context, r PreviewRequest, progress func(Progress)) (Preview, error) {
	if r.Pages <= 0 {
		r.Pages = PreviewPages
	}
	if r.Stories <= 0 {
		r.Stories = PreviewStories
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	l := p.newLook(r, progress)
	ctx = fetch.WithCounter(ctx, l.crawl.counter)
	l.read(ctx)
	l.Requests, l.Took = l.crawl.counter.Requests(), Seconds(l.crawl.ix.Now().Sub(l.crawl.report.Started))
	if l.Problem == nil {
		l.BackFill = Seconds(l.estimate())
	} else {
		l.Problem.Tried = append(l.tried, l.Problem.Tried...)
	}
	return l.Preview, ctx.Err()
}

// look is the making of one preview. Stories are read by a crawl that has no
// store.
type look struct {
	Preview
	request PreviewRequest
	robots  RobotsReader
	source  feed.Source
	crawl   *crawl
	links   []discover.Link
	tried   []string
	better  []discover.Better
	list    int         // pages of the list that were read
	first   *fetch.Page // the first of them; nil: it did not come
	rules   fetch.Robots
	samples map[string][]Sampled // pages that are stories, by site
}

func (p *Previewer) newLook(r PreviewRequest, progress func(Progress)) *look {
	now, log := p.Now, p.Logger
	if now == nil {
		now = time.Now
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	l := &look{Preview: Preview{Asked: r.URL, MaxPages: r.Pages}, request: r, robots: p.Robots, samples: map[string][]Sampled{}}
	s, pages := r.Series, p.Fetch
	if p.Render != nil {
		pages = p.Render(s.Render)
	}
	ix := &Indexer{Config: Config{Fetch: recorder{pages, l}, Logger: log, Now: now}}
	s.Slug = "preview" // names it in progress and logs
	l.crawl = newCrawl(ix, s, everyStory, progress)
	return l
}

// read fills the preview.
func (l *look) read(ctx context.Context) {
	defer func() {
		if r := recover(); r != nil {
			l.crawl.ix.Logger.Error("panic while previewing", "url", l.Asked, "panic", r)
			l.Problem = &Problem{Kind: ProblemInternal, What: fmt.Sprintf("%s: can't be read: internal fault: %v", l.Asked, r), Remedy: []string{reportIt}}
		}
	}()
	addresses, problem := addressesOf(l.Asked)
	if l.Problem = problem; problem != nil {
		return
	}
	var result discover.Result
	for i, u := range addresses {
		l.URL = u
		var err error
		result, err = l.discover(ctx)
		l.Problem = nil
		if err == nil {
			break
		}
		l.Problem = l.led(l.single(problemOf(u, err)))
		if i == 0 && len(addresses) > 1 && !unreached(err) {
			break
		}
	}
	if ctx.Err() != nil || l.Problem != nil {
		return
	}
	if len(addresses) > 1 {
		l.warn("the address was given without https:// or http://: %s was read", l.URL)
	}
	l.FinalURL = l.first.FinalURL
	l.better = result.Better
	l.take(result)
	if l.Problem = l.oddity(); l.Problem != nil {
		return
	}
	l.readRobots(ctx)
	l.readFeed(ctx, result) // it says more of the stories than some pages do
	l.sample(ctx)
	l.turnRound()
	l.learn()
	l.readSitemap(ctx, result)
	l.judge()
}

func (l *look) warn(format string, args ...any) {
	l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...))
}
