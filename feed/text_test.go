package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Wherever a text happens to be cut, its opening has the summary of the whole:
// a document does not change by how it was made.
func TestOpening(t *testing.T) {
	for _, words := range []string{"The quay is long. ", "A sea wall\n\n  keeps nothing out and no one in ", "海は広い。波は高い。", " "} {
		for n := range 90 {
			text := strings.Repeat("x", n) + strings.Repeat(words, 10+n/2)
			whole, short := Story{Text: text}, Story{Text: Story{Text: text}.opening()}
			if got, want := short.Summary(), whole.Summary(); got != want {
				t.Errorf("%d and %q: the summary of the opening is %q, want %q", n, words, got, want)
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"Why we sell", "Why we sell"},
		{"  two\nlines\t ", "two lines"},
		{"R&D, AT&T, Q & A, 5&6", "R&D, AT&T, Q & A, 5&6"},
		{"Tom &amp;amp; Jerry &#8217;s", "Tom & Jerry ’s"},
		{"1 < 2 > 0 <3", "1 < 2 > 0 <3"},
		{"the <canvas> element", "the ‹canvas› element"},
		{"&lt;b&gt;bold&lt;/b&gt;", "‹b›bold‹/b›"},
		{"a<b", "a‹b"},
		{"<!-- x --> <?php ?>", "‹!-- x --› ‹?php ?›"},
		{"&#0;&#x1b;&#xfffe;x", "x"},
		{"<<b>>", "<‹b›>"},
		{"", ""},
	} {
		got := plain(tc.in)
		if got != tc.want {
			t.Errorf("plain(%q) = %q, want %q", tc.in, got, tc.want)
		}
		if again := plain(got); again != got {
			t.Errorf("plain is not idempotent: %q becomes %q", got, again)
		}
	}
}

func TestWebURI(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"https://blog.example/a-story/?p=7#top", "https://blog.example/a-story/?p=7#top"},
		{"HTTPS://Blog.Example:8443/A", "https://blog.example:8443/A"},
		{"https://blog.example", "https://blog.example"},
		{" https://blog.example/a b\n", "https://blog.example/a%20b"},
		{"https://blog.example/über/%C3%BC?q=ü", "https://blog.example/%C3%BCber/%C3%BC?q=%C3%BC"},
		{"https://blog.example/%zz%4", "https://blog.example/%25zz%254"},
		{`https://blog.example/[a]|{b}"<c>^` + "`\\", "https://blog.example/%5Ba%5D%7C%7Bb%7D%22%3Cc%3E%5E%60%5C"},
		{`https://blog.example\a`, "https://blog.example/a"},
		{"https://blog.example/a#b#c", "https://blog.example/a#b%23c"},
		{"https://bücher.example/", "https://xn--bcher-kva.example/"},
		{"http://a_b.example/", "http://a_b.example/"},
		{"http://[::1]:8080/x", "http://[::1]:8080/x"},
		{"http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"},
		{"https://blog.example?x", "https://blog.example?x"},
		{"javascript:alert(1)", ""},
		{"ftp://blog.example/", ""},
		{"//blog.example/", ""},
		{"/a", ""},
		{"https://", ""},
		{"https://user:secret@blog.example/", ""},
		{"https://bad host/", ""},
		{"https://blog.example:port/", ""},
		{"http://[::zz]/", ""},
		{"", ""},
	} {
		got := webURI(tc.in)
		if got != tc.want {
			t.Errorf("webURI(%q) = %q, want %q", tc.in, got, tc.want)
		}
		if again := webURI(got); again != got {
			t.Errorf("webURI is not idempotent: %q becomes %q", got, again)
		}
	}
}

