package hub

import (
	"context"
	"crypto/rand"
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

// pursue makes the call that an intent is about, and does what follows.
func (h *Hub) pursue(ctx context.Context, in feed.Intent) error {
	if in.Wish == feed.WishSubscribe {
		if _, ok := h.document(ctx, in.Topic); !ok || !h.builtIn() {
			in.Wish, in.Reason = feed.WishDenied, "there is no such feed any more"
		}
	}
	if in.Wish == feed.WishDenied {
		return h.deny(ctx, in)
	}
	outcome, err := h.verify(ctx, in)
	if ctx.Err() != nil {
		return nil // the hub stops; the next one asks again
	}
	h.Logger.Debug("hub verification", "mode", in.Wish, "topic", in.Topic, "host", in.Host, "outcome", outcome, "error", err)
	switch outcome {
	case unreachable:
		return h.again(ctx, in, err)
	case refused:
		h.metrics.verified(refused)
		return h.Store.DropIntent(ctx, in.ID)
	}
	err = h.Store.ConfirmIntent(ctx, in, h.Now())
	if errors.Is(err, feed.ErrNotFound) {
		return nil // a newer wish came meanwhile and is asked for next
	}
	if err != nil {
		return err
	}
	h.metrics.verified(confirmed)
	if d, ok := h.document(ctx, in.Topic); ok && in.Wish == feed.WishSubscribe && d.ETag != in.ETag {
		_, err = h.Store.TopicChanged(ctx, in.Topic, d.ETag, h.Now()) // it changed between request and answer
		h.Wake()
	}
	return err
}

// outcome is what a verification came to; it is a metric's label.
type outcome string

const (
	confirmed   outcome = "confirmed"
	refused     outcome = "refused"     // an answer other than the challenge
	unreachable outcome = "unreachable" // no answer
)

// verify asks a callback whether a wish is its own (§5.3). Whatever it answers
// but 2xx with the challenge and nothing else is a no.
func (h *Hub) verify(ctx context.Context, in feed.Intent) (outcome, error) {
	call, end := context.WithTimeout(ctx, callTime)
	defer end()
	challenge := rand.Text()
	q := url.Values{"hub.mode": {string(in.Wish)}, "hub.topic": {in.Topic}, "hub.challenge": {challenge}}
	if in.Wish == feed.WishSubscribe {
		q.Set("hub.lease_seconds", strconv.FormatInt(int64(in.Lease/time.Second), 10))
	}
	resp, err := h.get(call, in.Callback, q)
	if err != nil {
		return unreachable, err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return refused, fmt.Errorf("answered %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(len(challenge))+1))
	if err != nil {
		return unreachable, err
	}
	if string(body) != challenge {
		return refused, errors.New("answered something else than the challenge")
	}
	return confirmed, nil
}

// deny tells a subscriber that nothing will come (§5.2). What it answers does
// not matter.
func (h *Hub) deny(ctx context.Context, in feed.Intent) error {
	q := url.Values{"hub.mode": {string(feed.WishDenied)}, "hub.topic": {in.Topic}}
	if in.Reason != "" {
		q.Set("hub.reason", in.Reason)
	}
	call, end := context.WithTimeout(ctx, callTime)
	defer end()
	resp, err := h.get(call, in.Callback, q)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return h.again(ctx, in, err)
	}
	resp.Body.Close()
	return h.Store.DropIntent(ctx, in.ID)
}

// again plans another try for a callback that did not answer, or gives it up.
func (h *Hub) again(ctx context.Context, in feed.Intent, err error) error {
	if in.Tries+1 >= verifyTries {
		h.metrics.verified(unreachable)
		h.Logger.Debug("hub callback given up", "mode", in.Wish, "topic", in.Topic, "host", in.Host, "error", err)
		return h.Store.DropIntent(ctx, in.ID)
	}
	return h.Store.DelayIntent(ctx, in.ID, h.Now().Add(verifyRetry<<(2*in.Tries)))
}

// get calls a callback with parameters behind those that it has (§5.1.1).
func (h *Hub) get(ctx context.Context, callback string, q url.Values) (*http.Response, error) {
	join := "?"
	switch {
	case strings.HasSuffix(callback, "?") || strings.HasSuffix(callback, "&"):
		join = ""
	case strings.Contains(callback, "?"):
		join = "&"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, callback+join+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	return h.do(r)
}

// do sends a request. Its error does not hold the callback, which may be a
// secret of its owner and has no place in a log.
func (h *Hub) do(r *http.Request) (*http.Response, error) {
	resp, err := h.Client.Do(r)
	if told, ok := errors.AsType[*url.Error](err); ok {
		err = told.Err
	}
	return resp, err
}
