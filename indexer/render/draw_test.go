package render_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storyfeed/feed"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// What a site's scripts draw is there, and nothing that is theirs alone.
func TestDraw(t *testing.T) {
	w := withBrowser(t)
	tests := []struct {
		name, path string
		final      string // path after what scripts did; empty: path
		want       []string
		not        []string
		fails      string // part of the error
	}{
		{name: "a list", path: "/", want: []string{`<a href="/notes/tide">The Tide Tables</a>`, `href="/notes/rope"`}, not: []string{"<script type=\"module", "<script src", "noscript", "needs JavaScript"}},
		{
			name: "a story in a shadow tree", path: "/notes/tide",
			want: []string{"<h1>The Tide Tables</h1>", `<span class="author">Ann Quay</span>`, "Twice a day", "<title>The Tide Tables</title>", `<img src="/pictures/tide.jpg"`, `data/tide.json">{"title": "The Tide Tables"`, `\u003cp\u003eTwice a day`},
			not:  []string{"color: red", "Harbour Notes"},
		},
		{name: "a new address without a load", path: "/old", final: "/notes/tide", want: []string{"Twice a day"}},
		{name: "sent on by a script", path: "/moved", final: "/notes/rope", want: []string{"remembers every knot"}},
		{name: "never quiet", path: "/restless", want: []string{"all there from the very first moment"}},
		{name: "an endless script", path: "/spin", fails: "do not come to an end"},
		{name: "asks by POST", path: "/post", fails: "they drew no text: its scripts send POST to"},
		{name: "asks for what robots.txt forbids", path: "/forbidden", fails: "robots.txt forbids it"},
		{name: "asks for too much", path: "/greedy", want: []string{"A line for each of them."}},
		{name: "needs no script", path: "/plain", want: []string{"<script"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.blog.Reset()
			page, err := w.get(tt.path)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Fatalf("got %v, want an error with %q", err, tt.fails)
				}
				return
			}
			must(t, err)
			for _, s := range tt.want {
				if !strings.Contains(string(page.Body), s) {
					t.Errorf("the page holds no %q:\n%s", s, page.Body)
				}
			}
			for _, s := range tt.not {
				if strings.Contains(string(page.Body), s) {
					t.Errorf("the page holds %q:\n%s", s, page.Body)
				}
			}
			if tt.final != "" && (page.FinalURL != w.blog.URL+tt.final || page.Permanent) {
				t.Errorf("final address %s, permanent %v; want %s, for now", page.FinalURL, page.Permanent, tt.final)
			}
			if n := len(w.blog.Requests()); n > 1+1+48 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A drawn page has no validators; a visit asks for what pages share once.
func TestVisit(t *testing.T) {
	w := withBrowser(t)
	visit, counter := w.Fetcher(feed.RenderAuto), new(fetch.Counter)
	ctx := fetch.WithCounter(t.Context(), counter)
	for _, path := range []string{"/", "/notes/tide", "/notes/rope"} {
		page, err := visit.Get(ctx, fetch.Request{URL: w.blog.URL + path})
		must(t, err)
		if page.ETag != "" || page.LastModified != "" || page.Header.Get("ETag") != "" {
			t.Errorf("%s has validators: those of a shell stand still while stories change", path)
		}
	}
	var asked []string
	for _, r := range w.blog.Requests() {
		asked = append(asked, r.Path)
	}
	got := strings.Join(asked, " ")
	if want := "/robots.txt / /app.js /card.js /data/all.json /notes/tide /data/tide.json /notes/rope /data/rope.json"; got != want {
		t.Errorf("asked for %s\nwant      %s", got, want)
	}
	if counter.Requests() != len(asked) {
		t.Errorf("%d requests were counted of %d", counter.Requests(), len(asked))
	}
}

func TestMode(t *testing.T) {
	w := withBrowser(t)
	for _, tt := range []struct {
		mode  feed.Rendering
		path  string
		drawn bool
	}{
		{feed.RenderNever, "/notes/tide", false},
		{feed.RenderAlways, "/plain", true},
		{feed.RenderAlways, "/data/all.json", false},
		{"", "/plain", false},
	} {
		page, err := w.Fetcher(tt.mode).Get(t.Context(), fetch.Request{URL: w.blog.URL + tt.path})
		must(t, err)
		if drawn := page.ETag == ""; drawn != tt.drawn {
			t.Errorf("%s with %q: drawn %v, want %v", tt.path, tt.mode, drawn, tt.drawn)
		}
	}
}

// Without a browser the message says what is missing and how to get it.
func TestNoBrowser(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "chromium")
	for name, tt := range map[string]struct{ browser, want string }{
		"none on PATH":  {"", "install Chromium"},
		"none wanted":   {render.None, "fetch.browser"},
		"a wrong path":  {missing, missing},
		"a closed port": {"http://127.0.0.1:1", "start the browser http://127.0.0.1:1"},
		"no browser":    {"/bin/false", "start the browser /bin/false"},
		"no DevTools":   {"ws://127.0.0.1:1/", "start the browser ws://127.0.0.1:1/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PATH", t.TempDir())
			w := newWorld(t, func(c *render.Config) { c.Browser = tt.browser })
			_, err := w.get("/notes/tide")
			if re := (*render.Error)(nil); !errors.As(err, &re) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an Error with %q", err, tt.want)
			}
			if page, err := w.get("/plain"); err != nil || len(page.Body) == 0 {
				t.Errorf("a page that needs no browser: %v", err)
			}
		})
	}
}

