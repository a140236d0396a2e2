package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestRefusedAddresses(t *testing.T) {
	c, err := New(Config{Hosts: NewMemoryHosts(nil), Allow: []string{"127.0.0.1:9001"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{
		"http://127.0.0.1/", "http://127.0.0.1:9002/", "https://127.0.0.1/", "http://localhost:9001/", "http://[::1]:9001/",
		"http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/", "http://100.64.0.1/",
		"http://0.0.0.0/", "http://[::]/", "http://192.0.0.1/", "http://192.0.2.1/", "http://198.18.0.1/", "http://224.0.0.1/",
		"http://240.0.0.1/", "http://255.255.255.255/", "http://168.63.129.16/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
		"http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001::1]/", "http://[fc00::1]/",
		"http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fec0::1]/", "http://[3fff::1]/", "http://[2001:db8::1]/",
		"http://１２７.０.０.１/", "http://①②⑦.⓪.⓪.①/", "http://127.0.0.1./", "http://127。0。0。1/",
		"http://93.184.216.34:8080/", "http://93.184.216.34:22/", "http://user@93.184.216.34/", "http://u:secret@93.184.216.34/",
		"file:///etc/passwd", "ftp://93.184.216.34/", "gopher://93.184.216.34/", "javascript:alert(1)", "data:text/html,x",
		"//93.184.216.34/", "/a", "", "http://", "http:///a", "http:a", "http://a b/", "http://\x00/", "http://%31/", "http://a:99999/",
		"http://a:0/", "http://a..b/", "http://[::1", "http://xn--a/%zz", "http://93.184.216.34/" + strings.Repeat("a", maxURL),
	} {
		_, err := c.Get(t.Context(), Request{URL: url})
		e := want(t, err, ReasonRefused)
		if strings.Contains(err.Error(), "secret") || e.Temporary() {
			t.Errorf("Get(%.60q): %v", url, err)
		}
	}
}

func TestNormalURL(t *testing.T) {
	for in, want := range map[string]string{
		"HTTP://Blog.EXAMPLE:80/A?b#c":  "http://blog.example/A?b",
		"https://blog.example:443":      "https://blog.example/",
		"https://blog.example.:8443/x":  "https://blog.example:8443/x",
		"https://bücher.example/ü":      "https://xn--bcher-kva.example/%C3%BC",
		"http://[2606:4700::0001]:80/":  "http://[2606:4700::1]/",
		" http://my_blog.example/a b ":  "http://my_blog.example/a%20b",
		"http://blog.example/a%2Fb?c=%": "http://blog.example/a%2Fb?c=%",
		"http://blog.example:080/":      "http://blog.example/",
		"http://blog.example?x":         "http://blog.example/?x",
	} {
		u, err := parseURL(in)
		if err != nil || u.String() != want {
			t.Errorf("parseURL(%q) = %v, %v, want %s", in, u, err, want)
		}
	}
}

// TestNamesThatLeadInside asks for names whose look-up gives a private
// address, at once or at the second time (rebinding).
func TestNamesThatLeadInside(t *testing.T) {
	var connected atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { connected.Add(1) }))
	defer inside.Close()
	port := inside.Listener.Addr().(*net.TCPAddr).Port

	for name, addrs := range map[string][]string{
		"loopback":         {"127.0.0.1"},
		"cloud metadata":   {"169.254.169.254"},
		"mapped loopback":  {"::ffff:127.0.0.1"},
		"IPv6 loopback":    {"::1"},
		"several, all bad": {"10.0.0.1", "fd00::1", "168.63.129.16"},
	} {
		c := clientWithNames(t, func(int) []string { return addrs }, nil)
		_, err := c.Get(t.Context(), Request{URL: "http://evil.example/"})
		e := want(t, err, ReasonRefused)
		if !strings.Contains(e.Error(), "robots.txt") {
			t.Errorf("%s: %v, want the refusal of robots.txt", name, err)
		}
	}

	// The second answer differs from the first one: every dial is checked anew.
	c := clientWithNames(t, func(n int) []string {
		if n == 0 {
			return []string{"203.0.113.1"} // refused as well, it is for documents
		}
		return []string{"127.0.0.1"}
	}, nil)
	for range 3 {
		_, err := c.guard.dial(t.Context(), "tcp", "rebind.example:80")
		var refused *refusedError
		if !errors.As(err, &refused) {
			t.Errorf("dial: %v, want a refusal", err)
		}
	}

	// A name that is allowed may lead inside, with its own port only.
	c = clientWithNames(t, func(int) []string { return []string{"127.0.0.1"} }, []string{net.JoinHostPort("blog.internal", itoa(port))})
	if _, err := c.Get(t.Context(), Request{URL: "http://BLOG.internal:" + itoa(port) + "/"}); err != nil {
		t.Errorf("Get of an allowed name: %v", err)
	}
	before := connected.Load()
	for _, url := range []string{"http://other.internal:" + itoa(port) + "/", "http://blog.internal/", "http://127.0.0.1:" + itoa(port) + "/"} {
		_, err := c.Get(t.Context(), Request{URL: url})
		want(t, err, ReasonRefused)
	}
	if connected.Load() != before {
		t.Error("a refused address was connected to")
	}
}

func TestUnknownName(t *testing.T) {
	c := clientWithNames(t, func(int) []string { return nil }, nil)
	_, err := c.Get(t.Context(), Request{URL: "http://nowhere.example/"})
	e := want(t, err, ReasonDNS)
	if !e.Temporary() || e.NextTry.IsZero() || !strings.Contains(err.Error(), "nowhere.example") {
		t.Errorf("Get: %v (%+v), want a temporary error that names the host", err, e)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// clientWithNames makes a client whose look-ups are answered by addrs, called
// with the number of look-ups before.
func clientWithNames(t *testing.T, addrs func(n int) []string, allow []string) *Client {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go serveNames(conn, addrs)
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	c, err := newClient(Config{Hosts: NewMemoryHosts(nil), Allow: allow, HostGap: time.Millisecond}, r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serveNames(conn net.PacketConn, addrs func(int) []string) {
	buf := make([]byte, 1500)
	for n := 0; ; n++ {
		size, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:size]) != nil || len(m.Questions) == 0 {
			continue
		}
		m.Response, m.RCode, m.Additionals = true, dnsmessage.RCodeSuccess, nil
		q := m.Questions[0]
		h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		list := addrs(n / 2) // every look-up asks for both kinds of address
		for _, s := range list {
			switch ip := netip.MustParseAddr(s); {
			case ip.Is4() && q.Type == dnsmessage.TypeA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: ip.As4()}})
			case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
			}
		}
		if len(list) == 0 {
			m.RCode = dnsmessage.RCodeNameError
		}
		if out, err := m.Pack(); err == nil {
			conn.WriteTo(out, from)
		}
	}
}
