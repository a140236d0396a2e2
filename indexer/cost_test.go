package indexer_test

import (
	"database/sql"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
)

// freeze makes every write to what readers see an error of the store.
func freeze(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "storyfeed.db"))
	must(t, err)
	defer db.Close()
	for _, table := range []string{"stories", "revisions", "aliases", "links", "index_pending", "documents"} {
		for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			_, err := db.Exec(fmt.Sprintf(`CREATE TRIGGER frozen_%[1]s_%[2]s BEFORE %[2]s ON %[1]s BEGIN SELECT RAISE(ABORT, '%[2]s of %[1]s'); END`, table, event))
			must(t, err)
		}
	}
}

// A visit to a site where nothing changed asks for nothing but that, and writes
// nothing.
func TestUnchangedArchive(t *testing.T) {
	t.Parallel()
	const posts = 230
	b := newBig(t, posts)
	_, err := b.Crawl(t.Context(), slug, nil)
	must(t, err)
	freeze(t, b.dir)
	b.archive.Reset()

	c, err := b.Crawl(t.Context(), slug, nil)
	must(t, err)
	if c.Err != "" || c.Unchanged != posts || c.Failed != 0 || c.Requests > posts+2 {
		t.Errorf("asked for: %s", indexer.Line(c))
	}
	b.wantOnly304(t)

	b.archive.Reset()
	reports := b.reports()
	b.wait(27 * time.Hour) // a day and its jitter
	b.run(t, func() bool { return b.reports() > reports })
	crawls, err := b.store.Crawls(t.Context(), slug, 1)
	must(t, err)
	if c := crawls[0]; c.Err != "" || c.Unchanged != posts || c.Failed != 0 || c.Requests > 205 {
		t.Errorf("scheduled: %s; want no more than 200 requests for stories", indexer.Line(c))
	}
	b.wantOnly304(t)
}

// A site that may only be asked slowly does not keep a worker for longer than
// a slice, and yet all its stories are looked at within some visits.
func TestSlowSiteIsLookedAtInTurns(t *testing.T) {
	t.Parallel()
	const posts, each, visits = 40, 12, 26 // each: stories that a slice has time for
	b := newBig(t, posts)
	_, err := b.Crawl(t.Context(), slug, nil)
	must(t, err)
	b.Slice = each * time.Second // the site takes a second for an answer
	b.archive.Reset()
	for range visits {
		reports := b.reports()
		b.wait(27 * time.Hour)
		b.run(t, func() bool { return b.reports() > reports })
		crawls, err := b.store.Crawls(t.Context(), slug, 1)
		must(t, err)
		if c := crawls[0]; c.Err != "" || c.Unchanged != posts || c.Requests > each+2 {
			t.Errorf("%s; want no more than %d requests", indexer.Line(c), each+2)
		}
	}
	looked := b.asked()
	for n := 1; n <= posts; n++ {
		if path := b.archive.PostPath(n); looked[path] == 0 {
			t.Errorf("%s was not looked at in %d visits", path, visits)
		}
	}
	if newest := looked[b.archive.PostPath(posts)]; newest < visits {
		t.Errorf("the newest story was looked at in %d of %d visits", newest, visits)
	}
}

// wantOnly304 checks that no page was sent again, so that none was read.
func (b *big) wantOnly304(t *testing.T) {
	t.Helper()
	for _, r := range b.archive.Requests() {
		if r.Path != "/robots.txt" && (!r.Conditional() || r.Status != 304) {
			t.Errorf("%v (conditional: %t), want a conditional request and 304", r, r.Conditional())
		}
	}
}

// BenchmarkUnchanged visits a thousand stories that have not changed.
func BenchmarkUnchanged(b *testing.B) {
	archive := blogtest.NewArchive(1000)
	archive.PostBytes = 2000
	server := httptest.NewServer(archive)
	defer server.Close()
	s := feed.Series{Slug: slug, Sources: []feed.Source{{URL: server.URL + "/"}}, Every: 24 * time.Hour}
	w := worldOf(b, b.TempDir(), strings.TrimPrefix(server.URL, "http://"), indexer.Config{}, s)
	if _, err := w.Crawl(b.Context(), slug, nil); err != nil {
		b.Fatal(err)
	}
	requests := 0
	for b.Loop() {
		c, err := w.Crawl(b.Context(), slug, nil)
		if err != nil || c.Unchanged != 1000 {
			b.Fatal(indexer.Line(c), err)
		}
		requests += c.Requests
	}
	b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
}
