package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// asIs cleans nothing.
func asIs(html string) string { return html }

// told makes a store with a bit of everything that an export holds.
func told(t *testing.T, dir string) *store.Store {
	t.Helper()
	clock := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := open(t, store.Config{Dir: dir, Now: func() time.Time { clock = clock.Add(time.Minute); return clock }})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	check(s.SyncSeries(ctx, []feed.Series{{Slug: "old", Every: time.Hour, Sources: []feed.Source{{URL: "https://a.example/"}}}}))
	check(s.SyncSeries(ctx, series())) // which renames it
	check(s.SetSource(ctx, "a", feed.Source{URL: "https://a.example/", Kind: feed.SourceHub, Complete: true, SignalURL: "https://a.example/feed"}))
	check(s.SetSeriesPage(ctx, "a", store.SeriesPage{Title: "A <series> & more", Description: "Of stories", HomeURL: "https://a.example/", Language: "en"}))
	links := []store.Link{{URL: "https://a.example/later/", Source: "https://a.example/", Authors: []string{"Ada"}}}
	for i := range 5 {
		links = append(links, store.Link{URL: fmt.Sprintf("https://a.example/%d/", i), Source: "https://a.example/", Position: i + 1, Anchor: "a \u2028 link"})
	}
	check(s.SaveLinks(ctx, "a", links))
	_, err := s.ReservePart(ctx, "a", feed.URLKey("https://a.example/later/"))
	check(err)
	for i := range 5 {
		st := numbered(i)
		st.Authors, st.Tags = []string{"Zoë", "Ada & Co"}, []string{"tag"}
		st.HTML = "<p>Text with \"quotes\" &amp; <em>markup</em></p>"
		if i > 0 {
			st.Published = feed.Date{Time: time.Date(2020, 1, i, 8, 0, 0, 0, time.UTC), Precision: feed.PrecisionDay, Source: feed.DateFromFeed}
		}
		saved, err := s.SaveStory(ctx, store.Save{Story: st, LinkKey: feed.URLKey(fmt.Sprintf("https://a.example/%d/", i)), Old: i == 0})
		check(err)
		check(s.AddAlias(ctx, "a", saved.GUID, fmt.Sprintf("https://www.a.example/?p=%d", i)))
		if i == 3 {
			st.Text += " An edit."
			st.Hash = feed.ContentHash(st.Title, st.Text)
			st.Updated = feed.Date{Time: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), Precision: feed.PrecisionSecond, Source: feed.DateFromHash}
			_, err := s.SaveStory(ctx, store.Save{Story: st})
			check(err)
		}
		if i == 1 {
			check(s.SealArchive(ctx, "a", 1, []feed.Story{saved}, nil))
		}
		if i == 4 {
			for range 2 {
				_, err := s.MarkMissing(ctx, "a", saved.GUID, time.Second)
				check(err)
			}
		}
	}
	check(s.SavePage(ctx, store.Page{Series: "a", URL: "https://a.example/", ETag: `W/"x"`, FinalURL: "https://a.example/", Fetched: clock}))
	check(s.SaveTemplate(ctx, store.Template{Series: "a", Site: "a.example", Profile: []byte(`{"title":["h1"]}`), Learned: clock}))
	check(s.SetBackfill(ctx, "a", feed.Backfill{Since: clock, Pace: 2 * time.Second}))
	_, err = s.Claim(ctx, "a", "me", time.Hour)
	check(err)
	check(s.FinishCrawl(ctx, "me", feed.Crawl{Series: "a", Started: clock, Took: 1500 * time.Millisecond, Found: 5, New: 5, Notes: []string{"hub"}}, feed.Health{State: feed.StateDegraded, Fault: feed.FaultList, Reason: "the list shrank", Since: clock}))
	return s
}

func export(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	done, err := s.Export(t.Context(), &b)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("\n")); int64(n) != done.Lines {
		t.Errorf("the export says that it has %d lines, and has %d", done.Lines, n)
	}
	return b.Bytes()
}

