package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// guids of a feed, which must be a valid one.
func guids(t *testing.T, s *site, path string) []string {
	t.Helper()
	res := s.get(path)
	if res.StatusCode != http.StatusOK {
		t.Errorf("GET %s: %d", path, res.StatusCode)
		return nil
	}
	address, _, _ := strings.Cut(path, "?")
	f := feed.Format(address[strings.LastIndexByte(address, '.')+1:])
	b := []byte(body(t, res))
	if err := feed.Check(f, b, feed.Expectation{}); err != nil {
		t.Errorf("GET %s: %v", path, err)
	}
	ids, err := feed.GUIDs(f, b)
	must(t, err)
	return ids
}

// twin configures a second series that has two stories of the first and one of
// its own, the newest of all.
func (s *site) twin(t *testing.T) (own feed.Story) {
	t.Helper()
	twin := feed.Series{Slug: "twin", Title: "The Twin", Sources: []feed.Source{{URL: "https://twin.example/"}}, Every: time.Hour, Content: feed.ContentSummary}
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{bees(), night(), twin}))
	var documents []index.Document
	for _, st := range []feed.Story{
		letter(1, "Why I carried 40,000 strangers up six flights of stairs", nil), letter(14, "The second hive", nil),
		letter(400, "Only here", func(s *feed.Story) {
			s.Part, s.Tags, s.Authors = 3, []string{"C#", "Roof"}, []string{"ADA MARSH"}
			s.Published.Time = now.AddDate(0, 0, -1)
		}),
	} {
		st.Series = "twin"
		saved, err := s.store.SaveStory(t.Context(), store.Save{Story: st})
		must(t, err)
		documents, own = append(documents, index.NewDocument(saved)), saved
	}
	must(t, s.index.Put(t.Context(), documents...))
	return own
}

func TestGatheredFeeds(t *testing.T) {
	s := newSite(t, nil)
	own := s.twin(t)
	part := func(n int) string { return feed.GUID(fmt.Sprintf("https://garden.example/letter-%d", n)) }
	for _, f := range feed.Formats() {
		all := guids(t, s, "/feed."+string(f))
		if len(all) != 14 || all[0] != own.GUID || all[1] != part(14) {
			t.Errorf("all stories as %s: %d, the first of them %v; want 14, no story twice, the newest first", f, len(all), all[:2])
		}
		ada := guids(t, s, "/authors/ada-marsh/feed."+string(f))
		if len(ada) != 11 || ada[0] != own.GUID {
			t.Errorf("Ada's stories as %s: %d, want 11, those of both series", f, len(ada))
		}
		if got := guids(t, s, "/authors/"+url.PathEscape("王小明")+"/feed."+string(f)); !slices.Equal(got, []string{part(4), part(2)}) {
			t.Errorf("an author of another script as %s: %v", f, got)
		}
		if got := guids(t, s, feed.TermPath(feed.TermTag, feed.TermSlug("C++"))+"/feed."+string(f)); !slices.Equal(got, []string{part(2)}) {
			t.Errorf("C++ as %s: %v, want the story that has it and not that of C#", f, got)
		}
	}
	text := body(t, s.get("/feed.atom"))
	for _, want := range []string{
		`<source>`, `<title type="text">The Twin</title>`, `href="https://read.example/s/twin/feed.atom"`, `<link href="https://read.example/feed.atom" rel="self"`,
		`ref="` + part(11) + `"`,                             // it was taken back
		"<name>Keeping Bees &#x26; Other Slow Things</name>", // of the story without an author
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the feed of all lacks %s", want)
		}
	}
	var doc struct {
		Items []struct {
			HTML string `json:"content_html"`
		} `json:"items"`
	}
	must(t, json.Unmarshal([]byte(body(t, s.get("/feed.json"))), &doc))
	if strings.Contains(doc.Items[0].HTML, "<em>") || !strings.Contains(doc.Items[1].HTML, "<em>") {
		t.Errorf("a story of a series that shows summaries has the content %.200q, one of a series that shows all %.200q", doc.Items[0].HTML, doc.Items[1].HTML)
	}
}

