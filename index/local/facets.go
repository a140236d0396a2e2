package local

import (
	"cmp"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"storyfeed/index"
)

// counter counts the values of the matches of one search, a facet at a time.
type counter []*facetCounter

// facetCounter counts by the key of values, which several spellings share.
type facetCounter struct {
	name   string
	column func(*columns) *labels
	values []facetValue // in the order of their keys
	spare  []facetValue // what values were before

	labels *labels // of the segment that is being counted
	counts []int   // by value of it
}

// facetValue is a value with the number of documents that have it, in whatever
// spelling.
type facetValue struct {
	count int
	label *label // the spelling that most have, which is shown
	best  int    // how many
}

// counters are reused: a list of values is long.
var counters = sync.Pool{New: func() any { c := newCounter(); return &c }}

// newCounter has the facets in the order that [index.Facet] states.
func newCounter() counter {
	facet := func(name string, column func(*columns) *labels) *facetCounter {
		return &facetCounter{name: name, column: column}
	}
	return counter{
		facet("series", func(c *columns) *labels { return &c.series }),
		facet("author", func(c *columns) *labels { return &c.authors }),
		facet("year", func(c *columns) *labels { return &c.years }),
		facet("tag", func(c *columns) *labels { return &c.tags }),
		facet("language", func(c *columns) *labels { return &c.tongues }),
	}
}

// add counts matches of one segment. Spellings of one name in several segments
// are counted together, those that each has most.
func (c counter) add(columns *columns, matches *roaring.Bitmap) {
	size := uint64(len(columns.keys))
	others := matches.GetCardinality() > size/2 // it is quicker to count the others; deleted documents are among them, as among the totals
	if others {
		matches = roaring.Flip(matches, 0, size)
	}
	for _, f := range c {
		f.begin(columns)
	}
	for numbers := range batches(matches) {
		for _, f := range c {
			f.count(numbers)
		}
	}
	for _, f := range c {
		f.end(others)
	}
}

// begin readies the counts of the values of one segment.
func (f *facetCounter) begin(c *columns) {
	f.labels = f.column(c)
	f.counts = slices.Grow(f.counts[:0], len(f.labels.values))[:len(f.labels.values)]
	clear(f.counts)
}

func (f *facetCounter) count(numbers []uint32) {
	l, counts := f.labels, f.counts
	for _, n := range numbers {
		for _, v := range l.ofDocument(n) {
			counts[v]++
		}
	}
}

// end adds the counts to those of other segments.
func (f *facetCounter) end(others bool) {
	if others {
		for v, n := range f.counts {
			f.counts[v] = f.labels.totals[v] - n
		}
	}
	f.add(f.labels.values, f.counts)
}

// add counts the values of one segment, which are in the order of their keys,
// too.
func (f *facetCounter) add(values []label, counts []int) {
	before, sum := f.values, slices.Grow(f.spare[:0], len(f.values)+len(values))
	for v, n := range counts {
		if n == 0 {
			continue
		}
		l := &values[v]
		for len(before) > 0 && before[0].label.key <= l.key {
			sum, before = append(sum, before[0]), before[1:]
		}
		if len(sum) == 0 || sum[len(sum)-1].label.key != l.key {
			sum = append(sum, facetValue{label: l})
		}
		sum[len(sum)-1].add(l, n)
	}
	f.values, f.spare = append(sum, before...), f.values
}

func (v *facetValue) add(l *label, n int) {
	v.count += n
	if n > v.best || n == v.best && l.text < v.label.text {
		v.best, v.label = n, l
	}
}

// result returns the facets and ends the use of c.
func (c *counter) result() []index.Facet {
	list := make([]index.Facet, len(*c))
	for i, f := range *c {
		list[i].Name = f.name
		for _, v := range f.values {
			insert(&list[i], index.FacetValue{Value: v.label.text, Count: v.count})
		}
		f.forget()
	}
	counters.Put(c)
	return list
}

// forget lets go of the segments that were counted.
func (f *facetCounter) forget() {
	clear(f.values)
	clear(f.spare)
	f.values, f.spare, f.labels = f.values[:0], f.spare[:0], nil
}

// insert puts a value in its place among the most frequent ones, of which it
// keeps [index.MaxFacet]. Nearly all of many are too rare and not looked at
// twice.
func insert(f *index.Facet, v index.FacetValue) {
	place, _ := slices.BinarySearchFunc(f.Values, v, func(a, b index.FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	if place == index.MaxFacet {
		return
	}
	f.Values = slices.Insert(f.Values, place, v)
	f.Values = f.Values[:min(len(f.Values), index.MaxFacet)]
}
