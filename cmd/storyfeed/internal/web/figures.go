package web

import (
	"context"
	"fmt"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

const (
	// statusDays is how many days the plots of /status show, today included.
	statusDays = 30
	// shownHosts is how many hosts it lists.
	shownHosts = 50
)

// fillFigures adds what there is now, and what happened in the last days.
func (s *server) fillFigures(ctx context.Context, v *statusView) error {
	stats, err := s.Store.Stats(ctx)
	if err != nil {
		return err
	}
	v.Waiting = stats.Pending
	if s.Sizes != nil {
		now, err := s.Sizes(ctx)
		if err != nil {
			return err
		}
		v.Now = &now
	}
	days, err := s.Store.Days(ctx, statusDays+1) // one more: what grew on the first is a difference
	if err != nil {
		return err
	}
	if len(days) > 0 {
		v.Plots = s.dailyPlots(days, v.Now)
	}
	v.Hosts, err = s.Store.HostUses(ctx, statusDays, shownHosts)
	return err
}

// figure is what a plot shows of each day.
type figure struct {
	id, title string
	value     func(before, d store.Day) (low, high int64)
	label     func(low, high int64) string
	sum       func(low, high int64) string // of all days; nil: that of the last day tells it
}

var figures = []figure{
	{
		"visits", "Visits",
		func(_, d store.Day) (int64, int64) { return int64(d.Crawls - d.Failed), int64(d.Crawls) },
		tellVisits, tellVisits,
	}, {
		"stories", "Stories new and changed",
		func(_, d store.Day) (int64, int64) { return int64(d.New), int64(d.New + d.Changed) },
		tellStories, tellStories,
	}, {
		"requests", "Requests to the sites",
		func(_, d store.Day) (int64, int64) { return int64(d.NotModified), int64(d.Requests) },
		tellRequests, tellRequests,
	}, {
		"polls", "Requests of feed readers",
		func(before, d store.Day) (int64, int64) {
			n := int64(max(0, d.Polls-before.Polls))
			return n, n
		},
		tellPolls, tellPolls,
	}, {
		"sizes", "Store and index on disk",
		func(_, d store.Day) (int64, int64) { return d.StoreBytes, d.StoreBytes + d.IndexBytes },
		tellSizes, nil,
	}, {
		"kept", "Stories kept",
		func(_, d store.Day) (int64, int64) { return int64(d.Stories), int64(d.Stories) },
		func(n, _ int64) string { return count(int(n), "story") }, nil,
	},
}

func tellVisits(good, all int64) string {
	return fmt.Sprintf("%s, %s of them failed", count(int(all), "visit"), feed.Thousands(int(all-good)))
}

func tellStories(fresh, all int64) string {
	return fmt.Sprintf("%s new, %s changed", feed.Thousands(int(fresh)), feed.Thousands(int(all-fresh)))
}

func tellRequests(unchanged, all int64) string {
	return fmt.Sprintf("%s, %s answered “not modified”", count(int(all), "request"), feed.Thousands(int(unchanged)))
}

func tellPolls(n, _ int64) string { return count(int(n), "request") }

func tellSizes(kept, all int64) string {
	return fmt.Sprintf("store %s, index %s", byteCount(kept), byteCount(all-kept))
}

// dailyPlots draws the figures of the last days; on days that are missing
// nothing happened, and sizes were what they were the day before. Those of today
// are as they are now, if that is known.
func (s *server) dailyPlots(days []store.Day, now *store.Sizes) []*plot {
	today := s.today()
	first := today.AddDate(0, 0, -statusDays)
	full := make([]store.Day, statusDays+1)
	for i := range full {
		if i > 0 {
			full[i].Sizes = full[i-1].Sizes
		}
		full[i].Start = first.AddDate(0, 0, i)
		for _, d := range days {
			if !d.Start.Equal(full[i].Start) {
				continue
			}
			if d.Sizes == (store.Sizes{}) {
				d.Sizes = full[i].Sizes
			}
			full[i] = d
		}
	}
	if now != nil {
		full[statusDays].Sizes = *now
	}
	var plots []*plot
	for _, f := range figures {
		plots = append(plots, f.draw(full))
	}
	return plots
}

// draw makes the plot of days, the first of which only tells what was before.
func (f figure) draw(days []store.Day) *plot {
	var columns []column
	var sumLow, sumHigh int64
	for i, d := range days[1:] {
		low, high := f.value(days[i], d)
		sumLow, sumHigh = sumLow+low, sumHigh+high
		columns = append(columns, column{int(low), int(high), d.Start.Format("2 January: ") + f.label(low, high)})
	}
	last := days[len(days)-1]
	told := ""
	if f.sum != nil {
		told = f.sum(sumLow, sumHigh)
	} else {
		told = f.label(f.value(days[len(days)-2], last))
	}
	p := newPlot(f.id, f.title, fmt.Sprintf("Day by day from %s to %s. %s: %s.", days[1].Start.Format("2 January"), last.Start.Format("2 January 2006"),
		map[bool]string{true: "In all", false: "Today"}[f.sum != nil], told), columns, days[1].Start.Format("2 Jan"), last.Start.Format("2 Jan"))
	p.Told = told
	return p
}

// pause is a length of time between two requests: "1.2 s".
func pause(d time.Duration) string {
	if d >= time.Minute {
		return rough(d)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
