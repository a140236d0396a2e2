package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testPending(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	one, two := e.save(t, store.Save{Story: story("a", 1)}), e.save(t, store.Save{Story: story("a", 2)})
	rows := value(e.Pending(ctx, 0))(t)
	equal(t, "changes for the index", values(rows), []store.PendingRow{{Series: "a", GUID: one.GUID}, {Series: "a", GUID: two.GUID}})
	if first := value(e.Pending(ctx, 1))(t); len(first) != 1 || first[0] != rows[0] {
		t.Errorf("Pending(1) = %v, want %v", first, rows[:1])
	}
	equal(t, "stories that wait", value(e.Waiting(ctx))(t), 2)

	// Story 1 changes while the index applies what it was given.
	e.save(t, store.Save{Story: edited(one, "newer")})
	must(t, e.DonePending(ctx, seqs(rows)))
	left := value(e.Pending(ctx, 0))(t)
	equal(t, "what arrived meanwhile", values(left), []store.PendingRow{{Series: "a", GUID: one.GUID}})
	if left[0].Seq <= rows[1].Seq {
		t.Errorf("number %d follows %d, want a higher one", left[0].Seq, rows[1].Seq)
	}

	e.save(t, store.Save{Story: edited(one, "newer still")})
	bury(t, e, one.GUID)
	equal(t, "many changes of one story", values(value(e.Pending(ctx, 0))(t)), []store.PendingRow{{Series: "a", GUID: one.GUID, Delete: true}})
	equal(t, "stories that wait beside one that goes", value(e.Waiting(ctx))(t), 0)
	drain(t, e)
	must(t, e.DonePending(ctx, []int64{1, 2, 3}))
	must(t, e.DonePending(ctx, nil))
	if n := value(e.Stats(ctx))(t).Pending; n != 0 {
		t.Errorf("%d changes wait, want none", n)
	}
}

func testManifest(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	equal(t, "of nothing", value(e.Manifest(ctx))(t), feed.Manifest{})
	one, two := e.save(t, store.Save{Story: story("a", 1)}), e.save(t, store.Save{Story: story("a", 2)})
	equal(t, "of two stories", value(e.Manifest(ctx))(t), manifest(one, two))
	one = e.save(t, store.Save{Story: edited(one, "other text")})
	bury(t, e, two.GUID)
	equal(t, "after an edit and a removal", value(e.Manifest(ctx))(t), manifest(one))
	st := value(e.Stats(ctx))(t)
	if st.Bytes <= 0 || st.Pending != 2 {
		t.Errorf("Stats = %+v; want some bytes, 2 pending", st)
	}
}

func testPages(t *testing.T, e *env) {
	ctx := t.Context()
	const url = "https://a.example/"
	e.series(t, "a")
	_, err := e.Page(ctx, "a", url)
	wantError(t, "Page of an unknown URL", err, feed.ErrNotFound)
	p := store.Page{Series: "a", URL: url, ETag: `W/"a\"b "`, LastModified: "  yesterday, said the server", FinalURL: url + "x", Fetched: start}
	must(t, e.SavePage(ctx, p))
	equal(t, "a page", value(e.Page(ctx, "a", url))(t), p)
	p.ETag, p.Fetched = "", start.Add(time.Hour)
	must(t, e.SavePage(ctx, p))
	equal(t, "a page that changed", value(e.Page(ctx, "a", url))(t), p)
	p.Fetched = p.Fetched.Add(24 * time.Hour)
	must(t, e.SavePage(ctx, p))
	equal(t, "a page that was the same a day later", value(e.Page(ctx, "a", url))(t), p)
	_, err = e.Page(ctx, "a", url+"?")
	wantError(t, "Page of another URL", err, feed.ErrNotFound)
}

func testRobots(t *testing.T, e *env) {
	ctx := t.Context()
	const origin = "https://a.example:443"
	_, _, _, err := e.Robots(ctx, origin)
	wantError(t, "Robots of an unknown origin", err, feed.ErrNotFound)
	for _, want := range []struct {
		body   []byte
		status int
	}{{[]byte("User-agent: *\xff\x00"), 200}, {nil, 404}} {
		must(t, e.SaveRobots(ctx, origin, want.status, want.body))
		body, status, fetched, err := e.Robots(ctx, origin)
		must(t, err)
		if string(body) != string(want.body) || status != want.status || !fetched.Equal(e.clock.now()) {
			t.Errorf("Robots = %q, %d, %v; want %q, %d, %v", body, status, fetched, want.body, want.status, e.clock.now())
		}
		e.clock.move(time.Hour)
	}
}

