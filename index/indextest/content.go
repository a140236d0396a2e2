package indextest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"storyfeed/index"
)

func testUpdates(t *testing.T, ix index.Index) {
	put(t, ix, doc("a", "Before", "old words", tagged("x")), doc("b", "Stays", "here"))
	put(t, ix, doc("a", "After", "new words", tagged("y"), language("de")))
	wantFound(t, ix, index.Request{Query: parse("old")})
	wantFound(t, ix, index.Request{Query: parse("title:before")})
	wantFound(t, ix, index.Request{Query: parse("tag:x")})
	wantFound(t, ix, index.Request{Query: parse("new tag:y")}, "a")
	put(t, ix, doc("c", "First", "draft"), doc("c", "Second", "final"))
	wantFound(t, ix, index.Request{Query: parse("draft")})
	wantFound(t, ix, index.Request{Query: parse("final")}, "c")
	if err := ix.Delete(t.Context(), "s/a", "s/unknown", "nonsense", ""); err != nil {
		t.Errorf("Delete: %v", err)
	}
	wantFound(t, ix, index.Request{Query: parse("words")})
	wantFound(t, ix, index.Request{}, "b", "c")
	put(t, ix, doc("a", "Back", "again"))
	wantFound(t, ix, index.Request{Query: parse("title:back")}, "a")
	put(t, ix)
	if err := ix.Delete(t.Context()); err != nil {
		t.Errorf("Delete nothing: %v", err)
	}
}

func testManifest(t *testing.T, ix index.Index) {
	wantContent(t, ix)
	a, b, c := doc("a", "A", "one"), doc("b", "B", "two"), doc("c", "C", "three", in("t"))
	put(t, ix, a, b, c)
	wantContent(t, ix, a, b, c)
	put(t, ix, a, a, b)
	wantContent(t, ix, a, b, c)
	changed := doc("a", "A", "changed")
	put(t, ix, changed)
	wantContent(t, ix, changed, b, c)
	put(t, ix, a, changed, a)
	wantContent(t, ix, a, b, c)
	for range 2 {
		if err := ix.Delete(t.Context(), b.ID, b.ID); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		wantContent(t, ix, a, c)
	}
	if err := ix.Delete(t.Context(), a.ID, c.ID); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	wantContent(t, ix)
}

func testMany(t *testing.T, ix index.Index) {
	const n = 2500 // more than two batches
	docs := make([]index.Document, n)
	for i := range docs {
		docs[i] = doc(fmt.Sprint(i), fmt.Sprintf("Story %d", i), fmt.Sprintf("words of story%d", i), part(i+1))
	}
	put(t, ix, docs...)
	wantContent(t, ix, docs...)
	wantFound(t, ix, index.Request{Query: parse("story2499")}, "2499")
	res := find(t, ix, index.Request{Query: parse("words"), Limit: 1000})
	if res.Total != n || len(res.Hits) != index.MaxLimit {
		t.Errorf("words: total %d, %d hits; want %d and %d", res.Total, len(res.Hits), n, index.MaxLimit)
	}
	seen := map[string]bool{}
	for offset := 0; offset < n; offset += 100 {
		for _, h := range find(t, ix, index.Request{Query: parse("words"), Offset: offset, Limit: 100, NoFacets: true}).Hits {
			if seen[h.GUID] {
				t.Fatalf("%s is on two pages", h.GUID)
			}
			seen[h.GUID] = true
		}
	}
	if len(seen) != n {
		t.Errorf("all pages hold %d documents, want %d", len(seen), n)
	}
	ids := make([]string, 2000)
	for i := range ids {
		ids[i] = docs[i].ID
	}
	if err := ix.Delete(t.Context(), ids...); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	wantContent(t, ix, docs[len(ids):]...)
}

func testRefused(t *testing.T, ix index.Index) {
	good := doc("a", "A", "a")
	for _, bad := range []index.Document{
		{},
		{ID: "s/", Series: "s"},
		{ID: "x", Series: "s", GUID: "g"},
		{ID: "a/b/g", Series: "a/b", GUID: "g"},
	} {
		if err := ix.Put(t.Context(), good, bad); err == nil {
			t.Errorf("Put %+v succeeds, want an error", bad)
		}
	}
	wantContent(t, ix)
}

func testContext(t *testing.T, ix index.Index) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, searchErr := ix.Search(ctx, index.Request{})
	_, similarErr := ix.Similar(ctx, doc("a", "A", "a"), 5)
	_, suggestErr := ix.Suggest(ctx, "a", 5)
	for name, err := range map[string]error{
		"Put":     ix.Put(ctx, doc("a", "A", "a")),
		"Delete":  ix.Delete(ctx, "s/a"),
		"Search":  searchErr,
		"Similar": similarErr,
		"Suggest": suggestErr,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context = %v, want %v", name, err, context.Canceled)
		}
	}
	wantContent(t, ix)
}

func testClose(t *testing.T, ix index.Index) {
	put(t, ix, doc("a", "A", "a"))
	if err := ix.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := ix.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	_, searchErr := ix.Search(t.Context(), index.Request{})
	_, similarErr := ix.Similar(t.Context(), doc("a", "A", "a"), 5)
	_, suggestErr := ix.Suggest(t.Context(), "a", 5)
	_, countErr := ix.Count(t.Context())
	_, manifestErr := ix.Manifest(t.Context())
	_, replaceErr := ix.Replace(t.Context(), func(func(index.Document) error) error { return nil })
	for name, err := range map[string]error{
		"Put":      ix.Put(t.Context(), doc("a", "A", "a")),
		"Delete":   ix.Delete(t.Context(), "s/a"),
		"Rebuild":  ix.Rebuild(t.Context(), func(func(index.Document) error) error { return nil }),
		"Replace":  replaceErr,
		"Search":   searchErr,
		"Similar":  similarErr,
		"Suggest":  suggestErr,
		"Count":    countErr,
		"Manifest": manifestErr,
	} {
		if err == nil {
			t.Errorf("%s after Close succeeds, want an error", name)
		}
	}
	if got := marked(ix.Marker(parse("word")).Mark("en", "words")); got != "[words]" {
		t.Errorf("Mark after Close = %q, want it to work", got)
	}
}
