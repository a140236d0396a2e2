package web_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

func TestSearchPage(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/search?q=neighbours", 200)
	if got := texts(doc, ".total strong"); len(got) != 1 || got[0] != "1 story" {
		t.Fatalf("total %q, want 1 story", got)
	}
	if got := texts(doc, ".hits h2"); got[0] != "What the neighbours said" {
		t.Errorf("found %q", got)
	}
	if got := texts(doc, ".hits h2 mark"); len(got) != 1 || got[0] != "neighbours" {
		t.Errorf("marked in the title: %q", got)
	}
	if got := attrs(doc, ".hits h2 a", "href")[0]; got != "/s/bees/10" {
		t.Errorf("the hit leads to %q", got)
	}
	doc = s.page(t, "/search?q=hum", 200)
	if got := texts(doc, ".snippet mark"); len(got) == 0 || got[0] != "hum" {
		t.Errorf("marked in the snippets: %q", got)
	}
	if got := attrs(doc, "#find", "value"); got[0] != "hum" {
		t.Errorf("the search box holds %q", got)
	}
	doc = s.page(t, "/search?language=ja", 200)
	if got := append(attrs(doc, ".hits h2", "lang"), attrs(doc, ".hits .snippet", "lang")...); len(got) != 2 || got[0] != "ja" || got[1] != "ja" {
		t.Errorf("title and snippet of a Japanese story are said to be in %q", got)
	}
}

// TestSearchFilters sets every filter by its link, and takes it off again.
func TestSearchFilters(t *testing.T) {
	s := newSite(t, nil)
	all := s.page(t, "/search?q=hum", 200)
	total := texts(all, ".total strong")[0]
	for _, tc := range []struct{ label, value, want string }{
		{"Author", "王小明", "2 stories"},
		{"Tag", "C++", "1 story"},
		{"Tag", "smoke & fire", "1 story"},
		{"Tag", "100%", "1 story"},
		{"Year", "2026", "2 stories"},
		{"Language", "ja", "1 story"},
	} {
		link := ""
		for i, text := range texts(all, ".facets a") {
			if strings.HasPrefix(text, tc.value+" ") {
				link = attrs(all, ".facets a", "href")[i]
			}
		}
		if link == "" {
			t.Errorf("no link narrows to %s %s", tc.label, tc.value)
			continue
		}
		doc := s.page(t, link, 200)
		if got := texts(doc, ".total strong"); len(got) != 1 || got[0] != tc.want {
			t.Errorf("%s %s: %q, want %s", tc.label, tc.value, got, tc.want)
		}
		if got := texts(doc, ".chip.on"); len(got) != 1 || !strings.HasPrefix(got[0], tc.label+": "+tc.value) {
			t.Errorf("%s %s: filters shown: %q", tc.label, tc.value, got)
		}
		for _, off := range []string{".chip.on", ".facets a.on"} {
			hrefs := attrs(doc, off, "href")
			if len(hrefs) != 1 {
				t.Errorf("%s %s: %d × %s, want one", tc.label, tc.value, len(hrefs), off)
				continue
			}
			if got := texts(s.page(t, hrefs[0], 200), ".total strong")[0]; got != total {
				t.Errorf("%s %s taken off by %s: %s, want %s", tc.label, tc.value, off, got, total)
			}
		}
		hidden := attrs(doc, `.find.big input[type="hidden"]`, "value")
		if len(hidden) != 1 || hidden[0] != tc.value {
			t.Errorf("%s %s: a new query would keep the filters %q", tc.label, tc.value, hidden)
		}
	}
}

func TestSearchSort(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/search?q=hum&sort=oldest", 200)
	if got := texts(doc, `.switch [aria-current]`); len(got) != 1 || got[0] != "Oldest" {
		t.Errorf("order marked as current: %q", got)
	}
	dates := attrs(doc, ".hits time", "datetime")
	if len(dates) < 5 || !slices.IsSorted(dates) {
		t.Errorf("oldest first gives %q", dates)
	}
	if got := attrs(doc, ".facets a", "href")[0]; !strings.Contains(got, "sort=oldest") {
		t.Errorf("a filter forgets the order: %s", got)
	}
	all := s.page(t, "/search?author=Ada+Marsh", 200) // nothing to be relevant to
	if got := texts(all, `.switch a`); !cmp.Equal(got, []string{"Newest", "Oldest", "Reading order"}) {
		t.Errorf("orders offered without a query: %q", got)
	}
}

