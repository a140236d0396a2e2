package indexer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer"
)

// Of a story whose rest is for subscribers the beginning is kept, which is told;
// a whole text that is known is never replaced by a beginning.
func TestStoriesForSubscribers(t *testing.T) {
	blog := walks(t, []int{1, 2, 3, 4, 5}, map[int]int{1: 2, 2: 5, 3: 9, 4: 11, 5: 17})
	const wall = "<p>Subscribe to continue reading</p>"
	whole := map[int]string{}
	teaser := func(n int) {
		path := "/walks/" + walkNames[n-1]
		whole[n] = blog.Body(path)
		head, _, _ := strings.Cut(whole[n], "</p><p>We went")
		head, rest, _ := strings.Cut(head, "<p>We went")
		end := strings.Index(whole[n], "</article>")
		blog.Set(path, head+"<p>We went"+rest+"</p>"+wall+whole[n][end:])
	}
	teaser(2)
	v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Source()})
	if !slices.ContainsFunc(v.Warnings, func(s string) bool { return strings.Contains(s, "1 of 5 pages") && strings.Contains(s, "subscribers") }) {
		t.Errorf("the preview says nothing of it: %q", v.Warnings)
	}
	w := newWorld(t, blog)
	c := w.crawl()
	if !slices.ContainsFunc(c.Notes, func(s string) bool { return strings.Contains(s, "subscribers") && strings.Contains(s, "1 of the new") }) {
		t.Errorf("the crawl says nothing of it: %q", c.Notes)
	}
	if h := w.health(); h.State != feed.StateOK {
		t.Errorf("health %+v, want ok", h)
	}
	byTitle := func(n int) feed.Story {
		for _, s := range w.stories() {
			if s.Title == walkTitle(n) {
				return s
			}
		}
		t.Fatalf("no story %q", walkTitle(n))
		return feed.Story{}
	}
	if s := byTitle(2); s.Words == 0 || s.Words > 30 || strings.Contains(s.Text, "Subscribe") {
		t.Errorf("kept are %d words, %q; want the beginning alone", s.Words, s.Text)
	}
	before := byTitle(3)
	teaser(3)
	blog.Set("/walks/"+walkNames[1], whole[2])
	w.wait(48 * time.Hour)
	w.crawl()
	if s := byTitle(3); s.Text != before.Text {
		t.Errorf("a beginning took the place of the whole: %q", s.Text)
	}
	if s := byTitle(2); s.Words < 100 {
		t.Errorf("when the story is free %d words are kept, want all", s.Words)
	}
}
