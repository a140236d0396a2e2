package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index/local"
	"storyfeed/indexer/extract"
)

// serial is a site with one series of letters and a clock that tests move.
type serial struct {
	*site
	t     *testing.T
	dir   string
	clock time.Time
}

func newSerial(t *testing.T) *serial {
	s := &serial{t: t, dir: t.TempDir(), clock: now}
	s.start()
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{bees()}))
	return s
}

// start opens the store and the site, as at the start of the program.
func (s *serial) start() {
	tell := func() time.Time { return s.clock }
	st, err := store.Open(s.t.Context(), store.Config{Dir: s.dir, Now: tell})
	must(s.t, err)
	ix, err := local.Open(s.t.Context(), local.Config{Dir: s.dir})
	must(s.t, err)
	handler, err := web.New(web.Config{
		Store: st, Index: ix, Documents: func(string) (*feed.Document, bool) { return nil, false },
		Sanitise: extract.Sanitise, BaseURL: baseURL, Version: "1.2.3", Now: tell,
	})
	must(s.t, err)
	s.site = &site{Handler: handler, store: st, index: ix, log: &strings.Builder{}}
	s.t.Cleanup(func() { st.Close(); ix.Close() })
}

func (s *serial) restart() {
	must(s.t, s.store.Close())
	must(s.t, s.index.Close())
	s.start()
}

// save saves the letter of that number now.
func (s *serial) save(n int, key string) {
	l := letter(n, fmt.Sprintf("Letter %d", n), nil)
	l.Part, l.Fetched = 0, time.Time{}
	_, err := s.store.SaveStory(s.t.Context(), store.Save{Story: l, LinkKey: key})
	must(s.t, err)
}

func (s *serial) remove(n int) {
	for range 2 {
		_, err := s.store.MarkMissing(s.t.Context(), "bees", feed.GUID(fmt.Sprintf("https://garden.example/letter-%d", n)), 0)
		must(s.t, err)
	}
}

// reserve keeps the next part free for a story that can't be read yet.
func (s *serial) reserve(key string) {
	must(s.t, s.store.SaveLinks(s.t.Context(), "bees", []store.Link{{URL: "https://garden.example/late", Key: key}}))
	_, err := s.store.ReservePart(s.t.Context(), "bees", key)
	must(s.t, err)
}

// drip is a catch-up feed as a reader of all three formats follows it.
type dripReader struct {
	*serial
	path  string // without the format
	query string
	tags  map[feed.Format]string
	dates map[string]string // of every item ever seen, by id
	order []string          // titles in the order in which they appeared
}

type dripItem struct {
	ID        string
	URL       string
	Title     string
	HTML      string `json:"content_html"`
	Published string `json:"date_published"`
}

// poll asks as a reader does that was there before, checks what all formats and
// all times have in common, and returns the items. A fresh one says that
// something changed.
func (r *dripReader) poll() (items []dripItem, fresh bool, header http.Header) {
	r.t.Helper()
	for _, f := range feed.Formats() {
		path := r.path + "." + string(f) + r.query
		res := r.get(path, "If-None-Match", r.tags[f])
		tag := res.Header.Get("Etag")
		switch {
		case res.StatusCode == 304 && tag != r.tags[f], res.StatusCode == 200 && tag == r.tags[f], res.StatusCode != 200 && res.StatusCode != 304:
			r.t.Fatalf("%s: GET %s with %s: %d with tag %s", r.clock, path, r.tags[f], res.StatusCode, tag)
		}
		expires, err := http.ParseTime(res.Header.Get("Expires"))
		must(r.t, err)
		if age := int(expires.Sub(r.clock) / time.Second); res.Header.Get("Cache-Control") != fmt.Sprintf("public, max-age=%d, stale-if-error=86400", age) {
			r.t.Errorf("%s: Cache-Control %q, Expires %s", r.clock, res.Header.Get("Cache-Control"), expires)
		}
		r.tags[f] = tag
		whole := r.get(path)
		text := body(r.t, whole)
		ids, err := feed.GUIDs(f, []byte(text))
		must(r.t, err)
		if f == feed.JSON {
			var doc struct{ Items []dripItem }
			must(r.t, json.Unmarshal([]byte(text), &doc))
			items, fresh, header = doc.Items, res.StatusCode == 200, res.Header
		}
		if len(ids) == 0 || strings.Contains(text, "fh:complete") {
			r.t.Errorf("%s: %s has %d items:\n%s", r.clock, path, len(ids), text)
		}
	}
	for i := len(items) - 1; i >= 0; i-- {
		item := items[i]
		if was, ok := r.dates[item.ID]; ok && was != item.Published {
			r.t.Errorf("%s: %q is dated %s, was %s", r.clock, item.Title, item.Published, was)
		} else if !ok {
			r.order = append(r.order, item.Title)
		}
		if at, err := time.Parse(time.RFC3339, item.Published); err != nil || at.After(r.clock.Add(time.Second)) {
			r.t.Errorf("%s: %q is of %s, in the future", r.clock, item.Title, item.Published)
		}
		r.dates[item.ID] = item.Published
	}
	return items, fresh, header
}

