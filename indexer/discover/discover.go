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
	"errors"
	"fmt"
	"net/http"
	"slices"
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
	// MaxPages is the most pages of one list that are read. 0: 1000.
	MaxPages int
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

// maxDropped keeps a report readable.
const maxDropped = 1000

// Discover reads a source. The kind that an earlier crawl found (source.Kind)
// is kept as long as the page still bears it out.
//
// It fails when the source can't be fetched, is of no use as a source, or
// leads to no story at all; the result then still holds what was learned. An
// address that answers and is no source gives a [*NoSource]. A further page of
// a list that fails is no error: the links found until then are returned and
// Incomplete says why there are no more.
func Discover(ctx context.Context, f Fetcher, source feed.Source, opt Options) (Result, error) {
	if opt.MaxPages <= 0 {
		opt.MaxPages = defaultMaxPages
	}
	if opt.Known == nil {
		opt.Known = func(string) bool { return false }
		opt.Complete = false
	}
	pinned, err := readPins(opt.Select)
	if err != nil {
		return Result{Kind: source.Kind}, fmt.Errorf("discover %s: %w", source.URL, err)
	}
	if source.Kind == feed.SourceChain && opt.Complete && opt.Last != "" {
		return chainOn(ctx, f, source, opt)
	}
	p, err := f.Get(ctx, source.URL)
	if err != nil {
		return Result{Kind: source.Kind}, fmt.Errorf("discover %s: %w", source.URL, err)
	}
	if p.NotModified {
		return Result{Kind: source.Kind, NotModified: true}, nil
	}
	w := &walk{ctx: ctx, fetch: f, source: source, opt: opt, kept: p.Kept, pins: pinned}
	if err := w.read(p); err != nil {
		return w.result, fmt.Errorf("discover %s: %w", source.URL, err)
	}
	if len(w.result.Links) == 0 {
		w.result.Kind = source.Kind
		return w.result, fmt.Errorf("discover %s: %w", source.URL, w.noStories())
	}
	return w.result, nil
}

// walk is the reading of one source.
type walk struct {
	ctx     context.Context
	fetch   Fetcher
	source  feed.Source
	opt     Options
	result  Result
	site    site      // where stories may live
	relaxed bool      // see viewOf
	nothing string    // why there may be no links at all, for people
	trouble *NoSource // what the page is instead of a source; nil: nothing known
	later   bool      // the source is a later page of its list, which is read from the first on
	kept    bool      // the last page was one of an earlier visit
	siteMap *sitemap  // nil: not read yet
	pins    pins
	top     int // links on the first page
	idle    int // pages in a row that held nothing new
	overlap int // how many may, after a pause

	told *telling // see extracted; nil: not asked yet
}

// read finds out what the first page is and follows it from there.
func (w *walk) read(p *Page) error {
	w.result.Pages = 1
	switch sniff(p) {
	case formatFeed:
		return w.readFeed(p)
	case formatPosts:
		return w.readCollection(p)
	case formatHTML:
		return w.readHTML(p)
	case formatSitemap:
		return &NoSource{Kind: TroubleSitemap, Reason: "a sitemap says nothing of membership or order; name the page that lists the stories"}
	}
	return &NoSource{Kind: TroubleFile, Reason: fmt.Sprintf("neither a page nor a feed (%s)", describe(p))}
}

func (w *walk) readHTML(p *Page) error {
	if e := w.elsewhere(p); e != nil {
		return e
	}
	v, k, err := w.look(p)
	if err != nil {
		return err
	}
	if w.pins.list != nil {
		return w.readPinned(v, k)
	}
	if w.source.Kind == feed.SourceUnknown || !k.found() {
		if e := w.notice(p, max(len(k.hub.links), k.list.size())); e != nil {
			return e
		}
	}
	if few(v, k) {
		if d, ok := w.findDrawn(v, p); ok {
			return w.readDrawn(v, d)
		}
		if !k.found() && w.readClaims(v) {
			return nil
		}
	}
	if done, err := w.readStory(v, k, p); done || err != nil {
		return err
	}
	if first, kf := w.first(v, k); first != nil {
		v, k = first, kf
	}
	w.describe(v)
	w.result.Kind = k.kind
	w.why(k.why...)
	w.nothing = v.emptiness()
	if !k.found() || k.loose {
		w.result.Better = v.better()
	}
	if v.isShell() {
		w.trouble = &NoSource{Kind: TroubleShell, Reason: "a script fills the page in a browser; without it there is nothing to read"}
	}
	if !k.found() {
		if done, err := w.readPeriods(v); done || err != nil {
			return err
		}
	}
	if k.kind == feed.SourceHub {
		err = w.readHub(v, k.hub)
	} else {
		err = w.readArchive(v, k.list)
	}
	confirm(w.result.Links, v.claims())
	return err
}

// readPinned reads a list that is pinned and nothing else.
func (w *walk) readPinned(v *view, k class) error {
	w.describe(v)
	w.result.Kind = k.kind
	w.why(k.why...)
	if !k.found() {
		w.trouble = &NoSource{Kind: TroubleNoStories, Reason: fmt.Sprintf("the pinned list %q selects no link on the page", w.pins.text.List)}
		return nil
	}
	if k.kind == feed.SourceHub {
		return w.readHub(v, k.hub)
	}
	if err := w.readPages(v, k.list, map[string]bool{}); err != nil {
		return err
	}
	w.result.Complete = w.result.Incomplete == ""
	up, down := steps(datesOf(w.result.Links))
	rise, fall := partSteps(k.hub.links, k.hub.parts)
	if up+down == 0 && fall == 0 && (rise > 0 || w.result.Pages == 1) {
		w.why("kept as listed: neither dates nor numbers fall")
		return nil
	}
	w.orderArchive()
	return nil
}

