// Package storetest says, as tests, what every back end of package store
// must do. A back end's own test runs it on real storage:
//
//	storetest.Run(t, storetest.Backend{Open: open, Changes: changes})
package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// Backend is a back end under test.
type Backend struct {
	// Open returns a new, empty store that takes the time from now, and
	// closes it when the test ends.
	Open func(t *testing.T, now func() time.Time) *store.Store
	// Changes returns a number that differs after anything was written. It
	// is called from one goroutine.
	Changes func(t *testing.T, s *store.Store) int64
}

// Run runs the suite.
func Run(t *testing.T, b Backend) {
	for _, tc := range slices.Concat(ofSeries(), ofCrawls(), ofLinks(), ofStories(), ofIndexAndFeeds(), ofOthers()) {
		t.Run(tc.name, func(t *testing.T) {
			clock := &clock{t: start}
			tc.test(t, &env{Store: b.Open(t, clock.now), clock: clock, changes: b.Changes})
		})
	}
}

// start is when every test begins.
var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// env is an empty store with its clock.
type env struct {
	*store.Store
	clock   *clock
	changes func(t *testing.T, s *store.Store) int64
}

// series configures series of these slugs, each with one source and an
// interval of an hour.
func (e *env) series(t *testing.T, slugs ...string) {
	t.Helper()
	var list []feed.Series
	for _, slug := range slugs {
		list = append(list, configured(slug))
	}
	must(t, e.SyncSeries(t.Context(), list))
}

// save saves a story and fails the test when that fails.
func (e *env) save(t *testing.T, s store.Save) feed.Story {
	t.Helper()
	st, err := e.SaveStory(t.Context(), s)
	must(t, err)
	return st
}

// quiet runs a write and fails the test when anything was written.
func (e *env) quiet(t *testing.T, what string, do func() error) {
	t.Helper()
	before := e.changes(t, e.Store)
	must(t, do())
	if e.changes(t, e.Store) != before {
		t.Errorf("%s wrote something, want nothing written", what)
	}
}

func configured(slug string) feed.Series {
	return feed.Series{
		Slug: slug, Title: "The " + slug + " series", Every: time.Hour, Content: feed.ContentFull, Render: feed.RenderAuto,
		Sources: []feed.Source{{URL: "https://" + slug + ".example/list/"}},
	}
}

// story is the nth story of a series.
func story(slug string, n int) feed.Story {
	url := fmt.Sprintf("https://%s.example/story-%d/", slug, n)
	st := feed.Story{
		GUID: feed.GUID(url), Series: slug, Permalink: url, CanonicalURL: url,
		Title: fmt.Sprintf("Story %d: “quotes” & 'more' 🐦", n), TitleSource: "heading", AuthorSource: "json-ld", Authors: []string{"Ada Ö", "Bob"}, Tags: []string{"sales", "販売"},
		Language: "en-US", ImageURL: url + "hero.jpg",
		Published: feed.Date{Time: start.AddDate(0, 0, n-100), Precision: feed.PrecisionDay, Source: "byline"},
		Fetched:   start,
		HTML:      fmt.Sprintf("<p>The text of story %d.</p>", n), Text: fmt.Sprintf("The text of story %d.", n), Words: 5,
	}
	st.Hash = feed.ContentHash(st.Title, st.Text)
	return st
}

// edited is the story with another text.
func edited(st feed.Story, text string) feed.Story {
	st.Text, st.HTML = text, "<p>"+text+"</p>"
	st.Hash = feed.ContentHash(st.Title, st.Text)
	return st
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError fails the test unless err is want.
func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want one that is %q", what, err, want)
	}
}

// equal fails the test with the difference of got and want.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// value returns v and fails the test on an error.
func value[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}
