package local

import (
	"cmp"
	"slices"

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
}

// facetValue is a value with the number of documents that have it, in whatever
// spelling.
type facetValue struct {
	count int
	label *label // the spelling that most have, which is shown
	best  int    // how many
}

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
	numbers := matches.ToArray()
	for _, f := range c {
		l := f.column(columns)
		counts := make([]int, len(l.values))
		for _, n := range numbers {
			for _, v := range l.ofDocument(n) {
				counts[v]++
			}
		}
		if others {
			for v, n := range counts {
				counts[v] = l.totals[v] - n
			}
		}
		f.add(l.values, counts)
	}
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

// result returns the facets.
func (c counter) result() []index.Facet {
	list := make([]index.Facet, len(c))
	for i, f := range c {
		list[i].Name = f.name
		for _, v := range f.values {
			insert(&list[i], index.FacetValue{Value: v.label.text, Count: v.count})
		}
	}
	return list
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
