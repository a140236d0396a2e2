package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed/hub"
)

// hubFunc is a [web.Hub].
type hubFunc func(form url.Values) error

func (f hubFunc) Accept(_ context.Context, form url.Values) error { return f(form) }

func TestHub(t *testing.T) {
	var took []url.Values
	s := newSite(t, func(c *web.Config) {
		c.Hub = hubFunc(func(form url.Values) error {
			switch form.Get("hub.mode") {
			case "subscribe":
				took = append(took, form)
				return nil
			case "later":
				return &hub.Refusal{Status: 429, Text: "Too many requests.", Retry: 90 * time.Second}
			}
			return &hub.Refusal{Status: 400, Text: "hub.mode is odd."}
		})
	})
	const form = "application/x-www-form-urlencoded"
	for name, tc := range map[string]struct {
		method, mediaType, body string
		status                  int
		header, text            string
	}{
		"a subscription":  {"POST", form, "hub.mode=subscribe&hub.topic=a%26b", 202, "", "Accepted"},
		"with a charset":  {"POST", form + "; charset=UTF-8", "hub.mode=subscribe", 202, "", "Accepted"},
		"a refusal":       {"POST", form, "", 400, "", "hub.mode is odd."},
		"too many":        {"POST", form, "hub.mode=later", 429, "Retry-After: 90", "Too many"},
		"JSON":            {"POST", "application/json", "{}", 415, "", "form"},
		"no type":         {"POST", "", "hub.mode=subscribe", 415, "", "form"},
		"a broken form":   {"POST", form, "hub.mode=%zz", 400, "", "percent-encoded"},
		"a large request": {"POST", form, "hub.mode=subscribe&x=" + strings.Repeat("a", hub.MaxRequest), 413, "", "too large"},
		"a visit":         {"GET", "", "", 405, "Allow: POST", "POST only"},
		"another method":  {"PUT", form, "", 405, "Allow: POST", "POST only"},
	} {
		took = nil
		r := httptest.NewRequest(tc.method, "/hub?hub.mode=subscribe", strings.NewReader(tc.body))
		if tc.mediaType != "" {
			r.Header.Set("Content-Type", tc.mediaType)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		res := w.Result()
		header, value, _ := strings.Cut(tc.header, ": ")
		if res.StatusCode != tc.status || tc.header != "" && res.Header.Get(header) != value || !strings.Contains(w.Body.String(), tc.text) {
			t.Errorf("%s: %d %v\n%s\nwant %d, %s and %q", name, res.StatusCode, res.Header, w.Body, tc.status, tc.header, tc.text)
		}
		if res.Header.Get("Content-Type") != "text/plain; charset=utf-8" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v, want a text that nobody keeps", name, res.Header)
		}
		if (len(took) == 1) != (tc.status == http.StatusAccepted) {
			t.Errorf("%s: the hub took %v", name, took)
		}
		checkSafety(t, name, res)
	}
}

// TestHubLinks: a feed that changes names its hub and itself, for discovery
// (WebSub §4); nothing else does.
func TestHubLinks(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.HubURL = "https://hub.example/?a" })
	for path, want := range map[string]string{
		"/s/bees/feed.atom":    `<https://hub.example/?a>; rel="hub", <` + baseURL + `/s/bees/feed.atom>; rel="self"`,
		"/s/bees/reading.json": `<https://hub.example/?a>; rel="hub", <` + baseURL + `/s/bees/reading.json>; rel="self"`,
		"/health.atom":         `<https://hub.example/?a>; rel="hub", <` + baseURL + `/health.atom>; rel="self"`,
		"/s/bees":              "",
		"/s/nobody/feed.atom":  "",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			if got := s.do(method, path).Header.Get("Link"); got != want {
				t.Errorf("%s %s: Link %q, want %q", method, path, got, want)
			}
		}
	}
	own := newSite(t, func(c *web.Config) { c.HubURL = baseURL + "/hub" })
	for path, named := range map[string]bool{
		"/s/bees/feed.atom": true, "/feed.atom": true, "/feed.json": true, "/authors/ada-marsh/feed.rss": true,
		"/search.atom?q=hive": false,
	} {
		res := own.get(path)
		want := ""
		if named {
			want = hub.Link(baseURL+"/hub", baseURL+path)
		}
		if got := res.Header.Get("Link"); res.StatusCode != 200 || got != want {
			t.Errorf("GET %s: %d, Link %q, want %q", path, res.StatusCode, got, want)
		}
		if doc := body(t, res); path != "/s/bees/feed.atom" && strings.Contains(doc, baseURL+"/hub") != named {
			t.Errorf("GET %s names the hub %t, want %t:\n%.900s", path, !named, named, doc)
		}
	}
	for _, path := range []string{"/feed.atom", "/search.atom?q=hive"} {
		if got := s.get(path).Header.Get("Link"); got != "" {
			t.Errorf("GET %s with an outside hub: Link %q, want none: nobody tells it of this feed", path, got)
		}
	}
	if got := newSite(t, nil).get("/s/bees/feed.atom").Header.Get("Link"); got != "" {
		t.Errorf("without a hub: Link %q", got)
	}
}

// TestMake: what the hub pushes is what readers are served.
func TestMake(t *testing.T) {
	s := newSite(t, nil)
	made := s.Handler.(web.Site)
	for path, want := range map[string]bool{
		"/feed.atom": true, "/feed.json": true, "/authors/ada-marsh/feed.rss": true, "/tags/roof/feed.atom": true, "/authors/%E7%8E%8B%E5%B0%8F%E6%98%8E/feed.atom": true,
		"/feed.xml": false, "/feed.": false, "/authors/Ada-Marsh/feed.rss": false, "/authors/feed.rss": false, "/authors//feed.rss": false, "/authors/a/b/feed.rss": false,
		"/tags/roof/drip/2026-01-01/1d/feed.atom": false, "/s/bees/feed.atom": false, "/search.atom?q=/feed.atom": false, "/tags/%zz/feed.atom": false, "": false,
	} {
		if got := made.Makes(path); got != want {
			t.Errorf("Makes(%q) = %t, want %t", path, got, want)
		}
		if !want {
			continue
		}
		doc, err := made.Make(t.Context(), path)
		if err != nil {
			t.Errorf("Make(%q): %v", path, err)
			continue
		}
		res := s.get(path)
		if served := body(t, res); res.StatusCode != 200 || served != string(doc.Body) || res.Header.Get("ETag") != doc.ETag || doc.Path != path {
			t.Errorf("%s: served %d with %d bytes and %s, made %s with %d bytes and %s", path, res.StatusCode, len(served), res.Header.Get("ETag"), doc.Path, len(doc.Body), doc.ETag)
		}
	}
	if doc, err := made.Make(t.Context(), "/tags/nobody-has-this/feed.atom"); err == nil {
		t.Errorf("a feed without a story was made: %s", doc.Path)
	}
}