// TestDripLife follows a catch-up feed from the day before it begins to long
// after its end, while the series changes under it.
func TestDripLife(t *testing.T) {
	if testing.Short() {
		t.Skip("it computes much, and alone")
	}
	s := newSerial(t)
	for n := 1; n <= 25; n++ {
		if n == 3 {
			s.reserve("late")
		} else {
			s.save(n, "")
		}
	}
	r := &dripReader{serial: s, path: "/s/bees/drip/2026-05-05/1d/feed", tags: map[feed.Format]string{}, dates: map[string]string{}}
	begin := time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)

	items, _, h := r.poll()
	if len(items) != 1 || !strings.Contains(items[0].Title, "begins on 5 May 2026") || h.Get("Cache-Control") != "public, max-age=43200, stale-if-error=86400" {
		t.Fatalf("before the start: %+v, %v; want one item, kept until the start", items, h)
	}
	events := map[int]func(){
		5: func() { s.clock = s.clock.Add(time.Hour); s.save(3, "late") },
		8: func() { s.clock = s.clock.Add(time.Hour); s.remove(7) },
		9: func() {
			s.clock = s.clock.Add(time.Hour)
			s.save(26, "")
		},
		10: s.restart,
	}
	for day := 1; day <= 26; day++ {
		s.clock = begin.AddDate(0, 0, day-1).Add(-time.Second)
		if _, fresh, h := r.poll(); fresh || h.Get("Cache-Control") != "public, max-age=1, stale-if-error=86400" {
			t.Errorf("a second before day %d: something changed (%v), or caches keep it too long: %v", day, fresh, h)
		}
		s.clock = s.clock.Add(time.Second)
		modified := begin.AddDate(0, 0, day-1)
		items, fresh, h := r.poll()
		if fresh != (day != 3) {
			t.Errorf("day %d: changed: %v", day, fresh)
		}
		newest := items[0]
		switch {
		case day == 26:
			newest = items[1]
		case day == 3:
			newest.Title, newest.Published = "Letter 3", modified.Format(time.RFC3339)
		}
		if newest.Title != fmt.Sprintf("Letter %d", day) || newest.Published != begin.AddDate(0, 0, day-1).Format(time.RFC3339) {
			t.Errorf("day %d: the newest item is %q of %s", day, newest.Title, newest.Published)
		}
		if got := h.Get("Last-Modified"); fresh && got != modified.Format(http.TimeFormat) {
			t.Errorf("day %d: last modified %s, want %s", day, got, modified)
		}
		if event := events[day]; event != nil {
			event()
			items, fresh, h = r.poll()
			if changed := day == 5 || day == 8; fresh != changed || changed && h.Get("Last-Modified") != s.clock.Format(http.TimeFormat) {
				t.Errorf("after the event of day %d: changed: %v, last modified %s", day, fresh, h.Get("Last-Modified"))
			}
			if day == 5 && items[2].Title != "Letter 3" {
				t.Errorf("the late story is not in its place: %q", items[2].Title)
			}
		}
	}

	items, _, _ = r.poll()
	if len(items) != 21 || items[0].Title != "You have caught up with "+bees().Title || !strings.Contains(items[0].HTML, baseURL+"/s/bees/feed.json") {
		t.Errorf("at the end: %d items, the first %+v", len(items), items[0])
	}
	s.clock = s.clock.AddDate(0, 0, 2)
	s.save(27, "")
	s.clock = s.clock.AddDate(1, 0, 0)
	s.restart()
	if _, fresh, h := r.poll(); fresh || h.Get("Cache-Control") != "public, max-age=86400, stale-if-error=86400" {
		t.Errorf("a year after the end: changed (%v), %v", fresh, h)
	}
	want := []string{bees().Title + " begins on 5 May 2026", "Letter 1", "Letter 2", "Letter 4", "Letter 5", "Letter 3"}
	for n := 6; n <= 26; n++ {
		want = append(want, fmt.Sprintf("Letter %d", n))
	}
	want = append(want, "You have caught up with "+bees().Title)
	if got, want := strings.Join(r.order, ", "), strings.Join(want, ", "); got != want {
		t.Errorf("over its life a reader got\n%s\nwant\n%s", got, want)
	}
}

