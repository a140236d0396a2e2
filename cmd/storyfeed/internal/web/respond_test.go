package web

import (
	"testing"
	"time"

	"storyfeed/feed"
)

func TestAcceptsGzip(t *testing.T) {
	for _, tc := range []struct {
		lines []string
		want  bool
	}{
		{nil, false},
		{[]string{""}, false},
		{[]string{"gzip"}, true},
		{[]string{"gzip, deflate, br, zstd"}, true},
		{[]string{"gzip, gzip;q=0"}, true}, // contradictory: either is right
		{[]string{"br, GZIP"}, true},
		{[]string{"x-gzip"}, true},
		{[]string{"gzipped"}, false},
		{[]string{"br;q=1.0, gzip;q=0.8, *;q=0.1"}, true},
		{[]string{"gzip;q=0"}, false},
		{[]string{"gzip;q=0.000"}, false},
		{[]string{"gzip ; q = 0.5"}, true},
		{[]string{"gzip;q=0, *"}, false},
		{[]string{"*"}, true},
		{[]string{"*;q=0"}, false},
		{[]string{"identity"}, false},
		{[]string{"identity;q=1, gzip;q=0.5"}, false},
		{[]string{"identity;q=0.5, gzip"}, true},
		{[]string{"identity;q=0, *"}, true},
		{[]string{"deflate", "gzip"}, true},
		{[]string{"gzip;q=nonsense"}, false},
		{[]string{"gzip;q=7"}, false},
		{[]string{"gzip;level=9"}, false},
		{[]string{";;,,;q=1,"}, false},
	} {
		if got := acceptsGzip(tc.lines); got != tc.want {
			t.Errorf("acceptsGzip(%q) = %v, want %v", tc.lines, got, tc.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, tc := range []struct {
		d           time.Duration
		past, ahead string
	}{
		{-time.Hour, "just now", "any moment now"},
		{10 * time.Second, "just now", "any moment now"},
		{time.Minute, "a minute ago", "in a minute"},
		{12 * time.Minute, "12 minutes ago", "in 12 minutes"},
		{89 * time.Minute, "89 minutes ago", "in 89 minutes"},
		{2 * time.Hour, "2 hours ago", "in 2 hours"},
		{35 * time.Hour, "35 hours ago", "in 35 hours"},
		{50 * time.Hour, "2 days ago", "in 2 days"},
		{100 * 24 * time.Hour, "3 months ago", "in 3 months"},
		{3000 * 24 * time.Hour, "8 years ago", "in 8 years"},
	} {
		if got := ago(tc.d); got != tc.past {
			t.Errorf("ago(%v) = %q, want %q", tc.d, got, tc.past)
		}
		if got := until(tc.d); got != tc.ahead {
			t.Errorf("until(%v) = %q, want %q", tc.d, got, tc.ahead)
		}
	}
	for n, want := range map[int]string{0: "0 stories", 1: "1 story", 999: "999 stories", 1203: "1,203 stories", 1234567: "1,234,567 stories"} {
		if got := count(n, "story"); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
	if got := count(2, "day"); got != "2 days" {
		t.Errorf("count(2, day) = %q", got)
	}
	for in, want := range map[string]string{"": "", "x": "X.", "stop!": "Stop!", "übel": "Übel.", "https://a.example: 503": "https://a.example: 503."} {
		if got := sentence(in); got != want {
			t.Errorf("sentence(%q) = %q, want %q", in, got, want)
		}
	}
	if got := showDate(feed.Date{}); got != `<span class="unknown">date unknown</span>` {
		t.Errorf("an unknown date is shown as %q", got)
	}
}
