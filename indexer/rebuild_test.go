package indexer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
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

// slowly tells how many stories wait whenever some come into the index.
type slowly struct {
	indexer.Index
	waiting func() (index.Progress, bool)
	seen    []int // 0: few
}

func (i *slowly) Put(ctx context.Context, docs ...index.Document) error {
	p, ok := i.waiting()
	if ok && (p.Since.IsZero() || p.Done+len(docs) > p.Total) {
		return fmt.Errorf("%+v before %d stories", p, len(docs))
	}
	i.seen = append(i.seen, p.Total-p.Done)
	return i.Index.Put(ctx, docs...)
}

// takeIn saves stories without a crawl, as an import does.
func (w *world) takeIn(slug string, n int) {
	w.t.Helper()
	for i := range n {
		url := fmt.Sprintf("%s/taken-in/%d/%d/", w.blog.URL, n, i)
		text := fmt.Sprintf("Text %d of %d", i, n)
		_, err := w.store.SaveStory(w.t.Context(), store.Save{Story: feed.Story{
			Series: slug, GUID: feed.GUID(url), Permalink: url, Title: "Taken in", Text: text, Hash: feed.ContentHash("Taken in", text),
		}})
		must(w.t, err)
	}
}

// Who searches is told while more stories wait for an index that is not empty
// than come by every day.
func TestManyStoriesThatWait(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	series, err := w.store.ListSeries(t.Context())
	must(t, err)
	ix := &slowly{Index: w.Index, waiting: w.Waiting}
	w.Index = ix
	for n, want := range map[int][]int{450: {450, 350, 0, 0, 0}, 250: {0, 0, 0}} {
		ix.seen = nil
		w.takeIn(series[0].Slug, n)
		must(t, w.ApplyPending(t.Context()))
		if !slices.Equal(ix.seen, want) {
			t.Errorf("%d stories at once: before each batch so many are said to wait: %v, want %v", n, ix.seen, want)
		}
		if p, ok := w.Waiting(); ok {
			t.Errorf("afterwards %+v is said to wait", p)
		}
	}
}

// rebuilt tells how many stories are said to wait during a rebuild; 0: few.
type rebuilt struct {
	indexer.Index
	waiting func() (index.Progress, bool)
	seen    int
}

func (i *rebuilt) Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error {
	p, _ := i.waiting()
	i.seen = p.Total - p.Done
	return i.Index.Rebuild(ctx, each)
}

// An index that lacks more than it has is built anew, and who searches meanwhile
// is told what is not found yet.
func TestIndexThatLacksMostStories(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	series, err := w.store.ListSeries(t.Context())
	must(t, err)
	w.takeIn(series[0].Slug, 450)
	ix := &rebuilt{Index: w.Index, waiting: w.Waiting}
	w.Index = ix
	if anew, err := w.Reconcile(t.Context()); err != nil || !anew || ix.seen != 450 {
		t.Errorf("Reconcile = %t, %v; during it %d stories are said to wait; want a rebuild and 450", anew, err, ix.seen)
	}
	if p, ok := w.Waiting(); ok {
		t.Errorf("afterwards %+v is said to wait", p)
	}
	if n := w.found(""); n != 456 {
		t.Errorf("search finds %d stories, want 456", n)
	}
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
