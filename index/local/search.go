package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"

	"storyfeed/index"
)

// Search implements [index.Index]. At most two searches a CPU run at the same
// time; others wait.
func (x *Index) Search(ctx context.Context, r index.Request) (index.Results, error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, index.Budget)
	defer cancel()
	if err := x.acquire(ctx); err != nil {
		return index.Results{}, fmt.Errorf("search: %w", err)
	}
	res, err := x.run(ctx, r)
	if err != nil {
		return index.Results{}, fmt.Errorf("search: %w", err)
	}
	res.Took = time.Since(start)
	return res, nil
}

// searching runs f on the current state of the index, as [Index.Search] does:
// within the budget, in its turn, and in a goroutine of its own.
func searching[T any](ctx context.Context, x *Index, what string, f func(context.Context, *view) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, index.Budget)
	defer cancel()
	var none T
	if err := x.acquire(ctx); err != nil {
		return none, fmt.Errorf("%s: %w", what, err)
	}
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-x.slots }()
		var a answer
		a.value, a.err = viewing(ctx, x, f)
		done <- a
	}()
	select {
	case a := <-done:
		if a.err != nil {
			return none, fmt.Errorf("%s: %w", what, a.err)
		}
		return a.value, nil
	case <-ctx.Done():
		return none, fmt.Errorf("%s: %w", what, ctx.Err())
	}
}

func viewing[T any](ctx context.Context, x *Index, f func(context.Context, *view) (T, error)) (value T, err error) {
	defer damageGuard(&err)()
	x.serving.RLock()
	defer x.serving.RUnlock()
	v, err := x.view()
	if err != nil {
		return value, err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	return f(ctx, v)
}

func (x *Index) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case x.slots <- struct{}{}:
		return nil
	case <-x.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run searches in a goroutine of its own, since bleve looks at the context
// only now and then: the caller is not kept waiting, and the slot is free when
// the search has really ended.
func (x *Index) run(ctx context.Context, r index.Request) (index.Results, error) {
	type answer struct {
		res index.Results
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-x.slots }()
		res, err := x.search(ctx, r)
		done <- answer{res, err}
	}()
	select {
	case a := <-done:
		return a.res, a.err
	case <-ctx.Done():
		return index.Results{}, ctx.Err()
	}
}

func (x *Index) search(ctx context.Context, r index.Request) (res index.Results, err error) {
	defer damageGuard(&err)()
	x.serving.RLock()
	defer x.serving.RUnlock()
	raw, err := x.alias.SearchInContext(ctx, x.request(r))
	if err != nil {
		select {
		case <-x.closing:
			return res, errClosed
		default:
			return res, classify(err)
		}
	}
	res.Total = int(raw.Total)
	for _, h := range raw.Hits {
		series, guid, ok := strings.Cut(h.ID, "/")
		if !ok {
			return res, fmt.Errorf("hit %q is no story: %w", h.ID, index.ErrDamaged)
		}
		res.Hits = append(res.Hits, index.Hit{Series: series, GUID: guid, Score: h.Score})
	}
	if !r.NoFacets {
		res.Facets = facets(raw.Facets)
	}
	return res, nil
}

// request is the whole request in bleve's terms.
func (x *Index) request(r index.Request) *bleve.SearchRequest {
	p := translate(r, x.current.Load().state.Load().Languages)
	offset, limit := r.Page()
	req := bleve.NewSearchRequestOptions(p.query, limit, offset, false)
	switch {
	case r.Sort == index.SortOldest:
		req.SortByCustom(order(fieldOldest))
		req.Score = bleve.ScoreNone
	case r.Sort == index.SortReading:
		req.SortByCustom(order(fieldReading))
		req.Score = bleve.ScoreNone
	case r.Sort == index.SortNewest || !p.scored:
		req.SortByCustom(order(fieldNewest))
		req.Score = bleve.ScoreNone
	default:
		req.SortByCustom(append(search.SortOrder{&search.SortScore{Desc: true}}, order(fieldNewest)...))
	}
	if !r.NoFacets {
		for _, f := range facetFields {
			req.AddFacet(f.name, bleve.NewFacetRequest(f.field, facetSpellings))
		}
	}
	return req
}

// order sorts by one of the sort keys.
func order(field string) search.SortOrder {
	return search.SortOrder{&search.SortField{Field: field, Type: search.SortFieldAsString}}
}

// facetSpellings bounds how many values of a facet are looked at. They are
// counted anyway; looking at all is what makes the counts of names with several
// spellings exact.
const facetSpellings = 100_000

var facetFields = []struct{ name, field string }{
	{"series", fieldSeries},
	{"author", fieldAuthors},
	{"year", fieldYear},
	{"tag", fieldTags},
	{"language", fieldTongue},
}

func facets(raw search.FacetResults) []index.Facet {
	var list []index.Facet
	for _, f := range facetFields {
		facet := index.Facet{Name: f.name}
		if r := raw[f.name]; r != nil && r.Terms != nil {
			facet.Values = facetValues(r.Terms.Terms())
		}
		list = append(list, facet)
	}
	return list
}

// facetValues unites the spellings of a name under the most frequent one and
// sorts by count.
func facetValues(terms []*search.TermFacet) []index.FacetValue {
	slices.SortFunc(terms, func(a, b *search.TermFacet) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Term, b.Term)
	})
	var values []index.FacetValue
	at := map[string]int{} // by folded name
	for _, t := range terms {
		key := foldName(t.Term)
		if i, ok := at[key]; ok {
			values[i].Count += t.Count
			continue
		}
		at[key] = len(values)
		values = append(values, index.FacetValue{Value: t.Term, Count: t.Count})
	}
	slices.SortStableFunc(values, func(a, b index.FacetValue) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return values[:min(len(values), index.MaxFacet)]
}
