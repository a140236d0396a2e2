package feed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"storyfeed/feed"
)

// prose is a text of n words of which no two stretches are alike.
func prose(seed, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("w%d", (seed*7919+i*i*31+i)%100_003)
	}
	return words
}

func TestResemblance(t *testing.T) {
	whole := prose(1, 800)
	edited := slices.Clone(whole)
	edited[400] = "marmalade"
	for _, tc := range []struct {
		name       string
		a, b       string
		least, top float64
	}{
		{"itself", strings.Join(whole, " "), strings.Join(whole, " "), 1, 1},
		{"other marks and case", strings.Join(whole, " "), strings.ToUpper(strings.Join(whole, ", ")), 1, 1},
		{"one word changed", strings.Join(whole, " "), strings.Join(edited, " "), .9, 1},
		{"a quarter longer", strings.Join(whole[:640], " "), strings.Join(whole, " "), .65, .95},
		{"half of it", strings.Join(whole[:400], " "), strings.Join(whole, " "), .3, .7},
		{"another text", strings.Join(whole, " "), strings.Join(prose(2, 800), " "), 0, .05},
		{"a script without spaces", "一二三四五六七八九十", "一二三四五六七八九百", .6, .9},
		{"nothing", "", "", 0, 0},
		{"a short text against a long one", strings.Join(whole[:8], " "), strings.Join(whole, " "), 0, .1},
	} {
		got := feed.NewSketch(tc.a).Resemblance(feed.NewSketch(tc.b))
		if got < tc.least || got > tc.top {
			t.Errorf("%s: resemblance %.2f, want %.2f to %.2f", tc.name, got, tc.least, tc.top)
		}
	}
	s := feed.NewSketch(strings.Join(whole, " "))
	if back := feed.SketchOf(s.Bytes()); !slices.Equal(s, back) {
		t.Errorf("a stored sketch comes back as %v, want %v", back, s)
	}
}
