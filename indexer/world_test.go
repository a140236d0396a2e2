package indexer_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
	"storyfeed/index/local"
	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
	"storyfeed/indexer/fetch"
)

const slug = "ferry"

// world is everything between a fake blog and published feeds, for real, with
// a clock that the test moves.
type world struct {
	*indexer.Indexer
	t         testing.TB
	blog      *blogtest.Blog
	store     *store.Store
	index     *local.Index
	publisher *indexer.Publisher
	mu        sync.Mutex
	ahead     time.Duration
}

// newWorld is a world for one test, which runs beside others from here on:
// worlds wait for disks more than they compute.
func newWorld(t *testing.T, blog *blogtest.Blog, change ...func(*feed.Series)) *world {
	t.Helper()
	t.Parallel()
	return openWorld(t, t.TempDir(), blog, change...)
}

func openWorld(t *testing.T, dir string, blog *blogtest.Blog, change ...func(*feed.Series)) *world {
	t.Helper()
	s := feed.Series{Slug: slug, Sources: []feed.Source{{URL: blog.Source()}}, Every: time.Hour}
	for _, f := range change {
		f(&s)
	}
	w := worldOf(t, dir, blog.Host, indexer.Config{}, s)
	w.blog = blog
	return w
}

// worldOf is a world around any host.
func worldOf(t testing.TB, dir, host string, c indexer.Config, series ...feed.Series) *world {
	t.Helper()
	w := &world{t: t}
	ctx := t.Context()
	var err error
	w.store, err = store.Open(ctx, store.Config{Dir: dir, Now: w.now})
	must(t, err)
	t.Cleanup(func() { w.store.Close() })
	must(t, w.store.ClearLeases(ctx))
	w.index, err = local.Open(ctx, local.Config{Dir: dir})
	must(t, err)
	t.Cleanup(func() { w.index.Close() })
	client, err := fetch.New(fetch.Config{
		Hosts: fetch.NewMemoryHosts(nil), Allow: []string{host}, HostGap: time.Millisecond, Owner: "test", MaxWait: 200 * time.Millisecond,
	})
	must(t, err)
	must(t, w.store.SyncSeries(ctx, series))
	w.publisher = indexer.NewPublisher(w.store, "http://stories.example", "test", nil)
	must(t, w.publisher.Load(ctx))
	c.Store, c.Fetch, c.Index, c.Publisher, c.Owner, c.Now = w.store, client, w.index, w.publisher, "test", w.now
	w.Indexer, err = indexer.New(c)
	must(t, err)
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// wait lets time pass.
func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead += d
}

// crawl visits the series and returns the report without what varies.
func (w *world) crawl() feed.Crawl {
	w.t.Helper()
	w.blog.Reset()
	c, err := w.Crawl(w.t.Context(), slug, nil)
	must(w.t, err)
	return c
}

// stories are the series' stories in reading order, without those gone.
func (w *world) stories() []feed.Story {
	w.t.Helper()
	all, _, err := w.store.Stories(w.t.Context(), slug, store.StoryQuery{Order: store.OrderReading})
	must(w.t, err)
	return all
}

func (w *world) titles() []string {
	var titles []string
	for _, s := range w.stories() {
		titles = append(titles, s.Title)
	}
	return titles
}

func (w *world) health() feed.Health {
	w.t.Helper()
	s, err := w.store.SeriesBySlug(w.t.Context(), slug)
	must(w.t, err)
	return s.Health
}

// reports counts the crawls so far.
func (w *world) reports() int {
	w.t.Helper()
	all, err := w.store.Crawls(w.t.Context(), slug, 0)
	must(w.t, err)
	return len(all)
}

// found counts what a query finds.
func (w *world) found(query string) int {
	w.t.Helper()
	q, _ := index.ParseQuery(query)
	r, err := w.index.Search(w.t.Context(), index.Request{Query: q})
	must(w.t, err)
	return r.Total
}

// published are the ids of the reading feed, in its order, on all its pages.
func (w *world) published() []string {
	w.t.Helper()
	var ids []string
	for path := "/s/" + slug + "/reading.json"; path != ""; {
		var doc struct {
			Next  string `json:"next_url"`
			Items []struct{ ID string }
		}
		d, ok := w.publisher.Document(path)
		if !ok {
			return nil
		}
		body, err := d.Identity()
		must(w.t, err)
		must(w.t, json.NewDecoder(body).Decode(&doc))
		for _, item := range doc.Items {
			ids = append(ids, item.ID)
		}
		path = strings.TrimPrefix(doc.Next, "http://stories.example")
	}
	return ids
}

// consistent checks that store, index and feeds hold the same stories.
func (w *world) consistent() {
	w.t.Helper()
	var want []string
	for _, s := range w.stories() {
		want = append(want, s.GUID)
	}
	if got := w.published(); !slices.Equal(got, want) {
		w.t.Errorf("the reading feed has %d stories %v, the store %d: %v", len(got), got, len(want), want)
	}
	have, err := w.index.Manifest(w.t.Context())
	must(w.t, err)
	kept, err := w.store.Manifest(w.t.Context())
	must(w.t, err)
	if have != kept {
		w.t.Errorf("the index holds %v, the store %v", have, kept)
	}
}

// wantReport compares the counts of a report that matter to people.
func wantReport(t *testing.T, c feed.Crawl, want string) {
	t.Helper()
	line := indexer.Line(c)
	got, _, _ := strings.Cut(strings.TrimPrefix(line, slug+": "), " requests")
	got = got[:strings.LastIndex(got, ", ")]
	if got != want {
		t.Errorf("report: %s\nwant:   %s\nwhole: %s %v", got, want, line, c.Dropped)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func stopAfter(ctx context.Context, n int) (context.Context, func(indexer.Progress)) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, func(p indexer.Progress) {
		if p.Done >= n {
			cancel()
		}
	}
}
