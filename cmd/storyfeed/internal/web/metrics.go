package web

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// unmatched is the route of what no route takes.
const unmatched = "unmatched"

// metrics counts what is answered, by route and status; a route is one of the
// names in routes, never a path.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	panics   prometheus.Counter

	unmatched *routeMetrics // of requests that no route takes

	polls *prometheus.CounterVec
	// Of polls, by outcome: looked up once, since most requests are polls.
	notModified, unconditional, changed, refused, other prometheus.Counter

	gateRefused prometheus.Counter

	sent  prometheus.Counter
	saved prometheus.Counter
}

// newMetrics registers with reg, or nowhere when it is nil.
func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_web_requests_total",
			Help: "Requests answered, by route and status code.",
		}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "storyfeed_web_request_duration_seconds",
			Help:    "Time from the request's headers to the end of the answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "storyfeed_web_panics_total",
			Help: "Requests that ended in a panic, a fault of ours.",
		}),
		polls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_web_polls_total",
			Help: "Requests for feeds, by outcome: not_modified, unconditional (in full, without being told what the reader has), changed (in full, as that is old), refused, other.",
		}, []string{"outcome"}),
		gateRefused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "storyfeed_web_feeds_refused_total",
			Help: "Feeds of several series, and catch-up feeds, that were not renewed since the new one would not be a valid feed.",
		}),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "storyfeed_web_feed_sent_bytes_total",
			Help: "Bytes of feeds that were sent, compressed.",
		}),
		saved: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "storyfeed_web_feed_saved_bytes_total",
			Help: "Bytes of feeds that 304 and compression saved.",
		}),
	}
	m.unmatched = m.route(unmatched)
	for outcome, c := range map[string]*prometheus.Counter{
		"not_modified": &m.notModified, "unconditional": &m.unconditional, "changed": &m.changed, "refused": &m.refused, "other": &m.other,
	} {
		*c = m.polls.WithLabelValues(outcome)
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.requests, m.seconds, m.panics, m.polls, m.gateRefused, m.sent, m.saved} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// routeMetrics are those of one route, looked up once: for a 304, finding them
// by their labels would be a tenth of the work.
type routeMetrics struct {
	name    string
	counts  *prometheus.CounterVec
	seconds prometheus.Observer
	codes   [500]atomic.Pointer[prometheus.Counter] // by status less 100; nil: not met yet
}

func (m *metrics) route(name string) *routeMetrics {
	return &routeMetrics{name: name, counts: m.requests, seconds: m.seconds.WithLabelValues(name)}
}

func (m *routeMetrics) observe(status int, took time.Duration) {
	m.seconds.Observe(took.Seconds())
	i := status - 100
	if i < 0 || i >= len(m.codes) { // 0: the connection was cut before an answer
		m.counts.WithLabelValues(m.name, strconv.Itoa(status)).Inc()
		return
	}
	c := m.codes[i].Load()
	if c == nil {
		counter := m.counts.WithLabelValues(m.name, strconv.Itoa(status))
		c = &counter
		m.codes[i].Store(c)
	}
	(*c).Inc()
}
