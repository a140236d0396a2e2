package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
)

// flawed is a store that names a story twice, which no feed may.
type flawed struct {
	web.Store
	on atomic.Bool
}

func (f *flawed) Gathered(ctx context.Context, kind feed.TermKind, slug string, limit int) ([]feed.Story, error) {
	stories, err := f.Store.Gathered(ctx, kind, slug, limit)
	if f.on.Load() && len(stories) > 0 {
		stories = append(stories, stories[0])
	}
	return stories, err
}

// A feed of all series that can't be renewed stays as it was, also after a
// restart; one that there never was asks to come back later. Both are told
// where operators look.
func TestGatheredRefused(t *testing.T) {
	flaw := new(flawed)
	s := newSite(t, func(c *web.Config) { flaw.Store, c.Store = c.Store, flaw })
	tag := s.get("/feed.atom").Header.Get("Etag")
	body(t, s.get("/feed.atom")) // by somebody who follows it
	flaw.on.Store(true)
	s.add(t, 50, 50)
	restarted := s.config
	restarted.Registerer = nil
	again, err := web.New(restarted)
	must(t, err)
	after := *s
	after.Handler = again
	for name, site := range map[string]*site{"running": s, "restarted": &after} {
		if res := site.get("/feed.atom"); res.StatusCode != http.StatusOK || res.Header.Get("Etag") != tag {
			t.Errorf("%s: %d, ETag %s; want the last good feed, %s", name, res.StatusCode, res.Header.Get("Etag"), tag)
		}
		if res := site.get("/feed.atom", "Accept-Encoding", "gzip"); res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s, compressed: %d, %v", name, res.StatusCode, res.Header)
		}
		res := site.get("/tags/roof/feed.atom")
		if text := body(t, res); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") != "900" || !strings.Contains(text, "no earlier one") {
			t.Errorf("%s, a first feed that is refused: %d, Retry-After %q, %s", name, res.StatusCode, res.Header.Get("Retry-After"), text)
		}
		for _, page := range []string{"/status", "/readyz"} {
			text := body(t, site.get(page))
			for _, want := range []string{"feed /feed.atom", "the last good one is served", "feed /tags/roof/feed.atom", "has the id of an earlier one"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %s does not tell %q", name, page, want)
				}
			}
		}
	}
	if text := body(t, s.get("/metrics")); !strings.Contains(text, "storyfeed_web_feeds_refused_total 3") {
		t.Errorf("metrics lack the 3 refusals")
	}
	if n := strings.Count(s.log.String(), "a feed can't be renewed"); n != 4 {
		t.Errorf("%d lines in the log, want one a feed and process", n)
	}
	flaw.on.Store(false)
	if res := s.get("/feed.atom"); res.StatusCode != http.StatusOK || res.Header.Get("Etag") == tag {
		t.Errorf("a good feed: %d, ETag %s; want the new story", res.StatusCode, res.Header.Get("Etag"))
	}
	if text := body(t, s.get("/status")); strings.Contains(text, "feed /feed.atom") {
		t.Error("the status tells of a feed that is good again")
	}
}

// Whoever knows but the time of the feed that he has misses no change: neither
// two in one second, nor one that lets an older story be the newest.
func TestGatheredSince(t *testing.T) {
	clock := now
	s := newSite(t, func(c *web.Config) { c.Now = func() time.Time { return clock } })
	had := s.get("/feed.atom").Header.Get("Last-Modified")
	if had == "" {
		t.Fatal("no Last-Modified")
	}
	if res := s.get("/feed.atom", "If-Modified-Since", had); res.StatusCode != http.StatusNotModified {
		t.Errorf("the same: %d, want 304", res.StatusCode)
	}
	s.add(t, 60, 60) // in the same second
	res := s.get("/feed.atom", "If-Modified-Since", had)
	if text := body(t, res); res.StatusCode != http.StatusOK || !strings.Contains(text, "Letter 60") || res.Header.Get("Last-Modified") != "" {
		t.Errorf("a change in the same second: %d, Last-Modified %q; want it all, and no time that is still to come", res.StatusCode, res.Header.Get("Last-Modified"))
	}
	clock = now.Add(time.Minute)
	res = s.get("/feed.atom")
	if had = res.Header.Get("Last-Modified"); had != now.Add(time.Second).UTC().Format(http.TimeFormat) {
		t.Errorf("a minute later: Last-Modified %q, want the second after the first", had)
	}
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{night(), blank()})) // the bees are not followed any more
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{night(), bees()}))  // or are, after the trains
	if res := s.get("/feed.atom", "If-Modified-Since", had); res.StatusCode != http.StatusNotModified {
		t.Errorf("nothing that shows: %d, want 304", res.StatusCode)
	}
	bare := bees()
	bare.Content = feed.ContentSummary
	must(t, s.store.SyncSeries(t.Context(), []feed.Series{night(), bare}))
	if res := s.get("/feed.atom", "If-Modified-Since", had); res.StatusCode != http.StatusOK {
		t.Errorf("other bytes of the same stories: %d, want 200", res.StatusCode)
	}
}
