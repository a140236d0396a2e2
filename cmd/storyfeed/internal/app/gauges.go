package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
)

// gauges tell what the store holds. They are read when somebody asks, so that
// they can't disagree with it.
type gauges struct {
	store   *store.Store
	stories *prometheus.Desc
	state   *prometheus.Desc
	fault   *prometheus.Desc
	lastOK  *prometheus.Desc
	fill    *prometheus.Desc
	left    *prometheus.Desc
	pending *prometheus.Desc
	bytes   *prometheus.Desc
}

func newGauges(st *store.Store) *gauges {
	// Series are configured by the operator: a small, fixed set of labels.
	return &gauges{
		store:   st,
		stories: prometheus.NewDesc("storyfeed_store_stories", "Stories kept, without those that are gone.", []string{"series"}, nil),
		state:   prometheus.NewDesc("storyfeed_store_series_state", "1 for the state that a series is in.", []string{"series", "state"}, nil),
		fault:   prometheus.NewDesc("storyfeed_store_series_fault", "1 for the kind of fault that a series has.", []string{"series", "fault"}, nil),
		lastOK:  prometheus.NewDesc("storyfeed_store_series_last_good_crawl_timestamp_seconds", "End of the last crawl that went well; 0: none did.", []string{"series"}, nil),
		fill:    prometheus.NewDesc("storyfeed_store_backfill_stories", "Stories of a back-fill that are still to be read; 0: none is going on.", []string{"series"}, nil),
		left:    prometheus.NewDesc("storyfeed_store_backfill_left_seconds", "How long the rest of a back-fill will take, about; 0: not known.", []string{"series"}, nil),
		pending: prometheus.NewDesc("storyfeed_store_index_pending", "Stories that the index does not show yet.", nil, nil),
		bytes:   prometheus.NewDesc("storyfeed_store_size_bytes", "Size of the database file.", nil, nil),
	}
}

// Describe implements [prometheus.Collector].
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.stories, g.state, g.fault, g.lastOK, g.fill, g.left, g.pending, g.bytes} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector].
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	series, err := g.store.ListSeries(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.stories, err)
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, s := range series {
		gauge(g.stories, float64(s.Stories), s.Slug)
		for _, f := range feed.Faults() {
			is := 0.0
			if s.Health.Fault == f {
				is = 1
			}
			gauge(g.fault, is, s.Slug, string(f))
		}
		for _, st := range []feed.State{feed.StateNew, feed.StateOK, feed.StateDegraded, feed.StateFailing} {
			is := 0.0
			if s.Health.State == st {
				is = 1
			}
			gauge(g.state, is, s.Slug, string(st))
		}
		last := 0.0
		if !s.Health.LastGood.IsZero() {
			last = float64(s.Health.LastGood.Unix())
		}
		gauge(g.lastOK, last, s.Slug)
		gauge(g.fill, float64(s.Backfill.Total-s.Backfill.Done), s.Slug)
		gauge(g.left, s.Backfill.Left().Seconds(), s.Slug)
	}
	stats, err := g.store.Stats(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.pending, err)
		return
	}
	gauge(g.pending, float64(stats.Pending))
	gauge(g.bytes, float64(stats.Bytes))
}

// problems is what /readyz tells beside the store and the series.
func (a *App) problems(ctx context.Context) []web.Problem {
	var list []web.Problem
	if p := a.behind.Load(); p != nil {
		list = append(list, *p)
	}
	if p := a.settings.fault.Load(); p != nil {
		list = append(list, *p)
	}
	if err := a.indexer.Fault(); err != nil {
		list = append(list, web.Problem{Part: "indexer", Text: err.Error()})
	}
	if _, err := a.index.Count(ctx); err != nil {
		list = append(list, web.Problem{Part: "index", Text: err.Error(), Fatal: true})
	}
	return list
}
