package discover

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pause answers the first pages of a list from what a walk before the pause
// read, and the others from the list as it is after it.
type pause struct {
	before, after fetcherFunc
	pages         int // read before the pause
}

func (p *pause) get(url string) (*Page, error) {
	if p.pages == 0 {
		return p.after(url)
	}
	p.pages--
	page, err := p.before(url)
	if err == nil {
		page.Kept = true
	}
	return page, err
}

// restList answers a collection of so many posts, ten a page.
func restList(posts int) fetcherFunc {
	return func(url string) (*Page, error) {
		n := 1
		if _, s, ok := strings.Cut(url, "page="); ok {
			n, _ = strconv.Atoi(s)
		}
		var list []map[string]any
		for i := posts - 10*(n-1); i > max(0, posts-10*n); i-- {
			list = append(list, map[string]any{
				"link": fmt.Sprintf("https://blog.example/post-%d/", i), "title": map[string]string{"rendered": fmt.Sprint("Post ", i)},
				"date_gmt": fmt.Sprintf("2020-01-01T%02d:%02d:00", i/60, i%60),
			})
		}
		if len(list) == 0 {
			return nil, statusError(400)
		}
		body, err := json.Marshal(list)
		h := http.Header{"X-Wp-Totalpages": {strconv.Itoa((posts + 9) / 10)}}
		return &Page{FinalURL: url, Header: h, MediaType: "application/json", Body: body}, err
	}
}

// While a walk pauses, posts are published, and what was read before moves to
// later pages.
func TestWalkThatPaused(t *testing.T) {
	for _, tc := range []struct {
		name string
		list func(int) fetcherFunc
	}{{"archive", paged}, {"REST", restList}} {
		for _, published := range []int{0, 1, 9, 10, 35} {
			t.Run(fmt.Sprintf("%s, %d published", tc.name, published), func(t *testing.T) {
				p := pause{before: tc.list(60), after: tc.list(60 + published), pages: 3}
				r := discover(t, fetcherFunc(p.get), Options{})
				var got, want []string
				for _, l := range r.Links {
					got = append(got, l.URL)
				}
				for i := range 60 {
					want = append(want, fmt.Sprintf("https://blog.example/post-%d/", i+1))
				}
				if diff := cmp.Diff(want, got); diff != "" || !r.Complete {
					t.Errorf("complete: %v; links (-want +got):\n%s", r.Complete, diff)
				}
			})
		}
	}
}
