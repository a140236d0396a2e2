package hub_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

// TestDeadCallbacksDelayNobody: as many callbacks as one likes that hang, and
// the others get their pushes at once.
func TestDeadCallbacksDelayNobody(t *testing.T) {
	w := newWorld(t).run()
	alive := newReader(t)
	w.ask("subscribe", alive.url)
	w.settled()
	w.change(path, "second")
	alive.gets(t)
	// Callbacks that confirmed once and are dead by now.
	for range 60 {
		dead := feed.Intent{Wish: feed.WishSubscribe, Topic: topic, Callback: hanging(t), Lease: time.Hour}
		dead.Host = dead.Callback
		w.plant(dead)
	}
	for i := range 3 {
		begin := time.Now()
		w.change(path, fmt.Sprint("version ", i))
		alive.gets(t)
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("a push beside 60 dead callbacks took %v", took)
		}
	}
	late := newReader(t)
	begin := time.Now()
	w.ask("subscribe", late.url)
	late.isAsked(t)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("a verification beside 60 dead callbacks took %v", took)
	}
}

// plant makes a subscription that needs no verification.
func (w *world) plant(in feed.Intent) {
	w.t.Helper()
	ctx := w.t.Context()
	d, _ := w.document(path)
	in.ETag, in.Due = d.ETag, w.now().Add(time.Hour) // out of the hub's sight
	must(w.t, w.store.SaveIntent(ctx, in))
	planted, err := w.store.DueIntents(ctx, in.Due, nil, 100)
	must(w.t, err)
	for _, p := range planted {
		if p.Callback == in.Callback {
			must(w.t, w.store.ConfirmIntent(ctx, p, w.now()))
		}
	}
}

// TestFailedDeliveries tries again, later and later, for a day, and only the
// newest version.
func TestFailedDeliveries(t *testing.T) {
	w, r := newWorld(t).run(), newReader(t)
	w.ask("subscribe", r.url)
	w.settled()
	r.answers(nil, status(http.StatusInternalServerError))
	w.change(path, "second")
	r.gets(t)
	w.change(path, "third")
	if p := r.gets(t); p.body != "<feed>third</feed>" {
		t.Errorf("a new version was not tried at once, but %q", p.body)
	}
	var tries int
	var passed time.Duration
	for waiting := true; waiting; tries++ {
		var sub feed.Subscription
		await(t, "the try to be noted", func() bool {
			var err error
			sub, err = w.store.Subscription(t.Context(), topic, r.url, w.now())
			must(t, err)
			return sub.Tries == tries+1
		})
		if waiting = !sub.Due.IsZero(); !waiting {
			break
		}
		wait := sub.Due.Sub(w.now())
		if wait > 4*time.Hour || tries == 0 && wait > time.Minute {
			t.Errorf("after %d tries the next one comes in %v", tries+1, wait)
		}
		passed += wait
		w.wait(wait + time.Millisecond)
		if p := r.gets(t); p.body != "<feed>third</feed>" {
			t.Errorf("try %d brought %q, want the newest version", tries, p.body)
		}
	}
	if tries < 8 || tries > 20 || passed < 18*time.Hour || passed > 24*time.Hour {
		t.Errorf("given up after %d tries and %v, want some ten within a day", tries+1, passed)
	}
	r.answers(nil, status(http.StatusNoContent))
	w.change(path, "fourth")
	if p := r.gets(t); p.body != "<feed>fourth</feed>" {
		t.Errorf("after that it got %q, want the next version", p.body)
	}
	await(t, "the good standing", func() bool {
		sub, err := w.store.Subscription(t.Context(), topic, r.url, w.now())
		must(t, err)
		return sub.Standing == feed.StandingGood && sub.Due.IsZero()
	})
}

func TestAnswersToADelivery(t *testing.T) {
	for _, tc := range []struct {
		status        int
		again, remain bool // it is tried again; the subscription remains
	}{
		{200, false, true},
		{204, false, true},
		{299, false, true},
		{301, true, true},
		{307, true, true},
		{404, true, true},
		{503, true, true},
		{410, false, false},
	} {
		w, r := newWorld(t).run(), newReader(t)
		w.ask("subscribe", r.url)
		w.settled()
		r.answers(nil, func(w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(tc.status)
		})
		w.change(path, "second")
		r.gets(t)
		await(t, "the answer to be noted", func() bool {
			n, _ := w.active()
			if !tc.remain {
				return n == 0
			}
			sub, err := w.store.Subscription(t.Context(), topic, r.url, w.now())
			must(t, err)
			if tc.again && sub.Tries == 1 && sub.Due.Sub(w.now()) < time.Hour {
				t.Errorf("%d: the next try comes in %v, though the subscriber asked for two hours", tc.status, sub.Due.Sub(w.now()))
			}
			return sub.Standing != feed.StandingNew && (sub.Tries == 1) == tc.again && sub.Due.IsZero() != tc.again
		})
	}
}

// TestOneCallAtATime: a host is not called twice at a time, whatever waits for
// it.
func TestOneCallAtATime(t *testing.T) {
	w, r := newWorld(t).run(), newReader(t)
	for i := range 6 {
		w.ask("subscribe", fmt.Sprintf("%s/%d", r.url, i))
	}
	if n := w.settled(); n != 6 {
		t.Fatalf("%d subscriptions, want 6", n)
	}
	calls := make(chan struct{}, 1)
	r.answers(nil, func(http.ResponseWriter) {
		select {
		case calls <- struct{}{}:
		default:
			t.Error("a host was called twice at a time")
		}
		time.Sleep(20 * time.Millisecond) // a slow subscriber
		<-calls
	})
	w.change(path, "second")
	for range 6 {
		r.gets(t)
	}
}

