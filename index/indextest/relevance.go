package indextest

import (
	"math"
	"slices"
)

// Topic is something to search for, with the documents that answer it.
type Topic struct {
	Query    string
	Relevant []string // GUIDs
}

// Relevance is how well answers are ranked, as means over topics: each
// between 0 and 1, the best.
type Relevance struct {
	NDCG float64 // normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen, 2002)
	MAP  float64 // mean average precision, of as many hits as search returns
}

// Measure asks all topics. search returns GUIDs, the best first.
func Measure(topics []Topic, search func(query string) ([]string, error)) (Relevance, error) {
	var sum Relevance
	for _, t := range topics {
		found, err := search(t.Query)
		if err != nil {
			return Relevance{}, err
		}
		sum.NDCG += t.gain(found)
		sum.MAP += t.precision(found)
	}
	n := float64(max(len(topics), 1))
	return Relevance{sum.NDCG / n, sum.MAP / n}, nil
}

// gain is the nDCG@10 of an answer.
func (t Topic) gain(found []string) float64 {
	const first = 10
	var gain, ideal float64
	for i := range first {
		worth := 1 / math.Log2(float64(i+2))
		if i < len(found) && slices.Contains(t.Relevant, found[i]) {
			gain += worth
		}
		if i < len(t.Relevant) {
			ideal += worth
		}
	}
	return gain / max(ideal, math.SmallestNonzeroFloat64)
}

// precision is the average precision of an answer.
func (t Topic) precision(found []string) float64 {
	hits, sum := 0, 0.0
	for i, guid := range found {
		if slices.Contains(t.Relevant, guid) {
			hits++
			sum += float64(hits) / float64(i+1)
		}
	}
	return sum / float64(max(len(t.Relevant), 1))
}
