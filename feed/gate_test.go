package feed_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"storyfeed/feed"
)

// TestGateRefuses spoils good documents, one fault at a time.
func TestGateRefuses(t *testing.T) {
	list := stories(3)
	ids := guids(list)
	for _, tc := range []struct {
		name     string
		old, new string           // replaced in the document, in each format; empty old: nothing
		want     feed.Expectation // GUIDs nil: those of the stories
		only     feed.Format      // empty: all
		reason   string           // part of the reason
	}{
		{name: "cut off", old: "Story number 1", new: "\x00CUT", reason: "it is not"},
		{name: "invalid UTF-8", old: "Story number 1", new: "\xff", reason: "UTF-8"},
		{name: "no title of the feed", old: "Why we sell", new: "", reason: "no title"},
		{name: "no title of an item", old: "Story number 2", new: "", reason: "item 2"},
		{name: "no id", old: ids[1], new: "", reason: "no id"},
		{name: "one id twice", old: ids[1], new: ids[0], reason: "earlier one"},
		{name: "another id", old: ids[1], new: feed.GUID("https://other.example/"), reason: "not the ones"},
		{name: "a broken link", old: "https://blog.example/story-2/", new: "https://blog.example/story 2/", reason: "link"},
		{name: "a relative link", old: "https://blog.example/story-2/", new: "/story-2/", reason: "link"},
		{name: "a control character", old: "Story number 2", new: "Story\u0085number", reason: "characters"},
		{name: "an unreadable date", old: "2020-07-02T00:00:02Z", new: "yesterday", reason: "unreadable date"},
		{name: "an impossible date", old: "2020-07-02T00:00:02Z", new: "1970-01-01T00:00:00Z", reason: "impossible date"},
		{name: "a date in the future", want: feed.Expectation{Now: time.Date(2020, 7, 1, 0, 0, 0, 0, time.UTC)}, reason: "future"},
		{name: "an item too many", want: feed.Expectation{GUIDs: ids[:2]}, reason: "3 items where 2"},
		{name: "an item too few", want: feed.Expectation{GUIDs: append([]string{"urn:x"}, ids...)}, reason: "3 items where 4"},
		{name: "no item at all", want: feed.Expectation{GUIDs: []string{}}, reason: "3 items where 0"},
		{name: "another order", want: feed.Expectation{GUIDs: []string{ids[2], ids[1], ids[0]}}, reason: "order"},
		{name: "shrunken", want: feed.Expectation{AtLeast: 4}, reason: "fewer than 4"},
		{name: "something after the end", only: feed.RSS, old: "</rss>", new: "</rss><rss/>", reason: "follows"},
		{name: "something after the end", only: feed.Atom, old: "</feed>", new: "</feed>x", reason: "follows"},
		{name: "something after the end", only: feed.JSON, old: "\n}\n", new: "\n}\n{}", reason: "not JSON"},
		{name: "another namespace", only: feed.Atom, old: "http://www.w3.org/2005/Atom", new: "http://purl.org/atom/ns#", reason: "not well-formed"},
		{name: "another version", only: feed.JSON, old: "version/1.1", new: "version/9", reason: "not a JSON Feed"},
		{name: "no list of items", only: feed.JSON, old: `"items": [`, new: `"item": [`, reason: "not a JSON Feed"},
		{name: "too large", old: "Story number 1", new: strings.Repeat("x", feed.MaxBytes), reason: "bytes are more than"},
	} {
		for _, f := range feed.Formats() {
			if tc.only != "" && tc.only != f {
				continue
			}
			body := mustRender(t, f, channel(), list)
			if tc.old != "" {
				body = spoil(t, body, tc.old, tc.new)
			}
			if tc.want.GUIDs == nil {
				tc.want.GUIDs = ids
			}
			var refused *feed.GateError
			err := feed.Check(f, body, tc.want)
			if !errors.As(err, &refused) || !strings.Contains(refused.Reason, tc.reason) || refused.Format != f {
				t.Errorf("%s, %s: Check = %v, want a *GateError that says %q", tc.name, f, err, tc.reason)
			}
		}
	}
}

// spoil replaces every occurrence; "\x00CUT" ends the document there.
func spoil(t *testing.T, body []byte, old, replacement string) []byte {
	t.Helper()
	before, _, found := bytes.Cut(body, []byte(old))
	if !found {
		t.Fatalf("the document has no %q to replace", old)
	}
	if replacement == "\x00CUT" {
		return before
	}
	return bytes.ReplaceAll(body, []byte(old), []byte(replacement))
}

