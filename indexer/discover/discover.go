// Package discover finds the stories of a series: it turns a source — a hub
// page, an archive, a feed, a WordPress REST collection — into links in
// reading order, each with the evidence for it, and says why every other link
// was left out.
//
//	r, err := discover.Discover(ctx, fetcher, feed.Source{URL: "https://blog.example/why-i-sell/"}, discover.Options{})
//	for _, l := range r.Links {
//		fmt.Println(l.URL, l.Anchor, l.Evidence)
//	}
//
// Nothing here knows a blog or needs configuration. What a page is follows
// from its shape: a hub page has one text that links stories, in the order in
// which they are to be read; an archive repeats one block per post, newest
// first, over several pages. Links of a hub page are looked for in the whole
// text, before any extractor could throw lists of links away as boilerplate.
// Scores never reorder anything: the page's order is kept, or turned round as
// a whole.
//
// The package makes no request of its own: a [Fetcher] brings the pages. Foreign
// feeds are read with gofeed, which copes with the many broken ones.
package discover

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"storyfeed/feed"
)

// Page is one fetched page.
type Page struct {
	FinalURL    string      // absolute, after redirects
	Header      http.Header // may be nil
	MediaType   string      // such as "text/html"; empty: unknown, the body decides
	Body        []byte      // text in UTF-8; empty when NotModified
	NotModified bool        // the server answered 304
	Kept        bool        // read on an earlier visit, by a walk that goes on with this one
}

// Fetcher brings pages. It may send validators for the source's own address;
// for the further pages of a list it must not, since a page that answers 304
// can't be read.
//
// An error with a method Gone() bool that reports true (404, 410) ends a list
// of pages; any other leaves it incomplete.
type Fetcher interface {
	Get(ctx context.Context, url string) (*Page, error)
}

// Options changes how a source is read. The zero value reads all of it.
type Options struct {
	// Known reports whether a link was found by an earlier crawl. Nil: none was.
	Known func(url string) bool
	// Complete says that an earlier crawl saw the whole list, so that reading
	// may stop at the first page without anything new.
	Complete bool
	// Last is the last link that earlier crawls found, in the reading order. A
	// chain that was seen whole is read on from there. Empty: unknown.
	Last string
	// MaxPages is the most pages of one list that are read. 0: 1000, and of a
	// chain, whose pages show one part each, 5000.
	MaxPages int
	maxParts int
	// MaxLinks is the most pages that a source may link that could be stories.
	// One that links more is no source, and costs little more than its parsing.
	// 0: any number. It does not bind a pinned list.
	MaxLinks int
	// Select pins the links of list pages (List) and the way to the next page
	// (Next). With a pinned list the stories are exactly the links that it
	// selects; that none is selected is an error. The other fields are not used.
	Select feed.Select
}

const defaultMaxPages = 1000

// Result is what a source leads to.
type Result struct {
	Kind        feed.SourceKind
	NotModified bool   // the source has not changed; nothing else is set but Kind
	Complete    bool   // the list was read to its end, or to a page without anything new
	Incomplete  string // why it was not; empty when Complete

	Title       string // of the series, without the site's name; may be empty
	Description string // one line, may be empty
	HomeURL     string // the page that presents the series
	Language    string // BCP 47, may be empty
	ImageURL    string // may be empty
	FeedURL     string // the site's own feed, narrowed to this list where there is one; may be empty
	WordPress   bool   // the site runs on WordPress
	WholeBlog   bool   // by its address, the source is where a blog lists all its posts

	Open   bool // nothing on a hub page tells whether it begins with the first story or the newest: no number, no date, no text
	Framed bool // the list stands in a frame, or on pages that the source leads to: that it has not changed says nothing of them

	Links   []Link      // in reading order: as on a hub page, oldest first otherwise; without duplicates
	Dropped []feed.Drop // links that were not taken, in the page's order; at most 1000
	Pages   int         // pages read, the source included
	Why     []string    // what the decisions rest on, one phrase each
	Better  []Better    // what to name instead if nothing of Links is a story, likeliest first; of pages with no list of stories, or a doubtful one
}

// Link leads to a story.
type Link struct {
	URL       string    // absolute, without tracking parameters and fragment
	Anchor    string    // the text of the link, one line; empty: none, or weak and in the middle of a sentence
	Published feed.Date // what the source says; zero: unknown
	Modified  time.Time // what the source says, UTC; zero: unknown
	Evidence  []string  // "list item 3 of 36", "own line", "part 4", "mid-sentence", …
	Authors   []string  // names that the source says; nil: unknown
	Weak      bool      // a story only if the target proves it: it links back, or has the link's text as title
}

// Discover reads a source. The kind that an earlier crawl found (source.Kind)
// is kept as long as the page still bears it out.
//
// It fails when the source can't be fetched, is of no use as a source, or
// leads to no story at all; the result then still holds what was learned. An
// address that answers and is no source gives a [*NoSource]. A further page of
// a list that fails is no error: the links found until then are returned and
// Incomplete says why there are no more.
func Discover(ctx context.Context, f Fetcher, source feed.Source, opt Options) (Result, error) {
	opt.maxParts = opt.MaxPages
	if opt.MaxPages <= 0 {
		opt.MaxPages, opt.maxParts = defaultMaxPages, maxChain+1
	}
	if opt.Known == nil {
		opt.Known = func(string) bool { return false }
		opt.Complete = false
	}
	pinned, err := readPins(opt.Select)
	if err != nil {
		return Result{Kind: source.Kind}, fmt.Errorf("%s: %w", source.URL, err)
	}
	if source.Kind == feed.SourceChain && opt.Complete && opt.Last != "" {
		return chainOn(ctx, f, source, opt)
	}
	p, err := f.Get(ctx, source.URL)
	if err != nil {
		return Result{Kind: source.Kind}, fmt.Errorf("%s: %w", source.URL, err)
	}
	if p.NotModified {
		return Result{Kind: source.Kind, NotModified: true}, nil
	}
	w := &walk{ctx: ctx, fetch: f, source: source, opt: opt, kept: p.Kept, pins: pinned}
	if err := w.read(p); err != nil {
		return w.result, fmt.Errorf("%s: %w", source.URL, err)
	}
	if len(w.result.Links) == 0 {
		w.result.Kind = source.Kind
		return w.result, fmt.Errorf("%s: %w", source.URL, w.noStories())
	}
	return w.result, nil
}
