package web

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// How many refused feeds are told of, and how long after somebody asked for
// them last.
const (
	maxRefusals = 100
	refusedFor  = 24 * time.Hour
)

// refusals are the feeds made on request whose next version the gate refused,
// for those who run the site. Safe for concurrent use.
type refusals struct {
	now   func() time.Time
	log   *slog.Logger
	count prometheus.Counter

	mu sync.Mutex
	of map[string]refusal // by path with query
}

// refusal is one of them, told without what somebody searched for.
type refusal struct {
	feed   string    // its path
	reason string    // why, and what readers get meanwhile
	asked  time.Time // when it was refused last
}

func newRefusals(now func() time.Time, log *slog.Logger, count prometheus.Counter) *refusals {
	return &refusals{now: now, log: log, count: count, of: map[string]refusal{}}
}

// note takes down that a feed was refused; last is what is served instead, nil:
// nothing. The log is told once of each reason.
func (r *refusals) note(key string, err error, last *preparedFeed) {
	r.count.Inc()
	path, _, _ := strings.Cut(key, "?")
	served := "there is no good one yet, so readers are told to ask again later"
	if last != nil {
		served = "the last good one is served"
	}
	one := refusal{path, err.Error() + "; " + served, r.now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.of[key]
	if before.reason != one.reason {
		r.log.Error("a feed can't be renewed", "feed", path, "error", err, "served", served)
	}
	if before.reason == "" && len(r.of) >= maxRefusals {
		return
	}
	r.of[key] = one
}

// forget takes down that a feed is good again.
func (r *refusals) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of, key)
}

// problems tells of each path and reason once, in the order of the paths.
func (r *refusals) problems() []Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []Problem
	for key, one := range r.of {
		if r.now().Sub(one.asked) > refusedFor {
			delete(r.of, key)
			continue
		}
		list = append(list, Problem{Part: "feed " + one.feed, Text: one.reason + "."})
	}
	slices.SortFunc(list, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Text, b.Text)) })
	return slices.Compact(list)
}
