package feed_test

import (
	"fmt"
	"testing"
	"time"

	"storyfeed/feed"
)

func TestRecentlyGone(t *testing.T) {
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, tc := range []struct {
		what      string
		all, want int
		age       time.Duration
	}{
		{"all of a site that shuts", 4500, 4500, time.Hour},
		{"no more than a document holds", 20_000, feed.MaxRemovals, time.Hour},
		{"the latest of those of long ago", 300, 100, 90 * 24 * time.Hour},
		{"a few of long ago", 3, 3, 900 * 24 * time.Hour},
	} {
		all := make([]feed.Tombstone, tc.all)
		for i := range all {
			all[i] = feed.Tombstone{GUID: feed.GUID(fmt.Sprint(i)), When: now.Add(-tc.age + time.Duration(i)*time.Second)}
		}
		got := feed.RecentlyGone(all, now)
		if len(got) != tc.want || !got[0].When.Equal(all[len(all)-1].When) {
			t.Errorf("%s: %d, want %d, the latest first", tc.what, len(got), tc.want)
		}
		body, err := feed.Render(feed.Atom, feed.Channel{Gone: got}, nil)
		if err != nil || len(body) > feed.ComfortBytes*3/4 {
			t.Errorf("%s: they take %d bytes, which leaves no room for stories; %v", tc.what, len(body), err)
		}
	}
}
