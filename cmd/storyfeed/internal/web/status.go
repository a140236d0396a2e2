package web

import (
	"fmt"
	"net/http"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// shownReaders is the number of kinds of readers that the page lists; all are
// in its totals.
const shownReaders = 50

// statusView is what templates/status.html shows.
type statusView struct {
	chrome
	Problems []Problem
	Series   []statusRow
	Readers  []readerRow // the most frequent first
	Total    readerRow
	More     int          // kinds of readers beyond those listed
	Now      *store.Sizes // what there is; nil: not known
	Rebuild  string       // how far the index is that is being built; empty: none is
	Waiting  int          // stories that the index does not show yet
	Due      int          // visits that are due or under way
	Filling  int          // series that are read for the first time
	Plots    []*plot      // of the last statusDays days; none before the first crawl
	Hosts    []store.HostUse
}

type statusRow struct {
	feed.Series
	Condition condition
}

// readerRow is a kind of readers with its shares.
type readerRow struct {
	store.Reader
}

// Share says how many of the polls were of a kind, as "97 %"; "–" of none.
func (r readerRow) share(n int) string {
	if r.Requests == 0 {
		return "–"
	}
	return fmt.Sprintf("%d %%", (100*n+r.Requests/2)/r.Requests)
}

// Told is the share of polls that were answered with 304.
func (r readerRow) Told() string { return r.share(r.NotModified) }

// Untold is the share of those that asked for everything, whatever they had.
func (r readerRow) Untold() string { return r.share(r.Unconditional) }

// status shows how everything does, to whoever runs it and whoever reads: the
// visits of each series, and the manners of feed readers.
func (s *server) status(w *response, r *http.Request) error {
	list, err := s.Store.ListSeries(r.Context())
	if err != nil {
		return err
	}
	v := statusView{chrome: chrome{Title: "Status", NoIndex: true}}
	if s.Ready != nil {
		v.Problems = s.Ready(r.Context())
	}
	v.Problems = append(v.Problems, s.rendered.refusals.problems()...)
	for _, one := range list {
		v.Series = append(v.Series, statusRow{one, conditionOf(one)})
		if one.Health.Crawling || !one.Health.Next.After(s.Now()) {
			v.Due++
		}
		if one.Backfill.Total > one.Backfill.Done {
			v.Filling++
		}
	}
	v.Rebuild = s.rebuild(false)
	if len(list) > 0 {
		v.Feeds = []feedLink{s.healthLink()}
	}
	if err := s.fillFigures(r.Context(), &v); err != nil {
		return err
	}
	for i, reader := range s.Readers.Readers() {
		v.Total.Requests += reader.Requests
		v.Total.NotModified += reader.NotModified
		v.Total.Unconditional += reader.Unconditional
		v.Total.Refused += reader.Refused
		v.Total.Sent += reader.Sent
		v.Total.Saved += reader.Saved
		if v.Total.Since.IsZero() || reader.Since.Before(v.Total.Since) {
			v.Total.Since = reader.Since
		}
		if i >= shownReaders {
			v.More++
			continue
		}
		v.Readers = append(v.Readers, readerRow{reader})
	}
	return s.show(w, r, http.StatusOK, "status", &v)
}