// An edit is told by every feed that has the story, however long after the
// first visit it was made.
func TestGatheredEdited(t *testing.T) {
	s := newSite(t, nil)
	const edited = "<updated>2026-02-03T04:05:06Z</updated>" // of letter 3, read first a month before
	author := feed.TermPath(feed.TermAuthor, feed.TermSlug(`"><img src=x onerror=alert(2)>`))
	for _, path := range []string{"/feed.atom", author + "/feed.atom", "/search.atom?q=swarm"} {
		if text := body(t, s.get(path)); !strings.Contains(text, edited) {
			t.Errorf("%s does not tell of the edit: %.2000s", path, text)
		}
	}
}

// TestGatheredRights: feeds of several series say whose the stories are, too.
func TestGatheredRights(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/feed.rss": "<copyright>" + feed.Rights + "</copyright>", "/search.atom?q=swarm": `<rights type="text">` + feed.Rights + "</rights>",
		"/tags/roof/drip/2026-05-04/1d/feed.atom": `<rights type="text">` + feed.Rights + "</rights>",
	} {
		if text := body(t, s.get(path)); !strings.Contains(text, want) {
			t.Errorf("GET %s: no %s: %.1500s", path, want, text)
		}
	}
}

func TestSearchOfRenamedSeries(t *testing.T) {
	s := newSite(t, nil)
	renamed := bees()
	renamed.Slug = "hives"
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{renamed, night()}))
	for path, want := range map[string]string{
		"/search.atom?q=swarm&series=bees":                                     baseURL + "/search.atom?q=swarm&series=hives",
		"/search?q=swarm&series=bees":                                          baseURL + "/search?q=swarm&series=hives",
		"/subscribe?series=bees":                                               baseURL + "/subscribe?series=hives",
		"/subscribe?feed=" + escape(baseURL+"/s/bees/feed.atom"):               baseURL + "/subscribe?feed=" + escape(baseURL+"/s/hives/feed.atom"),
		"/subscribe?feed=" + escape("/s/bees/drip/2026-05-04/1d/feed.rss?n=2"): baseURL + "/subscribe?feed=" + escape(baseURL+"/s/hives/drip/2026-05-04/1d/feed.rss?n=2"),
		"/search?q=" + escape(`swarm -Series:"bees" bees`):                     baseURL + "/search?q=" + escape(`swarm -Series:"hives" bees`),
		"/search.rss?q=" + escape(`series: bees OR series:night-trains`):       baseURL + "/search.rss?q=" + escape(`series: hives OR series:night-trains`),
		"/search/drip?q=series:bees":                                           baseURL + "/search/drip?q=" + escape("series:hives"),
		"/api/v1/search?series=bees":                                           baseURL + "/api/v1/search?series=hives",
		"/api/v1/search?q=series:bees":                                         baseURL + "/api/v1/search?q=" + escape("series:hives"),
		"/api/v1/series/bees":                                                  baseURL + "/api/v1/series/hives",
		"/api/v1/series/bees/stories?limit=2":                                  baseURL + "/api/v1/series/hives/stories?limit=2",
		"/search/drip/2026-05-04/1d/feed.atom?n=2&q=swarm&series=bees":         baseURL + "/search/drip/2026-05-04/1d/feed.atom?n=2&q=swarm&series=hives",
	} {
		if res := s.get(path); res.StatusCode != http.StatusMovedPermanently || res.Header.Get("Location") != want {
			t.Errorf("GET %s: %d, %s", path, res.StatusCode, res.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/search?q=swarm&series=never", "/search?q=series:never", "/search?q=series:hives+bees", "/search?q=tag:bees"} {
		if res := s.get(path); res.StatusCode != http.StatusOK {
			t.Errorf("GET %s, which names no series by an old name: %d", path, res.StatusCode)
		}
	}
}

// The feed of a search within a series ends with the series: an empty one would
// make readers forget what they had.
func TestSearchOfRemovedSeries(t *testing.T) {
	s := newSite(t, nil)
	const path = "/search.atom?q=swarm&series=bees"
	if res := s.get(path); res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d", path, res.StatusCode)
	}
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{night()}))
	for _, path := range []string{path, "/search.rss?q=swarm&series=never", "/search.json?q=swarm&series=%20%2F"} {
		if res := s.get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s, of a series that is not here: %d, want 404", path, res.StatusCode)
		}
	}
}

