package fetch

import (
	"context"
	"sync/atomic"
	"time"
)

// Counter counts the requests made on behalf of a context. The zero value is
// ready; it is safe for concurrent use.
type Counter struct {
	requests, notModified, took atomic.Int64
}

// Requests is the number of requests sent, those for robots.txt, redirects
// and repeated ones included.
func (c *Counter) Requests() int { return int(c.requests.Load()) }

// NotModified is how many of them were answered 304.
func (c *Counter) NotModified() int { return int(c.notModified.Load()) }

// Took is how long they took on the network, without any waiting before them.
func (c *Counter) Took() time.Duration { return time.Duration(c.took.Load()) }

type counterKey struct{}

// counters are those that count a context's requests.
type counters []*Counter

// WithCounter gives a context whose requests c counts, beside the counters
// that the context has already.
func WithCounter(ctx context.Context, c *Counter) context.Context {
	outer := count(ctx)
	return context.WithValue(ctx, counterKey{}, append(outer[:len(outer):len(outer)], c))
}

func count(ctx context.Context) counters {
	all, _ := ctx.Value(counterKey{}).(counters)
	return all
}

func (all counters) sent() {
	for _, c := range all {
		c.requests.Add(1)
	}
}

func (all counters) unchanged() {
	for _, c := range all {
		c.notModified.Add(1)
	}
}

func (all counters) lasted(d time.Duration) {
	for _, c := range all {
		c.took.Add(int64(d))
	}
}
