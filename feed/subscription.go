package feed

import "time"

// Subscription is somebody's wish to be told of each change of a feed (W3C
// WebSub, Recommendation of 2018-01-23).
type Subscription struct {
	Topic    string    // URL of the feed
	Callback string    // URL that is called; with Topic it names the subscription
	Host     string    // of the callback, name:port in lower case
	Ping     bool      // the callback is a hub of others, which is told that there is a change, not sent it
	Secret   string    // key of the signatures, as the subscriber gave it; empty: none are wanted
	Until    time.Time // end of the lease; zero: none, as of a ping

	ETag     string    // of the newest version that was delivered, waits for it, or was given up
	Due      time.Time // when to try to deliver what waits; zero: nothing does
	Since    time.Time // when what waits became known
	Tries    int       // that failed for what waits
	Standing Standing
}

// Standing says how the last delivery to a callback went. Those of one
// standing don't wait for those of another.
type Standing int

// The standings.
const (
	StandingNew Standing = iota // there was none
	StandingGood
	StandingFailing
)

// Wish is what an [Intent] wants, in WebSub's words.
type Wish string

// The wishes.
const (
	WishSubscribe   Wish = "subscribe"
	WishUnsubscribe Wish = "unsubscribe"
	WishDenied      Wish = "denied" // ours: to tell a subscriber that there is nothing more to come (WebSub §5.2)
)

// Intent is a call that a callback is still to get before a subscription
// begins or ends (WebSub §5.3), or because it has ended (§5.2). There is at
// most one for a topic and callback: a newer one replaces the one before.
type Intent struct {
	ID       int64 // given by the store, another one for each
	Wish     Wish
	Topic    string
	Callback string
	Host     string        // as in Subscription
	Secret   string        // as in Subscription
	Lease    time.Duration // that is granted; 0 unless the wish is to subscribe
	ETag     string        // of the topic when the wish came, which the subscriber is taken to have
	Reason   string        // why it is denied, for people
	Due      time.Time     // when to call
	Tries    int           // that failed
}

// HubUse is how much of a hub is in use, as far as its limits go. Pings and
// denials don't count.
type HubUse struct {
	Subscriptions, OfTopic, OfHost int // active ones: all, of one topic, of one callback host
	Pending, PendingOfHost         int // wishes that are to be verified
}
