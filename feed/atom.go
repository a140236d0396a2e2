package feed

import (
	"slices"
	"time"

	"github.com/gorilla/feeds"
)

// atomDocument is the root (RFC 4287 §4.1.1) over gorilla/feeds' own. A field
// with the name of an embedded one takes its place.
type atomDocument struct {
	*feeds.AtomFeed
	NSHistory string           `xml:"xmlns:fh,attr,omitempty"`
	NSMedia   string           `xml:"xmlns:media,attr,omitempty"`
	NSGone    string           `xml:"xmlns:at,attr,omitempty"`
	Lang      string           `xml:"xml:lang,attr,omitempty"`
	Title     markup           `xml:"title"`
	Subtitle  *markup          `xml:"subtitle"`
	Author    atomPerson       `xml:"author"`
	Link      []feeds.AtomLink `xml:"link"`
	Generator atomProgram      `xml:"generator"`
	NSSearch  string           `xml:"xmlns:opensearch,attr,omitempty"`
	Total     *int             `xml:"opensearch:totalResults"`
	Start     *int             `xml:"opensearch:startIndex"`
	PerPage   *int             `xml:"opensearch:itemsPerPage"`
	Query     *searchedFor     `xml:"opensearch:Query"`
	Rights    *markup          `xml:"rights"`
	Complete  *struct{}        `xml:"fh:complete"`
	Archive   *struct{}        `xml:"fh:archive"`
	Gone      []deletedEntry   `xml:"at:deleted-entry"`
	Entries   []atomEntry      `xml:"entry"`
	style     string
}

// FeedXml makes the document a [feeds.XmlFeed].
func (d *atomDocument) FeedXml() interface{} { return styled{d.style, d} }

// deletedEntry tells that an entry is there no more (RFC 6721 §3).
type deletedEntry struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

// atomEntry is RFC 4287 §4.1.2 with several authors and categories.
type atomEntry struct {
	*feeds.AtomEntry
	Lang      string         `xml:"xml:lang,attr,omitempty"`
	Title     markup         `xml:"title"`
	Author    []atomPerson   `xml:"author"`
	Category  []atomCategory `xml:"category"`
	Summary   *markup        `xml:"summary"`
	Content   *atomContent   `xml:"content"`
	Source    *atomSource    `xml:"source"`
	Thumbnail *thumbnail     `xml:"media:thumbnail"`
}

// atomSource is the feed that an entry comes from (RFC 4287 §4.2.11).
type atomSource struct {
	ID      string           `xml:"id,omitempty"`
	Title   markup           `xml:"title"`
	Updated string           `xml:"updated"`
	Links   []feeds.AtomLink `xml:"link"`
}

type atomPerson struct {
	Name markup `xml:"name"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// atomContent is HTML. Its base is the story's own page, so that a reader
// resolves "#note-1" to where that is.
type atomContent struct {
	Type string `xml:"type,attr"`
	Base string `xml:"xml:base,attr"`
	HTML string `xml:",chardata"`
}

type atomProgram struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

func renderAtom(h head, entries []entry) ([]byte, error) {
	doc := &atomDocument{
		style:     h.style,
		AtomFeed:  (&feeds.Atom{Feed: generic(h, entries)}).AtomFeed(),
		NSMedia:   nsMedia,
		Lang:      h.language,
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
	if h.rights != "" {
		r := atomText(h.rights)
		doc.Rights = &r
	}
	if h.complete {
		doc.NSHistory, doc.Complete = nsHistory, &struct{}{}
	}
	if h.pages.Current != "" {
		doc.NSHistory, doc.Archive = nsHistory, &struct{}{}
	}
	if h.found != nil {
		doc.tellFound(*h.found)
	}
	for _, g := range h.gone {
		doc.NSGone = nsGone
		doc.Gone = append(doc.Gone, deletedEntry{g.GUID, written(g.When).Format(time.RFC3339)})
	}
	for i, e := range entries {
		doc.Entries[i] = newAtomEntry(doc.AtomFeed.Entries[i], e)
	}
	return writeXML(doc, entries)
}

// atomLinks are this document, its HTML page, the page that it follows (RFC
// 4287 §4.2.7.2: self, alternate, via), the hub and the other documents.
func atomLinks(h head) []feeds.AtomLink {
	links := known(
		feeds.AtomLink{Href: h.self, Rel: "self", Type: "application/atom+xml"},
		feeds.AtomLink{Href: h.home, Rel: "alternate", Type: "text/html"},
		feeds.AtomLink{Href: h.source, Rel: "via", Type: "text/html"},
		feeds.AtomLink{Href: h.hub, Rel: "hub"},
	)
	if h.found != nil {
		links = append(links, known(feeds.AtomLink{Href: h.found.Description, Rel: "search", Type: "application/opensearchdescription+xml"})...)
	}
	for _, r := range h.pages.relations() {
		links = append(links, feeds.AtomLink{Href: r.address, Rel: r.name, Type: "application/atom+xml"})
	}
	return links
}

// known are the links that lead somewhere.
func known(links ...feeds.AtomLink) []feeds.AtomLink {
	return slices.DeleteFunc(links, func(l feeds.AtomLink) bool { return l.Href == "" })
}

func newAtomEntry(base *feeds.AtomEntry, e entry) atomEntry {
	a := atomEntry{
		AtomEntry: base,
		Lang:      e.language,
		Content:   &atomContent{"html", e.link, e.html},
		Title:     atomText(e.title),
	}
	a.Links = []feeds.AtomLink{{Href: e.link, Rel: "alternate", Type: "text/html"}}
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
	if o := e.origin; o != nil {
		a.Source = &atomSource{ID: o.ID, Title: atomText(o.Title), Updated: base.Updated, Links: known(
			feeds.AtomLink{Href: o.FeedURL, Rel: "self", Type: "application/atom+xml"},
			feeds.AtomLink{Href: o.HomeURL, Rel: "alternate", Type: "text/html"},
		)}
	}
	return a
}
