package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// older makes a database one from before there were lists of authors and tags.
const older = `DROP TABLE pictures; DROP TABLE days; DROP TABLE host_days; ALTER TABLE hosts DROP COLUMN released_ms; DROP TABLE made_feeds; DROP TABLE gathered; DROP TABLE lines; ALTER TABLE series DROP COLUMN first_slug; DROP TABLE moved_slugs;
	DROP INDEX stories_arrival; DROP INDEX stories_series_arrival; ALTER TABLE stories DROP COLUMN arrival; DELETE FROM goose_db_version WHERE version_id >= 10`

// A database from before stories were gathered is brought forward whole.
func TestGatherOlder(t *testing.T) {
	dir := t.TempDir()
	s := open(t, store.Config{Dir: dir})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		st := numbered(i)
		st.Authors, st.Tags = []string{"Zoë"}, []string{fmt.Sprint("tag ", i)}
		if _, err := s.SaveStory(t.Context(), store.Save{Story: st}); err != nil {
			t.Fatal(err)
		}
	}
	want, err := s.Gathered(t.Context(), feed.TermAuthor, "zoe", 9)
	if err != nil || len(want) != 3 {
		t.Fatalf("%d stories, %v; want 3", len(want), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := raw(t, dir).Exec(older); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Config{Dir: dir})
	got, err := s.Gathered(t.Context(), feed.TermAuthor, "zoe", 9)
	if err != nil || len(got) != 3 || got[0].GUID != want[0].GUID {
		t.Errorf("%d stories, %v; want the same as before", len(got), err)
	}
	if name, line, err := s.Arrivals(t.Context(), feed.TermAuthor, "zoe"); err != nil || len(line) != 3 || feed.TermSlug(name) != "zoe" || line[0].Since.IsZero() || line[0].Day.IsZero() {
		t.Errorf("the line of %s is %v, %v; want the three stories", name, line, err)
	}
	if tags, err := s.Terms(t.Context(), feed.TermTag, 9); err != nil || len(tags) != 3 || tags[0].Slug != "tag-0" {
		t.Errorf("tags %v, %v; want three", tags, err)
	}
}

// BenchmarkGathered asks a store of 50,000 stories in 50 series, with an author
// and a tag that all of them have.
func BenchmarkGathered(b *testing.B) {
	n := 50_000
	if testing.Short() {
		n = 1000
	}
	s := open(b, store.Config{Dir: fill(b, n)})
	ask := map[string]func() (int, error){
		"Stamp": func() (int, error) { _, _, err := s.Stamp(b.Context()); return 1, err },
		"Terms": func() (int, error) { t, err := s.Terms(b.Context(), feed.TermTag, 50); return len(t), err },
		"Removed": func() (int, error) {
			t, err := s.Removed(b.Context(), "", "", 50)
			return len(t) + 1, err
		},
	}
	for name, term := range map[string]feed.Term{
		"All": {}, "Author": {Kind: feed.TermAuthor, Slug: "everybody"}, "Tag": {Kind: feed.TermTag, Slug: "everything"}, "RareTag": {Kind: feed.TermTag, Slug: "tag-7"},
	} {
		ask[name] = func() (int, error) { l, err := s.Gathered(b.Context(), term.Kind, term.Slug, 50); return len(l), err }
	}
	for name, do := range ask {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n, err := do(); n == 0 || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// fill makes a database of n stories, past the store, which would sync each.
func fill(b *testing.B, n int) (dir string) {
	dir = b.TempDir()
	s := open(b, store.Config{Dir: dir})
	list := make([]feed.Series, 50)
	for i := range list {
		list[i] = feed.Series{Slug: fmt.Sprint("s", i), Every: time.Hour, Sources: []feed.Source{{URL: fmt.Sprintf("https://s%d.example/", i)}}}
	}
	if err := s.SyncSeries(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	db := raw(b, dir)
	begin := time.Date(2010, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()
	must := func(_ sql.Result, err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	must(db.Exec(`BEGIN; ` + older))
	for i := range n {
		series, guid := fmt.Sprint("s", i%50), fmt.Sprint("urn:x:", i)
		must(db.Exec(`INSERT INTO stories (series, guid, part, permalink, canonical_url, title, authors, tags, language, image_url, published, published_precision, published_source,
			updated_precision, updated_source, fetched, words, hash, revision) VALUES (?, ?, ?, ?, '', 'A title', ?, ?, 'en', '', ?, 'day', 'byline', '', '', ?, 9, ?, 1)`,
			series, guid, i/50+1, "https://s.example/"+guid, fmt.Sprintf(`["Everybody","Author %d"]`, i%997), fmt.Sprintf(`["everything","Tag %d","Tag %d"]`, i%499, i%83), begin+int64(i)*7200, begin, guid))
		must(db.Exec(`INSERT INTO revisions (series, guid, number, saved, hash, title, text, html, sum) VALUES (?, ?, 1, 0, '', 'A title', ?, '', 0)`, series, guid, strings.Repeat("text ", 1000)))
	}
	must(db.Exec(`COMMIT`))
	return dir
}
