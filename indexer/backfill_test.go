package indexer_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
)

// big is a world around an archive of many posts, in which every request takes
// a second of the clock.
type big struct {
	*world
	archive *blogtest.Archive
	host    string
	dir     string
	slice   time.Duration

	mu       sync.Mutex
	requests int
	at       map[int]func() // done before the answer of the n-th request
}

func newBig(t *testing.T, posts int) *big {
	t.Helper()
	b := &big{archive: blogtest.NewArchive(posts), dir: t.TempDir(), slice: 40 * time.Second, at: map[int]func(){}}
	b.archive.PostBytes = 2000
	server := httptest.NewServer(b.archive)
	t.Cleanup(server.Close)
	b.host = strings.TrimPrefix(server.URL, "http://")
	b.archive.On(func(blogtest.Request) {
		b.wait(time.Second)
		b.mu.Lock()
		b.requests++
		do := b.at[b.requests]
		b.mu.Unlock()
		if do != nil {
			do()
		}
	})
	b.open(t)
	return b
}

// open starts the program anew on what it left.
func (b *big) open(t *testing.T) {
	t.Helper()
	s := feed.Series{Slug: slug, Sources: []feed.Source{{URL: "http://" + b.host + "/"}}, Every: 24 * time.Hour}
	var now time.Duration
	if b.world != nil {
		must(t, b.index.Close())
		must(t, b.store.Close())
		now = b.ahead
	}
	b.world = worldOf(t, b.dir, b.host, indexer.Config{Slice: b.slice, Workers: 1}, s)
	b.world.wait(now)
}

