package feed

import (
	"time"

	"github.com/gorilla/feeds"
)

// atomDocument is the root (RFC 4287 §4.1.1) over gorilla/feeds' own. A field
// with the name of an embedded one takes its place.
type atomDocument struct {
	*feeds.AtomFeed
	NSHistory string      `xml:"xmlns:fh,attr,omitempty"`
	NSMedia   string      `xml:"xmlns:media,attr,omitempty"`
	Lang      string      `xml:"xml:lang,attr,omitempty"`
	Base      string      `xml:"xml:base,attr,omitempty"`
	Title     markup      `xml:"title"`
	Subtitle  *markup     `xml:"subtitle"`
	Author    atomPerson  `xml:"author"`
	Link      []atomLink  `xml:"link"`
	Generator atomProgram `xml:"generator"`
	Complete  *struct{}   `xml:"fh:complete"`
	Entries   []atomEntry `xml:"entry"`
}

// FeedXml makes the document a [feeds.XmlFeed].
func (d *atomDocument) FeedXml() interface{} { return d }

// atomEntry is RFC 4287 §4.1.2 with several authors and categories.
type atomEntry struct {
	*feeds.AtomEntry
	Lang      string         `xml:"xml:lang,attr,omitempty"`
	Base      string         `xml:"xml:base,attr,omitempty"`
	Title     markup         `xml:"title"`
	Links     []atomLink     `xml:"link"`
	Author    []atomPerson   `xml:"author"`
	Category  []atomCategory `xml:"category"`
	Summary   *markup        `xml:"summary"`
	Thumbnail *thumbnail     `xml:"media:thumbnail"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type atomPerson struct {
	Name markup `xml:"name"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomProgram struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

func renderAtom(h head, entries []entry) ([]byte, error) {
	doc := &atomDocument{
		AtomFeed:  (&feeds.Atom{Feed: generic(h, entries)}).AtomFeed(),
		NSMedia:   nsMedia,
		Lang:      h.language,
		Base:      h.home,
		Title:     atomText(h.title),
		Author:    atomPerson{text(h.author)},
		Link:      atomLinks(h),
		Generator: atomProgram{h.version, "storyfeed"},
		Entries:   make([]atomEntry, len(entries)),
	}
	doc.Id, doc.Icon, doc.Logo = h.id, h.icon, h.logo
	if h.about != h.title {
		s := atomText(h.about)
		doc.Subtitle = &s
	}
	if h.complete {
		doc.NSHistory, doc.Complete = nsHistory, &struct{}{}
	}
	for i, e := range entries {
		doc.Entries[i] = newAtomEntry(doc.AtomFeed.Entries[i], e)
	}
	return writeXML(doc)
}

// atomLinks are this document, its HTML page and the page that it follows
// (RFC 4287 §4.2.7.2: self, alternate, via).
func atomLinks(h head) []atomLink {
	var links []atomLink
	for _, l := range []atomLink{
		{h.self, "self", "application/atom+xml"},
		{h.home, "alternate", "text/html"},
		{h.source, "via", "text/html"},
	} {
		if l.Href != "" {
			links = append(links, l)
		}
	}
	return links
}

func newAtomEntry(base *feeds.AtomEntry, e entry) atomEntry {
	a := atomEntry{
		AtomEntry: base,
		Lang:      e.language,
		Base:      e.link,
		Title:     atomText(e.title),
		Links:     []atomLink{{e.link, "alternate", "text/html"}},
	}
	a.Published = ""
	if !e.published.IsZero() {
		a.Published = e.published.Format(time.RFC3339)
	}
	for _, name := range e.authors {
		a.Author = append(a.Author, atomPerson{text(name)})
	}
	for _, t := range e.tags {
		a.Category = append(a.Category, atomCategory{t})
	}
	if e.summary != "" {
		s := atomText(e.summary)
		a.Summary = &s
	}
	if e.image != "" {
		a.Thumbnail = &thumbnail{URL: e.image}
	}
	return a
}
