package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testNewStory(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	want := story("a", 1)
	want.Updated = feed.Date{Time: start.AddDate(0, 0, -1), Precision: feed.PrecisionSecond, Source: "json-ld"}
	got := e.save(t, store.Save{Story: want, Aliases: []string{"https://a.example/?p=1"}})
	want.Part, want.Revision = 1, 1
	equal(t, "what SaveStory returns", got, want)
	for name, read := range map[string]func() (feed.Story, error){
		"Story":       func() (feed.Story, error) { return e.Story(ctx, want.GUID) },
		"StoryIn":     func() (feed.Story, error) { return e.StoryIn(ctx, "a", want.GUID) },
		"StoryByPart": func() (feed.Story, error) { return e.StoryByPart(ctx, "a", 1) },
		"StoryByURL":  func() (feed.Story, error) { return e.StoryByURL(ctx, "a", "http://www.a.example/?p=1&utm_source=x") },
		"StoryByHash": func() (feed.Story, error) { return e.StoryByHash(ctx, "a", want.Hash) },
	} {
		equal(t, name, value(read())(t), want)
	}
	sr := value(e.SeriesBySlug(ctx, "a"))(t)
	if sr.Stories != 1 || sr.Version != 1 || !sr.Updated.Equal(start) {
		t.Errorf("series has %d stories, version %d, updated %v; want 1, 1, %v", sr.Stories, sr.Version, sr.Updated, start)
	}
	equal(t, "revisions", value(e.Revisions(ctx, "a", want.GUID))(t),
		[]store.Revision{{Number: 1, Title: want.Title, Text: want.Text, HTML: want.HTML, Hash: want.Hash, Saved: start, Size: len(want.Text)}})

	for name, read := range map[string]func() (feed.Story, error){
		"Story":       func() (feed.Story, error) { return e.Story(ctx, "urn:uuid:0") },
		"StoryIn":     func() (feed.Story, error) { return e.StoryIn(ctx, "b", want.GUID) },
		"StoryByPart": func() (feed.Story, error) { return e.StoryByPart(ctx, "a", 2) },
		"StoryByURL":  func() (feed.Story, error) { return e.StoryByURL(ctx, "a", "https://a.example/?p=2") },
		"StoryByHash": func() (feed.Story, error) { return e.StoryByHash(ctx, "a", "") },
	} {
		_, err := read()
		wantError(t, name+" of none", err, feed.ErrNotFound)
	}
}

func testBareStory(t *testing.T, e *env) {
	e.series(t, "a")
	got := e.save(t, store.Save{Story: feed.Story{Series: "a", GUID: "urn:uuid:1", Permalink: "https://a.example/", Title: "T", Authors: []string{}}})
	want := feed.Story{
		Series: "a", GUID: "urn:uuid:1", Part: 1, Permalink: "https://a.example/", CanonicalURL: "https://a.example/", Title: "T",
		Fetched: start, Hash: feed.ContentHash("T", ""), Revision: 1,
	}
	equal(t, "what SaveStory returns", got, want)
	equal(t, "what is stored", value(e.StoryIn(t.Context(), "a", "urn:uuid:1"))(t), want)

	odd := story("a", 2)
	odd.Text = strings.Repeat("x", 1<<20)
	odd.Authors, odd.Tags = []string{"Ada\x00\xff", " "}, []string{"\u0092s"}
	odd.Published.Time = time.Date(1969, 7, 20, 20, 17, 40, 987, time.FixedZone("", -5*3600))
	got = e.save(t, store.Save{Story: odd})
	if want := time.Date(1969, 7, 21, 1, 17, 40, 0, time.UTC); got.Published.Time != want {
		t.Errorf("published %v, want %v, in UTC and whole seconds", got.Published.Time, want)
	}
	equal(t, "odd names", [][]string{got.Authors, got.Tags}, [][]string{{"Ada"}, {"’s"}})
	e.quiet(t, "an odd story, again", func() error { _, err := e.SaveStory(t.Context(), store.Save{Story: odd}); return err })
	equal(t, "an odd story", value(e.StoryIn(t.Context(), "a", odd.GUID))(t), got)
}

func testRefused(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	for name, spoil := range map[string]func(*feed.Story){
		"no title":     func(s *feed.Story) { s.Title = "" },
		"no GUID":      func(s *feed.Story) { s.GUID = "" },
		"no permalink": func(s *feed.Story) { s.Permalink = "" },
		"no series":    func(s *feed.Story) { s.Series = "" },
	} {
		st := story("a", 1)
		spoil(&st)
		if _, err := e.SaveStory(ctx, store.Save{Story: st}); err == nil {
			t.Errorf("a story with %s is saved, want an error", name)
		}
	}
	_, err := e.SaveStory(ctx, store.Save{Story: story("unknown", 1)})
	wantError(t, "SaveStory into an unknown series", err, feed.ErrNotFound)
	if n := value(e.Stats(ctx))(t).Pending; n != 0 {
		t.Errorf("%d changes wait for the index, want none", n)
	}
	if got := e.save(t, store.Save{Story: story("a", 1)}).Part; got != 1 {
		t.Errorf("after refused stories the first one has part %d, want 1", got)
	}
}

