package indexer_test

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer"
)

// shop is a publisher over a store that tests fill by themselves.
type shop struct {
	*indexer.Publisher
	t     testing.TB
	store *store.Store
	mu    sync.Mutex
	at    time.Time
	saved int
}

const shopURL = "https://stories.example"

func newShop(t testing.TB, stories int) *shop {
	t.Helper()
	s := &shop{t: t, at: time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)}
	var err error
	s.store, err = store.Open(t.Context(), store.Config{Dir: t.TempDir(), Now: s.now})
	must(t, err)
	t.Cleanup(func() { s.store.Close() })
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{{Slug: slug, Title: "Letters", Sources: []feed.Source{{URL: "https://blog.example/"}}, Every: time.Hour}}))
	s.open()
	for range stories {
		s.save("A plain text of a few words.")
	}
	s.publish()
	return s
}

func (s *shop) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *shop) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

// open begins as after a start of the program.
func (s *shop) open() {
	s.t.Helper()
	s.Publisher = indexer.NewPublisher(s.store, shopURL, "test", slog.New(slog.DiscardHandler))
	must(s.t, s.Load(s.t.Context()))
}

func (s *shop) publish() {
	s.t.Helper()
	must(s.t, s.Publish(s.t.Context(), slug))
}

// save adds one story, a day younger than the one before.
func (s *shop) save(text string) feed.Story {
	s.t.Helper()
	s.saved++
	return s.write(s.saved, text)
}

func (s *shop) write(n int, text string) feed.Story {
	s.t.Helper()
	url := fmt.Sprintf("https://blog.example/%d/", n)
	st := feed.Story{
		GUID: feed.GUID(url), Series: slug, Permalink: url, CanonicalURL: url, Title: fmt.Sprint("Letter ", n), Fetched: s.now(),
		Published: feed.Date{Time: time.Date(2020, 1, n, 0, 0, 0, 0, time.UTC), Precision: feed.PrecisionDay, Source: "byline"},
		Text:      text, HTML: "<p>" + text + "</p>", Words: len(strings.Fields(text)), Hash: feed.ContentHash(fmt.Sprint("Letter ", n), text),
	}
	st, err := s.store.SaveStory(s.t.Context(), store.Save{Story: st, LinkKey: feed.URLKey(url)})
	must(s.t, err)
	return st
}

// body is a published document.
func (s *shop) body(path string) string {
	s.t.Helper()
	d, ok := s.Document(path)
	if !ok {
		s.t.Fatalf("there is no %s", path)
	}
	r, err := d.Identity()
	must(s.t, err)
	b, err := io.ReadAll(r)
	must(s.t, err)
	return string(b)
}

// linkForms find the address of another document by its relation.
var linkForms = map[feed.Format]string{
	feed.Atom: `<link href="` + shopURL + `([^"]*)" rel="%s"`,
	feed.RSS:  `<atom:link href="` + shopURL + `([^"]*)" rel="%s"`,
	feed.JSON: `"next_url": "` + shopURL + `([^"]*)"`,
}

func linkOf(f feed.Format, body, rel string) string {
	form := linkForms[f]
	if f != feed.JSON {
		form = fmt.Sprintf(form, rel)
	}
	if m := regexp.MustCompile(form).FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return ""
}

// follow reads a document and those that it leads to, by a relation: their
// bytes by path, and the ids of all stories, in the order met.
func (s *shop) follow(f feed.Format, path, rel string) (bodies map[string]string, ids []string) {
	s.t.Helper()
	bodies = map[string]string{}
	for path != "" {
		body := s.body(path)
		if _, again := bodies[path]; again {
			s.t.Fatalf("%s leads back to itself", path)
		}
		bodies[path] = body
		if len(body) > feed.ComfortBytes {
			s.t.Errorf("%s has %d bytes", path, len(body))
		}
		found, err := feed.GUIDs(f, []byte(body))
		must(s.t, err)
		ids = append(ids, found...)
		path = linkOf(f, body, rel)
	}
	return bodies, ids
}

func (s *shop) want() []string {
	s.t.Helper()
	all, _, err := s.store.Stories(s.t.Context(), slug, store.StoryQuery{Order: store.OrderReading, WithoutBody: true})
	must(s.t, err)
	var ids []string
	for _, st := range all {
		ids = append(ids, st.GUID)
	}
	return ids
}

// reachable checks that every story is found from the newest document alone,
// once, and returns the archives.
func (s *shop) reachable() map[string]string {
	s.t.Helper()
	archives := map[string]string{}
	want := slices.Sorted(slices.Values(s.want()))
	for _, f := range feed.Formats() {
		head := feed.Path(slug, feed.HeadFeed, f)
		bodies, ids := s.follow(f, head, "prev-archive")
		if got := slices.Sorted(slices.Values(ids)); !slices.Equal(got, want) {
			s.t.Errorf("%s: %d entries lead to %d stories, want each of %d once", f, len(got), len(slices.Compact(slices.Clone(got))), len(want))
		}
		delete(bodies, head)
		for path, body := range bodies {
			archives[path] = body
		}
	}
	return archives
}

