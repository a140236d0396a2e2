package feed_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// dripped renders a drip of stories, newest first, as it is at a time.
func dripped(t *testing.T, f feed.Format, c feed.Channel, d feed.Drip, now time.Time, list []feed.Story) []byte {
	t.Helper()
	var line []feed.Numbered
	bodies := map[string]feed.Story{}
	for i := range list {
		s := list[len(list)-1-i]
		line = append(line, feed.Numbered{Number: s.Part, Series: s.Series, GUID: s.GUID, Fetched: s.Fetched, Gone: s.Gone})
		bodies[s.GUID] = s
	}
	st := d.At(now, line)
	var shown []feed.Story
	for _, n := range st.Shown {
		shown = append(shown, bodies[n.GUID])
	}
	doc, err := feed.NewDripDocument(d.Path("/s/selling", f), f, c, d, st, shown, func(f feed.Format) string { return "https://stories.example/s/selling/feed." + string(f) })
	if err != nil {
		t.Fatal(err)
	}
	return doc.Body
}

func TestDripDocument(t *testing.T) {
	list := stories(30)
	list[28].Published.Precision = feed.PrecisionMonth
	list[27].Published = feed.Date{}
	d := drip(t, "2026-10-05", "1d", "from=2&n=2")
	var rss []item
	for _, f := range feed.Formats() {
		got := decode(t, f, dripped(t, f, channel(), d, at(t, "2026-10-06"), list))
		if rss == nil {
			rss = got
		} else if diff := cmp.Diff(rss, got, cmp.AllowUnexported(item{})); diff != "" {
			t.Errorf("RSS and %s tell readers different things (-rss +%s):\n%s", f, f, diff)
		}
	}
	if len(rss) != 4 {
		t.Fatalf("%d items, want the 4 of two releases", len(rss))
	}
	for i, want := range []struct{ title, published, note string }{
		{"Story number 5", "2026-10-06T00:00:01Z", "Part 5, first published on 5 July 2020."},
		{"Story number 4", "2026-10-06T00:00:00Z", "Part 4, first published on 4 July 2020."},
		{"Story number 3", "2026-10-05T00:00:01Z", "Part 3; when it was first published is unknown."},
		{"Story number 2", "2026-10-05T00:00:00Z", "Part 2, first published in July 2020."},
	} {
		story := list[len(list)-5+i]
		switch got := rss[i]; {
		case got.title != want.title || got.published != want.published || got.updated != want.published:
			t.Errorf("item %d is %q of %s, want %q of %s", i, got.title, got.published, want.title, want.published)
		case !strings.HasPrefix(got.body, `<p lang="en"><em>`+want.note) || !strings.HasSuffix(got.body, story.HTML):
			t.Errorf("item %d has the text %q, want %q and the story's own", i, got.body, want.note)
		case got.id == story.GUID || got.id != feed.GUID(story.GUID+"/drip/2026-10-05/1d"):
			t.Errorf("item %d has the id %s", i, got.id)
		case got.link != story.Permalink:
			t.Errorf("item %d leads to %s, want %s", i, got.link, story.Permalink)
		}
	}
}

// TestDripEnds: at its end, and only there, a drip says so.
func TestDripEnds(t *testing.T) {
	d := drip(t, "2026-10-05", "1w", "")
	for _, f := range feed.Formats() {
		before := decode(t, f, dripped(t, f, channel(), d, at(t, "2027-04-25 23:59:59"), stories(30)))
		if len(before) != 20 || before[0].title != "Story number 29" {
			t.Errorf("%s: %d items, the first %q, want 20 from number 29 on", f, len(before), before[0].title)
		}
		body := dripped(t, f, channel(), d, at(t, "2027-04-26"), stories(30))
		got := decode(t, f, body)
		if len(got) != 21 || got[0].title != "You have caught up with Why we sell" || got[0].published != "2027-04-26T00:00:01Z" ||
			!strings.Contains(got[0].body, `href="https://stories.example/s/selling/feed.`+string(f)+`"`) || got[1].title != "Story number 30" {
			t.Errorf("%s: at the end there are %d items, the first %+v", f, len(got), got[0])
		}
		if bytes.Contains(body, []byte("complete")) {
			t.Errorf("%s: the document claims to be complete", f)
		}
		var top struct{ Expired bool }
		if f == feed.JSON && (json.Unmarshal(body, &top) != nil || !top.Expired) {
			t.Error("JSON: the feed is not marked as expired")
		}
		if again := dripped(t, f, channel(), d, at(t, "2040-01-01"), stories(30)); !bytes.Equal(body, again) {
			t.Errorf("%s: the ended feed changes:\n%s", f, cmp.Diff(string(body), string(again)))
		}
	}
}

