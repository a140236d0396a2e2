package web_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// Names, units and help of the metrics are as Prometheus' own linter wants them.
func TestMetricsLint(t *testing.T) {
	s := newSite(t, nil)
	s.get("/api/v1/series")
	s.get("/s/bees/feed.atom")
	problems, err := promlint.New(s.get("/metrics").Body).Lint()
	must(t, err)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
