package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"storyfeed/feed"
)

// finished lets a crawl of a series end with that health.
func finished(t *testing.T, e *env, slug string, h feed.Health, events ...feed.Event) {
	t.Helper()
	value(e.Claim(t.Context(), slug, "me", time.Minute))(t)
	e.clock.move(time.Minute)
	must(t, e.FinishCrawl(t.Context(), "me", feed.Crawl{Series: slug, Started: start, Events: events}, h))
}

func testChanges(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	equal(t, "changes before any crawl", len(value(e.Changes(ctx, "", 10))(t)), 0)
	list := feed.Health{State: feed.StateDegraded, Fault: feed.FaultList, Reason: "it shrank"}
	again := list
	again.Reason = "it shrank by one more"
	down := feed.Health{State: feed.StateDegraded, Fault: feed.FaultFetch, Reason: "no answer"}
	ok := feed.Health{State: feed.StateOK}

	finished(t, e, "a", ok)
	finished(t, e, "a", list)
	finished(t, e, "a", again) // another sentence about the same fault
	finished(t, e, "b", ok)
	finished(t, e, "a", down)
	finished(t, e, "a", down, feed.Event{Kind: feed.EventLearned, Text: "learned"})
	finished(t, e, "a", ok)

	var got []string
	changes := value(e.Changes(ctx, "", 10))(t)
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%s %s %s %s %s %s", c.At.Format("15:04"), c.Series, c.Kind, c.State, c.Fault, c.Text))
	}
	equal(t, "changes, newest first", got, []string{
		"05:13 a state ok  ", "05:12 a learned degraded fetch learned", "05:11 a state degraded fetch no answer", "05:10 b state ok  ",
		"05:08 a state degraded list it shrank", "05:07 a state ok  ",
	})
	if h := value(e.SeriesBySlug(ctx, "a"))(t).Health; h.Fault != feed.FaultNone || h.State != feed.StateOK {
		t.Errorf("health %+v, want ok", h)
	}
	equal(t, "changes of one series", len(value(e.Changes(ctx, "b", 10))(t)), 1)
	equal(t, "the newest change", value(e.Changes(ctx, "", 1))(t), changes[:1])
	ids := map[string]bool{}
	for _, c := range changes {
		ids[c.ID] = true
	}
	equal(t, "different ids", len(ids), len(changes))

	for i := range 120 {
		finished(t, e, "a", []feed.Health{list, ok}[i%2])
	}
	many := value(e.Changes(ctx, "a", 1000))(t)
	equal(t, "changes that are kept of a series", len(many), 100)
	equal(t, "changes of the other one", len(value(e.Changes(ctx, "b", 10))(t)), 1)
	must(t, e.SyncSeries(ctx, []feed.Series{value(e.SeriesBySlug(ctx, "b"))(t)}))
	if left := value(e.Changes(ctx, "", 1000))(t); slices.ContainsFunc(left, func(c feed.Change) bool { return c.Series != "b" }) {
		t.Error("changes of a series that is followed no more are told")
	}
}

// testDegrade: a fault that no crawl found is told as those that one did.
func testDegrade(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	finished(t, e, "a", feed.Health{State: feed.StateOK, LastGood: start})
	before := value(e.SeriesBySlug(ctx, "a"))(t).Health
	e.clock.move(time.Minute)
	for range 2 { // two starts
		must(t, e.Degrade(ctx, "a", feed.FaultInternal, "the gate refused it"))
	}
	h := value(e.SeriesBySlug(ctx, "a"))(t).Health
	want := feed.Health{State: feed.StateDegraded, Fault: feed.FaultInternal, Reason: "the gate refused it", Since: e.clock.now(), LastGood: before.LastGood, Next: before.Next}
	equal(t, "health", h, want)
	equal(t, "changes", len(value(e.Changes(ctx, "a", 9))(t)), 2)

	failing := feed.Health{State: feed.StateFailing, Fault: feed.FaultFetch, Reason: "no answer", Failures: 1}
	finished(t, e, "a", failing)
	must(t, e.Degrade(ctx, "a", feed.FaultInternal, "the gate refused it"))
	if h := value(e.SeriesBySlug(ctx, "a"))(t).Health; h.State != feed.StateFailing || h.Reason != failing.Reason {
		t.Errorf("health %+v, want what the crawl said: %+v", h, failing)
	}
	if err := e.Degrade(ctx, "none", feed.FaultInternal, "x"); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("a series that is not there: %v, want ErrNotFound", err)
	}
}
