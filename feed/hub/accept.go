package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"storyfeed/feed"
)

// Refusal is why a request is not accepted, with the answer that it gets.
type Refusal struct {
	Status int           // 4xx, or 503 when the hub is full
	Text   string        // for whoever runs the subscriber: a sentence that names what to change
	Retry  time.Duration // after which to ask again; 0: that would not help
}

// Error implements error.
func (r *Refusal) Error() string { return r.Text }

func refuse(status int, format string, args ...any) *Refusal {
	return &Refusal{Status: status, Text: fmt.Sprintf(format, args...)}
}

// Accept takes a request to subscribe or unsubscribe (§5.1), given as the
// fields of its form. Nil means that its callback will be asked whether it was
// meant, and so the answer is 202 (§5.1.2). The error is a [*Refusal], or the
// store's.
//
// Fields that a hub doesn't know are ignored, and of a field given twice the
// first counts. A lease is cut to 5 minutes at least and 30 days at most, and
// is 10 days when none is asked for.
func (h *Hub) Accept(ctx context.Context, form url.Values) error {
	in, err := h.intent(form)
	if err != nil {
		return err
	}
	h.accepting.Lock()
	defer h.accepting.Unlock()
	in.Due = h.Now()
	if wait := h.rate.take(in.Host, in.Due); wait > 0 {
		r := refuse(http.StatusTooManyRequests, "Too many requests came within a minute; come again in %v.", wait.Round(time.Second))
		r.Retry = wait
		return r
	}
	if err := h.judge(ctx, &in); err != nil {
		return err
	}
	if err := h.Store.SaveIntent(ctx, in); err != nil {
		return err
	}
	h.Logger.Debug("hub request", "mode", in.Wish, "topic", in.Topic, "host", in.Host)
	h.Wake()
	return nil
}

// intent reads a form. What it returns is right by itself; whether there is
// such a topic, and room for it, is left open.
func (h *Hub) intent(form url.Values) (in feed.Intent, err error) {
	if !h.builtIn() {
		return in, refuse(http.StatusNotFound, "There is no hub here; the feeds name theirs, if they have one.")
	}
	in = feed.Intent{Wish: feed.Wish(form.Get("hub.mode")), Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback")}
	switch in.Wish {
	case feed.WishSubscribe:
		if in.Lease, err = lease(form.Get("hub.lease_seconds")); err != nil {
			return in, err
		}
		in.Secret = form.Get("hub.secret")
	case feed.WishUnsubscribe:
	case "publish":
		return in, refuse(http.StatusBadRequest, "This hub serves the feeds of its own site alone, and knows by itself when they change.")
	case "":
		return in, refuse(http.StatusBadRequest, "hub.mode is missing; give \"subscribe\" or \"unsubscribe\".")
	default:
		return in, refuse(http.StatusBadRequest, "hub.mode is %.40q; give \"subscribe\" or \"unsubscribe\".", string(in.Wish))
	}
	if len(in.Secret) >= maxSecret {
		return in, refuse(http.StatusBadRequest, "hub.secret has %d bytes; it must have less than %d.", len(in.Secret), maxSecret)
	}
	if in.Host, err = h.callback(in.Callback); err != nil {
		return in, err
	}
	if in.Topic == "" {
		return in, refuse(http.StatusBadRequest, "hub.topic is missing; give the address that the feed names as its own (rel=self).")
	}
	return in, nil
}

// lease is what is granted for what was asked.
func lease(asked string) (time.Duration, error) {
	if asked == "" {
		return defaultLease, nil
	}
	seconds, err := strconv.ParseUint(asked, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return maxLease, nil
	}
	if err != nil || seconds == 0 {
		return 0, refuse(http.StatusBadRequest, "hub.lease_seconds is %.40q; give a whole number of seconds above 0, or leave it out.", asked)
	}
	return max(minLease, time.Duration(min(seconds, uint64(maxLease/time.Second)))*time.Second), nil
}

// callback checks the address that is to be called, and returns its host.
func (h *Hub) callback(address string) (host string, err error) {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return "", refuse(http.StatusBadRequest, "hub.callback is missing; give the address that is to be called.")
	case len(address) > maxAddress:
		return "", refuse(http.StatusBadRequest, "hub.callback has %d bytes; it may have %d.", len(address), maxAddress)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsFunc(address, isSpace):
		return "", refuse(http.StatusBadRequest, "hub.callback is no absolute http or https address.")
	case strings.Contains(address, "#"):
		return "", refuse(http.StatusBadRequest, "hub.callback has a fragment; leave out what begins with #.")
	}
	if err := h.Permit(address); err != nil {
		return "", refuse(http.StatusBadRequest, "hub.callback can't be called: %v.", err)
	}
	return hostOf(u), nil
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// judge says whether there is such a topic, and room for another wish.
func (h *Hub) judge(ctx context.Context, in *feed.Intent) error {
	known := true
	_, err := h.Store.Subscription(ctx, in.Topic, in.Callback, in.Due)
	if errors.Is(err, feed.ErrNotFound) {
		known, err = false, nil
	}
	if err != nil {
		return err
	}
	switch d, ok := h.document(ctx, in.Topic); {
	case ok:
		in.ETag = d.ETag
	case in.Wish == feed.WishUnsubscribe && known: // whatever became of the feed
	default:
		return refuse(http.StatusNotFound, "hub.topic is no feed of this site; give the address that the feed names as its own (rel=self).")
	}
	use, err := h.Store.HubUse(ctx, in.Topic, in.Host)
	if err != nil {
		return err
	}
	full := func(format string, args ...any) error {
		r := refuse(http.StatusServiceUnavailable, format, args...)
		r.Retry = time.Hour
		return r
	}
	l, begins := h.Limits, in.Wish == feed.WishSubscribe && !known
	if begins && use.OfTopic == 0 {
		if n, err := h.made(ctx, in.Topic); err != nil || n >= l.Made {
			return cmp.Or(err, full("There are subscriptions to %d feeds of authors and tags already, and to none of this one; there can't be more. Please poll it.", n))
		}
	}
	switch {
	case use.Pending >= l.Pending || use.PendingOfHost >= l.PendingOfHost:
		r := refuse(http.StatusTooManyRequests, "Too many requests wait to be verified; come again in a minute.")
		r.Retry = time.Minute
		return r
	case begins && use.OfHost+use.PendingOfHost >= l.OfHost:
		return full("There are %d subscriptions with callbacks on this host already; there can't be more.", use.OfHost)
	case begins && use.OfTopic >= l.OfTopic:
		return full("This feed has %d subscriptions already; there can't be more. Please poll it.", use.OfTopic)
	case begins && use.Subscriptions+use.Pending >= l.Subscriptions:
		return full("The hub has %d subscriptions already; there can't be more. Please poll.", use.Subscriptions)
	}
	return nil
}

// made counts the other feeds than a topic that have subscriptions and are made
// when somebody asks, if the topic is one of them.
func (h *Hub) made(ctx context.Context, topic string) (n int, err error) {
	if path, ok := h.path(topic); !ok || !h.makes(path) {
		return 0, nil
	}
	topics, err := h.Store.Topics(ctx)
	for _, other := range topics {
		if path, ok := h.path(other); ok && other != topic && h.makes(path) {
			n++
		}
	}
	return n, err
}
