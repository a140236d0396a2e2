// Package web answers HTTP: the pages that people read, the feeds that
// readers subscribe to, the JSON API and the addresses of operation.
//
//	handler, err := web.New(web.Config{Store: st, Index: ix, Documents: published, Sanitise: extract.Sanitise})
//	...
//	err = web.Server(handler).Serve(listener)
//
// Every handler is a function that returns an error; one adapter, in
// errors.go, turns errors into answers: a page for people, problem+json (RFC
// 9457) for programs, a line of text for feed readers. What people see is
// made there and in words.go; causes go to the log with the request's id.
//
// Decided: html/template, one embedded style sheet and one small script, which
// only makes quicker what works without it; nothing from third parties, as the
// pictures of stories are kept, too; one security policy on every answer. Feeds are not rendered here: their bytes, compressed before,
// are written as they are ([http.ServeContent], which copies in small pieces,
// reached half the speed and serves only byte ranges here). A page is small
// and read by few: it is rendered per request and gets its ETag from its
// bytes.
package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/feed"
	"storyfeed/feed/hub"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// Store is what the pages and the API need of the archive. Methods return
// [feed.ErrNotFound], wrapped, for what is not there, and are safe for
// concurrent use.
type Store interface {
	// ListSeries returns the configured series in the configured order.
	ListSeries(ctx context.Context) ([]feed.Series, error)
	// SeriesTitles returns them with their slugs and titles alone, fast.
	SeriesTitles(ctx context.Context) ([]feed.Series, error)
	// SeriesBySlug returns one series.
	SeriesBySlug(ctx context.Context, slug string) (feed.Series, error)
	// MovedSlug returns what a series is called now that was called slug once.
	MovedSlug(ctx context.Context, slug string) (string, error)
	// Stories returns a stretch of a series, and how many stories there are
	// without offset and limit.
	Stories(ctx context.Context, slug string, q store.StoryQuery) ([]feed.Story, int, error)
	// Story returns a story by its GUID, tombstones included.
	Story(ctx context.Context, guid string) (feed.Story, error)
	// Named returns stories of any series in the order of their keys, with or
	// without their text, without HTML.
	Named(ctx context.Context, keys []store.Key, text bool) ([]feed.Story, error)
	// StoryToShow returns a story of one series by its GUID, without its body if
	// that is damaged.
	StoryToShow(ctx context.Context, slug, guid string) (feed.Story, error)
	// SeriesVersion returns the version of a series, fast.
	SeriesVersion(ctx context.Context, slug string) (int64, error)
	// Line returns the stories of a series by part, tombstones included.
	Line(ctx context.Context, slug string) ([]feed.Numbered, error)
	// Arrivals returns the stories of an author or a tag in the order in which
	// they came, those that do not belong any more included, and its name.
	Arrivals(ctx context.Context, kind feed.TermKind, slug string) (string, []feed.Arrival, error)
	// ArrivalsOf returns stories in the order in which they came.
	ArrivalsOf(ctx context.Context, guids []string) ([]feed.Arrival, error)
	// What a book is made of, see [book.Shelf].
	Chapters(ctx context.Context, slug string) ([]feed.Chapter, error)
	Addresses(ctx context.Context, slug string) (map[string]int, error)
	Picture(ctx context.Context, slug, url string) (*feed.Picture, error)
	PicturesKept(ctx context.Context, slug string) (n int, newest time.Time, err error)
	// StoryByPart returns the story at one place of a series, tombstones included.
	StoryByPart(ctx context.Context, slug string, part int) (feed.Story, error)
	// Neighbours returns the stories before and after a part, nil at the ends.
	Neighbours(ctx context.Context, slug string, part int) (prev, next *feed.Story, err error)
	// Arrived returns stories of a series, or of all for an empty slug, in the
	// order in which they came; see [store.Store.Arrived].
	Arrived(ctx context.Context, slug string, after store.Place, limit, size int) (store.Arrived, error)
	// Crawls returns the newest reports of a series, newest first.
	Crawls(ctx context.Context, slug string, limit int) ([]feed.Crawl, error)
	// Changes returns the newest changes of health of a series, newest first.
	Changes(ctx context.Context, slug string, limit int) ([]feed.Change, error)
	Templates(ctx context.Context, slug string) ([]store.Template, error)
	// RevisionList returns a story's revisions without their texts, oldest first.
	RevisionList(ctx context.Context, slug, guid string) ([]store.Revision, error)
	// Revision returns one of them; a [store.FileError] when it is damaged.
	Revision(ctx context.Context, slug, guid string, number int) (store.Revision, error)
	// Gathered returns the newest stories of all series that have a term.
	Gathered(ctx context.Context, kind feed.TermKind, slug string, limit int) ([]feed.Story, error)
	// Removed returns the tombstones among them, the latest first.
	Removed(ctx context.Context, kind feed.TermKind, slug string, limit int) ([]feed.Tombstone, error)
	// Terms returns the authors or tags with the most stories.
	Terms(ctx context.Context, kind feed.TermKind, limit int) ([]feed.Term, error)
	// KeepFeed keeps a feed that was made for a request; others may go for it.
	KeepFeed(ctx context.Context, d feed.Document) error
	// KeptFeed returns it, with its gzip coding alone.
	KeptFeed(ctx context.Context, path, base string) (feed.Document, error)
	// Term returns an author or a tag by its slug.
	Term(ctx context.Context, kind feed.TermKind, slug string) (feed.Term, error)
	// AllTerms returns all authors or tags, by slug.
	AllTerms(ctx context.Context, kind feed.TermKind, limit int) ([]feed.Term, error)
	// TermStories returns stories of an author or tag without their bodies,
	// newest first.
	TermStories(ctx context.Context, kind feed.TermKind, slug string, offset, limit int) ([]feed.Story, error)
	// TermsOf returns the authors or tags of a series with the most stories in
	// it, and how many it has.
	TermsOf(ctx context.Context, series string, kind feed.TermKind, limit int) ([]feed.Term, int, error)
	// PublishedDates returns when the stories of a series were published,
	// oldest first.
	PublishedDates(ctx context.Context, series string) ([]feed.Date, error)
	// KeptPictures tells which pictures of a series are kept.
	KeptPictures(ctx context.Context, slug string, urls []string) (map[string]bool, error)
	// Days returns what happened on each of the last days, the oldest first.
	Days(ctx context.Context, most int) ([]store.Day, error)
	// HostUses returns the hosts that were asked in the last days.
	HostUses(ctx context.Context, most, limit int) ([]store.HostUse, error)
	// Stats are the store's sizes.
	Stats(ctx context.Context) (store.Stats, error)
	// Stamp changes with everything that series show; updated is when it did.
	Stamp(ctx context.Context) (stamp string, updated time.Time, err error)
}

