package readers

import (
	"hash/maphash"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// The limits of one client (an address and a kind of reader) at one feed.
// They are far from any manners: asking for a feed more than once an hour is
// of no use, and once in a quarter of an hour is what we allow (max-age). But
// fifty readers of one make may sit behind one address, so the limits are fifty
// times that, three times over; they catch what asks every few seconds.
const (
	each  = 6 * time.Second // a request every six seconds, for ever
	burst = 300             // so many more at once
	full  = 2               // what one costs that does not say what it has already

	resume = burst / 2 // so many are allowed again after the time that a refusal names
)

const (
	shards   = 16
	perShard = 4096
)

// shard is a part of the clients.
type shard struct {
	mu    sync.Mutex
	due   map[uint64]int64 // when all that was asked for is paid for, Unix time in ns
	swept int64            // when it was last looked through
}

// Wait counts a request for a feed against the limits and returns 0, or how
// long the client is to wait. remote is the address and port that the connection comes
// from; what proxies say in the header of where it came from (X-Forwarded-For)
// is believed only of those at private addresses.
// Whoever asks from this machine itself is not limited: that is health checks.
func (b *Book) Wait(remote string, header http.Header, agent, feed string, conditional bool) time.Duration {
	addr, ok := client(remote, header["X-Forwarded-For"])
	if !ok {
		return 0
	}
	cost := int64(each)
	if !conditional {
		cost *= full
	}
	var h maphash.Hash
	h.SetSeed(b.seed)
	network := addr.As16()
	_, _ = h.Write(network[:]) // a hash can't fail
	_, _ = h.WriteString(b.reader(agent).name)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(feed)
	key := h.Sum64()
	now := b.now().UnixNano()
	due, ok := b.shards[key%shards].take(key, cost, burst*int64(each), now)
	if ok {
		return 0
	}
	return time.Duration(due - now - (burst-resume)*int64(each))
}

// take is the generic cell rate algorithm: what is remembered of a client is
// the time at which it would have been served at the even pace, which is the
// first result. It must not be more than reserve ahead.
func (s *shard) take(key uint64, cost, reserve, now int64) (due int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	due, known := s.due[key]
	if !known && len(s.due) >= perShard && !s.sweep(now) {
		return now, true
	}
	due = max(due, now)
	if due+cost-now > reserve {
		return due, false
	}
	s.due[key] = due + cost
	return due + cost, true
}

// sweep forgets those that have nothing to pay for, at most once a second, and
// reports whether there is room then.
func (s *shard) sweep(now int64) bool {
	if now-s.swept > int64(time.Second) {
		s.swept = now
		for k, due := range s.due {
			if due <= now {
				delete(s.due, k)
			}
		}
	}
	return len(s.due) < perShard
}

// client is the address that asks; of IPv6 the network, since a household has
// one of these. It is the last one that no proxy of ours stands for. ok is
// false for this machine, and when nothing is known.
func client(remote string, lines []string) (addr netip.Addr, ok bool) {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return addr, false
	}
	addr = peer.Addr().Unmap()
	forwarded := ""
	if ours(addr) {
		forwarded = strings.Join(lines, ",")
	}
	for ours(addr) && forwarded != "" {
		i := strings.LastIndexByte(forwarded, ',')
		before, ok := parseAddr(strings.Trim(forwarded[i+1:], " \t"))
		if !ok {
			break
		}
		addr = before
		forwarded = forwarded[:max(i, 0)]
	}
	if addr.IsLoopback() {
		return addr, false
	}
	if addr.Is6() {
		network, err := addr.WithZone("").Prefix(64)
		return network.Addr(), err == nil
	}
	return addr, true
}

// parseAddr reads an address, which some proxies write with its port.
func parseAddr(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		with, err := netip.ParseAddrPort(s)
		return with.Addr().Unmap(), err == nil
	}
	return addr.Unmap(), true
}

func ours(a netip.Addr) bool { return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() }
