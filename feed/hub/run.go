package hub

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"storyfeed/feed"
)

// job is a call to one host.
type job struct {
	host string
	do   func(ctx context.Context) error
}

// lane is calls of one kind, of which so many are made at a time.
type lane struct {
	limit   int
	due     func(ctx context.Context, busy []string) ([]job, error)
	running int
	queue   []job
}

// run is the state of one [Hub.Run]. All of it belongs to the goroutine of
// Run, but for the calls, which end with a message.
type run struct {
	*Hub
	lanes  []*lane
	busy   map[string]bool // hosts that are being called
	done   chan finished
	work   sync.WaitGroup
	calls  context.Context // of the calls: it outlives that of Run a little
	swept  time.Time
	stale  bool       // feeds that are made when somebody asks may have changed
	making bool       // it is being found out which
	made   chan error // how that went
	resume time.Time  // when to look again at what could not be read or written
}

type finished struct {
	lane *lane
	host string
	err  error
}

// Run makes the calls that are due until ctx ends; then those under way have
// three seconds to end. What is cut off is kept and repeated by the next Run.
func (h *Hub) Run(ctx context.Context) {
	calls, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(callGrace, cut) })
	defer stop()
	r := &run{Hub: h, busy: map[string]bool{}, done: make(chan finished, goodWorkers+newWorkers+failingWorkers+intentWorkers), made: make(chan error, 1), calls: calls}
	defer r.work.Wait()
	r.lanes = []*lane{
		{limit: goodWorkers, due: h.deliveries(feed.StandingGood)},
		{limit: newWorkers, due: h.deliveries(feed.StandingNew)},
		{limit: failingWorkers, due: h.deliveries(feed.StandingFailing)},
		{limit: intentWorkers, due: h.intents},
	}
	for ctx.Err() == nil {
		wait := r.turn(ctx)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-h.wake:
		case f := <-r.done:
			r.finish(f)
		case err := <-r.made:
			r.making = false
			r.failed(err)
			r.stale = r.stale || err != nil
		}
		timer.Stop()
	}
}

// turn does what can be done now and returns how long there is nothing more to
// do, unless something happens.
func (r *run) turn(ctx context.Context) time.Duration {
	if wait := r.resume.Sub(r.Now()); wait > 0 && wait <= storeRetry {
		return wait // a store that fails is not asked for each call that ends
	}
	now := r.Now() // what becomes due after this is seen by NextCall
	err := errors.Join(r.settle(ctx), r.note(ctx), r.sweep(ctx))
	if r.stale && !r.making {
		r.stale, r.making = false, true
		r.work.Go(func() { r.made <- r.remake(r.calls) })
	}
	for _, l := range r.lanes {
		err = errors.Join(err, r.fill(ctx, l))
	}
	var next time.Time
	if err == nil && !r.behind() {
		next, err = r.Store.NextCall(ctx, now)
	}
	if ctx.Err() != nil {
		return 0
	}
	if err != nil {
		r.Logger.Error("hub", "error", err, "again_in", storeRetry)
		r.resume = r.Now().Add(storeRetry)
		return storeRetry
	}
	if next.IsZero() {
		return longestSleep
	}
	return min(longestSleep, max(next.Sub(r.Now()), time.Millisecond))
}

// behind reports whether calls wait for workers: then the end of one brings the
// next turn.
func (r *run) behind() bool {
	return slices.ContainsFunc(r.lanes, func(l *lane) bool { return len(l.queue) > 0 })
}

func (r *run) finish(f finished) {
	f.lane.running--
	delete(r.busy, f.host)
	r.failed(f.err)
}

// failed notes that the store did, for an error that is not nil.
func (r *run) failed(err error) {
	if err != nil {
		r.Logger.Error("hub", "error", err, "again_in", storeRetry)
		r.resume = r.Now().Add(storeRetry)
	}
}

// remake finds out which feeds have changed that are made when somebody asks,
// of those that have subscriptions.
func (h *Hub) remake(ctx context.Context) error {
	topics, err := h.Store.Topics(ctx)
	if err != nil {
		return err
	}
	for _, topic := range topics {
		if path, ok := h.path(topic); !ok || !h.makes(path) {
			continue
		}
		if d, ok := h.document(ctx, topic); ok {
			if _, err := h.Store.TopicChanged(ctx, topic, d.ETag, h.Now()); err != nil {
				return err
			}
		}
	}
	h.Wake()
	return nil
}

