package indexer

import (
	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/feed"
)

// metrics counts what crawls did.
type metrics struct {
	crawls   *prometheus.CounterVec
	stories  *prometheus.CounterVec
	took     prometheus.Histogram
	rebuilds *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		crawls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_indexer_crawls_total", Help: "Crawls by the state in which they left their series.",
		}, []string{"state"}),
		stories: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_indexer_stories_total", Help: "Stories by what a crawl found of them.",
		}, []string{"outcome"}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "storyfeed_indexer_crawl_duration_seconds", Help: "How long a crawl took.",
			Buckets: []float64{.1, 1, 10, 60, 300, 1800, 7200},
		}),
		rebuilds: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_indexer_rebuilds_total", Help: "Rebuilds of the search index, by outcome: swapped, or failed, after which the old index stays.",
		}, []string{"outcome"}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.crawls, m.stories, m.took, m.rebuilds} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *metrics) crawled(c feed.Crawl, h feed.Health) {
	m.crawls.WithLabelValues(string(h.State)).Inc()
	m.took.Observe(c.Took.Seconds())
	for outcome, n := range map[string]int{
		"new": c.New, "changed": c.Changed, "moved": c.Moved, "unchanged": c.Unchanged, "gone": c.Gone, "failed": c.Failed,
	} {
		m.stories.WithLabelValues(outcome).Add(float64(n))
	}
}

func (m *metrics) rebuilt(err error) {
	outcome := "swapped"
	if err != nil {
		outcome = "failed"
	}
	m.rebuilds.WithLabelValues(outcome).Inc()
}