func TestGatheredNotThere(t *testing.T) {
	s := newSite(t, nil)
	for path, status := range map[string]int{
		"/authors/nobody/feed.rss": 404, "/tags/nothing/feed.atom": 404, "/tags/%2e%2e/feed.json": 404, "/tags/%00/feed.rss": 404,
		"/tags/a%2Fb/feed.rss": 301, "/authors/Ada%20Marsh/feed.rss": 301, "/authors/%ff/feed.rss": 404,
		"/tags/" + strings.Repeat("long", 2000) + "/feed.rss": 404, "/authors/ada-marsh/feed.xml": 404, "/authors/ada-marsh/feed": 404,
	} {
		res := s.get(path)
		if res.StatusCode != status {
			t.Errorf("GET %.80s: %d, want %d", path, res.StatusCode, status)
		}
		if to := res.Header.Get("Location"); status == 301 && strings.Contains(to, "Ada") {
			t.Errorf("GET %s leads to %s", path, to)
		}
	}
	if res := s.get("/authors/Ada%20MARSH/feed.rss"); res.Header.Get("Location") != "/authors/ada-marsh/feed.rss" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("another spelling leads to %q", res.Header.Get("Location"))
	}
	empty, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	must(t, err)
	t.Cleanup(func() { empty.Close() })
	fresh := newSite(t, func(c *web.Config) { c.Store = empty })
	if res := fresh.get("/feed.rss"); res.StatusCode != 503 || res.Header.Get("Retry-After") != "60" {
		t.Errorf("without a story: %d, Retry-After %q; want 503, 60", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// A feed is the same on any host and at any time, until one of its stories
// changes.
func TestGatheredStable(t *testing.T) {
	one, other := newSite(t, nil), newSite(t, func(c *web.Config) { c.Now = func() time.Time { return now.Add(999 * time.Hour) } })
	paths := []string{"/feed.rss", "/authors/ada-marsh/feed.atom", "/tags/roof/feed.json", "/search.atom?q=hive"}
	before := map[string]string{}
	for _, path := range paths {
		before[path] = one.get(path).Header.Get("Etag")
		if got := other.get(path).Header.Get("Etag"); got != before[path] || got == "" {
			t.Errorf("%s: ETags %s and %s of the same stories", path, before[path], got)
		}
		res := one.get(path, "If-None-Match", before[path])
		if res.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d for who has it, want 304", path, res.StatusCode)
		}
		if gz := one.get(path, "Accept-Encoding", "gzip"); gz.Header.Get("Content-Encoding") != "gzip" || gz.Header.Get("Etag") == before[path] {
			t.Errorf("%s: with gzip: %v", path, gz.Header)
		}
		if got := one.get(path).Header.Get("Cache-Control"); strings.HasPrefix(path, "/search") != strings.Contains(got, "max-age=300,") {
			t.Errorf("%s: Cache-Control %s", path, got)
		}
	}
	one.add(t, 40, 40) // an old date, found late
	for _, path := range paths {
		if res := one.get(path, "If-None-Match", before[path]); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d after a story more, want 200", path, res.StatusCode)
		}
	}
}

