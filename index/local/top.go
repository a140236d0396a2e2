package local

import (
	"cmp"
	"container/heap"
	"slices"
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
	heap  worstFirst
}

func (t *top) add(c candidate) {
	switch {
	case len(t.heap) < t.limit:
		heap.Push(&t.heap, c)
	case better(c, t.heap[0]) < 0:
		t.heap[0] = c
		heap.Fix(&t.heap, 0)
	}
}

// sorted returns the candidates, the best first, and ends the use of t.
func (t *top) sorted() []candidate {
	slices.SortFunc(t.heap, better)
	return t.heap
}

// better is below 0 when a is better than b.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.segment, b.segment), cmp.Compare(a.number, b.number))
}

// worstFirst is a heap.
type worstFirst []candidate

func (h worstFirst) Len() int           { return len(h) }
func (h worstFirst) Less(i, j int) bool { return better(h[i], h[j]) > 0 }
func (h worstFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(c any)        { *h = append(*h, c.(candidate)) }
func (h *worstFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
