package storetest

import (
	"testing"
	"time"

	"storyfeed/feed/store"
)

func testReaders(t *testing.T, e *env) {
	ctx := t.Context()
	equal(t, "readers before any", len(value(e.Readers(ctx))(t)), 0)
	list := []store.Reader{
		{Name: "Miniflux/2", Since: start, Last: start.Add(time.Hour), Requests: 9, NotModified: 6, Unconditional: 2, Refused: 1, Sent: 1 << 40, Saved: 1 << 41},
		{Name: "newsboat/2", Since: start, Last: start, Requests: 3},
	}
	must(t, e.SaveReaders(ctx, []store.Reader{list[1], list[0]}))
	equal(t, "readers, the most frequent first", value(e.Readers(ctx))(t), list)
	list[0].Requests = 10
	must(t, e.SaveReaders(ctx, list[:1]))
	equal(t, "readers after the next time", value(e.Readers(ctx))(t), list[:1])
}
