package local

import (
	"errors"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"storyfeed/index"
)

// rowMatches are the documents of a segment with terms in a row, with the
// number of places where they are.
type rowMatches struct {
	set    *roaring.Bitmap
	counts map[uint32]uint64
}

// rowsPerLook is the number of documents after which a search for rows looks
// whether its time is over.
const rowsPerLook = 256

// placer tells where a term stands in documents that have it, asked for in
// ascending order, none left out: it appends the places, see [placesOf].
type placer interface {
	placesIn(n uint32, to []uint64) ([]uint64, error)
}

// match looks at the places of the terms in every document that has all of
// them.
func (w *row) match(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	candidates, placers, err := w.candidates(r, within)
	if err != nil || candidates.IsEmpty() {
		return candidates, err
	}
	m := rowMatches{set: roaring.New(), counts: map[uint32]uint64{}}
	var here, next []uint64
	for n, it := 0, candidates.Iterator(); it.HasNext(); n++ {
		if n%rowsPerLook == 0 && r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		number := it.Next()
		for i, p := range placers {
			if next, err = p.placesIn(number, next[:0]); err != nil {
				return nil, err
			}
			if i == 0 {
				here, next = next, here
				continue
			}
			here = followed(here, next, w.distance(i))
		}
		if len(here) > 0 {
			m.set.Add(number)
			m.counts[number] = uint64(len(here))
		}
	}
	w.found[r.number] = m
	return m.set, nil
}

// distance is that of a term from the one before it.
func (w *row) distance(i int) uint64 { return uint64(w.terms[i].Position - w.terms[i-1].Position) }

// visited is a term of which bleve tells, document by document.
type visited struct{ segment.PostingsIterator }

var errPostings = errors.Join(errors.New("postings do not agree with their set of documents"), index.ErrDamaged)

func (v visited) placesIn(n uint32, to []uint64) ([]uint64, error) {
	p, err := v.Next()
	if err != nil {
		return nil, err
	}
	if p == nil || p.Number() != uint64(n) {
		return nil, errPostings
	}
	return placesOf(to, p), nil
}

// candidates are the documents with all terms, and a placer for each term that
// is to be asked for just these.
func (w *row) candidates(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, []placer, error) {
	candidates, placers, err := w.withAll(r, within)
	if err != nil || candidates.IsEmpty() {
		return candidates, nil, err
	}
	if candidates, err = w.fromMemory(r, candidates, placers); err != nil || candidates.IsEmpty() {
		return candidates, nil, err
	}
	for _, p := range placers {
		if v, ok := p.(visited); ok {
			visitOnly(v.PostingsIterator, candidates)
		}
	}
	return candidates, placers, nil
}

// withAll are the documents with all terms, and where bleve has each of these.
func (w *row) withAll(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, []placer, error) {
	dict, err := r.dict(w.field)
	if err != nil {
		return nil, nil, err
	}
	candidates := within
	var placers []placer
	for _, t := range w.closed() {
		list, err := dict.PostingsList(t.Term, nil, nil)
		if err != nil {
			return nil, nil, err
		}
		it := list.Iterator(true, true, true, nil)
		placers = append(placers, visited{it})
		set, err := documents(it)
		if err != nil {
			return nil, nil, err
		}
		if candidates == nil {
			candidates = set
		} else {
			candidates = roaring.And(candidates, set)
		}
		if candidates.IsEmpty() {
			return candidates, nil, nil
		}
	}
	if w.open {
		last, err := gather(r, dict, w.terms[len(w.terms)-1].Term, candidates)
		if err != nil {
			return nil, nil, err
		}
		return last.set, append(placers, last), nil
	}
	return candidates, placers, nil
}

// fromMemory puts the frequent terms in the place of what bleve has of them, and
// leaves out candidates in which two of them can't be in a row.
func (w *row) fromMemory(r *leafReader, candidates *roaring.Bitmap, placers []placer) (*roaring.Bitmap, error) {
	var before *occurrences
	for i, t := range w.closed() {
		o := r.frequent(w.field, string(t.Term))
		if o != nil {
			placers[i] = o
		}
		if err := r.ctx.Err(); err != nil || candidates.IsEmpty() {
			return candidates, err
		}
		if o != nil && before != nil {
			candidates = before.mayPrecede(o, w.distance(i), candidates)
		}
		before = o
	}
	return candidates, nil
}

// closed are the terms that are whole.
func (w *row) closed() analysis.TokenStream {
	if w.open {
		return w.terms[:len(w.terms)-1]
	}
	return w.terms
}

// visitOnly leaves documents out that are not in a set.
func visitOnly(it segment.PostingsIterator, set *roaring.Bitmap) {
	if o := it.(segment.OptimizablePostingsIterator); o.ActualBitmap() != nil { // as [documents] has seen
		o.ReplaceActual(set)
	}
}

// placesOf appends where a posting's term stands: the number of the text in the
// upper half and the position in the lower, in ascending order.
func placesOf(to []uint64, p segment.Posting) []uint64 {
	for _, l := range p.Locations() {
		place := l.Pos()
		if texts := l.ArrayPositions(); len(texts) > 0 {
			place |= texts[0] << 32
		}
		to = append(to, place)
	}
	return to
}

// followed keeps the places of next that lie just that far behind one of here.
func followed(here, next []uint64, distance uint64) []uint64 {
	kept := next[:0]
	i := 0
	for _, place := range next {
		for i < len(here) && here[i]+distance < place {
			i++
		}
		if i < len(here) && here[i]+distance == place {
			kept = append(kept, place)
		}
	}
	return append(here[:0], kept...)
}

// score counts a row as if it were a term that weighs as much as its terms.
func (w *row) score(r *leafReader, within *roaring.Bitmap, scores []float64) error {
	if !w.scored {
		return nil
	}
	m := w.found[r.number]
	for number, count := range m.counts {
		if within.Contains(number) {
			scores[number] += w.scorer.score(count, uint64(r.columns.lengths[number]))
		}
	}
	return nil
}
