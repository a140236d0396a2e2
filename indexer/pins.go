package indexer

import (
	"maps"
	"slices"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/profile"
)

// pinMiss is how often a pinned selector did not give its field in a crawl.
type pinMiss struct {
	pages int
	what  string // of the first page
	url   string // that page
}

// checkPins counts the pages on which pinned selectors failed. What is wrong
// with them is told once a field, by [crawl.tellPins]: a selector that the
// site's new template outdated fails on every page.
func (c *crawl) checkPins(r *extract.Reading, url string) {
	c.pinnedPages++
	for _, f := range r.Failures {
		if selectorOf(c.series.Select, f.Field) == "" {
			continue
		}
		miss := c.pinMisses[f.Field]
		if miss.pages++; miss.pages == 1 {
			miss.what, miss.url = f.What, url
		}
		c.pinMisses[f.Field] = miss
	}
}

// tellPins puts the pins that failed into the series' health.
func (c *crawl) tellPins() {
	for _, f := range slices.Sorted(maps.Keys(c.pinMisses)) {
		miss := c.pinMisses[f]
		c.faulty(feed.FaultSelector, "the pinned selector select.%s = %q: %s on %d of %d pages, such as %s", keyOf(f), selectorOf(c.series.Select, f), miss.what, miss.pages, c.pinnedPages, miss.url)
	}
}

// selectorOf is the selector that a field is pinned with; empty: none.
func selectorOf(s feed.Select, f profile.Field) string {
	switch f {
	case profile.Title:
		return s.Title
	case profile.Authors:
		return s.Author
	case profile.Published:
		return s.Date
	case profile.Body:
		return s.Body
	}
	return ""
}

// keyOf is a field's name in the configuration.
func keyOf(f profile.Field) string {
	switch f {
	case profile.Authors:
		return "author"
	case profile.Published:
		return "date"
	}
	return string(f)
}
