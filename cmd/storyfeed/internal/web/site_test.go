package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
	"storyfeed/index/local"
	"storyfeed/indexer/extract"
)

const baseURL = "https://read.example"

// site is the whole web site over a real store and a real index.
type site struct {
	http.Handler
	config    web.Config
	store     *store.Store
	index     *local.Index
	documents map[string]*feed.Document
	log       *strings.Builder
	registry  *prometheus.Registry
}

// newSite builds the site over a copy of the world; edit may change the
// configuration before it is used.
func newSite(t testing.TB, edit func(*web.Config)) *site {
	t.Helper()
	origin, err := world()
	must(t, err)
	dir := t.TempDir()
	must(t, os.CopyFS(dir, os.DirFS(origin.dir)))
	st, err := store.Open(t.Context(), store.Config{Dir: dir, Now: func() time.Time { return now }})
	must(t, err)
	t.Cleanup(func() { st.Close() })
	ix, err := local.Open(t.Context(), local.Config{Dir: dir})
	must(t, err)
	t.Cleanup(func() { ix.Close() })

	s := &site{store: st, index: ix, documents: maps.Clone(origin.documents), log: &strings.Builder{}, registry: prometheus.NewRegistry()}
	c := web.Config{
		Store:      st,
		Index:      ix,
		Documents:  func(path string) (*feed.Document, bool) { d, ok := s.documents[path]; return d, ok },
		Sanitise:   extract.Sanitise,
		BaseURL:    baseURL,
		Version:    "1.2.3",
		Metrics:    promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}),
		Registerer: s.registry,
		Logger:     slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:        func() time.Time { return now },
		Readers:    readers.New(readers.Config{Now: func() time.Time { return now }}),
	}
	if edit != nil {
		edit(&c)
	}
	s.config = c
	s.Handler, err = web.New(c)
	must(t, err)
	return s
}

// add saves more letters, and indexes them.
func (s *site) add(t *testing.T, from, to int) {
	t.Helper()
	var documents []index.Document
	for i := from; i <= to; i++ {
		saved, err := s.store.SaveStory(t.Context(), store.Save{Story: letter(i, fmt.Sprintf("Letter %d", i), nil)})
		must(t, err)
		documents = append(documents, index.NewDocument(saved))
	}
	must(t, s.index.Put(t.Context(), documents...))
}

// origin is a data directory that holds the series and stories of
// world_test.go and an index of them, and the feeds of bees.
type origin struct {
	dir       string
	documents map[string]*feed.Document // by path
}

// world is filled once; tests work on copies.
var world = sync.OnceValues(func() (o origin, err error) {
	if o.dir, err = os.MkdirTemp("", "storyfeed-web"); err != nil {
		return o, err
	}
	if err = fill(context.Background(), o.dir); err == nil {
		o.documents, err = publish(context.Background(), o.dir)
	}
	return o, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if o, err := world(); err == nil {
		os.RemoveAll(o.dir)
	}
	os.Exit(code)
}

// fill lets the world happen: three days of it, so that the story that was
// taken back is found gone twice, a day apart.
func fill(ctx context.Context, dir string) (err error) {
	clock := now.Add(-72 * time.Hour)
	st, err := store.Open(ctx, store.Config{Dir: dir, Now: func() time.Time { return clock }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	b := bees()
	steps := []error{
		st.SyncSeries(ctx, []feed.Series{b, night(), blank()}),
		st.SetSeriesPage(ctx, b.Slug, store.SeriesPage{Title: b.Title, Description: b.Description, HomeURL: b.HomeURL, Language: b.Language}),
		st.SetSource(ctx, b.Slug, b.Sources[0]),
	}
	for _, letter := range letters() {
		_, err := st.SaveStory(ctx, store.Save{Story: letter})
		steps = append(steps, err)
	}
	for range 2 {
		_, err := st.MarkMissing(ctx, b.Slug, feed.GUID("https://garden.example/letter-11"), 24*time.Hour)
		steps = append(steps, err)
		clock = clock.Add(25 * time.Hour)
	}
	clock = now
	steps = append(steps,
		finish(ctx, st, beesCrawl(), goodHealth()),
		finish(ctx, st, feed.Crawl{Series: "night-trains", Started: now.Add(-18 * time.Minute), Requests: 1, Err: nightHealth().Reason}, nightHealth()),
		fillIndex(ctx, dir, st))
	return errors.Join(steps...)
}

func finish(ctx context.Context, st *store.Store, c feed.Crawl, h feed.Health) error {
	if _, err := st.Claim(ctx, c.Series, "test", time.Minute); err != nil {
		return err
	}
	return st.FinishCrawl(ctx, "test", c, h)
}

func fillIndex(ctx context.Context, dir string, st *store.Store) (err error) {
	ix, err := local.Open(ctx, local.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	var documents []index.Document
	err = st.Each(ctx, func(story feed.Story) error {
		documents = append(documents, index.NewDocument(story))
		return nil
	})
	return errors.Join(err, ix.Put(ctx, documents...))
}

// publish renders the feeds of bees, as the program does after a crawl.
func publish(ctx context.Context, dir string) (map[string]*feed.Document, error) {
	st, err := store.Open(ctx, store.Config{Dir: dir, Now: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	series, e1 := st.SeriesBySlug(ctx, "bees")
	all, e2 := st.ListSeries(ctx)
	changes, e3 := st.Changes(ctx, "", feed.HealthEntries)
	health, e4 := feed.NewHealthDocument(baseURL, "", "1.2.3", all, changes)
	errs := []error{e1, e2, e3, e4}
	documents := map[string]*feed.Document{health.Path: &health}
	for name, order := range map[string]store.Order{"feed": store.OrderNewest, "reading": store.OrderReading} {
		stories, _, err := st.Stories(ctx, "bees", store.StoryQuery{Order: order})
		errs = append(errs, err)
		for _, f := range feed.Formats() {
			path := "/s/bees/" + name + "." + string(f)
			d, err := feed.NewDocument(path, f, feed.Channel{Series: series, SelfURL: baseURL + path, HomeURL: baseURL + "/s/bees"}, stories)
			errs = append(errs, err)
			documents[path] = &d
		}
	}
	return documents, errors.Join(errs...)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// do makes a request; headers are pairs of name and value.
func (s *site) do(method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "http://127.0.0.1"+target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func (s *site) get(target string, headers ...string) *http.Response {
	return s.do(http.MethodGet, target, headers...)
}

// page gets an HTML page with the status wanted.
func (s *site) page(t testing.TB, target string, status int) *goquery.Document {
	t.Helper()
	res := s.get(target)
	if res.StatusCode != status {
		t.Fatalf("GET %s: %d, want %d\n%s", target, res.StatusCode, status, s.log)
	}
	if got := res.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("GET %s: Content-Type %q, want HTML", target, got)
	}
	doc, err := goquery.NewDocumentFromReader(res.Body)
	must(t, err)
	return doc
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return string(b)
}

// texts are the trimmed texts of what a selector matches, white space folded.
func texts(doc *goquery.Document, selector string) []string {
	return doc.Find(selector).Map(func(_ int, s *goquery.Selection) string {
		return strings.Join(strings.Fields(s.Text()), " ")
	})
}

func attrs(doc *goquery.Document, selector, name string) []string {
	return doc.Find(selector).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr(name, "") })
}

func escape(s string) string { return url.QueryEscape(s) }

// broken is a store that fails, or panics, where it is told to.
type broken struct {
	web.Store
	err error
}

func (b broken) ListSeries(context.Context) ([]feed.Series, error) {
	if b.err == nil {
		panic("the roof is on fire")
	}
	return nil, b.err
}
