package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// searchView is what templates/search.html shows.
type searchView struct {
	chrome
	Asked    bool     // something was asked for; else the page explains how to ask
	Hints    []string // what of the query was understood otherwise than typed
	Sort     index.Sort
	Sorts    []choiceLink
	Total    int
	From, To int // numbers of the hits shown, from 1
	Hits     []hitView
	Facets   []facetView
	ByAuthor *facetLink // the stories of an author whose name was asked for; nil: there is none, or enough was found
	Active   []activeFilter
	AllOf    string   // address of the same query without filters; empty: there are none
	Hidden   []hidden // filters as fields, so that a new query keeps them
	Pager    pager
	Cut      bool          // there are more hits than can be paged through
	Tips     []tip         // examples of the query language
	Series   []feed.Series // what there is to search, for the empty page
	Follow   []feedLink    // the feed of this search
	CatchUp  string        // where its catch-up feed is made
}

type choiceLink struct {
	Label, URL string
	Current    bool
}

type hitView struct {
	feed.Story
	SeriesName string
	Title      index.Snippet
	Snippet    index.Snippet
	URL        string
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

type tip struct{ Query, Meaning string }

// tips are examples for the empty search page; each is a link to itself.
var tips = []tip{
	{`trust people`, "both words, in any of their forms"},
	{`"first principles"`, "the words in a row"},
	{`coach OR mentor`, "at least one of them"},
	{`learning -course`, "the first without the second"},
	{`listen*`, "words that begin so"},
	{`title:why`, "in the title; author: and tag: work alike"},
	{`after:2020 before:2021-07`, "published in that time"},
}

// filters are the facets that can be set, by the name of their parameter.
var filters = []struct{ Name, Label string }{
	{"series", "Series"}, {"author", "Author"}, {"year", "Year"}, {"tag", "Tag"},
}

// searchQuery is what the search page was asked for.
type searchQuery struct {
	values url.Values // cleaned: only what we know, only what is set
	parsed index.Query
	hints  []string
}

// readSearch takes what it can from a request and drops the rest: a search
// has no error page for an odd question.
func readSearch(in url.Values) searchQuery {
	q := searchQuery{values: url.Values{}}
	for _, name := range []string{"q", "series", "author", "tag", "sort"} {
		if v := text(in, name); v != "" {
			q.values.Set(name, v)
		}
	}
	if year, err := strconv.Atoi(in.Get("year")); err == nil && year > 0 && year <= 9999 {
		q.values.Set("year", strconv.Itoa(year))
	}
	if sort := in.Get("sort"); sort != string(index.SortNewest) && sort != string(index.SortOldest) {
		q.values.Del("sort")
	}
	q.parsed, q.hints = index.ParseQuery(q.values.Get("q"))
	return q
}

// request is the question to the index.
func (q searchQuery) request(offset int) index.Request {
	req := index.Request{
		Query:  q.parsed,
		Series: q.values.Get("series"),
		Author: q.values.Get("author"),
		Tag:    q.values.Get("tag"),
		Sort:   index.Sort(q.values.Get("sort")),
		Offset: offset,
		Limit:  index.DefaultLimit,
	}
	if year, err := strconv.Atoi(q.values.Get("year")); err == nil {
		req.After = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		req.Before = time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if req.Sort == "" {
		req.Sort = index.SortRelevance
		if req.Query.Empty() { // nothing to be relevant to
			req.Sort = index.SortNewest
		}
	}
	return req
}

// asked reports whether there is anything to look for.
func (q searchQuery) asked() bool {
	for name := range q.values {
		if name != "sort" {
			return true
		}
	}
	return false
}

// with is the query with one parameter set, or unset when value is empty,
// from its first page on.
func (q searchQuery) with(name, value string) url.Values {
	v := url.Values{}
	for k := range q.values {
		v.Set(k, q.values.Get(k))
	}
	v.Set(name, value)
	if value == "" {
		v.Del(name)
	}
	return v
}

// searchPath is the address of a search.
func (s *server) searchPath(v url.Values) string {
	if len(v) == 0 {
		return s.prefix + "/search"
	}
	return s.prefix + "/search?" + v.Encode()
}

// searchPage shows what was found, or how to search.
func (s *server) searchPage(w *response, r *http.Request) error {
	q := readSearch(r.URL.Query())
	list, err := s.Store.ListSeries(r.Context())
	if err != nil {
		return err
	}
	if err := s.movedSearch(r); err != nil {
		return err
	}
	v := searchView{Asked: q.asked(), Hints: q.hints, Tips: tips, Series: list}
	v.chrome = chrome{Title: "Search", Section: "search", NoIndex: true, NoSearch: true, Query: q.values.Get("q"), In: q.values.Get("series")}
	for _, series := range list {
		if series.Slug == v.In {
			v.Feeds = s.allFeeds(series)
		}
	}
	if !v.Asked {
		return s.show(w, r, http.StatusOK, "search", &v)
	}
	if v.Query != "" {
		v.chrome.Title = v.Query + " – search"
	}
	v.JSON = s.prefix + "/api/v1/search?" + apiValues(q).Encode()
	v.Follow = s.gatheredLinks("Search: "+q.describe(list), "/search", q.with("sort", "").Encode())
	v.CatchUp = s.prefix + "/search/drip?" + q.with("sort", "").Encode()
	v.Feeds = append(v.Follow, v.Feeds...)
	if err := s.runSearch(r, q, &v); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "search", &v)
}

// apiValues is the same search for the API, which has no year.
func apiValues(q searchQuery) url.Values {
	v := q.with("year", "")
	if year, err := strconv.Atoi(q.values.Get("year")); err == nil {
		v.Set("after", strconv.Itoa(year))
		v.Set("before", strconv.Itoa(year+1))
	}
	return v
}

// runSearch asks the index and fills in what it answers.
func (s *server) runSearch(r *http.Request, q searchQuery, v *searchView) error {
	page := pageNumber(r.URL.Query(), index.MaxDepth/index.DefaultLimit)
	req := q.request((page - 1) * index.DefaultLimit)
	res, err := s.ask(r.Context(), req)
	if err != nil {
		return err
	}
	reachable := min(res.Total, index.MaxDepth)
	if last := (reachable + index.DefaultLimit - 1) / index.DefaultLimit; page > last && last > 0 {
		page = last // beyond the end: the last page there is
		req.Offset = (page - 1) * index.DefaultLimit
		if res, err = s.ask(r.Context(), req); err != nil {
			return err
		}
	}
	hits, err := s.hits(r.Context(), q.parsed, res)
	if err != nil {
		return err
	}
	v.Total, v.Sort, v.Cut = res.Total, req.Sort, res.Total > index.MaxDepth
	v.Hits = hitViews(s, hits, v.Series)
	if len(v.Hits) > 0 {
		v.From, v.To = req.Offset+1, req.Offset+len(v.Hits)
	}
	v.Pager = newPager(page, index.DefaultLimit, reachable, func(n int) string {
		return s.searchPath(q.with("page", strconv.Itoa(n)))
	})
	v.Prev, v.Next = v.Pager.Prev, v.Pager.Next
	s.fillFilters(q, res, v)
	if res.Total < fewHits {
		v.ByAuthor, err = s.byAuthor(r.Context(), q)
	}
	return err
}

// fewHits is the number of hits from which on a query is not taken for a
// name.
const fewHits = 3

// byAuthor takes a query of plain words for an author's name.
func (s *server) byAuthor(ctx context.Context, q searchQuery) (*facetLink, error) {
	name := q.values.Get("q")
	as := readSearch(q.with("q", `author:"`+name+`"`))
	if name == "" || strings.ContainsAny(name, `":*()`) || as.parsed.Empty() || len(as.hints) > 0 {
		return nil, nil
	}
	res, err := s.ask(ctx, as.request(0))
	if err != nil || res.Total == 0 {
		return nil, err
	}
	return &facetLink{Label: name, URL: s.searchPath(as.values), Count: res.Total}, nil
}

// ask searches, and says so when the answer would take too long.
func (s *server) ask(ctx context.Context, req index.Request) (index.Results, error) {
	res, err := s.Index.Search(ctx, req)
	return res, tookTooLong(ctx, err)
}

// found is a hit with the story it stands for.
type found struct {
	index.Hit
	story          feed.Story
	title, snippet index.Snippet
}

// hits reads the stories of an answer from the store. The index may be a
// moment behind: a hit whose story is gone is left out.
func (s *server) hits(ctx context.Context, q index.Query, res index.Results) ([]found, error) {
	list := make([]found, 0, len(res.Hits))
	for _, hit := range res.Hits {
		story, err := s.Store.StoryIn(ctx, hit.Series, hit.GUID)
		if isNotFound(err) || err == nil && !story.Gone.IsZero() {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, found{
			Hit:     hit,
			story:   story,
			title:   s.Index.Mark(q, story.Language, story.Title),
			snippet: s.Index.Snippet(q, story.Language, story.Text),
		})
	}
	return list, nil
}

func hitViews(s *server, hits []found, list []feed.Series) []hitView {
	titles := map[string]string{}
	for _, series := range list {
		titles[series.Slug] = series.Name()
	}
	views := make([]hitView, len(hits))
	for i, h := range hits {
		name := titles[h.Series]
		if name == "" {
			name = h.Series
		}
		views[i] = hitView{Story: h.story, SeriesName: name, Title: h.title, Snippet: h.snippet, URL: s.partPath(h.Series, h.story.Part)}
	}
	return views
}

// fillFilters makes the links that narrow, widen and reorder the answer.
func (s *server) fillFilters(q searchQuery, res index.Results, v *searchView) {
	titles := map[string]string{}
	for _, series := range v.Series {
		titles[series.Slug] = series.Name()
	}
	label := func(filter, value string) string {
		if filter == "series" && titles[value] != "" {
			return titles[value]
		}
		return value
	}
	bare := q.with("sort", "")
	for _, f := range filters {
		current := q.values.Get(f.Name)
		if current != "" {
			v.Active = append(v.Active, activeFilter{f.Label, label(f.Name, current), s.searchPath(q.with(f.Name, ""))})
			v.Hidden = append(v.Hidden, hidden{f.Name, current})
			bare.Del(f.Name)
		}
		view, narrows := facetView{Label: f.Label}, false
		for _, value := range res.Facet(f.Name).Values {
			link := facetLink{Label: label(f.Name, value.Value), Count: value.Count, URL: s.searchPath(q.with(f.Name, value.Value))}
			if current != "" && strings.EqualFold(value.Value, current) {
				link.Current, link.URL = true, s.searchPath(q.with(f.Name, ""))
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

func (s *server) fillSorts(q searchQuery, v *searchView) {
	sorts := []index.Sort{index.SortRelevance, index.SortNewest, index.SortOldest}
	labels := map[index.Sort]string{index.SortRelevance: "Best match", index.SortNewest: "Newest", index.SortOldest: "Oldest"}
	if q.parsed.Empty() {
		sorts = sorts[1:]
	}
	for _, sort := range sorts {
		value := string(sort)
		if sort == sorts[0] {
			value = ""
		}
		v.Sorts = append(v.Sorts, choiceLink{labels[sort], s.searchPath(q.with("sort", value)), sort == v.Sort})
	}
	if v.Sort != sorts[0] {
		v.Hidden = append(v.Hidden, hidden{"sort", string(v.Sort)})
	}
}
