package feed

import (
	"slices"
	"time"
)

// How many removed stories a subscribed document tells of.
const (
	goneAlways  = 100                 // the latest, however long ago
	goneFor     = 30 * 24 * time.Hour // others: a reader that was away for a month misses none
	goneBytes   = ComfortBytes * 7 / 10
	goneMarkup  = 100 // bytes around a GUID
	MaxRemovals = goneBytes / (goneMarkup + len("urn:uuid:00000000-0000-0000-0000-000000000000"))
)

// RecentlyGone are those of the tombstones that a subscribed document tells of,
// the latest first, when its newest change was at a time: the latest 100, and
// all others of the 30 days before that, as long as they leave room for some
// stories. That are some 4,800 ([MaxRemovals]), so that all are told of a site
// that shuts. The tombstones given are not changed.
//
// It is the time of the data, not of the clock, so that the same stories give
// the same bytes.
func RecentlyGone(all []Tombstone, changed time.Time) []Tombstone {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Tombstone) int { return b.When.Compare(a.When) })
	room := goneBytes
	for i, t := range all {
		room -= goneMarkup + len(t.GUID)
		if room < 0 || i >= goneAlways && t.When.Before(changed.Add(-goneFor)) {
			return all[:i]
		}
	}
	return all
}