func TestSearchPaging(t *testing.T) {
	s := newSite(t, nil)
	s.add(t, 15, 70)
	seen := map[string]bool{}
	path := "/search?q=hum&sort=newest"
	pages := 0
	for ; path != ""; pages++ {
		doc := s.page(t, path, 200)
		for _, href := range attrs(doc, ".hits h2 a", "href") {
			if seen[href] {
				t.Errorf("%s is shown twice", href)
			}
			seen[href] = true
		}
		path = strings.Join(attrs(doc, `.pager a[rel="next"]`, "href"), "")
	}
	if len(seen) != 68 || pages != 7 { // part 8 has another text, part 11 is gone
		t.Errorf("%d stories on %d pages, want 68 on 7", len(seen), pages)
	}
	for _, page := range []string{"99", "100000000", "-3", "x", "99999999999999999999"} {
		doc := s.page(t, "/search?q=hum&page="+page, 200)
		if len(texts(doc, ".hits li")) == 0 {
			t.Errorf("page %s shows nothing, want the nearest page that exists", page)
		}
	}
}

func TestSearchNothingFound(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/search?q=xylophone&author=Ada+Marsh", 200)
	got := texts(doc, ".empty")
	if len(got) != 1 || !strings.Contains(got[0], "Nothing was found for xylophone") || !strings.Contains(got[0], "fewer words") {
		t.Errorf("nothing found says %q", got)
	}
	if got := attrs(doc, ".empty li a", "href"); len(got) != 1 || got[0] != "/search?q=xylophone" {
		t.Errorf("the way to search without the filters leads to %q", got)
	}
}

func TestSearchEmptyQuery(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/search", "/search?q=", "/search?q=+%00+", "/search?sort=newest", "/search?year=abc"} {
		doc := s.page(t, path, 200)
		if n := doc.Find(".tips dt a").Length(); n < 5 {
			t.Errorf("GET %s: %d examples of what can be asked", path, n)
		}
	}
	for _, href := range attrs(s.page(t, "/search", 200), ".tips dt a", "href") {
		doc := s.page(t, href, 200)
		if hints := texts(doc, ".hints li"); len(hints) > 0 {
			t.Errorf("the example %s is not understood: %q", href, hints)
		}
	}
}

