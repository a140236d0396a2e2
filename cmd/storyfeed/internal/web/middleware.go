package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// policy is the one content security policy of all answers: style sheets and
// scripts of ours alone, which come as files and ask nobody but us, pictures
// that are kept here, forms to ourselves, and nothing else: no script within a
// page, no text that becomes markup (Trusted Types), no frame, no plugin.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// handler answers a request or returns why it can't. It must not write before
// it returns an error.
type handler func(w *response, r *http.Request) error

// response is the writer that handlers get: it knows what has been sent, for
// the log and the panic barrier.
type response struct {
	http.ResponseWriter
	ids    *requestIDs
	name   string // of the request, once somebody asked for it: see id
	route  *routeMetrics
	tell   style // how a failure is told
	status int   // 0: nothing sent yet
	bytes  int64
	saved  int64 // bytes of a feed that did not have to be sent: since the reader has them, or by compression
}

// WriteHeader is that of [http.ResponseWriter]. It sets what every answer
// carries, but for a 304: what the client has came with it, and stays with it
// (RFC 9111 §4.3.4).
func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
		if status != http.StatusNotModified {
			w.protect()
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// protect tells browsers what the answer may do with them. A policy that was
// set before stays.
func (w *response) protect() {
	h := w.Header()
	if h["Content-Security-Policy"] == nil {
		h["Content-Security-Policy"] = policyHeader
	}
	h["X-Content-Type-Options"] = nosniffHeader
	h["Referrer-Policy"] = noReferrerHeader
	h["Cross-Origin-Opener-Policy"] = sameOriginHeader
}

// Write is that of [http.ResponseWriter].
func (w *response) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// id names the request in the log and on error pages.
func (w *response) id() string {
	if w.name == "" {
		w.name = w.ids.next()
	}
	return w.name
}

// Unwrap lets [http.ResponseController] reach the connection.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// handle serves a path, with GET and HEAD and, for what scripts of other
// sites may read, the preflight request of the Fetch standard (§3.3).
// Feeds are counted by reader, and refused to those that ask far too often.
func (s *server) handle(route string, tell style, path string, h handler) {
	if isFeed(path) {
		h = s.polled(isManifold(path), h)
	}
	s.mux.HandleFunc("GET "+path, s.wrap(route, tell, h))
	if crossOrigin(path) {
		s.mux.HandleFunc("OPTIONS "+path, s.wrap("preflight", asText, preflight))
	}
}

// handlePost serves a path with POST alone.
func (s *server) handlePost(route string, tell style, path string, h handler) {
	s.mux.HandleFunc("POST "+path, s.wrap(route, tell, h))
	s.mux.HandleFunc(path, s.wrap(route, tell, func(w *response, r *http.Request) error {
		w.Header().Set("Allow", "POST")
		return &failure{Status: http.StatusMethodNotAllowed, Title: "This address takes POST only", Detail: "It is for programs; there is nothing to be read here."}
	}))
}

func (s *server) wrap(route string, tell style, h handler) http.HandlerFunc {
	counts := s.metrics.route(route)
	return func(w http.ResponseWriter, r *http.Request) {
		rw := w.(*response) // every request comes through ServeHTTP
		rw.route, rw.tell = counts, tell
		if err := h(rw, r); err != nil {
			s.fail(rw, r, err)
		}
	}
}

// ServeHTTP counts, logs, and keeps a panic to the request that caused it.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rw := &response{ResponseWriter: w, ids: s.ids, route: s.metrics.unmatched}
	start := time.Now() // not Config.Now: a duration needs the monotonic clock
	defer func() { s.observe(rw, r, time.Since(start)) }()
	defer s.barrier(rw, r)

	if r = s.withoutPrefix(r); !s.direct(rw, r) {
		s.mux.ServeHTTP(rw, r)
	}
}

// Header values that never change: set directly, they cost no allocation.
var (
	policyHeader     = []string{policy}
	nosniffHeader    = []string{"nosniff"}
	noReferrerHeader = []string{"no-referrer"}
	sameOriginHeader = []string{"same-origin"}
)

// withoutPrefix removes the path of the base URL, for a proxy in front of us
// that passes it on; one that removes it itself works as well.
func (s *server) withoutPrefix(r *http.Request) *http.Request {
	if s.prefix == "" {
		return r
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), s.prefix)
	if !ok || (rest != "" && rest[0] != '/') {
		return r
	}
	u := *r.URL
	u.RawPath = "/" + strings.TrimPrefix(rest, "/")
	path, err := urlUnescape(u.RawPath)
	if err != nil {
		return r
	}
	u.Path = path
	r2 := *r
	r2.URL = &u
	return &r2
}

// barrier answers a panic with an error page, or cuts the connection when a
// part of the answer has left already.
func (s *server) barrier(w *response, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	s.metrics.panics.Inc()
	s.Logger.Error("panic in a request", "request", w.id(), "route", w.route.name, "path", r.URL.Path, "panic", cause, "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	s.answerFailure(w, r, &failure{Status: http.StatusInternalServerError})
}

// observe counts and logs a finished request. The query is not logged: what
// a visitor searches for is nobody's business.
func (s *server) observe(w *response, r *http.Request, took time.Duration) {
	w.route.observe(w.status, took)
	if !s.Logger.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	s.Logger.Debug("request", "request", w.id(), "method", r.Method, "path", r.URL.Path, "route", w.route.name,
		"status", w.status, "bytes", w.bytes, "took", took, "agent", r.UserAgent())
}

// requestIDs gives every request a short name, unique with high probability
// among all processes that write to one log.
type requestIDs struct {
	prefix string
	count  atomic.Uint64
}

func newRequestIDs() *requestIDs {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	return &requestIDs{prefix: hex.EncodeToString(b[:]) + "-"}
}

func (n *requestIDs) next() string {
	return n.prefix + strconv.FormatUint(n.count.Add(1), 36)
}