// What was exported and imported is exported as the same bytes, whether the
// series is configured there or not, and a second import changes nothing.
func TestImportIntoNewStore(t *testing.T) {
	was := told(t, t.TempDir())
	want := export(t, was)
	for _, typ := range []string{"series", "source", "moved", "backfill", "template", "story", "revision", "alias", "archived", "link", "page", "crawl", "change", "line"} {
		if !bytes.Contains(want, []byte(`{"type":"`+typ+`",`)) {
			t.Errorf("the export has no line of type %q", typ)
		}
	}
	for name, configured := range map[string][]feed.Series{"configured": series(), "not configured": nil} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, store.Config{Dir: dir})
			if err := s.SyncSeries(t.Context(), configured); err != nil {
				t.Fatal(err)
			}
			done, err := s.Import(t.Context(), bytes.NewReader(want), asIs)
			if err != nil {
				t.Fatal(err)
			}
			if len(done.Series) != 1 || done.Stories != 5 || done.Series[0].Added != 5 || done.Series[0].Configured != (configured != nil) || len(done.Series[0].Series.Sources) != 1 {
				t.Errorf("the import says %+v; want one series of five stories", done)
			}
			if got := export(t, s); !bytes.Equal(got, want) {
				t.Errorf("exported again it is\n%s\nwant\n%s", got, want)
			}
			watch := raw(t, dir)
			version := func() (v int64) {
				if err := watch.QueryRow(`PRAGMA data_version`).Scan(&v); err != nil {
					t.Fatal(err)
				}
				return v
			}
			before := version()
			again, err := s.Import(t.Context(), bytes.NewReader(want), asIs)
			if err != nil || again.Stories != 0 || again.Series[0].Known != 5 {
				t.Errorf("a second import says %+v, %v; want all known", again, err)
			}
			if version() != before {
				t.Error("a second import wrote to the file")
			}
			// A new name that is configured later takes the series up, and so does its own.
			if err := s.SyncSeries(t.Context(), series()); err != nil {
				t.Fatal(err)
			}
			old, _, err := was.Stories(t.Context(), "a", store.StoryQuery{WithGone: true})
			if err != nil {
				t.Fatal(err)
			}
			stories, _, err := s.Stories(t.Context(), "a", store.StoryQuery{WithGone: true})
			if err != nil || fmt.Sprint(stories) != fmt.Sprint(old) {
				t.Errorf("the stories are %v, %v; want %v", stories, err, old)
			}
			if now, err := s.MovedSlug(t.Context(), "old"); err != nil || now != "a" {
				t.Errorf("the old name leads to %q, %v; want a", now, err)
			}
			if name, line, err := s.Arrivals(t.Context(), feed.TermAuthor, "zoe"); err != nil || name != "Zoë" || len(line) != 5 {
				t.Errorf("the line of %s has %d stories, %v; want 5", name, len(line), err)
			}
			if next, err := s.ReservePart(t.Context(), "a", feed.URLKey("https://a.example/later/")); err != nil || next != 1 {
				t.Errorf("the reserved part is %d, %v; want 1", next, err)
			}
		})
	}
}

// To a series that went on, only what it lacks is added.
func TestImportIntoKnownSeries(t *testing.T) {
	file := export(t, told(t, t.TempDir()))
	s := open(t, store.Config{Dir: t.TempDir()})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	kept := numbered(3)
	kept.Title, kept.Part = "Newer here", 5
	other := numbered(9)
	other.Part = 6 // which numbered(4) has in the file
	for _, st := range []feed.Story{kept, other} {
		if _, err := s.SaveStory(t.Context(), store.Save{Story: st}); err != nil {
			t.Fatal(err)
		}
	}
	done, err := s.Import(t.Context(), bytes.NewReader(file), asIs)
	if err != nil {
		t.Fatal(err)
	}
	if got := done.Series[0]; got.Added != 3 || got.Known != 1 || got.Refused != 1 {
		t.Errorf("%d stories were added, %d known, %d refused; want 3, 1, 1", got.Added, got.Known, got.Refused)
	}
	if st, err := s.StoryIn(t.Context(), "a", kept.GUID); err != nil || st.Title != kept.Title {
		t.Errorf("the story that was there is %q, %v; want it as it was", st.Title, err)
	}
	if next, err := s.SaveStory(t.Context(), store.Save{Story: numbered(7)}); err != nil || next.Part != 7 {
		t.Errorf("the next story gets part %d, %v; want 7", next.Part, err)
	}
	if pending, err := s.Pending(t.Context(), 0); err != nil || len(pending) != 6 {
		t.Errorf("%d stories wait for the index, %v; want all 6", len(pending), err)
	}
}

