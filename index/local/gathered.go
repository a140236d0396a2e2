package local

import (
	"errors"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// gathered are the places of all terms with one beginning.
type gathered struct {
	set    *roaring.Bitmap
	places map[uint32][]uint64
}

func (g gathered) placesIn(n uint32, to []uint64) ([]uint64, error) {
	return append(to, g.places[n]...), nil
}

// gather looks for terms that begin so in some documents.
func gather(r *leafReader, dict segment.TermDictionary, beginning []byte, within *roaring.Bitmap) (gathered, error) {
	g := gathered{roaring.New(), map[uint32][]uint64{}}
	var inner error
	err := withPrefix(dict, beginning, func(term string, _ uint64) bool {
		if inner = r.ctx.Err(); inner == nil {
			inner = g.add(dict, term, within)
		}
		return inner == nil
	})
	for _, places := range g.places {
		slices.Sort(places)
	}
	return g, errors.Join(err, inner)
}

func (g gathered) add(dict segment.TermDictionary, term string, within *roaring.Bitmap) error {
	list, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return err
	}
	it := list.Iterator(true, true, true, nil)
	set, err := documents(it)
	if err != nil {
		return err
	}
	set = roaring.And(set, within)
	if set.IsEmpty() {
		return nil
	}
	visitOnly(it, set)
	for {
		p, err := it.Next()
		if p == nil || err != nil {
			return err
		}
		n := uint32(p.Number())
		g.set.Add(n)
		g.places[n] = placesOf(g.places[n], p)
	}
}