func TestSearchFeed(t *testing.T) {
	s := newSite(t, nil)
	own := s.twin(t)
	for _, tc := range []struct {
		query string
		want  int
		first string
	}{
		{"q=hive", 13, own.GUID},
		{"q=hive&author=ada+marsh&series=bees", 9, ""},
		{"q=hive&tag=Roof&after=2026-05", 1, own.GUID},
		{"q=hive&before=2025-03", 3, ""},
		{"author=ada+marsh&year=2026", 3, ""},
		{"q=nosuchword", 0, ""},
		{"q=" + url.QueryEscape(`"unclosed AND ((( author:`), 0, ""},
		{"q=hive&after=nonsense&before=&page=7&utm_source=x", 13, own.GUID},
		{"q=hive&sort=oldest", 13, ""},
		{"q=" + strings.Repeat("hive+", 500), 13, ""},
	} {
		for _, f := range feed.Formats() {
			got := guids(t, s, "/search."+string(f)+"?"+tc.query)
			if len(got) != tc.want || tc.first != "" && got[0] != tc.first {
				t.Errorf("%.60s as %s: %d stories, want %d, the newest first", tc.query, f, len(got), tc.want)
			}
		}
	}
	var doc struct {
		Title   string `json:"title"`
		FeedURL string `json:"feed_url"`
		Home    string `json:"home_page_url"`
		Items   []any  `json:"items"`
	}
	res := s.get("/search.json?utm_source=x&tag=Roof&q=%20hive%00&after=2026")
	must(t, json.Unmarshal([]byte(body(t, res)), &doc))
	if doc.FeedURL != baseURL+"/search.json?after=2026&q=hive&tag=Roof" || doc.Title != "Search: hive, tagged Roof, from 2026" ||
		doc.Home != baseURL+"/search?q=hive+after%3A2026-01-01&tag=Roof" {
		t.Errorf("the feed says %+v", doc)
	}
	must(t, json.Unmarshal([]byte(body(t, s.get("/search.json?q=nosuchword"))), &doc))
	if doc.Items == nil || len(doc.Items) != 0 {
		t.Errorf("without hits the items are %v, want an empty list", doc.Items)
	}
	if res := s.get("/search.atom?utm_source=x"); res.StatusCode != 301 || res.Header.Get("Location") != "/feed.atom" {
		t.Errorf("a search for nothing: %d to %q, want the feed of all", res.StatusCode, res.Header.Get("Location"))
	}
}

// TestFeedsAreOffered: what can be followed is linked where it is seen, and in
// the head of the page.
func TestFeedsAreOffered(t *testing.T) {
	s := newSite(t, nil)
	search := "/search.atom?q=hive&tag=roof"
	for page, want := range map[string][]string{
		"/":                        {"/feed.rss", "/feed.atom", "/feed.json"},
		"/search?q=hive&tag=roof":  {search},
		"/search?q=nosuchwordhere": {"/search.rss?q=nosuchwordhere"},
		"/s/bees/2":                {"/authors/ada-marsh/feed.atom", feed.TermPath(feed.TermTag, feed.TermSlug("C++")) + "/feed.atom"},
		"/s/bees":                  {"/authors/tomas-obrien/feed.json", "/tags/roof/feed.rss"},
	} {
		doc := s.page(t, page, 200)
		for _, href := range want {
			if n := doc.Find(fmt.Sprintf(`main a[href=%q]`, href)).Length(); n != 1 {
				t.Errorf("%s links %s %d times, want once", page, href, n)
			}
			if res := s.get(href); res.StatusCode != 200 {
				t.Errorf("GET %s, linked on %s: %d", href, page, res.StatusCode)
			}
			if page != "/s/bees" && doc.Find(fmt.Sprintf(`link[rel=alternate][href=%q]`, href)).Length() != 1 {
				t.Errorf("%s does not announce %s", page, href)
			}
		}
	}
}

// TestGatheredEdit: an edit long after a story was found is told in the feeds of
// all series, too, and moves their Last-Modified.
func TestGatheredEdit(t *testing.T) {
	s := newSite(t, nil)
	edited := now.Add(-time.Hour).UTC()
	_, err := s.store.SaveStory(t.Context(), store.Save{Story: letter(14, "The second hive", func(st *feed.Story) {
		st.HTML += "<p>A word more.</p>"
		st.Updated = feed.Date{Time: edited, Precision: feed.PrecisionSecond, Source: feed.DateFromHash}
	})})
	must(t, err)
	for _, path := range []string{"/feed.atom", "/tags/roof/feed.atom"} {
		res := s.get(path)
		if text, want := body(t, res), edited.Format(time.RFC3339); !strings.Contains(text, "<updated>"+want+"</updated>") {
			t.Errorf("%s: no entry was updated at %s", path, want)
		}
		if got := res.Header.Get("Last-Modified"); got != now.UTC().Format(http.TimeFormat) {
			t.Errorf("%s: Last-Modified %s, want when a series changed last, %s", path, got, now)
		}
	}
}