// TestRestart: a process that ends at any moment repeats calls and loses none.
func TestRestart(t *testing.T) {
	w, r := newWorld(t), newReader(t)
	w.ask("subscribe", r.url) // accepted, and never asked about
	w.restart()
	r.isAsked(t)
	if n := w.settled(); n != 1 {
		t.Fatalf("%d subscriptions after the restart, want 1", n)
	}

	r.answers(nil, status(http.StatusBadGateway))
	w.change(path, "second")
	r.gets(t)
	w.close()
	r.answers(nil, status(http.StatusOK))
	w.wait(2 * time.Minute)
	w.open()
	w.run()
	if p := r.gets(t); p.body != "<feed>second</feed>" {
		t.Errorf("after a restart it got %q, want what had failed", p.body)
	}
	await(t, "the delivery to be noted", func() bool {
		sub, err := w.store.Subscription(t.Context(), topic, r.url, w.now())
		must(t, err)
		return sub.Due.IsZero()
	})

	w.close()
	w.change(path, "third") // while no hub runs
	w.open()
	w.run()
	if p := r.gets(t); p.body != "<feed>third</feed>" {
		t.Errorf("after a restart it got %q, want what had changed meanwhile", p.body)
	}
	await(t, "the delivery to be noted", func() bool {
		sub, err := w.store.Subscription(t.Context(), topic, r.url, w.now())
		must(t, err)
		return sub.Due.IsZero()
	})
	w.restart()
	w.change("/s/boats/feed.rss", "second")
	other := newReader(t)
	w.ask("subscribe", other.url)
	w.settled()
	r.getsNothing(t, "after a restart without a change")
}

// TestStopDuringADelivery: a hub stops within seconds of being told to, and
// what it cut off is delivered by the next.
func TestStopDuringADelivery(t *testing.T) {
	w, r := newWorld(t).run(), newReader(t)
	w.ask("subscribe", r.url)
	w.settled()
	arrived, release := make(chan struct{}), make(chan struct{})
	r.answers(nil, func(http.ResponseWriter) { close(arrived); <-release })
	w.change(path, "second")
	receive(t, "the delivery", arrived)
	begin := time.Now()
	w.close()
	if took := time.Since(begin); took > 6*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	r.answers(nil, status(http.StatusOK))
	close(release)
	r.gets(t)
	w.open()
	w.run()
	if p := r.gets(t); p.body != "<feed>second</feed>" {
		t.Errorf("the next hub delivered %q", p.body)
	}
}

// maker makes feeds of the texts that a test gives it.
type maker struct {
	*world
	texts map[string]string
}

func (m *maker) Makes(p string) bool { return strings.HasPrefix(p, "/tags/") }

func (m *maker) Make(_ context.Context, p string) (*feed.Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, ok := m.texts[p]
	if !ok {
		return nil, feed.ErrNotFound
	}
	body := []byte(text)
	return &feed.Document{Path: p, Format: feed.RSS, Body: body, Gzip: feed.Compress(body), ETag: feed.ETag(body)}, nil
}

// set changes a feed that is made when somebody asks; nobody is told.
func (m *maker) set(p, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.texts[p] = text
}

// TestMadeFeeds: a feed that nobody publishes is pushed when, after a change of
// one that is published, it is another one too.
func TestMadeFeeds(t *testing.T) {
	w, r := newWorld(t), newReader(t)
	w.close()
	m := &maker{w, map[string]string{"/tags/sea/feed.rss": "sea 1", "/tags/sky/feed.rss": "sky 1", "/tags/sun/feed.rss": "sun 1"}}
	w.config.Maker = m
	w.config.Limits.Made = 2
	w.open()
	w.run()
	for _, p := range []string{"/tags/sea/feed.rss", "/tags/sky/feed.rss"} {
		w.ask("subscribe", r.url+p, "hub.topic", base+p)
		w.settled()
	}
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {base + "/tags/sun/feed.rss"}, "hub.callback": {r.url}}
	if err := w.Accept(t.Context(), form); err == nil || !strings.Contains(err.Error(), "2 feeds of authors and tags") {
		t.Errorf("a third feed that must be made: %v, want it refused", err)
	}
	form.Set("hub.topic", base+"/tags/nobody/feed.rss")
	if err := w.Accept(t.Context(), form); err == nil || !strings.Contains(err.Error(), "no feed of this site") {
		t.Errorf("a feed without a story: %v, want it refused", err)
	}
	w.ask("subscribe", r.url, "hub.topic", base+"/tags/sky/feed.rss") // of a feed that has one already

	m.set("/tags/sea/feed.rss", "sea 2")
	w.change(path, "second")
	if p := r.gets(t); p.body != "sea 2" || p.header.Get("Content-Type") != "application/rss+xml; charset=utf-8" {
		t.Errorf("got %q %v, want the changed feed", p.body, p.header)
	}
	w.close()
	m.set("/tags/sea/feed.rss", "sea 3") // while no hub runs
	w.open()
	w.run()
	if p := r.gets(t); p.body != "sea 3" {
		t.Errorf("after a restart it got %q, want what had changed meanwhile", p.body)
	}
	r.getsNothing(t, "of what did not change")
}
