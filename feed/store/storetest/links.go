package storetest

import (
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testLinks(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	wantError(t, "SaveLinks of an unknown series", e.SaveLinks(ctx, "c", []store.Link{{URL: "https://a.example/"}}), feed.ErrNotFound)
	one := store.Link{URL: "https://a.example/1/", Anchor: "One", Source: "https://a.example/list/", Position: 2, Modified: start, Weak: true}
	one.Published = feed.Date{Time: start, Precision: feed.PrecisionDay, Source: "feed"}
	two := store.Link{URL: "https://a.example/2/", Anchor: "Two", Source: "https://a.example/list/", Position: 1}
	again := store.Link{URL: "http://www.a.example/2", Anchor: "Two again", Position: 3}
	must(t, e.SaveLinks(ctx, "a", []store.Link{one, two, again}))

	one.Key, two.Key = "a.example/1", "a.example/2"
	one.State, two.State = store.LinkPending, store.LinkPending
	equal(t, "new links", value(e.Links(ctx, "a"))(t), []store.Link{two, one})

	must(t, e.SetLinkState(ctx, "a", one.Key, store.LinkFailed, "503", ""))
	saved := e.save(t, store.Save{Story: story("a", 2), LinkKey: two.Key})
	one.Anchor, one.Position, one.Modified = "The one", 0, time.Time{} // the source is silent now
	one.Weak, one.Published = false, feed.Date{}
	must(t, e.SaveLinks(ctx, "a", []store.Link{one}))
	one.State, one.Reason, one.Checked, one.Modified = store.LinkFailed, "503", start, start
	one.Published = feed.Date{Time: start, Precision: feed.PrecisionDay, Source: "feed"}
	two.State, two.GUID, two.Checked = store.LinkSaved, saved.GUID, start
	equal(t, "known links", value(e.Links(ctx, "a"))(t), []store.Link{one, two})

	other := store.Link{URL: two.URL, Anchor: "elsewhere", Source: "https://a.example/tag/", Position: 1_000_000}
	must(t, e.SaveLinks(ctx, "a", []store.Link{other}))
	equal(t, "links that another source has too", value(e.Links(ctx, "a"))(t), []store.Link{one, two})

	// What the first source does not say, the next may, once.
	other.Published, other.Authors = feed.Date{Time: start, Precision: feed.PrecisionMonth, Source: "list"}, []string{"Ann"}
	must(t, e.SaveLinks(ctx, "a", []store.Link{other}))
	two.Published, two.Authors = other.Published, other.Authors
	equal(t, "links of which another source says more", value(e.Links(ctx, "a"))(t), []store.Link{one, two})
	other.Published.Time, other.Authors = start.AddDate(1, 0, 0), []string{"Bob"}
	e.quiet(t, "a source that says otherwise", func() error { return e.SaveLinks(ctx, "a", []store.Link{other}) })
	must(t, e.SaveLinks(ctx, "a", []store.Link{{URL: two.URL, Anchor: two.Anchor, Source: two.Source, Position: two.Position}}))
	equal(t, "links of which the first source is silent", value(e.Links(ctx, "a"))(t), []store.Link{one, two})

	e.clock.move(time.Hour)
	must(t, e.SetLinkState(ctx, "a", one.Key, store.LinkFailed, "503", ""))
	if got := value(e.Links(ctx, "a"))(t)[0].Checked; !got.Equal(start.Add(time.Hour)) {
		t.Errorf("a link that failed again was checked at %v, want %v", got, start.Add(time.Hour))
	}
	wantError(t, "SetLinkState of an unknown link", e.SetLinkState(ctx, "b", one.Key, store.LinkSaved, "", "g"), feed.ErrNotFound)
	if links := value(e.Links(ctx, "b"))(t); len(links) != 0 {
		t.Errorf("another series has %d links, want none", len(links))
	}
}

func testReservePart(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	var links []store.Link
	for n := range 4 {
		links = append(links, store.Link{URL: story("a", n+1).Permalink, Position: n})
	}
	must(t, e.SaveLinks(ctx, "a", links))
	key := func(n int) string { return feed.URLKey(story("a", n).Permalink) }

	first := e.save(t, store.Save{Story: story("a", 1), LinkKey: key(1)})
	if got := value(e.ReservePart(ctx, "a", key(1)))(t); got != first.Part {
		t.Errorf("ReservePart for a saved story = %d, want its part %d", got, first.Part)
	}
	for range 2 {
		if got := value(e.ReservePart(ctx, "a", key(2)))(t); got != 2 {
			t.Errorf("ReservePart = %d, want 2, each time", got)
		}
	}
	if got := e.save(t, store.Save{Story: story("a", 3), LinkKey: key(3)}).Part; got != 3 {
		t.Errorf("the story after a reservation has part %d, want 3", got)
	}
	if got := e.save(t, store.Save{Story: story("a", 2), LinkKey: key(2)}).Part; got != 2 {
		t.Errorf("the story with the reservation has part %d, want 2", got)
	}
	if got := e.save(t, store.Save{Story: story("a", 4), LinkKey: key(2)}).Part; got != 4 {
		t.Errorf("another story at a link whose reservation is used has part %d, want 4", got)
	}
	_, err := e.ReservePart(ctx, "a", "unknown")
	wantError(t, "ReservePart of an unknown link", err, feed.ErrNotFound)
}
