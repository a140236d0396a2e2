package feed

import (
	"cmp"
	"html"
	"strconv"
	"strings"
	"time"
)

// NewDripDocument renders what a drip shows at a stage, judged and prepared as
// [NewDocument] does, for delivery under path, which is c.SelfURL without our
// host. Stories are those of st.Shown with their bodies, in that order; they
// are not changed. Live gives the address of the feed of new stories in a format. Of the channel Series and the addresses count, and Title is the name
// of what the stories are of.
//
// Each item has a name of its own and the date of its release; the author's
// date is told in its text. A drip from which nothing was released yet has an
// item that says so, as readers don't keep a feed without items. At its end
// there is one that says that this is the end.
//
// The bytes depend on what is shown alone, so they stay the same while others of
// the stories change.
func NewDripDocument(path string, f Format, c Channel, d Drip, st Stage, stories []Story, live func(Format) string) (Document, error) {
	of := plain(cmp.Or(c.Title, c.Series.Name()))
	name := strings.Join([]string{"drip", d.Start.Format(time.DateOnly), d.Pace.String(), strconv.Itoa(d.From), strconv.Itoa(d.Each)}, "-")
	c.ID = SeriesID(c.Series, name+"."+string(f))
	c.Title = of + ", " + c.DripWords(d)
	c.Updated, c.Expired = st.Updated, !st.Ended.IsZero()
	c.Series.Every = 0 // how often we look at the site says nothing of when to look here
	for _, g := range st.Gone {
		c.Gone = append(c.Gone, Tombstone{d.ItemID(g.GUID), g.When})
	}
	stories = FitNewest(c, stories)
	items := make([]Story, 0, len(stories)+1)
	notice := SeriesID(c.Series, name) // the same in all formats
	if c.Expired {
		items = append(items, d.farewell(c, st, of, notice, live))
	}
	h := newHead(c)
	for i, s := range stories {
		items = append(items, d.item(c, h, s, st.Shown[i].Number))
	}
	if len(items) == 0 {
		items = append(items, d.greeting(c, of, notice))
	}
	c.Series.Content = ContentFull // the items hold what is to be shown
	return NewDocument(path, f, c, items)
}

// DripWords says what the drip of a channel does, such as "a part every day from
// 23 November 2026 on".
func (c Channel) DripWords(d Drip) string {
	if c.Origin != nil {
		return d.Words("story", "stories")
	}
	return d.Words("part", "parts")
}

// dripNumber is a number of the line of a channel.
func (c Channel) dripNumber(n int) string {
	if c.Origin != nil {
		return "number " + Thousands(n)
	}
	return "part " + Thousands(n)
}

// item is a story as the drip shows it.
func (d Drip) item(c Channel, h head, s Story, number int) Story {
	shown := newEntry(h, s, c.Series.Content)
	s.HTML = `<p lang="en"><em>` + html.EscapeString(firstPublished(c, s)) + "</em></p>\n" + shown.html
	s.GUID = d.ItemID(s.GUID)
	s.Published = Date{Time: d.Date(number), Precision: PrecisionSecond}
	s.Fetched = s.Published.Time // else the date would be one of the future
	return s
}

// firstPublished says which story this is and what its author's date is.
func firstPublished(c Channel, s Story) string {
	text := "Part " + Thousands(s.Part)
	if c.Origin != nil {
		text += " of " + cmp.Or(plain(c.Origin(s.Series).Title), s.Series)
	}
	perhaps := ""
	if s.Published.Guessed() {
		perhaps = "perhaps "
	}
	t := s.Published.Time.UTC()
	switch {
	case s.Published.IsZero():
		return text + "; when it was first published is unknown."
	case s.Published.Precision == PrecisionMonth:
		return text + ", first published " + perhaps + "in " + t.Format("January 2006") + "."
	case s.Published.Precision == PrecisionYear:
		return text + ", first published " + perhaps + "in " + t.Format("2006") + "."
	}
	return text + ", first published " + perhaps + "on " + t.Format(longDay) + "."
}

// greeting is the one item of a drip from which nothing can be read yet. It has
// a date at which the drip could not be asked for, so it is never one of the
// future.
func (d Drip) greeting(c Channel, of, notice string) Story {
	text := "This feed brings " + of + ": " + c.DripWords(d) + "."
	if d.From > 1 {
		text += " It begins with " + c.dripNumber(d.From) + "."
	}
	date := d.Start.Add(-DripAhead)
	return Story{
		GUID: d.ItemID(notice + "#begin"), Title: of + " begins on " + d.Start.Format(longDay), Permalink: c.HomeURL,
		HTML: "<p>" + html.EscapeString(text) + "</p>", Text: text, Language: "en",
		Published: Date{Time: date, Precision: PrecisionSecond}, Fetched: date,
	}
}

// farewell is the item that ends a drip. It is the same in all formats.
func (d Drip) farewell(c Channel, st Stage, of, notice string, live func(Format) string) Story {
	text := "That was " + c.dripNumber(st.Last) + " of " + of + ", the last one so far, and this feed ends here."
	var links []string
	for _, f := range Formats() {
		links = append(links, `<a href="`+html.EscapeString(live(f))+`">`+f.Label()+"</a>")
	}
	return Story{
		GUID: d.ItemID(notice + "#end"), Title: "You have caught up with " + of, Permalink: c.HomeURL,
		HTML: "<p>" + html.EscapeString(text) + "</p>\n<p>Subscribe to the feed of new stories in place of this one: " + strings.Join(links, ", ") + ".</p>",
		Text: text + " Subscribe to the feed of new stories in place of this one.", Language: "en",
		Published: Date{Time: st.Ended, Precision: PrecisionSecond}, Fetched: st.Ended,
	}
}
