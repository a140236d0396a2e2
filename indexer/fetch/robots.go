package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"storyfeed/feed"
)

const (
	// robotsFor is how long a robots.txt, or that there is none, is believed
	// (RFC 9309 §2.4).
	robotsFor = 24 * time.Hour
	// robotsRetry is how long it is believed that robots.txt can't be had.
	robotsRetry = 2 * time.Minute
	// maxCrawlDelay caps the custom Crawl-delay: beyond it a site would never
	// be read to its end.
	maxCrawlDelay = 30 * time.Second
)

// Robots is what a site's robots.txt says to us.
type Robots struct {
	Origin string        // the site, such as "https://blog.example"
	Delay  time.Duration // Crawl-delay, at most 30 s; 0: none
	Rules  int           // that hold for us; 0: everything may be asked for
	rules  ruleset
}

// Allows reports whether an address may be asked for. Of another site it knows
// nothing and says that it may.
func (r Robots) Allows(address string) bool {
	u, err := parseURL(address)
	return err != nil || originOf(u) != r.Origin || r.rules.allows(u)
}

// Robots gives what the robots.txt of an address's site says, from what
// [Hosts] keeps or by fetching it. The error is an [*Error] when it can't be
// had; then nothing of the site may be fetched.
func (c *Client) Robots(ctx context.Context, address string) (Robots, error) {
	u, err := parseURL(address)
	if err == nil {
		err = c.guard.permit(u)
	}
	if err != nil {
		return Robots{}, fail(redacted(address), ReasonRefused, err)
	}
	rules, err := c.rules(ctx, u)
	if err != nil {
		return Robots{}, err
	}
	return Robots{Origin: originOf(u), Delay: rules.delay, Rules: len(rules.rules), rules: rules}, nil
}

// rules gives what the robots.txt of u's origin says to us, from what
// [Hosts] keeps or by fetching it. Without it nothing may be fetched (RFC 9309
// §2.3.1.4) and the error says what is wrong with it.
func (c *Client) rules(ctx context.Context, u *url.URL) (ruleset, error) {
	origin := originOf(u)
	r, known, err := c.knownRules(ctx, u, origin)
	if known || err != nil {
		return r, err
	}
	// One asks, the others wait for what it learns.
	unlock, err := c.origins.lock(ctx, origin)
	if err != nil {
		return ruleset{}, fail(u.String(), ReasonCanceled, err)
	}
	defer unlock()
	if r, known, err = c.knownRules(ctx, u, origin); known || err != nil {
		return r, err
	}
	status, body, err := c.fetchRobots(ctx, u)
	if err != nil {
		return ruleset{}, err
	}
	if err := c.hosts.SaveRobots(ctx, origin, status, body); err != nil {
		return ruleset{}, fmt.Errorf("keep robots.txt of %s: %w", origin, err)
	}
	r, err = c.readRobots(u, status, body, c.now())
	if r.delay > c.gap(u, ruleset{}) {
		// The gap after robots.txt itself was still the ordinary one.
		if err := c.hosts.DelayHost(ctx, leaseKey(u), c.now().Add(r.delay+keeperUnit)); err != nil {
			return ruleset{}, fmt.Errorf("delay %s: %w", leaseKey(u), err)
		}
	}
	return r, err
}

// knownRules reads what is kept, if it is young enough.
func (c *Client) knownRules(ctx context.Context, u *url.URL, origin string) (ruleset, bool, error) {
	body, status, fetched, err := c.hosts.Robots(ctx, origin)
	switch {
	case errors.Is(err, feed.ErrNotFound) || err == nil && fetched.IsZero():
		return ruleset{}, false, nil
	case err != nil && ctx.Err() != nil:
		return ruleset{}, false, fail(u.String(), ReasonCanceled, ctx.Err())
	case err != nil:
		return ruleset{}, false, fmt.Errorf("read robots.txt of %s: %w", origin, err)
	}
	keep := robotsFor
	if !answered(status) {
		keep = robotsRetry
	}
	// An age below zero is from before the clock was set back.
	if age := c.now().Sub(fetched); age < -time.Minute || age >= keep {
		return ruleset{}, false, nil
	}
	r, err := c.readRobots(u, status, body, fetched)
	return r, true, err
}

// answered reports whether a status says something about robots.txt: that it
// is there or that there is none (RFC 9309 §2.3.1.3). 429 is a wish to be
// left alone, not a permission.
func answered(status int) bool {
	return status == http.StatusOK || status >= 400 && status < 500 && status != http.StatusTooManyRequests
}

// readRobots makes rules of what is kept of a robots.txt. When it could not
// be had, body is "reason: text" and the result is an [Error].
func (c *Client) readRobots(u *url.URL, status int, body []byte, fetched time.Time) (ruleset, error) {
	if status == http.StatusOK {
		r := parseRobots(body, productToken)
		r.delay = min(r.delay, maxCrawlDelay)
		return r, nil
	}
	if answered(status) {
		return ruleset{}, nil
	}
	reason, text, ok := strings.Cut(string(body), ": ")
	if !ok {
		reason, text = string(ReasonStatus), fmt.Sprintf("answered %d", status)
	}
	e := failf(u.String(), Reason(reason), "robots.txt can't be had, and without it nothing may be fetched: %s", text)
	switch Reason(reason) {
	case ReasonDNS, ReasonNoServer, ReasonConnection, ReasonTLS:
		e.Err = errors.New(text) // no page of the host would have fared better
	}
	e.Status, e.Robots = status, text
	e.NextTry = fetched.Add(robotsRetry)
	return ruleset{}, e
}

// fetchRobots asks for robots.txt and gives what is to be kept of the answer.
// An error is one that says nothing about robots.txt.
func (c *Client) fetchRobots(ctx context.Context, u *url.URL) (status int, body []byte, err error) {
	target := *u
	target.Path, target.RawPath, target.RawQuery, target.ForceQuery = "/robots.txt", "", "", false
	t := c.newTrip(Request{Accept: "text/plain,*/*;q=0.5"})
	t.robots = true
	a, err := c.follow(ctx, t, &target)
	if err == nil {
		return http.StatusOK, a.body, nil
	}
	var e *Error
	switch {
	case !errors.As(err, &e):
		return 0, nil, err
	case e.Reason == ReasonBusy || e.Reason == ReasonCanceled:
		e.URL, e.From = u.String(), ""
		return 0, nil, e
	case e.Reason == ReasonRedirect:
		// RFC 9309 §2.3.1.2: after five redirects it counts as not there.
		return http.StatusNotFound, nil, nil
	case e.Reason == ReasonStatus && answered(e.Status):
		return e.Status, nil, nil
	case e.Reason == ReasonStatus && e.Status >= 200 && e.Status < 300:
		return http.StatusNotFound, nil, nil // 204 and its kin: nothing there
	}
	return e.Status, []byte(string(e.Reason) + ": " + e.Err.Error()), nil
}
