package hub_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/hub"
	"storyfeed/feed/store"
)

const (
	base  = "https://stories.example"
	path  = "/s/boats/feed.atom"
	topic = base + path
)

// world is a hub over a real store, with feeds that the test changes and a
// clock that it moves.
type world struct {
	*hub.Hub
	t      *testing.T
	dir    string
	store  *store.Store
	config hub.Config
	stop   func() // ends Run and waits for it

	mu    sync.Mutex
	ahead time.Duration
	docs  map[string]*feed.Document
	gone  map[string]bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), docs: map[string]*feed.Document{}, gone: map[string]bool{}, stop: func() {}}
	w.config = hub.Config{
		BaseURL: base, Document: w.document, Gone: func(p string) bool { w.mu.Lock(); defer w.mu.Unlock(); return w.gone[p] }, Now: w.now,
		Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}},
	}
	w.change(path, "first")
	w.open()
	t.Cleanup(w.close)
	return w
}

// open opens the store and makes a hub that does not run yet.
func (w *world) open() {
	w.t.Helper()
	var err error
	w.store, err = store.Open(w.t.Context(), store.Config{Dir: w.dir, Now: w.now})
	must(w.t, err)
	w.config.Store = w.store
	w.config.Logger = slog.New(slog.NewTextHandler(w.t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.Hub, err = hub.New(w.config)
	must(w.t, err)
}

func (w *world) close() {
	w.stop()
	w.stop = func() {}
	must(w.t, w.store.Close())
}

// run runs the hub until the test ends or stops it.
func (w *world) run() *world {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		w.Run(ctx)
		close(done)
	}()
	w.stop = func() { cancel(); <-done }
	return w
}

// restart ends the hub and starts another one over the same store.
func (w *world) restart() {
	w.t.Helper()
	w.close()
	w.open()
	w.run()
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// wait lets time pass.
func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	w.ahead += d
	w.mu.Unlock()
	w.Wake()
}

func (w *world) document(p string) (*feed.Document, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d, ok := w.docs[p]
	return d, ok
}

// change puts another text at a path, as the publisher does.
func (w *world) change(p, text string) {
	body := []byte("<feed>" + text + "</feed>")
	d := feed.Document{Path: p, Series: "boats", Format: feed.Atom, Body: body, Gzip: feed.Compress(body), ETag: feed.ETag(body)}.Slim()
	w.mu.Lock()
	w.docs[p] = &d
	w.mu.Unlock()
	if w.Hub != nil {
		w.Published(d)
	}
}

// ask sends a request and fails the test when it is refused.
func (w *world) ask(mode, callback string, more ...string) {
	w.t.Helper()
	form := url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {callback}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	must(w.t, w.Accept(w.t.Context(), form))
}

// active returns how many subscriptions there are and how many wait to be.
func (w *world) active() (subscriptions, pending int) {
	w.t.Helper()
	use, err := w.store.HubUse(w.t.Context(), topic, "")
	must(w.t, err)
	return use.Subscriptions, use.Pending
}

// settled waits until no wish is left, and returns how many subscriptions there
// are.
func (w *world) settled() int {
	w.t.Helper()
	var subscriptions int
	await(w.t, "all wishes to be verified", func() bool {
		n, pending := w.active()
		subscriptions = n
		return pending == 0
	})
	return subscriptions
}

// reader is somebody's subscriber.
type reader struct {
	url    string // a callback
	pushes chan push
	asks   chan url.Values

	mu     sync.Mutex
	answer func(w http.ResponseWriter, q url.Values) // to a verification
	accept func(w http.ResponseWriter)               // to a delivery
}

type push struct {
	header http.Header
	query  string
	body   string
}

func newReader(t *testing.T) *reader {
	r := &reader{pushes: make(chan push, 100), asks: make(chan url.Values, 100), answer: echo, accept: func(http.ResponseWriter) {}}
	srv := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(srv.Close)
	r.url = srv.URL + "/callback"
	return r
}

func (r *reader) serve(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	answer, accept := r.answer, r.accept
	r.mu.Unlock()
	if req.Method == http.MethodGet {
		r.asks <- req.URL.Query()
		answer(w, req.URL.Query())
		return
	}
	body, _ := io.ReadAll(req.Body) // the test sees what is missing
	accept(w)
	r.pushes <- push{req.Header, req.URL.RawQuery, string(body)}
}

// answers changes how verifications and deliveries are answered; nil: as
// before.
func (r *reader) answers(answer func(http.ResponseWriter, url.Values), accept func(http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if answer != nil {
		r.answer = answer
	}
	if accept != nil {
		r.accept = accept
	}
}

func echo(w http.ResponseWriter, q url.Values) { fmt.Fprint(w, q.Get("hub.challenge")) }

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

const patience = 20 * time.Second

// gets waits for a delivery.
func (r *reader) gets(t *testing.T) push {
	t.Helper()
	return receive(t, "a delivery", r.pushes)
}

// isAsked waits for a verification or denial.
func (r *reader) isAsked(t *testing.T) url.Values {
	t.Helper()
	return receive(t, "a call", r.asks)
}

func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}

// getsNothing fails the test when a delivery came; the caller knows that it
// would have come by now.
func (r *reader) getsNothing(t *testing.T, why string) {
	t.Helper()
	select {
	case p := <-r.pushes:
		t.Errorf("%s: it got %q", why, p.body)
	default:
	}
}

// hanging is a callback that takes connections and never answers.
func hanging(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return "http://" + l.Addr().String() + "/"
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", patience, what)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
