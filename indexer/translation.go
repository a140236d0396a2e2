package indexer

import (
	"fmt"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// translation says that a page is a story which the source lists in its own
// language as well; empty: it is not. A story that is there in another language
// alone belongs to the series all the same.
func (c *crawl) translation(page *fetch.Page, v extract.Story) string {
	self, own := feed.URLKey(page.FinalURL), v.Language
	for _, t := range v.Translations {
		if feed.URLKey(t.URL) == self {
			own = t.Language
			break
		}
	}
	if own == "" || c.language == "" || sameLanguage(own, c.language) {
		return ""
	}
	for _, t := range v.Translations {
		if key := feed.URLKey(t.URL); key != self && sameLanguage(t.Language, c.language) && c.linked[key] {
			return fmt.Sprintf("in another language (%s) than its list (%s), which has it in that as well: %s", own, c.language, t.URL)
		}
	}
	return ""
}

// sameLanguage compares the languages of two tags, whatever their countries.
func sameLanguage(a, b string) bool {
	a, _, _ = strings.Cut(strings.ReplaceAll(a, "_", "-"), "-")
	b, _, _ = strings.Cut(strings.ReplaceAll(b, "_", "-"), "-")
	return strings.EqualFold(a, b)
}

// noteLinks notes what the sources of the series list.
func (c *crawl) noteLinks(links []store.Link) {
	c.linked = make(map[string]bool, len(links))
	for _, l := range links {
		c.linked[l.Key] = true
	}
}
