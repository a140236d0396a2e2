package web_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// speedWords is the number of words of a generated story.
const speedWords = 800

// speedStories is how many stories [BenchmarkSearchBesideSQLite] generates.
// 20,000 tell how search does; fewer, that it works.
func speedStories(b *testing.B) int {
	if n, err := strconv.Atoi(os.Getenv("STORYFEED_BENCH_STORIES")); err == nil {
		return n
	}
	if testing.Short() {
		return 200
	}
	return 2000
}

// speedWord spells a number as a word. The words of stories follow Zipf's law,
// as those of people do: small numbers are common words.
func speedWord(n int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	endings := []string{"", "s", "ing", "ed", "er", "ness"}
	var b strings.Builder
	ending := endings[n%len(endings)]
	for n += 20; n > 0; n /= 70 {
		b.WriteByte(consonants[n%14])
		b.WriteByte(vowels[n/14%5])
	}
	return b.String() + ending
}

func speedStory(r *rand.Rand, zipf *rand.Zipf, i int) feed.Story {
	var b strings.Builder
	for w := range speedWords {
		if w > 0 && w%14 == 0 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
		b.WriteString(speedWord(int(zipf.Uint64())))
	}
	s := letter(1000+i, speedWord(int(zipf.Uint64())+50)+" "+speedWord(int(zipf.Uint64())+50), nil)
	s.Text = strings.TrimSpace(b.String())
	s.Hash = ""
	s.HTML = "<p>" + s.Text + "</p>"
	s.Authors = []string{fmt.Sprintf("Author %d", r.IntN(200))}
	s.Tags = []string{fmt.Sprintf("tag %d", r.IntN(500)), fmt.Sprintf("tag %d", r.IntN(20))}
	return s
}

// speedQuery is one question, as each of the two is asked it.
type speedQuery struct{ ours, sqlite string }

// speedQueries are questions of ten kinds.
func speedQueries(r *rand.Rand, n int) []speedQuery {
	word := func(from, to int) string { return speedWord(from + r.IntN(to-from)) }
	common := func() string { return word(5, 60) }
	middle := func() string { return word(100, 1500) }
	rare := func() string { return word(5000, 30000) }
	kinds := []func() speedQuery{
		func() speedQuery { w := rare(); return speedQuery{w, w} },
		func() speedQuery { w := middle(); return speedQuery{w, w} },
		func() speedQuery { w := common(); return speedQuery{w, w} },
		func() speedQuery { w := common() + " " + middle(); return speedQuery{w, w} },
		func() speedQuery { w := common() + " " + common() + " " + middle(); return speedQuery{w, w} },
		func() speedQuery { w := middle() + " OR " + rare() + " OR " + middle(); return speedQuery{w, w} },
		func() speedQuery { w := `"` + common() + " " + common() + `"`; return speedQuery{w, w} },
		func() speedQuery { w := middle()[:4] + "*"; return speedQuery{w, w} },
		func() speedQuery {
			a, n := common(), middle()
			return speedQuery{a + " -" + n, a + " NOT " + n}
		},
		func() speedQuery { w := middle(); return speedQuery{"title:" + w, "title:" + w} },
	}
	var list []speedQuery
	for i := range n {
		list = append(list, kinds[i%len(kinds)]())
	}
	return list
}

// speedWorld is a site and a table of SQLite with the same stories.
type speedWorld struct {
	site   *site
	sqlite *sql.DB
	some   feed.Story // one of them
}

func newSpeedWorld(b *testing.B) *speedWorld {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 4, 60_000)
	w := &speedWorld{site: newSite(b, nil)}
	var err error
	w.sqlite, err = sql.Open("sqlite", filepath.Join(b.TempDir(), "fts.db"))
	must(b, err)
	b.Cleanup(func() { w.sqlite.Close() })
	_, err = w.sqlite.Exec(`PRAGMA journal_mode = WAL; CREATE VIRTUAL TABLE stories USING fts5(title, body, tokenize = 'porter unicode61')`)
	must(b, err)
	tx, err := w.sqlite.Begin()
	must(b, err)
	err = w.site.index.Rebuild(b.Context(), func(put func(index.Document) error) error {
		for i := range speedStories(b) {
			s := speedStory(r, zipf, i)
			saved, err := w.site.store.SaveStory(b.Context(), store.Save{Story: s})
			if err != nil {
				return err
			}
			w.some = saved
			if err := put(index.NewDocument(saved)); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO stories (title, body) VALUES (?, ?)`, saved.Title, saved.Text); err != nil {
				return err
			}
		}
		return nil
	})
	must(b, err)
	must(b, tx.Commit())
	_, err = w.sqlite.Exec(`INSERT INTO stories (stories) VALUES ('optimize')`)
	must(b, err)
	return w
}

// askOurs asks over HTTP, for a page as the API gives it.
func askOurs(server *httptest.Server, q speedQuery) error {
	res, err := server.Client().Get(server.URL + "/api/v1/search?q=" + escape(q.ours))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != 200 {
		return fmt.Errorf("search for %s: %s", q.ours, res.Status)
	}
	return nil
}

// askSQLite asks in process for what a page of ours shows: the total and the best
// ten, with a snippet of each or, with less than that, without.
func askSQLite(ctx context.Context, db *sql.DB, q speedQuery, snippets bool) error {
	var total int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM stories WHERE stories MATCH ?`, q.sqlite).Scan(&total); err != nil {
		return fmt.Errorf("search for %s: %w", q.sqlite, err)
	}
	columns := `rowid, title, ''`
	if snippets {
		columns = `rowid, title, snippet(stories, 1, '<mark>', '</mark>', '…', 40)`
	}
	rows, err := db.QueryContext(ctx, `SELECT `+columns+` FROM stories WHERE stories MATCH ? ORDER BY bm25(stories, 2, 1) LIMIT 10`, q.sqlite)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		var title, snippet string
		if err := rows.Scan(&id, &title, &snippet); err != nil {
			return err
		}
	}
	return rows.Err()
}