func testDocuments(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	atom := feed.Document{
		Path: "/s/a/feed.atom", Series: "a", Format: feed.Atom, Body: []byte("<feed/>\x00\xff"), Gzip: []byte{0x1f, 0x8b}, ETag: `"1"`,
		Modified: start, Version: 7, Fingerprint: "f",
	}
	rss := feed.Document{Path: "/s/a/feed.rss", Series: "a", Format: feed.RSS, Body: []byte("<rss/>"), Gzip: []byte{1}, ETag: `"2"`}
	kept := func(what string, want ...feed.Document) {
		t.Helper()
		var heads []feed.Document
		for _, d := range want {
			equal(t, what, value(e.Document(ctx, d.Path))(t), d)
			d.Body, d.Gzip = nil, nil
			heads = append(heads, d)
		}
		equal(t, what+", without their bytes", value(e.Documents(ctx))(t), heads)
	}
	must(t, e.SaveDocuments(ctx, []feed.Document{rss, atom}))
	kept("documents", atom, rss)
	atom.Body, atom.ETag, atom.Version = []byte("<feed>2</feed>"), `"3"`, 8
	must(t, e.SaveDocuments(ctx, []feed.Document{atom}))
	kept("documents after a change", atom, rss)
	must(t, e.DropDocuments(ctx, []string{rss.Path, "/s/a/never"}))
	kept("documents but one", atom)
	if _, err := e.Document(ctx, rss.Path); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("the dropped document: error %v, want %v", err, feed.ErrNotFound)
	}
}

func testArchives(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	var stories []feed.Story
	for n := range 4 {
		stories = append(stories, e.save(t, store.Save{Story: story("a", n+1)}))
	}
	first := []feed.Document{{Path: "/s/a/archive/1.atom", Series: "a", Format: feed.Atom, Body: []byte("1"), Gzip: []byte("z"), ETag: `"1"`, Modified: start}}
	must(t, e.SealArchive(ctx, "a", 1, []feed.Story{stories[1], stories[0]}, first))
	must(t, e.SealArchive(ctx, "a", 2, []feed.Story{stories[2]}, nil))
	e.save(t, store.Save{Story: edited(story("a", 1), "Another text.")})
	want := []store.Archived{{GUID: stories[1].GUID, Number: 1, Revision: 1}, {GUID: stories[0].GUID, Number: 1, Revision: 1}, {GUID: stories[2].GUID, Number: 2, Revision: 1}}
	equal(t, "archives", value(e.Archived(ctx, "a"))(t), want)
	equal(t, "the document of an archive", value(e.Document(ctx, first[0].Path))(t), first[0])
	if err := e.SealArchive(ctx, "a", 3, []feed.Story{stories[3], stories[0]}, []feed.Document{{Path: "/s/a/archive/3.atom"}}); err == nil {
		t.Error("a story was sealed twice")
	}
	if err := e.SealArchive(ctx, "a", 3, []feed.Story{stories[2]}, nil); err == nil {
		t.Error("a story that was not edited was sealed twice")
	}
	equal(t, "archives after a failure", value(e.Archived(ctx, "a"))(t), want)
	equal(t, "documents after a failure", len(value(e.Documents(ctx))(t)), 1)
	again := value(e.Story(ctx, stories[0].GUID))(t)
	must(t, e.SealArchive(ctx, "a", 3, []feed.Story{again}, nil))
	equal(t, "archives after an edited story was sealed anew", value(e.Archived(ctx, "a"))(t),
		[]store.Archived{want[0], want[2], {GUID: again.GUID, Number: 3, Revision: 2}})
	equal(t, "archives of another series", len(value(e.Archived(ctx, "b"))(t)), 0)
}

