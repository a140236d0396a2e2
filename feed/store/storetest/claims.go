package storetest

import (
	"fmt"
	"testing"
	"time"

	"storyfeed/feed"
)

func testClaimDue(t *testing.T, e *env) {
	ctx := t.Context()
	due := value(e.NextDue(ctx))(t)
	if !due.IsZero() {
		t.Errorf("without series the next crawl is at %v, want the zero time", due)
	}
	e.series(t, "a", "b", "c")
	if due = value(e.NextDue(ctx))(t); due.IsZero() || due.After(e.clock.now()) {
		t.Errorf("a new series is due at %v, want at once", due)
	}
	var order []string
	for range 3 {
		sr := value(e.ClaimDue(ctx, "me", time.Minute))(t)
		order = append(order, sr.Slug)
		if !sr.Health.Crawling {
			t.Errorf("claimed series %s is not shown as being crawled", sr.Slug)
		}
	}
	equal(t, "order of new series", order, []string{"a", "b", "c"})
	_, err := e.ClaimDue(ctx, "you", time.Minute)
	wantError(t, "ClaimDue when all are claimed", err, feed.ErrNotFound)

	for i, slug := range []string{"b", "c", "a"} {
		next := start.Add(time.Duration(i+1) * time.Minute)
		must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: slug, Started: start}, feed.Health{State: feed.StateOK, Next: next}))
	}
	if due, want := value(e.NextDue(ctx))(t), start.Add(time.Minute); !due.Equal(want) {
		t.Errorf("NextDue = %v, want %v", due, want)
	}
	_, err = e.ClaimDue(ctx, "me", time.Minute)
	wantError(t, "ClaimDue before the time", err, feed.ErrNotFound)
	e.clock.move(time.Hour)
	order = nil
	for range 3 {
		order = append(order, value(e.ClaimDue(ctx, "me", time.Minute))(t).Slug)
	}
	equal(t, "order of overdue series", order, []string{"b", "c", "a"})
}

func testClaim(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	value(e.Claim(ctx, "a", "me", time.Minute))(t)
	for _, owner := range []string{"you", "me"} {
		_, err := e.Claim(ctx, "a", owner, time.Minute)
		wantError(t, "second Claim, by "+owner, err, feed.ErrBusy)
	}
	_, err := e.Claim(ctx, "b", "me", time.Minute)
	wantError(t, "Claim of an unknown series", err, feed.ErrNotFound)
	wantError(t, "RenewClaim by somebody else", e.RenewClaim(ctx, "a", "you", time.Minute), feed.ErrBusy)
	crawl := feed.Crawl{Series: "a", Started: start}
	wantError(t, "FinishCrawl by somebody else", e.FinishCrawl(ctx, "you", crawl, feed.Health{}), feed.ErrBusy)
	if _, err := e.Claim(ctx, "a", "", time.Minute); err == nil {
		t.Error("an owner without a name gets a claim, want an error")
	}
	must(t, e.FinishCrawl(ctx, "me", crawl, feed.Health{State: feed.StateOK}))
	wantError(t, "second FinishCrawl", e.FinishCrawl(ctx, "me", crawl, feed.Health{}), feed.ErrBusy)
	if sr := value(e.Claim(ctx, "a", "you", time.Minute))(t); sr.Slug != "a" {
		t.Errorf("Claim before the time = %s, want a", sr.Slug)
	}
}

func testClaimRunsOut(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	value(e.ClaimDue(ctx, "dead", time.Minute))(t)
	e.clock.move(50 * time.Second)
	must(t, e.RenewClaim(ctx, "a", "dead", time.Minute))
	e.clock.move(50 * time.Second)
	_, err := e.ClaimDue(ctx, "me", time.Minute)
	wantError(t, "ClaimDue while a renewed lease runs", err, feed.ErrNotFound)
	if due, want := value(e.NextDue(ctx))(t), start.Add(110*time.Second); !due.Equal(want) {
		t.Errorf("NextDue = %v, want the end of the lease, %v", due, want)
	}
	e.clock.move(10 * time.Second)
	if sr := value(e.ClaimDue(ctx, "me", time.Minute))(t); sr.Slug != "a" {
		t.Errorf("after the lease ran out %q is claimed, want a", sr.Slug)
	}
	wantError(t, "RenewClaim of the dead, come back", e.RenewClaim(ctx, "a", "dead", time.Minute), feed.ErrBusy)
	wantError(t, "FinishCrawl of the dead, come back",
		e.FinishCrawl(ctx, "dead", feed.Crawl{Series: "a"}, feed.Health{}), feed.ErrBusy)
}

