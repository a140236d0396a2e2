package storetest

import (
	"fmt"
	"testing"
	"time"

	"storyfeed/feed"
)

const topicA = "https://stories.example/s/a/feed.atom"

// wish is an intent for the nth callback of a host.
func wish(e *env, w feed.Wish, host string, n int) feed.Intent {
	return feed.Intent{
		Wish: w, Topic: topicA, Callback: fmt.Sprintf("https://%s/%d?a=b", host, n), Host: host + ":443",
		Secret: "k€y", Lease: time.Hour, ETag: `"v1"`, Due: e.clock.now(),
	}
}

// subscribe lets a callback confirm that it wants to subscribe.
func subscribe(t *testing.T, e *env, host string, n int) feed.Subscription {
	t.Helper()
	ctx := t.Context()
	in := wish(e, feed.WishSubscribe, host, n)
	must(t, e.SaveIntent(ctx, in))
	for _, due := range value(e.DueIntents(ctx, e.clock.now(), nil, 100))(t) {
		if due.Callback == in.Callback {
			must(t, e.ConfirmIntent(ctx, due, e.clock.now()))
		}
	}
	return value(e.Subscription(ctx, in.Topic, in.Callback, e.clock.now()))(t)
}

func testIntents(t *testing.T, e *env) {
	ctx := t.Context()
	first := wish(e, feed.WishSubscribe, "reader.example", 1)
	must(t, e.SaveIntent(ctx, first))
	other := wish(e, feed.WishDenied, "reader.example", 2)
	other.Reason, other.Lease = "gone", 0
	must(t, e.SaveIntent(ctx, other))
	due := value(e.DueIntents(ctx, e.clock.now(), nil, 10))(t)
	if len(due) != 1 {
		t.Fatalf("%d intents are due, want one for the host: %v", len(due), due)
	}
	first.ID = due[0].ID
	equal(t, "the intent", due[0], first)
	equal(t, "intents of a busy host", len(value(e.DueIntents(ctx, e.clock.now(), []string{"x:1", "reader.example:443"}, 10))(t)), 0)

	must(t, e.DelayIntent(ctx, first.ID, e.clock.now().Add(time.Minute)))
	due = value(e.DueIntents(ctx, e.clock.now(), nil, 10))(t)
	if len(due) != 1 || due[0].Callback != other.Callback || due[0].Reason != "gone" {
		t.Fatalf("due beside the delayed one: %v", due)
	}
	must(t, e.DropIntent(ctx, due[0].ID))
	equal(t, "the next call", value(e.NextCall(ctx, e.clock.now()))(t), e.clock.now().Add(time.Minute))

	second := wish(e, feed.WishUnsubscribe, "reader.example", 1)
	must(t, e.SaveIntent(ctx, second))
	wantError(t, "an answer to an intent that was replaced", e.ConfirmIntent(ctx, first, e.clock.now()), feed.ErrNotFound)
	must(t, e.DelayIntent(ctx, first.ID, e.clock.now().Add(time.Hour)))
	due = value(e.DueIntents(ctx, e.clock.now(), nil, 10))(t)
	if len(due) != 1 || due[0].Wish != feed.WishUnsubscribe || due[0].Tries != 0 {
		t.Fatalf("the newer intent: %v, want it alone and untried", due)
	}
	equal(t, "in use", value(e.HubUse(ctx, topicA, "reader.example:443"))(t), feed.HubUse{Pending: 1, PendingOfHost: 1})
	must(t, e.ConfirmIntent(ctx, due[0], e.clock.now())) // there is nothing to end, and that is what was wanted
	equal(t, "intents that are left", len(value(e.DueIntents(ctx, e.clock.now().Add(time.Hour), nil, 10))(t)), 0)
	equal(t, "no next call", value(e.NextCall(ctx, e.clock.now()))(t), time.Time{})
}

