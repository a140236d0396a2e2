package storetest

import (
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
	if none := value(e.Line(ctx, "c"))(t); len(none) != 0 {
		t.Errorf("a series that is not there has the line %v", none)
	}
}
