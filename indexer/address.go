package indexer

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

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

// settleAddress decides where a page's story lives. A page that claims to be a
// copy of another one is believed only if the same story is to be read there;
// then that one is read in its place. A site's mistake, or its malice, must not
// let one story take the place of another: such a claim is not believed, nor
// is one that leads in a circle. A site whose addresses differ from those claimed
// by the same parameters, time and again, is believed without reading all twice.
func (c *crawl) settleAddress(ctx context.Context, asked string, page *fetch.Page, v extract.Story) (*fetch.Page, extract.Story, address, error) {
	addr := addressOf(asked, page, v)
	if addr.agrees() {
		return page, v, addr, nil
	}
	amp := isAMP(page.Body)
	spare := spareParameters(addr.permalink, addr.canonical)
	if amp {
		spare = "" // the copy says less than what it is a copy of
	}
	there, err := c.claimed(ctx, addr, c.spared[spare] >= spareProves)
	if err == nil && there.believed {
		addr.permalink = addr.canonical
		return page, v, addr, nil
	}
	if err == nil && there.tells(v, amp) && !there.points(addr) {
		if there.stored {
			return page, v, addr, nil // we have it; this is one more address
		}
		if spare != "" {
			c.spared[spare]++
		}
		final := addressOf(addr.canonical, there.page, there.story)
		addr.permalink, addr.canonical = final.permalink, final.permalink
		return there.page, there.story, addr, nil
	}
	if ctx.Err() != nil {
		return nil, extract.Story{}, addr, ctx.Err()
	}
	if amp && !errors.Is(err, errHub) { // a copy may be cut, and is no address for readers
		var fe *fetch.Error
		if errors.As(err, &fe) && fe.Temporary() {
			return nil, extract.Story{}, addr, err
		}
		return nil, extract.Story{}, addr, &extract.NotStory{Kind: extract.KindFile, Reason: "an AMP copy of " + addr.canonical + ", where its text is not to be read"}
	}
	if spare != "" {
		c.spared[spare] = neverSpared
	}
	addr.canonical = addr.permalink
	return page, v, addr, nil
}

// How often a parameter must turn out to make no difference until pages that
// claim to do without are believed; one that made a difference once never is.
const (
	spareProves = 3
	neverSpared = -1 << 30
)

// spareParameters names the host and the parameters by which an address differs
// from one that is claimed in its place; empty if anything else does.
func spareParameters(from, to string) string {
	a, errA := url.Parse(from)
	b, errB := url.Parse(to)
	if errA != nil || errB != nil || a.Host != b.Host || strings.TrimSuffix(a.Path, "/") != strings.TrimSuffix(b.Path, "/") {
		return ""
	}
	has, keeps := a.Query(), b.Query()
	for name, values := range keeps {
		if !slices.Equal(has[name], values) {
			return ""
		}
		delete(has, name)
	}
	if len(has) == 0 {
		return ""
	}
	return a.Host + "?" + strings.Join(slices.Sorted(maps.Keys(has)), "&")
}

// original is what is to be read at an address that other pages claim.
type original struct {
	page   *fetch.Page // without its body
	story  extract.Story
	stored bool // story holds what we have of it, and nothing was fetched
	err    error

	believed bool // nothing was looked at
}

// maxOriginals is how many of them a crawl remembers: a site whose pages all
// claim one address costs one request more, not one for each page.
const maxOriginals = 16

var errHub = errors.New("the address is that of the series itself")

// claimed reads what is at the address that a page claims, if there is need to:
// if the claim is not believed anyway, or something is known of the address.
func (c *crawl) claimed(ctx context.Context, addr address, believed bool) (original, error) {
	key := feed.URLKey(addr.canonical)
	if c.owns[key] {
		return original{}, errHub
	}
	if o, ok := c.originals[key]; ok {
		return o, o.err
	}
	if c.ix.Store != nil { // a preview has none
		if s, err := c.ix.Store.StoryByURL(ctx, c.series.Slug, addr.canonical); err == nil && s.Gone.IsZero() {
			return original{story: extract.Story{Title: s.Title, Text: s.Text, Words: s.Words, CanonicalURL: s.CanonicalURL}, stored: true}, nil
		}
	}
	if believed {
		return original{believed: true}, nil
	}
	page, err := c.fetch.Get(ctx, fetch.Request{URL: addr.canonical})
	o := original{err: err}
	if err == nil {
		o.story, o.err = c.extract(page, "")
		bare := *page
		bare.Body = nil
		o.page = &bare
	}
	if len(c.originals) < maxOriginals && ctx.Err() == nil {
		c.originals[key] = o
	}
	return o, o.err
}

// tells reports whether the same story is to be read there. An AMP copy may be
// shorter.
func (o original) tells(v extract.Story, amp bool) bool {
	if feed.ContentHash(o.story.Title, o.story.Text) == feed.ContentHash(v.Title, v.Text) {
		return true
	}
	if amp {
		return v.Words >= textProves && profile.Contains(o.story.Text, v.Text) >= profile.Agree
	}
	return v.Words >= likeProves && similar(o.story.Title, v.Title) && profile.Agreement(o.story.Text, v.Text) >= profile.Agree
}

// points reports whether what is there claims a third address, or the first.
func (o original) points(addr address) bool {
	if o.stored || o.story.CanonicalURL == "" {
		return false
	}
	return feed.URLKey(o.story.CanonicalURL) != feed.URLKey(addr.canonical)
}

// ampPage recognises an AMP page by its root element
// (amp.dev, "AMP HTML specification", Required markup).
var ampPage = regexp.MustCompile(`(?i)<html\b[^>]*\s(?:⚡|amp)(?:\s|=|>|/)`)

func isAMP(body []byte) bool { return ampPage.Match(body[:min(len(body), 4<<10)]) }
