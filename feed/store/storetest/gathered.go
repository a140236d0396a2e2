package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// gathered are the places of the stories found, as "series/part".
func (e *env) gathered(t *testing.T, kind feed.TermKind, slug string, limit int) []string {
	t.Helper()
	var got []string
	for _, st := range value(e.Gathered(t.Context(), kind, slug, limit))(t) {
		if st.Text == "" {
			t.Errorf("part %d of %s comes without its text", st.Part, st.Series)
		}
		got = append(got, fmt.Sprintf("%s/%d", st.Series, st.Part))
	}
	return got
}

// at is a story that was published on the nth day.
func at(series string, n, day int, authors, tags []string) feed.Story {
	st := story(series, n)
	st.Published.Time = start.AddDate(0, 0, day-100)
	st.Authors, st.Tags = authors, tags
	return st
}

// Stories of all series are found by author and tag, however these are
// spelled, the newest first.
func testGathered(t *testing.T, e *env) {
	e.series(t, "b", "a")
	ada, bob := []string{"Ada Ö"}, []string{"Bob", "ada o", "BOB"}
	e.save(t, store.Save{Story: at("a", 1, 10, ada, []string{"C++"})})
	e.save(t, store.Save{Story: at("a", 2, 30, bob, []string{"C", "販売"})})
	e.save(t, store.Save{Story: at("b", 1, 20, ada, nil)})
	e.save(t, store.Save{Story: at("b", 2, 30, nil, []string{"c++"})})
	old := at("b", 3, 0, ada, nil)
	old.Published = feed.Date{}
	e.save(t, store.Save{Story: old, Old: true})
	news := at("a", 3, 0, ada, nil)
	news.Published = feed.Date{}
	e.save(t, store.Save{Story: news})

	for _, tc := range []struct {
		name  string
		kind  feed.TermKind
		slug  string
		limit int
		want  []string
	}{
		{"all", "", "", 9, []string{"a/3", "b/2", "a/2", "b/1", "a/1", "b/3"}},
		{"the newest", "", "", 2, []string{"a/3", "b/2"}},
		{"an author of several spellings", feed.TermAuthor, "ada-o", 9, []string{"a/3", "a/2", "b/1", "a/1", "b/3"}},
		{"one who stands twice in a story", feed.TermAuthor, "bob", 9, []string{"a/2"}},
		{"a tag with signs", feed.TermTag, feed.TermSlug("C++"), 9, []string{"b/2", "a/1"}},
		{"a tag without", feed.TermTag, "c", 9, []string{"a/2"}},
		{"a tag of another script", feed.TermTag, "販売", 9, []string{"a/2"}},
		{"an author is no tag", feed.TermTag, "bob", 9, nil},
		{"nobody", feed.TermAuthor, "nobody", 9, nil},
	} {
		if got := e.gathered(t, tc.kind, tc.slug, tc.limit); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
	equal(t, "authors", value(e.Terms(t.Context(), feed.TermAuthor, 9))(t), []feed.Term{
		{Kind: feed.TermAuthor, Slug: "ada-o", Name: "Ada Ö", Stories: 5}, {Kind: feed.TermAuthor, Slug: "bob", Name: "Bob", Stories: 1},
	})
	if got := value(e.Terms(t.Context(), feed.TermTag, 1))(t); len(got) != 1 || got[0].Name != "c++" {
		t.Errorf("the tag with the most stories is %v, want c++, as the newest story has it", got)
	}
}

// What is edited, removed or in two series is found as it is now.
func testGatheredChanges(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	first := at("a", 1, 10, []string{"Ada"}, []string{"x"})
	e.save(t, store.Save{Story: first})
	e.save(t, store.Save{Story: at("a", 2, 20, []string{"Ada"}, nil)})
	twin := first
	twin.Series = "b"
	e.save(t, store.Save{Story: twin})
	if got := e.gathered(t, feed.TermAuthor, "ada", 9); !slices.Equal(got, []string{"a/2", "a/1"}) {
		t.Errorf("a story of two series: %v, want it once, from the first", got)
	}
	first.Authors, first.Tags = []string{"Bob"}, nil
	e.save(t, store.Save{Story: first})
	if got := e.gathered(t, feed.TermAuthor, "ada", 9); !slices.Equal(got, []string{"a/2", "b/1"}) {
		t.Errorf("after another author was found: %v, want what is left", got)
	}
	buryIn(t, e, "a", first.GUID)
	if got := value(e.Removed(ctx, feed.TermAuthor, "bob", 9))(t); len(got) != 0 {
		t.Errorf("a story that is still in another series was removed: %v", got)
	}
	e.clock.move(time.Hour)
	buryIn(t, e, "a", story("a", 2).GUID)
	equal(t, "removed", value(e.Removed(ctx, "", "", 9))(t), []feed.Tombstone{{GUID: story("a", 2).GUID, When: start.Add(time.Hour)}})
	if got := e.gathered(t, "", "", 9); !slices.Equal(got, []string{"b/1"}) {
		t.Errorf("after two removals: %v, want [b/1]", got)
	}
	e.save(t, store.Save{Story: at("a", 2, 20, []string{"Ada"}, nil)})
	if got := e.gathered(t, "", "", 9); !slices.Equal(got, []string{"a/2", "b/1"}) {
		t.Errorf("after it came back: %v, want it among them", got)
	}
	e.series(t, "b")
	if got := e.gathered(t, "", "", 9); !slices.Equal(got, []string{"b/1"}) {
		t.Errorf("without the series a: %v, want [b/1]", got)
	}
	if got := value(e.Terms(ctx, feed.TermTag, 9))(t); len(got) != 1 || got[0].Stories != 1 {
		t.Errorf("tags without the series a: %v, want x with one story", got)
	}
}

// The stamp changes with what is shown, and with nothing else.
func testStamp(t *testing.T, e *env) {
	ctx := t.Context()
	stamp := func() (string, time.Time) {
		t.Helper()
		s, at, err := e.Stamp(ctx)
		must(t, err)
		return s, at
	}
	empty, at := stamp()
	if !at.IsZero() {
		t.Errorf("without a story the last change was at %v", at)
	}
	seen := map[string]string{empty: "nothing"}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"two series", func() { e.series(t, "a", "b") }},
		{"a story", func() { e.save(t, store.Save{Story: story("a", 1)}) }},
		{"a story of the other series", func() { e.save(t, store.Save{Story: story("b", 1)}) }},
		{"an edit", func() { e.save(t, store.Save{Story: edited(story("a", 1), "Anew.")}) }},
		{"another order", func() { e.series(t, "b", "a") }},
		{"a series less", func() { e.series(t, "a") }},
	} {
		e.clock.move(time.Minute)
		step.do()
		got, at := stamp()
		if before, ok := seen[got]; ok {
			t.Errorf("after %s the stamp is that after %s", step.name, before)
		}
		seen[got] = step.name
		if again, _ := stamp(); again != got {
			t.Errorf("after %s two stamps differ", step.name)
		}
		if step.name == "an edit" && !at.Equal(start.Add(4*time.Minute)) {
			t.Errorf("the last change was at %v, want %v", at, start.Add(4*time.Minute))
		}
	}
}
