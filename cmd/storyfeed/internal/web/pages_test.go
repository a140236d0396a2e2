package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

func TestHome(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/", 200)
	want := []string{"Keeping Bees & Other Slow Things", "Night Trains", "blank"}
	if diff := cmp.Diff(want, texts(doc, ".card h3")); diff != "" {
		t.Errorf("series on the home page (-want +got):\n%s", diff)
	}
	for selector, want := range map[string]string{
		".card:nth-child(1) .meta":      "13 stories",
		".card:nth-child(1) .latest":    "The second hive",
		".card:nth-child(1) .condition": "Up to date visited 12 minutes ago next visit in 18 minutes",
		".card:nth-child(2) .condition": "The source can’t be read next try in 42 minutes",
		".card:nth-child(2) .trouble":   "https://rails.example/night/: answered 503 Service Unavailable, the site is overloaded or closed for now.",
		".card:nth-child(3) .condition": "Waiting for its first visit",
	} {
		if got := strings.Join(texts(doc, selector), " | "); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q", selector, got, want)
		}
	}
	if got := len(attrs(doc, `link[rel="alternate"][type$="xml"]`, "href")); got != 9 {
		t.Errorf("the home page announces %d XML feeds, want two for each series, two for all and that of health", got)
	}
}

func TestHomeWithoutSeries(t *testing.T) {
	s := newSite(t, nil)
	must(t, s.store.SyncSeries(t.Context(), nil))
	doc := s.page(t, "/", 200)
	if got := doc.Find(".empty").Text(); !strings.Contains(got, "No series is followed yet") || !strings.Contains(got, "[[series]]") {
		t.Errorf("the empty home page says %q, want what to do", got)
	}
}

func TestSeriesPage(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/s/bees", 200)
	numbers := texts(doc, ".parts .n")
	want := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "12", "13", "14"} // 11 is gone
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Errorf("parts in reading order (-want +got):\n%s", diff)
	}
	if got := texts(doc, ".parts li:nth-child(6) .meta")[0]; got != "author unknown date unknown" {
		t.Errorf("a story without author and date says %q", got)
	}
	if got := texts(doc, ".parts li:nth-child(2) .meta")[0]; got != "Ada Marsh, Tomás O’Brien and 王小明 5 February 2025" {
		t.Errorf("the second story says %q", got)
	}
	if got := attrs(doc, ".parts time", "datetime")[0]; got != "2025-01-04" {
		t.Errorf("a date known to the day is %q for machines, want no time of day", got)
	}
	if got := attrs(doc, ".button", "href")[0]; got != "/s/bees/1" {
		t.Errorf("the way to the beginning leads to %q", got)
	}
	newest := s.page(t, "/s/bees?order=newest", 200)
	if got := texts(newest, ".parts .n"); got[0] != "14" || got[1] != "12" || got[2] != "6" { // 6 has no date: it stands where it was fetched
		t.Errorf("newest first begins with parts %v", got[:3])
	}
	if got := texts(newest, `.switch [aria-current]`); len(got) != 1 || got[0] != "Newest first" {
		t.Errorf("the order marked as current is %v", got)
	}
}

func TestSeriesFeeds(t *testing.T) {
	s := newSite(t, nil)
	for _, page := range []string{"/s/bees", "/s/bees/3"} {
		doc := s.page(t, page, 200)
		found := map[string]string{}
		for i, href := range attrs(doc, `link[rel="alternate"]`, "href") {
			found[href] = attrs(doc, `link[rel="alternate"]`, "type")[i] + " " + attrs(doc, `link[rel="alternate"]`, "title")[i]
		}
		for path, d := range s.documents {
			if path == feed.HealthPath { // no feed of this series
				continue
			}
			mediaType, _, _ := strings.Cut(d.Format.MediaType(), ";")
			order := "newest first"
			if strings.Contains(path, "reading") {
				order = "in reading order"
			}
			want := fmt.Sprintf("%s Keeping Bees & Other Slow Things, %s (%s)", mediaType, order, d.Format.Label())
			if found[path] != want {
				t.Errorf("%s announces %s as %q, want %q", page, path, found[path], want)
			}
		}
	}
	urls := texts(s.page(t, "/s/bees", 200), "code.url")
	if len(urls) != 6 || urls[0] != baseURL+"/s/bees/feed.rss" || urls[5] != baseURL+"/s/bees/reading.json" {
		t.Errorf("addresses to copy: %v", urls)
	}
}

