package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/http/httpguts"
)

// maxRedirects is how many are followed (RFC 9309 §2.3.1.2 wants five for
// robots.txt; pages get the same).
const maxRedirects = 5

const defaultAccept = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml," +
	"application/feed+json,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5"

// Config says how a [Client] behaves.
type Config struct {
	Hosts   Hosts                 // must not be nil
	Allow   []string              // exact host:port pairs that may be asked though they are private or on another port
	HostGap time.Duration         // pause after a request to a host; 0: 1 s; less than 1 s holds for hosts in Allow only
	Contact string                // URL or mail address of the operator, for User-Agent; empty: none
	Version string                // of the program, for User-Agent; empty: "dev"
	Owner   string                // names this process in leases; empty: by its pid
	MaxWait time.Duration         // longest wait for a host before one request; 0: 1 min
	Now     func() time.Time      // nil: time.Now
	Logger  *slog.Logger          // nil: discard
	Metrics prometheus.Registerer // nil: off
}

// Client fetches. It is safe for concurrent use. It keeps no connection and
// no goroutine beyond a [Client.Get].
type Client struct {
	hosts     Hosts
	guard     *guard
	transport http.RoundTripper
	agent     string
	owner     string
	hostGap   time.Duration
	maxWait   time.Duration
	budget    budget
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
	log       *slog.Logger
	metrics   *metrics
	queue     *queues // by host: one exchange at a time
	origins   *queues // by origin: one fetch of robots.txt at a time
}

// New makes a client. The error names what is wrong with the configuration.
func New(cfg Config) (*Client, error) { return newClient(cfg, nil) }

