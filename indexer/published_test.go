package indexer_test

import (
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

// TestPublishedTellsOfWhatChanged: whoever pushes feeds to others hears of each
// document whose bytes are new, once, when it can be had already.
func TestPublishedTellsOfWhatChanged(t *testing.T) {
	w := newWorld(t, hub(t))
	told := map[string][]string{} // ETags by path
	w.publisher.HubURL = "http://stories.example/hub"
	w.publisher.Published = func(d feed.Document) {
		told[d.Path] = append(told[d.Path], d.ETag)
		if served, ok := w.publisher.Document(d.Path); !ok || served.ETag != d.ETag {
			t.Errorf("%s is told of before it is served", d.Path)
		}
	}
	w.crawl()
	atom := feed.Path(slug, feed.HeadFeed, feed.Atom)
	if len(told) < 6 || len(told[atom]) != 1 {
		t.Fatalf("after the first crawl it was told of %v, want each feed once", told)
	}
	w.crawl()
	if len(told[atom]) != 1 {
		t.Errorf("it was told of %v though nothing changed", told[atom])
	}
	w.wait(time.Hour)
	w.blog.Replace("/salt-bread-and-diesel/", "</p>", " A word about marmalade.</p>")
	w.crawl()
	if tags := told[atom]; len(tags) != 2 || tags[0] == tags[1] {
		t.Errorf("after an edit it was told of %v, want another version", tags)
	}
	doc, _ := w.publisher.Document(atom)
	if !strings.Contains(string(doc.Body), `href="http://stories.example/hub" rel="hub"`) {
		t.Errorf("the feed does not name the hub:\n%.600s", doc.Body)
	}
}
