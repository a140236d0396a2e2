package discover

import (
	"encoding/json"
	"html"

	"github.com/mmcdole/gofeed"
)

// maxAuthors bounds what a source may say of one story.
const maxAuthors = 20

// entryAuthors are the names of a feed entry's authors (RSS author or
// dc:creator, Atom author, JSON Feed authors), as written.
func entryAuthors(it *gofeed.Item) []string {
	var names []string
	for _, a := range it.Authors {
		if a == nil || len(names) == maxAuthors {
			continue
		}
		if name := line1(html.UnescapeString(a.Name)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// postAuthors are the names that a post of the REST API embeds. A site that
// keeps its users to itself embeds an error instead.
func postAuthors(embedded json.RawMessage) []string {
	var e struct {
		Author []struct {
			Name string `json:"name"`
		} `json:"author"`
	}
	if json.Unmarshal(embedded, &e) != nil {
		return nil
	}
	var names []string
	for _, a := range e.Author[:min(len(e.Author), maxAuthors)] {
		if name := line1(html.UnescapeString(a.Name)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Entries reads the entries of a feed, for what it says of each story; nil if it
// is none. Addresses are made absolute against the feed's own.
func Entries(body []byte, at string) []Link {
	f, err := parseFeed(body)
	if err != nil {
		return nil
	}
	w := &walk{}
	w.source.URL = at
	links, _ := entries(f, w.feedSite(f, at), at)
	return links
}
