package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"storyfeed/feed"
)

// Problem is one thing that is wrong, as /readyz tells it.
type Problem struct {
	Part    string    `json:"part"`              // what it is about: "store", "index", "series selling", "configuration"
	Text    string    `json:"text"`              // what is wrong, a sentence for the operator
	Fatal   bool      `json:"fatal"`             // readers can't be served; else they are, and the service is degraded
	NextTry time.Time `json:"next_try,omitzero"` // when it is tried again by itself; zero: it is not
}

// readiness is the answer of /readyz.
type readiness struct {
	Status   string    `json:"status"` // "ready", "degraded" or "unavailable"
	Problems []Problem `json:"problems"`
}

// healthz tells that the process answers at all.
func (s *server) healthz(w *response, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n")) // it fails when the monitor has gone: there is nobody to tell
	return nil
}

// readyTimeout bounds the checks: a monitor that hangs tells nothing.
const readyTimeout = 2 * time.Second

// readyz tells whether readers can be served: 200 or 503. A site that can't
// be reached is no reason to take us out of service, since everything that
// was saved is served: it is reported with status "degraded" and 200.
func (s *server) readyz(w *response, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	answer := readiness{Status: "ready", Problems: s.problems(ctx)}
	status := http.StatusOK
	for _, p := range answer.Problems {
		if answer.Status == "ready" {
			answer.Status = "degraded"
		}
		if p.Fatal {
			answer.Status, status = "unavailable", http.StatusServiceUnavailable
		}
	}
	body, err := json.MarshalIndent(answer, "", "  ")
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if status != http.StatusOK {
		h.Set("Retry-After", "5")
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // as in healthz
	return nil
}

// problems collects what is wrong: what the app knows, the store, the series.
func (s *server) problems(ctx context.Context) []Problem {
	list := []Problem{}
	if s.Ready != nil {
		list = append(list, s.Ready(ctx)...)
	}
	list = append(list, s.rendered.refusals.problems()...)
	series, err := s.Store.ListSeries(ctx)
	if err != nil {
		return append(list, Problem{Part: "store", Text: err.Error(), Fatal: true})
	}
	for _, one := range series {
		h := one.Health
		if h.State != feed.StateDegraded && h.State != feed.StateFailing {
			continue
		}
		p := Problem{Part: "series " + one.Slug, Text: h.Reason, NextTry: h.Next.UTC()}
		if h.Next.IsZero() {
			p.NextTry = time.Time{}
		}
		list = append(list, p)
	}
	return list
}
