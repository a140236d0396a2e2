package indexer

import (
	"context"
	"errors"
	"sync"

	"storyfeed/feed"
)

// claims remembers crawls whose end could not be written, to a full disk for
// instance. Their series would stay claimed until the lease ends, and nobody
// could tell what happened.
type claims struct {
	mu   sync.Mutex // also held while a claim is taken: an old end must not give back a new claim
	late map[string]ended
}

type ended struct {
	report feed.Crawl
	health feed.Health
}

// claim takes a claim, after writing what could not be written before.
func (ix *Indexer) claim(ctx context.Context, take func() (feed.Series, error)) (feed.Series, error) {
	ix.claims.mu.Lock()
	defer ix.claims.mu.Unlock()
	for slug, e := range ix.claims.late {
		err := ix.Store.FinishCrawl(ctx, ix.Owner, e.report, e.health)
		if err != nil && !errors.Is(err, feed.ErrBusy) { // busy: the lease has ended
			break // still no room
		}
		delete(ix.claims.late, slug)
	}
	s, err := take()
	if err == nil {
		delete(ix.claims.late, s.Slug)
	}
	return s, err
}

// finishLater keeps the end of a crawl for the next [Indexer.claim].
func (ix *Indexer) finishLater(c feed.Crawl, h feed.Health) {
	ix.claims.mu.Lock()
	defer ix.claims.mu.Unlock()
	if ix.claims.late == nil {
		ix.claims.late = map[string]ended{}
	}
	ix.claims.late[c.Series] = ended{c, h}
}

// unfinished reports whether an end waits to be written.
func (ix *Indexer) unfinished() bool {
	ix.claims.mu.Lock()
	defer ix.claims.mu.Unlock()
	return len(ix.claims.late) > 0
}
