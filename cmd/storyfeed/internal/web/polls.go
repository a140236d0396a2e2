package web

import (
	"net/http"
	"strings"
	"time"

	"storyfeed/cmd/storyfeed/internal/readers"
)

// isFeed reports whether a route serves feeds, by the ending of its path.
func isFeed(path string) bool {
	if strings.HasPrefix(path, "/api/") {
		return false
	}
	for _, ending := range []string{".rss", ".atom", ".json"} {
		if strings.HasSuffix(path, ending) {
			return true
		}
	}
	return false
}

// isManifold reports whether a route serves as many feeds as somebody can think
// of: those of searches and catch-up feeds, which are made when asked for.
func isManifold(path string) bool {
	return strings.HasPrefix(path, "/search") || strings.Contains(path, "/drip/")
}

// polled counts what readers ask of a feed, and refuses those that ask far
// too often, whatever they add to its address, or for far too many that have to
// be made: that are manifold.
func (s *server) polled(manifold bool, h handler) handler {
	return func(w *response, r *http.Request) error {
		agent := r.UserAgent()
		conditional := r.Header["If-None-Match"] != nil || r.Header["If-Modified-Since"] != nil
		feed := r.URL.Path
		if manifold && r.URL.RawQuery != "" {
			feed += "?" + r.URL.RawQuery
		}
		var err error
		if wait := s.Readers.Wait(r.RemoteAddr, r.Header, agent, feed, conditional); wait > 0 {
			openToAll(w.Header())
			err = &failure{Status: http.StatusTooManyRequests, Retry: wait}
		} else if wait := s.spendManifold(manifold, r); wait > 0 {
			openToAll(w.Header())
			err = &failure{
				Status: http.StatusTooManyRequests, Title: "Too many feeds are asked for", Retry: wait,
				Detail: "An address may ask for feeds of searches and catch-up feeds 600 times a minute. Please ask again after the time that Retry-After names.",
			}
		} else {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err) // here, so that it is counted as what it became
		}
		p := readers.Poll{Status: w.status, Unconditional: !conditional && w.status == http.StatusOK, Sent: w.bytes}
		if r.Method == http.MethodGet {
			p.Saved = w.saved
		}
		s.Readers.Count(agent, p)
		s.metrics.poll(p)
		return nil
	}
}

// spendManifold counts a request for a feed that has to be made, and returns how
// long its client is to wait.
func (s *server) spendManifold(manifold bool, r *http.Request) time.Duration {
	if !manifold {
		return 0
	}
	return s.manifold.Spend(r.RemoteAddr, r.Header).Wait
}

// poll counts one request for a feed.
func (m *metrics) poll(p readers.Poll) {
	outcome := m.other
	switch {
	case p.Status == http.StatusNotModified:
		outcome = m.notModified
	case p.Status == http.StatusTooManyRequests:
		outcome = m.refused
	case p.Unconditional:
		outcome = m.unconditional
	case p.Status == http.StatusOK:
		outcome = m.changed
	}
	outcome.Inc()
	m.sent.Add(float64(p.Sent))
	m.saved.Add(float64(p.Saved))
}
