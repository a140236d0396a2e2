package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
)

// paths is one address of every route.
var paths = []string{
	"/", "/s/bees", "/s/bees/1", "/s/bees/1/revisions", "/search?q=hive", "/search/help", "/suggest?q=hi", "/opensearch.xml", "/s/bees/cover.svg", "/s/bees?filter=swarm", "/authors", "/authors/ada-marsh", "/tags", "/tags/bees",
	"/s/bees/feed.rss", "/s/bees/feed.atom", "/s/bees/feed.json",
	"/authors/ada-marsh/drip", "/tags/roof/drip", "/search/drip?q=hive",
	"/authors/ada-marsh/drip/2026-05-04/1d/feed.rss", "/authors/ada-marsh/drip/2026-05-04/1d/feed.atom", "/authors/ada-marsh/drip/2026-05-04/1d/feed.json",
	"/tags/roof/drip/2026-05-04/1d/feed.rss", "/tags/roof/drip/2026-05-04/1d/feed.atom", "/tags/roof/drip/2026-05-04/1d/feed.json",
	"/search/drip/2026-05-04/1d/feed.rss?q=hive", "/search/drip/2026-05-04/1d/feed.atom?q=hive", "/search/drip/2026-05-04/1d/feed.json?q=hive",
	"/s/bees/drip", "/s/bees/drip/2026-05-04/1d/feed.rss", "/s/bees/drip/2026-05-04/1d/feed.atom", "/s/bees/drip/2026-05-04/1d/feed.json",
	"/s/bees/reading.rss", "/s/bees/reading.atom", "/s/bees/reading.json",
	"/feed.rss", "/feed.atom", "/feed.json", "/authors/ada-marsh/feed.rss", "/authors/ada-marsh/feed.atom", "/authors/ada-marsh/feed.json",
	"/tags/bees/feed.rss", "/tags/bees/feed.atom", "/tags/bees/feed.json", "/opml.xml", "/search.rss?q=hive", "/search.atom?q=hive", "/search.json?q=hive",
	"/api/v1/series", "/api/v1/series/bees", "/api/v1/series/bees/stories", "/api/v1/search?q=hive",
	"/api/v1/stories/urn:uuid:%s", "/status", "/subscribe", "/subscribe?series=bees", "/healthz", "/readyz", "/metrics", "/robots.txt", "/favicon.ico", "/favicon.svg", "/feed.css",
}

func addresses() []string {
	list := append([]string(nil), paths...)
	for i, p := range list {
		list[i] = strings.Replace(p, "urn:uuid:%s", feed.GUID("https://garden.example/letter-1"), 1)
	}
	return list
}

func TestEveryRoute(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range addresses() {
		res := s.get(path)
		if res.StatusCode != 200 {
			t.Errorf("GET %s: %d, want 200", path, res.StatusCode)
		}
		checkSafety(t, "GET "+path, res)
		head := s.do(http.MethodHead, path)
		if head.StatusCode != 200 {
			t.Errorf("HEAD %s: %d, want 200", path, head.StatusCode)
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "BREW"} {
			res := s.do(method, path)
			if res.StatusCode != 405 || !strings.HasPrefix(res.Header.Get("Allow"), "GET, HEAD") {
				t.Errorf("%s %s: %d, Allow %q; want 405, GET, HEAD", method, path, res.StatusCode, res.Header.Get("Allow"))
			}
			checkSafety(t, method+" "+path, res)
		}
	}
}

// checkSafety tells whether an answer carries what all must, and no cookie.
func checkSafety(t *testing.T, what string, res *http.Response) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin",
		"Set-Cookie":                 "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %s: %q, want %q", what, name, got, want)
		}
	}
	csp := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self';") || !strings.Contains(csp, "require-trusted-types-for 'script'") {
		t.Errorf("%s: Content-Security-Policy: %q", what, csp)
	}
}

