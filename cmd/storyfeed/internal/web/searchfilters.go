package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"storyfeed/feed"
	"storyfeed/index"
)

type choiceLink struct {
	Label, URL string
	Current    bool
}

type facetView struct {
	Label  string
	Values []facetLink
}

type facetLink struct {
	Label, URL string
	Count      int
	Current    bool // the filter is on; URL takes it off
}

type activeFilter struct{ Label, Value, Without string }

type hidden struct{ Name, Value string }

// filters are the facets that can be set, by the name of their parameter.
var filters = []struct{ Name, Label string }{
	{"series", "Series"}, {"author", "Author"}, {"year", "Year"}, {"tag", "Tag"}, {"language", "Language"},
}

// fillFilters makes the links that narrow, widen and reorder the answer.
func (s *server) fillFilters(ctx context.Context, q searchQuery, res index.Results, v *searchView) error {
	titles := seriesNames(v.Series)
	label := func(filter, value string) string {
		if filter == "series" && titles[value] != "" {
			return titles[value]
		}
		return value
	}
	ctx, cancel := context.WithTimeout(ctx, index.Budget) // for all of them
	defer cancel()
	bare := q.with("sort", "")
	for _, f := range filters {
		view, narrows := facetView{Label: f.Label}, false
		values, current := res.Facet(f.Name).Values, q.values.Get(f.Name)
		without := s.searchPath(q.with(f.Name, ""))
		with := without + "?" + f.Name + "="
		if strings.Contains(without, "?") {
			with = without + "&" + f.Name + "="
		}
		if current != "" {
			var err error
			if values, err = s.others(ctx, q, f.Name, res); err != nil {
				return err
			}
			on := label(f.Name, current)
			v.Active = append(v.Active, activeFilter{f.Label, on, without})
			v.Hidden = append(v.Hidden, hidden{f.Name, current})
			view.Values = append(view.Values, facetLink{Label: on, Count: res.Total, URL: without, Current: true})
			narrows = true
			bare.Del(f.Name)
		}
		for _, value := range values {
			narrows = narrows || value.Count < res.Total
			view.Values = append(view.Values, facetLink{Label: label(f.Name, value.Value), Count: value.Count, URL: with + url.QueryEscape(value.Value)})
		}
		if narrows {
			v.Facets = append(v.Facets, view)
		}
	}
	if len(v.Active) > 0 && q.values.Get("q") != "" {
		v.AllOf = s.searchPath(bare)
	}
	s.fillSorts(q, v)
	return nil
}

// others are the values that a filter can be changed to, with what each would
// find then: a filter has one value at a time, so they are counted without it.
// Who has just set it was shown that answer. None are told where other words were
// searched than those asked for, as which these are goes by what was found.
func (s *server) others(ctx context.Context, q searchQuery, filter string, res index.Results) ([]index.FacetValue, error) {
	if res.Total == 0 || !res.Instead.Empty() {
		return nil, nil
	}
	current := q.values.Get(filter)
	q.values = q.with(filter, "")
	all, _, err := s.find(ctx, q.request(0))
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, nil // the answer is there, with one thing less to click
	}
	if err != nil || !all.Instead.Empty() {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all.Facet(filter).Values), func(v index.FacetValue) bool {
		return sameValue(filter, v.Value, current)
	}), nil
}

// sameValue reports whether two values of a filter find the same.
func sameValue(filter, a, b string) bool {
	switch filter {
	case "author", "tag":
		return feed.TermSlug(a) == feed.TermSlug(b)
	case "language":
		b, _, _ = strings.Cut(strings.ReplaceAll(b, "_", "-"), "-")
	}
	return strings.EqualFold(a, b)
}

// order is an order of hits.
type order struct {
	sort  index.Sort
	label string
}

// sorts are the orders that can be asked for; the first needs words.
var sorts = []order{
	{index.SortRelevance, "Best match"},
	{index.SortNewest, "Newest"},
	{index.SortOldest, "Oldest"},
	{index.SortReading, "Reading order"},
}

func (s *server) fillSorts(q searchQuery, v *searchView) {
	offered := sorts
	if q.parsed.Empty() {
		offered = offered[1:]
	}
	for i, o := range offered {
		value := string(o.sort)
		if i == 0 {
			value = ""
		}
		v.Sorts = append(v.Sorts, choiceLink{o.label, s.searchPath(q.with("sort", value)), o.sort == v.Sort})
	}
	if v.Sort != offered[0].sort {
		v.Hidden = append(v.Hidden, hidden{"sort", string(v.Sort)})
	}
}