func TestSeriesCrawl(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/s/bees", 200)
	got := texts(doc, ".figures div")
	want := []string{"found 14", "new 1", "changed 1", "unchanged 12", "gone 0", "failed 0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures of the last crawl (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2: other site", "1: not an article"}, texts(doc, ".reason")); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Buy honey", "Buy wax", "<b>bees</b> an archive page"}, texts(doc, ".dropped li")); diff != "" {
		t.Errorf("links not taken (-want +got):\n%s", diff)
	}
	night := s.page(t, "/s/night-trains", 200)
	if got := texts(night, ".top .trouble")[0]; !strings.Contains(got, "503 Service Unavailable") || !strings.Contains(got, "4 May 2026, 09:00 UTC") {
		t.Errorf("a failing series says %q, want what failed and since when", got)
	}
	if got := texts(night, ".empty")[0]; got != "No story could be read so far." {
		t.Errorf("a failing series without stories says %q", got)
	}
	if got := texts(s.page(t, "/s/blank", 200), ".empty")[0]; !strings.Contains(got, "first visit is on its way") {
		t.Errorf("a series that was never visited says %q", got)
	}
}

func TestSeriesDegraded(t *testing.T) {
	s := newSite(t, nil)
	must(t, finish(t.Context(), s.store, feed.Crawl{Series: "bees", Started: now}, feed.Health{
		State: feed.StateDegraded, Fault: feed.FaultList, Reason: "the list shrank from 36 to 3 stories", Since: now.Add(-time.Hour), LastGood: now.Add(-2 * time.Hour), Next: now.Add(time.Hour),
	}))
	doc := s.page(t, "/s/bees", 200)
	got := texts(doc, ".top .condition")[0] + " " + texts(doc, ".top .trouble")[0]
	for _, want := range []string{"Something is wrong: a list of stories is not what it was", "visited 2 hours ago", "since 4 May 2026, 11:00 UTC", "last good visit was on 4 May 2026, 10:00 UTC", "next try in 60 minutes", "The list shrank from 36 to 3 stories.", "Everything read before is still here."} {
		if !strings.Contains(got, want) {
			t.Errorf("a degraded series says %q, want %q in it", got, want)
		}
	}
	changes := texts(doc, ".changes li")
	want := []string{
		"4 May 2026, 12:00 UTC degraded, a list of stories is not what it wasthe list shrank from 36 to 3 stories",
		"4 May 2026, 12:00 UTC ok",
	}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("changes of health (-want +got):\n%s", diff)
	}
	if got := attrs(doc, ".crawl a[type='application/atom+xml']", "href"); !slices.Contains(got, "/health.atom") {
		t.Errorf("the section of health links %v, not its feed", got)
	}
}

func TestSeriesPaging(t *testing.T) {
	s := newSite(t, nil)
	s.add(t, 15, 230)
	for _, tc := range []struct{ path, first, last, where, next string }{
		{"/s/bees", "1", "101", "Page 1 of 3, the last page", "/s/bees?page=2"},
		{"/s/bees?page=2", "102", "201", "Page 2 of 3", "/s/bees?page=3"},
		{"/s/bees?page=3", "202", "230", "1, the first page … Page 3 of 3", ""},
		{"/s/bees?page=99", "202", "230", "1, the first page … Page 3 of 3", ""},
		{"/s/bees?page=-1", "1", "101", "Page 1 of 3, the last page", "/s/bees?page=2"},
		{"/s/bees?page=x", "1", "101", "Page 1 of 3, the last page", "/s/bees?page=2"},
		{"/s/bees?order=newest&page=2", "", "", "Page 2 of 3", "/s/bees?order=newest&page=3"},
	} {
		doc := s.page(t, tc.path, 200)
		parts := texts(doc, ".parts .n")
		if tc.first != "" && (parts[0] != tc.first || parts[len(parts)-1] != tc.last) {
			t.Errorf("%s shows parts %s to %s, want %s to %s", tc.path, parts[0], parts[len(parts)-1], tc.first, tc.last)
		}
		if got := texts(doc, ".pager .where")[0]; got != tc.where {
			t.Errorf("%s: pager says %q, want %q", tc.path, got, tc.where)
		}
		if got := strings.Join(attrs(doc, `.pager a[rel="next"]`, "href"), ""); got != tc.next {
			t.Errorf("%s: next is %q, want %q", tc.path, got, tc.next)
		}
	}
}

