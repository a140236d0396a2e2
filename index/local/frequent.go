package local

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Searches for words that stand in many stories are the slow ones, phrases of
// them most of all: bleve spells each place out as six numbers, and visits them
// one by one. Such words are few, and every search for one is like the last. So
// those of large segments are read once, in the background, and kept in memory
// with just what a search wants to know.
const (
	frequentSegment   = 512      // documents; smaller segments are searched quickly as they are
	frequentShare     = 10       // a frequent word stands in at least every tenth document
	frequentBytes     = 800      // for each document of a segment, at most
	mostFrequentBytes = 24 << 20 // for all segments
)

// frequent are frequent words of one segment.
type frequent struct {
	words map[frequentTerm]*occurrences
	share int // bytes for each document that they had room in
}

// frequentTerm names a term of a field.
type frequentTerm struct{ field, term string }

// occurrences are where a term stands in the documents of a segment.
type occurrences struct {
	counts []uint8  // by document: how often; 255: that often at least
	starts []uint32 // by document, and one more: where its part of places begins
	places []byte   // see [appendPlaces]
}

// of are the places in a document.
func (o *occurrences) of(n uint32) []byte { return o.places[o.starts[n]:o.starts[n+1]] }

// A byte of places is the distance from the place before, or from 0, but for two
// values. No byte's meaning depends on another's, as it does in varints: that makes
// them quick to read.
const (
	nextText = 0    // what follows is of the next text, in which places count from 0 again
	farther  = 0xff // as far as a byte can tell, but the place lies farther on
)

// mostPlace is where no text has words any more, and mostText the number of none.
const (
	mostPlace = 1 << 24
	mostText  = 1 << 8
)

// appendPlaces appends the places in one document, see [placesOf]. Only damage has
// an order or places that it can't write down.
func appendPlaces(to []byte, places []uint64) ([]byte, error) {
	before := uint64(0)
	for _, place := range places {
		if position := place & math.MaxUint32; place <= before || place>>32 > mostText || position == 0 || position > mostPlace {
			return to, errPostings
		}
		for before>>32 < place>>32 {
			to = append(to, nextText)
			before = (before>>32 + 1) << 32
		}
		for ; place-before >= farther; before += farther - 1 {
			to = append(to, farther)
		}
		to = append(to, byte(place-before))
		before = place
	}
	return to, nil
}

// count is how often the term stands in a document.
func (o *occurrences) count(n uint32) uint64 {
	if c := o.counts[n]; c < math.MaxUint8 {
		return uint64(c)
	}
	count := uint64(0)
	for _, b := range o.of(n) {
		if b != nextText && b != farther {
			count++
		}
	}
	return count
}

// placesIn implements [placer].
func (o *occurrences) placesIn(n uint32, to []uint64) ([]uint64, error) {
	place := uint64(0)
	for _, b := range o.of(n) {
		switch b {
		case nextText:
			place = (place>>32 + 1) << 32
		case farther:
			place += farther - 1
		default:
			place += uint64(b)
			to = append(to, place)
		}
	}
	return to, nil
}

// mayPrecede leaves out of a set documents in which no place of next lies just
// that far behind one of o, but for some that should be.
func (o *occurrences) mayPrecede(next *occurrences, distance uint64, set *roaring.Bitmap) *roaring.Bitmap {
	left := roaring.New()
	for numbers := range batches(set) {
		for _, n := range numbers {
			if mayFollow(o.of(n), next.of(n), distance) {
				left.Add(n)
			}
		}
	}
	return left
}

// mayFollow reports whether a place of next may lie just that far behind one of
// places. It sees places as equal that differ by a multiple of 1024 or are of two
// texts.
func mayFollow(places, next []byte, distance uint64) bool {
	var at [16]uint64 // a bit for each of 1024 places
	place := distance
	for _, b := range places {
		if b == nextText {
			place = distance
			continue
		}
		none := (uint64(b) + 1) >> 8 // 1 when farther; a branch would be wrong too often
		place += uint64(b) - none
		at[place>>6&15] |= (1 - none) << (place & 63)
	}
	place = 0
	found := uint64(0)
	for _, b := range next {
		if b == nextText {
			place = 0
			continue
		}
		none := (uint64(b) + 1) >> 8
		place += uint64(b) - none
		found |= at[place>>6&15] >> (place & 63) & (1 - none)
	}
	return found != 0
}

