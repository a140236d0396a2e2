package fetch

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	forbids := says("User-agent: *\nDisallow: /a\n")
	for name, tc := range map[string]struct {
		pages  map[string]http.HandlerFunc
		reason Reason // empty: /a is fetched
		paths  string
	}{
		"forbids":        {map[string]http.HandlerFunc{"/robots.txt": forbids}, ReasonDisallowed, "/robots.txt"},
		"404":            {nil, "", "/robots.txt /a"},
		"401":            {map[string]http.HandlerFunc{"/robots.txt": answers(401)}, "", "/robots.txt /a"},
		"403":            {map[string]http.HandlerFunc{"/robots.txt": answers(403)}, "", "/robots.txt /a"},
		"410":            {map[string]http.HandlerFunc{"/robots.txt": answers(410)}, "", "/robots.txt /a"},
		"204":            {map[string]http.HandlerFunc{"/robots.txt": answers(204)}, "", "/robots.txt /a"},
		"500":            {map[string]http.HandlerFunc{"/robots.txt": answers(500)}, ReasonStatus, "/robots.txt"},
		"503":            {map[string]http.HandlerFunc{"/robots.txt": answers(503)}, ReasonStatus, "/robots.txt /robots.txt /robots.txt"},
		"429":            {map[string]http.HandlerFunc{"/robots.txt": answers(429)}, ReasonStatus, "/robots.txt /robots.txt /robots.txt"},
		"moved":          {map[string]http.HandlerFunc{"/robots.txt": redirects(301, "/r"), "/r": forbids}, ReasonDisallowed, "/robots.txt /r"},
		"moved 5 times":  {chain(5, forbids), ReasonDisallowed, "/robots.txt /1 /2 /3 /4 /5"},
		"moved 6 times":  {chain(6, forbids), "", "/robots.txt /1 /2 /3 /4 /5 /a"},
		"in a circle":    {map[string]http.HandlerFunc{"/robots.txt": redirects(302, "/robots.txt")}, "", "/robots.txt /a"},
		"leads inside":   {map[string]http.HandlerFunc{"/robots.txt": redirects(302, "http://10.0.0.1/")}, ReasonRefused, "/robots.txt"},
		"wrong coding":   {map[string]http.HandlerFunc{"/robots.txt": withBody("br", []byte("x"))}, ReasonType, "/robots.txt"},
		"packed":         {map[string]http.HandlerFunc{"/robots.txt": withBody("gzip", gzipped([]byte("User-agent: *\nDisallow: /a")))}, ReasonDisallowed, "/robots.txt"},
		"a page instead": {map[string]http.HandlerFunc{"/robots.txt": says("<html>Disallow: /")}, "", "/robots.txt /a"},
		"endless": {map[string]http.HandlerFunc{"/robots.txt": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "User-agent: *\nDisallow: /a\n")
			endless(w, strings.Repeat("# and so on\n", 1000))
		}}, ReasonDisallowed, "/robots.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.pages == nil {
				tc.pages = map[string]http.HandlerFunc{}
			}
			tc.pages["/a"] = says("a")
			w := newWorld(t, tc.pages)
			_, err := w.get(t, "/a")
			if tc.reason == "" && err != nil {
				t.Errorf("Get: %v, want the page", err)
			}
			if tc.reason != "" {
				e := want(t, err, tc.reason)
				if failed := tc.reason != ReasonDisallowed; failed != !e.NextTry.IsZero() || failed != e.Temporary() {
					t.Errorf("Get: %v, want a next try only when robots.txt could not be had", err)
				}
				if !strings.Contains(err.Error(), "robots.txt") || e.URL != w.url+"/a" {
					t.Errorf("Get: %v, want the page's URL and a word about robots.txt", err)
				}
			}
			if w.paths() != tc.paths {
				t.Errorf("asked for %s, want %s", w.paths(), tc.paths)
			}
		})
	}
}

// chain moves robots.txt n times.
func chain(n int, last http.HandlerFunc) map[string]http.HandlerFunc {
	pages := map[string]http.HandlerFunc{"/robots.txt": redirects(302, "/1"), fmt.Sprintf("/%d", n): last}
	for i := 1; i < n; i++ {
		pages[fmt.Sprintf("/%d", i)] = redirects(301, fmt.Sprintf("/%d", i+1))
	}
	return pages
}

func TestRobotsIsKept(t *testing.T) {
	status := 200
	w := newWorld(t, map[string]http.HandlerFunc{"/a": says("a"), "/robots.txt": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
	}})
	asked := func() int { return strings.Count(w.paths(), "/robots.txt") }
	get := func(reason Reason) {
		t.Helper()
		_, err := w.get(t, "/a")
		if reason == "" && err != nil {
			t.Errorf("Get: %v, want the page", err)
		}
		if reason != "" {
			want(t, err, reason)
		}
	}
	pass := func(d time.Duration) { _ = w.clock.sleep(t.Context(), d) }

	get("")
	pass(23 * time.Hour)
	get("")
	if asked() != 1 {
		t.Errorf("asked for robots.txt %d times within a day, want once", asked())
	}
	pass(2 * time.Hour)
	status = 500
	get(ReasonStatus)
	get(ReasonStatus)
	if asked() != 2 {
		t.Errorf("asked for robots.txt %d times, want once more after a day, and a failure kept for a while", asked()-1)
	}
	status = 404
	pass(robotsRetry + time.Second)
	get("")
	if asked() != 3 {
		t.Errorf("asked for robots.txt %d times, want another try after a failure", asked())
	}
	// The clock is set back: what seems to come from the future is not believed.
	pass(-48 * time.Hour)
	w.mem.hosts = map[string]memoryHost{}
	get("")
	if asked() != 4 {
		t.Errorf("asked for robots.txt %d times, want another time after the clock was set back", asked())
	}
}