func TestStory(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/s/bees/3", 200)
	for selector, want := range map[string]string{
		"h1":                "🐝 Swarm! What to do in the first eleven minutes",
		".over":             "Keeping Bees & Other Slow Things Part 3 of 14",
		"header .meta":      `"><img src=x onerror=alert(2)> 6 February 2025 updated 3 February 2026 1 min read`,
		".turn a[rel=prev]": `← Part 2 Smoke & mirrors: "calm" is not the word <script>alert(1)</script>`,
		".turn a[rel=next]": "Part 4 → 養蜂の静けさについて",
		".tags":             "Tags: bees roof",
		".original":         "Read the original at garden.example",
	} {
		if got := texts(doc, selector); len(got) == 0 || got[len(got)-1] != want {
			t.Errorf("%s says %q, want %q", selector, got, want)
		}
	}
	for selector, want := range map[string]string{
		".original a":            "https://garden.example/letter-3",
		`link[rel="canonical"]`:  "https://garden.example/letter-3",
		`link[rel="next"]`:       "/s/bees/4",
		".tags a":                "/tags/bees",
		`link[type$="ion/json"]`: "/api/v1/stories/" + feed.GUID("https://garden.example/letter-3"),
	} {
		if got := attrs(doc, selector, "href"); len(got) == 0 || got[0] != want {
			t.Errorf("%s leads to %q, want %q", selector, got, want)
		}
	}
	if got := texts(s.page(t, "/s/bees/14", 200), ".turn .after"); got[0] != "That was the last part All stories of the series" {
		t.Errorf("after the last part: %q", got)
	}
	if got := attrs(s.page(t, "/s/bees/10", 200), `.turn a[rel="next"]`, "href")[0]; got != "/s/bees/12" {
		t.Errorf("after part 10 comes %q, want part 12, since 11 is gone", got)
	}
	if got := attrs(s.page(t, "/s/bees/4", 200), "article", "lang"); got[0] != "ja" {
		t.Errorf("a Japanese story is marked as %q", got)
	}
	if n := s.page(t, "/s/bees/7", 200).Find(".prose table, .prose pre, .prose blockquote, .prose figure a.elsewhere").Length(); n != 4 {
		t.Errorf("of table, code, quote and picture %d are shown", n)
	}
}

// Nobody leaves the page to read a note, or misses a level of headings.
func TestStoryWithNotesAndHeadings(t *testing.T) {
	doc := newSite(t, nil).page(t, "/s/bees/7", 200)
	note := attrs(doc, ".prose sup a", "href")
	if len(note) != 1 || !strings.HasPrefix(note[0], "#") {
		t.Fatalf("the mark of a note leads to %q, not to its note on this page", note)
	}
	if got := texts(doc, ".prose li"+note[0]); len(got) != 1 || !strings.HasPrefix(got[0], "Nor about") {
		t.Errorf("the note of the mark is %q", got)
	}
	if back := attrs(doc, ".prose li"+note[0]+" a", "href"); len(back) != 1 || doc.Find(".prose sup a"+back[0]).Length() != 1 {
		t.Errorf("the note leads back to %q", back)
	}
	if got := texts(doc, ".prose h2, .prose h3, .prose h4"); !cmp.Equal(got, []string{"What it costs", "Footnotes"}) || doc.Find(".prose h3").Length() != 1 {
		t.Errorf("headings %q, want that of the footnotes one level below the other", got)
	}
}

