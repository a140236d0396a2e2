package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// admit looks at a link that has not led to a story yet: it becomes a story,
// an address of one that we have, or is rejected with the reason.
func (c *crawl) admit(ctx context.Context, l store.Link) error {
	page, err := c.ix.Fetch.Get(ctx, fetch.Request{URL: l.URL})
	if err != nil {
		return c.admitLater(ctx, l, err)
	}
	c.answered()
	v, err := c.extract(page, l.Anchor)
	var not *extract.NotStory
	switch {
	case errors.As(err, &not):
		return c.reject(ctx, l, not.Reason)
	case err != nil:
		return c.admitLater(ctx, l, fmt.Errorf("read %s: %w", l.URL, err))
	}
	if reason := c.unfit(l, page, v); reason != "" {
		return c.reject(ctx, l, reason)
	}
	return c.take(ctx, l, page, v)
}

// take gives a page that is a story of the series its identity and saves it.
func (c *crawl) take(ctx context.Context, l store.Link, page *fetch.Page, v extract.Story) error {
	addr, err := c.believe(ctx, addressOf(l.URL, page, v), v)
	if err != nil {
		return err
	}
	old, err := c.identify(ctx, addr, v)
	switch {
	case errors.Is(err, feed.ErrNotFound):
	case err != nil:
		return err
	default:
		return c.another(ctx, l, page, addr, old)
	}
	s := feed.Story{
		GUID: feed.GUID(addr.canonical), Series: c.series.Slug, Fetched: page.Fetched,
		Permalink: addr.permalink, CanonicalURL: addr.canonical,
	}
	fill(&s, v)
	if s.Published.IsZero() || l.Published.Source == feed.DateFromREST || l.Published.Source == feed.DateFromFeed {
		if !l.Published.IsZero() {
			s.Published = l.Published // the site's own data beats what its template shows
		}
	}
	if s.Updated.IsZero() && l.Modified.After(s.Published.Time) {
		s.Updated = feed.Date{Time: l.Modified, Precision: feed.PrecisionSecond, Source: l.Published.Source}
	}
	if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: s, Aliases: addr.all(), LinkKey: l.Key}); err != nil {
		return err
	}
	c.report.New++
	c.pending = true
	return c.ix.Store.SavePage(ctx, c.record(s.Permalink, page))
}

// another handles a link to a story that we have under another address.
func (c *crawl) another(ctx context.Context, l store.Link, page *fetch.Page, addr address, old feed.Story) error {
	moved, err := c.hasMoved(ctx, old, addr)
	if err != nil {
		return err
	}
	if moved {
		c.met[old.GUID] = true
		old.Permalink, old.CanonicalURL = addr.permalink, addr.canonical
		if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: old, Aliases: addr.all(), LinkKey: l.Key}); err != nil {
			return err
		}
		c.report.Changed++
		c.pending = true
		return c.ix.Store.SavePage(ctx, c.record(old.Permalink, page))
	}
	for _, u := range addr.all() {
		if err := c.ix.Store.AddAlias(ctx, c.series.Slug, old.GUID, u); err != nil {
			return err
		}
	}
	return c.ix.Store.SetLinkState(ctx, c.series.Slug, l.Key, store.LinkSaved, fmt.Sprintf("another address of part %d", old.Part), old.GUID)
}

// hasMoved reports whether the old address of a story does not lead to it any
// more, so that the new one replaces it. An address that fails for now proves
// nothing.
func (c *crawl) hasMoved(ctx context.Context, old feed.Story, addr address) (bool, error) {
	if feed.URLKey(old.Permalink) == feed.URLKey(addr.permalink) {
		return false, nil
	}
	page, err := c.ix.Fetch.Get(ctx, fetch.Request{URL: old.Permalink})
	var fe *fetch.Error
	switch {
	case errors.As(err, &fe) && fe.Gone():
		return true, nil
	case err != nil:
		return false, ctx.Err()
	}
	return page.Permanent && feed.URLKey(page.FinalURL) == feed.URLKey(addr.permalink), nil
}

