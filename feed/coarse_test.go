package feed_test

import (
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

func date(s string) feed.Date {
	s, source, _ := strings.Cut(s, " ")
	for _, f := range []struct {
		form string
		p    feed.Precision
	}{{time.RFC3339, feed.PrecisionSecond}, {time.DateOnly, feed.PrecisionDay}, {"2006-01", feed.PrecisionMonth}, {"2006", feed.PrecisionYear}} {
		if t, err := time.Parse(f.form, s); err == nil {
			return feed.Date{Time: t, Precision: f.p, Source: source}
		}
	}
	return feed.Date{}
}

// TestBetters: a date once known stays, but for a guess and for a month or
// year in which a finer one lies.
func TestBetters(t *testing.T) {
	for _, tc := range []struct {
		given, known string
		want         bool
	}{
		{"2003-05-06", "", true},
		{"", "2003-05-06", false},
		{"", "", false},
		{"2003-05-06", "2003-05-06", false},
		{"2003-05-07T10:00:00Z", "2003-05-06", false},
		{"2003-05-06", "2001-01-01 guess", true},
		{"2003-05-06 guess", "2001-01-01 guess", false},
		{"2003-05-06 guess", "2003-05", false},
		{"2003-05-06", "2003-05", true},
		{"2003-05", "2003-05-06", false},
		{"2003-06-01T02:00:00Z", "2003-05", true}, // May still, west of Greenwich
		{"2003-07-06", "2003-05", false},
		{"2003-05", "2003", true},
		{"2003-05-06T10:00:00Z", "2003", true},
		{"2003", "2003-05", false},
		{"2004-05", "2003", false},
	} {
		if got := date(tc.given).Betters(date(tc.known)); got != tc.want {
			t.Errorf("%q betters %q: %t, want %t", tc.given, tc.known, got, tc.want)
		}
	}
}

// TestCoarseDatesInFeeds: readers get the first day, and stories of one month
// in their order.
func TestCoarseDatesInFeeds(t *testing.T) {
	var stories []feed.Story
	for i, d := range []string{"2003", "2003-05", "2003-05", "2003-05-06"} {
		s := feed.Story{GUID: feed.GUID("https://b.example/" + d + strings.Repeat("x", i)), Series: "s", Part: i + 1, Permalink: "https://b.example/", Title: "A Story", Published: date(d), Fetched: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
		stories = append(stories, s)
	}
	got := string(mustRender(t, feed.RSS, channel(), stories))
	for _, want := range []string{"01 Jan 2003 00:00:01", "01 May 2003 00:00:02", "01 May 2003 00:00:03", "06 May 2003 00:00:04"} {
		if !strings.Contains(got, want) {
			t.Errorf("no item of %s: %s", want, got)
		}
	}
}

// TestDatesToCome: a day that has not begun yet in UTC, when it has in the
// author's part of the world, is not told as one of the future.
func TestDatesToCome(t *testing.T) {
	fetched := time.Date(2020, 1, 1, 11, 0, 0, 0, time.UTC)
	for said, want := range map[string]string{
		"2020-01-02":           "01 Jan 2020 00:00:07",
		"2020-01-01T11:30:00Z": "01 Jan 2020 00:00:07",
		"2020-01-01T10:30:00Z": "01 Jan 2020 10:30:00",
		"2020-01-01":           "01 Jan 2020 00:00:07",
	} {
		s := feed.Story{GUID: feed.GUID("https://b.example/"), Series: "s", Part: 7, Permalink: "https://b.example/", Title: "A Story", Published: date(said), Fetched: fetched}
		if got := string(mustRender(t, feed.RSS, channel(), []feed.Story{s})); !strings.Contains(got, "<pubDate>Wed, "+want) {
			t.Errorf("%s: no item of %s: %s", said, want, got)
		}
	}
}
