package indexer_test

import (
	"fmt"
	"strings"
	"testing"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/blogtest"
)

// A blog that a browser draws, without any data in its pages: its feed carries
// the texts.
func TestFeedCarriesTheTextOfEmptyPages(t *testing.T) {
	shell := `<!DOCTYPE html><html lang="en"><head><title>Quay</title></head><body><div id="root"></div><noscript>Please enable JavaScript.</noscript><script src="/app.js"></script></body></html>`
	var b strings.Builder
	b.WriteString("-- source --\n/feed.xml\n-- /feed.xml --\n" + `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Quay</title><link>{{base}}/</link><description>A blog</description>`)
	for i, name := range []string{"Third", "Second", "First"} {
		text := strings.Repeat(fmt.Sprintf("<p>The %s boat came in with the tide and nobody was there to take its line.</p>", name), 4)
		if name == "Second" {
			text = "" // the feed has no text of this one
		}
		fmt.Fprintf(&b, `<item><title>%s boat</title><link>{{base}}/p/%d</link><dc:creator>Ann Reef</dc:creator><pubDate>Mon, %02d Jun 2026 06:00:00 GMT</pubDate><content:encoded><![CDATA[%s<script>alert(1)</script>]]></content:encoded></item>`, name, 3-i, 15-i, text)
	}
	b.WriteString("</channel></rss>\n")
	for i := 1; i <= 3; i++ {
		fmt.Fprintf(&b, "-- /p/%d --\n%s\n", i, shell)
	}
	blog := blogtest.New(t, []byte(b.String()))
	w := newWorld(t, blog)
	w.crawl()
	stories, _, err := w.store.Stories(t.Context(), slug, store.StoryQuery{Order: store.OrderReading})
	must(t, err)
	if len(stories) != 2 {
		t.Fatalf("%d stories, want the 2 whose texts the feed has", len(stories))
	}
	for i, want := range []string{"First", "Third"} {
		s := stories[i]
		if s.Title != want+" boat" || !strings.Contains(s.Text, "The "+want+" boat came in") || strings.Contains(s.HTML, "script") || strings.Join(s.Authors, ", ") != "Ann Reef" || s.Published.Source != feed.DateFromFeed {
			t.Errorf("got %q by %q, %s (%s): %s", s.Title, s.Authors, s.Published.Time, s.Published.Source, s.HTML)
		}
	}
	wantReport(t, w.crawl(), "2 found, 0 new, 0 changed, 2 unchanged, 0 gone, 0 failed")
}
