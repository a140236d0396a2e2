package local

import (
	"context"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// leafReader is one segment as one search reads it.
type leafReader struct {
	ctx     context.Context // of the one search that it lives for
	number  int
	segment *scorch.SegmentSnapshot
	columns *columns
	dicts   map[string]segment.TermDictionary
}

func (r *leafReader) dict(field string) (segment.TermDictionary, error) {
	if d, ok := r.dicts[field]; ok {
		return d, nil
	}
	d, err := r.segment.Segment().Dictionary(field)
	if err == nil {
		r.dicts[field] = d
	}
	return d, err
}

// frequent is where a term stands; nil: that is not in memory.
func (r *leafReader) frequent(field, term string) *occurrences {
	if known := r.columns.frequent.Load(); known != nil {
		return known.words[frequentTerm{field, term}]
	}
	return nil
}

// clause is a part of a query in terms of the index. Deleted documents count
// like others: who asks leaves them out.
type clause interface {
	// match returns documents that match. The set must not be changed. within
	// is a hint: nobody cares about documents beyond it; nil: about all.
	match(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, error)

	// score adds to the scores of documents of the set, all of which match
	// the query.
	score(r *leafReader, within *roaring.Bitmap, scores []float64) error

	// cost tells what is better matched last: 0 is cheap.
	cost() int
}

// unscored is embedded by clauses that say nothing about how well a document
// matches.
type unscored struct{}

func (unscored) score(*leafReader, *roaring.Bitmap, []float64) error { return nil }
func (unscored) cost() int                                           { return 0 }

// everything and nothing match so.
type (
	everything struct{ unscored }
	nothing    struct{ unscored }
)

func (everything) match(r *leafReader, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	all := roaring.New()
	all.AddRange(0, uint64(r.segment.FullSize()))
	return all, nil
}

func (nothing) match(*leafReader, *roaring.Bitmap) (*roaring.Bitmap, error) {
	return roaring.New(), nil
}

// word matches documents with one term in a field.
type word struct {
	field, term string
	scored      string // field whose occurrences count for the score; empty: none
	scorer      scorer
}

func (w *word) match(r *leafReader, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	d, err := r.dict(w.field)
	if err != nil {
		return nil, err
	}
	return postingsIn(d, []byte(w.term))
}

func (w *word) score(r *leafReader, within *roaring.Bitmap, scores []float64) error {
	if w.scored == "" {
		return nil
	}
	if o := r.frequent(w.scored, w.term); o != nil {
		addFrequent(o, r.columns.lengths, within, w.scorer, scores)
		return nil
	}
	d, err := r.dict(w.scored)
	if err != nil {
		return err
	}
	return addScores(d, []byte(w.term), within, w.scorer, scores)
}

func (w *word) cost() int { return 0 }

// row matches documents with terms in a row in a field.
type row struct {
	field  string
	terms  analysis.TokenStream
	open   bool // the last of several terms is how one begins
	scored bool
	scorer scorer
	found  map[int]rowMatches // by number of segment, as matched
}

func (w *row) cost() int { return 2 }

// beginning matches documents with any term that begins with a text. Which of
// them says nothing about how well it matches: the rarest spelling is not the
// best.
type beginning struct {
	unscored
	field, start string
}

func (b beginning) match(r *leafReader, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	d, err := r.dict(b.field)
	if err != nil {
		return nil, err
	}
	return prefixPostings(d, []byte(b.start))
}

func (b beginning) cost() int { return 1 }

// all matches what every must and none of the nots matches.
type all struct{ musts, nots []clause }

func (a all) match(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	var set *roaring.Bitmap
	own := false // set may be changed
	for _, c := range slices.SortedStableFunc(slices.Values(a.musts), func(x, y clause) int { return x.cost() - y.cost() }) {
		among := set
		if among == nil {
			among = within
		}
		found, err := c.match(r, among)
		switch {
		case err != nil:
			return nil, err
		case set == nil:
			set = found
		case own:
			set.And(found)
		default:
			set, own = roaring.And(set, found), true
		}
		if set.IsEmpty() {
			return set, nil
		}
	}
	if set == nil {
		set, _ = everything{}.match(r, nil) // it has no error
		own = true
	}
	for _, c := range a.nots {
		found, err := c.match(r, set)
		if err != nil {
			return nil, err
		}
		if !own {
			set, own = set.Clone(), true
		}
		set.AndNot(found)
	}
	return set, nil
}

func (a all) score(r *leafReader, within *roaring.Bitmap, scores []float64) error {
	return scoreAll(a.musts, r, within, scores)
}

func scoreAll(list []clause, r *leafReader, within *roaring.Bitmap, scores []float64) error {
	for _, c := range list {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := c.score(r, within, scores); err != nil {
			return err
		}
	}
	return nil
}

func (a all) cost() int { return costliest(a.musts) }

// anyOf matches what one of the clauses matches.
type anyOf []clause

func (a anyOf) match(r *leafReader, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	sets := make([]*roaring.Bitmap, len(a))
	for i, c := range a {
		var err error
		if sets[i], err = c.match(r, within); err != nil {
			return nil, err
		}
	}
	if len(sets) == 1 {
		return sets[0], nil
	}
	return roaring.FastOr(sets...), nil
}

func (a anyOf) score(r *leafReader, within *roaring.Bitmap, scores []float64) error {
	return scoreAll(a, r, within, scores)
}

func (a anyOf) cost() int { return costliest(a) }

func costliest(list []clause) int {
	most := 0
	for _, c := range list {
		most = max(most, c.cost())
	}
	return most
}

// keyed matches documents by their keys.
type keyed struct {
	unscored
	has func(key) bool
}

func (k keyed) match(r *leafReader, _ *roaring.Bitmap) (*roaring.Bitmap, error) {
	set := roaring.New()
	for n, key := range r.columns.keys {
		if k.has(key) {
			set.Add(uint32(n))
		}
	}
	return set, nil
}

// between matches published dates in [from, before); zero: unbounded. Undated
// stories lie within no bounds.
func between(from, before time.Time) clause {
	return keyed{has: func(k key) bool {
		return k.dated() && (from.IsZero() || k.seconds >= from.Unix()) && (before.IsZero() || k.seconds < before.Unix())
	}}
}

// parts matches parts from one to another, both included; 0: no end.
func parts(from, to int) clause {
	return keyed{has: func(k key) bool {
		return int64(k.part) >= int64(from) && (to == 0 || int64(k.part) <= int64(to))
	}}
}
