package web_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/index"
)

// asked counts the searches that an index has to answer.
type asked struct {
	web.Searcher
	n *atomic.Int64
}

func (a asked) Search(ctx context.Context, r index.Request) (index.Results, error) {
	a.n.Add(1)
	return a.Searcher.Search(ctx, r)
}

func TestSearchAgain(t *testing.T) {
	var n atomic.Int64
	s := newSite(t, func(c *web.Config) { c.Index = asked{c.Index, &n} })
	steps := []struct {
		name, path string
		searches   int64
		more       int // stories than at first
	}{
		{"first", "/search?q=hum", 1, 0},
		{"again", "/search?q=hum", 0, 0},
		{"in another order", "/search?q=hum&sort=oldest", 1, 0},
		{"with a filter", "/search?q=hum&tag=roof", 1, 0},
		{"only as typed", "/search?q=hum&exact=1", 1, 0},
		{"of an author, with a tag", "/search?author=ann+berg&tag=roof", 1, 0},
		{"with the border elsewhere", "/search?author=ann&tag=berg+roof", 1, 0},
		{"after stories came", "/search?q=hum", 1, 3},
		{"and again", "/search?q=hum", 0, 3},
		{"after a rebuild", "/search?q=hum", 1, 3},
	}
	before := 0
	for i, step := range steps {
		switch step.name {
		case "after stories came":
			s.add(t, 40, 42)
		case "after a rebuild":
			must(t, s.index.Rebuild(t.Context(), func(put func(index.Document) error) error {
				return s.store.Each(t.Context(), func(st feed.Story) error { return put(index.NewDocument(st)) })
			}))
		}
		n.Store(0)
		doc := s.page(t, step.path, 200)
		if got := n.Load(); got != step.searches {
			t.Errorf("%s: %d searches, want %d", step.name, got, step.searches)
		}
		total := len(texts(doc, ".total")) // of none there is no word
		if total > 0 {
			_, err := fmt.Sscan(doc.Find(".total strong").Text(), &total)
			must(t, err)
		}
		if i == 0 {
			before = total
		}
		if step.more > 0 && total != before+step.more {
			t.Errorf("%s: %d stories, want %d more than %d", step.name, total, step.more, before)
		}
	}
}
