package web

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/index"
)

// maxKeptHits bounds what is kept of searches: hits, about a kilobyte each.
const maxKeptHits = 4000

// answers keeps what was found last: who narrows a search, goes back, or
// subscribes to it, asks the same again, and so do many when something happened.
// Safe for concurrent use.
type answers struct {
	mu   sync.Mutex
	hits int
	kept *simplelru.LRU[question, answered]
}

// question is what was asked.
type question struct {
	query string
	rest  index.Request // without the query, which can't be compared
}

func questionOf(req index.Request) question {
	query := req.Query.String()
	req.Query = index.Query{}
	return question{query, req}
}

// answered is what was found, and what it was found in.
type answered struct {
	stamp string
	res   index.Results
	hits  []found
}

func newAnswers() *answers {
	a := new(answers)
	a.kept, _ = simplelru.NewLRU(maxKeptHits, func(_ question, old answered) { a.hits -= old.size() }) // fails only for a negative size
	return a
}

// size is how many hits an answer counts for: one without any has its facets.
func (a answered) size() int { return len(a.hits) + 1 }

func (a *answers) get(q question, stamp string) (answered, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	old, ok := a.kept.Get(q)
	return old, ok && old.stamp == stamp
}

func (a *answers) put(q question, next answered) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept.Remove(q)
	a.kept.Add(q, next)
	for a.hits += next.size(); a.hits > maxKeptHits; {
		a.kept.RemoveOldest()
	}
}

// find searches and reads what was found; nobody may change it. It searches
// again when a series or the index has changed since, and as long as the index
// is being built.
func (s *server) find(ctx context.Context, req index.Request) (index.Results, []found, error) {
	stamp, err := s.searched(ctx)
	if err != nil {
		return index.Results{}, nil, err
	}
	asked := questionOf(req)
	if a, ok := s.answers.get(asked, stamp); ok {
		return a.res, a.hits, nil
	}
	a := answered{stamp: stamp}
	if a.res, err = s.ask(ctx, req); err != nil {
		return index.Results{}, nil, err
	}
	if a.hits, err = s.hits(ctx, req.Query, a.res); err != nil {
		return index.Results{}, nil, err
	}
	if now, err := s.searched(ctx); err == nil && now == stamp && s.rebuild(false) == "" {
		s.answers.put(asked, a)
	}
	return a.res, a.hits, nil
}

// searched identifies what is searched and shown.
func (s *server) searched(ctx context.Context) (string, error) {
	stamp, _, err := s.Store.Stamp(ctx)
	if err != nil {
		return "", err
	}
	manifest, err := s.Index.Manifest(ctx)
	return fmt.Sprintf("%s %d %x", stamp, s.Index.Generation(), manifest), err
}

// slim lets go of the text that a hit was cut from.
func (f *found) slim() {
	for _, spans := range [][]index.Span{f.title.Spans, f.snippet.Spans} {
		for i := range spans {
			spans[i].Text = strings.Clone(spans[i].Text)
		}
	}
	f.story.Text = ""
}
