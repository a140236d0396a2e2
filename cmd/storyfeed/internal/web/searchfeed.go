package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// searchCacheHeader is shorter than that of the other feeds: whoever follows a
// search waits for something.
var searchCacheHeader = []string{"public, max-age=300, stale-while-revalidate=900, stale-if-error=86400"}

// searchFeed serves what a search finds, the newest first: it takes what the
// search page takes, and dates as the API does, and drops what it can't
// understand, as the page does. Without hits it is a valid feed that waits for
// the first; within a series that is not here there is none to wait for.
//
// The search is asked each time, as the index follows the store a moment later
// and nobody tells when; what it found is the stamp of what is made of it.
func (s *server) searchFeed(w *response, r *http.Request) error {
	openToAll(w.Header())
	f := formatOf(r)
	q := readFeedSearch(r.URL.Query())
	if !q.asked() {
		http.Redirect(w, r, s.prefix+"/feed."+string(f), http.StatusMovedPermanently)
		return nil
	}
	ctx := r.Context()
	if err := s.movedSearch(r); err != nil {
		return err
	}
	if err := s.knownSeries(ctx, q.values.Get("series")); err != nil {
		return err
	}
	stamp, _, err := s.Store.Stamp(ctx)
	if err != nil {
		return err
	}
	hits, total, err := s.newestHits(ctx, q)
	if err != nil {
		return err
	}
	h := sha256.New()
	fmt.Fprintln(h, stamp, total)
	for _, hit := range hits {
		fmt.Fprintln(h, hit.Series, hit.GUID)
	}
	query := q.values.Encode()
	g := gathering{Name: "search?" + query, Path: "/search." + string(f) + "?" + query, Format: f}
	prepared, err := s.rendered.of(ctx, g.Path, hex.EncodeToString(h.Sum(nil)[:12]), func() (feed.Document, error) {
		stories, err := s.storiesOf(ctx, hits)
		if err != nil {
			return feed.Document{}, err
		}
		list, err := s.Store.ListSeries(ctx)
		if err != nil {
			return feed.Document{}, err
		}
		s.nameSearch(&g, q, list)
		g.Found = &feed.Found{Terms: q.values.Get("q"), Total: total, Description: s.base + openSearchPath}
		return s.gather(ctx, g, stories, nil)
	})
	if err != nil {
		return err
	}
	return s.deliver(w, r, prepared, searchCacheHeader)
}

// knownSeries fails for the slug of a series that is not here, or not any more:
// its subscribers would be left with a feed that lost everything. An empty slug
// is that of none.
func (s *server) knownSeries(ctx context.Context, slug string) error {
	if slug == "" {
		return nil
	}
	if !validSlug(slug) {
		return noSeries()
	}
	_, err := s.Store.SeriesBySlug(ctx, slug)
	if isNotFound(err) {
		return noSeries()
	}
	return err
}

// readFeedSearch is [readSearch] with the bounds of time that the API has. A
// feed shows the newest first unless another order is asked for.
func readFeedSearch(in url.Values) searchQuery {
	q := readSearch(in)
	q.values.Del("sort")
	if order := index.Sort(in.Get("sort")); order == index.SortRelevance || order == index.SortOldest {
		q.values.Set("sort", string(order))
	}
	for _, name := range []string{"after", "before"} {
		if v := text(in, name); v != "" {
			if _, ok := parseMoment(v); ok {
				q.values.Set(name, v)
			}
		}
	}
	return q
}

// feedRequest is the question to the index.
func (q searchQuery) feedRequest() index.Request {
	req := q.request(0)
	req.Limit, req.NoFacets, req.AsTyped = index.MaxLimit, true, true // nobody follows what was not asked for
	if q.values.Get("sort") == "" {
		req.Sort = index.SortNewest
	}
	if t, ok := parseMoment(q.values.Get("after")); ok && t.After(req.After) {
		req.After = t
	}
	if t, ok := parseMoment(q.values.Get("before")); ok && (req.Before.IsZero() || t.Before(req.Before)) {
		req.Before = t
	}
	return req
}

// newestHits are the different stories that are found. Nothing found at all,
// not even by asking for everything, is no answer: the index has yet to be
// filled. total counts them all, of all series.
func (s *server) newestHits(ctx context.Context, q searchQuery) (hits []index.Hit, total int, err error) {
	res, err := s.ask(ctx, q.feedRequest())
	if err != nil {
		return nil, 0, err
	}
	if res.Total == 0 {
		if err := s.searchable(ctx); err != nil {
			return nil, 0, err
		}
	}
	seen := map[string]bool{}
	for _, hit := range res.Hits {
		if len(hits) < gatheredStories && !seen[hit.GUID] {
			seen[hit.GUID] = true
			hits = append(hits, index.Hit{Series: hit.Series, GUID: hit.GUID})
		}
	}
	return hits, res.Total, nil
}

// searchable fails as long as the index is empty.
func (s *server) searchable(ctx context.Context) error {
	all, err := s.ask(ctx, index.Request{Limit: 1, NoFacets: true, Sort: index.SortNewest})
	if err == nil && all.Total == 0 {
		err = &failure{
			Status: http.StatusServiceUnavailable, Title: "This feed is not ready yet", Retry: firstFeedRetry,
			Detail: "No story can be searched yet. Please ask again in a minute.",
		}
	}
	return err
}

// storiesOf reads the stories of hits. The index may be a moment behind: one
// that is gone is left out.
func (s *server) storiesOf(ctx context.Context, hits []index.Hit) ([]feed.Story, error) {
	var stories []feed.Story
	for _, hit := range hits {
		story, err := s.Store.StoryToShow(ctx, hit.Series, hit.GUID)
		if isNotFound(err) || err == nil && !story.Gone.IsZero() {
			continue
		}
		if err != nil {
			return nil, err
		}
		stories = append(stories, story)
	}
	return stories, nil
}

// nameSearch titles the feed of a search by what was asked for.
func (s *server) nameSearch(g *gathering, q searchQuery, list []feed.Series) {
	g.Home = s.base + "/search?" + q.pageValues().Encode()
	g.Title = "Search: " + q.describe(list)
	g.About = "Stories that this search finds, of all series that are followed here."
}

// pageValues is the same search for the page, which says in the query what it
// has no parameter for.
func (q searchQuery) pageValues() url.Values {
	v := q.with("after", "")
	v.Del("before")
	words := []string{q.values.Get("q")}
	for _, name := range []string{"after", "before"} {
		if t, ok := parseMoment(q.values.Get(name)); ok {
			words = append(words, name+":"+t.Format(time.DateOnly))
		}
	}
	if all := strings.TrimSpace(strings.Join(words, " ")); all != "" {
		v.Set("q", all)
	}
	return v
}

// describe is the search in words.
func (q searchQuery) describe(list []feed.Series) string {
	var parts []string
	add := func(name, format string) {
		if v := q.values.Get(name); v != "" {
			if name == "series" {
				v = seriesNamed(list, v).Name()
			}
			parts = append(parts, fmt.Sprintf(format, v))
		}
	}
	add("q", "%s")
	add("series", "in %s")
	add("author", "by %s")
	add("tag", "tagged %s")
	add("year", "of %s")
	add("language", "in the language %s")
	add("after", "from %s")
	add("before", "until %s")
	return strings.Join(parts, ", ")
}
