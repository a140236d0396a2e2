package hub

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
)

// result is what a delivery came to; it is a metric's label.
type result string

const (
	delivered result = "ok"
	failed    result = "failed"   // to be tried again
	gaveUp    result = "given_up" // failed for a day
	ended     result = "ended"    // 410: the subscriber is gone
)

// deliverAll sends what waits for subscriptions with callbacks on one host, one
// after the other. When one fails the others wait for another turn: each might
// take as long to fail.
func (h *Hub) deliverAll(ctx context.Context, subs []feed.Subscription) error {
	for _, sub := range subs {
		well, err := h.deliver(ctx, sub)
		if !well || err != nil {
			return err
		}
	}
	return nil
}

// deliver sends what waits for a subscription, and reports whether that went
// well.
func (h *Hub) deliver(ctx context.Context, sub feed.Subscription) (well bool, err error) {
	sub, err = h.Store.Subscription(ctx, sub.Topic, sub.Callback, h.Now()) // much may have happened since it was found
	if errors.Is(err, feed.ErrNotFound) || err == nil && sub.Due.IsZero() {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	d, ok := h.document(ctx, sub.Topic)
	if !ok {
		return true, h.later(ctx, sub, errors.New("the feed is not there at the moment"), 0)
	}
	call, end := context.WithTimeout(ctx, callTime)
	defer end()
	status, wait, err := h.send(h.request(call, sub, d))
	switch {
	case ctx.Err() != nil:
		return false, nil // the hub stops; the next one sends it again
	case err != nil:
		return false, h.later(ctx, sub, err, 0)
	case status/100 == 2:
		if err := h.Store.Delivered(ctx, sub, d.ETag); err != nil {
			return true, err
		}
		h.metrics.delivered(delivered, h.Now().Sub(sub.Since))
		h.Logger.Debug("hub delivery", "topic", sub.Topic, "host", sub.Host, "tries", sub.Tries+1)
		return true, nil
	case status == http.StatusGone && !sub.Ping: // §7
		h.metrics.delivered(ended, 0)
		return true, h.Store.EndSubscription(ctx, sub.Topic, sub.Callback)
	}
	return false, h.later(ctx, sub, fmt.Errorf("answered %d", status), wait)
}

// later plans another try, not sooner than asked for, or gives up what was
// tried for a day. The subscription lives on: the next version is tried again.
func (h *Hub) later(ctx context.Context, sub feed.Subscription, cause error, asked time.Duration) error {
	now := h.Now()
	next := now.Add(max(retryAfter(sub.Tries+1), min(asked, longestRetry)))
	if next.Sub(sub.Since) > keepTrying {
		h.metrics.delivered(gaveUp, 0)
		h.Logger.Warn("a version of a feed could not be delivered for a day", "topic", sub.Topic, "host", sub.Host, "tries", sub.Tries+1, "error", cause)
		return h.Store.NotDelivered(ctx, sub, time.Time{})
	}
	h.metrics.delivered(failed, 0)
	h.Logger.Debug("hub delivery failed", "topic", sub.Topic, "host", sub.Host, "tries", sub.Tries+1, "next", next, "error", cause)
	return h.Store.NotDelivered(ctx, sub, next)
}

func (h *Hub) request(ctx context.Context, sub feed.Subscription, d *feed.Document) (*http.Request, error) {
	if sub.Ping {
		return h.ping(ctx, sub)
	}
	return h.push(ctx, sub, d)
}

// push is the request that brings a document to a subscriber (§7). A large
// document is read from its packed form, once for the signature and once as it
// is sent, and never as a whole in memory.
func (h *Hub) push(ctx context.Context, sub feed.Subscription, d *feed.Document) (*http.Request, error) {
	var signature string
	if sub.Secret != "" {
		content, err := d.Identity()
		if err != nil {
			return nil, err
		}
		mac := hmac.New(sha256.New, []byte(sub.Secret))
		if _, err := io.Copy(mac, content); err != nil {
			return nil, err
		}
		signature = "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	content, err := d.Identity()
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Callback, content)
	if err != nil {
		return nil, err
	}
	r.ContentLength = int64(d.Size())
	r.Header.Set("Content-Type", d.Format.MediaType())
	r.Header.Set("Link", Link(h.url, sub.Topic))
	if signature != "" {
		r.Header.Set("X-Hub-Signature", signature)
	}
	return r, nil
}

// Link is the value of the Link header that goes with a feed, in a delivery
// and where it is served: its hub and its own address (§4, §7; RFC 8288).
func Link(hub, self string) string {
	return "<" + hub + `>; rel="hub", <` + self + `>; rel="self"`
}

// ping is the request that tells a hub of others of a change.
func (h *Hub) ping(ctx context.Context, sub feed.Subscription) (*http.Request, error) {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {sub.Topic}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Callback, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r, nil
}

// send makes the call and returns the status, and how long the other side
// wants to be left alone.
func (h *Hub) send(r *http.Request, err error) (status int, wait time.Duration, _ error) {
	if err != nil {
		return 0, 0, err
	}
	resp, err := h.do(r)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	if seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	}
	return resp.StatusCode, wait, nil
}
