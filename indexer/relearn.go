package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

// Limits of looking at known stories to see whether a template changed.
const (
	examinePages  = 10 // stories that are read anew
	examineAsks   = 20 // requests for them: a 304 says nothing about the template
	examineFaults = 3  // failed requests that end it
	oddPages      = 2  // from so many on they may prove a redesign: one may be a damaged page
)

// examine reads stories anew that we have, to see whether the template of
// their site changed, and learns it anew if it did: what is stored of a story
// shows where its title, author, date and text stand now. Stored stories stay
// as they are whatever comes out. It is done once a crawl.
func (c *crawl) examine(ctx context.Context, t *template, why string) error {
	t.examined = true
	stories, pages, err := c.knownPages(ctx, t)
	if err != nil {
		return err
	}
	c.ix.Logger.Info("look whether the template changed", "series", c.series.Slug, "site", t.Site, "reason", why, "stories", len(pages))
	changed, skeleton := 0, commonSkeleton(sampledKnown(stories, pages))
	for i, p := range pages {
		v, err := c.readWith(p, stories[i].Title, t.set, true)
		if err != nil || missed(v.Profile) {
			changed++
		}
	}
	if t.set != nil && t.watch.Drifted.IsZero() && len(pages) < oddPages {
		return c.anotherCluster(t, stories, pages)
	}
	if t.set != nil && 2*changed <= len(pages) && (len(pages) < profile.MinSamples || len(t.watch.Stories) == 0 || sameSkeleton(t.watch.Stories, skeleton)) {
		t.watch.Drifted, t.watch.Reason = time.Time{}, "" // it is, or is again, what we know
		return c.anotherCluster(t, stories, pages)
	}
	t.drifting = true
	c.learnAnew(t, stories, pages)
	t.notice(c, stories, pages)
	return c.saveTemplate(ctx, t)
}

// learnAnew learns a template from stories whose texts are known, and adopts
// what it learned if that reads them right.
func (c *crawl) learnAnew(t *template, stories []feed.Story, pages []*fetch.Page) {
	now := c.ix.Now().UTC().Truncate(time.Second)
	had := t.set != nil
	set, err := c.learnKnown(t, stories, pages)
	if err != nil {
		if had && t.watch.Drifted.IsZero() {
			t.watch.Drifted, t.Changed = now, now
		}
		t.watch.Tried, t.watch.Reason = now, err.Error()
		return
	}
	t.adopt(set, now, commonSkeleton(sampledKnown(stories, pages)))
	if !had {
		return
	}
	t.Changed = now
	t.Note = fmt.Sprintf("the template of %s changed and was learned anew from %d stories whose texts are known", t.Site, len(pages))
	c.report.Notes = append(c.report.Notes, t.Note)
	c.report.Events = append(c.report.Events, feed.Event{Kind: feed.EventLearned, Text: t.Note})
}

func (c *crawl) learnKnown(t *template, stories []feed.Story, pages []*fetch.Page) (*profile.Set, error) {
	if len(pages) < profile.MinSamples {
		return nil, fmt.Errorf("%w: %d, at least %d are needed", errTooFew, len(pages), profile.MinSamples)
	}
	return c.verified(sampledKnown(stories, pages), t.set)
}

// sampledKnown are pages of stories as the store knows them.
func sampledKnown(stories []feed.Story, pages []*fetch.Page) []Sampled {
	var known []Sampled
	for i, p := range pages {
		known = append(known, Sampled{ID: stories[i].GUID, URL: p.FinalURL, HTML: p.Body, Known: knownStory(stories[i])})
	}
	return known
}

// verified learns from most of the known stories and tries what it learned on
// the others; then it learns from all of them.
func (c *crawl) verified(known []Sampled, previous *profile.Set) (*profile.Set, error) {
	now := c.ix.Now()
	var teach, try []Sampled
	for i, k := range known {
		if i%leftOut == leftOut-1 && len(known) > profile.MinSamples+1 {
			try = append(try, k)
			continue
		}
		teach = append(teach, k)
	}
	set, err := LearnFrom(teach, c.series.Select, previous, now)
	if err != nil || len(try) == 0 {
		return set, err
	}
	opt := profile.Options{ReadDate: extract.ReadDate, ReadNames: extract.ReadNames, Pins: c.series.Select, Now: now}
	if verdict := profile.Verify(set, parsed(try), opt); !verdict.OK() {
		return nil, fmt.Errorf("what was learned from %d stories does not read %d others right: %v", len(teach), len(try), verdict.Faults)
	}
	return LearnFrom(known, c.series.Select, previous, now)
}

// leftOut is of how many known stories one is kept to try a new profile on.
const leftOut = 4

