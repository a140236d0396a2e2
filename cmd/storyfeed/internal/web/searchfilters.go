package web

import (
	"net/url"
	"strings"

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
func (s *server) fillFilters(q searchQuery, res index.Results, v *searchView) {
	titles := seriesNames(v.Series)
	label := func(filter, value string) string {
		if filter == "series" && titles[value] != "" {
			return titles[value]
		}
		return value
	}
	bare := q.with("sort", "")
	for _, f := range filters {
		current := q.values.Get(f.Name)
		without := s.searchPath(q.with(f.Name, ""))
		with := without + "?" + f.Name + "="
		if strings.Contains(without, "?") {
			with = without + "&" + f.Name + "="
		}
		if current != "" {
			v.Active = append(v.Active, activeFilter{f.Label, label(f.Name, current), without})
			v.Hidden = append(v.Hidden, hidden{f.Name, current})
			bare.Del(f.Name)
		}
		view, narrows := facetView{Label: f.Label}, false
		for _, value := range res.Facet(f.Name).Values {
			link := facetLink{Label: label(f.Name, value.Value), Count: value.Count, URL: with + url.QueryEscape(value.Value)}
			if current != "" && strings.EqualFold(value.Value, current) {
				link.Current, link.URL = true, without
			}
			narrows = narrows || link.Current || link.Count < res.Total
			view.Values = append(view.Values, link)
		}
		if narrows {
			v.Facets = append(v.Facets, view)
		}
	}
	if len(v.Active) > 0 && q.values.Get("q") != "" {
		v.AllOf = s.searchPath(bare)
	}
	s.fillSorts(q, v)
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
