package web_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

// TestFeedOtherMethods: programs get a line of text that scripts of any site can
// read, no page.
func TestFeedOtherMethods(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/s/bees/feed.atom", "/search.rss?q=hum", "/tags/roof/feed.json"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
		if h := w.Header(); w.Code != 405 || h.Get("Allow") != "GET, HEAD, OPTIONS" || h.Get("Content-Type") != "text/plain; charset=utf-8" || h.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("POST %s: %d %v; want 405 as text, open to all", path, w.Code, h)
		}
	}
}

func TestFeedHeaders(t *testing.T) {
	s := newSite(t, nil)
	for path, doc := range s.documents {
		res := s.get(path)
		if got := body(t, res); res.StatusCode != 200 || got != string(doc.Body) {
			t.Errorf("GET %s: %d and %d bytes, want 200 and the %d published ones", path, res.StatusCode, len(got), len(doc.Body))
		}
		for name, want := range map[string]string{
			"Content-Type":                doc.Format.MediaType(),
			"Etag":                        doc.ETag,
			"Last-Modified":               doc.Modified.Format(http.TimeFormat),
			"Vary":                        "Accept-Encoding",
			"Access-Control-Allow-Origin": "*",
			"X-Content-Type-Options":      "nosniff",
			"Cache-Control":               "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400",
			"Accept-Ranges":               "bytes",
			"Set-Cookie":                  "",
			"Content-Encoding":            "",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("GET %s: %s: %q, want %q", path, name, got, want)
			}
		}
		head := s.do(http.MethodHead, path)
		if b := body(t, head); b != "" || head.Header.Get("Content-Length") != res.Header.Get("Content-Length") || head.Header.Get("Etag") != doc.ETag {
			t.Errorf("HEAD %s: %d bytes, header %v; want no body and the header of GET", path, len(b), head.Header)
		}
	}
}

func TestFeedGzip(t *testing.T) {
	s := newSite(t, nil)
	doc := s.documents["/s/bees/feed.atom"]
	res := s.get(doc.Path, "Accept-Encoding", "deflate, gzip;q=0.8")
	if got := res.Header.Get("Etag"); got != doc.GzipETag() || got == doc.ETag {
		t.Errorf("ETag of the gzip coding is %s, want %s, another than %s", got, doc.GzipETag(), doc.ETag)
	}
	zr, err := gzip.NewReader(res.Body)
	must(t, err)
	plain, err := io.ReadAll(zr)
	must(t, err)
	if string(plain) != string(doc.Body) {
		t.Error("the gzip coding does not decode to the document")
	}
}

func TestFeedConditional(t *testing.T) {
	s := newSite(t, nil)
	doc := s.documents["/s/bees/feed.rss"]
	date := doc.Modified.Format(http.TimeFormat)
	earlier := doc.Modified.Add(-time.Second).Format(http.TimeFormat)
	later := doc.Modified.Add(time.Hour).Format(http.TimeFormat)
	for _, tc := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"nothing known", nil, 200},
		{"same tag", []string{"If-None-Match", doc.ETag}, 304},
		{"same tag, weak", []string{"If-None-Match", "W/" + doc.ETag}, 304},
		{"in a list", []string{"If-None-Match", `"other" , ` + doc.ETag + `,"third"`}, 304},
		{"in a second line", []string{"If-None-Match", `"other"`, "If-None-Match", doc.ETag}, 304},
		{"any", []string{"If-None-Match", "*"}, 304},
		{"another tag", []string{"If-None-Match", `"other"`}, 200},
		{"tag with a comma in it", []string{"If-None-Match", `"a,b", ` + doc.ETag}, 304},
		{"tag without quotes", []string{"If-None-Match", strings.Trim(doc.ETag, `"`)}, 200},
		{"part of the tag", []string{"If-None-Match", doc.ETag[:9] + `"`}, 200},
		{"empty", []string{"If-None-Match", ""}, 200},
		{"unclosed", []string{"If-None-Match", `"abc`}, 200},
		{"tag of the other coding", []string{"If-None-Match", doc.GzipETag()}, 200},
		{"tag of the gzip coding", []string{"If-None-Match", doc.GzipETag(), "Accept-Encoding", "gzip"}, 304},
		{"tag wins over date", []string{"If-None-Match", `"other"`, "If-Modified-Since", later}, 200},
		{"same date", []string{"If-Modified-Since", date}, 304},
		{"later date", []string{"If-Modified-Since", later}, 304},
		{"earlier date", []string{"If-Modified-Since", earlier}, 200},
		{"nonsense date", []string{"If-Modified-Since", "yesterday"}, 200},
		{"gzip refused", []string{"Accept-Encoding", "gzip;q=0, identity"}, 200},
		{"range", []string{"Range", "bytes=0-99"}, 206},
		{"range beyond the end", []string{"Range", "bytes=99999999-"}, 416},
		{"range of an old version", []string{"Range", "bytes=0-99", "If-Range", `"other"`}, 200},
		{"precondition of a writer", []string{"If-Match", `"other"`}, 412},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			res := s.do(method, doc.Path, tc.headers...)
			if method == http.MethodHead && strings.HasPrefix(tc.name, "range") {
				tc.want = 200 // ranges are GET's alone: RFC 9110 §14.2
			}
			if res.StatusCode != tc.want {
				t.Errorf("%s with %s: %d, want %d", method, tc.name, res.StatusCode, tc.want)
			}
			if got := res.Header.Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("%s with %s: Vary: %q, want Accept-Encoding", method, tc.name, got)
			}
			if res.StatusCode != 304 {
				continue
			}
			if b := body(t, res); b != "" || res.Header.Get("Content-Type") != "" || res.Header.Get("Content-Length") != "" {
				t.Errorf("%s with %s: a 304 with a body or headers of one", method, tc.name)
			}
			if res.Header.Get("Etag") == "" || res.Header.Get("Cache-Control") == "" || res.Header.Get("Last-Modified") != "" {
				t.Errorf("%s with %s: 304 without ETag or Cache-Control, or with a second validator: %v", method, tc.name, res.Header)
			}
		}
	}
	if got := body(t, s.get(doc.Path, "Range", "bytes=0-99")); got != string(doc.Body[:100]) {
		t.Errorf("the first 100 bytes are %q", got)
	}
}

