package web_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"storyfeed/feed"
)

// TestAPICursor takes everything away in pages while stories are added.
func TestAPICursor(t *testing.T) {
	for _, path := range []string{"/api/v1/stories?limit=3", "/api/v1/stories?limit=5&series=bees&content=true", "/api/v1/series/bees/stories?order=arrival&limit=4"} {
		s := newSite(t, nil)
		var seen []string
		var cursor string
		read := func(address string) (next string) {
			t.Helper()
			res := s.get(strings.TrimPrefix(address, baseURL))
			var page struct {
				Total        int
				Next, Cursor string
				Stories      []struct{ GUID, HTML string }
			}
			must(t, json.NewDecoder(res.Body).Decode(&page))
			for _, story := range page.Stories {
				seen = append(seen, story.GUID)
				if (story.HTML != "") != strings.Contains(path, "content") {
					t.Errorf("GET %s: a story has content %q", address, story.HTML)
				}
			}
			if link := strings.Join(res.Header.Values("Link"), ", "); page.Next != "" && !strings.Contains(link, "<"+page.Next+`>; rel="next"`) ||
				page.Next == "" && strings.Contains(link, "next") || !strings.Contains(link, `rel="service-desc"`) {
				t.Errorf("GET %s: next is %q, and Link %q", address, page.Next, link)
			}
			cursor = page.Cursor
			return page.Next
		}
		next := read(path)
		s.add(t, 21, 24)
		for next != "" {
			next = read(next)
		}
		want := 13 + 4
		if all := slices.Compact(slices.Sorted(slices.Values(seen))); len(seen) != want || len(all) != want || seen[want-1] != feed.GUID("https://garden.example/letter-24") {
			t.Errorf("%s: %d stories, %d different, %s last; want %d, those added meanwhile last", path, len(seen), len(all), seen[len(seen)-1], want)
		}
		s.add(t, 31, 31)
		if next := read(path + "&cursor=" + cursor); next != "" || len(seen) != want+1 || seen[want] != feed.GUID("https://garden.example/letter-31") {
			t.Errorf("%s: later came %v, want the new story alone", path, seen[want:])
		}
	}
}
