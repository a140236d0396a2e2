package indexer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

// Whatever number of old stories is edited or removed at once, a reader that
// follows the newest document learns of all of them.
func TestManyEdited(t *testing.T) {
	t.Parallel()
	s := newShop(t, 230)
	sealed := s.reachable()
	edit := func(from, to int, text string) {
		t.Helper()
		s.wait(time.Hour)
		for n := from; n <= to; n++ {
			s.write(n, fmt.Sprint(text, " ", n, "."))
		}
		s.publish()
	}
	// told checks that of each edited story the first version met is the newest.
	told := func(from, to int, text string) {
		t.Helper()
		for _, f := range []feed.Format{feed.RSS, feed.Atom} {
			for n, body := range s.versions(f) {
				if n >= from && n <= to && !strings.Contains(body, fmt.Sprint(text, " ", n, ".")) {
					t.Errorf("%s: the newest version of letter %d is %.300q", f, n, body)
				}
			}
		}
		_, ids := s.follow(feed.JSON, feed.Path(slug, feed.HeadFeed, feed.JSON), "")
		if want := slices.Sorted(slices.Values(s.want())); !slices.Equal(slices.Sorted(slices.Values(ids)), want) {
			t.Errorf("the pages of JSON Feed have %d stories, want each of %d once", len(ids), len(want))
		}
	}
	edit(1, 90, "First edit of")
	told(1, 90, "First edit of")
	if n := strings.Count(s.body("/s/"+slug+"/feed.atom"), "First edit of"); n < 5 {
		t.Errorf("the newest document itself shows %d of the edits, want some", n)
	}
	for path, body := range sealed {
		if !strings.HasSuffix(path, ".json") && s.body(path) != body {
			t.Errorf("%s has changed", path)
		}
	}
	edit(1, 40, "Second edit of")
	told(1, 40, "Second edit of")
	told(41, 90, "First edit of")
	edit(1, 200, "Third edit of") // whole archives: their pages of JSON Feed have nothing left
	told(1, 200, "Third edit of")

	s.open()
	before, _ := s.Document("/s/" + slug + "/feed.json")
	s.publish()
	if after, _ := s.Document("/s/" + slug + "/feed.json"); after.ETag != before.ETag {
		t.Error("a restart has changed the newest document")
	}
	told(1, 200, "Third edit of")
}

// versions are the stories that are found from the newest document by links, by
// their numbers, each as it was met first.
func (s *shop) versions(f feed.Format) map[int]string {
	s.t.Helper()
	found := map[int]string{}
	path := feed.Path(slug, feed.HeadFeed, f)
	for path != "" {
		body := s.body(path)
		parts := strings.Split(body, map[feed.Format]string{feed.Atom: "<entry>", feed.RSS: "<item>"}[f])
		for _, entry := range parts[1:] {
			var n int
			_, title, _ := strings.Cut(entry, ">Letter ")
			if _, err := fmt.Sscanf(title, "%d<", &n); err != nil {
				s.t.Fatalf("%s: an entry without its title: %.200s", path, entry)
			}
			if _, ok := found[n]; !ok {
				found[n] = entry
			}
		}
		path = linkOf(f, body, "prev-archive")
	}
	if len(found) != s.saved {
		s.t.Errorf("%s leads to %d stories, want %d", f, len(found), s.saved)
	}
	return found
}

// Readers are told of each of hundreds of stories that a site removes at once,
// for a month, and of the latest for good.
func TestManyRemoved(t *testing.T) {
	t.Parallel()
	s := newShop(t, 230)
	for range 2 {
		for n := 1; n <= 200; n++ {
			_, err := s.store.MarkMissing(t.Context(), slug, feed.GUID(fmt.Sprintf("https://blog.example/%d/", n)), 24*time.Hour)
			must(t, err)
		}
		s.wait(25 * time.Hour)
	}
	s.publish()
	head := s.body("/s/" + slug + "/feed.atom")
	for n := 1; n <= 200; n++ {
		if gone := feed.GUID(fmt.Sprintf("https://blog.example/%d/", n)); !strings.Contains(head, `ref="`+gone+`"`) {
			t.Fatalf("the newest document does not tell that letter %d is gone", n)
		}
	}
	_, ids := s.follow(feed.JSON, "/s/"+slug+"/feed.json", "")
	if want := slices.Sorted(slices.Values(s.want())); !slices.Equal(slices.Sorted(slices.Values(ids)), want) {
		t.Errorf("the pages of JSON Feed have %d stories, want the %d that are left", len(ids), len(want))
	}
	s.wait(31 * 24 * time.Hour)
	s.save("One more.")
	s.publish()
	if n := strings.Count(s.body("/s/"+slug+"/feed.atom"), "deleted-entry ref"); n != 100 {
		t.Errorf("two months later it tells of %d removals, want the latest 100", n)
	}
}
