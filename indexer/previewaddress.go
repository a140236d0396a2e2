package indexer

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"storyfeed/indexer/fetch"
)

// addressesOf makes absolute addresses, likeliest first, of what a person
// typed.
func addressesOf(typed string) ([]string, *Problem) {
	bad := func(what string) ([]string, *Problem) {
		return nil, &Problem{Kind: ProblemNoURL, What: fmt.Sprintf("%q is no address of a web page: %s", typed, what), Remedy: []string{"write it as a browser shows it, such as https://blog.example/the-series/"}}
	}
	s := strings.TrimSpace(typed)
	scheme, rest, absolute := strings.Cut(s, "://")
	switch {
	case s == "":
		return bad("it is empty")
	case strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return bad("it holds a space")
	case !absolute:
		s = "https://" + strings.TrimLeft(s, "/")
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return bad("only http and https are read")
	case rest == "":
		return bad("it names no host")
	}
	u, err := url.Parse(s)
	if err != nil {
		return bad("it is malformed")
	}
	host := u.Hostname()
	switch {
	case u.User != nil:
		return nil, &Problem{Kind: ProblemRefused, What: u.Redacted() + " holds credentials", Remedy: []string{"leave out what stands before the @"}}
	case host == "" || !absolute && !strings.Contains(host, ".") && !strings.Contains(host, ":") && host != "localhost":
		return bad("it names no host")
	}
	u.Fragment, u.RawFragment, u.Host, u.Scheme = "", "", strings.ToLower(u.Host), strings.ToLower(u.Scheme)
	if u.Path == "" {
		u.Path = "/"
	}
	list := []string{u.String()}
	if !absolute {
		u.Scheme = "http"
		list = append(list, u.String())
	}
	return list, nil
}

// unreached reports that the server did not speak at all, so that another
// scheme is worth a try.
func unreached(err error) bool {
	var fe *fetch.Error
	return errors.As(err, &fe) && (fe.Reason == fetch.ReasonConnection || fe.Reason == fetch.ReasonTLS || fe.Reason == fetch.ReasonTimeout || fe.Reason == fetch.ReasonRefused)
}

// sameOwner reports whether two addresses are likely to be the same site's:
// on one host, or under one registered domain.
func sameOwner(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	if errA != nil || errB != nil {
		return false
	}
	if u.Hostname() == v.Hostname() {
		// Another port is another site, but for the move to TLS.
		return u.Port() == v.Port() || u.Scheme == "http" && v.Scheme == "https"
	}
	d, errA := publicsuffix.EffectiveTLDPlusOne(u.Hostname())
	e, errB := publicsuffix.EffectiveTLDPlusOne(v.Hostname())
	return errA == nil && errB == nil && d == e
}
