package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/feed"
)

// Path is where the built-in hub is, below the base URL.
const Path = "/hub"

// Store keeps subscriptions and what is to be told. Methods are transactions,
// safe for concurrent use; [feed.ErrNotFound] is wrapped. Package store has
// them, and says there what each does.
type Store interface {
	SaveIntent(ctx context.Context, in feed.Intent) error
	DueIntents(ctx context.Context, now time.Time, busy []string, limit int) ([]feed.Intent, error)
	DelayIntent(ctx context.Context, id int64, next time.Time) error
	DropIntent(ctx context.Context, id int64) error
	ConfirmIntent(ctx context.Context, in feed.Intent, now time.Time) error

	Subscription(ctx context.Context, topic, callback string, now time.Time) (feed.Subscription, error)
	DueSubscriptions(ctx context.Context, standing feed.Standing, now time.Time, busy []string, each, limit int) ([]feed.Subscription, error)
	TopicChanged(ctx context.Context, topic, etag string, now time.Time) (int64, error)
	Delivered(ctx context.Context, read feed.Subscription, etag string) error
	NotDelivered(ctx context.Context, read feed.Subscription, next time.Time) error
	EndSubscription(ctx context.Context, topic, callback string) error
	ExpireSubscriptions(ctx context.Context, now time.Time) error

	Topics(ctx context.Context) ([]string, error)
	DenyTopic(ctx context.Context, topic, reason string, now time.Time) error
	SavePing(ctx context.Context, topic, hub, host string) error
	KeepPings(ctx context.Context, hub string) error
	HubUse(ctx context.Context, topic, host string) (feed.HubUse, error)
	NextCall(ctx context.Context, now time.Time) (time.Time, error)
}

// Doer sends one request. It must refuse private addresses, follow no
// redirect, and bound time and answer, as the client of fetch.Client.Direct
// does.
type Doer interface {
	Do(r *http.Request) (*http.Response, error)
}

// Maker makes feeds that are not published but made when somebody asks for one.
// They may change whenever a published one does.
type Maker interface {
	// Makes reports whether a path is that of such a feed.
	Makes(path string) bool
	// Make returns the feed as it is now. Any error means that there is none at
	// the moment.
	Make(ctx context.Context, path string) (*feed.Document, error)
}

// Config is what a [Hub] needs. BaseURL, Store, Client and Document must be
// set.
type Config struct {
	BaseURL string // public URL of the feeds, without a slash at its end
	Off     bool   // there is no hub: subscribers that there are get told so
	Outside string // URL of a hub of others that takes the place of the built-in one; empty: none does

	Store    Store
	Client   Doer                                     // calls callbacks
	Permit   func(callback string) error              // says, for people, why a callback can't be called; nil: none is refused beforehand
	Document func(path string) (*feed.Document, bool) // the feed at a path, as served now; fast and safe for concurrent use
	Maker    Maker                                    // of the feeds that Document does not know; nil: there are none
	Gone     func(path string) bool                   // reports that there will be no feed at a path any more; nil: never

	Limits  Limits                // zero: the defaults
	Now     func() time.Time      // nil: time.Now
	Logger  *slog.Logger          // nil: discard
	Metrics prometheus.Registerer // nil: off
}

// URLOf is the address that feeds name as their hub: that of an outside one,
// else of the built-in one; empty when there is none.
func URLOf(baseURL, outside string, off bool) string {
	switch {
	case off || baseURL == "":
		return ""
	case outside != "":
		return outside
	}
	return baseURL + Path
}

// Hub takes subscriptions and pushes feeds. Its methods are safe for
// concurrent use.
type Hub struct {
	Config
	url     string // of the hub that the feeds name; empty: none
	metrics *metrics
	rate    *rate

	accepting sync.Mutex    // one request at a time, so that limits hold
	wake      chan struct{} // something happened that Run should look at
	recheck   atomic.Bool   // what there are topics of may have changed

	mu      sync.Mutex
	changed map[string]string // ETags of documents that changed, by path
}

// New makes a hub that does nothing before [Hub.Run].
func New(c Config) (*Hub, error) {
	if c.BaseURL == "" || c.Store == nil || c.Client == nil || c.Document == nil {
		return nil, errors.New("hub: BaseURL, Store, Client and Document must be set")
	}
	if c.Permit == nil {
		c.Permit = func(string) error { return nil }
	}
	if c.Gone == nil {
		c.Gone = func(string) bool { return false }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.orDefaults()
	h := &Hub{Config: c, url: URLOf(c.BaseURL, c.Outside, c.Off), wake: make(chan struct{}, 1), changed: map[string]string{}}
	h.rate = newRate(c.Limits)
	var err error
	if h.metrics, err = newMetrics(c.Metrics, c.Store); err != nil {
		return nil, fmt.Errorf("hub: metrics: %w", err)
	}
	h.recheck.Store(true)
	return h, nil
}

// builtIn reports whether subscriptions are taken here.
func (h *Hub) builtIn() bool { return !h.Off && h.Outside == "" }

// Published notes that the feed at d.Path is now d. It returns at once: the
// deliveries are the business of [Hub.Run].
func (h *Hub) Published(d feed.Document) {
	h.mu.Lock()
	h.changed[d.Path] = d.ETag
	h.mu.Unlock()
	h.Wake()
}

// Wake makes Run look again at what is due.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Recheck makes Run look for feeds that there are no more, after another
// configuration came into force.
func (h *Hub) Recheck() {
	h.recheck.Store(true)
	h.Wake()
}

// topic is the URL of the feed at a path.
func (h *Hub) topic(path string) string { return h.BaseURL + path }

// path is that of a feed of ours, or false.
func (h *Hub) path(topic string) (string, bool) {
	path, ok := strings.CutPrefix(topic, h.BaseURL)
	return path, ok && strings.HasPrefix(path, "/")
}

// document is the feed that is at a topic now.
func (h *Hub) document(ctx context.Context, topic string) (*feed.Document, bool) {
	path, ok := h.path(topic)
	if !ok {
		return nil, false
	}
	if !h.makes(path) {
		d, ok := h.Document(path)
		return d, ok && d.Size() > 0
	}
	d, err := h.Maker.Make(ctx, path)
	if err != nil {
		h.Logger.Debug("make a feed for subscribers", "topic", topic, "error", err)
		return nil, false
	}
	return d, true
}

// makes reports whether a path is that of a feed that is made when somebody
// asks, and pushed by this hub. Hubs of others are not told of them: they are
// too many.
func (h *Hub) makes(path string) bool { return h.Maker != nil && h.builtIn() && h.Maker.Makes(path) }

// hostOf is the host that is spared, and shown in logs, where a whole callback
// may be a secret of its owner.
func hostOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}
