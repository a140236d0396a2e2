package indexer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
)

// walks is a home page that lists walks without a date, in the order given;
// the days of January on their pages are those of the map, others have none.
func walks(t *testing.T, listed []int, days map[int]int) *blogtest.Blog {
	t.Helper()
	blog := blogtest.New(t, []byte("-- source --\n/\n"))
	var list strings.Builder
	for _, n := range listed {
		fmt.Fprintf(&list, `<li><a href="/walks/%s">%s</a></li>`, walkNames[n-1], walkTitle(n))
		date := ""
		if day, ok := days[n]; ok {
			date = fmt.Sprintf(`<p>Posted <time datetime="2026-01-%02d">%d January 2026</time></p>`, day, day)
		}
		blog.Set("/walks/"+walkNames[n-1], fmt.Sprintf(`<html lang="en"><title>%s - Walks</title><body><main><article><h1>%s</h1>%s%s</article></main></body></html>`,
			walkTitle(n), walkTitle(n), date, strings.Repeat(fmt.Sprintf("<p>We went by the %s again, which takes the whole of a morning when the tide is out, and we came home with wet feet.</p>", walkNames[n-1]), 6)))
	}
	blog.Set("/", `<html lang="en"><title>Walks</title><body><main><h1>Walks</h1><ul>`+list.String()+`</ul></main></body></html>`)
	return blog
}

var walkNames = []string{"harbour", "mill", "quarry", "bridge", "orchard", "chapel", "lighthouse"}

func walkTitle(n int) string { return "The walk by the " + walkNames[n-1] }

// Where a list tells nothing of its order, the stories' own dates do; but only
// if none contradicts, and no guess.
func TestOrderOfAnUndatedList(t *testing.T) {
	all := map[int]int{1: 2, 2: 5, 3: 9, 4: 11, 5: 17, 6: 23}
	for name, tt := range map[string]struct {
		listed []int
		days   map[int]int
		turned bool
	}{
		"newest first":              {[]int{6, 5, 4, 3, 2, 1}, all, true},
		"newest first, two undated": {[]int{6, 5, 4, 3, 2, 1}, map[int]int{1: 2, 3: 9, 5: 17, 6: 23}, true},
		"most undated":              {[]int{6, 5, 4, 3, 2, 1}, map[int]int{1: 2, 6: 23}, false},
		"oldest first":              {[]int{1, 2, 3, 4, 5, 6}, all, false},
		"put together by hand":      {[]int{6, 5, 1, 4, 3, 2}, all, false},
	} {
		t.Run(name, func(t *testing.T) {
			blog := walks(t, tt.listed, tt.days)
			v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Source(), Pages: 10, Stories: 10})
			w := newWorld(t, blog)
			w.crawl()
			var want []string
			for _, n := range tt.listed {
				want = append(want, walkTitle(n))
			}
			if tt.turned {
				slices.Reverse(want)
			}
			if got := w.titles(); !slices.Equal(got, want) {
				t.Errorf("reading order %q, want %q", got, want)
			}
			var promised []string
			for i, s := range v.Read {
				promised = append(promised, s.Title)
				if s.Place != i+1 {
					t.Errorf("the preview numbers story %d of the list %d", i+1, s.Place)
				}
			}
			if !slices.Equal(promised, want) || strings.Contains(v.Order, "turned round") != tt.turned {
				t.Errorf("the preview promises %q, order %q", promised, v.Order)
			}
			w.consistent()
		})
	}
}

// Once parts are given they stay, and what is new comes after them.
func TestNewStoryOnATurnedList(t *testing.T) {
	days := map[int]int{1: 2, 2: 5, 3: 9, 4: 11, 5: 17, 6: 23, 7: 29}
	blog := walks(t, []int{6, 5, 4, 3, 2, 1}, days)
	w := newWorld(t, blog)
	w.crawl()
	before := w.titles()
	next := walks(t, []int{7, 6, 5, 4, 3, 2, 1}, days)
	for _, path := range []string{"/", "/walks/" + walkNames[6]} {
		blog.Set(path, next.Body(path))
	}
	w.wait(time.Hour)
	w.crawl()
	if got, want := w.titles(), append(before, walkTitle(7)); !slices.Equal(got, want) {
		t.Errorf("reading order %q, want %q", got, want)
	}
}