// identify finds the story that a page is, by its addresses or else by its
// text: a story may move without a redirect. Otherwise feed.ErrNotFound.
func (c *crawl) identify(ctx context.Context, addr address, v extract.Story) (feed.Story, error) {
	for _, u := range addr.all() {
		s, err := c.ix.Store.StoryByURL(ctx, c.series.Slug, u)
		if !errors.Is(err, feed.ErrNotFound) {
			return s, err
		}
	}
	if v.Words < textProves {
		return feed.Story{}, feed.ErrNotFound
	}
	return c.ix.Store.StoryByHash(ctx, c.series.Slug, feed.ContentHash(v.Title, v.Text))
}

// textProves is how many words two pages must have in common, with their
// title, to be one story at two addresses.
const textProves = 30

// believe checks a page's claim that its address is another one: only if the
// same story is to be read there. A site's mistake, or its malice, must not let
// one story take the place of another.
func (c *crawl) believe(ctx context.Context, addr address, v extract.Story) (address, error) {
	if addr.agrees() {
		return addr, nil
	}
	page, err := c.ix.Fetch.Get(ctx, fetch.Request{URL: addr.canonical})
	if err == nil {
		there, err := c.extract(page, v.Title)
		if err == nil && feed.ContentHash(there.Title, there.Text) == feed.ContentHash(v.Title, v.Text) {
			return addr, nil
		}
	}
	addr.canonical = addr.permalink
	return addr, ctx.Err()
}

// unfit says why a story does not belong to the series, or nothing.
func (c *crawl) unfit(l store.Link, page *fetch.Page, v extract.Story) string {
	switch {
	case c.owns[feed.URLKey(page.FinalURL)]:
		return "the page of the series itself"
	case c.match != nil && !c.match.MatchString(v.Title) && !c.match.MatchString(page.FinalURL):
		return fmt.Sprintf("neither title nor address matches %q", c.series.Match)
	case l.Weak && !similar(l.Anchor, v.Title) && !c.linksBack(v):
		return "linked in passing, and the page does not link back to the series"
	}
	return ""
}

func (c *crawl) linksBack(v extract.Story) bool {
	for _, u := range v.LinksTo {
		if c.owns[feed.URLKey(u)] {
			return true
		}
	}
	return false
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
	return extract.Extract(extract.Page{URL: page.FinalURL, Header: page.Header, HTML: page.Body, Anchor: anchor, Now: page.Fetched})
}

// fill puts what a page says into a story.
func fill(s *feed.Story, v extract.Story) {
	s.Title, s.TitleSource, s.Authors, s.AuthorSource, s.Tags = v.Title, v.TitleSource, v.Authors, v.AuthorSource, v.Tags
	s.Language, s.ImageURL = v.Language, v.ImageURL
	s.HTML, s.Text, s.Words = v.HTML, v.Text, v.Words
	s.Published, s.Updated = v.Published, v.Updated
	s.Hash = feed.ContentHash(v.Title, v.Text)
}

// address is where a story was found and what it calls itself.
type address struct {
	asked     string // the link
	permalink string // where readers go
	canonical string // what the page claims, or permalink
}

// addressOf decides what a story's address is: a permanent redirect moves it,
// a temporary one does not (RFC 9110 §15.4.2, §15.4.3).
func addressOf(asked string, page *fetch.Page, v extract.Story) address {
	a := address{asked: asked, permalink: feed.StripTracking(page.FinalURL)}
	if len(page.Redirects) > 0 && !page.Permanent {
		a.permalink = feed.StripTracking(asked)
	}
	a.canonical = a.permalink
	if v.CanonicalURL != "" {
		a.canonical = feed.StripTracking(v.CanonicalURL)
		if feed.URLKey(a.canonical) == feed.URLKey(a.permalink) {
			a.permalink = a.canonical // the form that the site prefers
		}
	}
	return a
}

// agrees reports whether the page claims the address at which it was found.
func (a address) agrees() bool { return feed.URLKey(a.canonical) == feed.URLKey(a.permalink) }

// all returns every address, without duplicates, best first.
func (a address) all() []string {
	urls := []string{a.permalink}
	for _, u := range []string{a.asked, a.canonical} {
		if u != urls[0] && (len(urls) < 2 || u != urls[1]) {
			urls = append(urls, u)
		}
	}
	return urls
}
