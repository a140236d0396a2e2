package fetch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"storyfeed/feed"
)

const (
	minHostGap   = time.Second      // for hosts that are not in Config.Allow
	leaseMargin  = 15 * time.Second // by which a lease outlives the longest exchange
	waitSlack    = time.Second      // by which Config.MaxWait may be passed, so that a Retry-After equal to it is waited for
	keeperUnit   = time.Millisecond // as exactly as Hosts must tell times
	maxTries     = 3                // exchanges that may fail in one get
	backOffBase  = 2 * time.Second  // wait after the first failure; doubles
	maxRetryWait = 10 * time.Second // for which a page itself waits; longer, and the caller had better ask for another one first
	minRetry     = time.Second      // a shorter Retry-After is no use
	maxRetry     = 24 * time.Hour   // a longer one is cut
)

// Hosts keeps, for all processes that share it, which host is being asked and
// when it may be asked again, and what its robots.txt said. A host is named
// "name:port" in lower case, an origin "https://name" or "https://name:port".
type Hosts interface {
	// AcquireHost takes the host for owner until the lease ends, and returns
	// 0; or takes nothing and returns how long to wait before asking again:
	// until the host's next time, or shortly when somebody has a lease.
	AcquireHost(ctx context.Context, host, owner string, lease time.Duration) (wait time.Duration, err error)
	// ReleaseHost ends owner's lease, if it still has it. The host is free
	// after the gap, at least.
	ReleaseHost(ctx context.Context, host, owner string, gap time.Duration) error
	// DelayHost keeps everybody from the host until then, at least.
	DelayHost(ctx context.Context, host string, until time.Time) error
	// Robots gives what SaveRobots kept; feed.ErrNotFound when it kept nothing.
	Robots(ctx context.Context, origin string) (body []byte, status int, fetched time.Time, err error)
	// SaveRobots keeps a robots.txt. Status 200: body is the file. 4xx: there
	// is none. Any other, 0 for no answer: it could not be had, and body says
	// why.
	SaveRobots(ctx context.Context, origin string, status int, body []byte) error
}

// takeHost waits until a host may be asked and takes it. release gives it
// back with the gap.
func (c *Client) takeHost(ctx context.Context, u *url.URL, gap time.Duration) (release func(), err error) {
	host, start := leaseKey(u), c.now()
	defer func() { c.metrics.waited(c.now().Sub(start)) }()

	// Within the process there is a queue, so that nobody starves and the
	// store is asked by one only.
	queue, cancel := context.WithTimeoutCause(ctx, c.maxWait, feed.ErrBusy)
	defer cancel()
	leave, err := c.queue.lock(queue, host)
	switch {
	case err != nil && ctx.Err() != nil: // without an error the turn is ours, and to be given back
		return nil, fail(u.String(), ReasonCanceled, context.Cause(ctx))
	case err != nil:
		return nil, failf(u.String(), ReasonBusy, "%s is %w: others wait for it too", host, feed.ErrBusy)
	}
	if err := c.lease(ctx, u, host, start); err != nil {
		leave()
		return nil, err
	}
	return func() {
		defer leave()
		// A lease must be given back even when the caller has gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := c.hosts.ReleaseHost(ctx, host, c.owner, spread(gap)); err != nil {
			c.log.Warn("release a host; its lease runs out by itself", "host", host, "error", err)
		}
	}, nil
}

// lease takes the row of a host, waiting at most Config.MaxWait since start.
func (c *Client) lease(ctx context.Context, u *url.URL, host string, start time.Time) error {
	lease := c.budget.total + leaseMargin
	for {
		wait, err := c.hosts.AcquireHost(ctx, host, c.owner, lease)
		if err == nil && wait <= 0 {
			return nil
		}
		if err == nil {
			if waited := c.now().Sub(start); waited+wait > c.maxWait+waitSlack {
				e := failf(u.String(), ReasonBusy, "%s is %w: it may not be asked for another %v", host, feed.ErrBusy, wait.Round(time.Second))
				e.NextTry = c.now().Add(wait)
				return e
			}
			err = c.sleep(ctx, wait)
		}
		if ctx.Err() != nil {
			return fail(u.String(), ReasonCanceled, context.Cause(ctx))
		}
		if err != nil {
			return fmt.Errorf("fetch %s: take the host: %w", u, err)
		}
	}
}

// gap is the pause after a request to u.
func (c *Client) gap(u *url.URL, r ruleset) time.Duration {
	gap := c.hostGap
	if !c.guard.allow[hostPort(u)] {
		gap = max(gap, minHostGap)
	}
	return max(gap, r.delay)
}

// spread adds up to a twentieth, so that requests fall into no rhythm with
// those of others, and what a keeper that counts in milliseconds may lose.
func spread(d time.Duration) time.Duration {
	return d + rand.N(d/20+1) + keeperUnit
}

// backOff is how long a host is left alone after a failure: what it asks for,
// or else ever longer with every failure of this get.
func backOff(e *Error, failures int) time.Duration {
	if e.retryAfter > 0 {
		return e.retryAfter
	}
	d := backOffBase << min(failures, 10)
	return d + rand.N(d/4)
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3): seconds, or a date, which
// is compared with the answer's own Date so that a clock that is wrong does
// not matter. 0: there is none, or one that makes no sense.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	var d time.Duration
	seconds, err := strconv.ParseUint(value, 10, 64)
	switch {
	case err == nil || errors.Is(err, strconv.ErrRange):
		d = time.Duration(min(seconds, uint64(maxRetry/time.Second))) * time.Second
	default:
		at, err := http.ParseTime(value)
		if err != nil {
			return 0
		}
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			now = date
		}
		d = at.Sub(now)
	}
	if d < minRetry {
		return 0
	}
	return min(d, maxRetry)
}

// queues gives every key a lock whose waiters come in turn. The zero value is
// ready for use.
type queues struct {
	mu   sync.Mutex
	keys map[string]*queue
}

type queue struct {
	turn  chan struct{}
	users int
}

// lock waits for its turn, or for the context's end.
func (q *queues) lock(ctx context.Context, key string) (unlock func(), err error) {
	q.mu.Lock()
	k := q.keys[key]
	if k == nil {
		k = &queue{turn: make(chan struct{}, 1)}
		if q.keys == nil {
			q.keys = map[string]*queue{}
		}
		q.keys[key] = k
	}
	k.users++
	q.mu.Unlock()

	leave := func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if k.users--; k.users == 0 {
			delete(q.keys, key)
		}
	}
	select {
	case k.turn <- struct{}{}:
		return func() { <-k.turn; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
