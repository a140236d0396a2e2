package indexer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/indexer/blogtest"
)

// A list whose pages are all refused is no quiet series without stories.
func TestNothingBelongs(t *testing.T) {
	w := newWorld(t, hub(t), func(s *feed.Series) { s.Match = "zeppelin" })
	for visit := range 2 {
		c, err := w.Crawl(t.Context(), slug, nil)
		must(t, err)
		if h := w.health(); h.State != feed.StateFailing || !strings.Contains(c.Err, "no page that the sources lead to is a story") {
			t.Errorf("visit %d: health is %s and the report says %q, want failing, since nothing belongs to the series", visit+1, h.State, c.Err)
		}
	}
}

func TestMatch(t *testing.T) {
	w := newWorld(t, hub(t), func(s *feed.Series) { s.Match = "(?i)ice|boat" })
	w.crawl()
	if diff := cmp.Diff([]string{"Ice in the Sound", "Last Boat of the Year"}, w.titles()); diff != "" {
		t.Errorf("stories that match (-want +got):\n%s", diff)
	}
}

func TestUnreachableSite(t *testing.T) {
	w := newWorld(t, hub(t))
	w.blog.Fail("/the-winter-ferry/", 500, 0)
	last := time.Duration(0)
	for n := range 4 {
		c := w.crawl()
		if c.Err == "" {
			t.Fatal("a crawl of a site that fails reports no error")
		}
		h := w.health()
		wait := h.Next.Sub(w.now())
		if h.State != feed.StateFailing || !strings.Contains(h.Reason, w.blog.Source()) || wait <= last {
			t.Errorf("failure %d: %s (%s), next try after %v; want failing, the address, and longer than %v", n+1, h.State, h.Reason, wait, last)
		}
		last = wait
	}
	w.blog.Recover("/the-winter-ferry/")
	w.crawl()
	if h := w.health(); h.State != feed.StateOK || h.Failures != 0 {
		t.Errorf("after recovery: %+v, want ok", h)
	}
}

func TestWordPressFeedSpeaksForPages(t *testing.T) {
	blog := hub(t)
	for _, s := range append([]string{"/the-winter-ferry/"}, paths(blog)...) {
		blog.Replace(s, "</head>", `<link rel="https://api.w.org/" href="{{base}}/wp-json/"><meta name="generator" content="WordPress 6.8"></head>`)
		blog.Header(s, "ETag", "")
		blog.Header(s, "Last-Modified", "")
	}
	w := newWorld(t, blog)
	w.crawl()
	wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
	// The feed does not speak of the template: for that the one page is looked at.
	if r := blog.Requests(); len(r) != 2 || r[0].Path != "/feed/" || r[0].Status != 304 || r[1].Path != "/the-winter-ferry/" || !r[1].Conditional() {
		t.Errorf("an unchanged site was asked %v, want its feed and its hub page, on condition", r)
	}
	blog.Replace("/ice-in-the-sound/", "</p>", " Now with marmalade.</p>")
	blog.Replace("/feed/", "</channel>", "<!-- newer --></channel>")
	wantReport(t, w.crawl(), "6 found, 0 new, 1 changed, 5 unchanged, 0 gone, 0 failed")
	blog.Replace("/ice-in-the-sound/", "marmalade", "honey")
	w.wait(25 * time.Hour)
	wantReport(t, w.crawl(), "6 found, 0 new, 1 changed, 5 unchanged, 0 gone, 0 failed")
}

func TestListThatBreaksOffIsNotNumbered(t *testing.T) {
	blog := blogtest.Layout(t, "wordpress-archive")
	blog.Set("/robots.txt", "")
	blog.Fail("/journal/page/2/", 500, 0)
	w := newWorld(t, blog)
	if c := w.crawl(); c.Err == "" || len(w.stories()) > 0 {
		t.Errorf("%d stories of a list that breaks off, %v", len(w.stories()), c)
	}
	blog.Recover("/journal/page/2/")
	w.crawl()
	for i, s := range w.stories() {
		if want := blog.Stories()[i].Title; s.Title != want {
			t.Errorf("part %d is %q, want %q", s.Part, s.Title, want)
		}
	}
	w.consistent()
}

