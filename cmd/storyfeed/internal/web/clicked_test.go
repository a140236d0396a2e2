package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestClickedFeed(t *testing.T) {
	s := newSite(t, nil)
	const general, own = "application/xml; charset=utf-8", "application/atom+xml; charset=utf-8"
	for name, tt := range map[string]struct {
		path    string
		headers []string
		want    string
	}{
		"a reader":               {"/s/bees/feed.atom", nil, own},
		"a browser":              {"/s/bees/feed.atom", []string{"Sec-Fetch-Dest", "document"}, general},
		"a browser, RSS":         {"/s/bees/feed.rss", []string{"Sec-Fetch-Dest", "document", "Accept-Encoding", "gzip"}, general},
		"a browser, JSON":        {"/s/bees/feed.json", []string{"Sec-Fetch-Dest", "document"}, "application/feed+json"},
		"a browser, without TLS": {"/s/bees/feed.atom", []string{"Upgrade-Insecure-Requests", "1"}, general},
		"a script of a page":     {"/s/bees/feed.atom", []string{"Sec-Fetch-Dest", "empty"}, own},
		"a browser, part of it":  {"/s/bees/feed.atom", []string{"Sec-Fetch-Dest", "document", "Range", "bytes=0-99"}, general},
	} {
		plain := s.get(tt.path)
		res := s.get(tt.path, tt.headers...)
		if got := res.Header.Get("Content-Type"); got != tt.want {
			t.Errorf("%s gets %s as %q, want %q", name, tt.path, got, tt.want)
		}
		cache, vary := res.Header.Get("Cache-Control"), res.Header.Get("Vary")
		if tt.want == general && (!strings.HasPrefix(cache, "private") || !strings.Contains(vary, "Sec-Fetch-Dest")) {
			t.Errorf("%s: Cache-Control %q, Vary %q; want that shared caches keep what readers get", name, cache, vary)
		}
		if tt.want != general && (!strings.HasPrefix(cache, "public") || vary != "Accept-Encoding") {
			t.Errorf("%s: Cache-Control %q, Vary %q; want it kept by shared caches for all", name, cache, vary)
		}
		if got := res.Header.Get("ETag"); !strings.HasPrefix(strings.Trim(got, `"`), strings.Trim(plain.Header.Get("ETag"), `"`)) {
			t.Errorf("%s: ETag %s, want that of the same bytes, %s", name, got, plain.Header.Get("ETag"))
		}
	}
	res := s.get("/s/bees/feed.atom", "Sec-Fetch-Dest", "document", "If-None-Match", "*")
	if res.StatusCode != http.StatusNotModified || !strings.HasPrefix(res.Header.Get("Cache-Control"), "private") {
		t.Errorf("a browser that has the feed gets %d, %q", res.StatusCode, res.Header.Get("Cache-Control"))
	}
}

func TestFeedStyle(t *testing.T) {
	s := newSite(t, nil)
	res := s.get("/feed.css")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "style-src 'self'") {
		t.Errorf("/feed.css: %d %v", res.StatusCode, res.Header)
	}
	if css := body(t, res); strings.Contains(css, "url(") || strings.Contains(css, "@import") || !strings.Contains(css, "This is a feed") {
		t.Error("/feed.css asks for more than itself, or does not say what a feed is")
	}
	if got := attrs(s.page(t, "/", 200), `link[rel="stylesheet"]`, "href"); len(got) != 1 || !strings.HasPrefix(got[0], "/static/style.") {
		t.Errorf("the pages take the style %q", got)
	}
}
