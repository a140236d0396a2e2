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
		s, err := ix.Store.ClaimDue(ctx, ix.Owner, claimLease)
		if err != nil {
			<-slots
			if !errors.Is(err, feed.ErrNotFound) && ctx.Err() == nil {
				ix.Logger.Error("look for series that are due", "error", err)
			}
			ix.sleep(ctx)
			continue
		}
		crawls.Go(func() {
			defer func() { <-slots; ix.Wake() }()
			ix.crawlDue(ctx, s)
		})
	}
}

// crawlDue keeps a fault of ours in one series from ending the service.
func (ix *Indexer) crawlDue(ctx context.Context, s feed.Series) {
	defer func() {
		if r := recover(); r != nil {
			ix.Logger.Error("panic while crawling", "series", s.Slug, "panic", r)
		}
	}()
	if _, err := ix.visit(ctx, s, dueStories, nil); err != nil && ctx.Err() == nil {
		ix.Logger.Error("crawl", "series", s.Slug, "error", err)
	}
}

// Wake makes Run look again at what is due, after the configuration changed.
func (ix *Indexer) Wake() {
	select {
	case ix.wake <- struct{}{}:
	default:
	}
}

// sleep waits for the next series to be due.
func (ix *Indexer) sleep(ctx context.Context) {
	wait := longestSleep
	if next, err := ix.Store.NextDue(ctx); err == nil && !next.IsZero() {
		wait = min(wait, max(next.Sub(ix.Now()), 100*time.Millisecond))
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-ix.wake:
	}
}
