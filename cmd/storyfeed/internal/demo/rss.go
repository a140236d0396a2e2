package demo

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"
)

// feedPosts is how many posts the feed holds, WordPress's default.
const feedPosts = 10

// The wire form of the blog's own feed, RSS 2.0 as WordPress writes it. The
// prefixed names are literal: encoding/xml knows no prefixes.
type (
	rss struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Content string   `xml:"xmlns:content,attr"`
		DC      string   `xml:"xmlns:dc,attr"`
		Atom    string   `xml:"xmlns:atom,attr"`
		Channel channel  `xml:"channel"`
	}
	channel struct {
		Title string   `xml:"title"`
		Self  selfLink `xml:"atom:link"`
		Link  string   `xml:"link"`
		About string   `xml:"description"`
		Built string   `xml:"lastBuildDate"`
		Lang  string   `xml:"language"`
		Items []item   `xml:"item"`
	}
	selfLink struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
	}
	item struct {
		Title     string   `xml:"title"`
		Link      string   `xml:"link"`
		Creator   string   `xml:"dc:creator"`
		Published string   `xml:"pubDate"`
		Tags      []string `xml:"category"`
		GUID      guid     `xml:"guid"`
		Excerpt   string   `xml:"description"`
		Body      string   `xml:"content:encoded"`
	}
	guid struct {
		Permalink bool   `xml:"isPermaLink,attr"`
		Text      string `xml:",chardata"`
	}
)

// feed is the RSS of the newest posts.
func (b *Blog) feed(base string) []byte {
	doc := rss{
		Version: "2.0",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Atom:    "http://www.w3.org/2005/Atom",
		Channel: channel{
			Title: Title,
			Self:  selfLink{base + "/feed/", "self", "application/rss+xml"},
			Link:  base + "/",
			About: "A workshop that writes things down",
			Built: b.modified.Format(time.RFC1123Z),
			Lang:  "en-GB",
		},
	}
	for _, p := range b.posts[:min(feedPosts, len(b.posts))] {
		doc.Channel.Items = append(doc.Channel.Items, item{
			Title:     p.Title,
			Link:      base + p.Path(),
			Creator:   p.Author,
			Published: p.Published.Format(time.RFC1123Z),
			Tags:      p.Tags,
			GUID:      guid{false, fmt.Sprintf("%s/?p=%d", base, p.ID)},
			Excerpt:   p.Excerpt,
			Body:      absolute(base, string(p.Body)),
		})
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(doc); err != nil {
		panic(err) // our own texts
	}
	return out.Bytes()
}
