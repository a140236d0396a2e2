package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const host = "a.example:443"

// take asks for the host and returns how long it is to wait; 0: it has it.
func take(t *testing.T, e *env, owner string) time.Duration {
	t.Helper()
	return value(e.AcquireHost(t.Context(), host, owner, time.Minute))(t)
}

func testHost(t *testing.T, e *env) {
	ctx := t.Context()
	if wait := take(t, e, "me"); wait != 0 {
		t.Errorf("a new host is free after %v, want at once", wait)
	}
	for _, owner := range []string{"you", "me"} {
		if wait := take(t, e, owner); wait <= 0 || wait > time.Second {
			t.Errorf("while the host is taken %s is to wait %v, want some of a second", owner, wait)
		}
	}
	if wait := value(e.AcquireHost(ctx, "b.example:443", "you", time.Minute))(t); wait != 0 {
		t.Errorf("another host is free after %v, want at once", wait)
	}
	must(t, e.ReleaseHost(ctx, host, "me", 2*time.Second))
	if wait := take(t, e, "you"); wait != 2*time.Second {
		t.Errorf("after the request the wait is %v, want the gap of 2s", wait)
	}
	e.clock.move(2*time.Second - time.Millisecond)
	if wait := take(t, e, "you"); wait != time.Millisecond {
		t.Errorf("just before the gap ends the wait is %v, want 1ms", wait)
	}
	e.clock.move(time.Millisecond)
	if wait := take(t, e, "you"); wait != 0 {
		t.Errorf("after the gap the wait is %v, want none", wait)
	}
	if _, err := e.AcquireHost(ctx, "", "me", time.Minute); err == nil {
		t.Error("a host without a name is taken, want an error")
	}
}

func testHostRace(t *testing.T, e *env) {
	ctx := t.Context()
	var holders, taken atomic.Int32
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for taken.Load() < 100 {
				wait, err := e.AcquireHost(ctx, host, name(w), time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				if wait > 0 {
					e.clock.move(time.Microsecond) // time passes
					continue
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the host at once, want 1", n)
				}
				taken.Add(1)
				holders.Add(-1)
				if err := e.ReleaseHost(ctx, host, name(w), time.Millisecond); err != nil {
					t.Error(err)
				}
				e.clock.move(time.Millisecond)
			}
		})
	}
	wg.Wait()
}

func testDelayHost(t *testing.T, e *env) {
	ctx := t.Context()
	take(t, e, "me")
	must(t, e.DelayHost(ctx, host, start.Add(time.Hour)))
	must(t, e.DelayHost(ctx, host, start.Add(time.Minute))) // never sooner
	must(t, e.ReleaseHost(ctx, host, "me", time.Second))
	if wait := take(t, e, "you"); wait != time.Hour {
		t.Errorf("the wait is %v, want the hour that was asked for", wait)
	}
	must(t, e.DelayHost(ctx, host, start.AddDate(100, 0, 0)))
	if wait := take(t, e, "you"); wait != 24*time.Hour {
		t.Errorf("with a Retry-After of a century the wait is %v, want a day", wait)
	}
	e.clock.move(24 * time.Hour)
	if wait := take(t, e, "you"); wait != 0 {
		t.Errorf("after a day the wait is %v, want none", wait)
	}
	must(t, e.DelayHost(ctx, "new.example:80", e.clock.now().Add(time.Minute)))
	if wait := value(e.AcquireHost(ctx, "new.example:80", "me", time.Minute))(t); wait != time.Minute {
		t.Errorf("a host that nobody asked yet is to wait for %v, want 1m", wait)
	}
}

func testHostLost(t *testing.T, e *env) {
	ctx := t.Context()
	take(t, e, "dead")
	e.clock.move(time.Minute)
	if wait := take(t, e, "me"); wait != 0 {
		t.Errorf("after a dead worker's lease the wait is %v, want none", wait)
	}
	must(t, e.ReleaseHost(ctx, host, "dead", 0)) // it was only slow
	if wait := take(t, e, "you"); wait <= 0 {
		t.Error("whoever lost the lease gave away its successor's")
	}
	must(t, e.ReleaseHost(ctx, host, "me", time.Second))

	e.clock.move(-87600 * time.Hour)
	if wait := take(t, e, "me"); wait != 0 {
		t.Errorf("ten years back the wait is %v, want none", wait)
	}
	e.clock.move(-87600 * time.Hour)
	if wait := take(t, e, "me"); wait != 0 {
		t.Errorf("ten years back, while leased, the wait is %v, want none", wait)
	}
	must(t, e.ReleaseHost(ctx, host, "me", time.Second))
	if wait := take(t, e, "you"); wait != time.Second {
		t.Errorf("after that the wait is %v, want the gap of 1s", wait)
	}
}

func testClearLeases(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	take(t, e, "me")
	must(t, e.ReleaseHost(ctx, host, "me", 3*time.Second))
	e.clock.move(time.Minute)
	take(t, e, "dead")
	value(e.ClaimDue(ctx, "dead", time.Hour))(t)
	must(t, e.ClearLeases(ctx))
	if wait := take(t, e, "me"); wait != 3*time.Second {
		t.Errorf("the host of a dead process is free after %v, want its usual gap of 3s", wait)
	}
	if sr := value(e.ClaimDue(ctx, "me", time.Minute))(t); sr.Slug != "a" {
		t.Errorf("ClaimDue = %s, want the dead one's series", sr.Slug)
	}
}
