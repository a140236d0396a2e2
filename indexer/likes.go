package indexer

import (
	"context"
	"slices"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// likes are the sketches of the stories of a series, read when first needed.
//
// Two sketches that are at least maybeLike alike share some of their smallest
// hashes almost certainly, so only those are compared that do.
type likes struct {
	read bool
	all  []store.Sketched
	with map[uint32][]int32 // hash → places in all of the sketches that have it among their smallest

	fresh map[string]bool // GUIDs of those that this crawl has read at their addresses
}

const (
	// keyHashes is how many of the smallest hashes of a sketch find it: texts
	// that are half the same share none of them once in 65,000 times.
	keyHashes = 16
	// commonHash is in how many stories a hash may be that finds any: what so
	// many share, such as a site's own paragraph, tells none from another.
	commonHash = 50
)

// find lists the stories whose texts resemble one, at most maxLike, the most
// alike first.
func (k *likes) find(ctx context.Context, c *crawl, text string) ([]string, error) {
	if !k.read {
		all, err := c.ix.Store.Sketches(ctx, c.series.Slug)
		if err != nil {
			return nil, err
		}
		k.read, k.with = true, map[uint32][]int32{}
		for _, s := range all {
			k.put(s)
		}
	}
	type like struct {
		guid  string
		alike float64
	}
	var best []like
	sketch := feed.NewSketch(text)
	for _, i := range k.candidates(sketch) {
		s := k.all[i]
		alike := sketch.Resemblance(s.Sketch)
		if alike < maybeLike {
			continue
		}
		at := len(best)
		for at > 0 && best[at-1].alike < alike {
			at--
		}
		best = append(best[:at], append([]like{{s.GUID, alike}}, best[at:]...)...)
		best = best[:min(len(best), maxLike)]
	}
	var guids []string
	for _, b := range best {
		guids = append(guids, b.guid)
	}
	return guids, nil
}

// add makes a story known that was saved just now.
func (k *likes) add(guid, text string) {
	if k.fresh == nil {
		k.fresh = map[string]bool{}
	}
	k.fresh[guid] = true
	if k.read {
		k.put(store.Sketched{GUID: guid, Sketch: feed.NewSketch(text)})
	}
}

func (k *likes) put(s store.Sketched) {
	for _, h := range keys(s.Sketch) {
		if len(k.with[h]) < commonHash {
			k.with[h] = append(k.with[h], int32(len(k.all)))
		}
	}
	k.all = append(k.all, s)
}

// candidates are the places in all of the sketches that are to be compared with
// one, in order.
func (k *likes) candidates(s feed.Sketch) []int32 {
	var found []int32
	for _, h := range keys(s) {
		found = append(found, k.with[h]...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func keys(s feed.Sketch) feed.Sketch { return s[:min(len(s), keyHashes)] }
