package feed_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"storyfeed/feed"
)

func TestHealthDocument(t *testing.T) {
	at := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	series := []feed.Series{{Slug: "bees", Title: "Keeping Bees & Other Slow Things", Health: feed.Health{Since: at.Add(-time.Hour)}}}
	change := func(n int, kind feed.EventKind, state feed.State, fault feed.Fault, text string) feed.Change {
		when := at.Add(time.Duration(n) * time.Minute)
		return feed.Change{
			ID: feed.GUID("storyfeed:health/bees/" + when.Format(time.RFC3339)), Series: "bees", Name: series[0].Title, At: when,
			Kind: kind, State: state, Fault: fault, Text: text,
		}
	}
	changes := []feed.Change{
		change(4, feed.EventState, feed.StateOK, feed.FaultNone, ""),
		change(3, feed.EventLearned, feed.StateDegraded, feed.FaultTemplate, "the template of bees.example changed, and was learned anew from 9 stories"),
		change(2, feed.EventState, feed.StateDegraded, feed.FaultList, "the list at https://bees.example/?a=1&b=2 shrank from 36 links to 3; nothing was <removed>"),
		change(1, feed.EventState, feed.StateFailing, feed.FaultFetch, "https://bees.example/: answered 503 Service Unavailable"),
	}
	d, err := feed.NewHealthDocument("https://stories.example", "", "1.2.3", series, changes)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "health.atom"), d.Body)
	if !bytes.Contains(d.Body, []byte(`<?xml-stylesheet type="text/css" href="/feed.css"?>`)) {
		t.Errorf("a browser shows the source of the feed: %.200s", d.Body)
	}
	twins, err := feed.NewHealthDocument("https://stories.example", "", "1.2.3", append(series, feed.Series{Slug: "bees-2", Title: series[0].Title}), changes)
	if err != nil || !bytes.Contains(twins.Body, []byte("Keeping Bees &#x26; Other Slow Things (bees): ok</title>")) {
		t.Errorf("two series of one title are not told apart: %v\n%s", err, twins.Body)
	}
	again, err := feed.NewHealthDocument("https://stories.example", "", "1.2.3", series, changes)
	if err != nil || !bytes.Equal(again.Body, d.Body) || again.ETag != d.ETag {
		t.Errorf("the same changes give other bytes (%v)", err)
	}
	if d.Path != "/health.atom" || !d.Modified.Equal(changes[0].At) {
		t.Errorf("path %s, modified %v", d.Path, d.Modified)
	}
	empty, err := feed.NewHealthDocument("https://stories.example", "", "1.2.3", series, nil)
	if err != nil || !empty.Modified.Equal(at.Add(-time.Hour)) {
		t.Errorf("without a change: %v, modified %v", err, empty.Modified)
	}
}
