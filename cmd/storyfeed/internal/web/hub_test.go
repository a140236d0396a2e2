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
	if got := newSite(t, nil).get("/s/bees/feed.atom").Header.Get("Link"); got != "" {
		t.Errorf("without a hub: Link %q", got)
	}
}