func TestGoneStory(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/s/bees/11", 410)
	got := texts(doc, "main")[0]
	for _, want := range []string{"This one was taken back", "removed at its source", "1 May 2026, 12:00 UTC", "2 May 2026, 13:00 UTC", "Part 10", "Part 12"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page of a removed story says %q, want %q in it", got, want)
		}
	}
	if strings.Contains(got, "A hive is quiet") {
		t.Error("the page of a removed story shows its text")
	}
	if got := attrs(doc, ".notice a", "href"); len(got) != 1 || got[0] != "https://garden.example/letter-11" {
		t.Errorf("the original address is %q", got)
	}
}

// foreignScript finds scripts that are not files of ours.
const foreignScript = `script:not([src^="/static/"]), script:not(:empty)`

// TestNoScript looks for anything on any page that could run or load
// something, with hostile titles, authors, tags, bodies and queries about.
func TestNoScript(t *testing.T) {
	s := newSite(t, nil)
	attacks := []string{
		`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `' onmouseover='alert(1)`, `javascript:alert(1)`, `</title><script>alert(1)</script>`,
		`{{.Title}}`, "\x00<scr\x00ipt>alert(1)", "%3Cscript%3E", `<img src=x onerror=alert(1)>`, "\xff\xfe<script>", `author:"<script>"`,
	}
	pages := []string{"/", "/s/bees", "/s/bees?order=newest", "/s/night-trains", "/search"}
	for part := 1; part <= 14; part++ {
		pages = append(pages, fmt.Sprintf("/s/bees/%d", part))
	}
	for _, a := range attacks {
		for _, name := range []string{"q", "series", "author", "tag", "year", "sort", "page"} {
			pages = append(pages, "/search?q=hive&"+name+"="+escape(a), "/search?"+name+"="+escape(a))
		}
		pages = append(pages, "/s/bees?order="+escape(a)+"&page="+escape(a))
	}
	for _, page := range pages {
		doc := s.page(t, page, map[bool]int{true: 410, false: 200}[page == "/s/bees/11"])
		if n := doc.Find(foreignScript + ", iframe, object, embed, style, base, meta[http-equiv], svg a, svg use, [style], [srcdoc], [formaction]").Length(); n > 0 {
			t.Errorf("GET %q: %d elements or attributes that have no place on a page", page, n)
		}
		doc.Find("*").Each(func(_ int, e *goquery.Selection) {
			for _, a := range e.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("GET %q: attribute %s=%q", page, a.Key, a.Val)
				}
				address := strings.ToLower(strings.TrimSpace(a.Val))
				if (a.Key == "href" || a.Key == "src" || a.Key == "action") && (strings.HasPrefix(address, "javascript:") || strings.HasPrefix(address, "data:")) {
					t.Errorf("GET %q: address %s=%q", page, a.Key, a.Val)
				}
			}
		})
	}
}

// TestOrdinaryMarkup checks what every page must have to be usable.
func TestOrdinaryMarkup(t *testing.T) {
	s := newSite(t, nil)
	for _, page := range []string{"/", "/s/bees", "/s/bees?filter=zzz", "/s/bees/7", "/authors", "/authors/ada-marsh", "/tags", "/tags/bees", "/status", "/subscribe", "/s/bees/drip", "/authors/ada-marsh/drip", "/search", "/search?q=hive", "/search?q=zzz"} {
		doc := s.page(t, page, 200)
		for selector, want := range map[string]int{
			"head > title": 1, "h1": 1, "main#content": 1, `a.skip[href="#content"]`: 1, `html[lang]`: 1, `meta[name="viewport"]`: 1,
		} {
			if got := doc.Find(selector).Length(); got != want {
				t.Errorf("GET %s: %d × %s, want %d", page, got, selector, want)
			}
		}
		ids := map[string]int{}
		for _, id := range attrs(doc, "[id]", "id") {
			if ids[id]++; ids[id] > 1 {
				t.Errorf("GET %s: id %q twice", page, id)
			}
		}
		doc.Find("input:not([type=hidden])").Each(func(_ int, e *goquery.Selection) {
			if id := e.AttrOr("id", ""); doc.Find(`label[for="`+id+`"]`).Length() != 1 {
				t.Errorf("GET %s: input %q without its label", page, id)
			}
		})
		doc.Find("a[href^='#']").Each(func(_ int, e *goquery.Selection) {
			if doc.Find(e.AttrOr("href", "")).Length() != 1 {
				t.Errorf("GET %s: %s leads nowhere", page, e.AttrOr("href", ""))
			}
		})
	}
}

func TestPageCaching(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/s/bees", "/s/bees/2", "/search?q=hive", "/api/v1/series"} {
		res := s.get(path, "Accept-Encoding", "gzip")
		tag := res.Header.Get("Etag")
		if !strings.HasSuffix(tag, `-gz"`) || res.Header.Get("Content-Encoding") != "gzip" || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("GET %s: %v, want a compressed answer with its tag that caches ask for", path, res.Header)
		}
		if again := s.get(path, "Accept-Encoding", "gzip", "If-None-Match", tag); again.StatusCode != http.StatusNotModified || body(t, again) != "" {
			t.Errorf("GET %s with its tag: %d, want 304", path, again.StatusCode)
		}
		if plain := s.get(path, "If-None-Match", tag); plain.StatusCode != 200 {
			t.Errorf("GET %s uncompressed with the compressed tag: %d, want 200", path, plain.StatusCode)
		}
	}
}

