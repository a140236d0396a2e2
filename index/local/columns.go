package local

import (
	"cmp"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"storyfeed/index"
)

// columns are what searches want to know of every document of a segment,
// whatever they look for: by number, in memory, some 50 bytes a document.
// bleve would look it up on disk for every match. A segment never changes, nor
// do its columns.
type columns struct {
	keys      []key
	lengths   []uint32 // tokens in the field of the text
	languages labels   // of the analyzer
	series    labels
	authors   labels
	tags      labels
	tongues   labels
	years     labels // of publication, in UTC; none of undated stories

	frequent atomic.Pointer[frequent] // nil: not read yet

	scores sync.Pool // of lists of as many scores as there are documents, all 0

	mu      sync.Mutex
	deleted uint64 // for which totals were counted
	totals  map[string]collection
}

// key is what documents are ordered by. No two documents of an index have the
// same key.
type key struct {
	seconds int64 // of the date of publication, Unix time; undated: see [key.dated]
	part    uint32
	id      uint64 // hash of the ID
}

const undated = math.MinInt64

func (k key) dated() bool { return k.seconds != undated }

// newestFirst is below 0 when a is newer than b. Undated stories come last;
// those of one date the highest part first.
func newestFirst(a, b key) int {
	return cmp.Or(cmp.Compare(b.seconds, a.seconds), cmp.Compare(b.part, a.part), cmp.Compare(a.id, b.id))
}

// oldestFirst too has undated stories last.
func oldestFirst(a, b key) int {
	if a.dated() != b.dated() {
		return cmp.Compare(b.seconds, a.seconds)
	}
	return cmp.Or(cmp.Compare(a.seconds, b.seconds), cmp.Compare(a.part, b.part), cmp.Compare(a.id, b.id))
}

// byPart has stories without a part last.
func byPart(a, b key) int {
	return cmp.Or(cmp.Compare(a.part-1, b.part-1), cmp.Compare(a.id, b.id))
}

// encode makes a value that bleve keeps: not the bytes as they are, since 0xff
// ends a value on disk.
func (k key) encode() string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(k.seconds))
	raw = binary.BigEndian.AppendUint32(raw, k.part)
	raw = binary.BigEndian.AppendUint64(raw, k.id)
	return base32.HexEncoding.EncodeToString(raw)
}

const keyBytes = 20

func decodeKey(term []byte) (key, error) {
	var raw [keyBytes]byte
	if base32.HexEncoding.DecodedLen(len(term)) != keyBytes {
		return key{}, fmt.Errorf("sort key %q: %w", term, index.ErrDamaged)
	}
	if _, err := base32.HexEncoding.Decode(raw[:], term); err != nil {
		return key{}, fmt.Errorf("sort key %q: %w", term, index.ErrDamaged)
	}
	return key{
		seconds: int64(binary.BigEndian.Uint64(raw[:])),
		part:    binary.BigEndian.Uint32(raw[8:]),
		id:      binary.BigEndian.Uint64(raw[12:]),
	}, nil
}

// labels are the values of a field with the documents that have them.
type labels struct {
	values []label  // in the order of their keys
	totals []int    // by value: documents that have it, deleted ones too
	starts []uint32 // by document, and one more: where its part of of begins
	of     []uint32 // places in values
}

// label is one value. Spellings of one name have the same key.
type label struct{ key, text string }

// ofDocument are places in values.
func (l *labels) ofDocument(n uint32) []uint32 {
	if len(l.starts) == 0 {
		return nil
	}
	return l.of[l.starts[n]:l.starts[n+1]]
}

// readColumns reads a segment.
func readColumns(s *scorch.SegmentSnapshot) (*columns, error) {
	size := s.FullSize()
	c := &columns{keys: make([]key, size), lengths: make([]uint32, size)}
	for field, to := range map[string]*labels{
		fieldLanguage: &c.languages, fieldSeries: &c.series, fieldAuthorID: &c.authors, fieldTagID: &c.tags, fieldTongue: &c.tongues,
	} {
		var err error
		if *to, err = readLabels(s, field); err != nil {
			return nil, err
		}
	}
	for _, l := range c.languages.values {
		if err := c.readLengths(s, l.text); err != nil {
			return nil, err
		}
	}
	if err := c.readKeys(s); err != nil {
		return nil, err
	}
	c.years = c.yearsOfKeys()
	return c, nil
}

func (c *columns) readKeys(s *scorch.SegmentSnapshot) error {
	values, ok := s.Segment().(segment.DocValueVisitable)
	if !ok {
		return fmt.Errorf("segment without values of documents: %w", index.ErrDamaged)
	}
	var state segment.DocVisitState
	var err, inner error
	fields := []string{fieldKey}
	for n := range c.keys {
		state, err = values.VisitDocValues(uint64(n), fields, func(_ string, term []byte) {
			c.keys[n], inner = decodeKey(term)
		}, state)
		if err != nil || inner != nil {
			return cmp.Or(err, inner)
		}
	}
	return nil
}

