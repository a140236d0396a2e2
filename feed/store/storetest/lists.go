package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testStories(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	// Published in the order 3, 1, 2; 4 is unknown and counts as fetched,
	// after them; 5 has the date of 2.
	for n, day := range []int{20, 30, 10, 0, 30} {
		st := story("a", n+1)
		st.Published.Time = start.AddDate(0, 0, day-100)
		if day == 0 {
			st.Published = feed.Date{}
		}
		e.save(t, store.Save{Story: st})
	}
	e.save(t, store.Save{Story: story("b", 1)})
	bury(t, e, story("a", 1).GUID)

	for _, tc := range []struct {
		name  string
		q     store.StoryQuery
		want  []int
		total int
	}{
		{"newest first", store.StoryQuery{}, []int{4, 5, 2, 3}, 4},
		{"reading order", store.StoryQuery{Order: store.OrderReading}, []int{2, 3, 4, 5}, 4},
		{"with those that are gone", store.StoryQuery{WithGone: true}, []int{4, 5, 2, 1, 3}, 5},
		{"a page of them", store.StoryQuery{Offset: 1, Limit: 2}, []int{5, 2}, 4},
		{"from an offset on", store.StoryQuery{Order: store.OrderReading, Offset: 3}, []int{5}, 4},
		{"beyond the end", store.StoryQuery{Offset: 9, Limit: 2}, nil, 4},
		{"nonsense is bounded", store.StoryQuery{Order: store.OrderReading, Offset: -1, Limit: -1}, []int{2, 3, 4, 5}, 4},
	} {
		stories, total, err := e.Stories(ctx, "a", tc.q)
		must(t, err)
		var parts []int
		for _, st := range stories {
			parts = append(parts, st.Part)
		}
		if !slices.Equal(parts, tc.want) || total != tc.total {
			t.Errorf("%s: parts %v of %d, want %v of %d", tc.name, parts, total, tc.want, tc.total)
		}
	}

	whole, _, err := e.Stories(ctx, "a", store.StoryQuery{Limit: 1})
	must(t, err)
	short, _, err := e.Stories(ctx, "a", store.StoryQuery{Limit: 1, WithoutBody: true})
	must(t, err)
	if whole[0].HTML == "" || whole[0].Text == "" {
		t.Error("a story of a list has no body")
	}
	whole[0].HTML, whole[0].Text = "", ""
	equal(t, "a story without its body", short[0], whole[0])
	none, total, err := e.Stories(ctx, "unknown", store.StoryQuery{})
	if len(none) != 0 || total != 0 || err != nil {
		t.Errorf("stories of an unknown series: %d of %d, %v; want none and no error", len(none), total, err)
	}
}

func testNeighbours(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	for n := range 5 {
		e.save(t, store.Save{Story: story("a", n+1)})
	}
	e.save(t, store.Save{Story: story("b", 1)})
	bury(t, e, story("a", 2).GUID)
	bury(t, e, story("a", 5).GUID)
	for part, want := range map[int][2]int{1: {0, 3}, 2: {1, 3}, 3: {1, 4}, 4: {3, 0}, 9: {4, 0}} {
		prev, next, err := e.Neighbours(ctx, "a", part)
		must(t, err)
		var got [2]int
		for i, st := range []*feed.Story{prev, next} {
			if st != nil {
				got[i] = st.Part
				if st.Text != "" || st.Title == "" {
					t.Errorf("a neighbour has title %q and text %q, want a title and no text", st.Title, st.Text)
				}
			}
		}
		if got != want {
			t.Errorf("neighbours of part %d = %v, want %v (0: none)", part, got, want)
		}
	}
}

func testEach(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b", "retired")
	var want []string
	for _, slug := range []string{"a", "b", "retired"} {
		for n := range 130 { // more than a batch
			st := e.save(t, store.Save{Story: story(slug, n+1)})
			if slug != "retired" && n != 70 {
				want = append(want, st.Series+" "+st.GUID)
			}
		}
	}
	bury(t, e, story("a", 71).GUID)
	buryIn(t, e, "b", story("b", 71).GUID)
	e.series(t, "b", "a")

	var got []string
	must(t, e.Each(ctx, func(st feed.Story) error {
		if st.Text == "" {
			t.Errorf("%s has no text", st.GUID)
		}
		got = append(got, st.Series+" "+st.GUID)
		return nil
	}))
	equal(t, "all stories", got, want)

	stop := errors.New("stop")
	calls := 0
	err := e.Each(ctx, func(st feed.Story) error {
		calls++
		_, err := e.SaveStory(ctx, store.Save{Story: edited(st, "changed while reading")})
		must(t, err)
		return stop
	})
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("Each with a callback that fails: %v after %d calls, want its error after 1", err, calls)
	}
}

