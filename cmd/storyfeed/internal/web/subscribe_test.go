package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"storyfeed/cmd/storyfeed/internal/web"
)

func TestSubscribe(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/subscribe?series=bees", 200)
	if got := texts(doc, "h1")[0]; got != "Follow Keeping Bees & Other Slow Things" {
		t.Errorf("the page is headed %q", got)
	}
	const address = baseURL + "/s/bees/feed.atom"
	services := map[string]bool{}
	for _, link := range attrs(doc, `#click ~ .actions a[href^="https:"]`, "href") {
		u, err := url.Parse(link)
		must(t, err)
		query := u.Query()
		switch {
		case strings.HasSuffix(u.Path, "/feed/"+address):
		case slices.Contains([]string{query.Get("add_feed"), query.Get("url"), query.Get("subscribe")}, address):
		default:
			t.Errorf("%s does not lead to the feed", link)
		}
		services[u.Host] = true
	}
	if len(services) != 5 {
		t.Errorf("services: %v, want five", services)
	}
	if got := attrs(doc, `a[href^="feed:"]`, "href"); len(got) != 1 || got[0] != "feed:"+address {
		t.Errorf("programs are opened by %q", got)
	}
	if urls := texts(doc, ".sets code.url"); len(urls) != 6 || urls[0] != baseURL+"/s/bees/feed.rss" {
		t.Errorf("the feeds of the series: %q", urls)
	}
	if n := doc.Find(foreignScript + ", img, iframe, main link, form:not(.find)").Length(); n > 0 {
		t.Errorf("the page has %d elements that ask somebody for something", n)
	}
	for _, from := range []string{"/s/bees", "/"} {
		if got := attrs(s.page(t, from, 200), `a[href^="/subscribe"]`, "href"); len(got) == 0 {
			t.Errorf("%s does not lead to the page", from)
		}
	}
}

func TestSubscribeToAll(t *testing.T) {
	s := newSite(t, nil)
	doc := s.page(t, "/subscribe", 200)
	if got := attrs(doc, "#one ~ ul a", "href"); len(got) != 3 || got[0] != "/subscribe?series=bees" {
		t.Errorf("series to choose from: %q", got)
	}
	if got := texts(doc, ".address code")[0]; got != baseURL+"/feed.atom" {
		t.Errorf("the feed of all series is %q", got)
	}
	must(t, s.store.SyncSeries(t.Context(), nil))
	if got := texts(s.page(t, "/subscribe", 200), "main")[0]; strings.Contains(got, "With one click") || !strings.Contains(got, "New to this?") {
		t.Errorf("without series the page says %q", got)
	}
}

func TestSubscribeToFeed(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.BaseURL = "https://read.example/stories" })
	const base = "https://read.example/stories"
	for given, want := range map[string]string{
		base + "/s/bees/reading.rss":                  base + "/s/bees/reading.rss",
		"/stories/s/bees/reading.rss":                 base + "/s/bees/reading.rss",
		base + "/search.atom?q=a+b&z=%27":             base + "/search.atom?q=a+b&z=%27",
		base + "/tags/c%2B%2B/feed.json":              base + "/tags/c%2B%2B/feed.json",
		base + "/feed.atom":                           base + "/feed.atom",
		base + "/s/bees/drip/2026-05-04/1d/feed.atom": base + "/s/bees/drip/2026-05-04/1d/feed.atom",
	} {
		doc := s.page(t, "/subscribe?feed="+escape(given), 200)
		if got := texts(doc, ".address code"); len(got) != 1 || got[0] != want {
			t.Errorf("%s leads to %q, want %q", given, got, want)
		}
		if got := attrs(doc, `a[href*="newsblur"]`, "href"); len(got) != 1 || got[0] != "https://www.newsblur.com/?url="+escape(want) {
			t.Errorf("%s leads to %q", given, got)
		}
	}
	for path, want := range map[string]string{
		"/authors/ada-marsh/feed.atom": "Follow stories by Ada Marsh", "/tags/roof/drip/2026-05-04/1d/feed.rss": "Follow stories tagged “roof”",
		"/search.atom?q=hum&series=bees": "Follow the search for “hum, in " + bees().Title + "”", "/feed.json": "Follow all series", "/health.atom": "Follow the health of all series",
	} {
		if got := texts(s.page(t, "/subscribe?feed="+escape(base+path), 200), "h1"); len(got) != 1 || got[0] != want {
			t.Errorf("the page for subscribing to %s says %q, want %q", path, got, want)
		}
	}
	for _, given := range []string{
		base + "/authors/nobody/feed.atom", base + "/tags/nothing/feed.rss",
		"https://evil.example/feed.atom", "https://read.example/stories.evil.example/feed.atom", "https://read.example/storiesx/feed.atom",
		"//evil.example/feed.atom", "/stories//evil.example/feed.atom", base + "/../feed.atom", "javascript:alert(1)", "/stories/s/bees", "/stories/s/nobody/feed.atom",
		base, base + "/", "/stories/api/v1/series", "feed.atom", "\x00", "/stories/opml.xml", "/stories/%zz/feed.atom",
	} {
		s.page(t, "/subscribe?feed="+escape(given), 404)
	}
	s.page(t, "/subscribe?series=nobody", 404)
	s.page(t, "/subscribe?series="+escape("../x"), 404)
}

// TestSubscribeAtHome: services on the web can't come where only we can.
func TestSubscribeAtHome(t *testing.T) {
	for base, local := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost:8080": true, "http://192.168.1.9": true, "http://nas.local": true, "http://[::1]:80": true,
		"http://nas": true, "https://read.example": false, "http://198.51.100.4": false,
	} {
		s := newSite(t, func(c *web.Config) { c.BaseURL = base })
		if got := s.page(t, "/subscribe", 200).Find(".trouble").Length() > 0; got != local {
			t.Errorf("%s: told that it is of a private network: %v, want %v", base, got, local)
		}
	}
}
