package render_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/blogtest"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// world is a blog that scripts draw, a real fetcher and a real browser.
type world struct {
	*render.Browser
	t      *testing.T
	blog   *blogtest.Blog
	client *fetch.Client
}

func newWorld(t *testing.T, change ...func(*render.Config)) *world {
	t.Helper()
	archive, err := os.ReadFile(filepath.Join("testdata", "client.txtar"))
	must(t, err)
	w := &world{t: t, blog: blogtest.New(t, archive)}
	w.client, err = fetch.New(fetch.Config{Hosts: fetch.NewMemoryHosts(nil), Allow: []string{w.blog.Host}, HostGap: time.Millisecond})
	must(t, err)
	c := render.Config{Fetch: w.client, Allow: []string{w.blog.Host}, Dir: filepath.Join(t.TempDir(), "browser")}
	for _, f := range change {
		f(&c)
	}
	w.Browser, err = render.New(c)
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	return w
}

// withBrowser is a world with a browser, or no test: loudly, as then nothing
// is known of how pages are drawn.
func withBrowser(t *testing.T, change ...func(*render.Config)) *world {
	t.Helper()
	w := newWorld(t, change...)
	if errors.Is(w.Available(), render.ErrNoBrowser) {
		t.Skip("NO CHROMIUM HERE: WHAT DRAWS PAGES IS NOT TESTED")
	}
	return w
}

func (w *world) get(path string) (*fetch.Page, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	defer cancel()
	return w.Fetcher(feed.RenderAuto).Get(ctx, fetch.Request{URL: w.blog.URL + path})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
