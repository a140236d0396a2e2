package fetch

import (
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are counted always and exported when there is a registerer.
type metrics struct {
	requests *prometheus.CounterVec
	failures *prometheus.CounterVec
	received prometheus.Counter
	duration prometheus.Histogram
	wait     prometheus.Histogram
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_fetch_requests_total", Help: "HTTP requests by what they were answered.",
		}, []string{"answer"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_fetch_failures_total", Help: "Pages that could not be had, by reason.",
		}, []string{"reason"}),
		received: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "storyfeed_fetch_received_bytes_total", Help: "Bytes of bodies received, as sent.",
		}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "storyfeed_fetch_request_duration_seconds", Help: "Time of an HTTP request, body included.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}),
		wait: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "storyfeed_fetch_wait_seconds", Help: "Time for which a request waited for its host's turn.",
			Buckets: []float64{.1, .5, 1, 2.5, 5, 10, 30, 60},
		}),
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.requests, m.failures, m.received, m.duration, m.wait} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("fetch: register metrics: %w", err)
		}
	}
	return m, nil
}

// exchanged counts one request. Status 0: no answer.
func (m *metrics) exchanged(status int, took time.Duration, wire int64) {
	answer := "none"
	if status >= 100 && status < 600 {
		answer = strconv.Itoa(status/100) + "xx"
	}
	if status == 304 {
		answer = "304"
	}
	m.requests.WithLabelValues(answer).Inc()
	m.received.Add(float64(wire))
	m.duration.Observe(took.Seconds())
}

func (m *metrics) failed(r Reason) { m.failures.WithLabelValues(string(r)).Inc() }

func (m *metrics) waited(d time.Duration) { m.wait.Observe(d.Seconds()) }
