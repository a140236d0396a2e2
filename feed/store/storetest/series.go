package storetest

import (
	"errors"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testSyncSeries(t *testing.T, e *env) {
	ctx := t.Context()
	list := value(e.ListSeries(ctx))(t)
	if len(list) != 0 {
		t.Errorf("a new store lists %d series, want none", len(list))
	}
	_, err := e.SeriesBySlug(ctx, "one")
	wantError(t, "SeriesBySlug of an unknown slug", err, feed.ErrNotFound)

	e.series(t, "two", "one", "three")
	list = value(e.ListSeries(ctx))(t)
	var slugs []string
	for _, sr := range list {
		slugs = append(slugs, sr.Slug)
	}
	equal(t, "slugs in configured order", slugs, []string{"two", "one", "three"})

	want := configured("one")
	want.HomeURL = "https://one.example/list/" // the first source, as no crawl found a better one
	want.Health = feed.Health{State: feed.StateNew, Since: start}
	equal(t, "a series that was never crawled", value(e.SeriesBySlug(ctx, "one"))(t), want)

	bad := [][]feed.Series{{{}}, {configured("a"), configured("a")}, {{Slug: "a"}}, {{Slug: "a", Sources: make([]feed.Source, 1)}}}
	for _, list := range bad {
		if err := e.SyncSeries(ctx, list); err == nil {
			t.Errorf("SyncSeries(%+v) is taken, want an error", list)
		}
	}
	if n := len(value(e.ListSeries(ctx))(t)); n != 3 {
		t.Errorf("after refused configurations %d series are listed, want the 3 from before", n)
	}
}

func testRetire(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "keep", "go")
	kept, left := e.save(t, store.Save{Story: story("keep", 1)}), e.save(t, store.Save{Story: story("go", 1)})
	must(t, e.SaveDocuments(ctx, []feed.Document{{Path: "/s/go/feed.atom", Series: "go"}, {Path: "/s/keep/feed.atom", Series: "keep"}}))
	drain(t, e)

	e.series(t, "keep")
	_, err := e.SeriesBySlug(ctx, "go")
	wantError(t, "SeriesBySlug of a retired series", err, feed.ErrNotFound)
	_, err = e.Claim(ctx, "go", "me", time.Minute)
	wantError(t, "Claim of a retired series", err, feed.ErrNotFound)
	_, err = e.Story(ctx, left.GUID)
	wantError(t, "Story of a retired series", err, feed.ErrNotFound)
	equal(t, "changes for the index", values(drain(t, e)), []store.PendingRow{{Series: "go", GUID: left.GUID, Delete: true}})
	equal(t, "manifest", value(e.Manifest(ctx))(t), manifest(kept))
	if docs := value(e.Documents(ctx))(t); len(docs) != 1 || docs[0].Series != "keep" {
		t.Errorf("Documents = %+v, want that of the kept series only", docs)
	}
	if sr, err := e.ClaimDue(ctx, "me", time.Minute); err != nil || sr.Slug != "keep" {
		t.Errorf("ClaimDue = %s, %v; want keep", sr.Slug, err)
	}
	_, err = e.ClaimDue(ctx, "me", time.Minute)
	wantError(t, "ClaimDue when only a retired series is left", err, feed.ErrNotFound)

	e.series(t, "keep", "go")
	equal(t, "a story of a series that came back", value(e.Story(ctx, left.GUID))(t), left)
	equal(t, "changes for the index", values(drain(t, e)), []store.PendingRow{{Series: "go", GUID: left.GUID}})
}

