package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestBrokeInPlainWords tells each way not to get through apart, in words that
// say what is wrong with the other side.
func TestBrokeInPlainWords(t *testing.T) {
	within := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://blog.example/a", Err: &net.OpError{Op: "dial", Net: "tcp", Err: err}}
	}
	certificate := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://blog.example/a", Err: &tls.CertificateVerificationError{Err: err}}
	}
	yesterday, tomorrow := time.Now().Add(-24*time.Hour), time.Now().Add(24*time.Hour)
	for _, c := range []struct {
		err    error
		reason Reason
		want   string
		retry  bool
	}{
		{within(syscall.ECONNREFUSED), ReasonNoServer, "nothing listens at blog.example:443", false},
		{within(syscall.ECONNRESET), ReasonConnection, "the connection ended before the answer did", true},
		{within(io.EOF), ReasonConnection, "the connection ended before the answer did", true},
		{within(syscall.EHOSTUNREACH), ReasonConnection, "no way from this machine to blog.example:443", false},
		{within(timeoutError{}), ReasonTimeout, "no connection to blog.example:443 in time", false},
		{certificate(x509.CertificateInvalidError{Reason: x509.Expired, Cert: &x509.Certificate{NotAfter: yesterday}}), ReasonTLS, "certificate expired on " + yesterday.UTC().Format(time.DateOnly), false},
		{certificate(x509.CertificateInvalidError{Reason: x509.Expired, Cert: &x509.Certificate{NotBefore: tomorrow}}), ReasonTLS, "valid only from " + tomorrow.UTC().Format(time.DateOnly), false},
		{certificate(x509.HostnameError{Host: "blog.example", Certificate: &x509.Certificate{DNSNames: []string{"a.example", "b.example"}}}), ReasonTLS, `is for a.example, b.example and not for "blog.example"`, false},
		{certificate(x509.UnknownAuthorityError{}), ReasonTLS, "signed by nobody whom this machine trusts", false},
		{within(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), ReasonTLS, "doesn't speak HTTPS", false},
		{errors.New("http: server gave HTTP response to HTTPS client"), ReasonTLS, "doesn't speak HTTPS", false},
		{fmt.Errorf("net/http: something new"), ReasonConnection, "something new", false},
	} {
		e := broke("https://blog.example/a", c.err)
		if e.Reason != c.reason || !strings.Contains(e.Err.Error(), c.want) || e.retry != c.retry {
			t.Errorf("%v is %s, %q, again %t; want %s, %q, again %t", c.err, e.Reason, e.Err, e.retry, c.reason, c.want, c.retry)
		}
		if text := e.Err.Error(); strings.Contains(text, "dial tcp") || strings.Contains(text, "x509:") || strings.Contains(text, "https://") {
			t.Errorf("%q is no plain text", text)
		}
		if !errors.Is(e, c.err) {
			t.Errorf("%v does not wrap its cause", e)
		}
	}
}

type timeoutError struct{}

func (timeoutError) Error() string { return "i/o timeout" }
func (timeoutError) Timeout() bool { return true }

// TestPlainHTTPBehindHTTPS is a server without TLS that is asked for it.
func TestPlainHTTPBehindHTTPS(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	_, err := (&http.Client{}).Get(strings.Replace(server.URL, "http:", "https:", 1))
	if e := broke("https://blog.example/a", err); e.Reason != ReasonTLS || !strings.Contains(e.Err.Error(), "doesn't speak HTTPS") {
		t.Errorf("%v is %s, %q; want that HTTPS is not spoken", err, e.Reason, e.Err)
	}
}
