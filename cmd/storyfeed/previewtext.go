package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"storyfeed/feed"
	"storyfeed/indexer"
)

// Measures of the report, in characters.
const (
	labelWidth = 12
	textWidth  = 86
)

// shownStories is how many of the stories read the report shows.
const shownStories = 3

// report writes lines with labels in a column.
type report struct{ w io.Writer }

// writePreview is the report of a preview for people.
func writePreview(w io.Writer, v indexer.Preview) {
	r := report{w}
	if v.Problem != nil {
		r.problem(v.Problem)
		return
	}
	if v.Title != "" {
		r.line("%s", v.Title)
	}
	r.line("%s\n", v.URL)
	r.list(v)
	r.site(v)
	r.stories(v)
	r.profile(v)
	if len(v.Warnings) > 0 {
		r.line("\nWarnings")
		for _, s := range v.Warnings {
			r.hang("  - ", s)
		}
	}
	r.line("")
	if len(v.Follows) > 0 {
		r.hang("", "It is followed already, as "+quoted(v.Follows)+".")
		return
	}
	r.line("To follow it, run\n\n    storyfeed add %s\n\nor write into the configuration:\n", v.URL)
	fmt.Fprint(w, v.TOML)
}

func (r report) problem(p *indexer.Problem) {
	r.hang("", "can't be followed: "+p.What)
	for _, group := range []struct {
		label string
		lines []string
	}{{"tried", p.Tried}, {"to do", p.Remedy}} {
		for i, s := range group.lines {
			label := group.label
			if i > 0 {
				label = ""
			}
			r.field(label, s)
		}
	}
}

// list tells of the page and the list.
func (r report) list(v indexer.Preview) {
	r.field("page", kindName(v.Kind))
	for _, why := range v.Why {
		if !strings.HasPrefix(why, "turned round: ") { // the order says it
			r.field("", strings.TrimPrefix(why, string(v.Kind)+": "))
		}
	}
	found := linkCount(v) + " on " + plural(v.Pages, "page", "pages")
	if v.AtLeast {
		found += fmt.Sprintf(": reading stopped after %d pages (--pages), and the list goes on", v.MaxPages)
	}
	r.field("stories", found)
	r.field("order", v.Order)
	r.field("dates", dates(v))
	for i, d := range v.Dropped {
		if i == 4 {
			rest := 0
			for _, d := range v.Dropped[i:] {
				rest += d.Count
			}
			r.field("", fmt.Sprintf("%d for other reasons (--json has all)", rest))
			break
		}
		label := ""
		if i == 0 {
			label = "not taken"
		}
		r.field(label, fmt.Sprintf("%d: %s, such as %s", d.Count, d.Reason, d.Example))
	}
	for i, s := range v.Same {
		label := ""
		if i == 0 {
			label = "same story"
		}
		r.field(label, s.URL+" = "+strings.Join(s.Aliases, " = "))
	}
}

// linkCount tells stories from links that may lead to some.
func linkCount(v indexer.Preview) string {
	if v.Weak == 0 {
		return storyCount(v)
	}
	return fmt.Sprintf("%s, %d of them linked in passing,", storyCount(v), v.Weak)
}

func kindName(k feed.SourceKind) string {
	switch k {
	case feed.SourceHub:
		return "a page whose text links the stories"
	case feed.SourceArchive:
		return "a list of posts"
	case feed.SourceFeed:
		return "a feed"
	case feed.SourceChain:
		return "a story of a series whose parts lead to each other"
	case feed.SourceAPI:
		return "a list of posts, read through the site's API"
	}
	return string(k)
}

func dates(v indexer.Preview) string {
	d := v.Dates
	if d.First == "" {
		return fmt.Sprintf("unknown: neither the list nor the %s read show any", plural(v.Readable(), "story", "stories"))
	}
	s := d.First + " to " + d.Last
	if d.First == d.Last {
		s = d.First
	}
	read := fmt.Sprintf("%d of %s read", d.Shown, plural(v.Readable(), "story", "stories"))
	switch {
	case d.Undated == 0:
		return s + ", by the list; " + read + " show one"
	case d.Undated == v.Stories:
		return s + " in " + read + "; the list shows none"
	}
	return s + fmt.Sprintf("; the list shows none for %d; %s show one", d.Undated, read)
}

// span is the time that the stories are known to cover.
func span(v indexer.Preview) string {
	switch d := v.Dates; {
	case d.First == "":
		return "dates unknown"
	case d.First == d.Last:
		return d.First
	default:
		return d.First + " to " + d.Last
	}
}