func testEditedStory(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	first := e.save(t, store.Save{Story: story("a", 1)})
	drain(t, e)
	e.clock.move(time.Hour)

	change := edited(story("a", 1), "Better words.")
	change.Title, change.Permalink = "A better title", "https://a.example/moved/"
	change.Hash = feed.ContentHash(change.Title, change.Text)
	change.Part, change.Fetched, change.Revision = 99, e.clock.now(), 7 // not the caller's to say
	change.Updated = feed.Date{Time: e.clock.now(), Precision: feed.PrecisionSecond, Source: "hash"}
	got := e.save(t, store.Save{Story: change})

	want := change
	want.Part, want.Fetched, want.Revision = first.Part, first.Fetched, 2
	equal(t, "what SaveStory returns", got, want)
	equal(t, "what is stored", value(e.StoryByURL(ctx, "a", "https://a.example/moved"))(t), want)
	equal(t, "under the old address", value(e.StoryByURL(ctx, "a", first.Permalink))(t), want)
	revisions := []store.Revision{
		{Number: 1, Title: first.Title, Text: first.Text, HTML: first.HTML, Hash: first.Hash, Saved: start, Size: len(first.Text)},
		{Number: 2, Title: want.Title, Text: want.Text, HTML: want.HTML, Hash: want.Hash, Saved: start.Add(time.Hour), Size: len(want.Text)},
	}
	equal(t, "revisions", value(e.Revisions(ctx, "a", first.GUID))(t), revisions)
	equal(t, "the second revision", value(e.Revision(ctx, "a", first.GUID, 2))(t), revisions[1])
	_, err := e.Revision(ctx, "a", first.GUID, 3)
	wantError(t, "a revision that there never was", err, feed.ErrNotFound)
	for i := range revisions {
		revisions[i].Text, revisions[i].HTML = "", ""
	}
	equal(t, "list of revisions", value(e.RevisionList(ctx, "a", first.GUID))(t), revisions)
	equal(t, "changes for the index", values(drain(t, e)), []store.PendingRow{{Series: "a", GUID: first.GUID}})
	sr := value(e.SeriesBySlug(ctx, "a"))(t)
	if sr.Version != 2 || !sr.Updated.Equal(start.Add(time.Hour)) {
		t.Errorf("series has version %d updated %v, want 2 and %v", sr.Version, sr.Updated, start.Add(time.Hour))
	}

	// Back to the first text: one more revision, as it is one more change.
	if got := e.save(t, store.Save{Story: story("a", 1)}); got.Revision != 3 || got.Text != first.Text || got.Updated.IsZero() {
		t.Errorf("a reverted story has revision %d, text %q, updated %v; want 3, the first text, the known date", got.Revision, got.Text, got.Updated)
	}
}

func testFrozenDates(t *testing.T, e *env) {
	e.series(t, "a")
	unknown := story("a", 1)
	unknown.Published = feed.Date{}
	e.save(t, store.Save{Story: unknown})
	known := story("a", 1)
	if got := e.save(t, store.Save{Story: known}); got.Published != known.Published {
		t.Errorf("a date found later is %v, want %v", got.Published, known.Published)
	}
	later := known
	later.Published = feed.Date{Time: known.Published.Time.Add(3 * time.Hour), Precision: feed.PrecisionSecond, Source: "json-ld"}
	later.Fetched = start.Add(time.Hour)
	for name, st := range map[string]feed.Story{"another": later, "no": unknown} {
		e.quiet(t, "a page with "+name+" date", func() error {
			got, err := e.SaveStory(t.Context(), store.Save{Story: st})
			if got.Published != known.Published || !got.Fetched.Equal(start) {
				t.Errorf("after a page with %s date: published %v, fetched %v; want %v and %v", name, got.Published, got.Fetched, known.Published, start)
			}
			return err
		})
	}
}

func testMarkup(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	e.save(t, store.Save{Story: story("a", 1)})
	change := story("a", 1)
	change.HTML = "<p>The <em>text</em> of story 1.</p>"
	got := e.save(t, store.Save{Story: change})
	if got.Revision != 1 || got.HTML != change.HTML {
		t.Errorf("after a change of markup: revision %d, HTML %q; want 1, %q", got.Revision, got.HTML, change.HTML)
	}
	equal(t, "what is stored", value(e.StoryIn(ctx, "a", got.GUID))(t), got)
	if revisions := value(e.Revisions(ctx, "a", got.GUID))(t); len(revisions) != 1 {
		t.Errorf("%d revisions, want 1", len(revisions))
	}
	if sr := value(e.SeriesBySlug(ctx, "a"))(t); sr.Version != 2 {
		t.Errorf("version %d, want 2: the feed shows the new markup", sr.Version)
	}
}

