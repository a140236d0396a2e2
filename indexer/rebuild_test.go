package indexer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
	"storyfeed/indexer"
)

// leaky is a store that hands out fewer stories than it has.
type leaky struct {
	indexer.Store
	forget int
}

func (f *leaky) Each(ctx context.Context, do func(feed.Story) error) error {
	return f.Store.Each(ctx, func(s feed.Story) error {
		if s.Part == f.forget {
			return nil
		}
		return do(s)
	})
}

func TestReindexKeepsTheOldIndexWhenStoriesAreMissing(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	st := &leaky{Store: w.Store, forget: 3}
	w.Store = st
	if _, err := w.Reindex(t.Context()); err == nil || !strings.Contains(err.Error(), "6 stories") || !strings.Contains(err.Error(), "5 stories") {
		t.Errorf("reindex without one of the stories: %v, want an error that tells both counts", err)
	}
	if _, _, err := w.ReindexAnyway(t.Context()); err == nil || !strings.Contains(err.Error(), "5 stories") {
		t.Errorf("reindex anyway without one of the stories: %v, want an error that tells both counts", err)
	}
	if n := w.found(""); n != 6 {
		t.Errorf("search finds %d stories afterwards, want the old index's 6", n)
	}
	st.forget = 0
	if n, err := w.Reindex(t.Context()); err != nil || n != 6 {
		t.Errorf("reindex: %d stories, %v; want 6", n, err)
	}
}

// watched tells how far a rebuild says that it is, story by story.
type watched struct {
	indexer.Index
	rebuilding func() (index.Progress, bool)
	seen       []index.Progress
}

func (i *watched) Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error {
	return i.Index.Rebuild(ctx, func(put func(index.Document) error) error {
		return each(func(d index.Document) error {
			p, ok := i.rebuilding()
			if ok {
				i.seen = append(i.seen, p)
			}
			return put(d)
		})
	})
}

func TestReindexTellsHowFarItIs(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	ix := &watched{Index: w.Index, rebuilding: w.Rebuilding}
	w.Index = ix
	if _, err := w.Reindex(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n, p := range ix.seen {
		if p.Done != n || p.Total != 6 || p.Since.IsZero() {
			t.Errorf("before story %d the progress is %+v, want %d of 6", n+1, p, n)
		}
	}
	if p, ok := w.Rebuilding(); ok || len(ix.seen) != 6 {
		t.Errorf("afterwards the progress is %+v, %t, and was seen %d times; want none, and 6", p, ok, len(ix.seen))
	}
}

// staleIndex says that it is due until it is rebuilt.
type staleIndex struct {
	indexer.Index
	fresh bool
}

func (i *staleIndex) RebuildDue() bool { return !i.fresh }

func (i *staleIndex) Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error {
	i.fresh = true
	return i.Index.Rebuild(ctx, each)
}

func TestIndexOfAnotherVersionIsRebuilt(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	w.Index = &staleIndex{Index: w.Index}
	for _, want := range []bool{true, false} {
		if rebuilt, err := w.Reconcile(t.Context()); err != nil || rebuilt != want {
			t.Errorf("Reconcile = %t, %v; want %t", rebuilt, err, want)
		}
	}
	w.consistent()
}

// puts counts the stories that are put into an index one by one.
type puts struct {
	indexer.Index
	n int
}

func (i *puts) Put(ctx context.Context, docs ...index.Document) error {
	i.n += len(docs)
	return i.Index.Put(ctx, docs...)
}

// What waits for an empty index, such as after an import, comes into it at once,
// and not a second time.
func TestEmptyIndexIsBuiltAtOnce(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	followed, err := w.store.ListSeries(t.Context())
	must(t, err)
	other := feed.Series{Slug: "other", Sources: []feed.Source{{URL: w.blog.URL + "/blog/"}}, Every: time.Hour}
	must(t, w.store.SyncSeries(t.Context(), []feed.Series{other}))
	if _, err := w.Reconcile(t.Context()); err != nil || w.found("") != 0 {
		t.Fatalf("search finds %d stories of a series that is not followed, %v", w.found(""), err)
	}
	must(t, w.store.SyncSeries(t.Context(), followed))
	ix := &puts{Index: w.Index}
	w.Index = ix
	if rebuilt, err := w.Reconcile(t.Context()); err != nil || !rebuilt || ix.n > 0 {
		t.Errorf("Reconcile = %t, %v, and put %d stories one by one; want a rebuild", rebuilt, err, ix.n)
	}
	if n := w.found(""); n != 6 {
		t.Errorf("search finds %d stories, want 6", n)
	}
	w.consistent()
}
