package indexer

import (
	"context"
	"sync"
	"time"
)

// When a long crawl lets readers see what it found so far. All feeds of the
// series are rendered anew each time, so it is done ever more rarely: after
// twice the time, at most a twentieth of the time, but no later than that.
const (
	firstShow  = 5 * time.Second
	lastShow   = 5 * time.Minute
	showShare  = 20
	indexEvery = 32 // stories; more at once would cost memory
)

// shows remembers when series were shown last that are crawled in slices.
type shows struct {
	mu sync.Mutex
	of map[string]shown
}

type shown struct {
	at   time.Time
	wait time.Duration // until the next
}

// due reports whether a series is to be shown again. The time begins to run
// with the first question.
func (s *shows) due(slug string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.of[slug]
	if !ok {
		s.set(slug, shown{now, firstShow})
		return false
	}
	return now.Sub(last.at) >= last.wait
}

// done notes that a series was shown, and what time that took.
func (s *shows) done(slug string, now time.Time, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := max(firstShow, min(2*s.of[slug].wait, lastShow), showShare*took)
	s.set(slug, shown{now, wait})
}

func (s *shows) set(slug string, last shown) {
	if s.of == nil {
		s.of = map[string]shown{}
	}
	s.of[slug] = last
}

// forget ends the rhythm of a series.
func (s *shows) forget(slug string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, slug)
}

// saved notes that something was saved that index and feeds have to show.
func (c *crawl) saved() {
	c.pending = true
	c.unread++
}

// show lets readers see, now and then, what a long crawl found so far.
func (c *crawl) show(ctx context.Context) {
	if c.unread >= indexEvery {
		c.unread = 0
		c.tell(ctx, c.ix.ApplyPending(ctx))
	}
	if !c.ix.shows.due(c.series.Slug, c.ix.Now()) || !c.pending {
		return
	}
	c.tell(ctx, c.publish(ctx))
	c.tell(ctx, c.noteFill(ctx))
}

func (c *crawl) tell(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		c.ix.Logger.Error("index and publish", "series", c.series.Slug, "error", err)
	}
}

func (c *crawl) publish(ctx context.Context) error {
	c.pending, c.unread = false, 0
	start := time.Now()
	err := c.ix.settle(ctx, c.series.Slug)
	c.ix.shows.done(c.series.Slug, c.ix.Now(), time.Since(start))
	return err
}

// showAtEnd shows what the visit found. A slice of a back-fill keeps to the
// rhythm.
func (c *crawl) showAtEnd(ctx context.Context) error {
	if c.fill.sliced && c.series.Stories > 0 && !c.ix.shows.due(c.series.Slug, c.ix.Now()) {
		return c.ix.ApplyPending(ctx)
	}
	err := c.publish(ctx)
	if !c.fill.sliced {
		c.ix.shows.forget(c.series.Slug)
	}
	return err
}
