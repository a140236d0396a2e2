package web

import (
	"net/http"
	"net/url"
	"slices"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// seriesPage is the number of stories on one page of a series: most series
// fit.
const seriesPage = 100

// maxDropped is the number of links not taken that the page lists; the API
// lists all.
const maxDropped = 100

// shownChanges is the number of changes of health that are listed.
const shownChanges = 10

// seriesView is what templates/series.html shows.
type seriesView struct {
	chrome
	Series    feed.Series
	Condition condition
	Stories   []feed.Story // without bodies
	Total     int
	First     *feed.Story // where to begin; nil: no story yet
	Newest    bool        // the order, else reading order
	Filter    string      // what the stories listed hold in title, authors or tags; empty: all are
	Matches   int         // how many stories hold it
	ByWhom    string      // those who wrote most of it; empty: nobody is known
	Timeline  *plot       // when they were published; nil: too little is known
	Reading   string      // address of the list in reading order
	Latest    string      // address of the list, newest first
	Pager     pager
	FeedSets  []feedSet
	CatchUp   *catchUp      // makes the address of a catch-up feed; nil: there is nothing to read yet
	Authors   []termLink    // of the stories listed, the most frequent first
	Tags      []termLink    // likewise
	Changes   []feed.Change // of health, newest first, at most shownChanges
	Health    feedLink      // the feed that tells of them
	Crawl     *feed.Crawl   // the last report; nil: none yet
	Dropped   []dropGroup   // of it, at most maxDropped links
	More      int           // how many were dropped beyond these
}

type feedSet struct {
	Title, Hint string
	Links       []feedLink
}

// feedSets are the feeds of a series, with what each is for.
func (s *server) feedSets(series feed.Series) []feedSet {
	return []feedSet{
		{"New stories", "The newest 50, newest first: for following along.", s.feedLinks(series, feedKinds[0])},
		{"The whole series", "In reading order from part 1: for starting at the beginning.", s.feedLinks(series, feedKinds[1])},
	}
}

// series shows one series: its stories, its feeds, how it is doing.
func (s *server) series(w *response, r *http.Request) error {
	series, err := s.findSeries(r)
	if err != nil {
		return err
	}
	v := seriesView{Series: series, Condition: conditionOf(series), Newest: r.URL.Query().Get("order") == "newest", Filter: text(r.URL.Query(), "filter")}
	if err := s.fillStories(r, &v); err != nil {
		return err
	}
	if err := s.fillAbout(r, &v); err != nil {
		return err
	}
	v.Authors, v.Tags = s.frequent(feed.TermAuthor, v.Stories), s.frequent(feed.TermTag, v.Stories)
	crawls, err := s.Store.Crawls(r.Context(), series.Slug, 1)
	if err != nil {
		return err
	}
	if len(crawls) > 0 {
		v.Crawl = &crawls[0]
		v.Dropped = groupDrops(v.Crawl.Dropped, maxDropped)
		for _, g := range v.Dropped {
			v.More += g.Count - len(g.Links)
		}
	}
	if v.Changes, err = s.Store.Changes(r.Context(), series.Slug, shownChanges); err != nil {
		return err
	}
	v.Health = s.healthLink()
	v.FeedSets = s.feedSets(series)
	if v.First != nil {
		src, err := s.seriesSource(r.Context(), series.Slug, series.Version)
		if err != nil {
			return err
		}
		v.CatchUp = s.newCatchUp(src, s.readCatchUp(url.Values{}, src.line))
	}
	v.chrome = chrome{
		Title:       series.Name(),
		Description: series.Description,
		In:          series.Slug,
		NoIndex:     v.Filter != "",
		Section:     "series",
		Feeds:       s.allFeeds(series),
		JSON:        s.prefix + "/api/v1/series/" + series.Slug,
		Prev:        v.Pager.Prev,
		Next:        v.Pager.Next,
	}
	return s.show(w, r, http.StatusOK, "series", &v)
}

// fillStories reads the stretch of the list that was asked for.
func (s *server) fillStories(r *http.Request, v *seriesView) error {
	slug := v.Series.Slug
	q := store.StoryQuery{Order: store.OrderReading, Limit: seriesPage, WithoutBody: true}
	if v.Newest {
		q.Order = store.OrderNewest
	}
	page := pageNumber(r.URL.Query(), max(1, (v.Series.Stories+seriesPage-1)/seriesPage))
	if v.Filter != "" {
		q.Limit = 0
	} else {
		q.Offset = (page - 1) * seriesPage
	}
	var err error
	if v.Stories, v.Total, err = s.Store.Stories(r.Context(), slug, q); err != nil {
		return err
	}
	v.Matches = v.Total
	if v.Filter != "" {
		v.Stories = slices.DeleteFunc(v.Stories, func(st feed.Story) bool { return !holdsStory(v.Filter, st) })
		v.Matches = len(v.Stories)
		page = min(page, max(1, (v.Matches+seriesPage-1)/seriesPage))
		v.Stories = v.Stories[(page-1)*seriesPage : min(page*seriesPage, v.Matches)]
	}
	first, _, err := s.Store.Stories(r.Context(), slug, store.StoryQuery{Order: store.OrderReading, Limit: 1, WithoutBody: true})
	if err != nil {
		return err
	}
	if len(first) > 0 {
		v.First = &first[0]
	}
	v.Reading, v.Latest = s.listPath(slug, false, v.Filter, 1), s.listPath(slug, true, v.Filter, 1)
	v.Pager = newPager(page, seriesPage, v.Matches, func(n int) string { return s.listPath(slug, v.Newest, v.Filter, n) })
	return nil
}

// fillAbout adds who wrote the series, and when.
func (s *server) fillAbout(r *http.Request, v *seriesView) error {
	authors, total, err := s.Store.TermsOf(r.Context(), v.Series.Slug, feed.TermAuthor, 3)
	if err != nil {
		return err
	}
	v.ByWhom = byWhom(authors, total)
	days, err := s.Store.PublishedDates(r.Context(), v.Series.Slug)
	if err != nil {
		return err
	}
	v.Timeline = timeline(days, v.Total)
	return nil
}

// maxFrequent is how many authors, and how many tags, the page of a series
// offers feeds of.
const maxFrequent = 12

// frequent are the authors or tags that most of the stories have.
func (s *server) frequent(kind feed.TermKind, stories []feed.Story) []termLink {
	count, names := map[string]int{}, []string(nil)
	for _, st := range stories {
		for _, name := range kind.Names(st) {
			slug := feed.TermSlug(name)
			if count[slug]++; count[slug] == 1 {
				names = append(names, name)
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return count[feed.TermSlug(b)] - count[feed.TermSlug(a)] })
	return s.termLinks(kind, names[:min(len(names), maxFrequent)])
}

// listPath is the address of one page of a series' list.
func (s *server) listPath(slug string, newest bool, filter string, page int) string {
	q := url.Values{}
	if newest {
		q.Set("order", "newest")
	}
	return listAddress(s.prefix+"/s/"+url.PathEscape(slug), q, filter, page)
}
