package feed_test

import (
	"fmt"
	"strings"
	"testing"

	"storyfeed/feed"
)

// bulky gives every story a body of about n bytes that grows in every format.
func bulky(list []feed.Story, n int) []feed.Story {
	unit := "<p>\"It's\" &amp; \\ \u2028 so on</p>\n"
	html, text := strings.Repeat(unit, n/len(unit)+1), strings.Repeat("It's so on. ", 40)
	for i := range list {
		list[i].HTML, list[i].Text = html, text
	}
	return list
}

func TestFitNewest(t *testing.T) {
	for _, tc := range []struct {
		name        string
		list        []feed.Story
		least, most int // stories shown
		fullTexts   bool
	}{
		{"fifty short stories are all shown", bulky(stories(50), 2_000), 50, 50, true},
		{"fifty long ones become fewer", bulky(stories(50), 30_000), 10, 25, true},
		{"ten huge ones stay ten, some as summaries", bulky(stories(50), 300_000), 10, 10, false},
		{"three huge ones stay three", bulky(stories(3), 3_000_000), 3, 3, false},
		{"none", nil, 0, 0, true},
	} {
		got := feed.FitNewest(channel(), tc.list)
		if len(got) < tc.least || len(got) > tc.most {
			t.Errorf("%s: FitNewest shows %d stories, want %d to %d", tc.name, len(got), tc.least, tc.most)
		}
		full := true
		for i, s := range got {
			if s.GUID != tc.list[i].GUID {
				t.Fatalf("%s: story %d is another one", tc.name, i)
			}
			full = full && s.HTML != ""
		}
		if full != tc.fullTexts {
			t.Errorf("%s: full texts only = %t, want %t", tc.name, full, tc.fullTexts)
		}
		for _, f := range feed.Formats() {
			if n := len(mustRender(t, f, channel(), got)); n > feed.ComfortBytes {
				t.Errorf("%s: %s has %d bytes, want at most %d", tc.name, f, n, feed.ComfortBytes)
			}
		}
	}
}

func TestFitNewestTakesTheLargest(t *testing.T) {
	list := stories(12)
	list[3] = bulky(list[3:4:4], 2_000_000)[0]
	got := feed.FitNewest(channel(), list)
	for i, s := range got[:10] {
		if (s.HTML == "") != (i == 3) {
			t.Errorf("story %d is shown in full: %t, want only the huge one as a summary", i, s.HTML != "")
		}
	}
	if list[3].HTML == "" {
		t.Error("FitNewest changed the stories that it was given")
	}
}

func TestFitAll(t *testing.T) {
	if testing.Short() {
		t.Skip("it computes much, and alone")
	}
	for _, tc := range []struct {
		name string
		list []feed.Story
		full int // that keep their full text, if all are shown; -1: some
		all  bool
	}{
		{"all full texts", bulky(stories(100), 10_000), 100, true},
		{"first parts in full, the rest as summaries", bulky(stories(400), 30_000), -1, true},
		{"thousands by their links", bulky(stories(3500), 5_000), 0, true},
		{"more than fit", longTitles(stories(4000)), 0, false},
	} {
		got, all, err := feed.FitAll(channel(), tc.list, feed.MaxBytes, nil)
		if err != nil {
			t.Fatal(err)
		}
		if all != tc.all || all != (len(got) == len(tc.list)) {
			t.Errorf("%s: FitAll shows %d of %d stories and says all = %t, want %t", tc.name, len(got), len(tc.list), all, tc.all)
		}
		full := 0
		for full < len(got) && got[full].HTML != "" {
			full++
		}
		if tc.all && tc.full >= 0 && full != tc.full || tc.full < 0 && (full == 0 || full == len(got)) {
			t.Errorf("%s: %d stories keep their full text, want %d (-1: some)", tc.name, full, tc.full)
		}
		for _, f := range feed.Formats() {
			body := mustRender(t, f, channel(), got)
			if err := feed.Check(f, body, feed.Expectation{GUIDs: guids(got)}); err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
		}
	}
}

func TestFitWhole(t *testing.T) {
	huge := bulky(stories(3), 100)
	huge[0].HTML = "<p>" + strings.Repeat("very ", feed.MaxBytes/5) + "</p>"
	for _, tc := range []struct {
		name string
		list []feed.Story
		want int
		full bool // the first one keeps its text
	}{
		{"few", bulky(stories(10), 10_000), 10, true},
		{"as many as fit", bulky(stories(100), 100_000), -1, true},
		{"none fits", huge, 1, false},
		{"none", nil, 0, false},
	} {
		got := feed.FitWhole(channel(), tc.list)
		if tc.want >= 0 && len(got) != tc.want || tc.want < 0 && (len(got) < 3 || len(got) > 10) {
			t.Errorf("%s: %d stories", tc.name, len(got))
		}
		if len(got) > 0 && (got[0].HTML != "") != tc.full {
			t.Errorf("%s: the first story is shown in full: %t, want %t", tc.name, got[0].HTML != "", tc.full)
		}
		for _, f := range feed.Formats() {
			if n := len(mustRender(t, f, channel(), got)); n > feed.ComfortBytes {
				t.Errorf("%s: %s has %d bytes", tc.name, f, n)
			}
		}
	}
}

func longTitles(list []feed.Story) []feed.Story {
	for i := range list {
		list[i].Title = fmt.Sprintf("%d %s", i, strings.Repeat("& ", 300))
	}
	return list
}
