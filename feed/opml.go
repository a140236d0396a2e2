package feed

import (
	"bytes"
	"encoding/xml"
	"time"
)

// OPML is the format of a list of feeds, by which they are carried from one
// reader to another; see [RenderOPML]. It is none of [Formats].
const OPML Format = "opml"

// ListedFeed is one entry of a list of feeds.
type ListedFeed struct {
	Title       string
	FeedURL     string // absolute; empty: only the page is known
	HomeURL     string // absolute, of the HTML page; empty: unknown
	Description string
	Language    string // BCP 47; empty: unknown
	RSS         bool   // the feed is RSS 2.0, and not of another format

	Group string // where it stands in the list, as "News / Local"; empty: at the top
	Line  int    // where it was read, from 1
}

// ListedGroup is a part of a list of feeds under one heading.
type ListedGroup struct {
	Title   string // empty: no heading
	Entries []ListedFeed
}

type opmlDocument struct {
	XMLName  xml.Name      `xml:"opml"`
	Version  string        `xml:"version,attr"`
	Title    string        `xml:"head>title"`
	Modified string        `xml:"head>dateModified,omitempty"`
	Docs     string        `xml:"head>docs"`
	Body     []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Text        string        `xml:"text,attr"`
	Title       string        `xml:"title,attr,omitempty"`
	Type        string        `xml:"type,attr,omitempty"`
	Version     string        `xml:"version,attr,omitempty"`
	XMLURL      string        `xml:"xmlUrl,attr,omitempty"`
	HTMLURL     string        `xml:"htmlUrl,attr,omitempty"`
	Description string        `xml:"description,attr,omitempty"`
	Language    string        `xml:"language,attr,omitempty"`
	Outlines    []opmlOutline `xml:"outline"`
}

// RenderOPML writes a list of feeds as an OPML 2.0 subscription list
// (opml.org/spec2.opml): outlines of type rss, as readers expect for every
// format of feeds, in the groups given. Groups without entries are left out.
// The same arguments give the same bytes. Modified is when the list changed;
// zero: unknown.
func RenderOPML(title string, modified time.Time, groups []ListedGroup) ([]byte, error) {
	doc := opmlDocument{Version: "2.0", Title: plain(title), Docs: "http://opml.org/spec2.opml"}
	if !modified.IsZero() {
		doc.Modified = written(modified).Format("Mon, 02 Jan 2006 15:04:05 GMT") // RFC 822
	}
	for _, g := range groups {
		var entries []opmlOutline
		for _, s := range g.Entries {
			entries = append(entries, newOutline(s))
		}
		switch {
		case len(entries) == 0:
		case g.Title == "":
			doc.Body = append(doc.Body, entries...)
		default:
			doc.Body = append(doc.Body, opmlOutline{Text: plain(g.Title), Title: plain(g.Title), Outlines: entries})
		}
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func newOutline(s ListedFeed) opmlOutline {
	o := opmlOutline{
		Type: "rss", XMLURL: webURI(s.FeedURL), HTMLURL: webURI(s.HomeURL),
		Description: plain(s.Description), Language: languageTag(s.Language),
	}
	o.Text = first(plain(s.Title), o.XMLURL)
	o.Title = o.Text
	if s.RSS {
		o.Version = "RSS2"
	}
	return o
}
