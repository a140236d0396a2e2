package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func TestAuthorsAndTags(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/authors", 200)
	want := []string{"Ada Marsh 10 stories", `"><img src=x onerror=alert(2)> 1 story`, "Tomás O’Brien 1 story", "王小明 2 stories"}
	if diff := cmp.Diff(want, texts(doc, "#terms li")); diff != "" {
		t.Errorf("authors (-want +got):\n%s", diff)
	}
	if got := attrs(doc, "#terms a", "href"); got[0] != "/authors/ada-marsh" {
		t.Errorf("the first author leads to %q", got[0])
	}
	if got := texts(s.page(t, "/tags?order=stories", 200), "#terms bdi"); got[0] != "bees" && got[0] != "roof" {
		t.Errorf("the tags with the most stories are %q", got)
	}
	if got := texts(s.page(t, "/authors?filter=TOMAS", 200), "#terms bdi"); !cmp.Equal(got, []string{"Tomás O’Brien"}) {
		t.Errorf("authors filtered by TOMAS are %q", got)
	}
	if got := texts(s.page(t, "/authors?filter=zzz&page=7", 200), ".empty"); len(got) != 1 || !strings.Contains(got[0], "zzz") {
		t.Errorf("a filter that fits nobody says %q", got)
	}
}

func TestAuthorPage(t *testing.T) {
	s := newSite(t, nil)
	s.add(t, 15, 80)
	doc := s.page(t, "/authors/ada-marsh", 200)
	if got := texts(doc, "h1"); got[0] != "Ada Marsh" {
		t.Errorf("heading %q", got)
	}
	if got := texts(doc, ".parts li"); len(got) != 50 || !strings.Contains(got[0], "Keeping Bees & Other Slow Things part ") {
		t.Errorf("%d stories, the first %q; want 50 with their series", len(got), got[0])
	}
	if got := texts(s.page(t, "/authors/ada-marsh?page=2", 200), ".parts li"); len(got) != 26 {
		t.Errorf("%d stories on the second page, want 26", len(got))
	}
	for _, want := range []string{"/authors/ada-marsh/feed.atom", "/authors/ada-marsh/drip"} {
		if doc.Find(`main a[href="`+want+`"]`).Length() != 1 {
			t.Errorf("the page does not lead to %s", want)
		}
	}
	if res := s.get("/authors/Ada%20MARSH?page=2"); res.StatusCode != 301 || res.Header.Get("Location") != "/authors/ada-marsh?page=2" {
		t.Errorf("another spelling of the name: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	for _, path := range []string{"/authors/nobody", "/tags/nothing", "/tags/%2e%2e"} {
		if got := texts(s.page(t, path, 404), "h1"); len(got) != 1 {
			t.Errorf("%s: %q", path, got)
		}
	}
	// A story's page leads to its authors and tags.
	story := s.page(t, "/s/bees/1", 200)
	if got := attrs(story, `header a[rel="author"]`, "href"); !cmp.Equal(got, []string{"/authors/ada-marsh"}) {
		t.Errorf("the story's author leads to %q", got)
	}
}

func TestFilterOfSeries(t *testing.T) {
	s := newSite(t, nil)
	for filter, want := range map[string][]string{
		"SWARM": {"3"}, "tomas": {"2"}, "roof quotes": {"7"}, "100%": {"2"}, "養蜂": {"4"}, "zzz": nil,
	} {
		doc := s.page(t, "/s/bees?filter="+escape(filter), 200)
		if got := texts(doc, ".parts .n"); !cmp.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("filter %q shows parts %q, want %q", filter, got, want)
		}
		if got := attrs(doc, "#filter", "value"); !cmp.Equal(got, []string{filter}) {
			t.Errorf("the box holds %q, want %q", got, filter)
		}
	}
	s.add(t, 15, 230)
	doc := s.page(t, "/s/bees?filter=letter+1&order=newest", 200)
	if got := texts(doc, `.total`); !strings.HasPrefix(got[0], "125 stories of 229 have") {
		t.Errorf("the filter found %q", got)
	}
	if got := attrs(doc, `.pager a[rel="next"]`, "href"); !cmp.Equal(got, []string{"/s/bees?filter=letter+1&order=newest&page=2"}) {
		t.Errorf("the next page is %q", got)
	}
}

func TestTimeline(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/s/bees", 200)
	if got := doc.Find(".plot svg rect").Length(); got < 5 || got > 64 {
		t.Errorf("the timeline has %d columns", got)
	}
	svg := doc.Find(".plot svg")
	for _, id := range strings.Fields(svg.AttrOr("aria-labelledby", "")) {
		if doc.Find("#"+id).Text() == "" {
			t.Errorf("the timeline is not described by #%s", id)
		}
	}
	if got := svg.Find("desc").Text(); !strings.Contains(got, "1 story without a date") || !strings.Contains(got, "2025") {
		t.Errorf("the timeline is described as %q", got)
	}
	for _, path := range []string{"/s/blank", "/s/night-trains"} {
		if s.page(t, path, 200).Find(".plot").Length() > 0 {
			t.Errorf("%s has a timeline of nothing", path)
		}
	}
}

// Whatever the dates are, there are not more columns than a phone can show.
func TestTimelineOfAnySpan(t *testing.T) {
	for _, tc := range []struct {
		apart     time.Duration
		precision feed.Precision
		columns   string
	}{
		{time.Hour, feed.PrecisionSecond, "day"},
		{24 * time.Hour, feed.PrecisionDay, "day"},
		{40 * 24 * time.Hour, feed.PrecisionDay, "month"},
		{10 * 24 * time.Hour, feed.PrecisionMonth, "month"},
		{200 * 24 * time.Hour, feed.PrecisionDay, "quarter"},
		{3000 * 24 * time.Hour, feed.PrecisionDay, "year"},
	} {
		s := newSite(t, nil)
		must(t, s.store.SyncSeries(t.Context(), []feed.Series{{Slug: "spans", Sources: []feed.Source{{URL: "https://s.example/"}}, Every: time.Hour}}))
		for i := range 30 {
			_, err := s.store.SaveStory(t.Context(), store.Save{Story: letter(i+1, "A letter", func(st *feed.Story) {
				st.Series, st.GUID = "spans", feed.GUID(fmt.Sprint("https://s.example/", i))
				st.Published = feed.Date{Time: time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * tc.apart), Precision: tc.precision, Source: "byline"}
			})})
			must(t, err)
		}
		doc := s.page(t, "/s/spans", 200)
		if got := doc.Find(".plot desc").Text(); !strings.Contains(got, "columns of a "+tc.columns+" ") && tc.apart > time.Hour {
			t.Errorf("stories %v apart: %q, want columns of a %s", tc.apart, got, tc.columns)
		}
		if got := doc.Find(".plot rect").Length(); got > 256 {
			t.Errorf("stories %v apart: %d columns", tc.apart, got)
		}
	}
}
