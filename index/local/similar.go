package local

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"storyfeed/feed"
	"storyfeed/index"
)

const (
	tellingTerms  = 25        // that stories are compared by
	comparedBytes = 256 << 10 // of a text that are looked at for them
)

// Similar implements [index.Index].
func (x *Index) Similar(ctx context.Context, d index.Document, limit int) ([]index.Hit, error) {
	return searching(ctx, x, "find similar stories", func(ctx context.Context, v *view) ([]index.Hit, error) {
		return v.similar(ctx, d, min(max(limit, 1), index.MaxLimit))
	})
}

// telling is a term of a document with what it says about it.
type telling struct {
	term   string
	count  int // in the document
	df     int // documents that have it
	weight float64
}

func (v *view) similar(ctx context.Context, d index.Document, limit int) ([]index.Hit, error) {
	l := languageOfDocument(d)
	all := v.collection(l.name)
	terms, err := v.tellingTerms(ctx, l, d, all)
	if err != nil {
		return nil, err
	}
	// Copies of one story in several series take several places.
	const copies = 4
	best := top{limit: limit*copies + copies, order: v.byRelevance}
	for i, s := range v.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		within, scores := s.DocNumbersLive(), v.columns[i].zeroes()
		if l.name == plain {
			if within, err = v.sameTongue(i, d, within); err != nil {
				return nil, classify(err)
			}
		}
		dict, err := s.Segment().Dictionary(fieldText + l.name)
		if err != nil {
			return nil, classify(err)
		}
		for _, t := range terms {
			if err := addScores(dict, []byte(t.term), within, all.scorer(t.weight*all.idf(t.df)), scores); err != nil {
				return nil, classify(err)
			}
		}
		for numbers := range batches(within) {
			for _, n := range numbers {
				if scores[n] > 0 {
					best.add(candidate{segment: i, number: n, score: scores[n]})
				}
			}
		}
		v.columns[i].giveBack(scores, within)
	}
	return v.others(best.sorted(), d.GUID, limit)
}

// sameTongue leaves documents that say to be in the language that the document
// says to be in, if any. It is for languages that share an analyzer.
func (v *view) sameTongue(i int, d index.Document, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	tags := tongues(d.Language)
	if len(tags) == 0 {
		return within, nil
	}
	set, err := postings(v.segments[i], fieldTongue, []byte(tags[0]))
	if err != nil {
		return nil, err
	}
	return roaring.And(within, set), nil
}

// tellingTerms are the terms of a document that tell it from others: frequent
// in it and rare elsewhere.
func (v *view) tellingTerms(ctx context.Context, l *language, d index.Document, all collection) ([]telling, error) {
	counts := map[string]int{}
	for _, text := range []string{d.Title, d.Title, cutBytes(d.Body, comparedBytes)} {
		for _, t := range pair(l.terms([]byte(feed.CleanText(text)), true)) {
			counts[string(t.Term)]++
		}
	}
	var list []telling
	for term, count := range counts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		df, err := v.documentFrequency(fieldText+l.name, term)
		if err != nil {
			return nil, classify(err)
		}
		if df < 2 && all.documents > 2 {
			continue // its own
		}
		weight := 1 + math.Log(float64(count))
		list = append(list, telling{term, count, df, weight})
	}
	slices.SortFunc(list, func(a, b telling) int {
		return cmp.Or(cmp.Compare(b.weight*all.idf(b.df), a.weight*all.idf(a.df)), cmp.Compare(a.term, b.term))
	})
	return list[:min(len(list), tellingTerms)], nil
}

func cutBytes(s string, n int) string { return s[:min(len(s), n)] }

// documentFrequency is the number of living documents with a term.
func (v *view) documentFrequency(field, term string) (int, error) {
	df := 0
	for _, s := range v.segments {
		set, err := postings(s, field, []byte(term))
		if err != nil {
			return 0, err
		}
		df += int(set.GetCardinality())
		if deleted := s.Deleted(); deleted != nil {
			df -= int(set.AndCardinality(deleted))
		}
	}
	return df, nil
}

// others makes hits of candidates, of each story one, and none of the story
// itself.
func (v *view) others(list []candidate, itself string, limit int) ([]index.Hit, error) {
	seen := map[string]bool{itself: true}
	var hits []index.Hit
	for _, c := range list {
		_, series, guid, err := stored(v.segments[c.segment], c.number)
		if err != nil {
			return nil, classify(err)
		}
		if seen[guid] {
			continue
		}
		seen[guid] = true
		if hits = append(hits, index.Hit{Series: series, GUID: guid, Score: c.score}); len(hits) == limit {
			break
		}
	}
	return hits, nil
}
