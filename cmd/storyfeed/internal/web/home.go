package web

import (
	"net/http"
	"slices"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// maxHomeFeeds is the number of series whose feeds the home page announces
// to readers; the others' pages announce their own.
const maxHomeFeeds = 20

// homeView is what templates/home.html shows.
type homeView struct {
	chrome
	Series  []seriesCard
	Stories int  // of all series
	Refused bool // part of the configuration file is not in force
	All     []feedLink
	OPML    feedLink
}

type seriesCard struct {
	feed.Series
	Latest    *feed.Story // without body; nil: no story yet
	Condition condition
}

// home lists the series.
func (s *server) home(w *response, r *http.Request) error {
	list, err := s.Store.ListSeries(r.Context())
	if err != nil {
		return err
	}
	v := homeView{chrome: chrome{
		Description: "Series of articles from the web, whole, in order and searchable, for any feed reader.",
		NoSearch:    true,
		Section:     "series",
		JSON:        s.prefix + "/api/v1/series",
	}}
	if s.Ready != nil {
		v.Refused = slices.ContainsFunc(s.Ready(r.Context()), func(p Problem) bool { return p.Part == "configuration" })
	}
	v.All, v.OPML = s.allLinks(), s.opmlLink()
	v.Feeds = append(v.Feeds, v.All...)
	for i, series := range list {
		card := seriesCard{Series: series, Condition: conditionOf(series)}
		newest, _, err := s.Store.Stories(r.Context(), series.Slug, store.StoryQuery{Order: store.OrderNewest, Limit: 1, WithoutBody: true})
		if err != nil {
			return err
		}
		if len(newest) > 0 {
			card.Latest = &newest[0]
		}
		v.Series = append(v.Series, card)
		v.Stories += series.Stories
		if i < maxHomeFeeds {
			v.Feeds = append(v.Feeds, s.feedLinks(series, feedKinds[0])...)
		}
	}
	if len(list) > 0 {
		v.Feeds = append(v.Feeds, s.healthLink())
	}
	return s.show(w, r, http.StatusOK, "home", &v)
}
