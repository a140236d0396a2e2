package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// termDrip serves a catch-up feed of an author or a tag.
func (s *server) termDrip(kind feed.TermKind) handler {
	return func(w *response, r *http.Request) error {
		openToAll(w.Header())
		slug, moved, err := s.termAsked(kind, r)
		if err != nil || moved != "" {
			return s.redirected(w, r, moved, err)
		}
		d, err := parseDrip(r)
		if err != nil {
			return err
		}
		src, err := s.termSource(r.Context(), kind, slug, d.Start)
		if err != nil {
			return err
		}
		return s.deliverDrip(w, r, d, src)
	}
}

// makeTermDrip shows the address of such a feed.
func (s *server) makeTermDrip(kind feed.TermKind) handler {
	return func(w *response, r *http.Request) error {
		slug, moved, err := s.termAsked(kind, r)
		if err != nil || moved != "" {
			return s.redirected(w, r, moved, err)
		}
		src, err := s.termSource(r.Context(), kind, slug, s.today())
		if err != nil {
			return err
		}
		return s.showDrip(w, r, src)
	}
}

// termAsked is the slug of the author or tag that the path names; moved is the
// path of the same with another spelling.
func (s *server) termAsked(kind feed.TermKind, r *http.Request) (slug, moved string, err error) {
	given := r.PathValue(string(kind))
	if len(given) <= maxParameter {
		slug = feed.TermSlug(given)
	}
	if slug == "" {
		return "", "", noTerm(kind)
	}
	if slug != given {
		rest := r.URL.EscapedPath()[len("/"+string(kind)+"s/"):]
		for rest != "" && rest[0] != '/' {
			rest = rest[1:]
		}
		moved = feed.TermPath(kind, slug) + rest
	}
	return slug, moved, nil
}

func (s *server) redirected(w *response, r *http.Request, to string, err error) error {
	if err != nil {
		return err
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, s.prefix+to, http.StatusMovedPermanently)
	return nil
}

func noTerm(kind feed.TermKind) error {
	return &failure{
		Status: http.StatusNotFound, Title: "There is no such " + string(kind) + " here",
		Detail: "No story that is kept here has this " + string(kind) + ".",
	}
}

// termSource is what the drips of an author or a tag release that begin at a
// time.
func (s *server) termSource(ctx context.Context, kind feed.TermKind, slug string, start time.Time) (dripSource, error) {
	version, _, err := s.Store.Stamp(ctx)
	if err != nil {
		return dripSource{}, err
	}
	home := feed.TermPath(kind, slug)
	name, line, err := s.lines.of(home+" "+start.Format(time.DateOnly), version, func() (string, []feed.Numbered, error) {
		name, all, err := s.Store.Arrivals(ctx, kind, slug)
		return name, feed.LineUp(start, all), err
	})
	if err == nil && len(line) == 0 {
		err = noTerm(kind)
	}
	return dripSource{
		home: home, line: line, version: version,
		live: func(f feed.Format) string { return s.base + home + "/feed." + string(f) },
		channel: s.mixedChannel(func([]feed.Series) gathering {
			g := gathering{Name: string(kind) + "/" + slug}
			s.nameTerm(&g, kind, name)
			return g
		}),
	}, err
}

// mixedChannel is the channel of drips of several series.
func (s *server) mixedChannel(of func(list []feed.Series) gathering) func(context.Context, feed.Format, []feed.Story) (feed.Channel, error) {
	return func(ctx context.Context, f feed.Format, stories []feed.Story) (feed.Channel, error) {
		list, err := s.Store.ListSeries(ctx)
		if err != nil {
			return feed.Channel{}, err
		}
		g := of(list)
		g.Format = f
		c := s.gatheredChannel(g, list)
		c.Series.Sources = []feed.Source{{URL: "storyfeed:" + g.Name}} // by which it is named
		asInTheirSeries(&c, stories, list)
		return c, nil
	}
}

// searchDrip serves a catch-up feed of what a search finds.
func (s *server) searchDrip(w *response, r *http.Request) error {
	openToAll(w.Header())
	d, err := parseDrip(r)
	if err != nil {
		return err
	}
	if err := s.movedSearch(r); err != nil {
		return err
	}
	src, err := s.searchSource(r.Context(), r.URL.Query(), d.Start)
	if err != nil {
		return err
	}
	return s.deliverDrip(w, r, d, src)
}

// makeSearchDrip shows the address of such a feed.
func (s *server) makeSearchDrip(w *response, r *http.Request) error {
	if err := s.movedSearch(r); err != nil {
		return err
	}
	src, err := s.searchSource(r.Context(), r.URL.Query(), s.today())
	if err != nil {
		return err
	}
	return s.showDrip(w, r, src)
}

// How many stories the drip of a search releases, the oldest first, and how
// long it may take until it knows of new ones: nobody tells when the index has
// them, and asking for all takes many searches.
const (
	maxSearched = 20 * index.MaxLimit
	searchedFor = time.Minute
)

// searchSource is what the drips of a search release that begin at a time.
func (s *server) searchSource(ctx context.Context, in url.Values, start time.Time) (dripSource, error) {
	q := readFeedSearch(in)
	q.values.Del("sort")
	if !q.asked() {
		return dripSource{}, badParameter("q", "Say what to search for, as in q=patience.")
	}
	version, _, err := s.Store.Stamp(ctx)
	if err != nil {
		return dripSource{}, err
	}
	version += " " + strconv.FormatInt(s.Now().Unix()/int64(searchedFor/time.Second), 10)
	query := q.values.Encode()
	_, line, err := s.lines.of("search "+start.Format(time.DateOnly)+" "+query, version, func() (string, []feed.Numbered, error) {
		line, err := s.searchLine(ctx, q, start)
		return "", line, err
	})
	return dripSource{
		home: "/search", query: q.values, line: line, version: version,
		live: func(f feed.Format) string { return s.base + "/search." + string(f) + "?" + query },
		channel: s.mixedChannel(func(list []feed.Series) gathering {
			g := gathering{Name: "search?" + query}
			s.nameSearch(&g, q, list)
			return g
		}),
	}, err
}

// searchLine asks for all that is found.
func (s *server) searchLine(ctx context.Context, q searchQuery, start time.Time) ([]feed.Numbered, error) {
	req := q.feedRequest()
	req.Sort = index.SortOldest
	var guids []string
	for more := true; more && req.Offset < maxSearched; req.Offset += req.Limit {
		res, err := s.ask(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, hit := range res.Hits {
			guids = append(guids, hit.GUID)
		}
		more = req.Offset+len(res.Hits) < res.Total && len(res.Hits) > 0
	}
	if len(guids) == 0 {
		if err := s.searchable(ctx); err != nil {
			return nil, err
		}
	}
	all, err := s.Store.ArrivalsOf(ctx, guids)
	if err == nil && len(all) == 0 {
		err = &failure{Status: http.StatusNotFound, Title: "There is nothing to catch up with", Detail: "This search finds no story."}
	}
	return feed.LineUp(start, all), err
}