// Of a large document only the gzip coding is kept; clients that take no gzip,
// or want parts, must not notice.
func TestLargeFeed(t *testing.T) {
	s := newSite(t, nil)
	path := "/s/bees/reading.atom"
	whole := []byte("<feed>" + strings.Repeat("a long story ", 50_000) + "</feed>")
	large := *s.documents[path]
	large.Body, large.Gzip, large.ETag = whole, feed.Compress(whole), feed.ETag(whole)
	if large = large.Slim(); len(large.Body) > 0 {
		t.Fatalf("%d bytes are kept", len(large.Body))
	}
	s.documents[path] = &large
	res := s.get(path)
	if got := body(t, res); got != string(whole) || res.Header.Get("Content-Length") != fmt.Sprint(len(whole)) || res.Header.Get("Etag") != large.ETag {
		t.Errorf("GET: %d bytes, header %v; want %d", len(got), res.Header, len(whole))
	}
	if head := s.do(http.MethodHead, path); head.Header.Get("Content-Length") != fmt.Sprint(len(whole)) {
		t.Errorf("HEAD: header %v", head.Header)
	}
	part := s.get(path, "Range", "bytes=6-17")
	if got := body(t, part); part.StatusCode != http.StatusPartialContent || got != "a long story" {
		t.Errorf("bytes 6-17: %d %q", part.StatusCode, got)
	}
	zr, err := gzip.NewReader(s.get(path, "Accept-Encoding", "gzip").Body)
	must(t, err)
	if plain, err := io.ReadAll(zr); err != nil || string(plain) != string(whole) {
		t.Errorf("the gzip coding decodes to %d bytes, %v", len(plain), err)
	}
}

func TestFeedChanges(t *testing.T) {
	s := newSite(t, nil)
	path := "/s/bees/feed.json"
	old := *s.documents[path]
	s.get(path)
	changed := old
	changed.Body = []byte(`{"changed":true}`)
	changed.Gzip, changed.ETag = feed.Compress(changed.Body), feed.ETag(changed.Body)
	s.documents[path] = &changed
	res := s.get(path, "If-None-Match", old.ETag)
	if got := body(t, res); res.StatusCode != 200 || got != string(changed.Body) || res.ContentLength != int64(len(changed.Body)) {
		t.Errorf("after a change: %d %q (length %d), want the new document", res.StatusCode, got, res.ContentLength)
	}
}