func testReconfigure(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	crawled := func() feed.Series {
		t.Helper()
		_, err := e.Claim(ctx, "a", "me", time.Minute)
		must(t, err)
		must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: "a", Started: e.clock.now()}, feed.Health{State: feed.StateOK}))
		return value(e.SeriesBySlug(ctx, "a"))(t)
	}
	before := crawled()

	sr := configured("a")
	sr.Title, sr.Content = "Another title", feed.ContentSummary
	must(t, e.SyncSeries(ctx, []feed.Series{sr}))
	got := value(e.SeriesBySlug(ctx, "a"))(t)
	if got.Title != sr.Title || got.Content != sr.Content || got.Version <= before.Version || !got.Updated.Equal(start) {
		t.Errorf("after a new title: %q, %s, version %d updated %v; want %q, %s, a version above %d updated %v",
			got.Title, got.Content, got.Version, got.Updated, sr.Title, sr.Content, before.Version, start)
	}
	if !got.Health.Next.Equal(before.Health.Next) {
		t.Errorf("a new title moves the next crawl to %v, want it to stay at %v", got.Health.Next, before.Health.Next)
	}

	sr.Every = 10 * time.Minute
	must(t, e.SyncSeries(ctx, []feed.Series{sr}))
	got = value(e.SeriesBySlug(ctx, "a"))(t)
	if want := start.Add(10 * time.Minute); !got.Health.Next.Equal(want) || got.Every != sr.Every {
		t.Errorf("with a shorter interval the next crawl is at %v, want %v", got.Health.Next, want)
	}

	for name, change := range map[string]func(){
		"match":     func() { sr.Match = "(?i)selling" },
		"selectors": func() { sr.Select.Body = ".entry" },
		"rendering": func() { sr.Render = feed.RenderAlways },
		"sources":   func() { sr.Sources = append(sr.Sources, feed.Source{URL: "https://a.example/more/"}) },
	} {
		crawled()
		change()
		must(t, e.SyncSeries(ctx, []feed.Series{sr}))
		if due := value(e.NextDue(ctx))(t); due.IsZero() || due.After(e.clock.now()) {
			t.Errorf("after a change of %s the series is due at %v, want at once", name, due)
		}
	}
}

func testReconfigureReading(t *testing.T, e *env) {
	ctx := t.Context()
	sr := configured("a")
	sr.Select = feed.Select{Title: "h1.title", Remove: ".ads, #more"}
	must(t, e.SyncSeries(ctx, []feed.Series{sr, configured("b")}))
	equal(t, "selectors", value(e.SeriesBySlug(ctx, "a"))(t).Select, sr.Select)

	url := sr.Sources[0].URL
	complete := func() bool { return value(e.SeriesBySlug(ctx, "a"))(t).Sources[0].Complete }
	crawled := func() {
		must(t, e.SetSource(ctx, "a", feed.Source{URL: url, Kind: feed.SourceArchive, Complete: true}))
		for _, slug := range []string{"a", "b"} {
			must(t, e.SavePage(ctx, store.Page{Series: slug, URL: url, ETag: `"1"`, Fetched: start}))
		}
	}
	crawled()
	e.quiet(t, "the same selectors again", func() error { return e.SyncSeries(ctx, []feed.Series{sr, configured("b")}) })

	for name, change := range map[string]func(){
		"selectors": func() { sr.Select.List = ".posts a" },
		"rendering": func() { sr.Render = feed.RenderNever },
	} {
		crawled()
		change()
		must(t, e.SyncSeries(ctx, []feed.Series{sr, configured("b")}))
		_, err := e.Page(ctx, "a", url)
		wantError(t, "validators after a change of "+name, err, feed.ErrNotFound)
		if complete() {
			t.Errorf("after a change of %s the list counts as read to its end, want it to be read anew", name)
		}
		if _, err := e.Page(ctx, "b", url); err != nil {
			t.Errorf("validators of another series after a change of %s: %v, want them kept", name, err)
		}
	}
	got := value(e.SeriesBySlug(ctx, "a"))(t)
	if got.Select != sr.Select || got.Render != sr.Render {
		t.Errorf("stored are %+v and %q, want %+v and %q", got.Select, got.Render, sr.Select, sr.Render)
	}
}