// site tells of robots.txt, the site's own feed and the work to come.
func (r report) site(v indexer.Preview) {
	robots := "allowed"
	switch {
	case v.Robots.Unreadable != "":
		robots = "unknown: " + v.Robots.Unreadable
	case v.Robots.Disallowed > 0:
		robots = fmt.Sprintf("%d of %d stories forbidden, such as %s", v.Robots.Disallowed, v.Stories, v.Robots.Example)
	case v.Robots.Rules == 0:
		robots = "allowed, there are no rules for us"
	}
	if v.Robots.Delay > 0 {
		robots += fmt.Sprintf("; %v between requests", time.Duration(v.Robots.Delay))
	}
	r.field("robots.txt", robots)
	for i, line := range siteFeed(v) {
		label := ""
		if i == 0 {
			label = "site's feed"
		}
		r.field(label, line)
	}
	estimate := "about "
	if v.AtLeast {
		estimate = "at least "
	}
	r.field("first visit", estimate+about(time.Duration(v.BackFill))+" to read every story once")
}

// siteFeed tells what a feed that the site has already would give, and what
// following the page gives beside.
func siteFeed(v indexer.Preview) []string {
	f := v.Feed
	switch {
	case v.Kind == feed.SourceFeed:
		return []string{"this is one"}
	case f == nil:
		return []string{"none found"}
	case f.Unread != "":
		return []string{f.URL + " can't be read: " + f.Unread}
	}
	lines := []string{"this site already has a feed: " + f.URL}
	holds := "it holds " + plural(f.Entries, "entry", "entries")
	switch left := v.Stories - f.Of; {
	case f.Of == 0:
		lines = append(lines, holds+", none of them one of these stories: it can't replace this page")
	case left > 0:
		lines = append(lines, fmt.Sprintf("%s, %d of them among these stories: a feed reader can follow it for what is new; storyfeed has the other %d as well", holds, f.Of, left))
	default:
		lines = append(lines, holds+", all these stories among them: a feed reader can follow it as it is; storyfeed adds the reading order and search, and keeps stories that leave it")
	}
	return lines
}

// about is a duration as people say it.
func about(d time.Duration) string {
	switch {
	case d < 100*time.Second:
		return plural(max(1, int(d.Seconds()+.5)), "second", "seconds")
	case d < 100*time.Minute:
		return plural(int(d.Minutes()+.5), "minute", "minutes")
	}
	return plural(int(d.Hours()+.5), "hour", "hours")
}

// stories shows the first, the last and one between of the stories that were
// read.
func (r report) stories(v indexer.Preview) {
	var good []indexer.ReadStory
	for _, s := range v.Read {
		if s.Reason == "" {
			good = append(good, s)
		}
	}
	r.line("\n%s", storiesRead(len(good), len(v.Read)))
	for i := range min(shownStories, len(good)) {
		s := good[i*(len(good)-1)/max(1, min(shownStories, len(good))-1)]
		r.line("")
		r.hang(fmt.Sprintf("%5d  ", s.Place), s.Title)
		r.hang("       ", s.URL)
		r.hang("       ", strings.Join(about1(s), ", "))
		if s.Begins != "" {
			r.hang("       ", "“"+s.Begins+"”")
		}
	}
}

// dateForms are the forms of dates that are not known to the second.
var dateForms = map[feed.Precision]string{feed.PrecisionDay: time.DateOnly, feed.PrecisionMonth: "2006-01", feed.PrecisionYear: "2006"}

func storiesRead(good, read int) string {
	if good == read {
		return plural(read, "page was read, and it is a story:", "pages were read, and all are stories; for example:")
	}
	return fmt.Sprintf("%d pages were read, and %d are stories; for example:", read, good)
}

func about1(s indexer.ReadStory) []string {
	parts := []string{"no author named"}
	if len(s.Authors) > 0 {
		parts[0] = "by " + strings.Join(s.Authors, ", ")
	}
	if p := s.Published; p == nil {
		parts = append(parts, "no date")
	} else if form := dateForms[p.Precision]; form != "" {
		parts = append(parts, fmt.Sprintf("%s (the %s, read from %s)", p.Time.Format(form), p.Precision, p.Source))
	} else {
		parts = append(parts, fmt.Sprintf("%s (read from %s)", p.Time.UTC().Format("2006-01-02 15:04 UTC"), p.Source))
	}
	parts = append(parts, plural(s.Words, "word", "words"))
	if s.Image != "" {
		parts = append(parts, "with a picture")
	}
	return parts
}

func (r report) line(format string, args ...any) { fmt.Fprintf(r.w, format+"\n", args...) }

func (r report) field(label, text string) {
	r.hang("  "+label+strings.Repeat(" ", max(1, labelWidth-utf8.RuneCountInString(label))), text)
}

// hang writes a text behind a first mark, its further lines below the text. A
// word that is wider than the line, such as an address, stays whole.
func (r report) hang(mark, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(mark))
	line, width := mark, 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width+1+n > textWidth-len(indent):
			r.line("%s", line)
			line, width = indent, 0
		default:
			line += " "
			width++
		}
		line += word
		width += n
	}
	r.line("%s", line)
}
