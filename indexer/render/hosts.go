package render

import (
	"net/url"
	"sync"
)

// hosts is a set of the hosts of addresses. The zero value is empty.
type hosts struct {
	mu  sync.Mutex
	set map[string]bool
}

// maxHosts bounds the set: a visit meets few.
const maxHosts = 100

func (h *hosts) add(address string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.set == nil {
		h.set = map[string]bool{}
	}
	if len(h.set) < maxHosts {
		h.set[u.Host] = true
	}
}

func (h *hosts) has(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.set[u.Host]
}
