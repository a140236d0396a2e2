package blogtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// Blog is a running fake blog. Its methods may be called at any time, from
// several goroutines; what they change holds from the next request on. Paths
// begin with a slash and may have a query.
type Blog struct {
	URL  string // http://127.0.0.1:PORT, without a slash at the end
	Host string // 127.0.0.1:PORT, to be allowed by a guarded client

	t       testing.TB
	notes   map[string]string // the archive's files that are not served
	changes int

	mu         sync.Mutex
	pages      map[string]*page
	validators bool
	requests   []Request
}

// page is what an address answers: its body, unless a misfortune lies above.
type page struct {
	body     string
	header   http.Header
	modified time.Time
	fate     *fate
}

// fate is what befell a page.
type fate struct {
	status     int // 0: the connection breaks
	to         string
	retryAfter time.Duration
	held       *gate // not nil: answers wait until it is open
	arrived    *gate // opened by the first that waits
}

// gate is a channel that may be closed more than once.
type gate struct {
	once sync.Once
	c    chan struct{}
}

func newGate() *gate { return &gate{c: make(chan struct{})} }

func (g *gate) open() { g.once.Do(func() { close(g.c) }) }

// New starts a blog that serves the pages of a txtar archive until the test
// ends. Validators are on.
func New(t testing.TB, archive []byte) *Blog {
	t.Helper()
	b := &Blog{t: t, notes: map[string]string{}, pages: map[string]*page{}, validators: true}
	for _, f := range txtar.Parse(archive).Files {
		if strings.HasPrefix(f.Name, "/") {
			b.Set(f.Name, string(f.Data))
			continue
		}
		b.notes[f.Name] = string(f.Data)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(b.serve))
	b.Host = server.Listener.Addr().String()
	b.URL = "http://" + b.Host // before the first request reads it
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(b.releaseAll) // runs first: a held answer would keep the server open
	return b
}

// epoch is the time of the first change. A blog has its own clock, one second
// a change, so that validators are the same in every run.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Set makes a path answer 200 with a body, whatever it answered before, and
// gives it new validators if the body is new.
func (b *Blog) Set(path, body string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.at(path)
	if p.body != body || p.modified.IsZero() {
		b.changes++
		p.modified = epoch.Add(time.Duration(b.changes) * time.Second)
	}
	p.letGo()
	p.body, p.fate = body, nil
}

// Body is what the path answers while nothing has befallen it, with {{base}}
// as it was written; empty if it was never set.
func (b *Blog) Body(path string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.pages[path]; p != nil {
		return p.body
	}
	return ""
}

// Replace sets the body of a path with every old text replaced. It ends the
// test if there is none: an edit that edits nothing is a mistake.
func (b *Blog) Replace(path, before, after string) {
	b.t.Helper()
	body := b.Body(path)
	if !strings.Contains(body, before) {
		b.t.Fatalf("blogtest: %s holds no %q", path, before)
	}
	b.Set(path, strings.ReplaceAll(body, before, after))
}

// Header sets a header field of the path's successful answers. It replaces
// what the blog would have sent, such as Content-Type; an empty value sends
// none.
func (b *Blog) Header(path, name, value string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at(path).header.Set(name, value)
}

// Remove makes a path answer 404.
func (b *Blog) Remove(path string) { b.befall(path, &fate{status: http.StatusNotFound}) }

// Gone makes a path answer 410.
func (b *Blog) Gone(path string) { b.befall(path, &fate{status: http.StatusGone}) }

// Redirect makes a path answer with the code (301, 302, 307, 308) and a
// Location, which may be a path, a URL or hold {{base}}.
func (b *Blog) Redirect(from, to string, code int) { b.befall(from, &fate{status: code, to: to}) }

// Move puts a page under a new path and redirects the old one by 301.
func (b *Blog) Move(from, to string) {
	b.Set(to, b.Body(from))
	b.Redirect(from, to, http.StatusMovedPermanently)
}

// Fail makes a path answer with the status, and Retry-After in whole seconds
// unless that is zero. Status 0 breaks the connection without an answer.
func (b *Blog) Fail(path string, status int, retryAfter time.Duration) {
	b.befall(path, &fate{status: status, retryAfter: retryAfter})
}

// Hold lets requests for the path wait. The channel is closed when the first
// one has arrived; release lets them, and all later ones, have their answer.
// The end of the test releases as well.
func (b *Blog) Hold(path string) (arrived <-chan struct{}, release func()) {
	f := &fate{held: newGate(), arrived: newGate()}
	b.befall(path, f)
	return f.arrived.c, f.held.open
}

// Recover takes back what befell a path: it answers its body again, or 404 if
// it has none.
func (b *Blog) Recover(path string) { b.befall(path, nil) }

// Validators says whether answers carry ETag and Last-Modified, and whether
// conditional requests are answered with 304.
func (b *Blog) Validators(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.validators = on
}

func (b *Blog) befall(path string, f *fate) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.at(path)
	p.letGo()
	p.fate = f
}

func (b *Blog) releaseAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.pages {
		p.letGo()
	}
}

// letGo lets those go on who wait for the page.
func (p *page) letGo() {
	if p.fate != nil && p.fate.held != nil {
		p.fate.held.open()
	}
}

// at returns the page at a path, made if need be. The caller holds the lock.
func (b *Blog) at(path string) *page {
	p := b.pages[path]
	if p == nil {
		p = &page{header: http.Header{}}
		b.pages[path] = p
	}
	return p
}