func newClient(cfg Config, resolver *net.Resolver) (*Client, error) {
	if cfg.Hosts == nil {
		return nil, errors.New("fetch: Config.Hosts is nil")
	}
	guard, err := newGuard(cfg.Allow, resolver)
	if err != nil {
		return nil, err
	}
	agent, err := userAgent(cfg.Version, cfg.Contact)
	if err != nil {
		return nil, err
	}
	metrics, err := newMetrics(cfg.Metrics)
	if err != nil {
		return nil, err
	}
	c := &Client{
		hosts: cfg.Hosts, guard: guard, transport: newTransport(guard), agent: agent, owner: cfg.Owner,
		hostGap: cfg.HostGap, maxWait: cfg.MaxWait, budget: defaultBudget(),
		now: cfg.Now, sleep: sleep, log: cfg.Logger, metrics: metrics,
		queue: new(queues), origins: new(queues),
	}
	if c.owner == "" {
		c.owner = fmt.Sprintf("pid %d", os.Getpid())
	}
	if c.hostGap <= 0 {
		c.hostGap = minHostGap
	}
	if c.maxWait <= 0 {
		c.maxWait = time.Minute
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// With returns a client of other settings that takes its turns together with
// c and counts into the same metrics. Requests of c that are under way end as
// they began. The error names what is wrong with the settings.
func (c *Client) With(version, contact string, allow []string, hostGap time.Duration) (*Client, error) {
	guard, err := newGuard(allow, c.guard.dialer.Resolver)
	if err != nil {
		return nil, err
	}
	agent, err := userAgent(version, contact)
	if err != nil {
		return nil, err
	}
	other := *c
	other.guard, other.transport, other.agent, other.hostGap = guard, newTransport(guard), agent, hostGap
	if other.hostGap <= 0 {
		other.hostGap = minHostGap
	}
	return &other, nil
}

func newTransport(g *guard) *http.Transport {
	t := &http.Transport{
		DialContext:            g.dial,
		DisableKeepAlives:      true, // see the package comment
		DisableCompression:     true, // unpacked by us, within limits
		MaxResponseHeaderBytes: maxHeaders,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	return t
}

// userAgent names us as RFC 9110 §10.1.5 says, the product token first.
func userAgent(version, contact string) (string, error) {
	if version == "" {
		version = "dev"
	}
	agent := "storyfeed/" + version
	if contact == "" {
		agent += " (feed reader)"
	} else {
		agent += " (+" + contact + ")"
	}
	if !httpguts.ValidHeaderFieldValue(agent) {
		return "", fmt.Errorf("fetch: version %q and contact %q can't stand in a User-Agent", version, contact)
	}
	return agent, nil
}

// Request is what to get.
type Request struct {
	URL string // absolute http or https URL; a fragment is ignored

	// The validators of the page that is known, byte for byte as it came;
	// empty: none. They are sent on every hop, or, when FinalURL is set, to
	// that address only: another page's answer to them would mean nothing.
	ETag         string
	LastModified string
	FinalURL     string

	Accept string // empty: pages and feeds
}

// Page is an answer.
type Page struct {
	URL       string   // as asked for
	FinalURL  string   // of the answer, normalised, without fragment
	Redirects []string // the addresses that redirects led to, FinalURL last; empty: none
	Permanent bool     // there were redirects, and every one was permanent (301 or 308)

	Status    int // 200, or 304 when the validators still hold
	Header    http.Header
	MediaType string // lower case, without parameters, such as "text/html"; empty with 304
	Body      []byte // unpacked; texts in UTF-8 without byte order mark; nil with 304

	ETag         string // to be sent back as they are; with 304 those of the request if the answer has none
	LastModified string
	Fetched      time.Time // UTC
}

// Get fetches a page, following redirects. It waits for the host's turn and,
// where that is likely to help, tries up to three times; so it may block for
// some minutes, and no longer than the context lives.
//
// The error is an [*Error], unless it comes from [Hosts]. Get never panics on
// what a server sends.
func (c *Client) Get(ctx context.Context, r Request) (*Page, error) {
	page, err := c.get(ctx, r)
	if fe, ok := errors.AsType[*Error](err); ok {
		c.metrics.failed(fe.Reason)
	}
	return page, err
}

func (c *Client) get(ctx context.Context, r Request) (*Page, error) {
	u, err := parseURL(r.URL)
	if err != nil {
		return nil, fail(redacted(r.URL), ReasonRefused, err)
	}
	if final, err := parseURL(r.FinalURL); err == nil {
		r.FinalURL = final.String()
	}
	t := c.newTrip(r)
	a, err := c.follow(ctx, t, u)
	if err != nil {
		return nil, err
	}
	return c.page(t, a)
}

// trip is one walk from an address to its answer.
type trip struct {
	request   Request
	robots    bool          // to a robots.txt: not held to it, and cut where it is too long
	left      time.Duration // network time that remains
	failures  int
	redirects []string
	permanent bool
}

func (c *Client) newTrip(r Request) *trip {
	if r.Accept == "" {
		r.Accept = defaultAccept
	}
	return &trip{request: r, left: c.budget.total, permanent: true}
}

// answer is what came of one exchange.
type answer struct {
	url    *url.URL
	status int
	header http.Header
	body   []byte
	bot    bool // it says to people that they must show to be some
}

// follow walks along redirects (RFC 9110 §15.4) to an answer with 200 or 304.
// Every hop is checked as if it were the first.
func (c *Client) follow(ctx context.Context, t *trip, u *url.URL) (*answer, error) {
	first := u.String()
	seen := map[string]bool{}
	for {
		at := u.String()
		seen[at] = true
		a, err := c.hop(ctx, t, u)
		if err == nil && isRedirect(a.status) {
			u, err = next(a)
			if err == nil && seen[u.String()] {
				err = failf(at, ReasonRedirect, "redirects in a circle, to %s", u)
			}
			if err == nil && len(t.redirects) == maxRedirects {
				err = failf(at, ReasonRedirect, "redirects more than %d times", maxRedirects)
			}
		}
		if err != nil {
			if fe, ok := errors.AsType[*Error](err); ok && fe.URL != first {
				fe.From = first
			}
			return nil, err
		}
		if !isRedirect(a.status) {
			return a, nil
		}
		t.redirects = append(t.redirects, u.String())
		t.permanent = t.permanent && (a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect)
	}
}

// hop asks one address, in up to three tries over the whole trip. Between
// them it waits as long as the host was delayed.
func (c *Client) hop(ctx context.Context, t *trip, u *url.URL) (*answer, error) {
	if err := c.guard.permit(u); err != nil {
		return nil, fail(u.String(), ReasonRefused, err)
	}
	var rules ruleset
	if !t.robots {
		var err error
		if rules, err = c.rules(ctx, u); err != nil {
			return nil, err
		}
		if !rules.allows(u) {
			return nil, failf(u.String(), ReasonDisallowed, "the site's robots.txt forbids it to %q", productToken)
		}
	}
	for {
		a, err := c.try(ctx, t, u, c.gap(u, rules))
		fe, ok := errors.AsType[*Error](err)
		if !ok || !fe.retry {
			return a, err
		}
		if t.failures >= maxTries || fe.wait > min(c.maxWait, maxRetryWait) || t.left <= 0 {
			return nil, c.giveUp(fe, t.failures)
		}
	}
}

// try makes one exchange while it holds the host. After a failure that may
// pass the host is delayed.
func (c *Client) try(ctx context.Context, t *trip, u *url.URL, gap time.Duration) (*answer, error) {
	release, err := c.takeHost(ctx, u, gap)
	if err != nil {
		return nil, err
	}
	defer release()
	a, err := c.exchange(ctx, t, u)
	fe, ok := errors.AsType[*Error](err)
	if !ok || !fe.retry {
		return a, err
	}
	fe.wait = backOff(fe, t.failures)
	t.failures++
	if err := c.hosts.DelayHost(context.WithoutCancel(ctx), leaseKey(u), c.now().Add(fe.wait+keeperUnit)); err != nil {
		return nil, fmt.Errorf("fetch %s: delay the host: %w", u, err)
	}
	return nil, fe
}

// giveUp completes the error of the last try. A page that fails without a
// word about the host gives no reason to leave the host alone.
func (c *Client) giveUp(e *Error, failures int) *Error {
	if failures > 1 {
		e.Err = fmt.Errorf("%w (%d tries)", e.Err, failures)
	}
	if e.retryAfter > 0 || e.Status == http.StatusTooManyRequests {
		e.NextTry = c.now().Add(e.wait)
	}
	return e
}

// page makes the result of a trip.
func (c *Client) page(t *trip, a *answer) (*Page, error) {
	p := &Page{
		URL: t.request.URL, FinalURL: a.url.String(), Redirects: t.redirects,
		Permanent: len(t.redirects) > 0 && t.permanent,
		Status:    a.status, Header: a.header,
		ETag: a.header.Get("ETag"), LastModified: a.header.Get("Last-Modified"),
		Fetched: c.now().UTC(),
	}
	if a.status == http.StatusNotModified {
		if p.ETag == "" && p.LastModified == "" {
			p.ETag, p.LastModified = t.request.ETag, t.request.LastModified
		}
		return p, nil
	}
	var label string
	p.MediaType, label = mediaType(a.header.Get("Content-Type"), a.body)
	p.Body = a.body
	if isText(p.MediaType) {
		body, err := ToUTF8(a.body, p.MediaType, label)
		if limit, ok := errors.AsType[*limitError](err); ok {
			return nil, fail(p.FinalURL, limit.reason, limit)
		}
		p.Body = body
	}
	return p, nil
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// next is where a redirect leads.
func next(a *answer) (*url.URL, error) {
	location := a.header.Get("Location")
	if location == "" {
		return nil, failf(a.url.String(), ReasonRedirect, "answered %d without saying where to", a.status)
	}
	ref, err := url.Parse(location)
	if err != nil || len(location) > maxURL {
		return nil, failf(a.url.String(), ReasonRedirect, "answered %d with a malformed address", a.status)
	}
	u, err := normalURL(a.url.ResolveReference(ref))
	if err != nil {
		return nil, fail(a.url.ResolveReference(ref).Redacted(), ReasonRefused, err)
	}
	return u, nil
}

// redacted is an address for messages, whatever it is.
func redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > maxURL {
		return fmt.Sprintf("%.80q", raw)
	}
	return u.Redacted()
}

// validators are the headers that make a request to an address conditional.
// What net/http would refuse to send is left out.
func (t *trip) validators(at string) http.Header {
	h := http.Header{}
	if t.request.FinalURL != "" && t.request.FinalURL != at {
		return h
	}
	for name, value := range map[string]string{"If-None-Match": t.request.ETag, "If-Modified-Since": t.request.LastModified} {
		if value != "" && httpguts.ValidHeaderFieldValue(value) {
			h.Set(name, value)
		}
	}
	return h
}
