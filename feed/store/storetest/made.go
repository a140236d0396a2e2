package storetest

import (
	"fmt"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testMadeFeeds(t *testing.T, e *env) {
	const base = "https://read.example"
	made := func(path, text string) feed.Document {
		b := []byte(text)
		return feed.Document{Path: path, Format: feed.Atom, Gzip: feed.Compress(b), ETag: feed.ETag(b), Modified: start, Fingerprint: base}
	}
	first := made("/tags/bees/feed.atom", "one")
	must(t, e.KeepFeed(t.Context(), first))
	equal(t, "what is kept", value(e.KeptFeed(t.Context(), first.Path, base))(t), first)
	_, err := e.KeptFeed(t.Context(), first.Path, "https://other.example")
	wantError(t, "with links of another host", err, feed.ErrNotFound)

	e.clock.move(time.Hour)
	next := made(first.Path, "two")
	next.Modified = start.Add(time.Hour)
	must(t, e.KeepFeed(t.Context(), next))
	equal(t, "its successor", value(e.KeptFeed(t.Context(), first.Path, base))(t), next)

	for i := range store.MaxMadeFeeds {
		if i == 1 {
			e.clock.move(time.Second)
		}
		must(t, e.KeepFeed(t.Context(), made(fmt.Sprintf("/search.atom?q=%03d", i), "found")))
	}
	_, err = e.KeptFeed(t.Context(), first.Path, base)
	wantError(t, "one that nobody asked for lately", err, feed.ErrNotFound)
	for _, i := range []int{0, 1, store.MaxMadeFeeds - 1} {
		if _, err := e.KeptFeed(t.Context(), fmt.Sprintf("/search.atom?q=%03d", i), base); err != nil {
			t.Errorf("feed %d of %d: %v", i+1, store.MaxMadeFeeds, err)
		}
	}
}