func TestLanguageTag(t *testing.T) {
	for in, want := range map[string]string{"en": "en", "en_US": "en-US", " zh-Hant-TW ": "zh-Hant-TW", "english language": "", "e": "", "": ""} {
		if got := languageTag(in); got != want {
			t.Errorf("languageTag(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestTimes says what a reader sees as published and updated.
func TestTimes(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04:05", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	day := func(s string) Date { return Date{Time: at(s + " 00:00:00"), Precision: PrecisionDay} }
	second := func(s string) Date { return Date{Time: at(s), Precision: PrecisionSecond} }
	fetched := at("2026-10-01 12:00:00")
	for _, tc := range []struct {
		name    string
		stories []Story
		want    []string // published, updated of each
	}{
		{
			"days keep the order of the parts",
			[]Story{{Part: 2, Published: day("2020-07-01")}, {Part: 1, Published: day("2020-07-01")}},
			[]string{"2020-07-01 00:00:02", "2020-07-01 00:00:02", "2020-07-01 00:00:01", "2020-07-01 00:00:01"},
		},
		{
			"no part moves a story to another day",
			[]Story{{Part: 100_000, Published: day("2020-07-01")}},
			[]string{"2020-07-01 23:59:59", "2020-07-01 23:59:59"},
		},
		{
			"equal seconds are told apart",
			[]Story{{Part: 2, Published: second("2020-07-01 10:00:00")}, {Part: 1, Published: second("2020-07-01 10:00:00")}, {Part: 3, Published: second("2020-07-01 10:00:01")}},
			[]string{"2020-07-01 10:00:01", "2020-07-01 10:00:01", "2020-07-01 10:00:00", "2020-07-01 10:00:00", "2020-07-01 10:00:02", "2020-07-01 10:00:02"},
		},
		{
			"a change moves updated only",
			[]Story{{Part: 1, Published: day("2020-07-01"), Updated: second("2021-01-01 08:00:00")}},
			[]string{"2020-07-01 00:00:01", "2021-01-01 08:00:00"},
		},
		{
			"equal changes are told apart",
			[]Story{
				{Part: 1, Published: day("2020-07-01"), Updated: second("2021-01-01 08:00:00")},
				{Part: 2, Published: day("2020-07-02"), Updated: second("2021-01-01 08:00:00")},
			},
			[]string{"2020-07-01 00:00:01", "2021-01-01 08:00:00", "2020-07-02 00:00:02", "2021-01-01 08:00:01"},
		},
		{
			"updated is never before published",
			[]Story{{Part: 1, Published: day("2020-07-02"), Updated: day("2020-07-01")}},
			[]string{"2020-07-02 00:00:01", "2020-07-02 00:00:01"},
		},
		{
			"an unknown date stays unknown",
			[]Story{{Part: 1}, {Part: 2}},
			[]string{"", "2026-10-01 00:00:01", "", "2026-10-01 00:00:02"},
		},
		{
			"the stand-in of an unknown date is the same without the others",
			[]Story{{Part: 2}},
			[]string{"", "2026-10-01 00:00:02"},
		},
		{
			"an impossible date is unknown",
			[]Story{{Part: 1, Published: second("1970-01-01 00:00:00")}, {Part: 2, Published: second("2031-01-01 00:00:00")}, {Part: 3, Published: second("0002-01-01 00:00:00")}},
			[]string{"", "2026-10-01 00:00:01", "", "2026-10-01 00:00:02", "", "2026-10-01 00:00:03"},
		},
		{
			"another zone is written as UTC",
			[]Story{{Published: Date{Time: at("2020-07-01 23:30:00").In(time.FixedZone("", 3600)), Precision: PrecisionSecond}}},
			[]string{"2020-07-01 23:30:00", "2020-07-01 23:30:00"},
		},
	} {
		for i := range tc.stories {
			tc.stories[i].Fetched = fetched
			tc.stories[i].GUID = GUID(fmt.Sprint(i))
		}
		var got []string
		for _, s := range newTimes(Channel{}, tc.stories) {
			for _, v := range []time.Time{s.published, s.updated} {
				if v.IsZero() {
					got = append(got, "")
				} else {
					got = append(got, v.Format("2006-01-02 15:04:05"))
				}
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// TestMeasure keeps the estimate that [FitNewest] and [FitAll] go by above
// what is really written, and not far above.
func TestMeasure(t *testing.T) {
	s := Story{
		GUID: GUID("x"), Permalink: "https://blog.example/?a=1&b='2'", Title: `A "title" & <more> \ 'x'`, ImageURL: "https://blog.example/i.png?a&b",
		Authors: []string{"Ann & Bob", "C"}, Tags: []string{"a", "b", "c", `"d"`}, Language: "he",
		Text: "Some \"text\" & <more> \\ \u2028 so on.", HTML: "<p>]]> \"Some\" &amp; \\ 'x'\n\t\u2028</p>",
		Published: Date{Time: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}, Fetched: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	m := newMeasure(Channel{})
	for name, story := range map[string]Story{"full": s, "summary": summarised(s), "link": bare(s)} {
		for _, f := range Formats() {
			var sizes [2]int
			for i := range sizes {
				list := make([]Story, 50*(i+1))
				for j := range list {
					list[j] = story
				}
				body, err := Render(f, Channel{}, list)
				if err != nil {
					t.Fatal(err)
				}
				sizes[i] = len(body)
			}
			got, real := m.story(story), (sizes[1]-sizes[0])/50
			if got < real || got > 2*real+entryMarkup {
				t.Errorf("%s, %s: a story is measured as %d bytes and takes %d", name, f, got, real)
			}
		}
	}
}