// Searcher is what the pages and the API need of the index.
type Searcher interface {
	// Search answers a request within [index.Budget] and the limits that
	// [index.Request] states.
	Search(ctx context.Context, req index.Request) (index.Results, error)
	// Manifest is the fingerprint of what is searched; it takes no time.
	Manifest(ctx context.Context) (feed.Manifest, error)
	// Generation tells apart indexes of the same, which may answer otherwise.
	Generation() int
	// Similar finds what is most like a document, at most limit.
	Similar(ctx context.Context, d index.Document, limit int) ([]index.Hit, error)
	// Suggest completes what somebody is typing, at most limit ways.
	Suggest(ctx context.Context, text string, limit int) ([]index.Suggestion, error)
	// Marker marks in texts what the query matches.
	Marker(q index.Query) index.Marker
}

// Hub takes subscriptions to feeds. [*hub.Hub] is one.
type Hub interface {
	// Accept takes the form of a request. The error is a [*hub.Refusal] that
	// says what to answer, unless it is ours.
	Accept(ctx context.Context, form url.Values) error
}

// Site is the handler of the whole site. It is safe for concurrent use.
type Site interface {
	http.Handler
	hub.Maker // the feeds that are not published, but made when somebody asks
}

// Config is what [New] needs. Store, Index, Documents and Sanitise must be set.
type Config struct {
	Store     Store
	Index     Searcher
	Documents func(path string) (*feed.Document, bool) // published feeds by path; fast and safe for concurrent use
	Sanitise  func(html string) string                 // applied to every story body before it is shown

	Sizes func(ctx context.Context) (store.Sizes, error) // what there is now, for /status; nil: not shown

	WantPictures func(slug string, urls ...string) // told which pictures of a story that somebody reads, or of a cover, are not kept yet, and, without any, that a book of the series is asked for; must not block; nil: nobody is
	Rebuilding   func() (index.Progress, bool)     // how far the index is that is being built; false: none is; nil: never
	Waiting      func() (index.Progress, bool)     // how far the index is in taking in many new stories; false: few wait; nil: never; asked by every search

	Hub        Hub                                 // takes what is sent to /hub; nil: there is none
	HubURL     string                              // of the hub that the feeds name; empty: they name none
	BaseURL    string                              // public URL of the root, with or without a path; empty: http://localhost
	Version    string                              // shown in the footer; empty: not shown
	Ready      func(ctx context.Context) []Problem // what /readyz reports beside the store and the series; nil: nothing
	Readers    *readers.Book                       // counts and limits feed readers; nil: a new one
	Quota      *readers.Quota                      // limits requests to the API; nil: 600 a minute and client
	Metrics    http.Handler                        // serves /metrics; nil: there is none
	Registerer prometheus.Registerer               // takes our metrics; nil: they are not published
	Logger     *slog.Logger                        // nil: discard
	Now        func() time.Time                    // nil: time.Now
}

