package feed_test

import (
	"testing"
	"time"

	"storyfeed/feed"
)

func TestBackfillForPeople(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		b    feed.Backfill
		want string
	}{
		{feed.Backfill{}, ""},
		{feed.Backfill{Since: at}, "back-filling: the lists are read first"},
		{feed.Backfill{Since: at, Pages: 1}, "back-filling: 1 page read of the lists; the stories follow"},
		{feed.Backfill{Since: at, Pages: 1200}, "back-filling: 1,200 pages read of the lists; the stories follow"},
		{feed.Backfill{Since: at, Listed: at, Total: 5000}, "back-filling: 0 of 5,000 stories"},
		{feed.Backfill{Since: at, Listed: at, Total: 5000, Done: 1240, Pace: 1040 * time.Millisecond}, "back-filling: 1,240 of 5,000 stories, about 1 h 6 min to go"},
		{feed.Backfill{Since: at, Listed: at, Total: 5000, Done: 4999, Pace: time.Second}, "back-filling: 4,999 of 5,000 stories, about 1 min to go"},
		{feed.Backfill{Since: at, Listed: at, Total: 7200, Pace: time.Second}, "back-filling: 0 of 7,200 stories, about 2 h to go"},
		{feed.Backfill{Since: at, Listed: at, Total: 20000, Pace: 10 * time.Second}, "back-filling: 0 of 20,000 stories, about 2 d 7 h to go"},
	} {
		if got := tc.b.String(); got != tc.want {
			t.Errorf("%+v:\n got %q\nwant %q", tc.b, got, tc.want)
		}
	}
}
