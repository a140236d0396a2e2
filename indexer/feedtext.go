package indexer

import (
	"slices"

	"storyfeed/feed"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/extract"
)

// feedTexts are the feeds among the sources that were read in this crawl: where
// a page has no text without a browser, its entry may hold the whole of it.
// They are kept as bytes, and read only when a page asks.
type feedTexts struct {
	bodies []feedBody
	size   int // bytes of bodies
	texts  map[string]discover.EntryText
}

type feedBody struct {
	at   string
	body []byte
}

// maxFeedTexts is how many bytes of feeds are kept during a crawl.
const maxFeedTexts = 8 << 20

// keep takes a page of a source that may be a feed; what does not fit is left
// out.
func (f *feedTexts) keep(p *discover.Page) {
	if p.NotModified || !discover.IsFeed(p) || f.size+len(p.Body) > maxFeedTexts {
		return
	}
	f.size += len(p.Body)
	f.bodies = append(f.bodies, feedBody{p.FinalURL, slices.Clone(p.Body)})
	f.texts = nil
}

// entry is what the feeds say of the story at an address; nil: nothing, or not
// its whole text.
func (f *feedTexts) entry(address string) *extract.Entry {
	if len(f.bodies) == 0 {
		return nil
	}
	if f.texts == nil {
		f.texts = map[string]discover.EntryText{}
		for _, b := range f.bodies {
			for key, e := range discover.EntryTexts(b.body, b.at) {
				f.texts[key] = e
			}
		}
	}
	e, ok := f.texts[feed.URLKey(address)]
	if !ok {
		return nil
	}
	return &extract.Entry{Title: e.Title, HTML: e.HTML, Authors: e.Authors, Published: e.Published}
}
