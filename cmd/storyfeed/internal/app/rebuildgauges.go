package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/index"
)

// rebuildGauges tell how far the rebuild of the index is.
type rebuildGauges struct {
	progress func() (index.Progress, bool) // see [App.rebuilding]

	rebuilding, done, total, left *prometheus.Desc
}

func newRebuildGauges(progress func() (index.Progress, bool)) *rebuildGauges {
	gauge := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("storyfeed_index_"+name, help, nil, nil)
	}
	return &rebuildGauges{
		progress:   progress,
		rebuilding: gauge("rebuilding", "1 while the search index is rebuilt."),
		done:       gauge("rebuild_done_stories", "Stories that the index that is being built holds; 0: none is."),
		total:      gauge("rebuild_stories", "Stories that it will hold; 0: none is being built."),
		left:       gauge("rebuild_left_seconds", "How long the rest will take, about; 0: not known."),
	}
}

// Describe implements [prometheus.Collector].
func (g *rebuildGauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.rebuilding, g.done, g.total, g.left} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector].
func (g *rebuildGauges) Collect(ch chan<- prometheus.Metric) {
	p, ok := g.progress()
	is := 0.0
	if ok {
		is = 1
	}
	for d, v := range map[*prometheus.Desc]float64{
		g.rebuilding: is, g.done: float64(p.Done), g.total: float64(p.Total), g.left: p.Left(time.Now()).Seconds(),
	} {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
}
