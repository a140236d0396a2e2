package hub

import (
	"cmp"
	"sync"
	"time"
)

// Limits bound what strangers can make a hub keep and do. A zero field stands
// for the default in its comment.
type Limits struct {
	Subscriptions int // all that are active: 50,000
	OfTopic       int // of one feed: 10,000
	OfHost        int // with callbacks on one host: 10,000
	Made          int // feeds with subscriptions that have to be made anew with each change, see [Maker]: 200
	Pending       int // that wait to be verified: 2,000
	PendingOfHost int // of those, on one host: 500
	Rate          int // requests in a minute: 3,000
	RateOfHost    int // of those, for callbacks on one host: 600
}

func (l Limits) orDefaults() Limits {
	return Limits{
		Subscriptions: cmp.Or(l.Subscriptions, 50_000), OfTopic: cmp.Or(l.OfTopic, 10_000), OfHost: cmp.Or(l.OfHost, 10_000),
		Made: cmp.Or(l.Made, 200), Pending: cmp.Or(l.Pending, 2_000), PendingOfHost: cmp.Or(l.PendingOfHost, 500),
		Rate: cmp.Or(l.Rate, 3_000), RateOfHost: cmp.Or(l.RateOfHost, 600),
	}
}

// MaxRequest is the longest body of a request, in bytes: both addresses at
// their longest, percent-encoded, and the rest.
const MaxRequest = 32 << 10

const (
	maxAddress = 2 << 10 // longest callback, in bytes
	maxSecret  = 200     // a secret must be shorter, in bytes (WebSub §5.1)

	minLease     = 5 * time.Minute
	defaultLease = 10 * 24 * time.Hour
	maxLease     = 30 * 24 * time.Hour
)

// Who calls at the same time.
const (
	goodWorkers    = 16 // deliveries to callbacks whose last one went well
	newWorkers     = 8  // first deliveries
	failingWorkers = 8  // deliveries to callbacks whose last one failed
	intentWorkers  = 16 // verifications and denials

	prefetch = 512 // calls that are found at once
	inARow   = 32  // deliveries to one host before another one has its turn
)

const (
	callTime  = 10 * time.Second // a whole call
	callGrace = 3 * time.Second  // that a call under way has when the hub stops

	firstRetry   = time.Minute
	longestRetry = 4 * time.Hour
	keepTrying   = 24 * time.Hour // for one version

	verifyTries  = 3 // of a callback that does not answer
	verifyRetry  = 15 * time.Second
	longestSleep = time.Minute
	storeRetry   = 10 * time.Second
)

// retryAfter is how long to wait after a failed try, the nth of a version.
func retryAfter(n int) time.Duration {
	wait := firstRetry
	for ; n > 1 && wait < longestRetry; n-- {
		wait *= 2
	}
	return min(wait, longestRetry)
}

// rate counts requests by minute, in all and by host.
type rate struct {
	all, ofHost int

	mu     sync.Mutex
	minute time.Time
	count  int
	hosts  map[string]int
}

func newRate(l Limits) *rate {
	return &rate{all: l.Rate, ofHost: l.RateOfHost, hosts: map[string]int{}}
}

// take counts a request, or returns after how long to come again.
func (r *rate) take(host string, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if since := now.Sub(r.minute); since >= time.Minute || since < 0 {
		r.minute, r.count = now, 0
		clear(r.hosts) // at most r.all of them
	}
	if r.count >= r.all || r.hosts[host] >= r.ofHost {
		return r.minute.Add(time.Minute).Sub(now)
	}
	r.count++
	r.hosts[host]++
	return 0
}
