package hub

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/feed"
)

type metrics struct {
	verifications *prometheus.CounterVec
	deliveries    *prometheus.CounterVec
	delay         prometheus.Histogram
}

// newMetrics registers with reg, or nowhere when it is nil.
func newMetrics(reg prometheus.Registerer, st Store) (*metrics, error) {
	m := &metrics{
		verifications: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_hub_verifications_total", Help: "Wishes to subscribe or unsubscribe that callbacks were asked about, by outcome.",
		}, []string{"outcome"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "storyfeed_hub_deliveries_total", Help: "Tries to deliver a version of a feed to a subscriber, or to tell an outside hub of it, by result.",
		}, []string{"result"}),
		delay: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "storyfeed_hub_delivery_delay_seconds", Help: "Time from the change of a feed to its delivery to one subscriber.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2, 5, 10, 60, 600, 3600, 6 * 3600, 24 * 3600},
		}),
	}
	for _, o := range []outcome{confirmed, refused, unreachable} {
		m.verifications.WithLabelValues(string(o))
	}
	for _, r := range []result{delivered, failed, gaveUp, ended} {
		m.deliveries.WithLabelValues(string(r))
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{
		m.verifications, m.deliveries, m.delay,
		gauge("storyfeed_hub_subscriptions", "Subscriptions that are active.", st, func(u feed.HubUse) int { return u.Subscriptions }),
		gauge("storyfeed_hub_pending", "Wishes that are still to be verified.", st, func(u feed.HubUse) int { return u.Pending }),
	} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// gauge reads the store when somebody asks, so that it can't disagree with it.
func gauge(name, help string, st Store, value func(feed.HubUse) int) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		use, err := st.HubUse(ctx, "", "")
		if err != nil {
			return -1 // a gauge can't fail; the store's own metrics tell
		}
		return float64(value(use))
	})
}

func (m *metrics) verified(o outcome) { m.verifications.WithLabelValues(string(o)).Inc() }

func (m *metrics) delivered(r result, delay time.Duration) {
	m.deliveries.WithLabelValues(string(r)).Inc()
	if r == delivered {
		m.delay.Observe(delay.Seconds())
	}
}
