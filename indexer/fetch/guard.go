package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"
)

// maxURL is the longest address that is asked for, in bytes. Servers give up
// at 8 KB.
const maxURL = 8 << 10

// azureWire is a public-looking address that answers inside Microsoft's cloud
// only, with secrets of the machine.
var azureWire = netip.MustParsePrefix("168.63.129.16/32")

// guard decides what may be dialled. It is safe for concurrent use.
type guard struct {
	allow  map[string]bool // exact host:port, normalised
	public *ssrf.Guardian
	dialer net.Dialer // for what is allowed
}

// refusedError is the guard's answer to a forbidden address.
type refusedError struct{ text string }

func (e *refusedError) Error() string { return e.text }

func newGuard(allow []string, r *net.Resolver) (*guard, error) {
	g := &guard{
		allow:  map[string]bool{},
		public: ssrf.New(ssrf.WithDeniedV4Prefixes(azureWire)),
		dialer: net.Dialer{Timeout: 10 * time.Second, Resolver: r},
	}
	for _, entry := range allow {
		host, port, err := net.SplitHostPort(strings.TrimSpace(entry))
		if err == nil {
			host, err = normalHost(host)
		}
		if err == nil {
			port, err = normalPort(port)
		}
		if err != nil {
			return nil, fmt.Errorf("allow %q: want host:port such as 127.0.0.1:9001: %w", entry, err)
		}
		g.allow[net.JoinHostPort(host, port)] = true
	}
	return g, nil
}

// dial is the transport's DialContext. The address is the one that was asked
// for; what its name leads to is checked by control, after the look-up and
// for every address tried.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := g.dialer
	if !g.allow[address] {
		d.Control = g.control
	}
	return d.DialContext(ctx, network, address)
}

func (g *guard) control(network, address string, c syscall.RawConn) error {
	if err := g.public.Safe(network, address, c); err != nil {
		return &refusedError{fmt.Sprintf("%s is no address of the public web; if it is a server of yours, list its host:port in fetch.allow", address)}
	}
	return nil
}

// permit says before any look-up whether an address may be asked for, so that
// nothing obviously forbidden takes a lease or a look-up. u is normalised.
func (g *guard) permit(u *url.URL) error {
	address := hostPort(u)
	if g.allow[address] {
		return nil
	}
	if port := portOf(u); port != "80" && port != "443" {
		return &refusedError{fmt.Sprintf("port %s is not one of the web, 80 or 443; if it is a server of yours, list %s in fetch.allow", port, address)}
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && g.public.SafeAddr(ip) != nil {
		return &refusedError{fmt.Sprintf("%s is a private address and not on the public web; if it is a server of yours, list %s in fetch.allow", ip, address)}
	}
	return nil
}

// parseURL reads an absolute address and brings it into the form in which it
// is compared, leased and sent: scheme and host in lower case, names in ASCII
// (RFC 5891), no default port, no fragment.
func parseURL(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) > maxURL {
		return nil, &refusedError{fmt.Sprintf("the address is longer than %s", size(maxURL))}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, &refusedError{"the address is malformed"}
	}
	return normalURL(u)
}

func normalURL(in *url.URL) (*url.URL, error) {
	u := *in
	u.Fragment, u.RawFragment = "", ""
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &refusedError{"only http and https addresses are fetched"}
	case u.User != nil:
		return nil, &refusedError{"addresses with a user name or password are not fetched"}
	case u.Hostname() == "":
		return nil, &refusedError{"the address has no host"}
	}
	host, err := normalHost(u.Hostname())
	if err != nil {
		return nil, &refusedError{fmt.Sprintf("the host's name %q is malformed", u.Hostname())}
	}
	port := u.Port()
	if port != "" {
		if port, err = normalPort(port); err != nil {
			return nil, &refusedError{fmt.Sprintf("port %q is no port", u.Port())}
		}
	}
	if port == "" || port == defaultPort(u.Scheme) {
		u.Host = bracketed(host)
	} else {
		u.Host = net.JoinHostPort(host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return &u, nil
}

// normalHost brings a host's name or address into its one form. Names in
// ASCII are not held to the rules for registered names: some that are used
// have underscores.
func normalHost(host string) (string, error) {
	host = strings.ToLower(host)
	for i := range len(host) {
		if host[i] >= 0x80 {
			var err error
			// Go on below: full-width digits become an ordinary address here.
			if host, err = idna.Lookup.ToASCII(host); err != nil {
				return "", err
			}
			break
		}
	}
	host = strings.TrimSuffix(host, ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" {
			return "", fmt.Errorf("%s has a zone", ip)
		}
		return ip.String(), nil
	}
	if host == "" || len(host) > 253 || strings.ContainsAny(host, " /\\:@%?#[]") || strings.Contains(host, "..") {
		return "", fmt.Errorf("%q is no host", host)
	}
	return host, nil
}

func normalPort(port string) (string, error) {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", fmt.Errorf("%q is no port", port)
	}
	return strconv.FormatUint(n, 10), nil
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return defaultPort(u.Scheme)
}

// hostPort is what an entry of allow must be equal to.
func hostPort(u *url.URL) string { return net.JoinHostPort(u.Hostname(), portOf(u)) }

// leaseKey names the server that is spared by politeness. The two ports of
// the web are one server.
func leaseKey(u *url.URL) string {
	port := portOf(u)
	if port == "80" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }
