package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func TestDays(t *testing.T) {
	clock := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	s := open(t, store.Config{Dir: t.TempDir(), Now: func() time.Time { return clock }})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	crawl := func(c feed.Crawl) {
		t.Helper()
		c.Series, c.Started = "a", clock
		if _, err := s.Claim(t.Context(), "a", "test", time.Minute); err != nil {
			t.Fatal(err)
		}
		if err := s.FinishCrawl(t.Context(), "test", c, feed.Health{State: feed.StateOK, Next: clock}); err != nil {
			t.Fatal(err)
		}
	}
	crawl(feed.Crawl{New: 3, Requests: 5})
	crawl(feed.Crawl{Err: "closed", Requests: 1})
	clock = clock.Add(24 * time.Hour)
	crawl(feed.Crawl{Changed: 2, Requests: 4, NotModified: 2})
	for _, stories := range []int{2, 3} {
		if err := s.SaveSizes(t.Context(), store.Sizes{Stories: stories, StoreBytes: 700, IndexBytes: 50, Polls: 9}); err != nil {
			t.Fatal(err)
		}
	}
	monday := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	want := []store.Day{
		{Start: monday, Crawls: 2, Failed: 1, Requests: 6, New: 3},
		{Start: monday.AddDate(0, 0, 1), Crawls: 1, Requests: 4, NotModified: 2, Changed: 2, Sizes: store.Sizes{Stories: 3, StoreBytes: 700, IndexBytes: 50, Polls: 9}},
	}
	got, err := s.Days(t.Context(), 30)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("days: %v (-want +got):\n%s", err, diff)
	}
	if got, err := s.Days(t.Context(), 1); err != nil || len(got) != 1 {
		t.Errorf("today: %v, %v", got, err)
	}
	clock = clock.AddDate(0, 0, 61)
	crawl(feed.Crawl{})
	if got, err := s.Days(t.Context(), 99); err != nil || len(got) != 2 || !got[0].Start.Equal(want[1].Start) {
		t.Errorf("after 61 days more: %v, %v; want the first one forgotten", got, err)
	}
}

func TestHostUses(t *testing.T) {
	clock := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	s := open(t, store.Config{Dir: t.TempDir(), Now: func() time.Time { return clock }})
	request := func(host string, gap time.Duration) {
		t.Helper()
		if wait, err := s.AcquireHost(t.Context(), host, "test", time.Minute); err != nil || wait > 0 {
			t.Fatalf("%s: wait %v, %v", host, wait, err)
		}
		clock = clock.Add(100 * time.Millisecond)
		if err := s.ReleaseHost(t.Context(), host, "test", gap); err != nil {
			t.Fatal(err)
		}
	}
	for _, pause := range []time.Duration{0, 5 * time.Second, 1200 * time.Millisecond, 3 * time.Second} {
		clock = clock.Add(pause)
		request("a.example:443", time.Second)
	}
	request("b.example:443", 2*time.Second)
	if wait, err := s.AcquireHost(t.Context(), "b.example:443", "test", time.Minute); err != nil || wait == 0 {
		t.Fatalf("a host that was just asked is asked again: %v, %v", wait, err)
	}
	want := []store.HostUse{
		{Host: "a.example:443", Requests: 4, Shortest: 1200 * time.Millisecond, Gap: time.Second, Next: clock.Add(900 * time.Millisecond)},
		{Host: "b.example:443", Requests: 1, Gap: 2 * time.Second, Next: clock.Add(2 * time.Second)},
	}
	got, err := s.HostUses(t.Context(), 30, 9)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("hosts: %v (-want +got):\n%s", err, diff)
	}
	clock = clock.Add(-time.Hour) // set back: no pause is to be told of it
	request("b.example:443", 0)
	if got, err := s.HostUses(t.Context(), 30, 9); err != nil || got[1].Shortest != 0 || got[1].Requests != 2 {
		t.Errorf("after the clock was set back: %+v, %v", got, err)
	}
}
