// Package indextest is the suite that every search back end passes.
//
//	func TestIndex(t *testing.T) {
//		indextest.Run(t, func(t *testing.T) index.Index { … })
//	}
package indextest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// Open returns an empty index that is closed when the test ends.
type Open func(t *testing.T) index.Index

// Run runs the suite. Every subtest opens an index of its own.
func Run(t *testing.T, open Open) {
	for _, tc := range []struct {
		name string
		test func(*testing.T, index.Index)
	}{
		{"words and phrases", testWords},
		{"common words", testCommonWords},
		{"fields", testFields},
		{"parts and dates", testSpans},
		{"languages", testLanguages},
		{"Chinese, Japanese and Korean", testCharacters},
		{"hostile queries", testHostile},
		{"filters", testFilters},
		{"facets", testFacets},
		{"whole titles", testTitles},
		{"order and pages", testOrder},
		{"reading order", testReadingOrder},
		{"snippets", testSnippets},
		{"corrections", testCorrections},
		{"any of the words", testLoosened},
		{"sentences without spaces", testUnspaced},
		{"any of the words within a filter", testInsteadWithin},
		{"suggestions", testSuggest},
		{"similar stories", testSimilar},
		{"updates and deletes", testUpdates},
		{"manifest", testManifest},
		{"many documents", testMany},
		{"refused documents", testRefused},
		{"ended contexts", testContext},
		{"close", testClose},
		{"rebuild", testRebuild},
		{"rebuild of many languages", testRebuildOfLanguages},
		{"rebuild with writes", testRebuildAndWrites},
		{"rebuild that fails", testRebuildFails},
		{"rebuild while searching", testRebuildAndSearches},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.test(t, open(t)) })
	}
}

// doc makes a document; its hash follows its content.
func doc(guid, title, body string, more ...func(*index.Document)) index.Document {
	d := index.Document{Series: "s", GUID: guid, Title: title, Body: body, Language: "en"}
	for _, f := range more {
		f(&d)
	}
	d.ID = index.DocumentID(d.Series, d.GUID)
	d.Hash = feed.ContentHash(d.Title, d.Body)
	return d
}

func in(series string) func(*index.Document) { return func(d *index.Document) { d.Series = series } }

func language(tag string) func(*index.Document) { return func(d *index.Document) { d.Language = tag } }

func by(names ...string) func(*index.Document) { return func(d *index.Document) { d.Authors = names } }

func tagged(tags ...string) func(*index.Document) { return func(d *index.Document) { d.Tags = tags } }
func part(n int) func(*index.Document)            { return func(d *index.Document) { d.Part = n } }

func published(date string) func(*index.Document) {
	return func(d *index.Document) { d.Published = day(date) }
}

// day is a date as tests write it.
func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func put(t *testing.T, ix index.Index, docs ...index.Document) {
	t.Helper()
	if err := ix.Put(t.Context(), docs...); err != nil {
		t.Fatalf("Put %d documents: %v", len(docs), err)
	}
}

func parse(s string) index.Query {
	q, _ := index.ParseQuery(s)
	return q
}

func find(t *testing.T, ix index.Index, r index.Request) index.Results {
	t.Helper()
	res, err := ix.Search(t.Context(), r)
	if err != nil {
		t.Fatalf("Search %q: %v", r.Query, err)
	}
	return res
}

func guids(res index.Results) []string {
	var list []string
	for _, h := range res.Hits {
		list = append(list, h.GUID)
	}
	return list
}

// wantFound checks which documents a request finds, in any order, and that
// the total says so.
func wantFound(t *testing.T, ix index.Index, r index.Request, want ...string) {
	t.Helper()
	res := find(t, ix, r)
	got := guids(res)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || res.Total != len(want) {
		t.Errorf("Search %q finds %q, total %d; want %q", r.Query, got, res.Total, want)
	}
}

// wantContent checks that the index holds these documents and no others.
func wantContent(t *testing.T, ix index.Index, docs ...index.Document) {
	t.Helper()
	var want feed.Manifest
	for _, d := range docs {
		want.Add(d.Series, d.GUID, d.Hash)
	}
	if got, err := ix.Manifest(t.Context()); err != nil || got != want {
		t.Errorf("Manifest = %v, %v; want %v", got, err, want)
	}
	if n, err := ix.Count(t.Context()); err != nil || n != want.Count {
		t.Errorf("Count = %d, %v; want %d", n, err, want.Count)
	}
	if res := find(t, ix, index.Request{}); res.Total != want.Count {
		t.Errorf("the empty query finds %d documents, want %d", res.Total, want.Count)
	}
}

// marked shows a snippet with brackets around what matches.
func marked(s index.Snippet) string {
	var b strings.Builder
	for _, span := range s.Spans {
		if span.Match {
			b.WriteString("[" + span.Text + "]")
			continue
		}
		b.WriteString(span.Text)
	}
	return b.String()
}
