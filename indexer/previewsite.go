package indexer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/profile"
)

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

// readFeed looks whether the site has a feed of the series already.
func (l *look) readFeed(ctx context.Context, r discover.Result) {
	if r.FeedURL == "" || r.Kind == feed.SourceFeed || ctx.Err() != nil {
		return
	}
	l.crawl.progress(Progress{Series: "preview", Doing: "reading the site's feed"})
	l.Feed = &SiteFeed{URL: r.FeedURL}
	source := feed.Source{URL: r.FeedURL}
	entries, err := discover.Discover(ctx, &sourcePages{c: l.crawl, source: source}, source, discover.Options{MaxPages: 1})
	switch {
	case err != nil:
		l.Feed.Unread = reasonOf(err)
		return
	case entries.Kind != feed.SourceFeed:
		l.Feed = nil
		return
	}
	l.crawl.hear(entries.Links)
	keys := map[string]bool{}
	for _, link := range l.links {
		keys[feed.URLKey(link.URL)] = true
	}
	l.Feed.Entries = len(entries.Links)
	for _, link := range entries.Links {
		if keys[feed.URLKey(link.URL)] {
			l.Feed.Of++
		} else {
			l.Feed.Others++
		}
	}
	l.Feed.Complete = l.Feed.Of == l.Stories && !l.AtLeast
}

// learn learns the template of the site that most stories are on.
func (l *look) learn() {
	var pages []Sampled
	for _, s := range l.samples {
		if len(s) > len(pages) {
			pages = s
		}
	}
	if len(pages) < profile.MinSamples {
		l.Unlearned = fmt.Sprintf("too few stories of one site were read: %d, and %d are needed", len(pages), profile.MinSamples)
		return
	}
	set, err := LearnFrom(pages, l.request.Series.Select, nil, l.crawl.ix.Now())
	var not *profile.NotLearned
	switch {
	case errors.As(err, &not):
		l.Unlearned = not.Reason
	case err != nil:
		l.Unlearned = err.Error()
	default:
		l.Profile = set
	}
}