func TestUnknownAddress(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{
		"/nope", "/s", "/s/nobody", "/s/bees/0", "/s/bees/99", "/s/bees/-1", "/s/bees/01", "/s/bees/1e3", "/s/bees/feed", "/s/bees/feed.xml",
		"/s/bees/99999999999999999999", "/s/bees/drip/feed.atom", "/s/bees/drip/2026-05-04/1d/feed.xml", "/s/bees/drip/2026-05-04/1d/1d/feed.atom", "/s/b%00es", "/s/%ff%fe", "/s/..%2f..%2fetc", "/s/bees/1/2", "/static/", "/static/style.css", "/s/Bees",
		"/s/" + strings.Repeat("a", 5000), "/%3Cscript%3Ealert(1)%3C/script%3E",
	} {
		doc := s.page(t, path, 404)
		if doc.Find("h1").Length() != 1 || doc.Find(`a[href="/"]`).Length() == 0 {
			t.Errorf("GET %s: the page lacks a heading or a way home", path)
		}
		if n := doc.Find(foreignScript).Length(); n > 0 {
			t.Errorf("GET %s: the page holds %d scripts", path, n)
		}
	}
	if got := attrs(s.page(t, "/s/bees/99", 404), ".actions a", "href"); !slices.Contains(got, "/s/bees") {
		t.Errorf("from a part that a series has not one gets to %q, not to its page", got)
	}
	for _, path := range []string{
		"/api/v1/nope", "/api/", "/api", "/api/v1/series/nobody", "/api/v1/series/nobody/stories", "/api/v1/stories/x", "/api/v1/stories/urn:uuid:00000000-0000-5000-8000-000000000000",
	} {
		res := s.get(path)
		if got := res.Header.Get("Content-Type"); res.StatusCode != 404 || got != "application/problem+json" {
			t.Errorf("GET %s: %d %s, want 404 as problem+json", path, res.StatusCode, got)
		}
	}
	if res := s.do("POST", "/nope"); res.StatusCode != 404 {
		t.Errorf("POST /nope: %d, want 404", res.StatusCode)
	}
}

func TestSlashAtTheEnd(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/s/bees/":        "/s/bees",
		"/s/bees/3/":      "/s/bees/3",
		"/search/?q=hive": "/search?q=hive",
		"/api/v1/series/": "/api/v1/series",
	} {
		if res := s.get(path); res.StatusCode != 301 || res.Header.Get("Location") != want {
			t.Errorf("GET %s: %d to %q, want 301 to %q", path, res.StatusCode, res.Header.Get("Location"), want)
		}
	}
}

func TestPreflight(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/s/bees/feed.json", "/api/v1/series", "/feed.rss", "/tags/bees/feed.atom", "/search.json?q=hive"} {
		res := s.do("OPTIONS", path, "Origin", "https://reader.example", "Access-Control-Request-Headers", "if-none-match")
		if res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
			t.Errorf("OPTIONS %s: %d %v, want 204 that allows conditional requests", path, res.StatusCode, res.Header)
		}
	}
	if res := s.do("OPTIONS", "/s/bees"); res.StatusCode != 405 {
		t.Errorf("OPTIONS of a page: %d, want 405", res.StatusCode)
	}
}

func TestPathInBaseURL(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.BaseURL = "https://read.example/stories/" })
	for _, path := range []string{"/s/bees", "/stories/s/bees"} { // a proxy may pass the path on, or not
		doc := s.page(t, path, 200)
		if got := attrs(doc, ".parts .title", "href")[0]; got != "/stories/s/bees/1" {
			t.Errorf("GET %s: the first story is at %q, want it under /stories", path, got)
		}
		if got := attrs(doc, ".url", "href"); doc.Find(".url").First().Text() != "https://read.example/stories/s/bees/feed.rss" {
			t.Errorf("GET %s: feeds at %q", path, got)
		}
	}
	if res := s.get("/stories/s/bees/feed.rss"); res.StatusCode != 200 {
		t.Errorf("a feed under the path: %d, want 200", res.StatusCode)
	}
	if res := s.get("/storiesX"); res.StatusCode != 404 {
		t.Errorf("/storiesX: %d, want 404", res.StatusCode)
	}
}

func TestStyleSheet(t *testing.T) {
	s := newSite(t, nil)
	path := attrs(s.page(t, "/", 200), `link[rel="stylesheet"]`, "href")[0]
	res := s.get(path)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("GET %s: %d %v, want an immutable style sheet", path, res.StatusCode, res.Header)
	}
	if css := body(t, res); strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style sheet loads something from elsewhere")
	}
}

