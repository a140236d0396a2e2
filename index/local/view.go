package local

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"storyfeed/index"
)

// view is one state of an index: whatever is written meanwhile, its segments
// stay as they are until it is closed.
type view struct {
	generation *generation
	snapshot   *scorch.IndexSnapshot
	segments   []*scorch.SegmentSnapshot
	columns    []*columns // of each segment
}

// view opens the state that is current, of the generation that it returns. The
// caller closes it.
func (x *Index) view() (*view, *generation, error) {
	for {
		select {
		case <-x.closing:
			return nil, nil, errClosed
		default:
		}
		g := x.serves()
		v, err := g.view()
		if err == nil || g == x.serves() {
			return v, g, err
		}
		// A rebuild took its place just now.
	}
}

func (g *generation) view() (*view, error) {
	if g.gone.Load() {
		return nil, fmt.Errorf("nothing to search: %w", index.ErrDamaged)
	}
	raw, err := g.bleve.Advanced()
	if err != nil {
		return nil, classify(err)
	}
	reader, err := raw.Reader()
	if err != nil {
		return nil, classify(err)
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok || snapshot == nil {
		return nil, fmt.Errorf("nothing to search: %w", index.ErrDamaged)
	}
	v := &view{generation: g, snapshot: snapshot, segments: snapshot.Segments()}
	if v.columns, err = g.columns.of(v.segments); err != nil {
		return nil, errors.Join(err, v.close())
	}
	return v, nil
}

func (v *view) close() error { return v.snapshot.Close() }

// postings are the documents of a segment that have a term in a field,
// deleted ones included. The set must not be changed, and not be used when the
// view is closed.
func postings(s *scorch.SegmentSnapshot, field string, term []byte) (*roaring.Bitmap, error) {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return nil, err
	}
	return postingsIn(dict, term)
}

func postingsIn(dict segment.TermDictionary, term []byte) (*roaring.Bitmap, error) {
	list, err := dict.PostingsList(term, nil, nil)
	if err != nil {
		return nil, err
	}
	return documents(list.Iterator(false, false, false, nil))
}

// documents are those that an iterator would visit.
func documents(it segment.PostingsIterator) (*roaring.Bitmap, error) {
	set, ok := it.(segment.OptimizablePostingsIterator)
	if !ok {
		return nil, errors.New("segment without sets of documents")
	}
	if n, ok := set.DocNum1Hit(); ok {
		return roaring.BitmapOf(uint32(n)), nil
	}
	if b := set.ActualBitmap(); b != nil {
		return b, nil
	}
	return roaring.New(), nil
}

// prefixPostings are the documents with any term that begins with the prefix.
func prefixPostings(dict segment.TermDictionary, prefix []byte) (*roaring.Bitmap, error) {
	union := roaring.New()
	var inner error
	err := withPrefix(dict, prefix, func(term string, _ uint64) bool {
		var set *roaring.Bitmap
		if set, inner = postingsIn(dict, []byte(term)); inner == nil {
			union.Or(set)
		}
		return inner == nil
	})
	return union, errors.Join(err, inner)
}

// eachTerm calls f for each term of a field with its documents, deleted ones
// included, in order. f may keep the set while the view is open.
func eachTerm(s *scorch.SegmentSnapshot, field string, f func(term string, set *roaring.Bitmap) error) error {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return err
	}
	var inner error
	err = withPrefix(dict, nil, func(term string, _ uint64) bool {
		var set *roaring.Bitmap
		if set, inner = postingsIn(dict, []byte(term)); inner == nil {
			inner = f(term, set)
		}
		return inner == nil
	})
	return errors.Join(err, inner)
}

// withPrefix calls f for each term of a field that begins with the prefix, in
// order, until it returns false. count includes deleted documents.
func withPrefix(dict segment.TermDictionary, prefix []byte, f func(term string, count uint64) bool) error {
	it := dict.AutomatonIterator(nil, prefix, after(prefix))
	for {
		entry, err := it.Next()
		if err != nil || entry == nil || !f(entry.Term, entry.Count) {
			return err
		}
	}
}

// after is the first term after all that begin with the prefix; nil: there is
// none.
func after(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

// stored returns the stored fields of a document, and the parts of its ID.
func stored(s *scorch.SegmentSnapshot, n uint32) (fields map[string]string, series, guid string, err error) {
	fields = map[string]string{}
	err = s.VisitDocument(uint64(n), func(field string, _ byte, value []byte, _ []uint64) bool {
		fields[field] = string(value)
		return true
	})
	if err != nil {
		return nil, "", "", err
	}
	series, guid, ok := strings.Cut(fields["_id"], "/")
	if !ok {
		return nil, "", "", fmt.Errorf("document %q is no story: %w", fields["_id"], index.ErrDamaged)
	}
	return fields, series, guid, nil
}
