package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// testArrived goes through the stories in pages while others come, change, are
// removed and change their series' name.
func testArrived(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "b", "a")
	for i, slug := range []string{"a", "b", "a", "b", "a"} {
		st := story(slug, i+1)
		st.Part = 10 - i // not in the order of the parts
		e.save(t, store.Save{Story: st})
	}
	page := func(slug string, after store.Place, limit int) store.Arrived {
		t.Helper()
		return value(e.Arrived(ctx, slug, after, limit, 0))(t)
	}
	guids := func(a store.Arrived) string {
		var b strings.Builder
		for _, st := range a.Stories {
			_, number, _ := strings.Cut(st.Permalink, "/story-")
			b.WriteString(st.Series + strings.TrimSuffix(number, "/") + " ")
		}
		return b.String()
	}
	first := page("", store.Place{}, 2)
	if got := guids(first); got != "a1 b2 " || !first.More || first.Total != 5 || first.Stories[0].HTML != "" {
		t.Errorf("the first two are %q, more %v, of %d; want a1 b2 of 5, without bodies", got, first.More, first.Total)
	}

	// What happens meanwhile leaves nothing out and brings nothing twice.
	e.save(t, store.Save{Story: story("a", 6)})
	e.save(t, store.Save{Story: edited(story("a", 1), "Otherwise.")})
	for range 2 {
		value(e.MarkMissing(ctx, "b", story("b", 4).GUID, 24*time.Hour))(t)
		e.clock.move(25 * time.Hour)
	}
	rest := page("", first.End, 9)
	if got := guids(rest); got != "a3 a5 a6 " || rest.More || rest.Total != 5 {
		t.Errorf("the rest is %q, more %v, of %d; want a3 a5 a6 of 5", got, rest.More, rest.Total)
	}
	if end := page("", rest.End, 9); len(end.Stories) != 0 || end.End != rest.End {
		t.Errorf("after the end %d stories come, and it ends at %v; want none and %v", len(end.Stories), end.End, rest.End)
	}
	e.save(t, store.Save{Story: story("b", 7)})
	if got := guids(page("", rest.End, 9)); got != "b7 " {
		t.Errorf("later comes %q, want b7", got)
	}

	one := page("a", store.Place{}, 3)
	if got := guids(one); got != "a1 a3 a5 " || !one.More || one.Total != 4 {
		t.Errorf("the first of a are %q of %d, want a1 a3 a5 of 4", got, one.Total)
	}
	if got := guids(page("a", one.End, 3)); got != "a6 " {
		t.Errorf("the others of a are %q, want a6", got)
	}
	testArrivedSize(t, e)

	_, err := e.Arrived(ctx, "", store.Place{Arrival: 1, GUID: "urn:uuid:0"}, 1, 0)
	wantError(t, "a place of another store", err, store.ErrOtherPlace)

	e.series(t, "a")
	if got := page("", store.Place{}, 9); got.Total != 4 || len(got.Stories) != 4 {
		t.Errorf("%d of %d stories when b is not configured, want the 4 of a", len(got.Stories), got.Total)
	}
}

// testArrivedSize asks for bodies, as many as fit.
func testArrivedSize(t *testing.T, e *env) {
	t.Helper()
	whole := value(e.Story(t.Context(), story("a", 3).GUID))(t)
	a := value(e.Arrived(t.Context(), "a", store.Place{}, 9, 1))(t)
	if len(a.Stories) != 1 || a.Stories[0].Text != "Otherwise." || !a.More {
		t.Fatalf("%d stories in a byte, more %v; want the first one whole, and more", len(a.Stories), a.More)
	}
	a = value(e.Arrived(t.Context(), "a", a.End, 9, len(whole.HTML)+len(whole.Text)))(t)
	if diff := cmp.Diff([]feed.Story{whole}, a.Stories); diff != "" || !a.More {
		t.Errorf("what fits exactly (-want +got):\n%s", diff)
	}
}
