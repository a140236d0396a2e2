package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func testLine(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	first := e.clock.now()
	var line []feed.Numbered
	for n := range 3 {
		st := e.save(t, store.Save{Story: story("a", n+1)})
		line = append(line, feed.Numbered{Number: n + 1, Series: "a", GUID: st.GUID, Fetched: st.Fetched})
		e.clock.move(time.Minute)
	}
	e.save(t, store.Save{Story: story("b", 1)})
	bury(t, e, story("a", 2).GUID)
	line[1].Gone = e.clock.now()
	e.save(t, store.Save{Story: edited(story("a", 3), "Another text.")})
	if !line[0].Fetched.Equal(first) {
		t.Errorf("the first story was fetched at %v, want %v", line[0].Fetched, first)
	}
	equal(t, "line", value(e.Line(ctx, "a"))(t), line)
	if version := value(e.SeriesVersion(ctx, "a"))(t); version != value(e.SeriesBySlug(ctx, "a"))(t).Version || version == 0 {
		t.Errorf("the series has version %d", version)
	}
	e.series(t, "b")
	_, err := e.SeriesVersion(ctx, "a")
	wantError(t, "SeriesVersion of a series that is not configured", err, feed.ErrNotFound)
	if none := value(e.Line(ctx, "c"))(t); len(none) != 0 {
		t.Errorf("a series that is not there has the line %v", none)
	}
}

// arrived are the places in a line, as "series/part", with a - before those that
// do not belong any more.
func arrived(all []feed.Arrival) []string {
	var got []string
	for _, a := range all {
		gone := ""
		if !a.Gone.IsZero() {
			gone = "-"
		}
		got = append(got, fmt.Sprintf("%s%s/%d", gone, a.There, a.Part))
	}
	return got
}

// Whatever becomes of a story, its place in the line of its author stays.
func testArrivals(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	ada := []string{"Ada Ö"}
	check := func(what string, want ...string) {
		t.Helper()
		name, all, err := e.Arrivals(ctx, feed.TermAuthor, "ada-o")
		must(t, err)
		if got := arrived(all); name != "Ada Ö" || !slices.Equal(got, want) {
			t.Errorf("%s: the line of %s is %v, want %v", what, name, got, want)
		}
	}
	first, second := at("a", 1, 30, ada, nil), at("a", 2, 20, []string{"Bob"}, nil)
	e.save(t, store.Save{Story: first})
	e.save(t, store.Save{Story: second})
	e.clock.move(time.Hour)
	third := at("a", 3, 10, []string{"ada o"}, nil)
	third.Published.Source = feed.DateGuessed
	e.save(t, store.Save{Story: third})
	check("as they came", "a/1", "a/3")
	second.Authors = ada
	e.clock.move(time.Hour)
	e.save(t, store.Save{Story: second})
	check("one whose author was found later", "a/1", "a/3", "a/2")
	_, all, err := e.Arrivals(ctx, feed.TermAuthor, "ada-o")
	must(t, err)
	if !all[0].Day.Equal(first.Published.Time) || !all[0].Since.Equal(start) || !all[1].Day.IsZero() || !all[2].Since.Equal(start.Add(2*time.Hour)) || all[1].Order <= all[0].Order {
		t.Errorf("the line holds %+v", all)
	}
	first.Authors = []string{"Bob"}
	e.save(t, store.Save{Story: first})
	check("one that has another author", "-a/1", "a/3", "a/2")
	bury(t, e, third.GUID)
	check("one that is gone", "-a/1", "-a/3", "a/2")
	twin := second
	twin.Series = "b"
	e.save(t, store.Save{Story: twin})
	e.series(t, "b")
	check("one that is in another series, too", "-a/1", "-a/3", "b/2")
	e.series(t, "a", "b")
	first.Authors = ada
	e.save(t, store.Save{Story: first})
	check("one that is there again", "a/1", "-a/3", "a/2")

	some, err := e.ArrivalsOf(ctx, []string{third.GUID, "urn:uuid:0", first.GUID})
	must(t, err)
	if got := arrived(some); !slices.Equal(got, []string{"a/1", "-a/3"}) {
		t.Errorf("of the line of all: %v", got)
	}
	if _, none, err := e.Arrivals(ctx, feed.TermTag, "ada-o"); len(none) != 0 || err != nil {
		t.Errorf("an author is no tag: %v, %v", none, err)
	}
}
