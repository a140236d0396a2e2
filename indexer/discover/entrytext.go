package discover

import (
	"html"
	"strings"

	"github.com/mmcdole/gofeed"

	"storyfeed/feed"
)

// EntryText is what an entry of a feed tells of a story.
type EntryText struct {
	Title     string
	HTML      string // its whole text, not sanitised, addresses as written
	Authors   []string
	Published feed.Date
}

// leastEntry is the least number of bytes of a description that is taken for
// the whole text: summaries are shorter.
const leastEntry = 2000

// EntryTexts reads the entries of a feed that carry their whole text, by
// feed.URLKey of their addresses; nil if it is no feed.
func EntryTexts(body []byte, at string) map[string]EntryText {
	f, err := parseFeed(body)
	if err != nil {
		return nil
	}
	texts := map[string]EntryText{}
	base := firstOf(resolve(at, f.Link), at)
	for _, it := range f.Items {
		address := resolve(base, entryLink(it))
		text := entryHTML(it)
		if address == "" || text == "" {
			continue
		}
		e := EntryText{Title: line1(html.UnescapeString(it.Title)), HTML: text, Published: feedDate(it.PublishedParsed)}
		for _, a := range it.Authors {
			if a != nil && a.Name != "" {
				e.Authors = append(e.Authors, line1(a.Name))
			}
		}
		texts[feed.URLKey(address)] = e
	}
	return texts
}

// entryHTML is content:encoded, Atom's content or content_html; or a
// description that is as long as a text and has its paragraphs.
func entryHTML(it *gofeed.Item) string {
	if strings.TrimSpace(it.Content) != "" {
		return it.Content
	}
	if len(it.Description) >= leastEntry && strings.Count(it.Description, "<p") > 2 {
		return it.Description
	}
	return ""
}
