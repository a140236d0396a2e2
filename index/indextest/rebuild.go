package indextest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"storyfeed/feed"
	"storyfeed/index"
)

func testRebuild(t *testing.T, ix index.Index) {
	put(t, ix, doc("old", "Old", "gone soon"), doc("kept", "Kept", "first"))
	first := ix.Generation()
	docs := []index.Document{doc("kept", "Kept", "second"), doc("new", "New", "here", language("de"))}
	err := ix.Rebuild(t.Context(), func(put func(index.Document) error) error {
		wantFound(t, ix, index.Request{}, "old", "kept")
		for _, d := range docs {
			if err := put(d); err != nil {
				return err
			}
		}
		err := ix.Rebuild(t.Context(), func(func(index.Document) error) error { return nil })
		if !errors.Is(err, feed.ErrBusy) {
			t.Errorf("a second Rebuild at the same time = %v, want %v", err, feed.ErrBusy)
		}
		if _, err := ix.Replace(t.Context(), func(func(index.Document) error) error { return nil }); !errors.Is(err, feed.ErrBusy) {
			t.Errorf("Replace at the same time = %v, want %v", err, feed.ErrBusy)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	wantContent(t, ix, docs...)
	if second := ix.Generation(); second <= first {
		t.Errorf("generation %d after a rebuild, %d before", second, first)
	}
	wantFound(t, ix, index.Request{Query: parse("second OR gone OR title:new")}, "kept", "new")
	docs = append(docs, doc("third", "Third", "replaced"))
	differs, err := ix.Replace(t.Context(), func(put func(index.Document) error) error {
		wantFound(t, ix, index.Request{}, "kept", "new")
		return errors.Join(put(docs[0]), put(docs[1]), put(docs[2]))
	})
	if err != nil || len(differs) > 0 {
		t.Fatalf("Replace: %v, and differs: %q; want nothing, as other content may answer otherwise", err, differs)
	}
	wantContent(t, ix, docs...)
	put(t, ix, doc("more", "More", "afterwards"))
	wantFound(t, ix, index.Request{Query: parse("afterwards")}, "more")
	if err := ix.Rebuild(t.Context(), func(func(index.Document) error) error { return nil }); err != nil {
		t.Fatalf("Rebuild from nothing: %v", err)
	}
	wantContent(t, ix)
}

// testRebuildAndWrites lets the source of a rebuild deliver what was true
// before others wrote.
func testRebuildAndWrites(t *testing.T, ix index.Index) {
	edited, late, deleted := doc("edited", "Edited", "stale"), doc("late", "Late", "stale"), doc("deleted", "Deleted", "stale")
	put(t, ix, edited, late, deleted)
	editedNow, lateNow, added := doc("edited", "Edited", "fresh"), doc("late", "Late", "fresh"), doc("added", "Added", "fresh")
	var want []index.Document
	err := ix.Rebuild(t.Context(), func(put func(index.Document) error) error {
		if err := errors.Join(ix.Put(t.Context(), editedNow, added), ix.Delete(t.Context(), deleted.ID)); err != nil {
			return err
		}
		wantFound(t, ix, index.Request{Query: parse("fresh")}, "edited", "added")
		for i := range 2100 { // more than two batches
			d := doc(fmt.Sprint(i), "Filler", "filler")
			want = append(want, d)
			if err := put(d); err != nil {
				return err
			}
		}
		for _, d := range []index.Document{edited, deleted, late} {
			if err := put(d); err != nil {
				return err
			}
		}
		return ix.Put(t.Context(), lateNow)
	})
	if err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	wantFound(t, ix, index.Request{Query: parse("stale")})
	wantFound(t, ix, index.Request{Query: parse("fresh")}, "edited", "added", "late")
	wantContent(t, ix, append(want, editedNow, lateNow, added)...)
}

func testRebuildFails(t *testing.T, ix index.Index) {
	type putFunc = func(index.Document) error
	old, fresh := doc("old", "Old", "stays"), doc("new", "New", "words")
	put(t, ix, old)
	broken := errors.New("the store is broken")
	for name, each := range map[string]func(put putFunc, cancel func()) error{
		"each fails":     func(put putFunc, _ func()) error { return errors.Join(put(fresh), broken) },
		"cancelled":      func(put putFunc, cancel func()) error { cancel(); return put(fresh) },
		"cancelled late": func(put putFunc, cancel func()) error { err := put(fresh); cancel(); return err },
		"bad document":   func(put putFunc, _ func()) error { return put(index.Document{}) },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		err := ix.Rebuild(ctx, func(put func(index.Document) error) error { return each(put, cancel) })
		cancel()
		if err == nil || name == "each fails" && !errors.Is(err, broken) {
			t.Errorf("%s: Rebuild = %v, want the cause", name, err)
		}
		wantContent(t, ix, old)
	}
	if err := ix.Rebuild(t.Context(), func(put func(index.Document) error) error { return put(fresh) }); err != nil {
		t.Errorf("Rebuild after failures: %v", err)
	}
	wantContent(t, ix, fresh)
}

// allOf gives a rebuild these documents.
func allOf(docs []index.Document) func(put func(index.Document) error) error {
	return func(put func(index.Document) error) error {
		for _, d := range docs {
			if err := put(d); err != nil {
				return err
			}
		}
		return nil
	}
}

// testRebuildAndSearches searches and writes while the index is rebuilt again
// and again: no search may fail, unless for want of time, or see less than all.
func testRebuildAndSearches(t *testing.T, ix index.Index) {
	const documents, rebuilds, searchers = 120, 3, 3
	docs := make([]index.Document, documents)
	for i := range docs {
		docs[i] = doc(fmt.Sprint(i), "Story", "constant words")
	}
	put(t, ix, docs...)

	var done atomic.Bool
	var searches atomic.Int64
	var wg sync.WaitGroup
	for range searchers {
		wg.Go(func() {
			for !done.Load() {
				res, err := ix.Search(t.Context(), index.Request{Query: parse("constant")})
				if errors.Is(err, context.DeadlineExceeded) {
					continue // beyond index.Budget, on a machine that has much else to do
				}
				if err != nil || res.Total != documents {
					t.Errorf("Search during a rebuild: total %d, %v; want %d", res.Total, err, documents)
					return
				}
				searches.Add(1)
			}
		})
	}
	wg.Go(func() {
		for i := 0; !done.Load(); i++ {
			if err := ix.Put(t.Context(), docs[i%documents]); err != nil {
				t.Errorf("Put during a rebuild: %v", err)
				return
			}
		}
	})
	for range rebuilds {
		err := ix.Rebuild(t.Context(), allOf(docs))
		if err != nil {
			t.Errorf("Rebuild: %v", err)
		}
	}
	done.Store(true)
	wg.Wait()
	if searches.Load() == 0 {
		t.Error("no search ran during the rebuilds")
	}
	wantContent(t, ix, docs...)
}
