package web_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/index"
)

func TestRebuildIsTold(t *testing.T) {
	progress, going := index.Progress{Done: 500, Total: 2000, Since: now.Add(-time.Minute)}, true
	s := newSite(t, func(c *web.Config) { c.Rebuilding = func() (index.Progress, bool) { return progress, going } })
	const how = "500 of 2,000 stories, about 3 minutes to go"
	for _, tc := range []struct {
		state          string
		going, partial bool
		status, search bool // who speaks of it
	}{
		{"no rebuild", false, false, false, false},
		{"a rebuild beside the old index", true, false, true, false},
		{"a rebuild without an old index", true, true, true, true},
	} {
		going, progress.Partial = tc.going, tc.partial
		for path, want := range map[string]bool{"/status": tc.status, "/search?q=bees": tc.search, "/search": tc.search} {
			page := s.page(t, path, http.StatusOK)
			if has := strings.Contains(page.Text(), how); has != want {
				t.Errorf("%s: %s speaks of it: %t, want %t", tc.state, path, has, want)
			}
		}
		var answer struct{ Hints []string }
		s.decode(t, "/api/v1/search?q=bees", &answer)
		if has := strings.Contains(strings.Join(answer.Hints, " "), how); has != tc.search {
			t.Errorf("%s: the API speaks of it: %t, want %t", tc.state, has, tc.search)
		}
	}
}

// What came in numbers, as by an import, is not in the index for a while.
func TestManyStoriesThatWaitAreTold(t *testing.T) {
	progress, waiting := index.Progress{Done: 500, Total: 2000, Since: now.Add(-time.Minute)}, true
	s := newSite(t, func(c *web.Config) { c.Waiting = func() (index.Progress, bool) { return progress, waiting } })
	const lacking = "1,500 new or changed stories are not in the search index yet; it is taking them in: 500 of 2,000 stories, about 3 minutes to go."
	for _, waiting = range []bool{true, false} {
		for _, path := range []string{"/search", "/search?q=bees"} {
			if has := strings.Contains(s.page(t, path, http.StatusOK).Text(), lacking); has != waiting {
				t.Errorf("%s speaks of stories that wait: %t, want %t", path, has, waiting)
			}
		}
		var answer struct{ Hints []string }
		s.decode(t, "/api/v1/search?q=bees", &answer)
		if has := slices.Contains(answer.Hints, lacking); has != waiting {
			t.Errorf("the API hints %q, want it to speak of stories that wait: %t", answer.Hints, waiting)
		}
	}
}

// While the index is built anew with them it is that which is told of.
func TestManyStoriesThatWaitForARebuild(t *testing.T) {
	s := newSite(t, func(c *web.Config) {
		c.Waiting = func() (index.Progress, bool) { return index.Progress{Total: 2000, Since: now}, true }
		c.Rebuilding = func() (index.Progress, bool) {
			return index.Progress{Done: 600, Total: 2400, Since: now.Add(-time.Minute)}, true
		}
	})
	const want = "2,000 new or changed stories are not in the search index yet; it is being built anew with them: 600 of 2,400 stories, about 3 minutes to go."
	if text := s.page(t, "/search?q=bees", http.StatusOK).Text(); !strings.Contains(text, want) {
		t.Errorf("the page does not say %q:\n%.500s", want, text)
	}
}

// brokenIndex answers every search with damage.
type brokenIndex struct{ web.Searcher }

func (brokenIndex) Search(context.Context, index.Request) (index.Results, error) {
	return index.Results{}, fmt.Errorf("search: %w", index.ErrDamaged)
}

func TestDamagedIndexIsNoFaultOfTheVisitor(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Index = brokenIndex{c.Index} })
	page := s.page(t, "/search?q=bees", http.StatusServiceUnavailable)
	if text := page.Text(); !strings.Contains(text, "built anew") {
		t.Errorf("the page does not say what happens now: %s", text)
	}
	if r := s.get("/api/v1/search?q=bees"); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" {
		t.Errorf("the API answers %d, Retry-After %q; want 503 and a time", r.StatusCode, r.Header.Get("Retry-After"))
	}
}