// first goes back to the first page of a list if a later one was named; nil:
// this is the first, or it can't be read.
func (w *walk) first(v *view, k class) (*view, class) {
	if k.kind != feed.SourceArchive || !k.found() {
		return nil, class{}
	}
	address := v.firstPage()
	if address == "" {
		return nil, class{}
	}
	p, err := w.get(address)
	if err != nil || p == nil {
		w.result.Incomplete = "" // the list can be read from here on
		return nil, class{}
	}
	first, err := w.view(p)
	if err != nil {
		return nil, class{}
	}
	kf := classify(first, feed.SourceArchive)
	if kf.kind != feed.SourceArchive || !kf.found() {
		return nil, class{}
	}
	kf.why = append(kf.why, fmt.Sprintf("begins at %s, of which this is a later page", address))
	w.later = true
	return first, kf
}

// look reads the first page. When nothing is found, it looks once more where
// menus and side columns seem to be, and then for stories that live on a
// sister site such as blog.company.example.
func (w *walk) look(p *Page) (*view, class, error) {
	w.site = newSite(w.source.URL)
	v, err := w.view(p)
	if err != nil {
		return nil, class{}, err
	}
	k := classify(v, w.source.Kind)
	if k.found() || w.pins.list != nil {
		return v, k, nil
	}
	w.relaxed = true
	if loose, err := w.view(p); err == nil {
		if k := classify(loose, w.source.Kind); k.found() {
			k.loose = true
			k.why = append(k.why, "found only in what looks like a menu or side column")
			return loose, k, nil
		}
	}
	w.relaxed = false
	if host := v.sisterSite(); host != "" {
		w.site[host] = true
		if sister, err := w.view(p); err == nil {
			k = classify(sister, w.source.Kind)
			k.why = append(k.why, "the stories live on "+host)
			return sister, k, nil
		}
	}
	return v, k, nil
}

func (w *walk) view(p *Page) (*view, error) {
	v, err := viewOf(p, w.site, w.relaxed)
	if err == nil {
		v.pins = w.pins
	}
	return v, err
}

// describe takes over what the page says about itself.
func (w *walk) describe(v *view) {
	r := &w.result
	r.Title, r.Description, r.HomeURL = v.meta.title, v.meta.description, v.url.String()
	r.Language, r.ImageURL = v.meta.language, v.meta.image
	r.FeedURL, r.WordPress = v.meta.feedURL, v.meta.wordPress
	r.WholeBlog = v.isHome() || v.isBlogPath() && unwantedPath(v.url) != "taxonomy"
}

// get fetches a further page of a list. A nil page without an error says that
// the list ends here, or that w.result.Incomplete holds why it can't be read.
func (w *walk) get(url string) (*Page, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	p, err := w.fetch.Get(w.ctx, url)
	var gone interface{ Gone() bool }
	switch {
	case err == nil && p.NotModified:
		w.result.Incomplete = fmt.Sprintf("%s answered that it had not changed, without its text", url)
		return nil, nil
	case err == nil:
		w.turned(p)
		return p, nil
	case w.ctx.Err() != nil:
		return nil, w.ctx.Err()
	case errors.As(err, &gone) && gone.Gone():
		w.why(fmt.Sprintf("the list ends before %s", url))
		return nil, nil
	}
	w.result.Incomplete = err.Error()
	return nil, nil
}

// How many pages in a row may hold nothing new before a list has ended: posts
// that are published while it is read move those that were read to later pages.
const (
	maxIdle    = 3  // while it is read
	maxOverlap = 50 // after a pause
)

// turned counts a page that was read.
func (w *walk) turned(p *Page) {
	w.result.Pages++
	if w.kept && !p.Kept {
		w.idle, w.overlap = 0, maxOverlap
	}
	w.kept = p.Kept
}

// goesOn reports that a list may go on behind a page on which so many links
// were new; linked, that the page itself says so. One that repeats the first
// page, or is shorter, is what engines answer to any number beyond the last.
func (w *walk) goesOn(page []Link, added int, linked bool) bool {
	if added > 0 {
		w.idle, w.overlap = 0, 0
		return true
	}
	w.idle++
	return w.idle <= w.overlap || linked && w.idle <= maxIdle && len(page) >= w.top && !w.repeatsFirst(page)
}

// repeatsFirst reports that a page holds a link of the first one.
func (w *walk) repeatsFirst(page []Link) bool {
	first := map[string]bool{}
	for _, l := range w.result.Links[:min(w.top, len(w.result.Links))] {
		first[feed.URLKey(l.URL)] = true
	}
	return slices.ContainsFunc(page, func(l Link) bool { return first[feed.URLKey(l.URL)] })
}

// behind leaves out the links of a page, read after a pause, that stand before
// ones that were read already: they came on top meanwhile, where the next walk
// will find them. One link that was read already proves nothing: themes pin posts
// to every page.
func (w *walk) behind(links []Link, seen map[string]bool) []Link {
	known := func(l Link) bool { return seen[feed.URLKey(l.URL)] }
	first := slices.IndexFunc(links, known)
	if w.overlap > 0 && first >= 0 && first+1 < len(links) && known(links[first+1]) {
		return links[first:]
	}
	return links
}

func (w *walk) why(reasons ...string) { w.result.Why = append(w.result.Why, reasons...) }

func (w *walk) drop(drops ...feed.Drop) {
	room := maxDropped - len(w.result.Dropped)
	w.result.Dropped = append(w.result.Dropped, drops[:min(room, len(drops))]...)
}
