package indexer

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
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
	s := unwrapped(typed)
	if what := notAddress(s); what != "" {
		return bad(what)
	}
	absolute := strings.Contains(s, "://")
	if !absolute {
		s = "https://" + strings.TrimLeft(s, "/")
	}
	u, err := url.Parse(s)
	if err != nil {
		return bad("it is malformed")
	}
	host := u.Hostname()
	switch {
	case u.User != nil && !absolute && u.Path == "":
		return bad("it is a mail address")
	case u.User != nil:
		return nil, &Problem{Kind: ProblemRefused, What: u.Redacted() + ": holds credentials, which storyfeed does not send", Remedy: []string{"leave out what stands before the @"}}
	case host == "" || !absolute && !strings.Contains(host, ".") && !strings.Contains(host, ":") && host != "localhost":
		return bad("it names no host")
	case strings.Contains(host, "..") || strings.HasPrefix(host, "."):
		return bad("the name of its host is malformed")
	case !isPort(u.Port()):
		return bad("its port is not a number from 1 to 65535")
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

// unwrapped takes off what comes with an address that is copied from a mail or
// from a link to subscribe with.
func unwrapped(typed string) string {
	s := strings.Trim(strings.TrimSpace(typed), `<>"'`)
	if rest, ok := strings.CutPrefix(s, "feed:"); ok {
		s = strings.TrimPrefix(rest, "//")
	}
	return s
}

// notAddress says why a text can't be an address of the web; empty: it may be.
func notAddress(s string) string {
	switch words := strings.Fields(s); {
	case len(words) == 0:
		return "it is empty"
	case len(words) > 1 && strings.Contains(words[0], "://") && strings.Contains(words[1], "://"):
		return "it holds several addresses, and one is read at a time"
	case strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return "it holds a space"
	}
	scheme, rest, found := strings.Cut(s, ":")
	switch scheme = strings.ToLower(scheme); {
	case !found || scheme == "" || strings.ContainsFunc(scheme, notInScheme): // a host, or a path with a colon in it
		return ""
	case scheme == "http" || scheme == "https":
		if !strings.HasPrefix(rest, "//") {
			return "write " + scheme + ":// with two slashes"
		}
		return ""
	case !strings.HasPrefix(rest, "//") && rest != "" && '0' <= rest[0] && rest[0] <= '9': // localhost:8080
		return ""
	case scheme == "mailto":
		return "it is a mail address"
	case scheme == "file":
		return "it is a file on a disk"
	}
	return fmt.Sprintf("only https:// and http:// are read, not %s:", scheme)
}

// notInScheme leaves out the full stop that RFC 3986 §3.1 allows: hosts have
// them, and no scheme that people write.
func notInScheme(r rune) bool {
	return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '+' || r == '-')
}

func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// unreached reports that the server did not speak at all, so that another
// scheme is worth a try.
func unreached(err error) bool {
	var fe *fetch.Error
	return errors.As(err, &fe) && (silent(fe.Reason) || fe.Reason == fetch.ReasonRefused)
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
