package indexer_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// drawnBlog is a blog of which a browser sees everything and whoever has none
// sees nothing.
func drawnBlog(t *testing.T) *blogtest.Blog {
	t.Helper()
	const shell = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferry Notes</title></head><body><div id="app"></div><noscript>JavaScript is needed.</noscript><script src="/app.js"></script></body></html>`
	archive := &strings.Builder{}
	var list []string
	for i, title := range []string{"The First Crossing", "A Slow Tide", "What the Purser Saw"} {
		slug := strings.ToLower(strings.ReplaceAll(title, " ", "-"))
		text := strings.Repeat(fmt.Sprintf("<p>In part %d of these notes the ferry leaves the quay at the hour that was written on the board, and comes back.</p>", i+1), 4)
		fmt.Fprintf(archive, "-- /notes/%s --\n%s\n-- /data/%s.json --\n{\"title\": %q, \"html\": %q}\n", slug, shell, slug, title, text)
		list = append(list, fmt.Sprintf(`{"slug": %q, "title": %q}`, slug, title))
	}
	fmt.Fprintf(archive, "-- /ferry/ --\n%s\n-- /data/ferry.json --\n[%s]\n", shell, strings.Join(list, ","))
	archive.WriteString(`-- /app.js --
(async () => {
  const name = location.pathname.replace(/\/$/, '').split('/').pop();
  const data = await (await fetch('/data/' + name + '.json')).json();
  document.getElementById('app').innerHTML = Array.isArray(data)
    ? '<h1>Ferry Notes</h1><ol>' + data.map(n => '<li><a href="/notes/' + n.slug + '">' + n.title + '</a></li>').join('') + '</ol>'
    : '<article><h1>' + data.title + '</h1>' + data.html + '</article>';
})();
-- source --
/ferry/
`)
	return blogtest.New(t, []byte(archive.String()))
}

// drawnWorld is a world with a browser, or with none.
func drawnWorld(t *testing.T, blog *blogtest.Blog, program string, mode feed.Rendering) *world {
	t.Helper()
	client, err := fetch.New(fetch.Config{Hosts: fetch.NewMemoryHosts(nil), Allow: []string{blog.Host}, HostGap: time.Millisecond, Owner: "drawn"})
	must(t, err)
	b, err := render.New(render.Config{Fetch: client, Browser: program, Allow: []string{blog.Host}, Dir: filepath.Join(t.TempDir(), "browser")})
	must(t, err)
	t.Cleanup(func() { must(t, b.Close()) })
	if program == "" && errors.Is(b.Available(), render.ErrNoBrowser) {
		t.Skip("NO CHROMIUM HERE: CRAWLS OF DRAWN PAGES ARE NOT TESTED")
	}
	w := newWorld(t, blog, func(s *feed.Series) { s.Render = mode })
	w.Indexer.Render = func(mode feed.Rendering) indexer.Fetcher { return b.Fetcher(mode) }
	return w
}

// A blog that scripts draw is followed like any other: an edit is seen though
// the shell has not changed.
func TestDrawnBlog(t *testing.T) {
	blog := drawnBlog(t)
	w := drawnWorld(t, blog, "", feed.RenderAuto)
	wantReport(t, w.crawl(), "3 found, 3 new, 0 changed, 0 unchanged, 0 gone, 0 failed")
	if want := []string{"The First Crossing", "A Slow Tide", "What the Purser Saw"}; !slices.Equal(w.titles(), want) {
		t.Errorf("titles %q, want %q", w.titles(), want)
	}
	w.consistent()
	blog.Replace("/data/a-slow-tide.json", "comes back", "comes back late")
	w.wait(2 * time.Hour)
	wantReport(t, w.crawl(), "3 found, 0 new, 1 changed, 2 unchanged, 0 gone, 0 failed")
	if n := w.found("late"); n != 1 {
		t.Errorf("%d stories hold the new word", n)
	}
	if h := w.health(); h.State != feed.StateOK {
		t.Errorf("health %v: %s", h.State, h.Reason)
	}
}

// Where no browser is, that is said, nothing is published and nothing is lost;
// and it goes on by itself once there is one, or pages are drawn on the server.
func TestDrawnBlogWithoutBrowser(t *testing.T) {
	for name, tt := range map[string]struct {
		mode feed.Rendering
		want string
	}{
		"auto":  {feed.RenderAuto, "install Chromium"},
		"never": {feed.RenderNever, "script"},
	} {
		t.Run(name, func(t *testing.T) {
			blog := drawnBlog(t)
			w := drawnWorld(t, blog, render.None, tt.mode)
			c := w.crawl()
			if !strings.Contains(c.Err, tt.want) || len(w.stories()) != 0 {
				t.Errorf("report %q with %d stories; want none, and an error with %q", c.Err, len(w.stories()), tt.want)
			}
			blog.Set("/ferry/", `<!DOCTYPE html><title>Ferry Notes</title><h1>Ferry Notes</h1><ol><li><a href="/notes/the-first-crossing">The First Crossing</a><li><a href="/notes/a-slow-tide">A Slow Tide</a><li><a href="/notes/what-the-purser-saw">What the Purser Saw</a></ol><p>These are the notes of the ferry that leaves the quay every morning, in the order in which they were written down on board, for whoever would like to read them from the first one to the last.</p>`)
			w.wait(25 * time.Hour)
			c = w.crawl()
			if !strings.Contains(c.Err, tt.want) || len(w.stories()) != 0 {
				t.Errorf("list without stories: report %q with %d stories", c.Err, len(w.stories()))
			}
			article := "<!DOCTYPE html><title>A Slow Tide</title><article><h1>A Slow Tide</h1>" + strings.Repeat("<p>Drawn on the server at last, the tide is as slow as it was, and everybody can read that.</p>", 5) + "</article>"
			blog.Set("/notes/a-slow-tide", article)
			w.wait(25 * time.Hour)
			if w.crawl(); !slices.Equal(w.titles(), []string{"A Slow Tide"}) {
				t.Errorf("titles %q once one page can be read", w.titles())
			}
		})
	}
}
