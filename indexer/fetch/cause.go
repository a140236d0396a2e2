package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// cause is what broke an exchange, in words that say what is wrong with the
// other side. What it wraps is the error of the standard library.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// broke says what it means that a connection to the server of address was not
// made, or was lost.
func broke(address string, err error) *Error {
	host := address
	if u, parsed := url.Parse(address); parsed == nil {
		host = hostPort(u)
	}
	say := func(reason Reason, format string, args ...any) *Error {
		return fail(address, reason, &cause{fmt.Sprintf(format, args...), err})
	}
	switch {
	case isTLS(err):
		return say(ReasonTLS, "%s", distrust(err))
	case errors.Is(err, syscall.ECONNREFUSED):
		return say(ReasonNoServer, "nothing listens at %s: the connection was refused", host)
	case errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EADDRNOTAVAIL):
		return say(ReasonConnection, "there is no way from this machine to %s", host)
	case broken(err):
		e := say(ReasonConnection, "the connection ended before the answer did")
		e.retry = true
		return e
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Timeout() {
		return say(ReasonTimeout, "no connection to %s in time", host)
	}
	return say(ReasonConnection, "%s", withoutAddress(err))
}

// withoutAddress is an error of net/http without its method and address, which
// an [Error] names already.
func withoutAddress(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return strings.TrimPrefix(err.Error(), "net/http: ")
}

// distrust says why a server can't be trusted.
func distrust(err error) string {
	if bad, ok := errors.AsType[x509.CertificateInvalidError](err); ok && bad.Reason == x509.Expired && bad.Cert != nil {
		if from := bad.Cert.NotBefore; time.Now().Before(from) {
			return fmt.Sprintf("the site's certificate is valid only from %s on, or this machine's clock is wrong", from.UTC().Format(time.DateOnly))
		}
		return fmt.Sprintf("the site's certificate expired on %s", bad.Cert.NotAfter.UTC().Format(time.DateOnly))
	}
	if bad, ok := errors.AsType[x509.HostnameError](err); ok {
		names := certified(bad.Certificate)
		if names == "" {
			names = "no name"
		}
		return fmt.Sprintf("the site's certificate is for %s and not for %q", names, bad.Host)
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the site's certificate is signed by nobody whom this machine trusts"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return "the server doesn't speak HTTPS there"
	}
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the site's certificate is not to be trusted: " + strings.TrimPrefix(bad.Err.Error(), "x509: ")
	}
	return "the server breaks HTTPS off: " + withoutAddress(err)
}

// mostNames is how many names of a certificate are told.
const mostNames = 3

// certified lists the names that a certificate is for.
func certified(c *x509.Certificate) string {
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) > mostNames {
		names = append(names[:mostNames:mostNames], "others")
	}
	return strings.Join(names, ", ")
}

// isTLS reports whether the other side was reached and could not be trusted.
func isTLS(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	// Neither an alert of the other side nor this one has an exported type.
	return certificate || record || alert || strings.Contains(err.Error(), "remote error: tls:") ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// broken reports whether a connection was made and then lost: that may be
// chance, while one that is refused will be refused again.
func broken(err error) bool {
	for _, target := range []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
