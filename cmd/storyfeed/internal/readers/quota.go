package readers

import (
	"hash/maphash"
	"net/http"
	"time"
)

// Quota limits how often each client may ask: so many times at once, and at
// that pace for ever. Clients are known as those of a [Book] are, by address
// alone. Its methods are safe for concurrent use.
type Quota struct {
	Requests int           // in a window,
	Window   time.Duration // of whole seconds

	now    func() time.Time
	seed   maphash.Seed
	shards [shards]shard
}

// NewQuota returns a quota of which nothing is spent. requests must be
// positive; now nil means time.Now.
func NewQuota(requests int, window time.Duration, now func() time.Time) *Quota {
	if now == nil {
		now = time.Now
	}
	q := &Quota{Requests: requests, Window: window, now: now, seed: maphash.MakeSeed()}
	for i := range q.shards {
		q.shards[i].due = map[uint64]int64{}
	}
	return q
}

// Standing tells what a client has left after a request.
type Standing struct {
	Left  int           // requests that it may make at once
	Reset time.Duration // until it has all of them again
	Wait  time.Duration // 0: it may have what it asked for; else how long it is to wait
}

// Spend counts a request. Whoever asks from this machine itself is not
// limited, and always has all that is left. The other parameters are those of [Book.Wait].
func (q *Quota) Spend(remote string, header http.Header) Standing {
	addr, ok := client(remote, header["X-Forwarded-For"])
	if !ok {
		return Standing{Left: q.Requests}
	}
	network := addr.As16()
	key := maphash.Bytes(q.seed, network[:])
	now, window := q.now().UnixNano(), int64(q.Window)
	each := window / int64(q.Requests)
	due, ok := q.shards[key%shards].take(key, each, window, now)
	s := Standing{Left: int(max(now+window-due, 0) / each), Reset: time.Duration(due - now)}
	if !ok {
		s.Left, s.Wait = 0, time.Duration(due+each-window-now)
	}
	return s
}