// anotherCluster is what new pages show that can't be read while the known
// ones can: a second template beside the first. It is learned along with it.
func (c *crawl) anotherCluster(t *template, stories []feed.Story, pages []*fetch.Page) error {
	all := append(sampledKnown(stories, pages), t.samples.pages()...)
	t.watch.Recent = nil
	set, err := LearnFrom(all, c.series.Select, t.set, c.ix.Now())
	var not *profile.NotLearned
	if errors.As(err, &not) || err == nil && len(set.Profiles) <= len(t.set.Profiles) {
		return nil // too few pages of the new kind; what we have goes on
	}
	if err != nil {
		return err
	}
	t.adopt(set, c.ix.Now(), commonSkeleton(all))
	c.report.Notes = append(c.report.Notes, fmt.Sprintf("%s: some stories have another template, which was learned, too", t.Site))
	return nil
}

// knownPages fetches known stories of a site anew, spread over their age.
// What was fetched is not fetched again when their turn comes.
func (c *crawl) knownPages(ctx context.Context, t *template) (stories []feed.Story, pages []*fetch.Page, err error) {
	asks, faults := 0, 0
	for _, s := range c.spread(t.Site) {
		if len(pages) == examinePages || asks == examineAsks || faults == examineFaults {
			break
		}
		asks++
		req := fetch.Request{URL: s.Permalink}
		c.validate(ctx, &req)
		page, err := c.fetch.Get(ctx, req)
		if err != nil {
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			faults++
			continue
		}
		c.have[s.GUID] = page
		if page.Status == http.StatusNotModified || len(page.Redirects) > 0 {
			continue
		}
		whole, err := c.ix.Store.StoryIn(ctx, c.series.Slug, s.GUID)
		if err != nil {
			return nil, nil, err
		}
		stories, pages = append(stories, whole), append(pages, page)
	}
	return stories, pages, nil
}

// spread lists known stories of a site such that each beginning of the list
// spans their whole age.
func (c *crawl) spread(site string) []feed.Story {
	var of []feed.Story
	for _, s := range c.known {
		if host(s.Permalink) == site && s.Gone.IsZero() && s.Missing.IsZero() {
			of = append(of, s)
		}
	}
	var out []feed.Story
	taken := make([]bool, len(of))
	for step := max(1, len(of)/examinePages); step > 0; step /= 2 {
		for i := 0; i < len(of); i += step {
			if !taken[i] {
				taken[i] = true
				out = append(out, of[i])
			}
		}
	}
	return out
}

// readWith extracts a page by a profile, without a note of how that went.
func (c *crawl) readWith(page *fetch.Page, anchor string, set *profile.Set, full bool) (extract.Story, error) {
	return extract.Extract(extract.Page{
		URL: page.FinalURL, Header: page.Header, HTML: page.Body, Anchor: anchor, Now: page.Fetched,
		Profile: set, Pins: c.series.Select, Full: full,
	})
}

// again reads the page of a story that we have. When it is not built as what
// was learned, that is looked into first.
func (c *crawl) again(ctx context.Context, s feed.Story, page *fetch.Page) (extract.Story, error) {
	v, err := c.extract(page, anchorOf(s))
	t := c.template(page.FinalURL)
	if err != nil || t.examined || t.profile() == nil || !missed(v.Profile) || feed.ContentHash(v.Title, v.Text) == s.Hash && !v.Profile.Changed {
		return v, err
	}
	c.have[s.GUID] = page
	err = c.examine(ctx, t, "a known story is built anew")
	delete(c.have, s.GUID)
	if err != nil {
		return v, err
	}
	return c.extract(page, anchorOf(s))
}

// sameStory reports whether a page whose text is not the stored one shows the
// same story all the same: it was found to do so before, or differs by nothing
// that its author wrote.
func (c *crawl) sameStory(ctx context.Context, s feed.Story, page *fetch.Page, v extract.Story) (bool, error) {
	last, err := c.ix.Store.Page(ctx, c.series.Slug, s.Permalink)
	if err != nil && !errors.Is(err, feed.ErrNotFound) {
		return false, err
	}
	hash := feed.ContentHash(v.Title, v.Text)
	if last.SameHash == hash {
		return true, nil
	}
	t := c.template(page.FinalURL)
	if !t.drifting && last.Template == c.generation(page.FinalURL) {
		return false, nil
	}
	whole, err := c.ix.Store.StoryIn(ctx, c.series.Slug, s.GUID)
	if err != nil {
		return false, err
	}
	if t.sameButTemplate(whole, v) {
		return true, nil
	}
	plain, err := c.readWith(page, anchorOf(s), nil, true) // what an earlier profile, or none, found
	if err != nil {
		return false, nil
	}
	return t.sameButTemplate(whole, plain), nil
}