// fill starts calls of a lane as long as there are workers and hosts for them.
func (r *run) fill(ctx context.Context, l *lane) error {
	for l.running < l.limit {
		if len(l.queue) == 0 {
			var err error
			if l.queue, err = l.due(ctx, slices.Collect(maps.Keys(r.busy))); err != nil || len(l.queue) == 0 {
				return err
			}
		}
		j := l.queue[0]
		l.queue = l.queue[1:]
		if r.busy[j.host] {
			continue // it is found again when the host is free
		}
		r.busy[j.host] = true
		l.running++
		r.work.Go(func() {
			r.done <- finished{l, j.host, j.do(r.calls)}
		})
	}
	return nil
}

func (h *Hub) deliveries(standing feed.Standing) func(context.Context, []string) ([]job, error) {
	return func(ctx context.Context, busy []string) ([]job, error) {
		due, err := h.Store.DueSubscriptions(ctx, standing, h.Now(), busy, inARow, prefetch)
		var hosts []string // the longest due first
		byHost := map[string][]feed.Subscription{}
		for _, sub := range due {
			if byHost[sub.Host] == nil {
				hosts = append(hosts, sub.Host)
			}
			byHost[sub.Host] = append(byHost[sub.Host], sub)
		}
		jobs := make([]job, len(hosts))
		for i, host := range hosts {
			jobs[i] = job{host, func(ctx context.Context) error { return h.deliverAll(ctx, byHost[host]) }}
		}
		return jobs, err
	}
}

func (h *Hub) intents(ctx context.Context, busy []string) ([]job, error) {
	due, err := h.Store.DueIntents(ctx, h.Now(), busy, prefetch)
	jobs := make([]job, len(due))
	for i, in := range due {
		jobs[i] = job{in.Host, func(ctx context.Context) error { return h.pursue(ctx, in) }}
	}
	return jobs, err
}

// note brings the changes that were told of into the store.
func (r *run) note(ctx context.Context) error {
	r.mu.Lock()
	changed := r.changed
	r.changed = map[string]string{}
	r.mu.Unlock()
	if r.Off {
		return nil
	}
	r.stale = r.stale || len(changed) > 0
	for path, etag := range changed {
		if err := r.noteOne(ctx, path, etag); err != nil {
			r.mu.Lock() // later ones count more
			maps.Copy(changed, r.changed)
			r.changed = changed
			r.mu.Unlock()
			return err
		}
	}
	return nil
}

func (h *Hub) noteOne(ctx context.Context, path, etag string) error {
	if h.Outside != "" {
		u, err := url.Parse(h.Outside)
		if err != nil {
			return err
		}
		if err := h.Store.SavePing(ctx, h.topic(path), h.Outside, hostOf(u)); err != nil {
			return err
		}
	}
	_, err := h.Store.TopicChanged(ctx, h.topic(path), etag, h.Now())
	return err
}

// settle ends what is no more, and notes what changed while no hub was there to
// be told.
func (r *run) settle(ctx context.Context) error {
	if !r.recheck.Swap(false) {
		return nil
	}
	err := r.Store.KeepPings(ctx, r.Outside)
	var topics []string
	if err == nil {
		topics, err = r.Store.Topics(ctx)
	}
	for _, topic := range topics {
		if err == nil {
			err = r.settleTopic(ctx, topic)
		}
	}
	if err != nil {
		r.recheck.Store(true)
	}
	return err
}

func (r *run) settleTopic(ctx context.Context, topic string) error {
	path, ours := r.path(topic)
	why := ""
	switch {
	case r.Off:
		why = "this hub was switched off"
	case !ours:
		why = "the feed has moved to another address"
	case r.Gone(path):
		why = "the feed is not here any more"
	case r.Outside != "":
		why = "the feed has another hub now"
	}
	if why != "" {
		if err := r.Store.DenyTopic(ctx, topic, why, r.Now()); err != nil {
			return err
		}
	}
	if !ours || r.Gone(path) {
		return r.Store.EndSubscription(ctx, topic, r.Outside) // the ping, if there is one
	}
	if r.makes(path) {
		r.stale = true
		return nil
	}
	d, ok := r.document(ctx, topic)
	if !ok {
		return nil // not published yet; that will be told
	}
	_, err := r.Store.TopicChanged(ctx, topic, d.ETag, r.Now())
	return err
}

// sweep ends leases.
func (r *run) sweep(ctx context.Context) error {
	if since := r.Now().Sub(r.swept); since < longestSleep && since >= 0 {
		return nil
	}
	r.swept = r.Now()
	return r.Store.ExpireSubscriptions(ctx, r.swept)
}
