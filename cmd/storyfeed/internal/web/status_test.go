package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed/store"
)

// poll asks for a feed from an address of the internet.
func (s *site) poll(path, agent string, headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "http://read.example"+path, nil)
	r.RemoteAddr = "203.0.113.9:4000"
	r.Header.Set("User-Agent", agent)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestReadersAreCounted(t *testing.T) {
	s := newSite(t, nil)
	doc := s.documents["/s/bees/feed.atom"]
	s.poll("/s/bees/feed.atom", "newsboat/2.21.0 (Linux)")
	s.poll("/s/bees/feed.atom", "newsboat/2.22.1 (Linux)", "Accept-Encoding", "gzip")
	s.poll("/s/bees/feed.atom", "Miniflux/2.2.1", "If-None-Match", doc.ETag)
	s.poll("/s/bees/feed.atom", "Miniflux/2.2.1", "If-None-Match", `"old"`, "Accept-Encoding", "gzip")
	s.poll("/s/nobody/feed.atom", "Miniflux/2.2.1")
	s.poll("/s/bees", "Mozilla/5.0 (X11) Gecko/20100101 Firefox/130.0") // a page: it is no poll
	s.poll("/s/bees/feed.rss", "<script>alert(1)</script>")

	page := s.page(t, "/status", 200)
	var rows []string
	for i := range texts(page, "#readers ~ .scroll tbody tr") {
		rows = append(rows, strings.Join(texts(page, fmt.Sprintf("#readers ~ .scroll tbody tr:nth-child(%d) > *", i+1))[:5], " | "))
	}
	want := []string{
		"Miniflux/2 | 3 | 33 % | 0 % | 0",
		"newsboat/2 | 2 | 0 % | 100 % | 0",
		"unnamed | 1 | 0 % | 100 % | 0",
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("readers (-want +got):\n%s", d)
	}
	for _, r := range s.config.Readers.Readers() {
		gz, whole := int64(len(doc.Gzip)), int64(len(doc.Body))
		switch r.Name {
		case "newsboat/2":
			if r.Sent != whole+gz || r.Saved != whole-gz {
				t.Errorf("newsboat: sent %d, saved %d; want %d and %d", r.Sent, r.Saved, whole+gz, whole-gz)
			}
		case "Miniflux/2":
			if r.Saved != whole+whole-gz {
				t.Errorf("Miniflux: saved %d, want %d", r.Saved, whole+whole-gz)
			}
		}
	}
	metrics := body(t, s.get("/metrics"))
	for _, want := range []string{
		`storyfeed_web_polls_total{outcome="not_modified"} 1`, `storyfeed_web_polls_total{outcome="unconditional"} 3`,
		`storyfeed_web_polls_total{outcome="changed"} 1`, `storyfeed_web_polls_total{outcome="other"} 1`, "storyfeed_web_feed_saved_bytes_total",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if strings.Contains(metrics, "newsboat") {
		t.Error("the metrics have a label for each reader, which nobody bounds")
	}
}

// TestFarTooOften: who asks without pause is told to wait, and others are not.
func TestFarTooOften(t *testing.T) {
	s := newSite(t, nil)
	const path = "/s/bees/feed.atom"
	refused := 0
	for range 400 {
		res := s.poll(path, "Hasty/1.0", "If-None-Match", "*")
		if res.StatusCode == http.StatusNotModified {
			continue
		}
		refused++
		if got := body(t, res); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" || res.Header.Get("Cache-Control") != "no-store" ||
			res.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(got, "Once in a quarter of an hour") {
			t.Fatalf("%d %v %q; want 429 with Retry-After, not to be cached, and what to do", res.StatusCode, res.Header, got)
		}
	}
	if refused < 50 || refused > 200 {
		t.Errorf("refused %d of 400 requests without pause", refused)
	}
	for what, res := range map[string]*http.Response{
		"another reader": s.poll(path, "Calm/1.0"), "another feed": s.poll("/s/bees/reading.rss", "Hasty/1.0"), "a page": s.poll("/s/bees", "Hasty/1.0"),
	} {
		if res.StatusCode != 200 {
			t.Errorf("%s is answered with %d", what, res.StatusCode)
		}
	}
	if got := texts(s.page(t, "/status", 200), "#readers ~ .scroll tbody tr:nth-child(1) td:nth-child(5)")[0]; got != fmt.Sprint(refused) {
		t.Errorf("the status says that %s were refused, want %d", got, refused)
	}
}

func TestStatus(t *testing.T) {
	s := newSite(t, func(c *web.Config) {
		c.Ready = func(context.Context) []web.Problem {
			return []web.Problem{{Part: "index", Text: "it is being rebuilt"}}
		}
	})
	page := s.page(t, "/status", 200)
	var rows []string
	for i := range texts(page, "#series ~ .scroll tbody tr") {
		rows = append(rows, strings.Join(texts(page, fmt.Sprintf("#series ~ .scroll tbody tr:nth-child(%d) > *", i+1)), " | "))
	}
	want := []string{
		"Keeping Bees & Other Slow Things | Up to date | 13 | 12 minutes ago | in 18 minutes",
		"Night Trains | The source can’t be read | 0 | none yet | in 42 minutes",
		"blank | Waiting for its first visit | 0 | none yet | not planned",
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("series (-want +got):\n%s", d)
	}
	if got := texts(page, ".trouble"); len(got) != 1 || got[0] != "index: it is being rebuilt" {
		t.Errorf("problems: %q", got)
	}
	if got := texts(page, "main")[0]; !strings.Contains(got, "No feed reader has asked for anything yet.") {
		t.Errorf("without readers the page says %q", got)
	}
	must(t, s.store.SyncSeries(t.Context(), nil))
	if got := texts(s.page(t, "/status", 200), "main")[0]; !strings.Contains(got, "No series is followed yet.") {
		t.Errorf("without series the page says %q", got)
	}
}

// What the page says of today is the same above and below: that is measured now,
// not an hour ago.
func TestStatusOfToday(t *testing.T) {
	s := newSite(t, func(c *web.Config) {
		c.Sizes = func(context.Context) (store.Sizes, error) {
			return store.Sizes{Stories: 535, StoreBytes: 12e6, IndexBytes: 2e6}, nil
		}
	})
	must(t, s.store.SaveSizes(t.Context(), store.Sizes{Stories: 208, StoreBytes: 7e6, IndexBytes: 1e6}))
	page := s.page(t, "/status", 200)
	for id, want := range map[string]string{"kept": "535 stories", "sizes": "store 12 MB, index 2.0 MB"} {
		if got := texts(page, ".plots > div:has(#plot-"+id+") .meta"); !cmp.Equal(got, []string{want}) {
			t.Errorf("today's figures are %q, want %q", got, want)
		}
	}
}

// TestFarTooMany: neither what is added to a feed's address nor another search
// each time is a way around the limits.
func TestFarTooMany(t *testing.T) {
	for what, c := range map[string]struct {
		path  string // %d is another number each time
		least int    // so many are served
	}{
		"one feed at ever another address": {"/s/bees/feed.atom?_=%d", 100},
		"ever another search":              {"/search.rss?nothing=%d", 600},
		"ever another catch-up feed":       {"/s/bees/drip/never/1d/feed.rss?from=%d", 600},
	} {
		s := newSite(t, nil)
		served := 0
		for served < 1000 && s.poll(fmt.Sprintf(c.path, served), "Hasty/1.0").StatusCode != http.StatusTooManyRequests {
			served++
		}
		if served < c.least || served > 700 {
			t.Errorf("%s: refused after %d requests", what, served)
		}
		if res := s.poll("/s/bees/feed.rss", "Hasty/1.0"); res.StatusCode != 200 {
			t.Errorf("%s: another feed is answered with %d", what, res.StatusCode)
		}
	}
}
