package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// Budgets of a preview.
const (
	PreviewPages   = 10 // of the list, unless another number is asked for
	PreviewStories = 12 // read, unless another number is asked for: as many as a template is learned from

	// mostStories is more than any series has. A page that links more is a
	// dump of a site, or a trap for crawlers.
	mostStories = 20_000
	// mostTried keeps the list of what was tried readable.
	mostTried = 12
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

// recorder notes what was asked for while nothing was found yet.
type recorder struct {
	Fetcher
	l *look
}

// Get implements [Fetcher].
func (f recorder) Get(ctx context.Context, r fetch.Request) (*fetch.Page, error) {
	page, err := f.Fetcher.Get(ctx, r)
	if err == nil && f.l.first == nil {
		f.l.first = page
	}
	if len(f.l.tried) >= mostTried {
		return page, err
	}
	var fe *fetch.Error
	var drawn *render.Error
	switch {
	case errors.As(err, &drawn):
		f.l.tried = append(f.l.tried, fmt.Sprintf("%s: read without its scripts, which fill it; then by a browser: %v", drawn.URL, drawn.Err))
	case errors.As(err, &fe):
		f.l.tried = append(f.l.tried, fmt.Sprintf("%s: %v", fe.URL, fe.Err))
	case err == nil:
		at := r.URL
		if page.FinalURL != r.URL {
			at += " → " + page.FinalURL
		}
		f.l.tried = append(f.l.tried, fmt.Sprintf("%s: %d, %s, %s", at, page.Status, page.MediaType, kilobytes(len(page.Body))))
	}
	return page, err
}

func kilobytes(n int) string {
	if n < 10<<10 {
		return fmt.Sprintf("%.1f KB", float64(n)/1024)
	}
	return fmt.Sprintf("%d KB", n>>10)
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
	l.learn()
	l.readSitemap(ctx, result)
	l.judge()
}

// readSitemap looks for stories that a list of all posts lacks. The lists of
// series and categories lack most of a site, and rightly so.
func (l *look) readSitemap(ctx context.Context, r discover.Result) {
	if r.Kind != feed.SourceArchive || !r.Complete || !r.WholeBlog {
		return
	}
	c, err := discover.CheckSitemap(ctx, &sourcePages{c: l.crawl, source: l.source}, r)
	if err != nil || c.Missing == 0 {
		return
	}
	l.warn("the sitemap %s has %d addresses like those of the list that are not in it, such as %s", c.URL, c.Missing, c.Examples[0])
}

// single tells one story from a page that leads nowhere.
func (l *look) single(p *Problem) *Problem {
	if p.Kind != ProblemNoStories || l.first == nil {
		return p
	}
	v, err := l.crawl.extract(l.first, "")
	if err != nil || v.Published.IsZero() {
		return p
	}
	p.Kind = ProblemSingle
	p.What = fmt.Sprintf("%s: is one story, %q, and leads to no others", l.first.FinalURL, v.Title)
	p.Remedy = slices.DeleteFunc(p.Remedy, func(s string) bool { return s == openIt })
	return p
}

// led adds where an address led to what is wrong there, unless that is it.
func (l *look) led(p *Problem) *Problem {
	if l.first == nil {
		return p
	}
	l.FinalURL = l.first.FinalURL
	if what, ok := strings.CutPrefix(p.What, l.URL+": "); ok && l.FinalURL != l.URL && p.Kind != ProblemElsewhere {
		p.What = fmt.Sprintf("%s (which leads to %s): %s", l.URL, l.FinalURL, what)
	}
	return p
}

// discover reads the list within the budget.
func (l *look) discover(ctx context.Context) (discover.Result, error) {
	l.crawl.progress(Progress{Series: l.crawl.series.Slug, Doing: "reading " + l.URL})
	l.source, l.first = feed.Source{URL: l.URL}, nil
	l.crawl.series.Sources = []feed.Source{l.source}
	l.crawl.owns = map[string]bool{feed.URLKey(l.URL): true}
	pages := &listPages{&sourcePages{c: l.crawl, source: l.source}, l}
	return discover.Discover(ctx, pages, l.source, discover.Options{MaxPages: l.request.Pages, Select: l.crawl.series.Select})
}

// listPages tells of the progress through a list, and ends at pages of another
// site.
type listPages struct {
	*sourcePages
	l *look
}

// Get implements [discover.Fetcher].
func (p *listPages) Get(ctx context.Context, url string) (*discover.Page, error) {
	page, err := p.sourcePages.Get(ctx, url)
	if err != nil {
		return nil, err
	}
	if url == p.l.URL && !sameOwner(url, page.FinalURL) {
		return nil, &discover.NoSource{
			Kind: discover.TroubleElsewhere, Reason: "redirects to another site, " + page.FinalURL,
			Better: []discover.Better{{URL: page.FinalURL, What: "if that is what you mean"}},
		}
	}
	p.l.list++
	p.l.crawl.progress(Progress{Series: "preview", Doing: fmt.Sprintf("page %d of the list", p.l.list)})
	return page, nil
}

// take takes over what was discovered.
func (l *look) take(r discover.Result) {
	l.Kind, l.Why, l.Title, l.Description, l.Language = r.Kind, r.Why, r.Title, r.Description, r.Language
	l.Pages, l.MaxPages = r.Pages, l.request.Pages
	l.Order = orderOf(r)
	if r.Kind == feed.SourceChain {
		delete(l.crawl.owns, feed.URLKey(l.URL))
	}
	if r.HomeURL != "" {
		l.crawl.owns[feed.URLKey(r.HomeURL)] = true
	}
	if r.Incomplete != "" {
		if l.AtLeast = r.Pages >= l.request.Pages; !l.AtLeast {
			l.warn("the list breaks off: %s", r.Incomplete)
		}
	}
	for _, link := range r.Links {
		if l.crawl.owns[feed.URLKey(link.URL)] {
			continue
		}
		l.links = append(l.links, link)
		if link.Weak {
			l.Weak++
		}
	}
	l.Stories = len(l.links)
	l.Dates = datesOf(l.links)
	l.Dropped = countDrops(r.Dropped)
}

// turned begins what package discover says of a list that it turned round.
const turned = "turned round: "

// orderOf tells the order and what it rests on.
func orderOf(r discover.Result) string {
	for _, w := range r.Why {
		if why, ok := strings.CutPrefix(w, turned); ok && r.Kind == feed.SourceHub {
			return "the page's, turned round: " + why
		} else if ok {
			return "oldest first: the list shows the " + why
		}
	}
	switch r.Kind {
	case feed.SourceHub:
		return "as on the page"
	case feed.SourceChain:
		return "from part to part"
	}
	return "as listed: the dates rise"
}

// oddity is what makes a list no series, whatever its stories are.
func (l *look) oddity() *Problem {
	if l.Stories <= mostStories {
		return nil
	}
	return &Problem{
		Kind: ProblemTooMany,
		What: fmt.Sprintf("%s: links %d pages, and no series has more than %d stories; to read all of them, once a second, would take %s",
			l.URL, l.Stories, mostStories, rough(time.Duration(l.Stories)*time.Second)),
		Remedy: []string{"name a page that lists less: a category, a tag, one series"},
	}
}

func (l *look) warn(format string, args ...any) {
	l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...))
}

// readRobots notes what robots.txt says of the stories that were found.
func (l *look) readRobots(ctx context.Context) {
	rules, err := l.robots.Robots(ctx, l.URL)
	if err != nil {
		l.Robots.Unreadable = err.Error()
		return
	}
	l.rules = rules
	l.Robots = RobotsWord{Rules: rules.Rules, Delay: Seconds(rules.Delay)}
	for _, link := range l.links {
		if rules.Allows(link.URL) {
			continue
		}
		l.Robots.Disallowed++
		if l.Robots.Example == "" {
			l.Robots.Example = link.URL
		}
	}
	if l.Robots.Disallowed > 0 {
		l.warn("robots.txt forbids %d of the %d stories, such as %s: they will be missing", l.Robots.Disallowed, l.Stories, l.Robots.Example)
	}
}

// estimate is how long reading all stories takes, at the pace of this preview.
func (l *look) estimate() time.Duration {
	pace := time.Second
	if l.Requests > 1 {
		pace = time.Duration(l.Took) / time.Duration(l.Requests-1) // there is no pause before the first
	}
	return max(pace, l.rules.Delay) * time.Duration(l.Stories)
}

// rough is a duration as people say it.
func rough(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", max(1, int(d.Seconds())))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