// TestArchives: whatever happens to a long series, each of its stories is
// found from the newest document, and no archive changes.
func TestArchives(t *testing.T) {
	t.Parallel()
	s := newShop(t, 230)
	sealed := s.reachable()
	if len(sealed) != 3*2 {
		t.Errorf("%d archives, want 2 in three formats", len(sealed))
	}
	same := func(what string, after map[string]string) {
		t.Helper()
		for path, body := range sealed {
			if after[path] != body {
				t.Errorf("%s: %s has changed", what, path)
			}
		}
		sealed = after
	}
	rounds := 30 // more than are sealed at once
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		s.wait(time.Hour)
		newest := s.save("One more.")
		s.publish()
		same("a new story", s.reachable())
		for _, f := range feed.Formats() {
			if ids, _ := feed.GUIDs(f, []byte(s.body(feed.Path(slug, feed.HeadFeed, f)))); len(ids) < 25 || len(ids) > 50 || ids[0] != newest.GUID {
				t.Fatalf("%s: the newest document has %d stories, the first %s, want 25 to 50 and %s", f, len(ids), ids[0], newest.GUID)
			}
		}
	}
	last := linkOf(feed.Atom, s.body(feed.Path(slug, feed.HeadFeed, feed.Atom)), "prev-archive")
	if next := linkOf(feed.Atom, sealed[last], "next-archive"); next == "" || sealed[next] != "" {
		t.Errorf("the newest archive is followed by %q", next)
	}
	for path, body := range sealed {
		if next := linkOf(feed.Atom, body, "next-archive"); strings.HasSuffix(path, ".atom") && path != last && sealed[next] == "" {
			t.Errorf("%s is followed by %q, which is not there", path, next)
		}
	}

	// What stands there a restart later are the same bytes, and nothing is written.
	etag := func() string { d, _ := s.Document(feed.Path(slug, feed.HeadFeed, feed.Atom)); return d.ETag }
	before := etag()
	s.open()
	s.publish()
	if etag() != before {
		t.Error("a restart has changed the newest document")
	}
	same("a restart", s.reachable())
}

// TestArchivedStories: an edit of an archived story, and its removal, are told
// by the newest document.
func TestArchivedStories(t *testing.T) {
	t.Parallel()
	s := newShop(t, 120)
	sealed := s.reachable()
	s.wait(time.Hour)
	edited := s.write(3, "Another text, after all.")
	s.publish()
	for _, f := range feed.Formats() {
		head := s.body(feed.Path(slug, feed.HeadFeed, f))
		if !strings.Contains(head, edited.GUID) || !strings.Contains(head, "after all") {
			t.Errorf("%s: the newest document does not show the edit", f)
		}
	}
	gone := feed.GUID("https://blog.example/5/")
	for range 2 {
		_, err := s.store.MarkMissing(t.Context(), slug, gone, 24*time.Hour)
		must(t, err)
		s.wait(25 * time.Hour)
	}
	s.publish()
	if head := s.body(feed.Path(slug, feed.HeadFeed, feed.Atom)); !strings.Contains(head, `<at:deleted-entry ref="`+gone+`" when="2026-05-07T`) {
		t.Errorf("the newest document does not tell that a story is gone:\n%.1500s", head)
	}
	for path, body := range sealed {
		switch now := s.body(path); {
		case strings.HasSuffix(path, ".json") && (strings.Contains(now, edited.GUID) || strings.Contains(now, gone)):
			t.Errorf("%s has a story that is gone, or one that a later page shows anew", path)
		case !strings.HasSuffix(path, ".json") && now != body:
			t.Errorf("%s has changed", path)
		}
	}
}

// TestHugeStories: stories of which hardly two fit into a document are archived
// one by one, and all are found.
func TestHugeStories(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it computes much, and alone")
	}
	s := newShop(t, 0)
	for range 14 {
		s.save(strings.Repeat("word after word ", 20_000)) // 320 kB
	}
	s.publish()
	s.reachable()
	s.save(strings.Repeat("and one more ", 30_000))
	s.publish()
	s.reachable()
}

