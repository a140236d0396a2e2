package web

import (
	"errors"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/feed"
)

// maxRendered is up to how many bytes of feeds that were made for a request are
// kept, in both codings.
const maxRendered = 8 << 20

// preparedFeeds keeps the header values of the published documents that were
// asked for last. Safe for concurrent use.
type preparedFeeds struct {
	mu   sync.Mutex
	kept *simplelru.LRU[string, *preparedFeed]
}

func newPreparedFeeds() *preparedFeeds {
	const most = 64 // it keeps their bytes in memory, too
	p := new(preparedFeeds)
	p.kept, _ = simplelru.NewLRU[string, *preparedFeed](most, nil) // fails only for a negative size
	return p
}

// of returns the prepared form of doc, made anew whenever the document is
// another one than last time. hub is where its changes are pushed; empty:
// nowhere.
func (p *preparedFeeds) of(doc *feed.Document, hub string) *preparedFeed {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.kept.Get(doc.Path)
	if !ok || f.doc != doc {
		f = prepare(doc)
		f.hub = hub
		p.kept.Add(doc.Path, f)
	}
	return f
}

// renderedFeeds keeps the feeds that are not published but made when somebody
// asks: there are as many as there are queries. Safe for concurrent use.
type renderedFeeds struct {
	mu     sync.Mutex
	bytes  int
	kept   *simplelru.LRU[string, renderedFeed]
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
	stamp string
	*preparedFeed
}

func newRenderedFeeds() *renderedFeeds {
	const most = 10_000 // feeds: the bytes are what counts
	r := &renderedFeeds{making: map[string]*making{}}
	r.kept, _ = simplelru.NewLRU(most, func(_ string, f renderedFeed) { r.bytes -= f.size() }) // fails only for a negative size
	return r
}

// of returns the feed of a key, made anew unless the one that is kept has the
// same stamp: whatever changes the feed changes the stamp. Nothing is kept of
// a failure; one that the gate refuses leaves the last good one in its place.
func (r *renderedFeeds) of(key, stamp string, render func() (feed.Document, error)) (*preparedFeed, error) {
	if f, ok := r.get(key, stamp); ok {
		return f, nil
	}
	defer r.turn(key)()
	if f, ok := r.get(key, stamp); ok {
		return f, nil
	}
	doc, err := render()
	if refused := (*feed.GateError)(nil); errors.As(err, &refused) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if last, ok := r.kept.Peek(key); ok {
			return last.preparedFeed, nil
		}
	}
	if err != nil {
		return nil, err
	}
	f := renderedFeed{stamp, prepare(&doc)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept.Remove(key)
	r.kept.Add(key, f)
	for r.bytes += f.size(); r.bytes > maxRendered && r.kept.Len() > 1; {
		r.kept.RemoveOldest()
	}
	return f.preparedFeed, nil
}

func (r *renderedFeeds) get(key, stamp string) (*preparedFeed, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.kept.Get(key)
	if !ok || f.stamp != stamp {
		return nil, false
	}
	return f.preparedFeed, true
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
