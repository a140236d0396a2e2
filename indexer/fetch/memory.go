package fetch

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"storyfeed/feed"
)

// memoryPoll is how soon to look again at a host that somebody holds.
const memoryPoll = 200 * time.Millisecond

// MemoryHosts is a [Hosts] for one process that forgets everything with it,
// for tests. It is safe for concurrent use.
type MemoryHosts struct {
	now    func() time.Time
	mu     sync.Mutex
	hosts  map[string]memoryHost
	robots map[string]memoryRobots
}

type memoryHost struct {
	owner string
	until time.Time // end of the lease; zero: none
	next  time.Time // no request before
}

type memoryRobots struct {
	body    []byte
	status  int
	fetched time.Time
}

// NewMemoryHosts makes an empty one. A nil now means time.Now.
func NewMemoryHosts(now func() time.Time) *MemoryHosts {
	if now == nil {
		now = time.Now
	}
	return &MemoryHosts{now: now, hosts: map[string]memoryHost{}, robots: map[string]memoryRobots{}}
}

// AcquireHost implements [Hosts].
func (m *MemoryHosts) AcquireHost(_ context.Context, host, owner string, lease time.Duration) (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, now := m.hosts[host], m.now()
	if wait := max(min(h.until.Sub(now), memoryPoll), h.next.Sub(now)); wait > 0 {
		return wait, nil
	}
	h.owner, h.until = owner, now.Add(lease)
	m.hosts[host] = h
	return 0, nil
}

// ReleaseHost implements [Hosts]. Another owner's lease stays, with the gap.
func (m *MemoryHosts) ReleaseHost(_ context.Context, host, owner string, gap time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.hosts[host]
	if h.owner == owner {
		h.owner, h.until = "", time.Time{}
	}
	h.next = later(h.next, m.now().Add(gap))
	m.hosts[host] = h
	return nil
}

// DelayHost implements [Hosts].
func (m *MemoryHosts) DelayHost(_ context.Context, host string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.hosts[host]
	h.next = later(h.next, until)
	m.hosts[host] = h
	return nil
}

// Robots implements [Hosts].
func (m *MemoryHosts) Robots(_ context.Context, origin string) ([]byte, int, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.robots[origin]
	if !ok {
		return nil, 0, time.Time{}, fmt.Errorf("robots.txt of %s: %w", origin, feed.ErrNotFound)
	}
	return r.body, r.status, r.fetched, nil
}

// SaveRobots implements [Hosts].
func (m *MemoryHosts) SaveRobots(_ context.Context, origin string, status int, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.robots[origin] = memoryRobots{bytes.Clone(body), status, m.now()}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
