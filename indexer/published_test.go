package indexer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer"
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

// forgetful is a store that lost a story.
type forgetful struct{ *store.Store }

func (f forgetful) Stories(ctx context.Context, slug string, q store.StoryQuery) ([]feed.Story, int, error) {
	all, n, err := f.Store.Stories(ctx, slug, q)
	return all[1:], n - 1, err
}

// TestRefusalAtAStartStandsInTheHealth: what the gate refuses while the feeds
// are brought up to the store is told where people look, not in the log alone.
func TestRefusalAtAStartStandsInTheHealth(t *testing.T) {
	w := newWorld(t, hub(t))
	w.crawl()
	newer := indexer.NewPublisher(forgetful{w.store}, "http://stories.example", "newer", nil)
	must(t, newer.Load(t.Context()))
	must(t, newer.PublishAll(t.Context()))

	if h := w.health(); h.State != feed.StateDegraded || h.Fault != feed.FaultInternal || !strings.Contains(h.Reason, "is missing though it is not gone") {
		t.Errorf("health %+v, want degraded by a story that is missing", h)
	}
	for _, f := range feed.Formats() {
		path := feed.Path(slug, feed.ReadingFeed, f)
		good, _ := w.publisher.Document(path)
		if now, ok := newer.Document(path); !ok || now.ETag != good.ETag {
			t.Errorf("%s: the last good document was replaced", path)
		}
	}
	if told, ok := newer.Document(feed.HealthPath); !ok || !strings.Contains(string(told.Body), "is missing though it is not gone") {
		t.Error("the feed of health does not tell of it")
	}
}
