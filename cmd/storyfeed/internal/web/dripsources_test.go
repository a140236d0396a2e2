package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// brought are the titles that a drip shows, oldest first, and what it says of
// itself.
func brought(t *testing.T, s *site, path string) (title string, stories []string) {
	t.Helper()
	var doc struct {
		Title string
		Items []dripItem
	}
	res := s.get(path)
	text := body(t, res)
	if res.StatusCode != 200 {
		t.Fatalf("GET %s: %d %s", path, res.StatusCode, text)
	}
	must(t, json.Unmarshal([]byte(text), &doc))
	for i := len(doc.Items) - 1; i >= 0; i-- {
		stories = append(stories, doc.Items[i].Title)
	}
	return doc.Title, stories
}

// TestDripsOfSeveralSeries: what an author wrote, what has a tag and what a
// search finds, of all series, by date.
func TestDripsOfSeveralSeries(t *testing.T) {
	s := newSite(t, nil)
	own := s.twin(t)
	for _, tc := range []struct {
		path, title string
		from        string
		first, last string
	}{
		{"/authors/ada-marsh/drip/2026-05-04/1d/feed.", "Stories by Ada Marsh, a story every day from 4 May 2026 on", "", letters()[0].Title, letters()[0].Title},
		{"/tags/roof/drip/2026-05-04/1d/feed.", "Stories tagged “roof”, a story every day from 4 May 2026 on", "", letters()[0].Title, letters()[0].Title},
		{"/authors/ada-marsh/drip/2026-05-02/1d/feed.", "Stories by Ada Marsh, 10 stories every day from 2 May 2026 on", "n=10&from=2", "Smoke & mirrors", "You have caught up with Stories by Ada Marsh"},
		{"/search/drip/2026-05-04/1d/feed.", "Search: hive, 10 stories every day from 4 May 2026 on", "q=hive&n=10", letters()[0].Title, "A picture and not much else"},
		{"/search/drip/2026-05-04/1d/feed.", "Search: in The Twin, 10 stories every day from 4 May 2026 on", "series=twin&n=10", letters()[0].Title, "You have caught up with Search: in The Twin"},
	} {
		query := ""
		if tc.from != "" {
			query = "?" + tc.from
		}
		for _, f := range feed.Formats() {
			path := tc.path + string(f) + query
			text := body(t, s.get(path))
			must(t, feed.Check(f, []byte(text), feed.Expectation{AtLeast: 1}))
			if f != feed.JSON && (!strings.Contains(text, "/s/bees/feed."+string(f)) || !strings.Contains(text, "Part ")) {
				t.Errorf("GET %s: a story does not say where it is from:\n%s", path, text)
			}
		}
		title, got := brought(t, s, tc.path+"json"+query)
		if title != tc.title || !strings.HasPrefix(got[0], tc.first) || got[len(got)-1] != tc.last {
			t.Errorf("GET %s%s: %q with %q, want %q from %q to %q", tc.path, query, title, got, tc.title, tc.first, tc.last)
		}
	}
	if _, got := brought(t, s, "/search/drip/2026-05-04/1h/feed.json?series=twin&n=10"); len(got) != 4 || got[2] != own.Title {
		t.Errorf("the stories of one series: %q", got)
	}
	address := baseURL + "/search/drip/2026-05-04/1d/feed.atom?from=2&n=3&after=2025-02&q=hive+wood&tag=bees"
	text := body(t, s.get("/search/drip/2026-05-04/1d/feed.atom?tag=bees&q=hive++wood&n=3&from=2&sort=oldest&utm_source=x&after=2025-02"))
	if !strings.Contains(text, strings.ReplaceAll(address, "&", "&amp;")) && !strings.Contains(text, strings.ReplaceAll(address, "&", "&#x26;")) {
		t.Errorf("the document does not name its address %s:\n%.900s", address, text)
	}
}

// TestTermDripNeverShifts: an author's catch-up feed goes on as it began while
// stories are edited, removed and found.
func TestTermDripNeverShifts(t *testing.T) {
	s := newSerial(t)
	save := func(n int, edit func(*feed.Story)) {
		l := letter(n, fmt.Sprintf("Letter %d", n), edit)
		l.Part, l.Fetched = 0, time.Time{}
		saved, err := s.store.SaveStory(t.Context(), store.Save{Story: l})
		must(t, err)
		must(t, s.index.Put(t.Context(), index.NewDocument(saved)))
	}
	other := func(st *feed.Story) { st.Authors = []string{"Bob"} }
	for _, n := range []int{5, 6, 7, 8, 1, 2, 3, 4} { // the newest are read first
		save(n, nil)
	}
	save(9, other)
	r := &dripReader{serial: s, path: "/authors/ada-marsh/drip/2026-05-05/1d/feed", tags: map[feed.Format]string{}, dates: map[string]string{}}
	search := &dripReader{serial: s, path: "/search/drip/2026-05-05/1d/feed", query: "?q=bee", tags: map[feed.Format]string{}, dates: map[string]string{}}
	var lives []string
	for day := range 13 {
		s.clock = time.Date(2026, 5, 4+day, 12, 0, 0, 0, time.UTC)
		switch day {
		case 2:
			save(9, nil) // that it is hers is found only now
		case 3:
			save(4, other)                                      // not hers, though it was next
			save(20, func(st *feed.Story) { st.Authors = nil }) // of nobody
		case 5:
			s.remove(2)
			save(10, func(st *feed.Story) { st.Published.Time = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) }) // the oldest of all
		case 6:
			s.restart()
		}
		items, _, _ := r.poll()
		lives = append(lives, items[0].Title)
		if day < 5 {
			search.poll()
		}
	}
	want := "Stories by Ada Marsh begins on 5 May 2026, Letter 1, Letter 2, Letter 3, Letter 3, Letter 5, Letter 6, Letter 7, Letter 8, Letter 9, " +
		"You have caught up with Stories by Ada Marsh, You have caught up with Stories by Ada Marsh, You have caught up with Stories by Ada Marsh"
	if got := strings.Join(lives, ", "); got != want {
		t.Errorf("the newest item of each day:\n%s\nwant\n%s", got, want)
	}
	if got, want := strings.Join(r.order[len(r.order)-2:], ", "), "Letter 10, You have caught up with Stories by Ada Marsh"; got != want {
		t.Errorf("at the end came %s, want %s", got, want)
	}
	if got, want := strings.Join(search.order, ", "), "Search: bee begins on 5 May 2026, Letter 1, Letter 2, Letter 3, Letter 4"; got != want {
		t.Errorf("the search brought %s, want %s", got, want)
	}
}