// times are how long the questions took, sorted.
type times []time.Duration

func (t times) at(q float64) time.Duration { return t[min(int(q*float64(len(t))), len(t)-1)] }

func measure(b *testing.B, queries []speedQuery, ask func(speedQuery) error) times {
	list := make(times, 0, len(queries))
	for _, q := range queries {
		start := time.Now()
		must(b, ask(q))
		list = append(list, time.Since(start))
	}
	slices.Sort(list)
	return list
}

// rate asks with two clients for a while.
func rate(b *testing.B, queries []speedQuery, ask func(speedQuery) error) float64 {
	const clients = 2
	window := 3 * time.Second
	if testing.Short() {
		window /= 10
	}
	var asked atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for c := range clients {
		wg.Go(func() {
			for i := c; time.Since(start) < window; i += clients {
				if err := ask(queries[i%len(queries)]); err != nil {
					b.Error(err)
					return
				}
				asked.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(asked.Load()) / time.Since(start).Seconds()
}

// BenchmarkSearchBesideSQLite asks the same of the API over HTTP and of SQLite's
// full-text search in process, over the same stories: questions that nobody asked
// before and, as people and their readers do, the same ones again. What counts
// are the ratios: of the median and the 99th percentile below 1, of questions a
// second above 1. Ours come with snippets and facets; SQLite is asked with snippets
// and, where it says bare, without.
func BenchmarkSearchBesideSQLite(b *testing.B) {
	w := newSpeedWorld(b)
	server := httptest.NewServer(w.site)
	defer server.Close()
	ours := func(q speedQuery) error { return askOurs(server, q) }
	theirs := func(q speedQuery) error { return askSQLite(b.Context(), w.sqlite, q, true) }
	bare := func(q speedQuery) error { return askSQLite(b.Context(), w.sqlite, q, false) }
	r := rand.New(rand.NewPCG(3, 4))
	for _, q := range speedQueries(r, 20) {
		must(b, ours(q))
		must(b, theirs(q))
	}
	for b.Loop() {
		queries := speedQueries(r, 200)
		o, again, t, less := measure(b, queries, ours), measure(b, queries, ours), measure(b, queries, theirs), measure(b, queries, bare)
		b.ReportMetric(float64(o.at(0.5).Microseconds()), "p50-µs")
		b.ReportMetric(float64(o.at(0.99).Microseconds()), "p99-µs")
		for _, q := range []struct {
			name string
			of   float64
		}{{"p50", 0.5}, {"p99", 0.99}} {
			b.ReportMetric(float64(o.at(q.of))/float64(t.at(q.of)), q.name+"/sqlite")
			b.ReportMetric(float64(o.at(q.of))/float64(less.at(q.of)), q.name+"/bare-sqlite")
			b.ReportMetric(float64(again.at(q.of))/float64(t.at(q.of)), "again-"+q.name+"/sqlite")
		}
		suggested := measure(b, queries, func(q speedQuery) error {
			_, err := w.site.index.Suggest(b.Context(), q.ours[:min(len(q.ours), 3)], 10)
			return err
		})
		b.ReportMetric(float64(suggested.at(0.99).Microseconds()), "suggest-p99-µs")
		similar := measure(b, queries[:20], func(q speedQuery) error {
			_, err := w.site.index.Similar(b.Context(), index.NewDocument(w.some), 10)
			return err
		})
		b.ReportMetric(float64(similar.at(0.5).Microseconds()), "similar-p50-µs")
		qps := rate(b, queries, theirs)
		fresh := rate(b, speedQueries(r, 5000), ours)
		b.ReportMetric(fresh/qps, "qps/sqlite")
		b.ReportMetric(fresh/rate(b, queries, bare), "qps/bare-sqlite")
		b.ReportMetric(rate(b, queries, ours)/qps, "again-qps/sqlite")
	}
}