func testUnchanged(t *testing.T, e *env) {
	ctx := t.Context()
	list := []feed.Series{configured("a"), configured("b")}
	must(t, e.SyncSeries(ctx, list))
	links := []store.Link{{URL: story("a", 1).Permalink, Anchor: "One", Modified: start}, {URL: "https://a.example/2/", Position: 1}}
	must(t, e.SaveLinks(ctx, "a", links))
	save := store.Save{Story: story("a", 1), Aliases: []string{"https://a.example/?p=1"}, LinkKey: feed.URLKey(links[0].URL)}
	st := e.save(t, save)
	page := store.Page{Series: "a", URL: "https://a.example/", ETag: `"1"`, Fetched: start}
	must(t, e.SavePage(ctx, page))
	found := store.SeriesPage{Title: "Found", Description: "D", HomeURL: "https://a.example/"}
	must(t, e.SetSeriesPage(ctx, "a", found))
	must(t, e.SetSource(ctx, "a", feed.Source{URL: list[0].Sources[0].URL, Kind: feed.SourceHub, Complete: true}))
	documents := []feed.Document{{Path: "/s/a/feed.atom", Series: "a", Body: []byte("x"), ETag: `"1"`, Modified: start}}
	must(t, e.SaveDocuments(ctx, documents))
	must(t, e.SetLinkState(ctx, "a", save.LinkKey, store.LinkSaved, "", st.GUID))
	reserved := feed.URLKey(links[1].URL)
	value(e.ReservePart(ctx, "a", reserved))(t)
	must(t, e.DelayHost(ctx, "a.example:443", start.Add(time.Hour)))

	e.clock.move(time.Hour)
	for what, do := range map[string]func() error{
		"SyncSeries":    func() error { return e.SyncSeries(ctx, list) },
		"SaveLinks":     func() error { return e.SaveLinks(ctx, "a", links) },
		"SaveStory":     func() error { _, err := e.SaveStory(ctx, save); return err },
		"AddAlias":      func() error { return e.AddAlias(ctx, "a", st.GUID, "http://a.example/?p=1") },
		"SetLinkState":  func() error { return e.SetLinkState(ctx, "a", save.LinkKey, store.LinkSaved, "", "") },
		"ReservePart":   func() error { _, err := e.ReservePart(ctx, "a", reserved); return err },
		"ClearMissing":  func() error { return e.ClearMissing(ctx, "a", st.GUID) },
		"SetSeriesPage": func() error { return e.SetSeriesPage(ctx, "a", found) },
		"SetSource": func() error {
			return e.SetSource(ctx, "a", feed.Source{URL: list[0].Sources[0].URL, Kind: feed.SourceHub, Complete: true})
		},
		"SaveDocuments": func() error { return e.SaveDocuments(ctx, documents) },
		"DonePending":   func() error { return e.DonePending(ctx, []int64{999}) },
		"ClearLeases":   func() error { return e.ClearLeases(ctx) },
		"SavePage": func() error {
			page.Fetched = e.clock.now()
			return e.SavePage(ctx, page)
		},
		"DelayHost, sooner": func() error { return e.DelayHost(ctx, "a.example:443", start.Add(time.Minute)) },
	} {
		e.quiet(t, what, do)
	}
	if sr := value(e.SeriesBySlug(ctx, "a"))(t); sr.Version != 2 || !sr.Updated.Equal(start) {
		t.Errorf("version %d updated %v, want 2 and %v as before", sr.Version, sr.Updated, start)
	}
}

func testCancelled(t *testing.T, e *env) {
	e.series(t, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.SaveStory(ctx, store.Save{Story: story("a", 1)})
	wantError(t, "SaveStory with a cancelled context", err, context.Canceled)
	part := 0
	for n := range 40 { // at any moment of the transaction
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*25*time.Microsecond)
		st, err := e.SaveStory(ctx, store.Save{Story: story("a", n)})
		cancel()
		_, readErr := e.StoryIn(t.Context(), "a", story("a", n).GUID)
		switch {
		case err == nil && (readErr != nil || st.Part != part+1):
			t.Errorf("a saved story has part %d (%v), want %d", st.Part, readErr, part+1)
		case err != nil:
			wantError(t, "a story whose saving was cancelled", readErr, feed.ErrNotFound)
			continue
		}
		part++
	}
	if got := e.save(t, store.Save{Story: story("a", 99)}).Part; got != part+1 {
		t.Errorf("the next story has part %d, want %d", got, part+1)
	}
}

func testParallel(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				if _, err := e.SaveStory(ctx, store.Save{Story: story("a", w*each+n)}); err != nil {
					t.Error(err)
				}
				stories, total, err := e.Stories(ctx, "a", store.StoryQuery{Limit: 3, WithoutBody: n%2 == 0})
				if err != nil || len(stories) != min(3, total) {
					t.Errorf("%d stories of %d, %v; want the first 3", len(stories), total, err)
				}
			}
		})
	}
	wg.Wait()
	stories, _, err := e.Stories(ctx, "a", store.StoryQuery{Order: store.OrderReading, WithoutBody: true})
	must(t, err)
	for i, st := range stories {
		if st.Part != i+1 {
			t.Fatalf("part %d stands at place %d", st.Part, i+1)
		}
	}
	if sr := value(e.SeriesBySlug(ctx, "a"))(t); sr.Stories != writers*each || sr.Version != writers*each {
		t.Errorf("%d stories, version %d; want %d of both", sr.Stories, sr.Version, writers*each)
	}
}

// drain returns all changes that wait for the index and removes them.
func drain(t *testing.T, e *env) []store.PendingRow {
	t.Helper()
	rows := value(e.Pending(t.Context(), 0))(t)
	must(t, e.DonePending(t.Context(), seqs(rows)))
	return rows
}

func seqs(rows []store.PendingRow) []int64 {
	var all []int64
	for _, r := range rows {
		all = append(all, r.Seq)
	}
	return all
}

// values are the rows without their numbers.
func values(rows []store.PendingRow) []store.PendingRow {
	var all []store.PendingRow
	for _, r := range rows {
		r.Seq = 0
		all = append(all, r)
	}
	return all
}

func manifest(stories ...feed.Story) feed.Manifest {
	var m feed.Manifest
	for _, st := range stories {
		m.Add(st.Series, st.GUID, st.Hash)
	}
	return m
}

// name numbers an owner.
func name(n int) string { return fmt.Sprintf("worker %d", n) }