// TestDripOfRenamedSeries: the old address leads to the new one, whose items are
// the same.
func TestDripOfRenamedSeries(t *testing.T) {
	s := newSite(t, nil)
	const rest = "/drip/2026-05-02/1d/feed.atom?n=3"
	before, err := feed.GUIDs(feed.Atom, []byte(body(t, s.get("/s/bees"+rest))))
	must(t, err)
	renamed := bees()
	renamed.Slug = "hives"
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{renamed}))
	if res := s.get("/s/bees" + rest); res.StatusCode != 301 || res.Header.Get("Location") != baseURL+"/s/hives"+rest {
		t.Fatalf("the old address: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	after, err := feed.GUIDs(feed.Atom, []byte(body(t, s.get("/s/hives"+rest))))
	must(t, err)
	if strings.Join(before, " ") != strings.Join(after, " ") || len(after) != 9 {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestDripHTTP(t *testing.T) {
	s := newSite(t, nil)
	const path = "/s/bees/drip/2026-04-27/1d/feed."
	for _, f := range feed.Formats() {
		res := s.get(path + string(f))
		text := body(t, res)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != f.MediaType() || res.Header.Get("Vary") != "Accept-Encoding" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("GET %s%s: %d %v", path, f, res.StatusCode, res.Header)
		}
		self := strings.NewReplacer(`\u0026`, "&", "&amp;", "&").Replace(body(t, s.get(path+string(f)+"?utm=1&n=2&from=7")))
		if !strings.Contains(self, baseURL+path+string(f)+"?from=7&n=2") {
			t.Errorf("GET %s%s: the document does not name its own address", path, f)
		}
		if head := s.do("HEAD", path+string(f)); body(t, head) != "" || head.Header.Get("Content-Length") != fmt.Sprint(len(text)) {
			t.Errorf("HEAD %s%s: %v", path, f, head.Header)
		}
		since := s.get(path+string(f), "If-Modified-Since", res.Header.Get("Last-Modified"))
		if since.StatusCode != 304 || since.Header.Get("Expires") == "" || since.Header.Get("Cache-Control") == "" {
			t.Errorf("GET %s%s if modified since: %d %v", path, f, since.StatusCode, since.Header)
		}
		if zipped := s.get(path+string(f), "Accept-Encoding", "gzip"); zipped.Header.Get("Content-Encoding") != "gzip" || zipped.Header.Get("Etag") == res.Header.Get("Etag") {
			t.Errorf("GET %s%s as gzip: %v", path, f, zipped.Header)
		}
	}
}

func TestNoSuchDrip(t *testing.T) {
	s := newSite(t, nil) // its first story is of 2026-01-02, its last part 14, today is 2026-05-04
	for _, tc := range []struct {
		path   string
		status int
		says   string
	}{
		{"/s/bees/drip/1d/feed.atom", 404, baseURL + "/s/bees/drip"},
		{"/s/bees/drip/2026-05-04/feed.atom", 404, "needs a start"},
		{"/s/nobody/drip/2026-05-04/1d/feed.atom", 404, "no such series"},
		{"/s/blank/drip/2026-05-04/1d/feed.atom", 503, "not ready yet"},
		{"/s/bees/drip/today/1d/feed.atom", 400, "such as 2026-11-23"},
		{"/s/bees/drip/2026-02-30/1d/feed.atom", 400, "such as 2026-11-23"},
		{"/s/bees/drip/2026-05-04/10m/feed.atom", 400, "1h to 23h"},
		{"/s/bees/drip/2026-05-04/7d/feed.atom", 400, "as 1w"},
		{"/s/bees/drip/2026-05-04/1d/feed.atom?n=11", 400, "from 1 to 10"},
		{"/s/bees/drip/2026-05-04/1d/feed.atom?from=x", 400, "from must be"},
		{"/s/bees/drip/2026-05-04/1d/feed.atom?from=15", 404, "14"},
		{"/s/bees/drip/2026-06-05/1d/feed.atom", 404, "2026-06-04"},
		{"/s/bees/drip/2026-01-01/1h/feed.atom", 404, "2026-01-02"},
	} {
		res := s.get(tc.path)
		text := body(t, res)
		if res.StatusCode != tc.status || !strings.Contains(text, tc.says) || strings.Contains(text, "<") {
			t.Errorf("GET %s: %d %q, want %d that says %q", tc.path, res.StatusCode, text, tc.status, tc.says)
		}
		if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Expires") != "" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("GET %s: %v", tc.path, res.Header)
		}
	}
}

func TestDripMaker(t *testing.T) {
	s := newSite(t, nil)
	form := s.page(t, "/s/bees", 200).Find("#catch-up form")
	if form.AttrOr("action", "") != "/s/bees/drip" || form.AttrOr("method", "get") != "get" || form.Find("[name=from]").AttrOr("max", "") != "14" {
		t.Error("the page of the series has no form for a catch-up feed")
	}
	if got := form.Find("option[selected]").First().Text(); got != "every day, until 17 May 2026" {
		t.Errorf("the form offers %q", got)
	}
	doc := s.page(t, "/s/bees/drip?pace=weekdays&from=10&n=2", 200)
	var want []string
	for _, f := range feed.Formats() {
		want = append(want, baseURL+"/s/bees/drip/2026-05-04/weekdays/feed."+string(f)+"?from=10&n=2")
	}
	if got := texts(doc, "code.url"); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("addresses: %v, want %v", got, want)
	}
	for i, href := range attrs(doc, `link[rel="alternate"]`, "href") {
		if baseURL+href != want[i] {
			t.Errorf("the page announces %s, want %s", href, want[i])
		}
		if res := s.get(href); res.StatusCode != 200 {
			t.Errorf("GET %s: %d", href, res.StatusCode)
		}
	}
	if got := strings.Join(texts(doc, ".lead, .ends div"), " | "); got != "It brings 2 parts every working day from 4 May 2026 on: 4 stories in 3 releases. | "+
		"The first comes on 4 May 2026 What the neighbours said part 10 | The last comes on 6 May 2026, in 2 days The second hive part 14" {
		t.Errorf("the page says %q", got)
	}
	if got := texts(doc, "option[selected]"); strings.Join(got, " | ") != "every working day, until 6 May 2026 | 2" {
		t.Errorf("the form has chosen %v", got)
	}
	for query, want := range map[string]string{
		"": "1d/feed.rss", "?pace=5h": "5h/feed.rss", "?pace=1m&from=x&n=y": "1d/feed.rss", "?from=99&n=99": "1d/feed.rss?from=14&n=10", "?from=-4": "1d/feed.rss",
	} {
		if got := texts(s.page(t, "/s/bees/drip"+query, 200), "code.url")[0]; got != baseURL+"/s/bees/drip/2026-05-04/"+want {
			t.Errorf("/s/bees/drip%s makes %s, want %s", query, got, want)
		}
	}
	s.page(t, "/s/blank/drip", 404)
	if n := s.page(t, "/s/blank", 200).Find("#catch-up").Length(); n != 0 {
		t.Error("a series without stories offers a catch-up feed")
	}
}

// TestDripReadsWhatItShows: a request for a long series reads 20 texts, and one
// that is answered from memory none.
func TestDripReadsWhatItShows(t *testing.T) {
	counting := &countingStore{}
	s := newSite(t, func(c *web.Config) { counting.Store = c.Store; c.Store = counting })
	s.add(t, 15, 80)
	const path = "/s/bees/drip/2026-03-01/1d/feed.atom"
	for range 3 {
		if res := s.get(path); res.StatusCode != 200 {
			t.Fatalf("GET %s: %d", path, res.StatusCode)
		}
	}
	if counting.stories != feed.DripStories || counting.lines != 1 {
		t.Errorf("three requests read %d stories and %d lines, want %d and 1", counting.stories, counting.lines, feed.DripStories)
	}
}

type countingStore struct {
	web.Store
	stories, lines int
}

func (c *countingStore) StoryToShow(ctx context.Context, slug, guid string) (feed.Story, error) {
	c.stories++
	return c.Store.StoryToShow(ctx, slug, guid)
}

func (c *countingStore) Line(ctx context.Context, slug string) ([]feed.Numbered, error) {
	c.lines++
	return c.Store.Line(ctx, slug)
}