func testSubscription(t *testing.T, e *env) {
	ctx := t.Context()
	sub := subscribe(t, e, "reader.example", 1)
	equal(t, "the subscription", sub, feed.Subscription{
		Topic: topicA, Callback: "https://reader.example/1?a=b", Host: "reader.example:443", Secret: "k€y",
		Until: e.clock.now().Add(time.Hour).Truncate(time.Millisecond), ETag: `"v1"`,
	})
	subscribe(t, e, "other.example", 1)
	equal(t, "in use", value(e.HubUse(ctx, topicA, "reader.example:443"))(t), feed.HubUse{Subscriptions: 2, OfTopic: 2, OfHost: 1})
	equal(t, "topics", value(e.Topics(ctx))(t), []string{topicA})

	equal(t, "waiting for what they have", value(e.TopicChanged(ctx, topicA, `"v1"`, e.clock.now()))(t), int64(0))
	must(t, e.EndSubscription(ctx, topicA, "https://other.example/1?a=b"))
	equal(t, "waiting for a new version", value(e.TopicChanged(ctx, topicA, `"v2"`, e.clock.now()))(t), int64(1))

	e.clock.move(30 * time.Minute)
	again := wish(e, feed.WishSubscribe, "reader.example", 1)
	again.Secret, again.Lease, again.ETag = "other", 2*time.Hour, `"v3"`
	must(t, e.SaveIntent(ctx, again))
	must(t, e.ConfirmIntent(ctx, value(e.DueIntents(ctx, e.clock.now(), nil, 1))(t)[0], e.clock.now()))
	renewed := value(e.Subscription(ctx, sub.Topic, sub.Callback, e.clock.now()))(t)
	if renewed.Secret != "other" || !renewed.Until.Equal(e.clock.now().Add(2*time.Hour)) || renewed.ETag != `"v2"` || renewed.Due.IsZero() {
		t.Errorf("renewed: %+v, want another secret and lease, and still waiting for the second version", renewed)
	}

	e.clock.move(2 * time.Hour)
	_, err := e.Subscription(ctx, sub.Topic, sub.Callback, e.clock.now())
	wantError(t, "after the lease", err, feed.ErrNotFound)
	equal(t, "due after the lease", len(value(e.DueSubscriptions(ctx, feed.StandingNew, e.clock.now(), nil, 1, 10))(t)), 0)
	fresh := subscribe(t, e, "reader.example", 1)
	if !fresh.Due.IsZero() || fresh.ETag != `"v1"` {
		t.Errorf("subscribed again after the lease: %+v, want nothing of before", fresh)
	}
	e.clock.move(2 * time.Hour)
	must(t, e.ExpireSubscriptions(ctx, e.clock.now()))
	equal(t, "in use after all leases", value(e.HubUse(ctx, topicA, "reader.example:443"))(t), feed.HubUse{})
}

// due lists the hosts of which a subscription of some standing is due.
func due(t *testing.T, e *env, standing feed.Standing, busy ...string) (hosts []string) {
	t.Helper()
	for _, sub := range value(e.DueSubscriptions(t.Context(), standing, e.clock.now(), busy, 1, 10))(t) {
		hosts = append(hosts, sub.Host)
	}
	return hosts
}

// readAgain returns a subscription as it is now.
func readAgain(t *testing.T, e *env, sub feed.Subscription) feed.Subscription {
	t.Helper()
	return value(e.Subscription(t.Context(), sub.Topic, sub.Callback, e.clock.now()))(t)
}

func testDeliveries(t *testing.T, e *env) {
	ctx := t.Context()
	a, b := subscribe(t, e, "a.example", 1), subscribe(t, e, "b.example", 1)
	subscribe(t, e, "b.example", 2)
	changed := e.clock.now()
	equal(t, "waiting", value(e.TopicChanged(ctx, topicA, `"v2"`, changed))(t), int64(3))
	e.clock.move(time.Second)
	equal(t, "the same change again", value(e.TopicChanged(ctx, topicA, `"v2"`, e.clock.now()))(t), int64(0))
	equal(t, "due, one a host", due(t, e, feed.StandingNew), []string{"a.example:443", "b.example:443"})
	equal(t, "due, two a host", len(value(e.DueSubscriptions(ctx, feed.StandingNew, e.clock.now(), nil, 2, 10))(t)), 3)
	equal(t, "due, within a limit", len(value(e.DueSubscriptions(ctx, feed.StandingNew, e.clock.now(), nil, 2, 2))(t)), 2)
	equal(t, "due beside a busy host", due(t, e, feed.StandingNew, "b.example:443"), []string{"a.example:443"})
	equal(t, "good ones that are due", due(t, e, feed.StandingGood), []string(nil))

	if got := readAgain(t, e, a); !got.Since.Equal(changed) || !got.Due.Equal(changed) || got.ETag != `"v2"` {
		t.Errorf("what waits: %+v, want since %v", got, changed)
	}
	must(t, e.Delivered(ctx, readAgain(t, e, a), `"v2"`))
	if got := readAgain(t, e, a); !got.Due.IsZero() || got.Standing != feed.StandingGood {
		t.Errorf("delivered: %+v, want nothing due and a good standing", got)
	}
	retry := e.clock.now().Add(time.Minute)
	must(t, e.NotDelivered(ctx, readAgain(t, e, b), retry))
	if got := readAgain(t, e, b); !got.Due.Equal(retry) || got.Tries != 1 || got.Standing != feed.StandingFailing {
		t.Errorf("not delivered: %+v, want one try and the next in a minute", got)
	}
	equal(t, "the next call", value(e.NextCall(ctx, e.clock.now()))(t), retry)
	must(t, e.NotDelivered(ctx, readAgain(t, e, b), time.Time{}))
	if got := readAgain(t, e, b); !got.Due.IsZero() {
		t.Errorf("given up: %+v, want nothing due", got)
	}
}

