// Package hub is a WebSub hub for our own feeds (W3C Recommendation of
// 2018-01-23): who subscribes to one is sent each new version of it.
//
//	h, err := hub.New(hub.Config{BaseURL: base, Store: st, Client: guarded, Document: published})
//	go h.Run(ctx)
//	err = h.Accept(ctx, form) // of POST /hub; a [*Refusal] says what to answer instead of 202
//	h.Published(document)     // a feed has changed
//
// A subscription begins and ends when its callback has confirmed it (§5.3).
// It lasts as long as its lease. A delivery is a POST of the whole document to
// the callback (§7), signed with HMAC-SHA256 when the subscriber gave a secret
// (§7.1). The store keeps secrets as they were given: signing needs them.
//
// With an outside hub none of this happens here: that hub is told of each
// change by the publisher's ping that hubs share by custom (hub.mode=publish),
// which is tried again as a delivery is.
//
// # What is promised
//
// What is to be verified, delivered or told is a row in the store before
// anybody is told that it will be, so a process that is killed repeats calls
// and loses none. A document that changed while no hub was running is noticed
// when one starts: each subscription knows the ETag of what it got.
//
// Callbacks are other people's URLs. They are called by a guarded client only,
// see [Config]; redirects are not followed, and what they answer is not read
// beyond the challenge.
//
// # Decisions
//
// Only the newest version of a feed is worth a delivery, so at most one waits
// for each subscription. A queue of versions would tell nobody more, and grow
// with every dead callback.
//
// One host gets one call at a time. Callbacks whose last delivery failed have
// workers of their own, and so have those that never had one: however many of
// them are dead or slow, they don't hold up those that work.
//
// Feeds that are made when somebody asks are pushed too, see [Maker]: those that
// have subscriptions are made anew after each change and compared with what was
// sent. There is a limit of them.
//
// Only feeds of ours are topics. A hub that fetches what anybody names is a
// tool for attacks on others, and its own need for a crawler is not ours.
//
// A verification that is answered otherwise than with the challenge has failed
// at once, as §5.3 demands; one that nobody answered is tried again.
package hub
