package web_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
		hidden := attrs(doc, `.find input[type="hidden"]`, "value")
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
	if got := texts(all, `.switch a`); !cmp.Equal(got, []string{"Newest", "Oldest"}) {
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
	if len(seen) != 68 || pages != 4 { // part 8 has another text, part 11 is gone
		t.Errorf("%d stories on %d pages, want 68 on 4", len(seen), pages)
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
			t.Errorf("the API answers %q with %d, want 200", q, res.StatusCode)
		}
	}
	s.page(t, "/search?q=%zz&series=%", 200)
	s.page(t, "/search?q=hum&q=other&series=&series=bees", 200)
	long := s.page(t, "/search?q="+strings.Repeat("hum+", 600), 200)
	if hints := texts(long, ".hints li"); len(hints) == 0 {
		t.Errorf("a query of more than %d bytes: no hint that it was cut", index.MaxQueryBytes)
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
	for _, tc := range []struct{ query, label, leadsTo string }{
		{"/search?q=Tomás+O’Brien", "Tomás O’Brien", "1 story"},
		{"/search?q=tomás+o’brien&series=bees", "tomás o’brien", "1 story"},
		{"/search?q=王小明", "王小明", "2 stories"},
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
