package local

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"storyfeed/index"
)

// counter counts the values of the matches of one search.
type counter struct {
	facets []*facetCounter
	years  map[int]int
}

// facetCounter counts by the key of values, which several spellings share.
type facetCounter struct {
	name   string
	column func(*columns) *labels
	values map[string]*facetValue
}

type facetValue struct {
	count int
	best  int    // count of the spelling that is shown
	text  string // that spelling
}

func newCounter() *counter {
	c := &counter{years: map[int]int{}}
	for _, f := range []struct {
		name   string
		column func(*columns) *labels
	}{
		{"series", func(c *columns) *labels { return &c.series }},
		{"author", func(c *columns) *labels { return &c.authors }},
		{"tag", func(c *columns) *labels { return &c.tags }},
		{"language", func(c *columns) *labels { return &c.tongues }},
	} {
		c.facets = append(c.facets, &facetCounter{f.name, f.column, map[string]*facetValue{}})
	}
	return c
}

// add counts matches of one segment. Spellings of one name in several segments
// are counted together, those that each has most.
func (c *counter) add(columns *columns, matches *roaring.Bitmap) {
	for _, f := range c.facets {
		f.add(f.column(columns), matches)
	}
	eachNumber(matches, func(n uint32) {
		if y := columns.years[n]; y != noYear {
			c.years[int(y)]++
		}
	})
}

func (f *facetCounter) add(l *labels, matches *roaring.Bitmap) {
	if len(l.values) == 0 {
		return
	}
	counts := make([]int, len(l.values))
	eachNumber(matches, func(n uint32) {
		for _, v := range l.ofDocument(n) {
			counts[v]++
		}
	})
	for v, n := range counts {
		if n > 0 {
			f.count(l.values[v], n)
		}
	}
}

func (f *facetCounter) count(l label, n int) {
	v := f.values[l.key]
	if v == nil {
		v = &facetValue{}
		f.values[l.key] = v
	}
	v.count += n
	if n > v.best || n == v.best && l.text < v.text {
		v.best, v.text = n, l.text
	}
}

// result returns the facets in the order that [index.Facet] states.
func (c *counter) result() []index.Facet {
	var list []index.Facet
	for _, f := range c.facets {
		facet := index.Facet{Name: f.name}
		for _, v := range f.values {
			insert(&facet, index.FacetValue{Value: v.text, Count: v.count})
		}
		list = append(list, facet)
	}
	year := index.Facet{Name: "year"}
	for y, n := range c.years {
		insert(&year, index.FacetValue{Value: fourDigits(y), Count: n})
	}
	return slices.Insert(list, 2, year)
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

// fourDigits writes a year.
func fourDigits(year int) string {
	s := strconv.Itoa(year)
	for len(s) < 4 {
		s = "0" + s
	}
	return s
}