func TestFeedNotThere(t *testing.T) {
	s := newSite(t, nil)
	for _, tc := range []struct {
		name, path string
		status     int
		retry      string
		says       string
	}{
		{"unknown series", "/s/nobody/feed.rss", 404, "", "no such series"},
		{"impossible slug", "/s/No%00body/feed.rss", 404, "", "no such series"},
		{"first crawl under way", "/s/blank/feed.atom", 503, "60", "first visit"},
		{"source unreachable", "/s/night-trains/reading.json", 503, "2520", "503 Service Unavailable"},
	} {
		res := s.get(tc.path)
		text := body(t, res)
		if res.StatusCode != tc.status || res.Header.Get("Retry-After") != tc.retry || !strings.Contains(text, tc.says) {
			t.Errorf("%s: GET %s: %d, Retry-After %q, %q; want %d, %q, and the words %q",
				tc.name, tc.path, res.StatusCode, res.Header.Get("Retry-After"), text, tc.status, tc.retry, tc.says)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", tc.name, got)
		}
	}
	delete(s.documents, "/s/bees/feed.rss")
	if res := s.get("/s/bees/feed.rss"); res.StatusCode != 503 || !strings.Contains(body(t, res), "being prepared") {
		t.Errorf("a feed with stories that is not published yet: %d, want 503 that says so", res.StatusCode)
	}
}

// TestArchives: what never changes may be kept for ever; the one that comes
// next leads to the newest stories until it is there.
func TestArchives(t *testing.T) {
	s := newSite(t, nil)
	path := feed.ArchivePath("bees", 1, feed.Atom)
	s.documents[path] = &feed.Document{Path: path, Series: "bees", Format: feed.Atom, Body: []byte("<feed/>"), Gzip: feed.Compress([]byte("<feed/>")), ETag: `"1"`}
	for _, tc := range []struct {
		path           string
		status         int
		cache, leadsTo string
	}{
		{path, 200, "public, max-age=31536000, immutable", ""},
		{feed.ArchivePath("bees", 2, feed.Atom), 307, "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400", baseURL + "/s/bees/feed.atom"},
		{feed.ArchivePath("bees", 3, feed.Atom), 404, "no-store", ""},
		{feed.ArchivePath("bees", 2, feed.RSS), 404, "no-store", ""},
		{"/s/bees/archive/x/feed.atom", 404, "no-store", ""},
		{feed.ArchivePath("nobody", 1, feed.Atom), 404, "no-store", ""},
		{feed.ReadingPath("bees", 2, feed.Atom), 404, "no-store", ""},
	} {
		res := s.get(tc.path)
		if res.StatusCode != tc.status || res.Header.Get("Cache-Control") != tc.cache || res.Header.Get("Location") != tc.leadsTo {
			t.Errorf("GET %s: %d, Cache-Control %q, Location %q; want %d, %q, %q", tc.path, res.StatusCode, res.Header.Get("Cache-Control"), res.Header.Get("Location"), tc.status, tc.cache, tc.leadsTo)
		}
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("GET %s: may be asked for from %q", tc.path, got)
		}
	}
	if res := s.get(path, "If-None-Match", `"1-gz", "1"`); res.StatusCode != 304 {
		t.Errorf("an archive that the reader has: %d, want 304", res.StatusCode)
	}
}

// TestRenamedSeries: every address of a series that is called otherwise now
// leads on for good.
func TestRenamedSeries(t *testing.T) {
	s := newSite(t, nil)
	all, err := s.store.ListSeries(t.Context())
	must(t, err)
	for i := range all {
		if all[i].Slug == "bees" {
			all[i].Slug = "honey-bees"
		}
	}
	must(t, s.store.SyncSeries(t.Context(), all))
	clear(s.documents)
	for path, want := range map[string]string{
		"/s/bees":                             "/s/honey-bees",
		"/s/bees/feed.atom":                   "/s/honey-bees/feed.atom",
		"/s/bees/reading.json?x=1&y=%20":      "/s/honey-bees/reading.json?x=1&y=%20",
		"/s/bees/archive/7/feed.rss":          "/s/honey-bees/archive/7/feed.rss",
		"/s/bees/1":                           "/s/honey-bees/1",
		"/api/v1/series/bees/stories?limit=3": "/api/v1/series/honey-bees/stories?limit=3",
	} {
		res := s.get(path)
		if res.StatusCode != 301 || res.Header.Get("Location") != baseURL+want || res.Header.Get("Cache-Control") != "public, max-age=86400" {
			t.Errorf("GET %s: %d to %q, want 301 to %q", path, res.StatusCode, res.Header.Get("Location"), baseURL+want)
		}
	}
}