func TestRobotsOfEveryHop(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/robots.txt" {
			t.Errorf("the other host was asked for %s, which its robots.txt forbids", r.URL)
		}
		fmt.Fprint(w, "User-agent: storyfeed\nDisallow: /")
	}))
	defer other.Close()
	w := newWorld(t, map[string]http.HandlerFunc{"/a": redirects(301, other.URL+"/b")})
	w.guard.allow[other.Listener.Addr().(*net.TCPAddr).String()] = true
	_, err := w.get(t, "/a")
	if e := want(t, err, ReasonDisallowed); e.URL != other.URL+"/b" || e.From != w.url+"/a" {
		t.Errorf("Get: %+v, want the error of the second hop", e)
	}
}

func TestLongRobotsIsReadSoFar(t *testing.T) {
	body := bytes.Repeat([]byte("# filling\n"), 100<<10)
	w := newWorld(t, map[string]http.HandlerFunc{"/robots.txt": withBody("", append([]byte("User-agent: *\nDisallow: /a\n"), body...))})
	_, err := w.get(t, "/a")
	want(t, err, ReasonDisallowed)
}

func TestRobotsVerdict(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"/robots.txt": says("User-agent: *\nDisallow: /private/\nCrawl-delay: 3\n"),
	})
	r, err := w.Robots(t.Context(), w.url+"/a")
	if err != nil || r.Rules != 1 || r.Delay != 3*time.Second || r.Origin != w.url {
		t.Fatalf("Robots = %+v, %v; want one rule and a delay of 3 s", r, err)
	}
	for address, want := range map[string]bool{
		w.url + "/a": true, w.url + "/private/": false, w.url + "/private/b?c": false, "http://other.example/private/": true,
	} {
		if got := r.Allows(address); got != want {
			t.Errorf("Allows(%s) = %t, want %t", address, got, want)
		}
	}
	if w.paths() != "/robots.txt" {
		t.Errorf("asked for %s, want robots.txt alone", w.paths())
	}
	_, err = w.Robots(t.Context(), "http://10.0.0.1/")
	want(t, err, ReasonRefused)
}

func TestBotChecks(t *testing.T) {
	with := func(name, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(name, value)
			w.WriteHeader(403)
		}
	}
	w := newWorld(t, map[string]http.HandlerFunc{
		"/a": with("Cf-Mitigated", "challenge"), "/b": with("X-Amzn-Waf-Action", "captcha"), "/c": with("Server", "ddos-guard"), "/d": with("Server", "cloudflare"),
	})
	for path, bot := range map[string]bool{"/a": true, "/b": true, "/c": true, "/d": false} {
		_, err := w.get(t, path)
		if e := want(t, err, ReasonStatus); e.Bot != bot {
			t.Errorf("%s: bot check %t, want %t", path, e.Bot, bot)
		}
	}
}

// A challenge without a header that names it is known by what it says to people;
// an ordinary refusal, or an overload, is none.
func TestBotChecksByTheirPages(t *testing.T) {
	says := func(status int, kind, page string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(status)
			io.WriteString(w, page)
		}
	}
	const kind = "text/html; charset=UTF-8"
	cases := map[string]struct {
		answer http.HandlerFunc
		bot    bool
	}{
		"/title":  {says(403, kind, "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"), true},
		"/words":  {says(503, kind, "<html><title>quay.example</title><h1>Checking your browser before accessing quay.example</h1><p>This process is automatic.</p></html>"), true},
		"/human":  {says(403, kind, "<html><title>quay.example</title><p>Please verify you are human by completing the action below.</p></html>"), true},
		"/robot":  {says(429, kind, "<p>To continue, please confirm that you’re not a robot.</p>"), true},
		"/script": {says(403, kind, `<html><title></title><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></html>`), true},
		"/late":   {says(403, kind, "<html>"+strings.Repeat("<!-- x -->", 20_000)+"<p>checking your browser</p>"), false},
		"/403":    {says(403, kind, "<html><title>403 Forbidden</title><h1>Forbidden</h1><p>You don't have permission to access this resource.</p></html>"), false},
		"/503":    {says(503, kind, "<html><title>503 Service Unavailable</title><p>The server is temporarily unable to service your request. Just a moment of patience.</p></html>"), false},
		"/404":    {says(404, kind, "<title>Just a moment...</title>"), false},
		"/text":   {says(403, "text/plain", "checking your browser"), false},
		"/cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(403)
			io.WriteString(w, "no gzip")
		}, false},
	}
	answers := map[string]http.HandlerFunc{}
	for path, c := range cases {
		answers[path] = c.answer
	}
	for path, c := range cases {
		w := newWorld(t, answers) // for each: one that asks for patience would keep the next waiting
		_, err := w.get(t, path)
		if e := want(t, err, ReasonStatus); e.Bot != c.bot || e.Status == 0 {
			t.Errorf("%s: bot check %t, status %d; want %t, and its status", path, e.Bot, e.Status, c.bot)
		}
	}
}
