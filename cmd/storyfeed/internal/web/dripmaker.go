package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
)

// catchUp is the form that makes the address of a catch-up feed. It works
// without scripts: the answer is a page with the address, in which today is
// written down as its start.
type catchUp struct {
	Action string // where the form leads
	Hidden []hidden
	Noun   string // what a number is: "part" or "story"
	Paces  []paceChoice
	From   int
	Last   int // the last number so far
	Counts []countChoice
}

// paceChoice is a pace with what it comes to from the number chosen on.
type paceChoice struct {
	Value, Words string
	Until        time.Time // day of the last release
	Chosen       bool
}

type countChoice struct {
	Value  int
	Chosen bool
}

// The choices of the form. An address may say more.
var (
	offeredPaces  = []string{"1d", "weekdays", "2d", "3d", "1w", "2w"}
	offeredCounts = []int{1, 2, 3, 5, 10}
)

// newCatchUp is the form for a line that is not empty, with the choices of d.
func (s *server) newCatchUp(src dripSource, d feed.Drip) *catchUp {
	f := &catchUp{Action: s.prefix + src.home + "/drip", Noun: "part", From: d.From, Last: src.line[len(src.line)-1].Number}
	for name := range src.query {
		f.Hidden = append(f.Hidden, hidden{name, src.query.Get(name)})
	}
	slices.SortFunc(f.Hidden, func(a, b hidden) int { return strings.Compare(a.Name, b.Name) })
	paces, counts := offeredPaces, offeredCounts
	if !slices.Contains(paces, d.Pace.String()) {
		paces = append([]string{d.Pace.String()}, paces...)
	}
	if !slices.Contains(counts, d.Each) {
		counts = append([]int{d.Each}, counts...)
	}
	for _, value := range paces {
		other := d
		other.Pace, _ = feed.ParsePace(value) // ours, and that of a drip, are right
		f.Paces = append(f.Paces, paceChoice{value, other.Pace.Words(), other.ReleaseOf(f.Last), other == d})
	}
	for _, n := range counts {
		f.Counts = append(f.Counts, countChoice{n, n == d.Each})
	}
	return f
}

// readCatchUp is the drip that the form asks for, beginning today: what can't be
// read stands as in an empty form, a number that is too high is the last one.
func (s *server) readCatchUp(q url.Values, line []feed.Numbered) feed.Drip {
	d := feed.Drip{Start: s.today(), Pace: feed.Days(1), From: 1, Each: 1}
	if p, err := feed.ParsePace(q.Get("pace")); err == nil {
		d.Pace = p
	}
	if n, err := strconv.Atoi(q.Get("from")); err == nil {
		d.From = max(1, min(n, line[len(line)-1].Number))
	}
	if n, err := strconv.Atoi(q.Get("n")); err == nil {
		d.Each = max(1, min(n, feed.MaxEach))
	}
	return d
}

func (s *server) today() time.Time { return s.Now().UTC().Truncate(24 * time.Hour) }

// dripView is what templates/drip.html shows.
type dripView struct {
	chrome
	Name        string // of what is caught up with
	Home        string // absolute URL of its page
	Words       string // what the feed does
	Stories     int    // how many it brings
	Releases    int
	First, Last dripEnd
	Links       []feedLink
	Click       string // where it is brought into readers by a click
	Form        *catchUp
}

// dripEnd is the first or the last story of a drip.
type dripEnd struct {
	Story feed.Story
	Day   feed.Date // of its release
	When  time.Time // likewise
}

// makeDrip shows the address of the catch-up feed of a series that the form
// asks for.
func (s *server) makeDrip(w *response, r *http.Request) error {
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	src, err := s.seriesSource(r.Context(), series.Slug, series.Version)
	if err != nil {
		return err
	}
	return s.showDrip(w, r, src)
}

func isThere(n feed.Numbered) bool { return n.Gone.IsZero() }

func (s *server) showDrip(w *response, r *http.Request, src dripSource) error {
	if !slices.ContainsFunc(src.line, isThere) {
		return &failure{Status: http.StatusNotFound, Title: "There is nothing to catch up with yet", Detail: "No story is here to be read. Please look again in a few minutes."}
	}
	c, err := src.channel(r.Context(), feed.Atom, nil)
	if err != nil {
		return err
	}
	d := s.readCatchUp(r.URL.Query(), src.line)
	v := dripView{
		Name: c.Title, Home: c.HomeURL, Words: c.DripWords(d), Form: s.newCatchUp(src, d),
		Links: s.dripLinks(src, d, c.Title+", "+c.DripWords(d)),
	}
	if c.Origin != nil {
		v.Form.Noun = "story"
	}
	v.Click = s.prefix + "/subscribe?feed=" + url.QueryEscape(s.base+src.address(d, feed.Atom))
	v.Releases = d.Releases(d.ReleaseOf(v.Form.Last))
	for _, n := range src.line {
		if n.Number < d.From || !isThere(n) {
			continue
		}
		end := dripEnd{Day: feed.Date{Time: d.ReleaseOf(n.Number), Precision: feed.PrecisionDay}, When: d.ReleaseOf(n.Number)}
		end.Story.Series, end.Story.GUID = n.Series, n.GUID
		if v.Stories++; v.Stories == 1 {
			v.First = end
		}
		v.Last = end
	}
	for _, end := range []*dripEnd{&v.First, &v.Last} {
		if v.Stories == 0 {
			break // all from that number on are gone
		}
		if err := s.titleOf(r.Context(), end); err != nil {
			return err
		}
	}
	v.chrome = chrome{Title: "Catch up with " + c.Title, NoIndex: true, In: c.Series.Slug, Feeds: v.Links}
	return s.show(w, r, http.StatusOK, "drip", &v)
}

func (s *server) titleOf(ctx context.Context, end *dripEnd) (err error) {
	end.Story, err = s.Store.StoryToShow(ctx, end.Story.Series, end.Story.GUID)
	return err
}

// dripLinks offers a drip in all formats.
func (s *server) dripLinks(src dripSource, d feed.Drip, title string) []feedLink {
	var links []feedLink
	for _, f := range feed.Formats() {
		path := src.address(d, f)
		mediaType, _, _ := strings.Cut(f.MediaType(), ";")
		links = append(links, feedLink{
			Title: title + " (" + f.Label() + ")",
			Label: f.Label(), Type: mediaType, Path: s.prefix + path, URL: s.base + path, Format: f,
		})
	}
	return links
}
