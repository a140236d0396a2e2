// Package readers keeps the book of how feed readers behave: for each kind of
// reader how often it asks, how often it says what it has already, and what
// that saves; and it tells which client asks far too often.
//
//	book := readers.New(readers.Config{})
//	if wait := book.Wait(r.RemoteAddr, r.Header, agent, feed, conditional); wait > 0 { ... 429 ... }
//	book.Count(agent, readers.Poll{Status: 304, Saved: 109_000})
//
// Decided: a kind of reader is its product and major version ("Miniflux/2"),
// see [Name]: what differs from one installation or person to the next is
// neither kept nor shown. No address of a client is kept at all, not even in
// memory: the limits know clients by hashes with a key that lasts as long as
// the process. Counters are atomic and names are remembered by what was sent,
// so that counting costs the answer of a 304 next to nothing.
//
// Everything is bounded: [MaxReaders] kinds, whatever is sent; the others are
// counted together. Of the limits, 65,536 clients are remembered; when more
// ask within minutes, the new ones are not limited: a flood of addresses is
// for a firewall, and must not shut readers out.
package readers

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"storyfeed/feed/store"
)

const (
	MaxReaders = 200      // kinds of readers that are told apart
	Others     = "others" // the kind of all further ones

	maxSent  = 1024      // values of User-Agent of which the kind is remembered
	maxAgent = 256       // bytes of it that are looked at
	newcomer = 10        // requests up to which a kind gives its place to a new one,
	idle     = time.Hour // when it has not asked for so long
)

// Config is what [New] needs. The zero value is ready.
type Config struct {
	Known []store.Reader   // what was counted before
	Now   func() time.Time // nil: time.Now
}

// Book counts and limits. Its methods are safe for concurrent use.
type Book struct {
	now   func() time.Time
	seed  maphash.Seed
	dirty atomic.Bool // something was counted since the last [Book.Changed]

	mu     sync.RWMutex
	sent   map[string]*reader // by User-Agent as it was sent
	byName map[string]*reader
	others *reader

	shards [shards]shard
}

// reader is a kind of readers.
type reader struct {
	name                                                         string
	since                                                        int64 // Unix time
	last                                                         atomic.Int64
	requests, notModified, unconditional, refused, bytes, spared atomic.Int64
}

// New returns a book that goes on where another one ended.
func New(c Config) *Book {
	b := &Book{now: c.Now, seed: maphash.MakeSeed(), sent: map[string]*reader{}, byName: map[string]*reader{}}
	if b.now == nil {
		b.now = time.Now
	}
	for i := range b.shards {
		b.shards[i].due = map[uint64]int64{}
	}
	b.others = &reader{name: Others, since: b.now().Unix()}
	for _, k := range c.Known {
		r := b.others
		if k.Name != Others && len(b.byName) < MaxReaders {
			r = &reader{name: k.Name}
			b.byName[k.Name] = r
		}
		r.since = k.Since.Unix()
		r.last.Store(max(r.last.Load(), k.Last.Unix()))
		r.add(k)
	}
	return b
}

func (r *reader) add(k store.Reader) {
	r.requests.Add(int64(k.Requests))
	r.notModified.Add(int64(k.NotModified))
	r.unconditional.Add(int64(k.Unconditional))
	r.refused.Add(int64(k.Refused))
	r.bytes.Add(k.Sent)
	r.spared.Add(k.Saved)
}

// Poll is one answered request for a feed.
type Poll struct {
	Status        int
	Unconditional bool  // it did not say what it has already, and was not refused
	Sent          int64 // bytes of the body that left, compressed
	Saved         int64 // bytes that 304 or compression made unnecessary
}

// Count adds a poll to what is known of the reader that sent that User-Agent.
func (b *Book) Count(agent string, p Poll) {
	r := b.reader(agent)
	r.requests.Add(1)
	switch {
	case p.Status == 304:
		r.notModified.Add(1)
	case p.Status == 429:
		r.refused.Add(1)
	case p.Unconditional:
		r.unconditional.Add(1)
	}
	r.bytes.Add(p.Sent)
	r.spared.Add(p.Saved)
	r.last.Store(b.now().Unix())
	if !b.dirty.Load() { // most often it is, and then the line is not fought for
		b.dirty.Store(true)
	}
}

// reader returns the kind that sent an agent.
func (b *Book) reader(agent string) *reader {
	agent = agent[:min(len(agent), maxAgent)]
	b.mu.RLock()
	r := b.sent[agent]
	b.mu.RUnlock()
	if r != nil {
		return r
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	r = b.named(Name(agent))
	if len(b.sent) >= maxSent {
		clear(b.sent) // those that ask often are back at once
	}
	b.sent[agent] = r
	return r
}

// named returns the kind of that name. A new one gets a place as long as
// there is any, or one that gave up after a few requests: then those are
// counted among the others.
func (b *Book) named(name string) *reader {
	if r := b.byName[name]; r != nil {
		return r
	}
	if name == Others || len(b.byName) >= MaxReaders && !b.makeRoom() {
		return b.others
	}
	r := &reader{name: name, since: b.now().Unix()}
	b.byName[name] = r
	return r
}

func (b *Book) makeRoom() bool {
	before := b.now().Add(-idle).Unix()
	var weak *reader
	for _, r := range b.byName {
		if r.requests.Load() <= newcomer && r.last.Load() < before && (weak == nil || r.requests.Load() < weak.requests.Load()) {
			weak = r
		}
	}
	if weak == nil {
		return false
	}
	delete(b.byName, weak.name)
	clear(b.sent) // it may point there
	b.others.add(weak.snapshot())
	b.others.last.Store(max(b.others.last.Load(), weak.last.Load()))
	return true
}

func (r *reader) snapshot() store.Reader {
	return store.Reader{
		Name: r.name, Since: time.Unix(r.since, 0).UTC(), Last: time.Unix(r.last.Load(), 0).UTC(),
		Requests: int(r.requests.Load()), NotModified: int(r.notModified.Load()), Unconditional: int(r.unconditional.Load()),
		Refused: int(r.refused.Load()), Sent: r.bytes.Load(), Saved: r.spared.Load(),
	}
}

// Readers returns what was counted, the most frequent kinds first and the
// others last.
func (b *Book) Readers() []store.Reader {
	b.mu.RLock()
	defer b.mu.RUnlock()
	list := make([]store.Reader, 0, len(b.byName)+1)
	for _, r := range b.byName {
		list = append(list, r.snapshot())
	}
	slices.SortFunc(list, func(x, y store.Reader) int {
		return cmp.Or(cmp.Compare(y.Requests, x.Requests), cmp.Compare(x.Name, y.Name))
	})
	if b.others.requests.Load() > 0 {
		list = append(list, b.others.snapshot())
	}
	return list
}

// Changed reports whether anything was counted since the last time it was
// asked.
func (b *Book) Changed() bool { return b.dirty.Swap(false) }