func testReconfigureUnderWay(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	sr := configured("a")
	for name, change := range map[string]func(){
		"match":     func() { sr.Match = "(?i)selling" },
		"selectors": func() { sr.Select.Body = ".entry" },
	} {
		_, err := e.Claim(ctx, "a", "me", time.Minute)
		must(t, err)
		change()
		must(t, e.SyncSeries(ctx, []feed.Series{sr}))
		_, err = e.Claim(ctx, "a", "you", time.Minute)
		wantError(t, "Claim while the crawl goes on", err, feed.ErrBusy)
		must(t, e.SavePage(ctx, store.Page{Series: "a", URL: sr.Sources[0].URL, ETag: `"1"`, Fetched: start}))
		must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: "a", Started: e.clock.now()}, feed.Health{State: feed.StateOK, Next: e.clock.now().Add(time.Hour)}))
		_, err = e.Page(ctx, "a", sr.Sources[0].URL)
		wantError(t, "validators of a crawl by the old "+name, err, feed.ErrNotFound)
		got, err := e.ClaimDue(ctx, "me", time.Minute)
		if err != nil || got.Match != sr.Match || got.Select != sr.Select {
			t.Errorf("after a change of %s during a crawl: %+v, %v; want the series due at once, as configured now", name, got, err)
			continue
		}
		must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: "a", Started: e.clock.now()}, feed.Health{State: feed.StateOK, Next: e.clock.now().Add(time.Hour)}))
		if next := value(e.SeriesBySlug(ctx, "a"))(t).Health.Next; !next.Equal(e.clock.now().Add(time.Hour)) {
			t.Errorf("after that crawl the next is at %v, want it in an hour", next)
		}
	}
}

func testSeriesPage(t *testing.T, e *env) {
	ctx := t.Context()
	sr := configured("a")
	sr.Title = ""
	must(t, e.SyncSeries(ctx, []feed.Series{sr, configured("b")}))
	page := store.SeriesPage{Title: "Found", Description: "About it", HomeURL: "https://a.example/", Language: "en", ImageURL: "https://a.example/i.png"}
	must(t, e.SetSeriesPage(ctx, "a", page))
	must(t, e.SetSeriesPage(ctx, "a", store.SeriesPage{}))
	got := value(e.SeriesBySlug(ctx, "a"))(t)
	equal(t, "found page", store.SeriesPage{Title: got.Title, Description: got.Description, HomeURL: got.HomeURL, Language: got.Language, ImageURL: got.ImageURL}, page)
	if got.Version != 1 || !got.Updated.Equal(start) {
		t.Errorf("version %d updated %v, want 1 and %v", got.Version, got.Updated, start)
	}

	must(t, e.SetSeriesPage(ctx, "b", store.SeriesPage{Title: "Found"}))
	if got := value(e.SeriesBySlug(ctx, "b"))(t); got.Title != "The b series" || got.Version != 0 {
		t.Errorf("title %q and version %d, want the configured title and version 0, as nobody sees a difference", got.Title, got.Version)
	}
	wantError(t, "SetSeriesPage of an unknown series", e.SetSeriesPage(ctx, "c", page), feed.ErrNotFound)
}

func testSource(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	const url = "https://a.example/list/"
	source := func() feed.Source { return value(e.SeriesBySlug(ctx, "a"))(t).Sources[0] }
	must(t, e.SetSource(ctx, "a", feed.Source{URL: url, Kind: feed.SourceArchive, Complete: true, SignalURL: "https://a.example/feed/"}))
	must(t, e.SetSource(ctx, "a", feed.Source{URL: url}))
	e.series(t, "a") // as after a restart
	equal(t, "a walked archive", source(), feed.Source{URL: url, Kind: feed.SourceArchive, Complete: true, SignalURL: "https://a.example/feed/"})
	must(t, e.SetSource(ctx, "a", feed.Source{URL: url, Kind: feed.SourceHub}))
	equal(t, "a source that became a hub page", source(), feed.Source{URL: url, Kind: feed.SourceHub, SignalURL: "https://a.example/feed/"})
	wantError(t, "SetSource of an unknown source", e.SetSource(ctx, "a", feed.Source{URL: url + "2", Kind: feed.SourceHub, Complete: true}), feed.ErrNotFound)
}