// TestReadingPages: a long series in reading order comes in pages that name
// each other, and only those that change are written.
func TestReadingPages(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it computes much, and alone")
	}
	s := newShop(t, 260)
	long := strings.Repeat("word after word ", 33_000) // two do not fit into one document
	s.save(long)
	s.save(long)
	s.publish()
	for _, f := range feed.Formats() {
		bodies, ids := s.follow(f, feed.Path(slug, feed.ReadingFeed, f), "next")
		if want := s.want(); !slices.Equal(ids, want) {
			t.Errorf("%s: %d stories in reading order, want %d", f, len(ids), len(want))
		}
		if len(bodies) != 3 {
			t.Errorf("%s: %d pages, want 3", f, len(bodies))
		}
		for path, body := range bodies {
			if strings.Contains(body, "fh:complete") {
				t.Errorf("%s says that it is complete", path)
			}
			if f == feed.JSON {
				continue
			}
			if first := linkOf(f, body, "first"); first != feed.ReadingPath(slug, 1, f) {
				t.Errorf("%s: first is %q", path, first)
			}
			if last := linkOf(f, body, "last"); last != feed.ReadingPath(slug, 3, f) {
				t.Errorf("%s: last is %q", path, last)
			}
			if next := linkOf(f, body, "next"); next != "" && linkOf(f, bodies[next], "previous") != path {
				t.Errorf("%s is not the page before %s", path, next)
			}
		}
	}
	tag := func(page int) string { d, _ := s.Document(feed.ReadingPath(slug, page, feed.RSS)); return d.ETag }
	first, last := tag(1), tag(3)
	s.save("And one more.")
	s.publish()
	if tag(1) != first || tag(3) == last {
		t.Errorf("a new story changes the first page: %t, the last one: %t", tag(1) != first, tag(4) != last)
	}
}

// TestShortSeries: a series that fits has one document, which says that it is
// complete, and no page that it once had.
func TestShortSeries(t *testing.T) {
	t.Parallel()
	s := newShop(t, 12)
	for _, f := range feed.Formats() {
		for _, name := range []string{feed.HeadFeed, feed.ReadingFeed} {
			body := s.body(feed.Path(slug, name, f))
			if ids, _ := feed.GUIDs(f, []byte(body)); len(ids) != 12 || f != feed.JSON && !strings.Contains(body, "fh:complete") {
				t.Errorf("%s.%s has %d of 12 stories", name, f, len(ids))
			}
		}
	}
}

// TestOtherVersion: what was published is served from the first moment on, by
// another version and under another title too, until it is written anew.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	s := newShop(t, 120)
	paths := []string{feed.Path(slug, feed.HeadFeed, feed.Atom), feed.Path(slug, feed.ReadingFeed, feed.JSON), feed.ArchivePath(slug, 1, feed.RSS)}
	var before []string
	for _, path := range paths {
		before = append(before, s.body(path))
	}
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{{Slug: slug, Title: "Other Letters", Sources: []feed.Source{{URL: "https://blog.example/"}}, Every: time.Hour}}))
	s.Publisher = indexer.NewPublisher(s.store, shopURL, "next", slog.New(slog.DiscardHandler))
	must(t, s.Load(t.Context()))
	for i, path := range paths {
		if s.body(path) != before[i] {
			t.Errorf("%s is not what it was before the restart", path)
		}
	}
	s.publish()
	if head := s.body(paths[0]); !strings.Contains(head, "Other Letters") || !strings.Contains(head, `version="next"`) {
		t.Errorf("the feed was not written anew: %.600s", head)
	}
	s.Publisher = indexer.NewPublisher(s.store, "https://elsewhere.example", "next", slog.New(slog.DiscardHandler))
	must(t, s.Load(t.Context()))
	for _, path := range paths {
		if _, ok := s.Document(path); ok {
			t.Errorf("%s of another place is served", path)
		}
	}
}

// TestModifiedGrows: readers over libcurl take no document whose time has not
// grown, whatever its tag.
func TestModifiedGrows(t *testing.T) {
	t.Parallel()
	const path = "/s/" + slug + "/" + "reading.atom"
	s := newShop(t, 3)
	modified := func() time.Time {
		d, ok := s.Document(path)
		if !ok {
			t.Fatalf("there is no %s", path)
		}
		return d.Modified
	}
	first := modified()
	if first.After(s.now()) {
		t.Errorf("Modified is %s, which is to come: it is %s", first, s.now())
	}
	s.open()
	s.publish()
	if again := modified(); !again.Equal(first) {
		t.Errorf("Modified %s became %s though nothing changed", first, again)
	}
	s.write(2, "Other words, within the same second.")
	s.publish()
	if second := modified(); !second.After(first) {
		t.Errorf("Modified is %s after %s though the document changed", second, first)
	}
}

// TestBackInRenewedArchive: a story that was gone while its archive was written
// anew, at another address, is found again when it is there again.
func TestBackInRenewedArchive(t *testing.T) {
	t.Parallel()
	s := newShop(t, 120)
	gone := feed.GUID("https://blog.example/5/")
	for range 2 {
		_, err := s.store.MarkMissing(t.Context(), slug, gone, 24*time.Hour)
		must(t, err)
		s.wait(25 * time.Hour)
	}
	s.publish()
	s.Publisher = indexer.NewPublisher(s.store, "https://elsewhere.example", "test", slog.New(slog.DiscardHandler))
	must(t, s.Load(t.Context()))
	s.publish()
	s.open()
	s.publish()
	left := s.reachable()
	s.wait(time.Hour)
	s.save("One more.")
	s.publish()
	for path, body := range s.reachable() {
		if left[path] != body {
			t.Errorf("%s has changed", path)
		}
	}
	s.write(5, "A plain text of a few words.")
	s.publish()
	s.reachable()
}
