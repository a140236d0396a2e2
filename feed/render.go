package feed

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/feeds"
)

// RendererVersion grows whenever the renderers write other bytes for the same
// stories. It belongs into [Document].Fingerprint.
const RendererVersion = 3

// Channel is what a feed document says about itself: the head of the feed.
// Its texts are plain text, its URLs absolute.
type Channel struct {
	Series    Series    // its Content decides how much of each story is shown
	Title     string    // empty: the name of the series
	SelfURL   string    // where this document is served
	HomeURL   string    // the HTML page that shows the same: our page of the series; empty: Series.HomeURL
	IconURL   string    // a square picture; empty: Series.ImageURL
	Generator string    // version of storyfeed, such as "1.2.0"; empty: not said
	Updated   time.Time // newest change shown; the newest story wins when that is later
	Complete  bool      // the document holds every story there is: RFC 5005 §2 fh:complete
	HubURL    string    // the WebSub hub that tells of changes (WebSub §4); empty: none
	StyleURL  string    // a style sheet by which browsers show the document; empty: none
	Rights    string    // plain text; empty: nothing is said
	Expired   bool      // no further story will come (JSON Feed 1.1 expired)

	// ID is the permanent name of what the document is a part of; empty: it is
	// made of the series and the address.
	ID     string
	Pages  Pages                    // where the rest of a feed of several documents is
	Gone   []Tombstone              // stories that were removed for good, newest first
	Found  *Found                   // the document answers a search; nil: it does not
	Origin func(slug string) Origin // of the stories of a document of several series; nil: they are all of Series
}

// Pages are the addresses of the other documents of a feed (RFC 5005). Those
// of JSON Feed, which knows one direction only, are Next or else PrevArchive.
type Pages struct {
	First, Last, Previous, Next       string // a feed in pages (§3)
	Current, PrevArchive, NextArchive string // a feed with archives (§4); with Current the document is one of these
}

// Tombstone tells that a story is there no more (RFC 6721).
type Tombstone struct {
	GUID string
	When time.Time
}

// Origin is the series that a story comes from, in a document of several.
type Origin struct {
	ID      string // of its feed of the newest stories, see [Channel.ID]
	Title   string
	HomeURL string // its page with us
	FeedURL string // its own feed in the document's format
}

// Render writes a channel and its stories, in the order given, as one feed
// document. The same arguments give the same bytes on every machine and at
// any time; neither is changed.
//
// Every text is cleaned once more, every address is made a valid URI, and a
// story with something missing still becomes a valid item: without authors it
// is attributed to the series, without a body it shows its summary, without
// that its link. A date known to the day only stands at as many seconds after
// midnight as the story's part, and equal times are moved apart by a second
// each, so that readers, who sort by date, keep the order of the series.
//
// Render trusts story.HTML to be sanitised. It fails only for a format that
// it does not know; what it wrote is judged by [Check].
func Render(f Format, c Channel, stories []Story) ([]byte, error) {
	h, entries := prepare(c, stories)
	return render(f, h, entries)
}

func render(f Format, h head, entries []entry) ([]byte, error) {
	switch f {
	case RSS:
		return renderRSS(h, entries)
	case Atom:
		return renderAtom(h, entries)
	case JSON:
		return renderJSON(h, entries)
	}
	return nil, fmt.Errorf("render %s: no such feed format", f)
}

// NewDocument renders a document, checks it as [Check] does against the
// stories given, and prepares it for delivery under path, the absolute path
// of its URL. Fingerprint is left to the caller; [RendererVersion] belongs
// into it. On an error, a [*GateError] when the gate refused, the document is
// empty and the one before it must stay.
func NewDocument(path string, f Format, c Channel, stories []Story) (Document, error) {
	h, entries := prepare(c, stories)
	body, err := render(f, h, entries)
	if err != nil {
		return Document{}, err
	}
	want := expect(c, stories)
	if err := Check(f, body, want); err != nil {
		return Document{}, err
	}
	// Not the newest date shown: that may be ahead, which no server may name (RFC
	// 9110 §8.8.2.1), and stays when a story moves or an old one is found. Readers
	// over libcurl take no document whose time has not grown.
	modified := h.updated
	if !want.Now.IsZero() {
		modified = written(want.Now)
	}
	return Document{
		Path:     path,
		Series:   c.Series.Slug,
		Format:   f,
		Body:     body,
		Gzip:     Compress(body),
		ETag:     ETag(body),
		Modified: modified,
		Version:  c.Series.Version,
	}, nil
}

