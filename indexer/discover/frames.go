package discover

import (
	"fmt"

	"github.com/PuerkitoBio/goquery"

	"storyfeed/feed"
)

// maxFrames is how many frames of one page are looked at, those within frames
// included.
const maxFrames = 8

// readFrames looks for the list in the frames of a page that is made of
// frames, and returns the one that holds most of it. False: the page has no
// frames, or nothing is found in them.
func (w *walk) readFrames(v *view) (*view, class, bool, error) {
	var best *view
	var found class
	seen := map[string]bool{v.selfKey(): true}
	open := v.frames()
	for i := 0; i < len(open) && i < maxFrames; i++ {
		if seen[feed.URLKey(open[i])] {
			continue
		}
		seen[feed.URLKey(open[i])] = true
		frame, err := w.turn(open[i])
		if err != nil {
			return nil, class{}, false, err
		}
		w.result.Incomplete = "" // one that can't be read may be a banner
		if frame == nil {
			continue
		}
		open = append(open, frame.frames()...)
		if k := classify(frame, w.source.Kind); k.found() && (best == nil || k.size() > found.size()) {
			best, found = frame, k
		}
	}
	if best == nil {
		return nil, class{}, false, nil
	}
	best.meta.title = firstOf(v.meta.title, best.meta.title)
	found.why = append(found.why, fmt.Sprintf("the page is made of frames; the list stands in %s", best.url))
	w.result.Framed = true
	return best, found, true, nil
}

// frames are the addresses of the frames of which a page is made, if it is.
func (v *view) frames() []string {
	var found []string
	v.doc.Find("frameset frame[src]").Each(func(_ int, f *goquery.Selection) {
		if address := v.pageAddress(f.AttrOr("src", "")); address != "" {
			found = append(found, address)
		}
	})
	return found
}
