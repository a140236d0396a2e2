package indexer

import (
	"context"
	"errors"
	"sync"
	"time"

	"storyfeed/feed"
)

// longestSleep bounds how long the schedule sleeps, so that a clock that was
// set back or a series added by another process is noticed.
const longestSleep = time.Minute

// storeRetry is how long the schedule waits when the store can't be written,
// for instance on a full disk.
const storeRetry = 10 * time.Second

// Run crawls series when they are due until the context ends, and returns when
// all crawls that it started have ended. What is due is known from the store
// alone: timers survive restarts, and a restart does not poll anew.
func (ix *Indexer) Run(ctx context.Context) {
	var crawls sync.WaitGroup
	defer crawls.Wait()
	slots := make(chan struct{}, ix.Workers)
	for ctx.Err() == nil {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		s, err := ix.claim(ctx, func() (feed.Series, error) { return ix.Store.ClaimDue(ctx, ix.Owner, claimLease) })
		if err != nil {
			<-slots
			if errors.Is(err, feed.ErrNotFound) || ctx.Err() != nil {
				ix.sleep(ctx, ix.untilDue(ctx))
				continue
			}
			ix.Logger.Error("look for series that are due", "error", err, "again_in", storeRetry)
			ix.note(err)
			ix.sleep(ctx, storeRetry)
			continue
		}
		crawls.Go(func() {
			defer func() { <-slots; ix.Wake() }()
			if _, err := ix.visit(ctx, s, dueStories, nil); err != nil && ctx.Err() == nil {
				ix.Logger.Error("crawl", "series", s.Slug, "error", err)
			}
		})
	}
}

// Wake makes Run look again at what is due, after the configuration changed.
func (ix *Indexer) Wake() {
	select {
	case ix.wake <- struct{}{}:
	default:
	}
}

// untilDue is how long nothing will be due.
func (ix *Indexer) untilDue(ctx context.Context) time.Duration {
	if ix.unfinished() {
		return storeRetry
	}
	next, err := ix.Store.NextDue(ctx)
	if err != nil || next.IsZero() {
		return longestSleep
	}
	return min(longestSleep, max(next.Sub(ix.Now()), 100*time.Millisecond))
}

// sleep waits, or until something happened that may make a series due.
func (ix *Indexer) sleep(ctx context.Context, wait time.Duration) {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-ix.wake:
	}
}