// New returns the whole site.
// Templates are parsed and the style sheet is compressed here, so that a
// fault shows at start.
func New(c Config) (Site, error) {
	if c.Store == nil || c.Index == nil || c.Documents == nil || c.Sanitise == nil {
		return nil, errors.New("web: Store, Index, Documents and Sanitise must be set")
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://localhost"
	}
	base, err := url.Parse(strings.TrimRight(c.BaseURL, "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("web: base URL %q: want http:// or https:// and a host", c.BaseURL)
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Readers == nil {
		c.Readers = readers.New(readers.Config{Now: c.Now})
	}
	if c.Quota == nil {
		c.Quota = readers.NewQuota(quotaRequests, quotaWindow, c.Now)
	}
	s := &server{
		Config:    c,
		mux:       http.NewServeMux(),
		base:      base.String(),
		prefix:    base.EscapedPath(),
		ids:       newRequestIDs(),
		published: newPublications(),
		answers:   newAnswers(),
		lines:     newLines(),
		comparing: make(chan struct{}, maxComparing),
		wanted:    wanted{last: map[string]time.Time{}},
		writing:   make(chan struct{}, maxBooks),
		manifold:  readers.NewQuota(quotaRequests, quotaWindow, c.Now),
	}
	if s.metrics, err = newMetrics(c.Registerer); err != nil {
		return nil, fmt.Errorf("web: metrics: %w", err)
	}
	s.rendered = newRenderedFeeds(c.Store, s.base, c.Now, c.Logger, s.metrics)
	if s.static, err = loadStatic(); err != nil {
		return nil, fmt.Errorf("web: static files: %w", err)
	}
	if s.templates, err = s.parseTemplates(); err != nil {
		return nil, fmt.Errorf("web: templates: %w", err)
	}
	s.describedBy = []string{"<" + s.base + apiRoot + `/openapi.json>; rel="service-desc"; type="application/json"`}
	s.quotaPolicy = []string{`"` + quotaName + `";q=` + strconv.Itoa(c.Quota.Requests) + ";w=" + strconv.Itoa(ceilSeconds(c.Quota.Window))}
	if s.openapi, err = s.describe(); err != nil {
		return nil, fmt.Errorf("web: description of the API: %w", err)
	}
	s.routes()
	return s, nil
}

// Server is an [http.Server] for handler with the limits of a server that
// faces the internet: 10 s for a request to arrive, 60 s for an answer to
// leave, 2 min for an idle connection, 16 KB of headers.
func Server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:        handler,
		ReadTimeout:    10 * time.Second, // of headers and body: two limits cost a request another timer
		WriteTimeout:   60 * time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
}

// server holds the configuration and what was made of it.
type server struct {
	Config
	mux       *http.ServeMux
	base      string // public URL without trailing slash
	prefix    string // the path in it, escaped: "" or "/stories"
	templates map[string]*template.Template
	static    map[string]*asset
	published *publications
	answers   *answers // of searches
	rendered  *renderedFeeds
	lines     *lines
	metrics   *metrics
	ids       *requestIDs
	openapi   document       // describes the API
	manifold  *readers.Quota // limits requests for feeds that have to be made

	describedBy, quotaPolicy []string // headers that never change

	wanted    wanted
	comparing chan struct{} // holds an element for each comparison of texts under way
	writing   chan struct{} // likewise, for each book
}