// TestDripNotBegun: readers get an item to keep the feed for, and the same one
// until there is a story.
func TestDripNotBegun(t *testing.T) {
	list := stories(3)
	for _, f := range feed.Formats() {
		d := drip(t, "2026-12-01", "weekdays", "from=2")
		body := dripped(t, f, channel(), d, at(t, "2026-11-02"), list)
		got := decode(t, f, body)
		if len(got) != 1 || got[0].title != "Why we sell begins on 1 December 2026" || !strings.Contains(got[0].body, "a part every working day") || got[0].published > "2026-11-02" {
			t.Errorf("%s: before the start there is %+v, want one item that says when it begins", f, got)
		}
		hole := append([]feed.Story(nil), list...)
		hole[1].Gone = at(t, "2026-11-10")
		if later := decode(t, f, dripped(t, f, channel(), d, at(t, "2026-12-01"), hole)); len(later) != 1 || later[0].id != got[0].id {
			t.Errorf("%s: with nothing to be read yet there is %+v, want the item of before", f, later)
		}
	}
}

// TestDripTombstone: a story that is gone is taken out, under the name that it
// had here.
func TestDripTombstone(t *testing.T) {
	list := stories(5)
	list[3].Gone = at(t, "2026-10-07 10:00") // number 2
	d := drip(t, "2026-10-05", "1d", "")
	body := string(dripped(t, feed.Atom, channel(), d, at(t, "2026-10-07 12:00"), list))
	if !strings.Contains(body, `<at:deleted-entry ref="`+d.ItemID(list[3].GUID)+`" when="2026-10-07T10:00:00Z">`) || !strings.Contains(body, "<updated>2026-10-07T10:00:00Z</updated>") {
		t.Errorf("no tombstone in\n%s", body)
	}
}

// TestDripSummaries: where feeds carry summaries, the original date is told all
// the same; a story without a text has its link.
func TestDripSummaries(t *testing.T) {
	c := channel()
	c.Series.Content = feed.ContentSummary
	bare := stories(1)
	bare[0].HTML, bare[0].Text = "", ""
	d := drip(t, "2026-10-05", "1d", "")
	for _, f := range feed.Formats() {
		got := decode(t, f, dripped(t, f, c, d, at(t, "2026-10-05 01:00"), stories(2)))[0].body
		if strings.Contains(got, "<img") || !strings.Contains(got, "first published on 1 July 2020") || !strings.Contains(got, "It is the first") || !strings.Contains(got, "story-1/") {
			t.Errorf("%s: the summary says %q", f, got)
		}
		got = decode(t, f, dripped(t, f, channel(), d, at(t, "2026-10-05 01:00"), bare))[1].body
		if !strings.Contains(got, "Part 1, first published") || !strings.Contains(got, `href="`+bare[0].Permalink+`"`) {
			t.Errorf("%s: a story without a text says %q", f, got)
		}
	}
}

// TestDripKeepsItsBytes: what happens to stories that are not shown, or to the
// series, changes no byte.
func TestDripKeepsItsBytes(t *testing.T) {
	d := drip(t, "2026-10-05", "1d", "")
	now := at(t, "2026-10-07 12:00")
	for _, f := range feed.Formats() {
		want := dripped(t, f, channel(), d, now, stories(9))
		c := channel()
		c.Series.Version, c.Series.Updated, c.Series.Stories = 99, now, 12
		list := stories(12)
		list[0].Title, list[2].Gone, list[2].HTML = "Another one", now, "<p>Another text</p>"
		if got := dripped(t, f, c, d, now, list); !bytes.Equal(want, got) {
			t.Errorf("%s: (-before +after)\n%s", f, cmp.Diff(string(want), string(got)))
		}
	}
}

// TestDripOddStories: what breaks feeds breaks no drip. The gate has seen the
// documents.
func TestDripOddStories(t *testing.T) {
	for _, f := range feed.Formats() {
		got := decode(t, f, dripped(t, f, channel(), drip(t, "2026-10-05", "1d", ""), at(t, "2027-01-01"), oddStories()))
		if len(got) != 14 {
			t.Errorf("%s: %d items, want 13 and the end", f, len(got))
		}
		for i, item := range got[1:] {
			if want := at(t, "2026-10-17").AddDate(0, 0, -i).Format(time.RFC3339); item.published != want || !strings.Contains(item.body, "first published") {
				t.Errorf("%s: item %d is of %s, want %s; it says %q", f, i, item.published, want, item.body)
			}
		}
	}
}