func testFinishCrawl(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a")
	finish := func(h feed.Health) feed.Health {
		t.Helper()
		value(e.Claim(ctx, "a", "me", time.Minute))(t)
		must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: "a", Started: e.clock.now()}, h))
		return value(e.SeriesBySlug(ctx, "a"))(t).Health
	}
	equal(t, "after a good crawl", finish(feed.Health{State: feed.StateOK, LastGood: start}),
		feed.Health{State: feed.StateOK, Since: start, LastGood: start, Next: start.Add(time.Hour)})

	e.clock.move(time.Hour)
	failed := e.clock.now()
	equal(t, "after a failure", finish(feed.Health{State: feed.StateFailing, Reason: "503 of https://a.example/", Failures: 1, Next: failed.Add(time.Minute)}),
		feed.Health{State: feed.StateFailing, Reason: "503 of https://a.example/", Since: failed, LastGood: start, Next: failed.Add(time.Minute), Failures: 1})

	e.clock.move(time.Minute)
	if h := finish(feed.Health{State: feed.StateFailing, Reason: "again", Failures: 2}); !h.Since.Equal(failed) || !h.LastGood.Equal(start) {
		t.Errorf("after a second failure: since %v, last good %v; want %v and %v", h.Since, h.LastGood, failed, start)
	}
}

func testCrawls(t *testing.T, e *env) {
	ctx := t.Context()
	e.series(t, "a", "b")
	if none := value(e.Crawls(ctx, "a", 5))(t); len(none) != 0 {
		t.Errorf("before the first crawl there are %d reports, want none", len(none))
	}
	report := func(n int) feed.Crawl {
		return feed.Crawl{
			Series: "a", Started: start.Add(time.Duration(n) * time.Minute), Took: 3200 * time.Millisecond,
			Found: 36, New: n, Changed: 1, Moved: 6, Unchanged: 2, Gone: 3, Failed: 4, Requests: 41, NotModified: 5, Err: "why",
			Dropped: []feed.Drop{{URL: "https://x.example/<&>", Anchor: "“go”", Reason: "other site"}},
		}
	}
	for n := range 103 {
		value(e.Claim(ctx, "a", "me", time.Minute))(t)
		must(t, e.FinishCrawl(ctx, "me", report(n), feed.Health{State: feed.StateOK}))
	}
	equal(t, "the two newest reports", value(e.Crawls(ctx, "a", 2))(t), []feed.Crawl{report(102), report(101)})
	all := value(e.Crawls(ctx, "a", 1000))(t)
	if len(all) != 100 || all[99].New != 3 {
		t.Errorf("%d reports are kept, want the newest 100", len(all))
	}

	value(e.Claim(ctx, "b", "me", time.Minute))(t)
	must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: "b", Dropped: make([]feed.Drop, 100_000)}, feed.Health{State: feed.StateOK}))
	dropped := value(e.Crawls(ctx, "b", 1))(t)[0].Dropped
	if want := fmt.Sprintf("and %d more that are not listed", 100_000-999); len(dropped) != 1000 || dropped[999].Reason != want {
		t.Errorf("of 100,000 dropped links %d are kept, the last one %q; want 1000, %q", len(dropped), dropped[len(dropped)-1].Reason, want)
	}
}

func testClockJumps(t *testing.T, e *env) {
	ctx := t.Context()
	const years = 10 * 365 * 24 * time.Hour
	crawl := func(when string) {
		t.Helper()
		value(e.ClaimDue(ctx, "me", time.Minute))(t)
		must(t, e.FinishCrawl(ctx, "me", feed.Crawl{Series: "a", Started: e.clock.now()}, feed.Health{State: feed.StateOK}))
		_, err := e.ClaimDue(ctx, "me", time.Minute)
		wantError(t, "a second crawl at once "+when, err, feed.ErrNotFound)
		if due, want := value(e.NextDue(ctx))(t), e.clock.now().Add(time.Hour); !due.Equal(want) {
			t.Errorf("%s: the next crawl is at %v, want %v", when, due, want)
		}
	}
	e.series(t, "a")
	crawl("in the beginning")
	e.clock.move(years)
	crawl("ten years on")
	e.clock.move(-years)
	crawl("ten years back")
	e.clock.move(-time.Minute) // a small correction is none
	_, err := e.ClaimDue(ctx, "me", time.Minute)
	wantError(t, "ClaimDue a minute back", err, feed.ErrNotFound)

	value(e.Claim(ctx, "a", "dead", time.Minute))(t)
	e.clock.move(-years)
	crawl("ten years back, claimed by a dead worker")
}