func TestGateLetsPass(t *testing.T) {
	list := stories(3)
	for _, f := range feed.Formats() {
		for _, want := range []feed.Expectation{
			{},
			{GUIDs: guids(list), AtLeast: 3, Now: time.Date(2020, 7, 3, 0, 0, 0, 0, time.UTC)},
		} {
			if err := feed.Check(f, mustRender(t, f, channel(), list), want); err != nil {
				t.Errorf("Check(%s, a good document) = %v, want nil", f, err)
			}
		}
	}
}

// A story may be older than the web when its page says so.
func TestGateAllowsOldStories(t *testing.T) {
	list := stories(2)
	list[0].Published.Time = time.Date(1968, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, f := range feed.Formats() {
		doc, err := feed.NewDocument("/x", f, channel(), list)
		if err != nil || !bytes.Contains(doc.Body, []byte("1968")) {
			t.Errorf("NewDocument(%s) of a story of 1968: %v, want a document with that year", f, err)
		}
	}
}

// TestGateAllowsTomorrow: stories dated a day after they were seen, as it may
// be elsewhere, are published, however many they are.
// One story with the zero of a file system's clock must not keep all others of
// its series from being published.
func TestGateAllowsImpossibleChange(t *testing.T) {
	fetched := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	st := feed.Story{
		GUID: feed.GUID("https://a.example/1"), Part: 1, Permalink: "https://a.example/1", Title: "One", Text: "One.", Fetched: fetched,
		Updated: feed.Date{Time: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), Precision: feed.PrecisionSecond, Source: feed.DateFromFeed},
	}
	for _, f := range feed.Formats() {
		d, err := feed.NewDocument("/s/a/feed."+string(f), f, feed.Channel{Series: feed.Series{Slug: "a", Title: "A", Updated: fetched}}, []feed.Story{st})
		if err != nil || strings.Contains(string(d.Body), "1980") {
			t.Errorf("%s: %v, %s", f, err, d.Body)
		}
	}
}

func TestGateAllowsTomorrow(t *testing.T) {
	seen := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	list := stories(40)
	for i := range list {
		list[i].Fetched = seen
		list[i].Published = feed.Date{Time: seen.AddDate(0, 0, 1), Precision: feed.PrecisionDay}
		if i%2 == 0 {
			list[i].Published.Precision = feed.PrecisionSecond
		}
	}
	for _, f := range feed.Formats() {
		if _, err := feed.NewDocument("/x", f, channel(), list); err != nil {
			t.Error(err)
		}
	}
}

func TestGUIDs(t *testing.T) {
	list := stories(3)
	for _, f := range feed.Formats() {
		got, err := feed.GUIDs(f, mustRender(t, f, channel(), list))
		if err != nil || strings.Join(got, " ") != strings.Join(guids(list), " ") {
			t.Errorf("GUIDs(%s) = %v, %v, want those of the stories", f, got, err)
		}
	}
	if _, err := feed.GUIDs(feed.Atom, []byte("<html></html>")); err == nil {
		t.Error("GUIDs of something else = nil error, want one")
	}
}

func TestCompress(t *testing.T) {
	for _, f := range feed.Formats() {
		body := mustRender(t, f, channel(), stories(20))
		packed := feed.Compress(body)
		if !bytes.Equal(packed, feed.Compress(body)) {
			t.Errorf("%s: compressing twice gives other bytes", f)
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(packed[4:8], make([]byte, 4)) || r.Name != "" {
			t.Errorf("%s: the gzip header tells a time (% x) or a name (%q)", f, packed[4:8], r.Name)
		}
		if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, body) {
			t.Errorf("%s: %d bytes come back of %d, %v", f, len(back), len(body), err)
		}
	}
}

// FuzzCheck feeds the gate with anything: it must answer, never panic.
func FuzzCheck(f *testing.F) {
	for _, format := range feed.Formats() {
		body, err := feed.Render(format, channel(), oddStories())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(format), body)
	}
	f.Fuzz(func(_ *testing.T, format string, body []byte) {
		_ = feed.Check(feed.Format(format), body, feed.Expectation{}) // either answer is right
	})
}
