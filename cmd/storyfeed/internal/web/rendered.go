package web

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/feed"
)

// How much is kept of feeds that were made for a request: bytes, in both
// codings, and how many feeds.
const (
	maxRendered  = 8 << 20
	mostRendered = 10_000
)

// keepAgain is how long after a feed was kept it is kept anew though it is the
// same: which of them are asked for decides which stay.
const keepAgain = 24 * time.Hour

// renderedFeeds keeps the feeds that are not published but made when somebody
// asks: there are as many as there are queries. Those that are asked for more
// than once are kept in the store, too, for when the gate refuses the next one
// after a restart; so whoever asks for something once makes nobody write. Safe
// for concurrent use.
type renderedFeeds struct {
	store    Store
	base     string // URL that the links in the feeds begin with
	now      func() time.Time
	log      *slog.Logger
	refusals *refusals

	mu     sync.Mutex
	bytes  int
	kept   *simplelru.LRU[string, renderedFeed]
	floor  time.Time          // no feed that is not kept any more has a later Last-Modified
	making map[string]*making // by the key of what is being made
}

// making lets one request make a feed and the others wait for it: after a
// change all its readers come at once.
type making struct {
	sync.Mutex
	waiting int // with the one that makes it
}

// renderedFeed is a feed with what it was made of.
type renderedFeed struct {
	stamp  string
	stored time.Time // when it was kept in the store; zero: never
	*preparedFeed
}

func newRenderedFeeds(store Store, base string, now func() time.Time, log *slog.Logger, m *metrics) *renderedFeeds {
	r := &renderedFeeds{store: store, base: base, now: now, log: log, refusals: newRefusals(now, log, m.gateRefused), making: map[string]*making{}}
	r.kept, _ = simplelru.NewLRU(mostRendered+1, func(_ string, f renderedFeed) { r.bytes -= f.size() }) // fails only for a negative size
	return r
}

// of returns the feed of a key, which is the path that it is kept by, made anew
// unless the one that is kept has the same stamp: whatever changes the feed
// changes the stamp. Nothing is kept of a failure; one that the gate refuses
// leaves the last good one in its place.
func (r *renderedFeeds) of(ctx context.Context, key, stamp string, render func() (feed.Document, error)) (*preparedFeed, error) {
	if f, ok := r.again(ctx, key, stamp); ok {
		return f, nil
	}
	defer r.turn(key)()
	if f, ok := r.again(ctx, key, stamp); ok {
		return f, nil
	}
	last, err := r.last(ctx, key)
	if err != nil {
		return nil, err
	}
	doc, err := render()
	if refused := (*feed.GateError)(nil); errors.As(err, &refused) {
		r.refusals.note(key, err, last)
		if last != nil {
			return last, nil
		}
	}
	if err != nil {
		return nil, err
	}
	r.refusals.forget(key)
	f := renderedFeed{stamp: stamp, preparedFeed: r.dated(doc, last)}
	if last != nil { // somebody follows it
		f.stored = r.now()
		r.keep(ctx, f)
	}
	r.put(key, f)
	return f.preparedFeed, nil
}

// again is the feed of a key for whoever asks once more, if it is still the same.
func (r *renderedFeeds) again(ctx context.Context, key, stamp string) (*preparedFeed, bool) {
	r.mu.Lock()
	f, ok := r.kept.Get(key)
	ok = ok && f.stamp == stamp
	keep := ok && r.now().Sub(f.stored) >= keepAgain
	if keep {
		f.stored = r.now()
		r.bytes += f.size() // that are taken away when its place is taken
		r.kept.Remove(key)
		r.kept.Add(key, f)
	}
	r.mu.Unlock()
	if keep {
		r.keep(ctx, f)
	}
	if !ok {
		return nil, false
	}
	return f.preparedFeed, true
}

// last is the last good feed of a key; nil: there is none.
func (r *renderedFeeds) last(ctx context.Context, key string) (*preparedFeed, error) {
	r.mu.Lock()
	f, ok := r.kept.Peek(key)
	r.mu.Unlock()
	if ok {
		return f.preparedFeed, nil
	}
	doc, err := r.store.KeptFeed(ctx, key, r.base)
	switch {
	case isNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return prepare(&doc), nil
}

// dated prepares a document and says when it got its bytes: later than the one
// before it, so that If-Modified-Since alone misses no change. When nothing is
// known of that one any more, it is now, and not the newest change that it shows:
// where a series is taken away, that one is older than what was served before.
func (r *renderedFeeds) dated(doc feed.Document, last *preparedFeed) *preparedFeed {
	if last != nil && last.doc.ETag == doc.ETag {
		doc.Modified = last.doc.Modified
		return prepare(&doc)
	}
	r.mu.Lock()
	before := r.floor
	r.mu.Unlock()
	if last != nil {
		before = last.doc.Modified
	}
	doc.Modified = latest(r.now().UTC().Truncate(time.Second), before.Add(time.Second))
	return prepare(&doc)
}

// keep keeps a feed in the store, whether or not the one who asks waits for that.
func (r *renderedFeeds) keep(ctx context.Context, f renderedFeed) {
	doc := *f.doc
	doc.Fingerprint = r.base
	if err := r.store.KeepFeed(context.WithoutCancel(ctx), doc); err != nil {
		r.log.Warn("a feed is not kept for after a restart", "error", err)
	}
}

func (r *renderedFeeds) put(key string, f renderedFeed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept.Remove(key)
	r.kept.Add(key, f)
	for r.bytes += f.size(); (r.bytes > maxRendered || r.kept.Len() > mostRendered) && r.kept.Len() > 1; {
		_, old, _ := r.kept.RemoveOldest()
		r.floor = latest(r.floor, old.doc.Modified)
	}
}

// turn waits until nobody else makes the feed of a key, and returns what ends
// the turn.
func (r *renderedFeeds) turn(key string) (end func()) {
	r.mu.Lock()
	m := r.making[key]
	if m == nil {
		m = new(making)
		r.making[key] = m
	}
	m.waiting++
	r.mu.Unlock()
	m.Lock()
	return func() {
		m.Unlock()
		r.mu.Lock()
		defer r.mu.Unlock()
		if m.waiting--; m.waiting == 0 {
			delete(r.making, key)
		}
	}
}

func (f renderedFeed) size() int { return len(f.doc.Body) + len(f.doc.Gzip) }
