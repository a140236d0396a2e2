package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/hub"
)

// feedCache says how often readers shall ask, since many poll by max-age, and
// what caches may do while we are slow or down (RFC 5861 §3, §4).
const feedCache = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"

// archiveCache is for what never changes (RFC 8246).
const archiveCache = "public, max-age=31536000, immutable"

// firstFeedRetry is when to ask again for a feed that is about to appear.
const firstFeedRetry = time.Minute

// preparedFeed is a document with the header values of its two codings.
type preparedFeed struct {
	doc              *feed.Document
	identity, zipped coding
	mediaType        []string
	modified         []string // nil: unknown
	hub              string   // that tells of changes; empty: none does
}

type coding struct {
	body   []byte // nil: it is made of the other coding at each request
	tag    string
	tags   []string
	length []string
}

func newCoding(body []byte, size int, tag string) coding {
	return coding{body: body, tag: tag, tags: []string{tag}, length: []string{strconv.Itoa(size)}}
}

func prepare(doc *feed.Document) *preparedFeed {
	f := &preparedFeed{
		doc:       doc,
		identity:  newCoding(doc.Body, doc.Size(), doc.ETag),
		zipped:    newCoding(doc.Gzip, len(doc.Gzip), doc.GzipETag()),
		mediaType: []string{doc.Format.MediaType()},
	}
	if !doc.Modified.IsZero() {
		f.modified = []string{doc.Modified.UTC().Format(http.TimeFormat)}
	}
	return f
}

var (
	feedCacheHeader    = []string{feedCache}
	archiveCacheHeader = []string{archiveCache}
	varyEncodingHeader = []string{"Accept-Encoding"}
	anyOriginHeader    = []string{"*"}
	exposedHeader      = []string{"ETag, Retry-After"}
	gzipHeader         = []string{"gzip"}
	bytesHeader        = []string{"bytes"}
)

// feed serves a published document.
func (s *server) feed(w *response, r *http.Request) error {
	doc, ok := s.Documents(r.URL.Path)
	if !ok || doc.Size() == 0 {
		openToAll(w.Header())
		return s.unpublished(r)
	}
	return s.deliver(w, r, s.prepared.of(doc, s.HubURL), feedCacheHeader)
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
		return s.deliver(w, r, s.prepared.of(doc, ""), cache)
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

// openToAll sets what every answer at the address of a feed says, also that of
// a failure.
func openToAll(h http.Header) {
	h["Vary"] = varyEncodingHeader
	h["Access-Control-Allow-Origin"] = anyOriginHeader
	h["Access-Control-Expose-Headers"] = exposedHeader
}

// deliver answers with a document: one write of bytes that were compressed when
// they were made. Of a large one there are no others, and they are unpacked for
// the rare client that does not take them. cache is the value of Cache-Control.
func (s *server) deliver(w *response, r *http.Request, f *preparedFeed, cache []string) error {
	h, doc := w.Header(), f.doc
	openToAll(h)
	c := &f.identity
	zip := len(doc.Gzip) > 0 && acceptsGzip(r.Header["Accept-Encoding"])
	if zip {
		c = &f.zipped
	}
	mediaType := f.mediaType
	if clicked(r) && isXMLFeed(mediaType[0]) {
		mediaType, cache, h["Vary"] = pageTypeHeader, pageCacheHeader, varyClickHeader
	}
	h["Etag"] = c.tags
	h["Cache-Control"] = cache
	modified := doc.Modified
	if modified.After(s.Now()) { // moved ahead, see [renderedFeeds.dated]: nobody may be told (RFC 9110 §8.8.2.1)
		modified = time.Time{}
	}
	if notModified(r, c.tag, modified) {
		// Beside a tag a 304 shall carry no other validator (RFC 9110 §15.4.5), and
		// a script that names the tag knows it.
		delete(h, "Access-Control-Expose-Headers")
		w.saved = int64(doc.Size())
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if f.modified != nil && !modified.IsZero() {
		h["Last-Modified"] = f.modified
	}
	h["Content-Type"] = mediaType
	if f.hub != "" {
		h["Link"] = []string{hub.Link(f.hub, s.base+doc.Path)}
	}
	h["Accept-Ranges"] = bytesHeader
	if zip {
		h["Content-Encoding"] = gzipHeader
	}
	content, err := c.open(doc)
	if err != nil {
		return err
	}
	if partial(r) {
		whole, err := seekable(content)
		if err != nil {
			return err
		}
		http.ServeContent(w, r, "", modified, whole)
		return nil
	}
	h["Content-Length"] = c.length
	if zip {
		w.saved = int64(doc.Size() - len(doc.Gzip))
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, content) // it fails when the reader has gone: there is nobody to tell
	}
	return nil
}

func (c *coding) open(doc *feed.Document) (io.Reader, error) {
	if c.body != nil {
		return bytes.NewReader(c.body), nil
	}
	return doc.Identity()
}

func seekable(r io.Reader) (io.ReadSeeker, error) {
	if s, ok := r.(io.ReadSeeker); ok {
		return s, nil
	}
	whole, err := io.ReadAll(r)
	return bytes.NewReader(whole), err
}

// partial reports whether the request needs the rarer parts of RFC 9110:
// ranges, which only GET has (§14.2), or the preconditions of writers
// (§13.1.1, §13.1.4).
func partial(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header["Range"] != nil || r.Header["If-Match"] != nil || r.Header["If-Unmodified-Since"] != nil
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