func TestSearchOddQueries(t *testing.T) {
	s := newSite(t, nil)
	for _, q := range []string{
		`"`, `""`, `"unclosed`, `-`, `--`, `*`, `a*`, `OR`, `a OR`, `OR OR OR`, `((((`, `title:`, `title:"`, `before:never`, `after:2020-99-99`,
		`author:`, `:`, `\`, `\\"`, `a AND NOT b`, `NOT`, strings.Repeat("a ", 5000), strings.Repeat("(", 9000), strings.Repeat("é", 200), "\xff\xfe\x00", "🐝", "hum\x00hive",
		`/.*.*.*/`, `+hive -hive`, `series:`, `tag:"smoke & fire"`, `title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why title:why`,
	} {
		s.page(t, "/search?q="+escape(q), 200)
		if res := s.get("/api/v1/search?q=" + escape(q)); res.StatusCode != 200 {
			t.Errorf("the API answers %.40q with %d, want 200", q, res.StatusCode)
		}
	}
	s.page(t, "/search?q=%zz&series=%", 200)
	s.page(t, "/search?q=hum&q=other&series=&series=bees", 200)
	long := s.page(t, "/search?q="+strings.Repeat("hum+", 600), 200)
	if hints := texts(long, ".hints li"); len(hints) == 0 {
		t.Errorf("a query of more than %d bytes: no hint that it was cut", index.MaxQueryBytes)
	}
}

// TestSearchCommonWords tells why words that nearly every text has find nothing.
func TestSearchCommonWords(t *testing.T) {
	s := newSite(t, nil)
	for query, want := range map[string]int{`didn’t`: 1, `themselves`: 1, `hive`: 0} {
		if hints := texts(s.page(t, "/search?q="+escape(query), 200), ".hints li"); len(hints) != want || want > 0 && !strings.Contains(hints[0], "titles only") {
			t.Errorf("%s: hints %q, want %d", query, hints, want)
		}
		var answer struct{ Hints []string }
		must(t, json.Unmarshal([]byte(body(t, s.get("/api/v1/search?q="+escape(query)))), &answer))
		if len(answer.Hints) != want {
			t.Errorf("%s: the API hints %q, want %d", query, answer.Hints, want)
		}
	}
}

func TestSearchWithinSeries(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/s/bees", 200)
	if got := attrs(doc, `header .find input[type="hidden"][name="series"]`, "value"); len(got) != 1 || got[0] != "bees" {
		t.Errorf("the search box of a series is limited to %q", got)
	}
	if got := texts(s.page(t, "/search?q=hum&series=bees", 200), ".chip.on"); len(got) != 1 || !strings.HasPrefix(got[0], "Series: Keeping Bees & Other Slow Things") {
		t.Errorf("the filter shown is %q, want the series' title", got)
	}
	if n := s.page(t, "/search?q=hum&series=night-trains", 200).Find(".hits").Length(); n != 0 {
		t.Error("found stories in a series that has none")
	}
}

// Words are looked for in texts and titles; who types a name means its author.
func TestSearchForAName(t *testing.T) {
	s := newSite(t, nil)
	const hint = ".by a"
	saved, err := s.store.SaveStory(t.Context(), store.Save{Story: letter(40, "On Names", func(s *feed.Story) { s.Authors = []string{"Ann Hum Honeywell"} })})
	must(t, err)
	must(t, s.index.Put(t.Context(), index.NewDocument(saved)))
	for _, tc := range []struct{ query, label, leadsTo string }{
		{"/search?q=Tomás+O’Brien", "Tomás O’Brien", "1 story"},
		{"/search?q=tomás+o’brien&series=bees", "tomás o’brien", "1 story"},
		{"/search?q=王小明", "王小明", "2 stories"},
		{"/search?q=Ann+Hum+Honeywell", "Ann Hum Honeywell", "1 story"}, // though stories with any of the words are shown
	} {
		doc := s.page(t, tc.query, 200)
		hrefs := attrs(doc, hint, "href")
		if len(hrefs) != 1 || texts(doc, hint)[0] != "Stories by "+tc.label {
			t.Errorf("%s: hints %q to %q, want one to stories by %s", tc.query, texts(doc, hint), hrefs, tc.label)
			continue
		}
		if got := texts(s.page(t, hrefs[0], 200), ".total strong"); len(got) != 1 || got[0] != tc.leadsTo {
			t.Errorf("%s: the hint leads to %q, want %s", tc.query, got, tc.leadsTo)
		}
	}
	for _, query := range []string{"/search?q=xylophone", "/search?q=hum", `/search?q="Ada+Marsh"`, "/search?q=author:ada", "/search?q=xylophone&author=Ada+Marsh", "/search?series=night-trains", "/search?q=Ada+Marsh&series=night-trains", "/search?q=-"} {
		if got := texts(s.page(t, query, 200), hint); len(got) > 0 {
			t.Errorf("%s: hints %q, want none", query, got)
		}
	}
}

// Several filters hold at once, and each can be taken off by itself.
func TestSearchSeveralFilters(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/search?q=hum&author=Ada+Marsh&tag=roof&year=2025&language=en&series=bees", 200)
	on := texts(doc, ".chip.on")
	if len(on) != 5 {
		t.Fatalf("filters shown: %q, want five", on)
	}
	seen := map[string]bool{}
	for _, href := range attrs(doc, ".chip.on", "href") {
		if got := texts(s.page(t, href, 200), ".chip.on"); len(got) != 4 {
			t.Errorf("%s leaves the filters %q, want four", href, got)
		}
		seen[href] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d different ways to take a filter off, want five", len(seen))
	}
}

// A facet says what a click on it finds, also with filters on; and one that is on
// stands first, whatever way it is spelled.
func TestSearchFacetsSayWhatTheyFind(t *testing.T) {
	s := newSite(t, nil)
	for _, tc := range []struct{ path, on string }{
		{"/search?q=hum", ""},
		{"/search?q=hum&tag=roof", "roof"},
		{"/search?q=hum&author=ADA+M%C3%A1rsh&tag=roof", "ADA Mársh roof"},
		{"/search?q=hum&language=en-GB&year=2025", "2025 en-GB"},
		{"/search?q=hum&author=tomas+o%27brien", "tomas o'brien"},
		{"/search?series=bees", "Keeping Bees & Other Slow Things"},
	} {
		doc := s.page(t, tc.path, 200)
		if got := strings.Join(texts(doc, `.facets a.on [dir="auto"]`), " "); got != tc.on {
			t.Errorf("%s: on are %q, want %q", tc.path, got, tc.on)
		}
		links, counts := attrs(doc, ".facets a:not(.on)", "href"), texts(doc, ".facets a:not(.on) .c")
		if len(links) < 2 {
			t.Errorf("%s: %d facets to click", tc.path, len(links))
		}
		for i, link := range links {
			total, _, _ := strings.Cut(texts(s.page(t, link, 200), ".total strong")[0], " ")
			if total != counts[i] {
				t.Errorf("%s: %s finds %s, the facet says %s", tc.path, link, total, counts[i])
			}
		}
	}
}

func TestSearchInReadingOrder(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/search?q=hum&sort=reading", 200)
	if got := texts(doc, `.switch [aria-current]`); len(got) != 1 || got[0] != "Reading order" {
		t.Errorf("order marked as current: %q", got)
	}
	hrefs := append(attrs(doc, ".hits h2 a", "href"), attrs(s.page(t, "/search?q=hum&sort=reading&page=2", 200), ".hits h2 a", "href")...)
	want := []string{"/s/bees/1", "/s/bees/2", "/s/bees/3", "/s/bees/4", "/s/bees/5", "/s/bees/6", "/s/bees/7", "/s/bees/9", "/s/bees/10", "/s/bees/12", "/s/bees/13", "/s/bees/14"}
	if diff := cmp.Diff(want, hrefs); diff != "" {
		t.Errorf("in reading order: (-want +got)\n%s", diff)
	}
}

// slipped finds nothing and searches another query instead, as an index may.
type slipped struct {
	web.Searcher
	instead string
}

func (s slipped) Search(ctx context.Context, r index.Request) (index.Results, error) {
	if r.AsTyped || r.Query.Empty() {
		return s.Searcher.Search(ctx, r)
	}
	r.Query, _ = index.ParseQuery(s.instead)
	res, err := s.Searcher.Search(ctx, r)
	res.Instead = r.Query
	return res, err
}

func TestSearchInstead(t *testing.T) {
	for _, tc := range []struct{ instead, says string }{
		{"neighbours", "Nothing was found for neigbours. These are stories for neighbours."},
		{"neighbours OR xylophone", "Few stories or none have all words of neigbours. They come first; the others have some of them."},
	} {
		s := newSite(t, func(c *web.Config) { c.Index = slipped{c.Index, tc.instead} })
		doc := s.page(t, "/search?q=neigbours", 200)
		if got := texts(doc, ".instead"); len(got) != 1 || !strings.HasPrefix(got[0], tc.says) {
			t.Fatalf("the page says %q, want %q", got, tc.says)
		}
		if got := texts(doc, ".hits mark"); len(got) == 0 || got[0] != "neighbours" {
			t.Errorf("marked: %q, want what was searched instead", got)
		}
		hrefs := attrs(doc, ".instead a", "href")
		exactly := s.page(t, hrefs[len(hrefs)-1], 200)
		if n := exactly.Find(".instead, .hits").Length(); n != 0 || len(texts(exactly, ".empty")) != 1 {
			t.Errorf("who insists on the word as typed gets something else")
		}
		var api struct{ Instead string }
		s.decode(t, attrs(exactly, `link[type="application/json"]`, "href")[0], &api)
		if api.Instead != "" {
			t.Errorf("the API of the page that insists searches %q instead", api.Instead)
		}
		follow := attrs(doc, ".follow a", "href")
		if len(follow) != 4 {
			t.Errorf("feeds of the search: %q, want three and where to catch up", follow)
		}
		for _, href := range follow {
			if res := s.get(href); res.StatusCode != 200 || !strings.Contains(body(t, res), "neighbours") {
				t.Errorf("%s: %d, want a feed or page of what is shown", href, res.StatusCode)
			}
		}
	}
}

// TestSearchPassage follows the links to passages as far as a server sees them.
func TestSearchPassage(t *testing.T) {
	s := newSite(t, nil)
	hrefs := attrs(s.page(t, "/search?q=neighbours+listen&exact=1", 200), ".passage a", "href")
	if len(hrefs) != 1 || hrefs[0] != "/s/bees/10#:~:text=I%20learned%20to-,listen,-before%20I%20learned&text=listen" {
		t.Errorf("the passage is at %q", hrefs)
	}
}

func TestSearchHelp(t *testing.T) {
	s := newSite(t, nil)
	saved, err := s.store.SaveStory(t.Context(), store.Save{Story: letter(40, "Postcard No. 8 from the Lake", nil)}) // no two words of it make an example
	must(t, err)
	must(t, s.index.Put(t.Context(), index.NewDocument(saved)))
	doc := s.page(t, "/search/help", 200)
	for _, f := range index.QueryFields() {
		if doc.Find("#"+string(f.Name)+" dt a").Length() == 0 {
			t.Errorf("the field %s has no example", f.Name)
		}
	}
	if got := texts(doc, `.tips div:contains("these words in a row") dt`)[0]; !strings.Contains(got, " ") {
		t.Errorf("the example of words in a row is %s: one word", got)
	}
	hrefs := attrs(doc, ".tips dt a", "href")
	if len(hrefs) < 15 {
		t.Errorf("%d examples", len(hrefs))
	}
	for _, href := range hrefs {
		found := s.page(t, href, 200)
		if hints := texts(found, ".hints li"); len(hints) > 0 || found.Find(".hits li").Length() == 0 {
			t.Errorf("the example %s finds %d stories, with hints %q", href, found.Find(".hits li").Length(), hints)
		}
	}
	text := doc.Text()
	for _, limit := range []string{"2,048 bytes", "128 words", "16 phrases", "10,000"} {
		if !strings.Contains(text, limit) {
			t.Errorf("the page does not tell the limit of %s", limit)
		}
	}
}

func TestSuggest(t *testing.T) {
	s := newSite(t, nil)
	for _, tc := range []struct{ typed, text, meaning, url string }{
		{"what the ne", "What the neighbours said", "a story by Ada Marsh", baseURL + "/s/bees/10"},
		{"ada", `author:"Ada Marsh"`, "author, ", baseURL + "/authors/ada-marsh"},
		{"roo", `tag:"roof"`, "tag, ", baseURL + "/tags/roof"},
		{"  WINTER ", "Winter, or how to do nothing well", "a story by Ada Marsh", baseURL + "/s/bees/13"},
	} {
		res := s.get("/suggest?q=" + escape(tc.typed))
		if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != "application/x-suggestions+json" {
			t.Fatalf("suggest %q: %d %s", tc.typed, res.StatusCode, got)
		}
		typed, texts, meanings, urls := suggestions(t, res)
		i := slices.Index(texts, tc.text)
		if i < 0 || !strings.HasPrefix(meanings[i], tc.meaning) || urls[i] != tc.url || typed != strings.TrimSpace(tc.typed) {
			t.Errorf("suggest %q: %q %q %q %q, want %q at %s", tc.typed, typed, texts, meanings, urls, tc.text, tc.url)
		}
		doc := s.page(t, "/search?q="+escape(tc.text), 200)
		if doc.Find(".hits li").Length() == 0 || doc.Find(".hints").Length() > 0 {
			t.Errorf("the completion %q finds nothing, or is not understood", tc.text)
		}
	}
	for _, odd := range []string{"", "  ", "xylophone", "\x00", "\"", strings.Repeat("a", 5000), "<script>", "11"} {
		_, texts, meanings, urls := suggestions(t, s.get("/suggest?q="+escape(odd)))
		if len(texts) != len(meanings) || len(texts) != len(urls) || texts == nil {
			t.Errorf("suggest %q: %q %q %q", odd, texts, meanings, urls)
		}
	}
}

func suggestions(t *testing.T, res *http.Response) (typed string, texts, meanings, urls []string) {
	t.Helper()
	must(t, json.NewDecoder(res.Body).Decode(&[]any{&typed, &texts, &meanings, &urls}))
	return typed, texts, meanings, urls
}

func TestOpenSearch(t *testing.T) {
	s := newSite(t, nil)
	if got := attrs(s.page(t, "/", 200), `link[rel="search"][type="application/opensearchdescription+xml"]`, "href"); len(got) != 1 || got[0] != "/opensearch.xml" {
		t.Fatalf("pages name the description at %q", got)
	}
	res := s.get("/opensearch.xml")
	var doc struct {
		XMLName   xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName string
		Url       []struct {
			Type     string `xml:"type,attr"`
			Template string `xml:"template,attr"`
		}
	}
	must(t, xml.NewDecoder(res.Body).Decode(&doc))
	if len(doc.ShortName) > 16 || len(doc.Url) < 5 {
		t.Errorf("the description is %+v", doc)
	}
	for _, u := range doc.Url {
		for _, optional := range []string{"2", ""} { // who knows no value for a parameter leaves it empty
			filled := regexp.MustCompile(`\{\w+\?\}`).ReplaceAllString(strings.ReplaceAll(u.Template, "{searchTerms}", "hum"), optional)
			got := s.get(strings.TrimPrefix(filled, baseURL))
			if mediaType, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";"); got.StatusCode != 200 || mediaType != u.Type {
				t.Errorf("%s: %d %s, want 200 and %s", filled, got.StatusCode, mediaType, u.Type)
			}
		}
	}
}

