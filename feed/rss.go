package feed

import (
	"encoding/xml"
	"html"
	"time"

	"github.com/gorilla/feeds"
)

// rssDocument is the root (RSS 2.0 <rss>).
type rssDocument struct {
	XMLName   xml.Name    `xml:"rss"`
	Version   string      `xml:"version,attr"`
	NSAtom    string      `xml:"xmlns:atom,attr"`
	NSContent string      `xml:"xmlns:content,attr"`
	NSDC      string      `xml:"xmlns:dc,attr"`
	NSHistory string      `xml:"xmlns:fh,attr,omitempty"`
	NSMedia   string      `xml:"xmlns:media,attr,omitempty"`
	Channel   *rssChannel `xml:"channel"`
	style     string
}

// FeedXml makes the document a [feeds.XmlFeed].
func (d *rssDocument) FeedXml() interface{} { return styled{d.style, d} }

// rssChannel adds to the channel of gorilla/feeds what that cannot express.
// A field with the element name of an embedded one takes its place. The items
// come last, as validators want them.
type rssChannel struct {
	*feeds.RssFeed
	Title       markup     `xml:"title"`
	Description markup     `xml:"description"`
	Copyright   *markup    `xml:"copyright"`
	Editor      *markup    `xml:"managingEditor"` // never: it must be an e-mail address
	Links       []rssLink  `xml:"atom:link"`
	Complete    *struct{}  `xml:"fh:complete"`
	Archive     *struct{}  `xml:"fh:archive"`
	Items       []*rssItem `xml:"item"`
}

type rssLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
}

// rssSource is the feed that an item comes from.
type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

// rssItem replaces the elements that gorilla/feeds allows once or writes
// wrongly: <author> must be an e-mail address, so names are dc:creator. The
// content comes after the description, which some readers let win otherwise.
type rssItem struct {
	*feeds.RssItem
	Title       markup `xml:"title"`
	Description markup `xml:"description"`
	Content     *feeds.RssContent
	Author      *markup    `xml:"author"`
	Creators    []markup   `xml:"dc:creator"`
	Language    string     `xml:"dc:language,omitempty"`
	Category    []markup   `xml:"category"`
	Date        string     `xml:"dc:date,omitempty"` // only where there is no pubDate
	Updated     string     `xml:"atom:updated"`
	Source      *rssSource `xml:"source"`
	Thumbnail   *thumbnail `xml:"media:thumbnail"`
}

type thumbnail struct {
	URL string `xml:"url,attr"`
}

func renderRSS(h head, entries []entry) ([]byte, error) {
	channel := &rssChannel{
		RssFeed:     (&feeds.Rss{Feed: generic(h, entries)}).RssFeed(),
		Title:       text(h.title),
		Description: text(h.about),
		Items:       make([]*rssItem, len(entries)),
	}
	channel.PubDate = "" // when the publication "goes out" is unknown; lastBuildDate is the newest change
	channel.Language = h.language
	channel.Ttl = h.ttl
	channel.Docs = "https://www.rssboard.org/rss-specification"
	channel.Generator = "storyfeed"
	if h.version != "" {
		channel.Generator += " " + h.version
	}
	if h.icon != "" {
		channel.Image = &feeds.RssImage{Url: h.icon, Title: h.title, Link: h.home}
	}
	if h.rights != "" {
		r := text(h.rights)
		channel.Copyright = &r
	}
	channel.Links = rssLinks(h)
	doc := &rssDocument{style: h.style, Version: "2.0", NSAtom: nsAtom, NSContent: nsContent, NSDC: nsDC, NSMedia: nsMedia, Channel: channel}
	if h.complete {
		doc.NSHistory, channel.Complete = nsHistory, &struct{}{}
	}
	if h.pages.Current != "" {
		doc.NSHistory, channel.Archive = nsHistory, &struct{}{}
	}
	for i, e := range entries {
		channel.Items[i] = newRSSItem(channel.RssFeed.Items[i], e)
	}
	return writeXML(doc, entries)
}

// rssLinks are those that RSS takes from Atom: this document, the hub and the
// other documents (RFC 5005 appendix B).
func rssLinks(h head) []rssLink {
	var links []rssLink
	if h.self != "" {
		links = append(links, rssLink{h.self, "self", "application/rss+xml"})
	}
	if h.hub != "" {
		links = append(links, rssLink{h.hub, "hub", ""})
	}
	for _, r := range h.pages.relations() {
		links = append(links, rssLink{r.address, r.name, "application/rss+xml"})
	}
	return links
}

func newRSSItem(base *feeds.RssItem, e entry) *rssItem {
	i := &rssItem{
		RssItem:     base,
		Title:       text(e.title),
		Description: text(html.EscapeString(first(e.summary, e.title))), // it is HTML
		Content:     base.Content,
		Creators:    texts(e.authors),
		Language:    e.language,
		Category:    texts(e.tags),
		Updated:     e.updated.Format(time.RFC3339),
	}
	if e.published.IsZero() {
		// A reader without any date stamps all such items with its own "now"
		// and loses their order. The time at which the story was first seen
		// is a date of its life cycle (Dublin Core date), not its publication.
		i.PubDate, i.Date = "", i.Updated
	} else {
		i.PubDate = e.published.Format(time.RFC1123Z)
	}
	if e.image != "" {
		i.Thumbnail = &thumbnail{URL: e.image}
	}
	if e.origin != nil && e.origin.FeedURL != "" {
		i.Source = &rssSource{e.origin.FeedURL, e.origin.Title}
	}
	return i
}
