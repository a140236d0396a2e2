package app

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"storyfeed/feed/store"
)

// Service is what a process that serves says of its configuration.
type Service struct {
	File    string   `json:"file"`              // absolute path of the file whose changes it takes up; empty: of none
	BaseURL string   `json:"base_url"`          // where readers find it
	Series  []string `json:"series"`            // slugs of what is followed
	Problem string   `json:"problem,omitempty"` // why what the file says is not in force
}

// Has reports whether a series is followed.
func (s Service) Has(slug string) bool { return slices.Contains(s.Series, slug) }

// Why says what may be in the way of a change of the file.
func (s Service) Why() string {
	if s.Problem != "" {
		return s.Problem
	}
	return "restart it if that does not change"
}

// AskService asks the process that serves the data directory; running is
// false when none does.
func AskService(ctx context.Context, dir string) (s Service, running bool, err error) {
	var locked *store.LockedError
	if !errors.As(Held(dir), &locked) {
		return s, false, nil
	}
	r, err := dial(ctx, dir, locked)
	if err != nil {
		return s, false, nil // a command works there, or it is just starting or ending
	}
	err = errors.Join(r.get(ctx, http.MethodGet, "/configuration", &s), r.Close())
	return s, err == nil, err
}

// service is the answer to AskService.
func (a *App) service() Service {
	c := a.config()
	s := Service{BaseURL: c.BaseURL, File: a.settings.path}
	for _, one := range c.Series {
		s.Series = append(s.Series, one.Slug)
	}
	if p := a.settings.fault.Load(); p != nil {
		s.Problem = p.Text
	}
	return s
}
