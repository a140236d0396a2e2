package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// searchView is what templates/search.html shows.
type searchView struct {
	chrome
	Asked      bool     // something was asked for; else the page explains how to ask
	Hints      []string // what of the query was understood otherwise than typed
	Building   string   // what is not found yet, see [server.lacking]; empty: everything is
	Sort       index.Sort
	Sorts      []choiceLink
	Total      int
	From, To   int // numbers of the hits shown, from 1
	Hits       []hitView
	Facets     []facetView
	ByAuthor   *facetLink // the stories of an author whose name was asked for; nil: there is none, or enough was found
	Active     []activeFilter
	AllOf      string   // address of the same query without filters; empty: there are none
	Hidden     []hidden // filters as fields, so that a new query keeps them
	Pager      pager
	Instead    string        // what was searched instead of what finds nothing; empty: nothing else
	AnyOf      bool          // it is the same words, of which any will do
	InsteadURL string        // address of that search
	Exactly    string        // address of the search for what was typed
	Cut        bool          // there are more hits than can be paged through
	Tips       []example     // of the query language
	Series     []feed.Series // what there is to search, for the empty page
	Follow     []feedLink    // the feed of this search
	CatchUp    string        // where its catch-up feed is made
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
	for _, name := range []string{"q", "series", "author", "tag", "language", "sort", "exact"} {
		if v := text(in, name); v != "" {
			q.values.Set(name, v)
		}
	}
	if year, err := strconv.Atoi(in.Get("year")); err == nil && year > 0 && year <= 9999 {
		q.values.Set("year", strconv.Itoa(year))
	}
	if !slices.ContainsFunc(sorts[1:], func(o order) bool { return string(o.sort) == in.Get("sort") }) {
		q.values.Del("sort")
	}
	if q.values.Has("exact") {
		q.values.Set("exact", "1")
	}
	q.parsed, q.hints = index.ParseQuery(q.values.Get("q"))
	return q
}

// request is the question to the index.
func (q searchQuery) request(offset int) index.Request {
	req := index.Request{
		Query:    q.parsed,
		Series:   q.values.Get("series"),
		Author:   q.values.Get("author"),
		Tag:      q.values.Get("tag"),
		Language: q.values.Get("language"),
		Sort:     index.Sort(q.values.Get("sort")),
		Offset:   offset,
		Limit:    index.DefaultLimit,
		AsTyped:  q.values.Has("exact"),
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
		if name != "sort" && name != "exact" {
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
	if name == "q" {
		v.Del("exact")
	}
	return v
}

// shown is the search for what was searched instead, if anything was, and it can
// be asked for as a whole: feeds look for what they are asked for alone, and
// whoever follows what is shown wants more of that.
func (q searchQuery) shown(instead string) searchQuery {
	if other := readSearch(q.with("q", instead)); instead != "" && len(other.hints) == 0 {
		return other
	}
	return q
}

// followed is what the feeds of a search are asked for.
func (q searchQuery) followed() url.Values {
	v := q.with("sort", "")
	v.Del("exact")
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
	read := s.Store.SeriesTitles
	if !q.asked() {
		read = s.Store.ListSeries // the page tells how many stories each has
	}
	list, err := read(r.Context())
	if err != nil {
		return err
	}
	if err := s.movedSearch(r); err != nil {
		return err
	}
	v := searchView{Asked: q.asked(), Hints: q.hints, Building: s.lacking(), Series: list}
	v.chrome = chrome{Title: "Search", Section: "search", NoIndex: true, NoSearch: true, Query: q.values.Get("q"), In: q.values.Get("series")}
	for _, series := range list {
		if series.Slug == v.In {
			v.Feeds = s.allFeeds(series)
		}
	}
	if !v.Asked {
		if v.Tips, err = s.tips(r.Context()); err != nil {
			return err
		}
		return s.show(w, r, http.StatusOK, "search", &v)
	}
	if v.Query != "" {
		v.chrome.Title = v.Query + " – search"
	}
	v.JSON = s.prefix + "/api/v1/search?" + apiValues(q).Encode()
	if err := s.runSearch(r, q, &v); err != nil {
		return err
	}
	shown := q.shown(v.Instead)
	v.Follow = s.gatheredLinks("Search: "+shown.describe(list), "/search", shown.followed().Encode())
	v.CatchUp = s.prefix + "/search/drip?" + shown.followed().Encode()
	v.Feeds = append(v.Follow, v.Feeds...)
	return s.show(w, r, http.StatusOK, "search", &v)
}

// apiValues is the same search for the API, which has no year and calls what is
// true so.
func apiValues(q searchQuery) url.Values {
	v := q.with("year", "")
	if v.Has("exact") {
		v.Set("exact", "true")
	}
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
	res, hits, err := s.find(r.Context(), req)
	if err != nil {
		return err
	}
	reachable := min(res.Total, index.MaxDepth)
	if last := (reachable + index.DefaultLimit - 1) / index.DefaultLimit; page > last && last > 0 {
		page = last // beyond the end: the last page there is
		req.Offset = (page - 1) * index.DefaultLimit
		if res, hits, err = s.find(r.Context(), req); err != nil {
			return err
		}
	}
	s.fillInstead(q, res, v)
	if hint := res.Hint(); hint != "" {
		v.Hints = append(v.Hints, hint)
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
	if err := s.fillFilters(r.Context(), q, res, v); err != nil {
		return err
	}
	if res.Total < fewHits || !res.Instead.Empty() {
		v.ByAuthor, err = s.byAuthor(r.Context(), q)
	}
	return err
}

// fillInstead says what was searched instead of what finds nothing, or next to it.
func (s *server) fillInstead(q searchQuery, res index.Results, v *searchView) {
	if res.Instead.Empty() {
		return
	}
	v.Instead = res.Instead.String()
	v.AnyOf = strings.Count(v.Instead, " OR ") > strings.Count(q.parsed.String(), " OR ")
	v.InsteadURL = s.searchPath(q.with("q", v.Instead))
	v.Exactly = s.searchPath(q.with("exact", "1"))
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
	req := as.request(0)
	req.Limit, req.NoFacets, req.AsTyped = 1, true, true
	res, err := s.ask(ctx, req)
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
