package storetest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testBackfill(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	wantError(t, "SetBackfill of an unknown series", e.SetBackfill(ctx, "c", feed.Backfill{Since: start}), feed.ErrNotFound)
	b := feed.Backfill{Since: start}
	must(t, e.SetBackfill(ctx, "a", b))
	must(t, e.SaveListPage(ctx, store.ListPage{Series: "a", Source: "https://a.example/", URL: "https://a.example/", Fetched: start}))
	b.Pages = 1
	equal(t, "a back-fill that reads its list", value(e.SeriesBySlug(ctx, "a"))(t).Backfill, b)

	var links []store.Link
	for n := range 4 {
		links = append(links, store.Link{URL: story("a", n+1).Permalink, Position: n})
	}
	must(t, e.SaveLinks(ctx, "a", links))
	must(t, e.DropListPages(ctx, "a", "https://a.example/"))
	e.save(t, store.Save{Story: story("a", 1), LinkKey: feed.URLKey(links[0].URL)})
	must(t, e.SetLinkState(ctx, "a", feed.URLKey(links[1].URL), store.LinkRejected, "no story", ""))
	must(t, e.SetLinkState(ctx, "a", feed.URLKey(links[2].URL), store.LinkFailed, "503", ""))
	b.Listed, b.Pace = start.Add(time.Minute), 1040*time.Millisecond
	must(t, e.SetBackfill(ctx, "a", b))
	b.Pages, b.Total, b.Done = 0, 3, 2
	equal(t, "a back-fill that reads stories", value(e.SeriesBySlug(ctx, "a"))(t).Backfill, b)
	equal(t, "the same in the list", value(e.ListSeries(ctx))(t)[0].Backfill, b)
	equal(t, "its links", value(e.CountLinks(ctx, "a"))(t), store.LinkCounts{Links: 3, Pending: 1, Stories: 3})

	must(t, e.EndBackfill(ctx, "a"))
	if got := value(e.SeriesBySlug(ctx, "a"))(t).Backfill; got.Active() {
		t.Errorf("a back-fill that has ended is %+v", got)
	}
}

func testReserveParts(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	var links []store.Link
	for n := range 5 {
		links = append(links, store.Link{URL: story("a", n+1).Permalink, Position: 10 - n, Weak: n == 4})
	}
	must(t, e.SaveLinks(ctx, "a", links))
	key := func(n int) string { return feed.URLKey(story("a", n).Permalink) }
	value(e.ReservePart(ctx, "a", key(3)))(t)
	e.save(t, store.Save{Story: story("a", 2), LinkKey: key(2)})
	if n := value(e.ReserveParts(ctx, "a"))(t); n != 2 {
		t.Errorf("%d parts were reserved, want 2: those of links that are pending, strong and without one", n)
	}
	if n := value(e.ReserveParts(ctx, "a"))(t); n != 0 {
		t.Errorf("%d parts were reserved the second time", n)
	}
	for n, want := range map[int]int{1: 4, 4: 3, 5: 5} { // by position: 4 before 1; 5 is weak and comes when it comes
		if got := e.save(t, store.Save{Story: story("a", n), LinkKey: key(n)}).Part; got != want {
			t.Errorf("story %d has part %d, want %d", n, got, want)
		}
	}
}

func testListPages(t *testing.T, e *env) {
	ctx := t.Context()
	const list = "https://a.example/list/"
	e.series(t, "a", "b")
	one := store.ListPage{
		Series: "a", Source: list, URL: list, FinalURL: list + "?x", MediaType: "text/html", Header: http.Header{"Link": {"a", "b"}},
		Body: []byte(strings.Repeat("<p>ø</p>", 5000)), Fetched: start,
	}
	two := store.ListPage{Series: "a", Source: list, URL: list + "page/2/", Body: []byte{}, Fetched: start.Add(time.Minute)}
	must(t, e.SaveListPage(ctx, one))
	one.MediaType = "application/xhtml+xml"
	must(t, e.SaveListPage(ctx, one))
	must(t, e.SaveListPage(ctx, two))
	for _, want := range []store.ListPage{one, two} {
		equal(t, "kept page", value(e.ListPage(ctx, "a", list, want.URL))(t), want)
	}
	n, latest, err := e.ListPages(ctx, "a", list)
	if must(t, err); n != 2 || !latest.Equal(two.Fetched) {
		t.Errorf("%d pages are kept, the latest of %v; want 2 and %v", n, latest, two.Fetched)
	}
	_, err = e.ListPage(ctx, "b", list, list)
	wantError(t, "a page that only another series has", err, feed.ErrNotFound)
	must(t, e.DropListPages(ctx, "a", list))
	_, err = e.ListPage(ctx, "a", list, list)
	wantError(t, "a page that was dropped", err, feed.ErrNotFound)
	if n, latest, err := e.ListPages(ctx, "a", list); err != nil || n != 0 || !latest.IsZero() {
		t.Errorf("no pages are %d, %v, %v", n, latest, err)
	}
}