func TestPageThatFailsInAKnownListIsReadLater(t *testing.T) {
	blog := blogtest.Layout(t, "wordpress-archive")
	blog.Set("/robots.txt", "")
	first := blog.Body("/journal/")
	blog.Set("/journal/", "<p>x</p>"+blog.Body("/journal/page/3/")) // only the oldest posts
	w := newWorld(t, blog)
	w.crawl()
	blog.Set("/journal/", first)
	blog.Fail("/journal/page/2/", 500, 0)
	w.crawl()
	if h := w.health(); h.State != feed.StateDegraded || !strings.Contains(h.Reason, "breaks off") {
		t.Errorf("health is %s (%s), want degraded because the list breaks off", h.State, h.Reason)
	}
	blog.Recover("/journal/page/2/")
	w.crawl()
	if got, want := len(w.stories()), len(blog.Stories()); got != want {
		t.Errorf("%d stories after the page came back, want %d", got, want)
	}
	w.consistent()
}

func TestSourcesThatShareStoriesAreAskedConditionally(t *testing.T) {
	w := newWorld(t, hub(t), func(s *feed.Series) {
		s.Sources = append(s.Sources, feed.Source{URL: strings.TrimSuffix(s.Sources[0].URL, "the-winter-ferry/") + "second/"})
	})
	w.blog.Set("/second/", w.blog.Body("/the-winter-ferry/"))
	w.crawl()
	w.crawl()
	for _, r := range w.blog.Requests() {
		if !r.Conditional() {
			t.Errorf("%v was not conditional", r)
		}
	}
}

func TestDeadLinkIsAskedForOnceADay(t *testing.T) {
	w := newWorld(t, hub(t), func(s *feed.Series) { s.Every = time.Minute })
	w.blog.Remove("/ice-in-the-sound/")
	w.crawl()
	asked := func() int {
		w.blog.Reset()
		w.wait(2 * time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { w.Run(ctx); close(ended) }()
		before := w.reports()
		waitFor(t, func() bool { return w.reports() > before })
		cancel()
		<-ended
		return len(w.blog.RequestsTo("/ice-in-the-sound/"))
	}
	if n := asked(); n != 0 {
		t.Errorf("a dead link was asked for %d times by the next scheduled crawl, want 0", n)
	}
	w.wait(24 * time.Hour)
	if n := asked(); n != 1 {
		t.Errorf("a dead link was asked for %d times a day later, want 1", n)
	}
}

func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	waitLong(t, 10*time.Second, holds)
}

func waitLong(t *testing.T, patience time.Duration, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it did not happen within %v", patience)
		}
	}
}

func TestPageThatAsksForPatience(t *testing.T) {
	w := newWorld(t, hub(t))
	w.blog.Fail("/salt-bread-and-diesel/", 503, time.Second)
	c := w.crawl()
	if c.New != 5 || c.Failed != 1 {
		t.Errorf("%d new and %d failed, want the 5 other stories and 1 that failed", c.New, c.Failed)
	}
}

func TestPagesThatAreNoHTML(t *testing.T) {
	w := newWorld(t, hub(t))
	w.blog.Header("/ice-in-the-sound/", "Content-Type", "application/pdf")
	c := w.crawl()
	if c.New != 5 || len(w.stories()) != 5 {
		t.Errorf("%d new stories when one link is a PDF, want 5", c.New)
	}
}

func TestCrawlThatReadsNothingFails(t *testing.T) {
	w := newWorld(t, hub(t))
	for _, p := range paths(w.blog) {
		w.blog.Fail(p, 500, 0)
	}
	if c := w.crawl(); c.Err == "" || w.health().State != feed.StateFailing {
		t.Errorf("no story could be read, and the crawl says %q, the series is %s", c.Err, w.health().State)
	}
}

func TestOrderOfTheFirstSourceCounts(t *testing.T) {
	w := newWorld(t, hub(t), func(s *feed.Series) {
		s.Sources = append(s.Sources, feed.Source{URL: strings.TrimSuffix(s.Sources[0].URL, "the-winter-ferry/") + "feed/"})
	})
	w.crawl()
	for i, s := range w.stories()[:6] {
		if want := w.blog.Stories()[i].Title; s.Title != want {
			t.Errorf("part %d is %q, want %q", s.Part, s.Title, want)
		}
	}
}
