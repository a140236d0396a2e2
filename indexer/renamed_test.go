package indexer_test

import (
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

// A series that gets another slug has its feeds at the new address at once, with
// the old bytes, until those that name it anew are accepted.
func TestRenamedSeries(t *testing.T) {
	t.Parallel()
	s := newShop(t, 120)
	paths := []string{"feed.atom", "feed.json", "reading.rss", "archive/1/feed.atom"}
	old := map[string]string{}
	for _, path := range paths {
		old[path] = s.body("/s/" + slug + "/" + path)
	}
	s.wait(time.Hour)
	series, err := s.store.ListSeries(t.Context())
	must(t, err)
	series[0].Slug = "renamed"
	must(t, s.store.SyncSeries(t.Context(), series))
	must(t, s.Adopt(t.Context()))
	for _, path := range paths {
		if s.body("/s/renamed/"+path) != old[path] {
			t.Errorf("at its new address %s is not what it was", path)
		}
	}
	s.open()
	if s.body("/s/renamed/feed.atom") != old["feed.atom"] {
		t.Error("after a restart the feed is not what it was")
	}
	before, _ := s.Document("/s/renamed/feed.atom")
	must(t, s.PublishAll(t.Context()))
	after, _ := s.Document("/s/renamed/feed.atom")
	if !after.Modified.After(before.Modified) {
		t.Errorf("Last-Modified %s after %s, want a later one", after.Modified, before.Modified)
	}
	for _, path := range paths {
		body := s.body("/s/renamed/" + path)
		if !strings.Contains(body, shopURL+"/s/renamed/"+path) || strings.Contains(body, "/s/"+slug+"/") {
			t.Errorf("published anew, %s names the series by its old slug: %.1000s", path, body)
		}
		f := feed.Format(path[strings.LastIndexByte(path, '.')+1:])
		ids, err := feed.GUIDs(f, []byte(body))
		must(t, err)
		if was, err := feed.GUIDs(f, []byte(old[path])); err != nil || strings.Join(ids, " ") != strings.Join(was, " ") {
			t.Errorf("%s has other stories than before", path)
		}
		if _, ok := s.Document("/s/" + slug + "/" + path); ok {
			t.Errorf("%s is still there under the old slug", path)
		}
	}
}
