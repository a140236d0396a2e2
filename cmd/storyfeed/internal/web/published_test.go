package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
)

// TestFeedAgain: what is asked for again is answered, counted and logged as what
// nobody has asked for yet.
func TestFeedAgain(t *testing.T) {
	again := newSite(t, nil)
	first := newSite(t, func(c *web.Config) {
		published := c.Documents
		c.Documents = func(path string) (*feed.Document, bool) { // a new one for each request
			d, ok := published(path)
			if !ok {
				return nil, false
			}
			renewed := *d
			return &renewed, true
		}
	})
	const path = "/s/bees/feed.atom"
	doc := again.documents[path]
	archive := feed.ArchivePath("bees", 1, feed.Atom)
	gone := feed.Path("bees", feed.ReadingFeed, feed.JSON)
	kept := *doc
	kept.Path = archive
	again.documents[archive], first.documents[archive] = &kept, &kept
	for _, p := range []string{path, archive, gone, feed.HealthPath} {
		again.get(p)
		first.get(p)
	}
	delete(again.documents, gone)
	delete(first.documents, gone)

	for name, tt := range map[string]struct {
		method, path string
		headers      []string
	}{
		"in full":            {"GET", path, nil},
		"compressed":         {"GET", path, []string{"Accept-Encoding", "gzip"}},
		"headers alone":      {"HEAD", path, []string{"Accept-Encoding", "gzip"}},
		"the same":           {"GET", path, []string{"If-None-Match", doc.ETag, "User-Agent", "Miniflux/2.1"}},
		"the same, headers":  {"HEAD", path, []string{"If-None-Match", doc.ETag}},
		"not changed since":  {"GET", path, []string{"If-Modified-Since", doc.Modified.Format(http.TimeFormat)}},
		"a part":             {"GET", path, []string{"Range", "bytes=0-9"}},
		"by a browser":       {"GET", path, []string{"Sec-Fetch-Dest", "document"}},
		"with a query":       {"GET", path + "?page=2", nil},
		"spelled otherwise":  {"GET", "/s/b%65es/feed.atom", nil},
		"with another slash": {"GET", "/s/bees%2Ffeed.atom", nil},
		"a preflight":        {"OPTIONS", path, []string{"Origin", "https://else.example", "Access-Control-Request-Method", "GET"}},
		"by POST":            {"POST", path, nil},
		"an archive":         {"GET", archive, nil},
		"health":             {"GET", feed.HealthPath, nil},
		"withdrawn":          {"GET", gone, nil},
	} {
		want, got := first.do(tt.method, tt.path, tt.headers...), again.do(tt.method, tt.path, tt.headers...)
		if got.StatusCode != want.StatusCode {
			t.Errorf("%s: %d, want %d", name, got.StatusCode, want.StatusCode)
		}
		if diff := cmp.Diff(want.Header, got.Header); diff != "" {
			t.Errorf("%s: headers (-first time +again):\n%s", name, diff)
		}
		if diff := cmp.Diff(body(t, want), body(t, got)); diff != "" {
			t.Errorf("%s: body (-first time +again):\n%s", name, diff)
		}
	}
	logged := regexp.MustCompile(`method=.* status=\d+ bytes=\d+`)
	if diff := cmp.Diff(logged.FindAllString(first.log.String(), -1), logged.FindAllString(again.log.String(), -1)); diff != "" {
		t.Errorf("log (-first time +again):\n%s", diff)
	}
	counted := regexp.MustCompile(`(?m)^storyfeed_web_(requests|polls|feed|request_duration_seconds_count).*`)
	if diff := cmp.Diff(counted.FindAllString(body(t, first.get("/metrics")), -1), counted.FindAllString(body(t, again.get("/metrics")), -1)); diff != "" {
		t.Errorf("metrics (-first time +again):\n%s", diff)
	}
	if diff := cmp.Diff(first.config.Readers.Readers(), again.config.Readers.Readers(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("readers (-first time +again):\n%s", diff)
	}
}

// TestPollAllocates: most requests are polls, so they leave little behind.
func TestPollAllocates(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Logger = slog.New(slog.DiscardHandler) })
	const path = "/s/bees/feed.atom"
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr = "127.0.0.1:4000" // from there nobody asks too often
	r.Header.Set("If-None-Match", s.documents[path].ETag)
	w := &sink{header: http.Header{}}
	n := testing.AllocsPerRun(1000, func() {
		clear(w.header)
		s.ServeHTTP(w, r)
	})
	if w.status != http.StatusNotModified || n > 1 {
		t.Errorf("%d with %v allocations, want 304 with one, the writer of the answer", w.status, n)
	}
}
