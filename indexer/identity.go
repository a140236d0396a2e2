package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

// What makes two pages one story. Texts are compared by their sequences of
// four words, for a moved page is seldom the same to the letter: a typo was
// mended, a caption added, the title put better.
const (
	textProves = 30  // words that two pages must have in common, with their title, to be one story at two addresses
	likeProves = 60  // words from which texts that are only alike prove anything
	maybeLike  = .45 // resemblance of sketches from which texts are looked at closely
	movedLike  = .7  // agreement with a text whose old address leads nowhere any more
	maxLike    = 5   // stories that are looked at closely
)

// maxApart is how far apart the dates of one story may be at two addresses. A
// series may well publish the same words under the same title every week.
const maxApart = 36 * time.Hour

// identity is a story that a page may be.
type identity struct {
	story feed.Story // with its body
	proof bool       // only if its old address leads to it no more
}

// identify finds the story that a page is, by its addresses or else by its
// text: a story may move without a redirect, or stand in two categories.
// Otherwise feed.ErrNotFound.
func (c *crawl) identify(ctx context.Context, addr address, v extract.Story) (identity, error) {
	for _, u := range addr.all() {
		s, err := c.ix.Store.StoryByURL(ctx, c.series.Slug, u)
		if !errors.Is(err, feed.ErrNotFound) {
			return identity{story: s}, err
		}
	}
	if v.Words < textProves {
		return identity{}, feed.ErrNotFound
	}
	s, err := c.ix.Store.StoryByHash(ctx, c.series.Slug, feed.ContentHash(v.Title, v.Text))
	if !errors.Is(err, feed.ErrNotFound) {
		return identity{s, !sameDate(s.Published, v.Published)}, err
	}
	if v.Words < likeProves {
		return identity{}, feed.ErrNotFound
	}
	return c.identifyByText(ctx, v)
}

// identifyByText finds a story whose text is nearly a page's. Logs and notes
// share most of their words with each other and differ in a number of the
// title or in the day alone, so both must be the same, or the old address must
// lead to the story no more.
func (c *crawl) identifyByText(ctx context.Context, v extract.Story) (identity, error) {
	guids, err := c.likes.find(ctx, c, v.Text)
	if err != nil {
		return identity{}, err
	}
	best, found := 0.0, identity{}
	for _, guid := range guids {
		s, err := c.ix.Store.StoryIn(ctx, c.series.Slug, guid)
		if errors.Is(err, feed.ErrNotFound) {
			continue
		}
		if err != nil {
			return identity{}, err
		}
		alike, titles := profile.Agreement(s.Text, v.Text), similar(s.Title, v.Title)
		if alike <= best || alike < movedLike || alike < profile.Agree && !titles {
			continue
		}
		known := alike >= profile.Agree && folded(s.Title) == folded(v.Title) && sameDay(s.Published, v.Published)
		best, found = alike, identity{s, !known}
	}
	if best == 0 {
		return identity{}, feed.ErrNotFound
	}
	return found, nil
}

// sameDate reports whether two dates can be those of one story at two
// addresses.
func sameDate(a, b feed.Date) bool {
	if !a.IsZero() && !b.IsZero() && (a.Coarse() || b.Coarse()) {
		return !a.Time.After(b.End()) && !b.Time.After(a.End())
	}
	return a.IsZero() || b.IsZero() || a.Guessed() || b.Guessed() || a.Time.Sub(b.Time).Abs() <= maxApart
}

// sameDay is sameDate for texts that are not quite the same: two days that are
// known must be one, and of an instant and a day the zone may be unknown.
func sameDay(a, b feed.Date) bool {
	if !sameDate(a, b) || a.Precision != b.Precision {
		return sameDate(a, b)
	}
	return a.IsZero() || b.IsZero() || a.Guessed() || b.Guessed() || a.Time.Sub(b.Time).Abs() < 12*time.Hour
}

