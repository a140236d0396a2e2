package indexer_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
)

// Every layout is crawled as a stranger: its source leads to its stories, all
// and only these, in order, each with title, authors and day; and a preview
// promises what comes.
func TestLayouts(t *testing.T) {
	for i, name := range blogtest.Layouts() {
		if testing.Short() && i%3 > 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			blog := blogtest.Layout(t, name)
			blog.Set("/robots.txt", "") // one asks for a second between requests
			w := newWorld(t, blog)
			report := w.crawl()
			if name != "feed-only" { // its pages are empty shells
				var want, got []blogtest.Story
				for _, s := range blog.Stories() {
					s.Path = readable(s.Path)
					want = append(want, s)
				}
				for _, s := range w.stories() {
					got = append(got, seen(blog, s))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("stories (-want +got):\n%s\n%s", diff, strings.Join(report.Notes, "\n"))
				}
			}
			w.consistent()
			promises(t, w)
		})
	}
}

// promises checks that a preview of the blog says what a crawl has found.
func promises(t *testing.T, w *world) {
	t.Helper()
	v := preview(t, newPreviewer(t, w.blog.Host), indexer.PreviewRequest{URL: w.blog.Source(), Pages: 1000, Stories: 1000})
	if v.Problem != nil {
		if n := len(w.stories()); n > 0 {
			t.Errorf("%s can't be followed, it is said: %+v; a crawl finds %d stories", w.blog.Source(), v.Problem, n)
		}
		return
	}
	series, err := w.store.SeriesBySlug(t.Context(), slug)
	must(t, err)
	var crawled, promised []string
	for _, s := range w.stories() {
		crawled = append(crawled, line(s.Permalink, s.Title, s.Authors, s.Published, s.Words))
	}
	for _, s := range v.Read {
		if s.Reason == "" {
			promised = append(promised, line(s.URL, s.Title, s.Authors, dateOf(s.Published), s.Words))
		}
	}
	if diff := cmp.Diff(crawled, promised); diff != "" {
		t.Errorf("the preview promises other stories (-crawled +promised):\n%s", diff)
	}
	if v.Kind != series.Sources[0].Kind || v.Title != series.Title {
		t.Errorf("the preview calls the page %s %q, the crawl %s %q", v.Kind, v.Title, series.Sources[0].Kind, series.Title)
	}
	if v.AtLeast || v.BackFill <= 0 || v.Requests == 0 {
		t.Errorf("at least %t, back-fill %v, %d requests; want the whole list and figures above zero", v.AtLeast, v.BackFill, v.Requests)
	}
}

func line(url, title string, authors []string, published feed.Date, words int) string {
	return fmt.Sprintf("%s %q by %q on %s %s, %d words", url, title, authors, published.Time.UTC().Format("2006-01-02 15:04:05"), published.Source, words)
}

func dateOf(d *indexer.DateRead) feed.Date {
	if d == nil {
		return feed.Date{}
	}
	return feed.Date{Time: d.Time, Precision: d.Precision, Source: d.Source}
}

// seen is what readers see of a story, as far as a layout tells it.
func seen(blog *blogtest.Blog, s feed.Story) blogtest.Story {
	story := blogtest.Story{
		Path:   readable(strings.TrimPrefix(s.Permalink, blog.URL)),
		Title:  s.Title,
		Author: strings.Join(s.Authors, ", "),
	}
	if !s.Published.IsZero() {
		story.Published = s.Published.Time.Truncate(24 * time.Hour)
	}
	return story
}

// readable is an address without its percent-encoding.
func readable(path string) string {
	if s, err := url.PathUnescape(path); err == nil {
		return s
	}
	return path
}
