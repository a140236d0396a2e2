package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a time that passes only while somebody waits.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
	return ctx.Err()
}

// world is a client, one server that it may ask, and what the server saw.
type world struct {
	*Client
	clock *clock
	mem   *MemoryHosts
	url   string // of the server, without a slash at the end

	mu   sync.Mutex
	seen []visit
}

type visit struct {
	path   string
	at     time.Time // by the world's clock
	header http.Header
}

// newWorld serves a site. Unless pages has one, it has no robots.txt.
func newWorld(t *testing.T, pages map[string]http.HandlerFunc) *world {
	t.Helper()
	w := &world{clock: newClock()}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.seen = append(w.seen, visit{r.URL.RequestURI(), w.clock.now(), r.Header.Clone()})
		w.mu.Unlock()
		if page, ok := pages[r.URL.Path]; ok {
			page(rw, r)
			return
		}
		http.NotFound(rw, r)
	}))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	w.mem = NewMemoryHosts(w.clock.now)
	c, err := New(Config{
		Hosts: w.mem, Allow: []string{strings.TrimPrefix(srv.URL, "http://")},
		HostGap: 100 * time.Millisecond, Version: "1.2", Contact: "https://me.example/", Now: w.clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.sleep = w.clock.sleep
	w.Client = c
	return w
}

func (w *world) visits() []visit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]visit(nil), w.seen...)
}

func (w *world) paths() string {
	var paths []string
	for _, v := range w.visits() {
		paths = append(paths, v.path)
	}
	return strings.Join(paths, " ")
}

func (w *world) get(t *testing.T, path string) (*Page, error) {
	t.Helper()
	return w.Get(t.Context(), Request{URL: w.url + path})
}

// want fails the test unless err is an [Error] with that reason.
func want(t *testing.T, err error, reason Reason) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Reason != reason {
		t.Fatalf("Get: %v, want the reason %q", err, reason)
	}
	return e
}

func says(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, s)
	}
}

func redirects(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}