func (o *occurrences) size() int { return len(o.counts) + 4*len(o.starts) + len(o.places) }

// readFrequent reads the frequent words of the large segments, as far as they are
// not known, until alive returns an error. What can't be read is left to
// searches, which tell of damage.
func (g *generation) readFrequent(alive func() error) {
	g.reading.Lock()
	defer g.reading.Unlock()
	_ = g.asked(func(v *view) error { return v.readFrequent(alive) })
}

func (v *view) readFrequent(alive func() error) error {
	documents := 0
	for _, s := range v.segments {
		documents += int(s.FullSize())
	}
	share := shareOf(documents)
	for i, s := range v.segments {
		c := v.columns[i]
		known := c.frequent.Load()
		if s.FullSize() < frequentSegment || known != nil && known.share == share {
			continue
		}
		words, err := readFrequentOf(s, c, share*int(s.FullSize()), alive)
		if err != nil {
			return err
		}
		c.frequent.Store(&frequent{words, share})
	}
	return nil
}

// shareOf is the room in bytes for each of that many documents. It changes in few
// steps, since at each all is read again.
func shareOf(documents int) int {
	share := frequentBytes
	for share*documents > mostFrequentBytes {
		share /= 2
	}
	return share
}

// readFrequentOf reads the most frequent words of one segment that have room.
func readFrequentOf(s *scorch.SegmentSnapshot, c *columns, room int, alive func() error) (map[frequentTerm]*occurrences, error) {
	terms, err := frequentTerms(s, c, alive)
	if err != nil {
		return nil, err
	}
	words := map[frequentTerm]*occurrences{}
	for _, t := range terms {
		if err := alive(); err != nil {
			return nil, err
		}
		dict, err := s.Segment().Dictionary(t.field)
		if err != nil {
			return nil, err
		}
		o, err := readOccurrences(dict, t.term, int(s.FullSize()))
		if err := errors.Join(err, giveBackSegment(s)); err != nil { // else most of the segment would be in memory in the end
			return nil, err
		}
		if room -= o.size(); room < 0 {
			break
		}
		words[t] = o
	}
	return words, nil
}

// frequentTerms are the frequent terms of texts, the most frequent ones first.
func frequentTerms(s *scorch.SegmentSnapshot, c *columns, alive func() error) ([]frequentTerm, error) {
	counts := map[frequentTerm]uint64{}
	var stopped error
	for _, l := range c.languages.values {
		field := fieldText + l.text
		dict, err := s.Segment().Dictionary(field)
		if err != nil {
			return nil, err
		}
		seen := 0
		err = withPrefix(dict, nil, func(term string, count uint64) bool {
			if seen++; seen%1000 == 0 { // to count, all of them are read
				stopped = errors.Join(alive(), giveBackSegment(s))
			}
			if count >= uint64(s.FullSize()/frequentShare) {
				counts[frequentTerm{field, term}] = count
			}
			return stopped == nil
		})
		if err := errors.Join(err, stopped); err != nil {
			return nil, err
		}
	}
	var terms []frequentTerm
	for t := range counts {
		terms = append(terms, t)
	}
	slices.SortFunc(terms, func(a, b frequentTerm) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.term, b.term), cmp.Compare(a.field, b.field))
	})
	return terms, nil
}

func readOccurrences(dict segment.TermDictionary, term string, documents int) (*occurrences, error) {
	list, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, err
	}
	o := &occurrences{counts: make([]uint8, documents), starts: make([]uint32, documents+1)}
	it := list.Iterator(true, true, true, nil)
	var places []uint64
	next := 0 // the first document whose start is not known
	for {
		p, err := it.Next()
		if err != nil {
			return nil, err
		}
		if p == nil {
			break
		}
		for ; next <= int(p.Number()); next++ {
			o.starts[next] = uint32(len(o.places))
		}
		places = placesOf(places[:0], p)
		o.counts[p.Number()] = uint8(min(len(places), math.MaxUint8))
		if o.places, err = appendPlaces(o.places, places); err != nil {
			return nil, err
		}
	}
	for ; next <= documents; next++ {
		o.starts[next] = uint32(len(o.places))
	}
	o.places = bytes.Clone(append(o.places, 0)) // without the room to grow
	return o, nil
}