func testManyRevisions(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	var last feed.Story
	for n := range 130 {
		last = e.save(t, store.Save{Story: edited(story("a", 1), fmt.Sprintf("Seen %d times.", n))})
	}
	revisions := value(e.Revisions(ctx, "a", last.GUID))(t)
	if n := len(revisions); n != 100 || revisions[0].Number != 1 || revisions[n-1].Number != 130 || last.Revision != 130 {
		t.Errorf("%d revisions, the first is %d, the last %d of %d; want 100, 1, 130 of 130",
			n, revisions[0].Number, revisions[n-1].Number, last.Revision)
	}
	equal(t, "the story now", value(e.StoryIn(ctx, "a", last.GUID))(t), last)
}

func testParts(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	var parts []int
	part := func(n, wish int) {
		st := story("a", n)
		st.Part = wish
		parts = append(parts, e.save(t, store.Save{Story: st}).Part)
	}
	part(1, 0)
	part(2, 0)
	bury(t, e, story("a", 2).GUID)
	part(3, 0)  // not 2, which a tombstone has
	part(4, 10) // as the page counts
	part(5, 3)  // taken
	part(6, 5)  // below the highest: may once have been given
	part(7, -4)
	equal(t, "parts", parts, []int{1, 2, 3, 10, 11, 12, 13})
	if got := value(e.StoryByPart(ctx, "a", 2))(t); got.Gone.IsZero() {
		t.Errorf("part 2 is %q, want the tombstone", got.Title)
	}
}

func testTwoSeries(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "b", "a")
	st := story("a", 1)
	inA := e.save(t, store.Save{Story: st})
	st.Series = "b"
	inB := e.save(t, store.Save{Story: edited(st, "As b reads it.")})
	equal(t, "Story", value(e.Story(ctx, st.GUID))(t), inB) // b is configured first
	equal(t, "StoryIn a", value(e.StoryIn(ctx, "a", st.GUID))(t), inA)
	equal(t, "StoryIn b", value(e.StoryIn(ctx, "b", st.GUID))(t), inB)
}

func testAliases(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	one, two := story("a", 1), story("a", 2)
	two.CanonicalURL = one.Permalink // hijacks, or a mistake of the page
	e.save(t, store.Save{Story: one, Aliases: []string{"https://a.example/?p=1", ""}})
	e.save(t, store.Save{Story: two, Aliases: []string{"https://a.example/?p=1", "https://a.example/?p=2"}})
	must(t, e.AddAlias(ctx, "a", one.GUID, "https://a.example/amp/1"))
	must(t, e.AddAlias(ctx, "a", two.GUID, "https://a.example/amp/1"))
	wantError(t, "AddAlias to an unknown story", e.AddAlias(ctx, "a", "urn:uuid:0", "https://a.example/x"), feed.ErrNotFound)
	for url, want := range map[string]string{
		one.Permalink:             one.GUID,
		two.Permalink:             two.GUID,
		"https://a.example/?p=1":  one.GUID,
		"http://a.example?p=2#c":  two.GUID,
		"https://a.example/amp/1": one.GUID,
	} {
		if got := value(e.StoryByURL(ctx, "a", url))(t); got.GUID != want {
			t.Errorf("StoryByURL(%s) = %s, want %s", url, got.GUID, want)
		}
	}
}

func testBounds(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	st := e.save(t, store.Save{Story: story("a", 1)})
	var links []store.Link
	for n := range 300 {
		u := fmt.Sprintf("https://a.example/story-1/?visit=%d", n)
		must(t, e.AddAlias(ctx, "a", st.GUID, u))
	}
	value(e.StoryByURL(ctx, "a", "https://a.example/story-1/?visit=100"))(t)
	_, err := e.StoryByURL(ctx, "a", "https://a.example/story-1/?visit=299")
	wantError(t, "the 300th made-up address", err, feed.ErrNotFound)
	moved := story("a", 1)
	moved.Permalink = "https://a.example/elsewhere/"
	e.save(t, store.Save{Story: moved})
	value(e.StoryByURL(ctx, "a", moved.Permalink))(t)

	for n := range 20_010 {
		links = append(links, store.Link{URL: fmt.Sprintf("https://a.example/?visit=%d", n), Position: n})
	}
	must(t, e.SaveLinks(ctx, "a", links[:5]))
	must(t, e.SetLinkState(ctx, "a", feed.URLKey(links[0].URL), store.LinkSaved, "", st.GUID))
	value(e.ReservePart(ctx, "a", feed.URLKey(links[1].URL)))(t)
	must(t, e.SaveLinks(ctx, "a", links[5:]))
	kept := value(e.Links(ctx, "a"))(t)
	if len(kept) != 20_007 || kept[0].State != store.LinkSaved || kept[1].Part != 2 {
		t.Errorf("%d links are kept, the first %+v and %+v; want those just given and the two that matter", len(kept), kept[0], kept[1])
	}
}

func testByHash(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	one := e.save(t, store.Save{Story: story("a", 1)})
	twin := story("a", 2)
	twin.Title, twin.Text, twin.Hash = one.Title, one.Text, one.Hash
	twin = e.save(t, store.Save{Story: twin})
	equal(t, "the first of two", value(e.StoryByHash(ctx, "a", one.Hash))(t), one)
	bury(t, e, one.GUID)
	equal(t, "the one that is there", value(e.StoryByHash(ctx, "a", one.Hash))(t), twin)
}