// A file that is not as it was written is refused as a whole, with the line.
func TestImportRefuses(t *testing.T) {
	file := string(export(t, told(t, t.TempDir())))
	lines := strings.SplitAfter(file, "\n")
	lines = lines[:len(lines)-1]
	s := open(t, store.Config{Dir: t.TempDir()})
	for name, tc := range map[string]struct{ file, want string }{
		"nothing":                {"", "first line must be"},
		"another file":           {"<opml/>\n", "first line must be"},
		"other JSON":             {`{"version":1}` + "\n", "first line must be"},
		"a newer version":        {strings.Replace(file, `"version":1`, `"version":2`, 1), "version 2, this program knows version 1"},
		"a cut":                  {strings.Join(lines[:len(lines)-3], ""), "cut off"},
		"a cut within a line":    {file[:len(file)/2], "no JSON object"},
		"a line less":            {strings.Join(append(append([]string{}, lines[:3]...), lines[4:]...), ""), "not whole"},
		"two files":              {file + file, "follows the last line"},
		"another type":           {strings.Replace(file, `"type":"page"`, `"type":"leaf"`, 1), `no lines of type "leaf"`},
		"another field":          {strings.Replace(file, `"words":`, `"wordz":`, 1), "fields that"},
		"a script as an address": {strings.Replace(file, `"permalink":"https:`, `"permalink":"javascript:`, 1), "no http or https address"},
		"no slug":                {strings.Replace(file, `"slug":"a"`, `"slug":"../a"`, 1), "no slug"},
		"no GUID":                {strings.Replace(file, `"guid":"urn:uuid:`, `"guid":"tag:`, 1), "no GUID"},
		"a part below 1":         {strings.Replace(file, `"part":2,`, `"part":-2,`, 1), "parts begin at 1"},
		"a part of another type": {strings.Replace(file, `"part":2,`, `"part":"two",`, 1), "part: "},
		"no date":                {strings.Replace(file, `"saved":"2026`, `"saved":"26`, 1), "saved: "},
		"a row that lacks much":  {strings.Replace(file, `"saved":"2026-03-01T`, `"hash":"","x":"`, 1), "line "},
		"a stray revision":       {strings.Replace(file, `{"type":"revision","series":"a","guid":"urn:uuid:`, `{"type":"revision","series":"a","guid":"urn:uuid:0`, 1), "does not stand below"},
		"a stray link":           {strings.Replace(file, `{"type":"link","series":"a"`, `{"type":"link","series":"b"`, 1), "stands below another"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Import(t.Context(), strings.NewReader(tc.file), asIs)
			var fault *store.ImportError
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %v; want one of a line that says %q", err, tc.want)
			}
			if left := export(t, s); bytes.Count(left, []byte("\n")) != 2 {
				t.Errorf("something was kept:\n%s", left)
			}
		})
	}
}

// What somebody else wrote is cleaned as a page would be.
func TestImportCleans(t *testing.T) {
	file := bytes.ReplaceAll(export(t, told(t, t.TempDir())), []byte(`<em>markup</em>`), []byte(`<script>1</script>`))
	file = bytes.ReplaceAll(file, []byte(`Ada \u0026 Co`), []byte(`Ada\u0001 & Co`))
	s := open(t, store.Config{Dir: t.TempDir()})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), bytes.NewReader(file), func(html string) string { return strings.ReplaceAll(html, "<script>1</script>", "") }); err != nil {
		t.Fatal(err)
	}
	st, err := s.StoryByPart(t.Context(), "a", 3)
	if err != nil || strings.Contains(st.HTML, "script") || st.Authors[1] != "Ada & Co" {
		t.Errorf("the story came as %q by %q, %v; want it clean", st.HTML, st.Authors, err)
	}
}

// A text that the disk lost does not keep the others from being exported.
func TestExportLeavesDamageOut(t *testing.T) {
	dir := t.TempDir()
	s := told(t, dir)
	if _, err := raw(t, dir).Exec(`UPDATE revisions SET text = text || 'x' WHERE guid = ? AND number = 1`, numbered(3).GUID); err != nil {
		t.Fatal(err)
	}
	done, err := s.Export(t.Context(), io.Discard)
	if err != nil || done.Damaged != 1 || done.Stories != 5 {
		t.Errorf("%+v, %v; want five stories, and one revision damaged", done, err)
	}
}

// However large the store, an export and an import hold little of it.
func TestExportAndImportStream(t *testing.T) {
	const n = 24
	s := open(t, store.Config{Dir: t.TempDir()})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		st := numbered(i)
		st.HTML = "<p>" + strings.Repeat("A long story goes on. ", 60_000) + "</p>"
		if _, err := s.SaveStory(t.Context(), store.Save{Story: st}); err != nil {
			t.Fatal(err)
		}
	}
	into := open(t, store.Config{Dir: t.TempDir()})
	r, w := io.Pipe()
	go func() {
		_, err := s.Export(t.Context(), w)
		w.CloseWithError(err)
	}()
	most := watchHeap(t)
	if _, err := into.Import(t.Context(), r, asIs); err != nil {
		t.Fatal(err)
	}
	if mb := most() >> 20; mb > 20 {
		t.Errorf("the heap grew by %d MB for %d stories of 1.3 MB, want less than 20", mb, n)
	}
}

// watchHeap returns a function that tells by how much the heap in use grew at
// most until it is called.
func watchHeap(t *testing.T) (most func() uint64) {
	t.Helper()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	// Garbage counts as well: with little of it what is kept is seen.
	usual := debug.SetGCPercent(10)
	t.Cleanup(func() { debug.SetGCPercent(usual) })
	runtime.GC()
	start, stop, peak := heap(), make(chan struct{}), make(chan uint64)
	go func() {
		var high uint64
		for {
			select {
			case <-stop:
				peak <- high
				return
			case <-time.After(5 * time.Millisecond):
				high = max(high, heap())
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return max(<-peak, start) - start
	}
}