// expect is what the stories themselves demand of their document. The clock
// against which the future is judged is that of the data, so that the same
// store gives the same verdict at any time.
func expect(c Channel, stories []Story) Expectation {
	want := Expectation{GUIDs: make([]string, 0, len(stories)), Now: later(c.Series.Updated, c.Updated)}
	for _, s := range stories {
		want.GUIDs = append(want.GUIDs, s.GUID)
		want.Now = later(want.Now, s.Fetched)
		published := placed(s.Published, s.Part, s.Fetched)
		if !published.IsZero() && (want.Oldest.IsZero() || published.Before(want.Oldest)) {
			want.Oldest = published
		}
	}
	return want
}

// head is a channel made fit for writing.
type head struct {
	id       string
	title    string
	about    string // description; never empty
	author   string // who stands in for unknown authors
	self     string
	home     string
	source   string // the page that we follow; empty: none, or the same as home
	icon     string
	logo     string
	language string
	version  string
	rights   string
	hub      string
	style    string
	pages    Pages
	found    *Found // nil: it answers no search
	gone     []Tombstone
	updated  time.Time
	ttl      int // minutes
	complete bool
	expired  bool
}

func newHead(c Channel) head {
	h := head{
		found:    c.Found,
		author:   plain(c.Series.Name()),
		title:    plain(c.Title),
		about:    plain(c.Series.Description),
		self:     webURI(c.SelfURL),
		home:     webURI(c.HomeURL),
		source:   webURI(c.Series.HomeURL),
		icon:     webURI(c.IconURL),
		logo:     webURI(c.Series.ImageURL),
		language: languageTag(c.Series.Language),
		version:  CleanLine(c.Generator),
		ttl:      ttl(c.Series.Every),
		updated:  c.Updated,
		complete: c.Complete,
		rights:   plain(c.Rights),
		hub:      webURI(c.HubURL),
		style:    CleanLine(c.StyleURL),
		pages:    c.Pages.clean(),
		gone:     slices.Clone(c.Gone),
		expired:  c.Expired,
	}
	for i := range h.gone {
		h.gone[i].GUID = CleanLine(h.gone[i].GUID)
	}
	h.author = first(h.author, "storyfeed")
	h.title = first(h.title, h.author)
	h.about = first(h.about, h.title)
	h.home = first(h.home, h.source, h.self)
	h.icon = first(h.icon, h.logo)
	if h.source == h.home {
		h.source = ""
	}
	h.id = first(CleanLine(c.ID), SeriesID(c.Series, first(c.Pages.Current, c.Pages.First, c.SelfURL)))
	return h
}

// SeriesID is the permanent name of a feed of a series (RFC 4287 §4.2.6), whose
// first document is served at an address. It is made of what the series is and
// which of its feeds this is, and not of our host, so that a move of our server
// does not make a new feed.
func SeriesID(s Series, address string) string {
	var source string
	if len(s.Sources) > 0 {
		source = s.Sources[0].URL
	}
	name := address[strings.LastIndexByte(address, '/')+1:]
	return GUID(source + "#" + first(s.FirstSlug, s.Slug) + "/" + name)
}

func (p Pages) clean() Pages {
	for _, u := range []*string{&p.First, &p.Last, &p.Previous, &p.Next, &p.Current, &p.PrevArchive, &p.NextArchive} {
		*u = webURI(*u)
	}
	return p
}

// relations are the pages by the names of their links, in the order in which
// they are written.
func (p Pages) relations() []relation {
	all := []relation{
		{"first", p.First},
		{"last", p.Last},
		{"previous", p.Previous},
		{"next", p.Next},
		{"current", p.Current},
		{"prev-archive", p.PrevArchive},
		{"next-archive", p.NextArchive},
	}
	return slices.DeleteFunc(all, func(r relation) bool { return r.address == "" })
}

