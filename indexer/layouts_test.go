package indexer_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/indexer/blogtest"
)

// Every layout is crawled as a stranger: its source leads to its stories, all
// and only these, in order, each with title, authors and day.
func TestLayoutsAreCrawledWithoutConfiguration(t *testing.T) {
	for _, name := range blogtest.Layouts() {
		if name == "feed-only" { // its pages are empty shells
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blog := blogtest.Layout(t, name)
			w := newWorld(t, blog)
			report := w.crawl()
			var want, got []blogtest.Story
			for _, s := range blog.Stories() {
				s.Path = readable(s.Path)
				want = append(want, s)
			}
			for _, s := range w.stories() {
				got = append(got, seen(blog, s))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("stories of %s (-want +got):\n%s\n%s", name, diff, strings.Join(report.Notes, "\n"))
			}
		})
	}
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
