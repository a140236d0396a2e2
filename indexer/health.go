package indexer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/fetch"
)

// Limits of the time between two crawls of a series that fails.
const (
	firstRetry = time.Minute
	lastRetry  = 24 * time.Hour
)

// stoppedEarly is the Err of a crawl that was ended from outside.
const stoppedEarly = "stopped before its end"

// finish turns the outcome of a crawl into its report and the series' health.
func (c *crawl) finish(ctx context.Context, err error) (feed.Crawl, feed.Health) {
	now := c.ix.Now().UTC()
	c.report.Took = now.Sub(c.report.Started)
	c.report.Requests, c.report.NotModified = c.counter.Requests(), c.counter.NotModified()

	old := c.series.Health
	h := feed.Health{State: feed.StateOK, LastGood: now, Next: now.Add(jitter(c.series.Every))}
	switch {
	case err != nil && ctx.Err() != nil: // stopped, not failed: go on where we were as soon as possible
		h = old // the next crawl goes on where this one was
		h.Next = now
		c.report.Err = stoppedEarly
	case err != nil:
		c.report.Err = plainly(err)
		h.State, h.Fault, h.Reason = feed.StateFailing, faultOf(err), c.report.Err
		h.Failures, h.LastGood = old.Failures+1, old.LastGood
		h.Next = nextTry(now, c.series.Every, h.Failures, err)
	case c.trouble != "":
		h.State, h.Fault, h.Reason = feed.StateDegraded, c.fault, c.trouble
		if c.troubles > 1 {
			h.Reason += fmt.Sprintf(" (and %d more faults)", c.troubles-1)
		}
		h.LastGood = old.LastGood
		if !c.notBefore.IsZero() && c.notBefore.After(h.Next) {
			h.Next = c.notBefore
		}
	}
	if err == nil {
		c.pause(&h, old)
	}
	h.Since = old.Since
	if h.State != old.State || h.Since.IsZero() {
		h.Since = now
	}
	return c.report, h
}

// nextTry is when a series whose crawl failed is visited again: soon at
// first, since most faults are short, then at its ordinary pace, then ever
// more rarely; never before the site said it may be asked.
func nextTry(now time.Time, every time.Duration, failures int, err error) time.Time {
	wait := lastRetry
	if n := failures - 1; n < 20 {
		wait = min(firstRetry<<n, lastRetry)
	}
	next := now.Add(jitter(wait))
	var fe *fetch.Error
	if errors.As(err, &fe) && fe.NextTry.After(next) {
		return fe.NextTry
	}
	return next
}

// jitter spreads visits so that series that started together drift apart: up
// to a tenth later, never earlier.
func jitter(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d
	}
	return d + rand.N(d/10)
}

// faulty notes something that is wrong without ending the crawl. The first one
// is told, the rest is counted.
func (c *crawl) faulty(kind feed.Fault, format string, args ...any) {
	c.troubles++
	if c.troubles == 1 {
		c.fault, c.trouble = kind, fmt.Sprintf(format, args...)
	}
}
