package web

import (
	"storyfeed/index"
)

// apiHit is a story that was found.
type apiHit struct {
	apiStory
	Score   float64   `json:"score"` // comparable within one answer only
	Snippet []apiSpan `json:"snippet"`
}

// apiSpan is a run of plain text; match says that it is why it was found.
type apiSpan struct {
	Text  string `json:"text"`
	Match bool   `json:"match"`
}

type apiFacet struct {
	Name   string          `json:"name"` // "series", "author", "year" or "tag"
	Values []apiFacetValue `json:"values"`
}

type apiFacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// apiSearch is GET /api/v1/search. Without a query it lists all stories that
// the filters leave.
func (s *server) apiSearch(q query) (any, error) {
	req, hints, err := readAPISearch(q)
	if err != nil {
		return nil, err
	}
	if err := s.movedSearch(q.Request); err != nil {
		return nil, err
	}
	res, err := s.ask(q.Context(), req)
	if err != nil {
		return nil, err
	}
	hits, err := s.hits(q.Context(), req.Query, res)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Query string     `json:"query"` // as it was understood
		Hints []string   `json:"hints"`
		Sort  index.Sort `json:"sort"`
		paging
		Hits   []apiHit   `json:"hits"`
		Facets []apiFacet `json:"facets"`
	}{
		Query: req.Query.String(), Hints: list(hints), Sort: req.Sort,
		paging: s.paging(q, req.Offset, req.Limit, res.Total, index.MaxDepth),
		Hits:   make([]apiHit, len(hits)), Facets: make([]apiFacet, len(res.Facets)),
	}
	for i, h := range hits {
		answer.Hits[i] = apiHit{apiStory: s.apiStoryOf(h.story), Score: h.Score, Snippet: apiSpans(h.snippet)}
	}
	for i, f := range res.Facets {
		answer.Facets[i] = apiFacet{Name: f.Name, Values: make([]apiFacetValue, len(f.Values))}
		for j, v := range f.Values {
			answer.Facets[i].Values[j] = apiFacetValue(v)
		}
	}
	return answer, nil
}

// readAPISearch reads the parameters, strictly: a program that asks for what
// can't be had should learn it.
func readAPISearch(q query) (req index.Request, hints []string, err error) {
	req.Query, hints = index.ParseQuery(text(q.Values, "q"))
	req.Series, req.Author, req.Tag = text(q.Values, "series"), text(q.Values, "author"), text(q.Values, "tag")
	if req.After, err = moment(q.Values, "after"); err != nil {
		return req, nil, err
	}
	if req.Before, err = moment(q.Values, "before"); err != nil {
		return req, nil, err
	}
	if !req.After.IsZero() && !req.Before.IsZero() && !req.After.Before(req.Before) {
		return req, nil, badParameter("before", "before must be later than after: stories are found from after up to, and without, before.")
	}
	sort, err := choice(q.Values, "sort", string(index.SortRelevance), string(index.SortNewest), string(index.SortOldest))
	if err != nil {
		return req, nil, err
	}
	req.Sort = index.Sort(sort)
	if req.Offset, req.Limit, err = q.page(index.MaxDepth); err != nil {
		return req, nil, err
	}
	if req.Offset+req.Limit > index.MaxDepth {
		return req, nil, badParameter("offset", "offset and limit together must not exceed 10000: narrow the search by series, author, tag, after or before instead.")
	}
	return req, hints, nil
}

func apiSpans(s index.Snippet) []apiSpan {
	spans := make([]apiSpan, len(s.Spans))
	for i, span := range s.Spans {
		spans[i] = apiSpan(span)
	}
	return spans
}