func TestHealth(t *testing.T) {
	s := newSite(t, nil)
	if got := body(t, s.get("/healthz")); got != "ok\n" {
		t.Errorf("/healthz says %q", got)
	}
	res := s.get("/readyz")
	var got struct {
		Status   string
		Problems []struct {
			Part, Text string
			Fatal      bool
			NextTry    time.Time `json:"next_try"`
		}
	}
	must(t, json.NewDecoder(res.Body).Decode(&got))
	if res.StatusCode != 200 || got.Status != "degraded" || len(got.Problems) != 1 {
		t.Fatalf("/readyz with one failing series: %d %+v, want 200, degraded, one problem", res.StatusCode, got)
	}
	p := got.Problems[0]
	if p.Part != "series night-trains" || !strings.Contains(p.Text, "https://rails.example/night/: answered 503") || !p.NextTry.Equal(now.Add(42*time.Minute)) || p.Fatal {
		t.Errorf("/readyz tells %+v, want the request that failed and the next try", p)
	}
}

func TestNotReady(t *testing.T) {
	s := newSite(t, func(c *web.Config) {
		c.Ready = func(context.Context) []web.Problem {
			return []web.Problem{{Part: "index", Text: "it is being rebuilt", Fatal: true}}
		}
	})
	if res := s.get("/readyz"); res.StatusCode != 503 || !strings.Contains(body(t, res), "being rebuilt") {
		t.Errorf("/readyz with a fatal problem: %d, want 503 that names it", res.StatusCode)
	}
	s = newSite(t, func(c *web.Config) { c.Store = broken{c.Store, errors.New("disk on fire")} })
	if res := s.get("/readyz"); res.StatusCode != 503 || !strings.Contains(body(t, res), "disk on fire") {
		t.Errorf("/readyz without a store: %d, want 503 that says why", res.StatusCode)
	}
}

func TestFailures(t *testing.T) {
	for _, tc := range []struct {
		name   string
		err    error // nil: panic
		status int
	}{
		{"an error", errors.New("secret detail of the database"), 500},
		{"a panic", nil, 500},
		{"a deadline", context.DeadlineExceeded, 503},
	} {
		s := newSite(t, func(c *web.Config) { c.Store = broken{c.Store, tc.err} })
		doc := s.page(t, "/", tc.status)
		html, err := doc.Html()
		must(t, err)
		for _, secret := range []string{"secret", "roof", "goroutine", ".go:"} {
			if strings.Contains(html, secret) {
				t.Errorf("%s: the page tells %q", tc.name, secret)
			}
		}
		if tc.status == 500 {
			id := doc.Find("main code").Text()
			if id == "" || !strings.Contains(s.log.String(), "request="+id) {
				t.Errorf("%s: the page names request %q, the log is\n%s", tc.name, id, s.log)
			}
		}
		res := s.get("/api/v1/series")
		if got := res.Header.Get("Content-Type"); res.StatusCode != tc.status || got != "application/problem+json" {
			t.Errorf("%s: the API answers %d %s, want %d as problem+json", tc.name, res.StatusCode, got, tc.status)
		}
		if res := s.get("/s/bees"); res.StatusCode != 200 {
			t.Errorf("%s: another page answers %d afterwards, want 200", tc.name, res.StatusCode)
		}
	}
}

func TestMetricsAndLog(t *testing.T) {
	s := newSite(t, nil)
	s.get("/s/bees")
	s.get("/search?q=a+very+private+question")
	s.get("/nope")
	text := body(t, s.get("/metrics"))
	for _, want := range []string{
		`storyfeed_web_requests_total{code="200",route="series"} 1`,
		`storyfeed_web_requests_total{code="200",route="search"} 1`,
		`storyfeed_web_requests_total{code="404",route="unmatched"} 1`,
		`storyfeed_web_request_duration_seconds_count{route="series"} 1`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if log := s.log.String(); strings.Contains(log, "private") || !strings.Contains(log, "path=/search") {
		t.Errorf("the log tells what was searched for, or not that something was:\n%s", log)
	}
}

func TestNew(t *testing.T) {
	if _, err := web.New(web.Config{}); err == nil {
		t.Error("New without a store: no error")
	}
	c := newSite(t, nil).config
	c.Registerer = nil
	for _, base := range []string{"read.example", "ftp://read.example", "https://", "://"} {
		c.BaseURL = base
		if _, err := web.New(c); err == nil || !strings.Contains(err.Error(), base) {
			t.Errorf("New with base URL %q: %v, want an error that names it", base, err)
		}
	}
}