// run lets the schedule work until something holds.
func (b *big) run(t *testing.T, until func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { b.Run(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()
	waitLong(t, 3*time.Minute, until)
}

func (b *big) series(t *testing.T) feed.Series {
	t.Helper()
	s, err := b.store.SeriesBySlug(t.Context(), slug)
	must(t, err)
	return s
}

// filled reports whether the whole archive was read.
func (b *big) filled(t *testing.T) bool {
	s := b.series(t)
	return s.Stories > 0 && !s.Backfill.Active() && !s.Health.Crawling
}

// asked counts the requests by path.
func (b *big) asked() map[string]int {
	asked := map[string]int{}
	for _, r := range b.archive.Requests() {
		asked[r.Path]++
	}
	return asked
}

// wantWhole checks that every post is a story, once, in its place, and that
// nothing was asked for twice. Posts up to old were there when the list was
// read.
func (b *big) wantWhole(t *testing.T, old int, twice ...string) {
	t.Helper()
	var want []string
	for n := range b.archive.Posts() {
		want = append(want, fmt.Sprint(n+1, " ", b.archive.PostTitle(n+1)))
	}
	var got []string
	for _, s := range b.stories() {
		got = append(got, fmt.Sprint(s.Part, " ", s.Title))
	}
	slices.Sort(got[min(old, len(got)):])
	slices.Sort(want[old:])
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts and titles (-want +got):\n%s", diff)
	}
	for path, n := range b.asked() {
		if n > 1 && path != "/robots.txt" && !slices.Contains(twice, path) {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	b.consistent()
}

func TestBigArchiveIsReadInSlices(t *testing.T) {
	t.Parallel()
	b := newBig(t, 125)
	var notes []string
	b.run(t, func() bool {
		if note := b.series(t).Backfill.String(); len(notes) == 0 || note != notes[len(notes)-1] {
			notes = append(notes, note)
		}
		return b.filled(t)
	})
	b.wantWhole(t, 125)
	crawls, err := b.store.Crawls(t.Context(), slug, 0)
	must(t, err)
	if len(crawls) < 3 {
		t.Errorf("%d visits read 13 pages and 125 posts in slices of 40 requests", len(crawls))
	}
	for _, c := range crawls {
		if c.Requests > 42 || c.Failed > 0 || c.Err != "" {
			t.Errorf("a slice of 40 s, with a request a second, was %s", indexer.Line(c))
		}
	}
	if h := b.health(); h.State != feed.StateOK || h.Next.Sub(b.now()) < 20*time.Hour {
		t.Errorf("after the back-fill the series is %s (%s), to be visited in %v", h.State, h.Reason, h.Next.Sub(b.now()))
	}
	if !slices.ContainsFunc(notes, func(n string) bool {
		return strings.Contains(n, "of 125 stories, about ") && strings.Contains(n, " min to go")
	}) {
		t.Errorf("no estimate was to be seen: %q", notes)
	}
}

// Subscribers see the newest stories from the beginning; those who start to
// read at part one get one part after the other.
func TestNewestStoriesAreReadFirst(t *testing.T) {
	t.Parallel()
	b := newBig(t, 110)
	b.run(t, func() bool { return b.filled(t) })
	var order []string
	for _, r := range b.archive.Requests() {
		if strings.HasPrefix(r.Path, "/page/") || r.Path == "/" || r.Path == "/robots.txt" {
			continue
		}
		order = append(order, r.Path)
	}
	var want []string
	for n := 110; n > 60; n-- {
		want = append(want, b.archive.PostPath(n))
	}
	for n := 1; n <= 60; n++ {
		want = append(want, b.archive.PostPath(n))
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("stories in the order in which they were asked for (-want +got):\n%s", diff)
	}
}

// The program is ended at any moment of a back-fill, again and again, and goes
// on where it was.
func TestBackfillSurvivesRestarts(t *testing.T) {
	t.Parallel()
	b := newBig(t, 110)
	stops := []int{2, 9, 12, 13, 25, 100}
	for _, n := range stops {
		ctx, cancel := context.WithCancel(t.Context())
		b.mu.Lock()
		b.at[n] = cancel
		b.mu.Unlock()
		b.Run(ctx)
		cancel()
		b.open(t)
	}
	b.run(t, func() bool { return b.filled(t) })
	cut := map[string]bool{} // a page whose answer the stop cut off may be asked for again
	all := b.archive.Requests()
	for _, n := range stops {
		cut[all[n-1].Path] = true
	}
	for path, n := range b.asked() {
		if path != "/robots.txt" && (n > 1 && !cut[path] || n > 2) {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	b.wantWhole(t, 110, keys(cut)...)
}

func keys(m map[string]bool) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}

// Posts that are published while the list is read move all others.
func TestPostsPublishedDuringTheWalk(t *testing.T) {
	t.Parallel()
	b := newBig(t, 105)
	b.slice = 10 * time.Second // several slices for the list alone
	b.open(t)
	b.at[5] = func() { b.archive.Publish(1) }
	b.at[9] = func() { b.archive.Publish(12) }
	b.at[11] = func() { b.archive.Publish(3) }
	b.run(t, func() bool { return b.filled(t) })
	b.wait(27 * time.Hour) // a day and its jitter
	b.run(t, func() bool { return b.series(t).Stories == 121 && !b.series(t).Health.Crawling })
	b.wantWhole(t, 105, append(keys(b.pages()), b.archive.PostPath(105))...)
	for path, n := range b.asked() {
		if n > 1 && !strings.HasPrefix(path, "/page/") && path != "/" && path != "/robots.txt" && b.conditional(path) != n-1 {
			t.Errorf("%s was downloaded %d times", path, n-b.conditional(path))
		}
	}
}

// pages are the paths that are no post's.
func (b *big) pages() map[string]bool {
	paths := map[string]bool{}
	for _, r := range b.archive.Requests() {
		paths[r.Path] = true
	}
	return paths
}

func (b *big) conditional(path string) (n int) {
	for _, r := range b.archive.Requests() {
		if r.Path == path && r.Conditional() {
			n++
		}
	}
	return n
}

// A page of the list that fails is where the next visit goes on.
func TestListPageThatFailsInABackfill(t *testing.T) {
	t.Parallel()
	b := newBig(t, 105)
	b.archive.Fail("/page/6/", 503)
	b.run(t, func() bool { return b.health().State == feed.StateFailing })
	if h := b.health(); !strings.Contains(h.Reason, "/page/6/") || b.series(t).Stories != 0 {
		t.Errorf("health is %s, with %d stories; want the page's name and none", h.Reason, b.series(t).Stories)
	}
	b.archive.Fail("/page/6/", 0)
	b.wait(20 * time.Minute)
	b.run(t, func() bool { return b.filled(t) })
	b.wantWhole(t, 105, "/page/6/")
}

// A small series does not wait for a big one.
func TestBackfillLeavesOthersTheirTurn(t *testing.T) {
	t.Parallel()
	b := newBig(t, 105)
	small := hub(t)
	b.dir = t.TempDir()
	b.openWith(t, small)
	b.run(t, func() bool { return b.filled(t) })
	var first time.Time
	crawls, err := b.store.Crawls(t.Context(), "small", 0)
	must(t, err)
	if len(crawls) == 0 {
		t.Fatal("the small series was not visited during the back-fill")
	}
	first = crawls[len(crawls)-1].Started
	visits, err := b.store.Crawls(t.Context(), slug, 0)
	must(t, err)
	if last := visits[0].Started; !first.Before(last) || len(visits) < 3 {
		t.Errorf("the small series was first visited at %v, the last of %d slices began at %v", first, len(visits), last)
	}
}

func (b *big) openWith(t *testing.T, other *blogtest.Blog) {
	t.Helper()
	s := feed.Series{Slug: slug, Sources: []feed.Source{{URL: "http://" + b.host + "/"}}, Every: 24 * time.Hour}
	o := feed.Series{Slug: "small", Sources: []feed.Source{{URL: other.Source()}}, Every: 24 * time.Hour}
	b.world = worldOf(t, b.dir, b.host, indexer.Config{Slice: b.slice, Workers: 1}, s, o)
}

// A crawl that somebody asked for goes on to the end, and says how far it is.
func TestAskedCrawlFillsToTheEnd(t *testing.T) {
	t.Parallel()
	b := newBig(t, 120)
	var notes []string
	c, err := b.Crawl(t.Context(), slug, func(p indexer.Progress) { notes = append(notes, p.Note) })
	must(t, err)
	if c.New != 120 || c.Failed != 0 {
		t.Errorf("report: %s", indexer.Line(c))
	}
	b.wantWhole(t, 120)
	if last := notes[len(notes)-1]; last != "back-filling: 119 of 120 stories, about 1 min to go" {
		t.Errorf("the last note was %q", last)
	}
	if !slices.Contains(notes, "back-filling: 11 pages read of the lists; the stories follow") {
		t.Errorf("no note tells of the list: %q", slices.Compact(notes)[:min(14, len(slices.Compact(notes)))])
	}
}

// What shows nothing of its age keeps the order of the list in the feed of the
// newest, though it is not read in that order.
func TestUndatedArchiveKeepsItsOrder(t *testing.T) {
	t.Parallel()
	b := newBig(t, 110)
	b.archive.Undated = true
	b.run(t, func() bool { return b.filled(t) })
	list, _, err := b.store.Stories(t.Context(), slug, store.StoryQuery{Order: store.OrderNewest, WithoutBody: true})
	must(t, err)
	for i, s := range list {
		if want := b.archive.PostTitle(110 - i); s.Title != want || s.Part != 110-i || !s.Published.IsZero() {
			t.Fatalf("the %d-th newest story is part %d, %q, of %v; want %q, undated", i+1, s.Part, s.Title, s.Published, want)
		}
	}
}