// The process starts for the first page that needs it, serves the next ones,
// and leaves nothing behind.
func TestLifetime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	w := withBrowser(t, func(c *render.Config) { c.Dir = dir })
	must(t, os.MkdirAll(filepath.Join(dir, "left behind"), 0o700))
	_, err := w.get("/plain")
	must(t, err)
	if n := processes(t, dir); n != 0 {
		t.Errorf("%d processes run for a page that needs none", n)
	}
	for range 2 {
		_, err = w.get("/notes/tide")
		must(t, err)
	}
	if processes(t, dir) == 0 {
		t.Error("no process runs, or it can't be found by its profile")
	}
	if _, err := os.Stat(filepath.Join(dir, "left behind")); err == nil {
		t.Error("the profile of an earlier process was used")
	}
	must(t, w.Close())
	if n := processes(t, dir); n != 0 {
		t.Errorf("%d processes are left", n)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the profile is left: %v", err)
	}
	if _, err := w.get("/notes/tide"); err == nil {
		t.Error("a closed browser draws")
	}
}

// A browser that dies fails the page that it draws, and the next one gets a
// new one.
func TestCrash(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profile")
	w := withBrowser(t, func(c *render.Config) { c.Dir = dir })
	arrived, release := w.blog.Hold("/data/tide.json")
	got := make(chan error, 1)
	go func() {
		_, err := w.get("/notes/tide")
		got <- err
	}()
	<-arrived
	kill(t, dir)
	release()
	if err := <-got; err == nil {
		t.Error("a page was drawn by a dead browser")
	}
	w.blog.Recover("/data/tide.json")
	page, err := w.get("/notes/tide")
	must(t, err)
	if !strings.Contains(string(page.Body), "Twice a day") {
		t.Errorf("the next page: %s", page.Body)
	}
}

func processes(t *testing.T, dir string) int {
	t.Helper()
	return len(pids(t, dir))
}

// pids are the processes that name a profile in their command line.
func pids(t *testing.T, dir string) []int {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	var found []int
	for _, f := range lines {
		line, err := os.ReadFile(f)
		var pid int
		if err != nil || !strings.Contains(string(line), dir) {
			continue
		}
		if _, err := fmt.Sscanf(f, "/proc/%d/", &pid); err == nil && pid != os.Getpid() {
			found = append(found, pid)
		}
	}
	return found
}

func kill(t *testing.T, dir string) {
	t.Helper()
	for _, pid := range pids(t, dir) {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // it may just have ended with another one
		}
	}
}