// another handles a link to a page that is, or may be, a story that we have
// under another address.
func (c *crawl) another(ctx context.Context, l store.Link, page *fetch.Page, v extract.Story, addr address, id identity) error {
	old := id.story
	moved, err := c.hasMoved(ctx, old, addr)
	switch {
	case err != nil:
		return err
	case moved:
		return c.relocate(ctx, l, page, v, addr, old)
	case id.proof:
		return c.take(ctx, l, page, v, addr)
	}
	for _, u := range addr.all() {
		if err := c.ix.Store.AddAlias(ctx, c.series.Slug, old.GUID, u); err != nil {
			return err
		}
	}
	if err := c.learnFrom(ctx, old, c.asStory(l, page, v, addr)); err != nil {
		return err
	}
	return c.ix.Store.SetLinkState(ctx, c.series.Slug, l.Key, store.LinkSaved, fmt.Sprintf("another address of part %d", old.Part), old.GUID)
}

// learnFrom gives a story what it lacks and another of its addresses, or the list
// that led there, says: a date, a finer one of the same time, authors. What is
// known stays, whichever list is read first.
func (c *crawl) learnFrom(ctx context.Context, old, other feed.Story) error {
	dated := other.Published.Betters(old.Published)
	authored := len(old.Authors) == 0 && len(other.Authors) > 0
	if !dated && !authored || !old.Gone.IsZero() {
		return nil
	}
	if dated {
		old.Published = other.Published
	}
	if authored {
		old.Authors, old.AuthorSource = other.Authors, other.AuthorSource
	}
	if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: old}); err != nil {
		return err
	}
	c.saved()
	return nil
}

// relocate gives a story its new address, and its new text if it has one.
func (c *crawl) relocate(ctx context.Context, l store.Link, page *fetch.Page, v extract.Story, addr address, old feed.Story) error {
	c.met[old.GUID] = true
	if feed.ContentHash(v.Title, v.Text) != old.Hash {
		if err := c.revise(ctx, old, v, addr); err != nil {
			return err
		}
		if err := c.ix.Store.SetLinkState(ctx, c.series.Slug, l.Key, store.LinkSaved, "", old.GUID); err != nil {
			return err
		}
	} else {
		old.Permalink, old.CanonicalURL = addr.permalink, addr.canonical
		if _, err := c.ix.Store.SaveStory(ctx, store.Save{Story: old, Aliases: addr.all(), LinkKey: l.Key}); err != nil {
			return err
		}
		c.report.Moved++
		c.saved()
	}
	return c.ix.Store.SavePage(ctx, c.record(addr.permalink, page))
}

// hasMoved reports whether the old address of a story does not lead to it any
// more, so that the new one replaces it. An address that fails for now proves
// nothing.
func (c *crawl) hasMoved(ctx context.Context, old feed.Story, addr address) (bool, error) {
	if feed.URLKey(old.Permalink) == feed.URLKey(addr.permalink) || c.likes.fresh[old.GUID] {
		return false, nil
	}
	if c.met[old.GUID] {
		return false, nil // this visit read it there
	}
	req := fetch.Request{URL: old.Permalink}
	c.validate(ctx, &req)
	page, err := c.fetch.Get(ctx, req)
	var fe *fetch.Error
	switch {
	case err == nil && page.Status == http.StatusNotModified:
		return false, nil // the page that was read there is still the same
	case errors.As(err, &fe) && fe.Gone():
		return true, nil
	case err != nil:
		return false, ctx.Err()
	case len(page.Redirects) > 0:
		at := feed.URLKey(page.FinalURL)
		return page.Permanent && at == feed.URLKey(addr.permalink) || c.owns[at] || isHome(page.FinalURL), nil
	}
	// Some sites say "not found" with status 200.
	_, err = c.extract(page, anchorOf(old))
	var not *extract.NotStory
	return errors.As(err, &not) && not.Kind == extract.KindSoft404, nil
}

// isHome reports whether an address is that of a whole site.
func isHome(address string) bool { return feed.URLKey(address) == host(address) }

// belongsTo is the other story that lives at the address to which a story's
// own now leads; nil: none does.
func (c *crawl) belongsTo(ctx context.Context, s feed.Story, addr address) (*feed.Story, error) {
	if feed.URLKey(addr.permalink) == feed.URLKey(s.Permalink) {
		return nil, nil
	}
	other, err := c.ix.Store.StoryByURL(ctx, c.series.Slug, addr.permalink)
	if errors.Is(err, feed.ErrNotFound) || err == nil && other.GUID == s.GUID {
		return nil, nil
	}
	return &other, err
}