func (c *columns) readLengths(s *scorch.SegmentSnapshot, languageName string) error {
	return eachTerm(s, fieldLength+languageName, func(term string, set *roaring.Bitmap) error {
		length, err := strconv.ParseUint(term, 10, 32)
		if err != nil {
			return fmt.Errorf("length %q: %w", term, index.ErrDamaged)
		}
		for it := set.Iterator(); it.HasNext(); {
			c.lengths[it.Next()] = uint32(length)
		}
		return nil
	})
}

func readLabels(s *scorch.SegmentSnapshot, field string) (labels, error) {
	var values []label
	var sets []*roaring.Bitmap
	err := eachTerm(s, field, func(term string, set *roaring.Bitmap) error {
		id, text, spelled := strings.Cut(term, nameSeparator)
		if !spelled {
			text = id
		}
		values = append(values, label{id, text})
		sets = append(sets, set)
		return nil
	})
	if err != nil {
		return labels{}, err
	}
	return newLabels(int(s.FullSize()), values, sets), nil
}

// yearsOfKeys sorts the dated documents by their years.
func (c *columns) yearsOfKeys() labels {
	byYear := map[string]*roaring.Bitmap{}
	for n, k := range c.keys {
		if !k.dated() {
			continue
		}
		y := fmt.Sprintf("%04d", time.Unix(k.seconds, 0).UTC().Year())
		if byYear[y] == nil {
			byYear[y] = roaring.New()
		}
		byYear[y].Add(uint32(n))
	}
	var values []label
	var sets []*roaring.Bitmap
	for _, y := range slices.Sorted(maps.Keys(byYear)) {
		values = append(values, label{y, y})
		sets = append(sets, byYear[y])
	}
	return newLabels(len(c.keys), values, sets)
}

// newLabels makes labels of the documents that have each value.
func newLabels(documents int, values []label, sets []*roaring.Bitmap) labels {
	if len(values) == 0 {
		return labels{}
	}
	// Count first, so that all values of a document stand together.
	l := labels{values: values, totals: make([]int, len(values)), starts: make([]uint32, documents+1)}
	total := 0
	for v, set := range sets {
		l.totals[v] = int(set.GetCardinality())
		total += l.totals[v]
		for numbers := range batches(set) {
			for _, n := range numbers {
				l.starts[n+1]++
			}
		}
	}
	for n := 1; n < len(l.starts); n++ {
		l.starts[n] += l.starts[n-1]
	}
	l.of = make([]uint32, total)
	next := slices.Clone(l.starts)
	for v, set := range sets {
		for numbers := range batches(set) {
			for _, n := range numbers {
				l.of[next[n]] = uint32(v)
				next[n]++
			}
		}
	}
	return l
}

// collections are the totals of the living documents by language.
func (c *columns) collections(deleted *roaring.Bitmap) map[string]collection {
	n := uint64(0)
	if deleted != nil {
		n = deleted.GetCardinality()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.totals != nil && c.deleted == n { // of a segment ever more are deleted
		return c.totals
	}
	totals := make([]collection, len(c.languages.values))
	for n := range uint32(len(c.keys)) {
		if deleted != nil && deleted.Contains(n) {
			continue
		}
		for _, l := range c.languages.ofDocument(n) {
			totals[l].documents++
			totals[l].tokens += int(c.lengths[n])
		}
	}
	c.totals, c.deleted = map[string]collection{}, n
	for i, l := range c.languages.values {
		c.totals[l.text] = totals[i]
	}
	return c.totals
}

// zeroes returns a score of 0 for every document.
func (c *columns) zeroes() []float64 {
	if list, ok := c.scores.Get().(*[]float64); ok {
		return *list
	}
	return make([]float64, len(c.keys))
}

// giveBack takes such a list for the next search. Only scores of the set are
// not 0.
func (c *columns) giveBack(list []float64, changed *roaring.Bitmap) {
	for numbers := range batches(changed) {
		for _, n := range numbers {
			list[n] = 0
		}
	}
	c.scores.Put(&list)
}

// columnsCache keeps the columns of the segments of one generation. It is safe
// for concurrent use.
type columnsCache struct {
	mu        sync.Mutex
	bySegment map[uint64]*columns
}

// of returns the columns of all segments of a view, and forgets those of
// segments that are gone from it. Whoever comes while they are read waits.
func (c *columnsCache) of(segments []*scorch.SegmentSnapshot) ([]*columns, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]*columns, len(segments))
	known := make(map[uint64]*columns, len(segments))
	for i, s := range segments {
		have := c.bySegment[s.Id()]
		if have == nil {
			var err error
			if have, err = readColumns(s); err != nil {
				return nil, classify(err)
			}
		}
		list[i], known[s.Id()] = have, have
	}
	c.bySegment = known
	return list, nil
}
