package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testTemplates(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	want := store.Template{
		Series: "a", Site: "blog.example", Profile: []byte(`{"format":1}`), Watch: []byte(`{"recent":[true]}`),
		Learned: start, Changed: start.Add(time.Hour), Note: "learned anew",
	}
	must(t, e.SaveTemplate(ctx, store.Template{Series: "a", Site: "blog.example", Profile: []byte(`{}`)}))
	must(t, e.SaveTemplate(ctx, want))
	must(t, e.SaveTemplate(ctx, store.Template{Series: "b", Site: "blog.example"}))
	e.quiet(t, "saving a template as it is", func() error { return e.SaveTemplate(ctx, want) })
	got, err := e.Templates(ctx, "a")
	must(t, err)
	if diff := cmp.Diff([]store.Template{want}, got); diff != "" {
		t.Errorf("templates of a series (-want +got):\n%s", diff)
	}
}

func testSketches(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	one, two := story("a", 1), story("a", 2)
	one.Text = "The ferry left at seven, with the post and two goats on board."
	two.Text = "Nobody who lived on the island had ever seen so much snow in May."
	e.save(t, store.Save{Story: one})
	e.save(t, store.Save{Story: two})
	two.Text += " It stayed until the boats came back."
	e.save(t, store.Save{Story: two})
	got, err := e.Sketches(ctx, "a")
	must(t, err)
	want := []store.Sketched{{GUID: one.GUID, Sketch: feed.NewSketch(one.Text)}, {GUID: two.GUID, Sketch: feed.NewSketch(two.Text)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sketches of the stories as they are now (-want +got):\n%s", diff)
	}
}

// A guessed date must not move a story among those whose dates are known.
func testGuessedDates(t *testing.T, e *env) {
	e.series(t, "a")
	for n, st := range []feed.Story{story("a", 1), story("a", 2), story("a", 3)} {
		st.Published.Time = start.AddDate(0, 0, n-30)
		if n == 1 {
			st.Published = feed.Date{Time: start.AddDate(-5, 0, 0), Precision: feed.PrecisionDay, Source: feed.DateGuessed}
		}
		e.save(t, store.Save{Story: st})
	}
	stories, _, err := e.Stories(t.Context(), "a", store.StoryQuery{})
	must(t, err)
	var parts []int
	for _, st := range stories {
		parts = append(parts, st.Part)
	}
	if diff := cmp.Diff([]int{2, 3, 1}, parts); diff != "" { // 2 counts as fetched, just now
		t.Errorf("parts, newest first (-want +got):\n%s", diff)
	}

	sure := story("a", 2)
	sure.Published = feed.Date{Time: start.AddDate(0, 0, -100), Precision: feed.PrecisionSecond, Source: feed.DateFromREST}
	if got := e.save(t, store.Save{Story: sure}); got.Published != sure.Published {
		t.Errorf("a known date after a guessed one: %v, want %v", got.Published, sure.Published)
	}
	guess := sure
	guess.Published = feed.Date{Time: start, Precision: feed.PrecisionDay, Source: feed.DateGuessed}
	if got := e.save(t, store.Save{Story: guess}); got.Published != sure.Published {
		t.Errorf("a guessed date after a known one: %v, want %v", got.Published, sure.Published)
	}
}