func TestSearchFeedTellsOpenSearch(t *testing.T) {
	s := newSite(t, nil)
	s.add(t, 15, 70)
	var doc struct {
		Total   int `xml:"http://a9.com/-/spec/opensearch/1.1/ totalResults"`
		Start   int `xml:"http://a9.com/-/spec/opensearch/1.1/ startIndex"`
		PerPage int `xml:"http://a9.com/-/spec/opensearch/1.1/ itemsPerPage"`
		Query   struct {
			Role  string `xml:"role,attr"`
			Terms string `xml:"searchTerms,attr"`
		} `xml:"http://a9.com/-/spec/opensearch/1.1/ Query"`
		Entry []struct{} `xml:"entry"`
	}
	must(t, xml.NewDecoder(s.get("/search.atom?q=%22hum+that%22&author=Ada+Marsh").Body).Decode(&doc))
	if doc.Total <= 50 || doc.Start != 1 || doc.PerPage != len(doc.Entry) || doc.Query.Role != "request" || doc.Query.Terms != `"hum that"` {
		t.Errorf("the feed tells %+v", doc)
	}
}

func TestSimilarStories(t *testing.T) {
	s := newSite(t, nil)
	hrefs := attrs(s.page(t, "/s/bees/10", 200), ".similar li a", "href")
	if len(hrefs) == 0 || slices.Contains(hrefs, "/s/bees/10") || slices.Contains(hrefs, "/s/bees/11") {
		t.Errorf("stories like part 10: %q, want some, without itself and the one that was taken back", hrefs)
	}
}
