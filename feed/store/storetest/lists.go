package storetest

import (
	"errors"
	"slices"
	"strings"
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

// A story without a date that was there all along is no news: it stands where
// the series has it, and never above what is dated later.
func testUndated(t *testing.T, e *env) {
	ctx := t.Context()
	day := func(n int) feed.Date {
		return feed.Date{Time: start.AddDate(0, 0, n-100), Precision: feed.PrecisionDay, Source: "byline"}
	}
	guess := day(99)
	guess.Source = feed.DateGuessed
	for _, tc := range []struct {
		name  string
		dates []feed.Date // by part; zero: unknown
		news  int         // how many of the last are not old
		want  []int
	}{
		{"between its neighbours", []feed.Date{day(1), day(2), {}, day(3), day(4)}, 0, []int{5, 4, 3, 2, 1}},
		{"a guess is no date", []feed.Date{day(1), guess, day(3)}, 0, []int{3, 2, 1}},
		{"several in a row, in their order", []feed.Date{day(1), {}, guess, {}, day(5)}, 0, []int{5, 4, 3, 2, 1}},
		{"before all dated ones", []feed.Date{{}, {}, day(3), day(4)}, 0, []int{4, 3, 2, 1}},
		{"after all dated ones", []feed.Date{day(1), day(2), {}, {}}, 0, []int{4, 3, 2, 1}},
		{"all of them", []feed.Date{{}, {}, {}}, 0, []int{3, 2, 1}},
		{"parts that fall", []feed.Date{day(5), day(4), {}, day(2), day(1)}, 0, []int{1, 2, 4, 3, 5}},
		{"behind a neighbour that stands out", []feed.Date{day(1), day(50), {}, day(3), day(4)}, 0, []int{2, 5, 4, 3, 1}},
		{"a new one is on top", []feed.Date{day(1), {}, day(3), {}}, 1, []int{4, 3, 2, 1}},
		{"new ones are, the last first", []feed.Date{day(1), {}, guess, {}}, 2, []int{4, 3, 2, 1}},
		{"until one is dated later", []feed.Date{day(1), {}, day(3), {}, day(200)}, 2, []int{5, 4, 3, 2, 1}},
	} {
		slug := strings.ReplaceAll(strings.NewReplacer(",", "").Replace(tc.name), " ", "-")
		e.series(t, slug)
		for i, d := range tc.dates {
			st := story(slug, i+1)
			st.Published = d
			e.save(t, store.Save{Story: st, Old: i < len(tc.dates)-tc.news})
		}
		stories := value(listed(e.Stories(ctx, slug, store.StoryQuery{})))(t)
		if got := partsOf(stories); !slices.Equal(got, tc.want) {
			t.Errorf("%s: parts %v, newest first, want %v", tc.name, got, tc.want)
		}
		if n := len(stories); n > 0 && stories[n-1].Text == "" {
			t.Errorf("%s: a story has no text", tc.name)
		}
		page := value(listed(e.Stories(ctx, slug, store.StoryQuery{Offset: 1, Limit: 2, WithoutBody: true})))(t)
		if got := partsOf(page); !slices.Equal(got, tc.want[1:3]) {
			t.Errorf("%s: parts %v after the first, want %v", tc.name, got, tc.want[1:3])
		}
	}
}

// A story that could not be read when its turn was is no news when it can be:
// those after it are there already.
func testReadLate(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	late := store.Link{URL: story("a", 2).Permalink, Key: feed.URLKey(story("a", 2).Permalink)}
	must(t, e.SaveLinks(ctx, "a", []store.Link{late}))
	e.save(t, store.Save{Story: story("a", 1)})
	value(e.ReservePart(ctx, "a", late.Key))(t)
	e.save(t, store.Save{Story: story("a", 3)})
	e.clock.move(time.Hour)
	st := story("a", 2)
	st.Published, st.Fetched = feed.Date{}, time.Time{}
	e.save(t, store.Save{Story: st, LinkKey: late.Key})
	bury(t, e, story("a", 1).GUID)
	if got := partsOf(value(listed(e.Stories(ctx, "a", store.StoryQuery{})))(t)); !slices.Equal(got, []int{3, 2}) {
		t.Errorf("parts %v, newest first, want [3 2]", got)
	}
	if got := partsOf(value(listed(e.Stories(ctx, "a", store.StoryQuery{WithGone: true})))(t)); !slices.Equal(got, []int{3, 2, 1}) {
		t.Errorf("with the one that is gone: parts %v, newest first, want [3 2 1]", got)
	}
}

// Parts turn round whole, with those that wait for their stories.
func testReverseParts(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	waiting := store.Link{URL: story("a", 3).Permalink, Key: feed.URLKey(story("a", 3).Permalink)}
	other := store.Link{URL: story("a", 9).Permalink, Key: feed.URLKey(story("a", 9).Permalink), Position: 1}
	must(t, e.SaveLinks(ctx, "a", []store.Link{waiting, other}))
	for n := range 5 {
		if n == 2 {
			value(e.ReservePart(ctx, "a", waiting.Key))(t)
			continue
		}
		e.save(t, store.Save{Story: story("a", n+1)})
		e.save(t, store.Save{Story: story("b", n+1)})
	}
	bury(t, e, story("a", 2).GUID)
	before := value(e.SeriesBySlug(ctx, "a"))(t)
	must(t, e.ReverseParts(ctx, "a"))
	for n, want := range map[int]int{1: 5, 2: 4, 4: 2, 5: 1} {
		if got := value(e.StoryIn(ctx, "a", story("a", n).GUID))(t); got.Part != want {
			t.Errorf("story %d of 5 has part %d, want %d", n, got.Part, want)
		}
	}
	if after := value(e.SeriesBySlug(ctx, "a"))(t); after.Version == before.Version {
		t.Error("the series' version is as before, so that its feeds would not be published anew")
	}
	if got := e.save(t, store.Save{Story: story("a", 3), LinkKey: waiting.Key}); got.Part != 3 {
		t.Errorf("the story that was waited for has part %d, want 3, in the middle", got.Part)
	}
	if got := e.save(t, store.Save{Story: story("a", 9), LinkKey: other.Key}); got.Part != 6 {
		t.Errorf("the next story has part %d, want 6", got.Part)
	}
	if got := value(e.StoryIn(ctx, "b", story("b", 1).GUID))(t); got.Part != 1 {
		t.Errorf("the first story of another series has part %d, want 1", got.Part)
	}
	wantError(t, "ReverseParts of an unknown series", e.ReverseParts(ctx, "unknown"), feed.ErrNotFound)
}

// listed drops the count.
func listed(stories []feed.Story, _ int, err error) ([]feed.Story, error) { return stories, err }

func partsOf(stories []feed.Story) []int {
	parts := make([]int, 0, len(stories))
	for _, st := range stories {
		parts = append(parts, st.Part)
	}
	return parts
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