func testChangeDuringDelivery(t *testing.T, e *env) {
	ctx := t.Context()
	sub := subscribe(t, e, "b.example", 1)
	value(e.TopicChanged(ctx, topicA, `"v2"`, e.clock.now()))(t)
	retry := e.clock.now().Add(time.Minute)
	must(t, e.NotDelivered(ctx, readAgain(t, e, sub), retry))

	before := readAgain(t, e, sub)
	e.clock.move(time.Second)
	equal(t, "waiting for the third version", value(e.TopicChanged(ctx, topicA, `"v3"`, e.clock.now()))(t), int64(1))
	must(t, e.NotDelivered(ctx, before, retry.Add(time.Hour)))
	if got := readAgain(t, e, sub); !got.Due.Equal(e.clock.now()) || got.Tries != 0 || got.ETag != `"v3"` {
		t.Errorf("a failure for what is old: %+v, want the third version untried and due now", got)
	}
	must(t, e.Delivered(ctx, before, `"v2"`))
	if got := readAgain(t, e, sub); !got.Due.Equal(e.clock.now()) || got.Standing != feed.StandingGood || got.ETag != `"v3"` {
		t.Errorf("a delivery of what is old: %+v, want the third version due", got)
	}
	must(t, e.Delivered(ctx, before, `"v3"`)) // read before the change, sent after it
	if got := readAgain(t, e, sub); !got.Due.IsZero() {
		t.Errorf("the new version was delivered: %+v, want nothing due", got)
	}
}

func testDueAfterClockSetBack(t *testing.T, e *env) {
	ctx := t.Context()
	sub := subscribe(t, e, "b.example", 1)
	value(e.TopicChanged(ctx, topicA, `"v2"`, e.clock.now()))(t)
	must(t, e.NotDelivered(ctx, readAgain(t, e, sub), e.clock.now().Add(4*time.Hour)))
	equal(t, "due before", due(t, e, feed.StandingFailing), []string(nil))
	e.clock.move(-48 * time.Hour)
	equal(t, "due after the clock was set back", due(t, e, feed.StandingFailing), []string{"b.example:443"})
}

func testDenials(t *testing.T, e *env) {
	ctx := t.Context()
	sub := subscribe(t, e, "a.example", 1)
	const hub = "https://hub.example/"
	must(t, e.SavePing(ctx, topicA, hub, "hub.example:443"))
	must(t, e.SavePing(ctx, topicA, "https://old.example/", "old.example:443"))
	must(t, e.SavePing(ctx, topicA, hub, "hub.example:443"))
	must(t, e.KeepPings(ctx, hub))
	equal(t, "told of a change", value(e.TopicChanged(ctx, topicA, `"v1"`, e.clock.now()))(t), int64(1))
	due := value(e.DueSubscriptions(ctx, feed.StandingNew, e.clock.now(), nil, 1, 10))(t)
	if len(due) != 1 || !due[0].Ping || due[0].Callback != hub || !due[0].Until.IsZero() {
		t.Errorf("due: %+v, want the one ping", due)
	}
	must(t, e.DenyTopic(ctx, topicA, "it ended", e.clock.now()))
	equal(t, "topics that are left, for the ping", value(e.Topics(ctx))(t), []string{topicA})
	must(t, e.EndSubscription(ctx, topicA, hub))
	equal(t, "topics that are left", len(value(e.Topics(ctx))(t)), 0)
	intents := value(e.DueIntents(ctx, e.clock.now(), nil, 10))(t)
	if len(intents) != 1 || intents[0].Wish != feed.WishDenied || intents[0].Callback != sub.Callback || intents[0].Reason != "it ended" {
		t.Errorf("to be told: %+v, want the subscriber alone", intents)
	}
	equal(t, "in use", value(e.HubUse(ctx, topicA, "a.example:443"))(t), feed.HubUse{})
}
