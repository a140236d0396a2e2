package indexer_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// told are the titles of the feed of health, newest first.
func (w *world) told() []string {
	w.t.Helper()
	d, ok := w.publisher.Document(feed.HealthPath)
	if !ok {
		w.t.Fatal("no feed of health is published")
	}
	var doc struct {
		Entries []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	must(w.t, xml.Unmarshal(d.Body, &doc))
	var titles []string
	for _, e := range doc.Entries {
		titles = append(titles, strings.TrimPrefix(e.Title, w.name()+": "))
	}
	return titles
}

func (w *world) name() string {
	s, err := w.store.SeriesBySlug(w.t.Context(), slug)
	must(w.t, err)
	return s.Name()
}

// The feed of health tells each change of state, or of the kind of fault, once,
// and keeps its bytes while nothing changes; the feeds of stories say nothing.
func TestHealthFeed(t *testing.T) {
	blog := hub(t)
	w := newWorld(t, blog)
	must(t, w.publisher.PublishAll(t.Context()))
	if told := w.told(); told != nil {
		t.Errorf("before the first crawl: %q", told)
	}
	w.crawl()
	stories, _ := w.publisher.Document("/s/" + slug + "/feed.atom")
	health, _ := w.publisher.Document(feed.HealthPath)
	w.wait(2 * time.Hour)
	w.crawl()
	if again, _ := w.publisher.Document(feed.HealthPath); again.ETag != health.ETag {
		t.Error("a crawl that changed nothing gave another feed of health")
	}
	blog.Fail("/the-winter-ferry/", 500, 0)
	for range 2 {
		w.wait(2 * time.Hour)
		w.crawl()
	}
	blog.Fail("/the-winter-ferry/", 403, 0)
	w.wait(2 * time.Hour)
	w.crawl()
	if h := w.health(); h.Fault != feed.FaultRefused || h.LastGood.IsZero() {
		t.Errorf("health %+v, want refused, and when it was last good", h)
	}
	blog.Recover("/the-winter-ferry/")
	blog.Fail("/the-first-crossing/", 500, 0)
	w.wait(25 * time.Hour)
	w.crawl()
	blog.Recover("/the-first-crossing/")
	w.wait(25 * time.Hour)
	w.crawl()
	want := []string{
		"ok", "degraded, pages can’t be fetched", "failing, the site keeps us out", "failing, pages can’t be fetched", "ok",
	}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if after, _ := w.publisher.Document("/s/" + slug + "/feed.atom"); after.ETag != stories.ETag {
		t.Error("faults changed the feed of stories")
	}
	must(t, w.publisher.Load(t.Context()))
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
}

// A list that is not at its address, as of a typing error, is not told of as one
// that changed.
func TestListThatIsNotThere(t *testing.T) {
	blog := hub(t)
	w := newWorld(t, blog)
	blog.Fail("/the-winter-ferry/", 404, 0)
	w.crawl()
	if h := w.health(); h.Fault != feed.FaultFetch || !strings.Contains(h.Reason, "there is no such page") {
		t.Errorf("health %+v, want a page that can't be fetched, and why", h)
	}
}
