package web

import (
	"storyfeed/index"
)

// apiSearch is what was found.
type apiSearch struct {
	Query   string     `json:"query" doc:"The query as it was understood."`
	Instead string     `json:"instead,omitempty" doc:"The query that was searched instead, as the one that was asked for finds nothing or, of several words, little: what it finds comes first then; never with exact."`
	Hints   []string   `json:"hints" doc:"What of it was understood otherwise than written, for people."`
	Sort    index.Sort `json:"sort"`
	paging
	Hits   []apiHit   `json:"hits" doc:"The stories, in the order asked for."`
	Facets []apiFacet `json:"facets" doc:"All that was found, counted by its properties."`
}

// apiHit is a story that was found.
type apiHit struct {
	apiStory
	Score   float64   `json:"score" doc:"Comparable within one answer only."`
	Snippet []apiSpan `json:"snippet" doc:"A part of the text that shows why it was found."`
}

// apiSpan is a run of text.
type apiSpan struct {
	Text  string `json:"text" doc:"Plain text."`
	Match bool   `json:"match" doc:"Whether this is why it was found."`
}

type apiFacet struct {
	Name   string          `json:"name" doc:"series, author, year, tag or language."`
	Values []apiFacetValue `json:"values" doc:"The most frequent ones, these first."`
}

type apiFacetValue struct {
	Value string `json:"value" doc:"What the filter of that name takes; a year is one for after and before."`
	Count int    `json:"count" doc:"Stories of all that were found."`
}

// apiSearch lists all stories that the filters leave when there is no query.
func (s *server) apiSearch(q query) (any, error) {
	req, hints, err := readAPISearch(q)
	if err != nil {
		return nil, err
	}
	if err := s.movedSearch(q.Request); err != nil {
		return nil, err
	}
	res, hits, err := s.find(q.Context(), req)
	if err != nil {
		return nil, err
	}
	if hint := res.Hint(); hint != "" {
		hints = append(hints, hint)
	}
	if lacking := s.lacking(); lacking != "" {
		hints = append(hints, lacking)
	}
	answer := apiSearch{
		Query: req.Query.String(), Instead: res.Instead.String(), Hints: list(hints), Sort: req.Sort,
		paging: s.paging(q, res.Total, index.MaxDepth),
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

// readAPISearch makes a request of parameters, and refuses those that do not
// go together.
func readAPISearch(q query) (req index.Request, hints []string, err error) {
	req = index.Request{
		Series: q.text("series"), Author: q.text("author"), Tag: q.text("tag"), Language: q.text("language"),
		After: q.moment("after"), Before: q.moment("before"), Sort: index.Sort(q.word("sort")),
		Offset: q.number("offset"), Limit: q.number("limit"), AsTyped: q.flag("exact"),
	}
	req.Query, hints = index.ParseQuery(q.text("q"))
	var errs []fieldError
	if !req.After.IsZero() && !req.Before.IsZero() && !req.After.Before(req.Before) {
		errs = append(errs, fieldError{"before", "before must be later than after: stories are found from after up to, and without, before."})
	}
	if req.Offset+req.Limit > index.MaxDepth {
		errs = append(errs, fieldError{"offset", "offset and limit together must not exceed 10000: narrow the search by series, author, tag, after or before instead."})
	}
	return req, hints, faults(errs)
}

func apiSpans(s index.Snippet) []apiSpan {
	spans := make([]apiSpan, len(s.Spans))
	for i, span := range s.Spans {
		spans[i] = apiSpan(span)
	}
	return spans
}
