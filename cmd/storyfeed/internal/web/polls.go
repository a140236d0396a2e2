package web

import (
	"net/http"
	"strings"

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

// polled counts what readers ask of a feed, and refuses those that ask far
// too often.
func (s *server) polled(h handler) handler {
	return func(w *response, r *http.Request) error {
		agent := r.UserAgent()
		conditional := r.Header["If-None-Match"] != nil || r.Header["If-Modified-Since"] != nil
		feed := r.URL.Path
		if r.URL.RawQuery != "" {
			feed += "?" + r.URL.RawQuery
		}
		var err error
		if wait := s.Readers.Wait(r.RemoteAddr, r.Header, agent, feed, conditional); wait > 0 {
			openToAll(w.Header())
			err = &failure{Status: http.StatusTooManyRequests, Retry: wait}
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
