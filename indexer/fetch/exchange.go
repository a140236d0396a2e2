package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// exchange sends one request and reads its answer within the trip's budget.
// The answer is 200, 304 to a conditional request, or a redirect.
func (c *Client) exchange(caller context.Context, t *trip, u *url.URL) (*answer, error) {
	ctx, stop := context.WithCancelCause(caller)
	defer stop(nil)
	start := time.Now()
	total := time.AfterFunc(t.left, func() {
		stop(&limitError{ReasonTimeout, fmt.Sprintf("took longer than %v in all", c.budget.total)})
	})
	defer total.Stop()

	count(caller).sent()
	a, wire, err := c.roundTrip(ctx, stop, t, u)
	took := time.Since(start)
	t.left -= took
	count(caller).lasted(took)
	if err == nil {
		err = c.judge(t, a)
	} else {
		err = classify(caller, ctx, u.String(), err)
	}
	if err == nil && a.status == http.StatusNotModified {
		count(caller).unchanged()
	}
	status := 0
	if a != nil {
		status = a.status
	}
	c.metrics.exchanged(status, took, wire)
	c.log.Debug("fetch", "url", u.String(), "status", status, "took", took, "bytes", wire, "error", err)
	return a, err
}

// roundTrip is the part of an exchange that the budget's context can end.
func (c *Client) roundTrip(ctx context.Context, stop context.CancelCauseFunc, t *trip, u *url.URL) (a *answer, wire int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header = t.validators(u.String())
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", t.request.Accept)
	req.Header.Set("Accept-Encoding", "gzip")
	headers := time.AfterFunc(c.budget.headers, func() {
		stop(&limitError{ReasonTimeout, fmt.Sprintf("no answer within %v", c.budget.headers)})
	})
	resp, err := c.transport.RoundTrip(req)
	headers.Stop()
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	a = &answer{url: u, status: resp.StatusCode, header: resp.Header}
	var cut int64
	switch {
	case mayChallenge(resp.StatusCode, resp.Header) && !t.robots:
		// A page that can't be read says nothing; the status does.
		if page, wire, err := c.budget.readBody(ctx, stop, resp, maxChallenge); err == nil {
			a.bot = isChallenge(page)
			return a, wire, nil
		}
		return a, 0, nil
	case resp.StatusCode != http.StatusOK:
		return a, 0, nil // nobody reads the bodies of other answers
	case t.robots:
		cut = maxRobots + 1
	}
	a.body, wire, err = c.budget.readBody(ctx, stop, resp, cut)
	return a, wire, err
}

// judge makes an error of an answer that is neither a page nor a redirect.
func (c *Client) judge(t *trip, a *answer) error {
	conditional := len(t.validators(a.url.String())) > 0
	if a.status == http.StatusOK || isRedirect(a.status) || a.status == http.StatusNotModified && conditional {
		return nil
	}
	e := failf(a.url.String(), ReasonStatus, "answered %d %s", a.status, http.StatusText(a.status))
	e.Status, e.Bot = a.status, a.bot || challenged(a.header)
	switch a.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.retry, e.retryAfter = true, retryAfter(a.header, c.now())
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		e.retry = true
	}
	return e
}
