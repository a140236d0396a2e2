package indexer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/indexer/blogtest"
)

// A home page that leads to lists stays as it is while these grow: its answer
// that nothing has changed says nothing of them.
func TestNewStoryBehindUnchangedHomePage(t *testing.T) {
	for _, tc := range []struct{ layout, last, address, list, before, after string }{
		{
			"home-of-sections", "/tales/the-gate", "/tales/the-weir", "/tales/",
			"<h1>Tales</h1><ul>\n", "<h1>Tales</h1><ul>\n<li><a href=\"/tales/the-weir\">The Weir</a> <small>November 3, 2024</small></li>\n",
		},
		{"serial-home", "/novela/el-muelle/", "/novela/la-nieve/", "/novela/el-muelle/", `<a href="/novela/la-carta/">Anterior</a>`, `<a href="/novela/la-carta/">Anterior</a> <a href="/novela/la-nieve/">Siguiente</a>`},
	} {
		t.Run(tc.layout, func(t *testing.T) {
			blog := blogtest.Layout(t, tc.layout)
			blog.Validators(true)
			w := newWorld(t, blog)
			w.crawl()
			before := w.titles()
			change := strings.NewReplacer("The Gate", "The Weir", "October 1", "November 3", "El muelle", "La nieve", "harbour", "weir", "puerto", "invierno")
			blog.Set(tc.address, change.Replace(blog.Body(tc.last)))
			blog.Replace(tc.list, tc.before, tc.after)
			w.wait(24 * time.Hour)
			if c := w.crawl(); c.New != 1 {
				t.Errorf("%d new stories, want 1: %v", c.New, c.Notes)
			}
			after := w.titles()
			if len(after) != len(before)+1 || !slices.Equal(after[:len(before)], before) {
				t.Errorf("stories %q, want one more behind %q", after, before)
			}
			w.consistent()
		})
	}
}
