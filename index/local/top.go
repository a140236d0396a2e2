package local

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"storyfeed/index"
)

// candidate is a document that may become a hit.
type candidate struct {
	segment int
	number  uint32 // within the segment
	score   float64
}

// top keeps the best candidates, at most limit.
type top struct {
	limit int
	order func(a, b candidate) int // below 0 when a is better than b
	list  []candidate              // a heap with the worst on top, once it is full
}

func (t *top) add(c candidate) {
	switch {
	case len(t.list) < t.limit:
		t.list = append(t.list, c)
		if len(t.list) == t.limit {
			heap.Init(t)
		}
	case t.limit > 0 && t.order(c, t.list[0]) < 0:
		t.list[0] = c
		heap.Fix(t, 0)
	}
}

// sorted returns the candidates, the best first, and ends the use of t.
func (t *top) sorted() []candidate {
	slices.SortFunc(t.list, t.order)
	return t.list
}

// The heap, see [heap.Interface]. Nothing is pushed or popped.
func (t *top) Len() int           { return len(t.list) }
func (t *top) Less(i, j int) bool { return t.order(t.list[i], t.list[j]) > 0 }
func (t *top) Swap(i, j int)      { t.list[i], t.list[j] = t.list[j], t.list[i] }
func (t *top) Push(any)           {}
func (t *top) Pop() any           { return nil }

// order is how candidates are sorted.
func (v *view) order(s index.Sort) func(a, b candidate) int {
	switch s {
	case index.SortNewest:
		return v.byNewest
	case index.SortOldest:
		return v.byOldest
	case index.SortReading:
		return v.byReading
	}
	return v.byRelevance
}

func (v *view) key(c candidate) key { return v.columns[c.segment].keys[c.number] }

func (v *view) byNewest(a, b candidate) int { return newestFirst(v.key(a), v.key(b)) }
func (v *view) byOldest(a, b candidate) int { return oldestFirst(v.key(a), v.key(b)) }

func (v *view) byRelevance(a, b candidate) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return v.byNewest(a, b)
}

func (v *view) byReading(a, b candidate) int {
	return cmp.Or(strings.Compare(v.series(a), v.series(b)), byPart(v.key(a), v.key(b)))
}

func (v *view) series(c candidate) string {
	l := &v.columns[c.segment].series
	for _, value := range l.ofDocument(c.number) {
		return l.values[value].text
	}
	return ""
}