// The dot between two facts is drawn behind the first one, inside of it: were
// that to find its own direction, the dot of an Arabic name would stand on the
// name's far side.
func TestSeparatorsStandBetweenWhateverTheScript(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/s/bees", "/s/bees/2", "/s/bees/11", "/search?q=hum"} {
		res := s.get(path)
		doc, err := goquery.NewDocumentFromReader(res.Body)
		must(t, err)
		if doc.Find(".meta > *").Length() == 0 {
			t.Errorf("%s shows no facts", path)
		}
		doc.Find(".meta > [dir], .meta > bdi").Each(func(_ int, e *goquery.Selection) {
			t.Errorf("%s: %q has a direction of its own and a dot in it", path, e.Text())
		})
	}
	if got := texts(s.page(t, "/s/bees", 200), `.parts li:nth-child(4) .who > bdi`); !cmp.Equal(got, []string{"王小明"}) {
		t.Errorf("the name of part 4 is kept apart as %q", got)
	}
}

// A title of 1,000 characters would else fill a phone's screen.
func TestLongTitlesAreClampedInLists(t *testing.T) {
	s := newSite(t, nil)
	sheet := body(t, s.get(attrs(s.page(t, "/", 200), `link[rel="stylesheet"]`, "href")[0]))
	for _, list := range []struct{ path, selector string }{
		{"/s/bees", ".parts .title"}, {"/search?q=hum", ".hits h2 a"}, {"/", ".card h3 a"}, {"/", ".card .latest a"}, {"/s/bees/10", ".turn b"},
	} {
		if s.page(t, list.path, 200).Find(list.selector).Length() == 0 {
			t.Errorf("%s has no %s", list.path, list.selector)
		}
		clamped := false
		for rule := range strings.SplitSeq(sheet, "}") {
			selectors, style, _ := strings.Cut(rule[strings.LastIndex(rule, "*/")+1:], "{")
			selectors = strings.TrimPrefix(selectors, "/")
			if slices.Contains(strings.Split(strings.TrimSpace(selectors), ", "), list.selector) && strings.Contains(style, "-webkit-line-clamp:") {
				clamped = true
			}
		}
		if !clamped {
			t.Errorf("%s: a title in %s may be of any height", list.path, list.selector)
		}
	}
}
