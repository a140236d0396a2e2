package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/hub"
)

// feedCache says how often readers shall ask, since many poll by max-age, and
// what caches may do while we are slow or down (RFC 5861 §3, §4).
const feedCache = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"

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
	varyEncodingHeader = []string{"Accept-Encoding"}
	anyOriginHeader    = []string{"*"}
	exposedHeader      = []string{"ETag, Retry-After"}
	gzipHeader         = []string{"gzip"}
	bytesHeader        = []string{"bytes"}
)

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