func testMissing(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	st := e.save(t, store.Save{Story: story("a", 1)})
	drain(t, e)
	miss := func(want bool) {
		t.Helper()
		if gone := value(e.MarkMissing(ctx, "a", st.GUID, 24*time.Hour))(t); gone != want {
			t.Errorf("at %v MarkMissing = %v, want %v", e.clock.now(), gone, want)
		}
	}
	_, err := e.MarkMissing(ctx, "a", "urn:uuid:0", time.Hour)
	wantError(t, "MarkMissing of an unknown story", err, feed.ErrNotFound)
	wantError(t, "ClearMissing of an unknown story", e.ClearMissing(ctx, "a", "urn:uuid:0"), feed.ErrNotFound)

	miss(false)
	e.clock.move(23 * time.Hour)
	miss(false)
	must(t, e.ClearMissing(ctx, "a", st.GUID))
	e.clock.move(2 * time.Hour)
	miss(false) // the count starts anew
	if got := value(e.StoryIn(ctx, "a", st.GUID))(t); !got.Missing.Equal(e.clock.now()) || !got.Gone.IsZero() {
		t.Errorf("missing %v, gone %v; want %v and never", got.Missing, got.Gone, e.clock.now())
	}
	if n := value(e.Stats(ctx))(t).Pending; n != 0 {
		t.Errorf("a story that is only missing queues %d changes for the index, want none", n)
	}
	e.clock.move(24 * time.Hour)
	miss(true)
	miss(true)
	must(t, e.ClearMissing(ctx, "a", st.GUID))
	got := value(e.StoryIn(ctx, "a", st.GUID))(t)
	if !got.Gone.Equal(e.clock.now()) || got.Text != st.Text || got.Part != st.Part {
		t.Errorf("tombstone: gone %v, text %q, part %d; want %v, the text, %d", got.Gone, got.Text, got.Part, e.clock.now(), st.Part)
	}
	equal(t, "changes for the index", values(drain(t, e)), []store.PendingRow{{Series: "a", GUID: st.GUID, Delete: true}})
	if sr := value(e.SeriesBySlug(ctx, "a"))(t); sr.Stories != 0 || sr.Version != 2 {
		t.Errorf("series has %d stories and version %d, want 0 and 2", sr.Stories, sr.Version)
	}

	// The clock was ten years ahead when a story was first missed.
	other := e.save(t, store.Save{Story: story("a", 2)})
	e.clock.move(87600 * time.Hour)
	value(e.MarkMissing(ctx, "a", other.GUID, 24*time.Hour))(t)
	e.clock.move(-87600 * time.Hour)
	st = other
	miss(false)
	e.clock.move(24 * time.Hour)
	miss(true)
}

func testComeback(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	st := e.save(t, store.Save{Story: story("a", 1)})
	bury(t, e, st.GUID)
	drain(t, e)
	equal(t, "a story that came back", e.save(t, store.Save{Story: story("a", 1)}), st)
	equal(t, "what is stored", value(e.StoryIn(ctx, "a", st.GUID))(t), st)
	equal(t, "changes for the index", values(drain(t, e)), []store.PendingRow{{Series: "a", GUID: st.GUID}})

	value(e.MarkMissing(ctx, "a", st.GUID, time.Hour))(t)
	version := value(e.SeriesBySlug(ctx, "a"))(t).Version
	if got := e.save(t, store.Save{Story: story("a", 1)}); !got.Missing.IsZero() {
		t.Errorf("a saved story is missing since %v, want never", got.Missing)
	}
	if sr := value(e.SeriesBySlug(ctx, "a"))(t); sr.Version != version || value(e.Stats(ctx))(t).Pending != 0 {
		t.Error("a story that answers again is a change, want none: readers see no difference")
	}
}

// bury makes a story of series a a tombstone.
func bury(t *testing.T, e *env, guid string) {
	t.Helper()
	buryIn(t, e, "a", guid)
}

func buryIn(t *testing.T, e *env, slug, guid string) {
	t.Helper()
	value(e.MarkMissing(t.Context(), slug, guid, 0))(t)
	if gone := value(e.MarkMissing(t.Context(), slug, guid, 0))(t); !gone {
		t.Fatalf("story %s is not gone after two misses", guid)
	}
}