func testRename(t *testing.T, e *env) {
	ctx := t.Context()
	letters := func(slug string) feed.Series {
		s := configured("letters")
		s.Slug = slug
		return s
	}
	must(t, e.SyncSeries(ctx, []feed.Series{letters("old"), configured("b")}))
	st := story("old", 1)
	saved := e.save(t, store.Save{Story: st, Aliases: []string{"https://a.example/?p=1"}})
	e.save(t, store.Save{Story: edited(story("old", 1), "Another text.")})
	must(t, e.SaveDocuments(ctx, []feed.Document{{Path: "/s/old/feed.atom", Series: "old", Body: []byte("published"), ETag: "1", Version: 7}, {Path: "/s/b/feed.atom", Series: "b"}}))
	must(t, e.SealArchive(ctx, "old", 1, []feed.Story{saved}, nil))
	must(t, e.DonePending(ctx, pendingSeqs(value(e.Pending(ctx, 0))(t))))
	before := value(e.SeriesBySlug(ctx, "old"))(t)

	must(t, e.SyncSeries(ctx, []feed.Series{letters("new"), configured("b")}))
	if _, err := e.SeriesBySlug(ctx, "old"); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("the series is still there by its old name: %v", err)
	}
	now := value(e.SeriesBySlug(ctx, "new"))(t)
	if now.FirstSlug != "old" || now.Stories != 1 || now.Version <= before.Version || !now.Health.Since.Equal(before.Health.Since) {
		t.Errorf("the renamed series is %+v, it was %+v", now, before)
	}
	got := value(e.StoryByPart(ctx, "new", 1))(t)
	if got.GUID != saved.GUID || got.Series != "new" || got.Revision != 2 || len(value(e.Revisions(ctx, "new", got.GUID))(t)) != 2 {
		t.Errorf("its story is %+v", got)
	}
	equal(t, "its story by another address", value(e.StoryByURL(ctx, "new", "https://a.example/?p=1"))(t).GUID, saved.GUID)
	equal(t, "its archives", len(value(e.Archived(ctx, "new"))(t)), 1)
	equal(t, "documents", len(value(e.Documents(ctx))(t)), 2)
	if d := value(e.Document(ctx, "/s/new/feed.atom"))(t); d.Series != "new" || string(d.Body) != "published" || d.ETag != "1" || d.Version >= 0 {
		t.Errorf("its feed is %+v, want the old bytes at the new address, to be published anew", d)
	}
	pending := value(e.Pending(ctx, 0))(t)
	if len(pending) != 2 || pending[0].Series != "old" || !pending[0].Delete || pending[1].Series != "new" || pending[1].Delete {
		t.Errorf("the index is told %+v", pending)
	}

	must(t, e.SyncSeries(ctx, []feed.Series{letters("newer"), configured("b")}))
	for _, slug := range []string{"old", "new"} {
		equal(t, "what follows "+slug, value(e.MovedSlug(ctx, slug))(t), "newer")
	}
	equal(t, "the first name", value(e.SeriesBySlug(ctx, "newer"))(t).FirstSlug, "old")

	must(t, e.SyncSeries(ctx, []feed.Series{letters("old"), configured("b")}))
	if now, err := e.MovedSlug(ctx, "old"); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("a name that is taken up again leads to %q, %v", now, err)
	}
	equal(t, "what follows newer", value(e.MovedSlug(ctx, "newer"))(t), "old")

	// Another series of the same source beside this one is another one.
	must(t, e.SyncSeries(ctx, []feed.Series{letters("old"), letters("twin"), configured("b")}))
	equal(t, "stories of a twin", value(e.SeriesBySlug(ctx, "twin"))(t).Stories, 0)
}

func pendingSeqs(rows []store.PendingRow) []int64 {
	var seqs []int64
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	return seqs
}