type relation struct{ name, address string }

// Limits of RSS <ttl>: a reader asks neither more often than four times an
// hour nor less often than daily.
const (
	minTTL = 15
	maxTTL = 24 * 60
)

func ttl(every time.Duration) int {
	if every <= 0 {
		return 60
	}
	return min(max(int(every/time.Minute), minTTL), maxTTL)
}

// entry is a story made fit for writing.
type entry struct {
	id        string
	title     string
	link      string
	html      string // never empty
	summary   string // plain text, may be empty
	image     string
	language  string // empty: the channel's
	authors   []string
	tags      []string
	origin    *Origin   // nil: the channel's series
	published time.Time // zero: unknown
	updated   time.Time
}

func prepare(c Channel, stories []Story) (head, []entry) {
	h := newHead(c)
	times := newTimes(c, stories)
	entries := make([]entry, len(stories))
	for i, s := range stories {
		entries[i] = newEntry(h, s, c.Series.Content)
		if c.Origin != nil {
			o := c.Origin(s.Series)
			o.ID, o.Title, o.HomeURL, o.FeedURL = CleanLine(o.ID), plain(o.Title), webURI(o.HomeURL), webURI(o.FeedURL)
			entries[i].origin = &o
		}
		entries[i].published, entries[i].updated = times[i].published, times[i].updated
		h.updated = later(h.updated, times[i].updated)
	}
	if h.updated.IsZero() {
		h.updated = c.Series.Updated
	}
	h.updated = written(h.updated)
	return h, entries
}

func newEntry(h head, s Story, content Content) entry {
	e := entry{
		id:      CleanLine(s.GUID),
		title:   plain(s.Title),
		link:    first(webURI(s.Permalink), webURI(s.CanonicalURL), h.home+"#"+CleanLine(s.GUID)),
		summary: plain(s.Summary()),
		image:   webURI(s.ImageURL),
		authors: plainList(s.Authors),
		tags:    plainList(s.Tags),
	}
	e.title = first(e.title, e.link)
	if len(e.authors) == 0 {
		e.authors = []string{h.author}
	}
	if l := languageTag(s.Language); !strings.EqualFold(l, h.language) {
		e.language = l
	}
	if content != ContentSummary {
		e.html = strings.TrimSpace(CleanText(s.HTML))
	}
	if e.html == "" {
		e.html = excerpt(e)
	}
	return e
}

// excerpt stands in for a body: the summary, if there is one, and the link.
// It is content too, not only a summary, because some readers show nothing
// else.
func excerpt(e entry) string {
	link := `<p><a href="` + html.EscapeString(e.link) + `">` + html.EscapeString(e.title) + `</a></p>`
	if e.summary == "" {
		return link
	}
	return "<p>" + html.EscapeString(e.summary) + "</p>\n" + link
}

// generic is the channel as gorilla/feeds understands it: the part that the
// formats share. What it cannot say each renderer adds.
func generic(h head, entries []entry) *feeds.Feed {
	f := &feeds.Feed{
		Id:          h.id,
		Title:       h.title,
		Link:        &feeds.Link{Href: h.home},
		Description: h.about,
		Author:      &feeds.Author{Name: h.author},
		Updated:     h.updated,
		Items:       make([]*feeds.Item, len(entries)),
	}
	for i, e := range entries {
		f.Items[i] = &feeds.Item{
			Id:          e.id,
			IsPermaLink: "false",
			Title:       e.title,
			Link:        &feeds.Link{Href: e.link},
			Author:      &feeds.Author{Name: e.authors[0]},
			Description: e.summary,
			Content:     e.html,
			Created:     e.published,
			Updated:     e.updated,
		}
	}
	return f
}

// room is about how many bytes a document takes, so that it need not be moved
// while it grows.
func room(entries []entry) int {
	const channel = 4 << 10
	n := channel
	for _, e := range entries {
		n += e.size()
	}
	return n
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
