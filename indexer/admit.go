package indexer

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// admit looks at a link that has not led to a story yet: it becomes a story,
// an address of one that we have, or is rejected with the reason.
func (c *crawl) admit(ctx context.Context, l store.Link) error {
	page, err := c.fetch.Get(ctx, fetch.Request{URL: l.URL})
	if errors.Is(err, render.ErrNoBrowser) && c.feedTexts.entry(l.URL) != nil {
		page, err = c.ix.Fetch.Get(ctx, fetch.Request{URL: l.URL}) // as it is: its text is in the feed
	}
	if err != nil {
		return c.admitLater(ctx, l, err)
	}
	c.answered()
	v, err := c.extract(page, l.Anchor)
	var not *extract.NotStory
	switch {
	case errors.As(err, &not) && not.Kind == extract.KindShell && c.series.Render == feed.RenderNever:
		// The configuration may change its mind, and the site may.
		return c.admitLater(ctx, l, fmt.Errorf("read %s: %s, and render = %q forbids to run them", l.URL, not.Reason, feed.RenderNever))
	case errors.As(err, &not):
		return c.reject(ctx, l, not.Reason)
	case err != nil:
		return c.admitLater(ctx, l, fmt.Errorf("read %s: %w", l.URL, err))
	}
	page, v, addr, err := c.settleAddress(ctx, l.URL, page, v)
	if errors.As(err, &not) {
		return c.reject(ctx, l, not.Reason)
	}
	if err != nil {
		return c.admitLater(ctx, l, err)
	}
	if reason := c.unfit(l, page, v); reason != "" {
		return c.reject(ctx, l, reason)
	}
	old, err := c.identify(ctx, addr, v)
	switch {
	case errors.Is(err, feed.ErrNotFound):
		return c.take(ctx, l, page, v, addr)
	case err != nil:
		return err
	}
	return c.another(ctx, l, page, v, addr, old)
}

// take saves a page that is a new story of the series.
func (c *crawl) take(ctx context.Context, l store.Link, page *fetch.Page, v extract.Story, addr address) error {
	s := c.asStory(l, page, v, addr)
	record := c.record(s.Permalink, page)
	if s.Title != v.Title {
		record.SameHash, s.Hash = s.Hash, feed.ContentHash(s.Title, s.Text)
	}
	if (s.Published.IsZero() || s.Published.Guessed()) && c.fill.Active() {
		s.Fetched = c.fill.Since // else an old story would seem newer than those read before it
	}
	if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: s, Aliases: addr.all(), LinkKey: l.Key, Old: c.fill.Active()}); err != nil {
		return err
	}
	c.likes.add(s.GUID, s.Text)
	c.met[s.GUID] = true
	c.report.New++
	if v.Partial {
		c.partial++
	}
	c.saved()
	if err := c.ix.Store.SavePage(ctx, record); err != nil {
		return err
	}
	v.Title, v.TitleSource, v.Authors, v.AuthorSource, v.Published = s.Title, s.TitleSource, s.Authors, s.AuthorSource, s.Published
	return c.metPage(ctx, page, v, KnownOf(v, l.Anchor))
}

// asStory is a new story as it is to be saved: what its page says, and, before
// that, what the site says of it elsewhere.
func (c *crawl) asStory(l store.Link, page *fetch.Page, v extract.Story, addr address) feed.Story {
	s := feed.Story{
		GUID: feed.GUID(addr.canonical), Series: c.series.Slug, Fetched: page.Fetched,
		Permalink: addr.permalink, CanonicalURL: addr.canonical,
	}
	fill(&s, v)
	if said, ok := c.saidOf(l, addr); ok {
		said.believe(&s)
	}
	if l.Published.Betters(s.Published) {
		s.Published = l.Published // of the list
	}
	if people := c.people(l.Authors); len(s.Authors) == 0 && len(people) > 0 {
		s.Authors, s.AuthorSource = people, "list"
	}
	return s
}

// unfit says why a story does not belong to the series, or nothing.
func (c *crawl) unfit(l store.Link, page *fetch.Page, v extract.Story) string {
	switch {
	case c.owns[feed.URLKey(page.FinalURL)]:
		return "the page of the series itself"
	case c.match != nil && !c.match.MatchString(v.Title) && !c.match.MatchString(page.FinalURL):
		return fmt.Sprintf("neither title nor address matches %q", c.series.Match)
	case l.Weak && !similar(l.Anchor, v.Title) && !c.linksBack(v, l.Anchor == ""):
		return "linked in passing, and the page does not link back to the series"
	}
	return c.translation(page, v)
}

// linksBack reports whether a page links one of the series' own; on many sites
// the menu of every page does, so that only the text can count.
func (c *crawl) linksBack(v extract.Story, inText bool) bool {
	return slices.ContainsFunc(v.LinksTo(), func(u string) bool {
		return c.owns[feed.URLKey(u)] && (!inText || strings.Contains(v.HTML, `href="`+html.EscapeString(u)))
	})
}

// similar reports whether a link's text and a title share at least half of
// their words (Jaccard).
func similar(anchor, title string) bool {
	a, b := words(anchor), words(title)
	common := 0
	for w := range a {
		if b[w] {
			common++
		}
	}
	all := len(a) + len(b) - common
	return all > 0 && 2*common >= all
}

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		set[w] = true
	}
	return set
}

// admitLater counts a link that could not be read and keeps its place in the
// reading order when it may be read at another time.
func (c *crawl) admitLater(ctx context.Context, l store.Link, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if c.busy(err) {
		return errSlice
	}
	if forbidden(err) {
		c.forbids(l)
		return c.ix.Store.SetLinkState(ctx, c.series.Slug, l.Key, store.LinkFailed, robotsForbids, "")
	}
	var fe *fetch.Error
	if !errors.As(err, &fe) || fe.Temporary() {
		if _, err := c.ix.Store.ReservePart(ctx, c.series.Slug, l.Key); err != nil {
			return err
		}
	}
	if err := c.ix.Store.SetLinkState(ctx, c.series.Slug, l.Key, store.LinkFailed, err.Error(), ""); err != nil {
		return err
	}
	return c.failed(err)
}

func (c *crawl) reject(ctx context.Context, l store.Link, reason string) error {
	c.report.Dropped = append(c.report.Dropped, feed.Drop{URL: l.URL, Anchor: l.Anchor, Reason: reason})
	return c.ix.Store.SetLinkState(ctx, c.series.Slug, l.Key, store.LinkRejected, reason, "")
}

// extract reads a page that is HTML; whatever else a site answers, from PDF to
// JSON, is no story.
func (c *crawl) extract(page *fetch.Page, anchor string) (extract.Story, error) {
	kind := page.MediaType
	if kind == "" {
		kind, _, _ = strings.Cut(http.DetectContentType(page.Body), ";")
	}
	if kind != "text/html" && kind != "application/xhtml+xml" && len(page.Body) > 0 {
		return extract.Story{}, &extract.NotStory{Kind: extract.KindFile, Reason: kind + ", not a web page"}
	}
	return c.read(page, anchor)
}

// fill puts what a page says into a story.
func fill(s *feed.Story, v extract.Story) {
	s.Title, s.TitleSource, s.Authors, s.AuthorSource, s.Tags = v.Title, v.TitleSource, v.Authors, v.AuthorSource, v.Tags
	s.Language, s.ImageURL = v.Language, v.ImageURL
	s.HTML, s.Text, s.Words = v.HTML, v.Text, v.Words
	s.Published, s.Updated = v.Published, v.Updated
	s.Hash = feed.ContentHash(v.Title, v.Text)
}
