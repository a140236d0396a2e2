package web

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/feed"
)

// archiveCache is for what never changes (RFC 8246).
const archiveCache = "public, max-age=31536000, immutable"

// firstFeedRetry is when to ask again for a feed that is about to appear.
const firstFeedRetry = time.Minute

var archiveCacheHeader = []string{archiveCache}

// publication is a published document, prepared to be answered with.
type publication struct {
	doc    *feed.Document
	route  *routeMetrics // by which it was found
	answer handler       // counts the poll, too
}

// publications keeps those that were asked for last. Safe for concurrent use.
type publications struct {
	mu   sync.Mutex
	kept *simplelru.LRU[string, publication]
}

func newPublications() *publications {
	const most = 64 // it keeps their bytes in memory, too
	p := new(publications)
	p.kept, _ = simplelru.NewLRU[string, publication](most, nil) // fails only for a negative size
	return p
}

func (p *publications) at(path string) (publication, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept.Get(path)
}

func (p *publications) keep(made publication) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept.Add(made.doc.Path, made)
}

// direct answers a request for a published document that was asked for before,
// if there is no newer one, and reports whether it did. Most requests are such
// polls, and to look for the route takes a tenth of the processor.
func (s *server) direct(w *response, r *http.Request) bool {
	if r.URL.RawPath != "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	p, ok := s.published.at(r.URL.Path)
	if !ok {
		return false
	}
	if doc, ok := s.Documents(r.URL.Path); !ok || doc != p.doc {
		return false
	}
	w.route, w.tell = p.route, asText
	if err := p.answer(w, r); err != nil {
		s.fail(w, r, err)
	}
	return true
}

// publish answers with a published document, and prepares for the next who ask
// for it. hub is where its changes are pushed; empty: nowhere. cache is the value
// of Cache-Control.
func (s *server) publish(w *response, r *http.Request, doc *feed.Document, hub string, cache []string) error {
	f := prepare(doc)
	f.hub = hub
	answer := func(w *response, r *http.Request) error { return s.deliver(w, r, f, cache) }
	s.published.keep(publication{doc, w.route, s.polled(false, answer)})
	return answer(w, r)
}

// feed serves a published document.
func (s *server) feed(w *response, r *http.Request) error {
	doc, ok := s.Documents(r.URL.Path)
	if !ok || doc.Size() == 0 {
		openToAll(w.Header())
		return s.unpublished(r)
	}
	return s.publish(w, r, doc, s.HubURL, feedCacheHeader)
}

// readingPage serves a page of a feed in reading order: /s/{series}/reading/2/feed.atom.
func (s *server) readingPage(w *response, r *http.Request) error {
	if _, ok := s.Documents(r.URL.Path); ok {
		return s.feed(w, r)
	}
	openToAll(w.Header())
	if _, err := s.findSeries(r); err != nil {
		return err
	}
	return &failure{Status: http.StatusNotFound, Title: "There is no such page of this feed", Detail: "Please begin at the feed's first page, which is called reading, and follow its links."}
}

// archive serves an archive of the newest stories: /s/{series}/archive/1/feed.atom.
// The newest archive names the next one, which is not there yet: until it is,
// its address leads to the newest stories, which come next.
func (s *server) archive(w *response, r *http.Request) error {
	openToAll(w.Header())
	if doc, ok := s.Documents(r.URL.Path); ok {
		cache := archiveCacheHeader
		// One changes once more whose links name the series by its old slug, and a page
		// of JSON Feed loses what was edited or is gone.
		if doc.Version < 0 || doc.Format == feed.JSON {
			cache = feedCacheHeader
		}
		return s.publish(w, r, doc, "", cache)
	}
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	format := feed.Format(r.URL.Path[strings.LastIndexByte(r.URL.Path, '.')+1:])
	if number, err := strconv.Atoi(r.PathValue("number")); err == nil {
		if _, ok := s.Documents(feed.ArchivePath(series.Slug, number-1, format)); ok {
			h := w.Header()
			h["Cache-Control"] = feedCacheHeader
			h.Set("Location", s.base+feed.Path(series.Slug, feed.HeadFeed, format))
			w.WriteHeader(http.StatusTemporaryRedirect)
			return nil
		}
	}
	return &failure{Status: http.StatusNotFound, Title: "There is no such archive", Detail: "Please begin at the feed of the newest stories and follow its links."}
}

// unpublished tells why a feed can't be had: there is no such series, or its
// first stories are still on their way. An empty feed would be the worst
// answer: readers would forget what they had.
func (s *server) unpublished(r *http.Request) error {
	if r.URL.Path == feed.HealthPath {
		return &failure{
			Status: http.StatusServiceUnavailable, Title: "This feed is not ready yet", Retry: firstFeedRetry,
			Detail: "The feed of health appears as soon as a series is followed. Please ask again in a minute.",
		}
	}
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	f := &failure{Status: http.StatusServiceUnavailable, Title: "This feed is not ready yet", Retry: firstFeedRetry}
	switch next := series.Health.Next; {
	case series.Stories > 0:
		f.Detail = "The feed of this series is being prepared. Please ask again in a minute."
	case series.Health.State == feed.StateFailing:
		f.Detail = "No story of this series could be fetched so far: " + series.Health.Reason +
			". Please ask again after the next attempt."
		f.Retry = max(f.Retry, next.Sub(s.Now()).Round(time.Second))
	default:
		f.Detail = "The first visit to this series is under way and has not found a story yet. Please ask again in a minute."
	}
	return f
}
