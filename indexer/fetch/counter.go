package fetch

import (
	"context"
	"sync/atomic"
)

// Counter counts the requests made on behalf of a context. The zero value is
// ready; it is safe for concurrent use.
type Counter struct {
	requests, notModified atomic.Int64
}

// Requests is the number of requests sent, those for robots.txt, redirects
// and repeated ones included.
func (c *Counter) Requests() int { return int(c.requests.Load()) }

// NotModified is how many of them were answered 304.
func (c *Counter) NotModified() int { return int(c.notModified.Load()) }

type counterKey struct{}

// WithCounter gives a context whose requests c counts.
func WithCounter(ctx context.Context, c *Counter) context.Context {
	return context.WithValue(ctx, counterKey{}, c)
}

func count(ctx context.Context) *Counter {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		return c
	}
	return new(Counter)
}
