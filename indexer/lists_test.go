package indexer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/blogtest"
)

// twoLists is a site with two lists of its walks: "/dated" shows a date beside each
// title, "/plain" none and, where query is not empty, links that differ by it. The
// pages of the walks show the dates of the map.
func twoLists(t *testing.T, list, pages map[int]string, query string) *blogtest.Blog {
	t.Helper()
	blog := walks(t, []int{1, 2, 3, 4, 5}, nil)
	var dated, plain strings.Builder
	for n := 1; n <= 5; n++ {
		path := "/walks/" + walkNames[n-1]
		fmt.Fprintf(&dated, `<li><a href="%s">%s</a> <span class="date">%s</span></li>`, path, walkTitle(n), list[n])
		fmt.Fprintf(&plain, `<li><a href="%s%s">%s</a></li>`, path, query, walkTitle(n))
		body := blog.Body(path)
		if on := pages[n]; on != "" {
			body = strings.Replace(body, "</h1>", "</h1><p>Posted "+on+"</p>", 1)
		}
		blog.Set(path, body)
		if query != "" {
			blog.Set(path+query, body)
		}
	}
	const page = `<html lang="en"><title>Walks</title><body><main><h1>Walks</h1><ul>%s</ul></main></body></html>`
	blog.Set("/dated", fmt.Sprintf(page, dated.String()))
	blog.Set("/plain", fmt.Sprintf(page, plain.String()))
	return blog
}

// The date of a story hangs neither on which of two lists is read first nor on
// how often: what its page says counts before a list, a list before nothing, and
// what can't be, nowhere.
func TestDatesOfTwoLists(t *testing.T) {
	list := map[int]string{1: "2 January 2026", 2: "9 January 2026", 3: "16 January 2026", 4: "23 January 2026", 5: "1 May 2099"}
	pages := map[int]string{1: "3 January 2026", 2: "10 January 2026", 5: "1 May 2099"}
	want := []string{"2026-01-03", "2026-01-10", "2026-01-16", "2026-01-23", "0001-01-01"}
	for _, query := range []string{"", "?from=plain"} {
		for _, order := range [][]string{{"/dated", "/plain"}, {"/plain", "/dated"}} {
			t.Run(strings.Join(order, " ")+" "+query, func(t *testing.T) {
				blog := twoLists(t, list, pages, query)
				w := newWorld(t, blog, func(s *feed.Series) {
					s.Sources = []feed.Source{{URL: blog.URL + order[0]}, {URL: blog.URL + order[1]}}
				})
				for visit := range 3 {
					w.crawl()
					w.wait(2 * time.Hour)
					var got []string
					for _, s := range w.stories() {
						got = append(got, s.Published.Time.Format(time.DateOnly))
					}
					if strings.Join(got, " ") != strings.Join(want, " ") {
						t.Errorf("visit %d: dates %v, want %v", visit+1, got, want)
					}
				}
				w.consistent()
			})
		}
	}
}
