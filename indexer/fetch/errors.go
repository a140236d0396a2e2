package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Reason says in one word why nothing was fetched. The set is fixed, so that
// it can be a metric's label.
type Reason string

// The reasons.
const (
	ReasonDisallowed Reason = "disallowed" // robots.txt forbids it
	ReasonRefused    Reason = "refused"    // not asked: not http(s), a password in the URL, a private address, an odd port
	ReasonTimeout    Reason = "timeout"    // too slow: to answer, in all, or in bytes per second
	ReasonDNS        Reason = "dns"        // the host's name leads nowhere
	ReasonNoServer   Reason = "no_server"  // nothing listens at the host's port
	ReasonConnection Reason = "connection" // no way to the host, or the connection broke
	ReasonTLS        Reason = "tls"        // a connection that is not to be trusted, or one that speaks no TLS
	ReasonStatus     Reason = "status"     // answered, with neither 200 nor 304
	ReasonTooLarge   Reason = "too_large"  // headers or body beyond the limits
	ReasonRedirect   Reason = "redirect"   // too many, in a circle, or to nowhere
	ReasonCharset    Reason = "charset"    // text in a character set that nobody can read
	ReasonType       Reason = "type"       // a content coding that was not asked for, or a broken one
	ReasonBusy       Reason = "busy"       // the host may not be asked yet; wraps feed.ErrBusy
	ReasonCanceled   Reason = "canceled"   // the caller's context ended; wraps its error
)

// Whole reports whether the reason speaks of the host rather than of one
// page: when such an [Error] has a NextTry, no other page of that host will
// fare better before it.
func (r Reason) Whole() bool {
	switch r {
	case ReasonBusy, ReasonStatus, ReasonTimeout, ReasonDNS, ReasonNoServer, ReasonConnection, ReasonTLS:
		return true
	}
	return false
}

// Error says why a page was not fetched, in words that help a person to act.
type Error struct {
	URL    string // the address that failed, without a password
	From   string // the address asked for, when redirects led from it to URL; else empty
	Reason Reason
	Status int    // of the answer; 0: there was none
	Robots string // why the site's robots.txt can't be had, when that is the trouble; else empty
	Bot    bool   // the answer says, in its headers or to people, that a service before the site wants a person in a browser

	// NextTry is when the host may be asked again, set when it (or its
	// robots.txt) said so or made us wait longer than Config.MaxWait. Zero:
	// that is for the caller's schedule to decide.
	NextTry time.Time

	Err error // the cause

	retry      bool          // worth another try within this get
	retryAfter time.Duration // as the answer said; 0: nothing usable
	wait       time.Duration // for which the host is delayed
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("fetch " + e.URL)
	if e.From != "" {
		b.WriteString(" (redirected from " + e.From + ")")
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if !e.NextTry.IsZero() {
		b.WriteString("; next try after " + e.NextTry.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Gone reports whether the server says that there is no such page: 404 or
// 410 (RFC 9110 §15.5.5, §15.5.11). One such answer proves nothing yet.
func (e *Error) Gone() bool {
	return e.Reason == ReasonStatus && (e.Status == http.StatusNotFound || e.Status == http.StatusGone)
}

// Temporary reports whether the same request may well succeed at another
// time without anybody changing anything.
func (e *Error) Temporary() bool {
	switch e.Reason {
	case ReasonTimeout, ReasonDNS, ReasonNoServer, ReasonConnection, ReasonTLS, ReasonBusy, ReasonCanceled:
		return true
	case ReasonStatus:
		return e.Status >= 500 || e.Status == http.StatusTooManyRequests ||
			e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooEarly
	}
	return !e.NextTry.IsZero()
}

func fail(url string, reason Reason, err error) *Error {
	return &Error{URL: url, Reason: reason, Err: err}
}

func failf(url string, reason Reason, format string, args ...any) *Error {
	return fail(url, reason, fmt.Errorf(format, args...))
}

// limitError ends an exchange that went beyond its budget. It is the
// cancellation's cause or comes out of the body's reader.
type limitError struct {
	reason Reason
	text   string
}

func (e *limitError) Error() string { return e.text }

// classify says what an error of net/http means. ctx is the exchange's own,
// whose cause names the budget that ran out; caller is the caller's.
func classify(caller, ctx context.Context, url string, err error) *Error {
	if caller.Err() != nil {
		return fail(url, ReasonCanceled, context.Cause(caller))
	}
	var limit *limitError
	if errors.As(err, &limit) || errors.As(context.Cause(ctx), &limit) {
		return fail(url, limit.reason, limit)
	}
	if refused, ok := errors.AsType[*refusedError](err); ok {
		return fail(url, ReasonRefused, refused)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return failf(url, ReasonDNS, "there is no host of the name %q", dns.Name)
		}
		return failf(url, ReasonDNS, "the name %q can't be looked up: %s", dns.Name, dns.Err)
	}
	// net/http has no value or type for this one.
	if strings.Contains(err.Error(), "response headers exceeded") {
		return failf(url, ReasonTooLarge, "the answer's headers are larger than %s", size(maxHeaders))
	}
	return broke(url, err)
}

func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}
