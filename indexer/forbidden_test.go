package indexer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

// A story that robots.txt forbids is told at every visit, and no fault; one that
// was read before it did is kept; where nothing may be read, the series fails.
func TestForbiddenStories(t *testing.T) {
	blog := hub(t)
	blog.Set("/robots.txt", "User-agent: *\nDisallow: /ice-in-the-sound/\n")
	t.Parallel()
	dir := t.TempDir()
	w := openWorld(t, dir, blog)
	tells := func(c feed.Crawl) bool {
		return slices.ContainsFunc(c.Dropped, func(d feed.Drop) bool {
			return strings.HasSuffix(d.URL, "/ice-in-the-sound/") && strings.Contains(d.Reason, "robots.txt")
		})
	}
	for visit := range 4 {
		c := w.crawl()
		if h := w.health(); h.State != feed.StateOK || h.Reason != "" || h.LastGood.IsZero() {
			t.Errorf("visit %d: health %+v, want ok", visit+1, h)
		}
		if !tells(c) || len(w.stories()) != 5 || c.Failed != 0 {
			t.Errorf("visit %d: %d stories, %d failed, told of %v; want 5, and the one that is forbidden told", visit+1, len(w.stories()), c.Failed, c.Dropped)
		}
		w.wait(9 * time.Hour) // beyond a day at last
	}
	blog.Set("/robots.txt", "User-agent: *\nDisallow: /salt-bread-and-diesel/\n")
	must(t, w.index.Close())
	must(t, w.store.Close())
	w = openWorld(t, dir, blog) // which forgets the rules that it knew
	w.wait(96 * time.Hour)
	c := w.crawl()
	if h := w.health(); h.State != feed.StateOK || len(w.stories()) != 6 || c.Failed != 0 {
		t.Errorf("when another is forbidden: health %+v, %d stories, %d failed; want ok, all 6 kept, none", h, len(w.stories()), c.Failed)
	}
	if !slices.ContainsFunc(c.Notes, func(s string) bool {
		return strings.Contains(s, "kept as they were, as robots.txt forbids their pages by now: 1 of")
	}) {
		t.Errorf("nothing is told of it: %q", c.Notes)
	}
	w.consistent()
}

func TestForbiddenSeries(t *testing.T) {
	blog := hub(t)
	var rules strings.Builder
	rules.WriteString("User-agent: *\n")
	for _, s := range blog.Stories() {
		rules.WriteString("Disallow: " + s.Path + "\n")
	}
	blog.Set("/robots.txt", rules.String())
	w := newWorld(t, blog)
	for range 2 {
		w.crawl()
		if h := w.health(); h.State != feed.StateFailing || h.Fault != feed.FaultRefused || !strings.Contains(h.Reason, "robots.txt forbids") {
			t.Errorf("health %+v; want failing, as robots.txt forbids all", h)
		}
		w.wait(time.Hour)
	}
}