func TestNoSuchTermDrip(t *testing.T) {
	s := newSite(t, nil)
	for _, tc := range []struct {
		path   string
		status int
		says   string
	}{
		{"/authors/nobody/drip/2026-05-04/1d/feed.rss", 404, "no such author"},
		{"/tags/nothing/drip/2026-05-04/1d/feed.rss", 404, "no such tag"},
		{"/tags/%2e%2e/drip/2026-05-04/1d/feed.rss", 404, ""},
		{"/tags/roof/drip/1d/feed.rss", 404, baseURL + "/tags/roof/drip"},
		{"/authors/ada-marsh/drip/1d/feed.rss", 404, baseURL + "/authors/ada-marsh/drip"},
		{"/search/drip/1d/feed.rss?q=hive", 404, baseURL + "/search/drip"},
		{"/search/drip/2026-05-04/1d/feed.rss", 400, "what to search for"},
		{"/search/drip/2026-05-04/1d/feed.rss?q=zzz", 404, "finds no story"},
		{"/search/drip/2026-05-04/1m/feed.rss?q=hive", 400, "pace"},
		{"/tags/roof/drip/2026-05-04/1d/feed.rss?from=99", 404, "last number"},
		{"/tags/roof/drip/2026-04-01/1d/feed.rss", 404, "2026-05-01"}, // when the stories were saved
	} {
		if res := s.get(tc.path); res.StatusCode != tc.status || !strings.Contains(body(t, res), tc.says) {
			t.Errorf("GET %s: %d, want %d that says %q", tc.path, res.StatusCode, tc.status, tc.says)
		}
	}
	for path, want := range map[string]string{
		"/authors/Ada%20MARSH/drip/2026-05-04/1d/feed.rss?n=2": "/authors/ada-marsh/drip/2026-05-04/1d/feed.rss?n=2",
		"/tags/Roof/drip?pace=1w":                              "/tags/roof/drip?pace=1w",
	} {
		if res := s.get(path); res.StatusCode != 301 || res.Header.Get("Location") != want {
			t.Errorf("GET %s: %d to %q, want %s", path, res.StatusCode, res.Header.Get("Location"), want)
		}
	}
}

func TestTermDripMaker(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/authors/ada-marsh/drip?n=2":                 "/authors/ada-marsh/drip/2026-05-04/1d/feed.rss?n=2",
		"/tags/roof/drip?pace=weekdays":               "/tags/roof/drip/2026-05-04/weekdays/feed.rss",
		"/search/drip?q=hive&tag=bees&pace=1w&n=2":    "/search/drip/2026-05-04/1w/feed.rss?n=2&q=hive&tag=bees",
		"/authors/" + url.PathEscape("王小明") + "/drip": "/authors/" + url.PathEscape("王小明") + "/drip/2026-05-04/1d/feed.rss",
	} {
		doc := s.page(t, path, 200)
		if got := texts(doc, "code.url")[0]; got != baseURL+want {
			t.Errorf("%s makes %s, want %s", path, got, baseURL+want)
		}
		click := attrs(doc, `a[href*="/subscribe?feed="]`, "href")
		if len(click) != 1 || !strings.Contains(body(t, s.get(click[0])), strings.ReplaceAll(strings.Replace(baseURL+want, ".rss", ".atom", 1), "&", "&amp;")) {
			t.Errorf("%s leads into readers by %v", path, click)
		}
		for _, href := range attrs(doc, `link[rel="alternate"], .set a`, "href") {
			if res := s.get(href); res.StatusCode != 200 {
				t.Errorf("%s offers %s: %d", path, href, res.StatusCode)
			}
		}
	}
	for page, want := range map[string]string{
		"/search?q=hive&sort=newest": "/search/drip?q=hive", "/s/bees": "/authors/ada-marsh/drip",
	} {
		if got := attrs(s.page(t, page, 200), `a[href*="/drip"]`, "href"); len(got) == 0 || got[0] != want {
			t.Errorf("%s leads to %v, want %s", page, got, want)
		}
	}
	form := s.page(t, "/search/drip?q=hive&tag=bees", 200).Find("form.choose")
	if form.Find(`[name=q]`).AttrOr("value", "") != "hive" || form.Find(`[name=tag]`).AttrOr("value", "") != "bees" || form.AttrOr("action", "") != "/search/drip" {
		t.Error("the form forgets the search")
	}
}
