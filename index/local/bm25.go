package local

import (
	"math"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance
// Framework: BM25 and Beyond, 2009, §3.3), with the constants that most engines
// use. The factor k1+1, which is the same for all terms, is left out.
const (
	k1 = 1.2  // how soon further occurrences of a word stop to count
	b  = 0.75 // how much the length of a text counts
)

// collection is what BM25 wants to know of all documents of a language.
type collection struct {
	documents int
	tokens    int // of all of them
}

// collection sums up the documents of a language.
func (v *view) collection(languageName string) collection {
	var sum collection
	for i, s := range v.segments {
		c := v.columns[i].collections(s.Deleted())[languageName]
		sum.documents += c.documents
		sum.tokens += c.tokens
	}
	return sum
}

// idf is the weight of a term that df of the documents have.
func (c collection) idf(df int) float64 {
	return math.Log1p((float64(c.documents-df) + 0.5) / (float64(df) + 0.5))
}

// average is the mean number of tokens of a document.
func (c collection) average() float64 {
	return max(float64(c.tokens), 1) / max(float64(c.documents), 1)
}

// scorer scores one term.
type scorer struct {
	weight    float64 // idf, times what else the term counts
	atNothing float64 // k1·(1-b)
	perToken  float64 // k1·b/average length
}

func (c collection) scorer(weight float64) scorer {
	return scorer{weight: weight, atNothing: k1 * (1 - b), perToken: k1 * b / c.average()}
}

// score is what freq occurrences in a document of so many tokens add to its
// score.
func (s scorer) score(freq, length uint64) float64 {
	f := float64(freq)
	return s.weight * f / (f + s.atNothing + s.perToken*float64(length))
}

// addScores adds the scores of a term to those documents of a segment that
// have it, are in the set, and have the place of their number in scores.
func addScores(dict segment.TermDictionary, term []byte, within *roaring.Bitmap, s scorer, scores []float64) error {
	list, err := dict.PostingsList(term, nil, nil)
	if err != nil {
		return err
	}
	it := list.Iterator(true, true, false, nil)
	set, err := documents(it)
	if err != nil {
		return err
	}
	common := set.AndCardinality(within)
	if common == 0 {
		return nil
	}
	if common < set.GetCardinality() {
		// Whoever can't be told is one document, which is within.
		if it, ok := it.(segment.OptimizablePostingsIterator); ok && it.ActualBitmap() != nil {
			it.ReplaceActual(roaring.And(set, within))
		}
	}
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return err
		}
		scores[p.Number()] += s.score(p.Frequency(), length(p))
	}
}

// addFrequent does the same with what is in memory of a term.
func addFrequent(o *occurrences, lengths []uint32, within *roaring.Bitmap, s scorer, scores []float64) {
	for numbers := range batches(within) {
		for _, n := range numbers {
			if count := o.count(n); count > 0 {
				scores[n] += s.score(count, uint64(lengths[n]))
			}
		}
	}
}

// length is the number of tokens of a posting's document.
func length(p segment.Posting) uint64 {
	if exact, ok := p.(interface{ NormUint64() uint64 }); ok {
		return exact.NormUint64()
	}
	norm := p.Norm() // 1/√length
	return uint64(math.Round(1 / (norm * norm)))
}
