package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

func TestDirect(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"/robots.txt": says("User-agent: *\nDisallow: /"),
		"/echo": func(rw http.ResponseWriter, r *http.Request) {
			rw.WriteHeader(http.StatusAccepted)
			_, _ = io.Copy(rw, r.Body) // the test sees what is missing
		},
		"/away": redirects(http.StatusTemporaryRedirect, "/echo"),
		"/big":  says(strings.Repeat("a", 2*directBody)),
		"/fits": says(strings.Repeat("a", directBody)),
	})
	c := w.Direct()
	resp, err := c.Post(w.url+"/echo?a=1&b", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || string(body) != "hello" || resp.StatusCode != http.StatusAccepted {
		t.Errorf("POST: %d %q %v", resp.StatusCode, body, err)
	}
	if seen := w.visits(); len(seen) != 1 || seen[0].path != "/echo?a=1&b" || seen[0].header.Get("User-Agent") != w.agent {
		t.Errorf("the server saw %v, want the one request, with our User-Agent and without robots.txt", seen)
	}
	resp, err = c.Post(w.url+"/away", "text/plain", strings.NewReader("hello"))
	if err != nil || resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("a redirect: %v %v, want it as the answer", resp, err)
	}
	for path, want := range map[string]int{"/fits": directBody, "/big": directBody} {
		resp, err := c.Get(w.url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if len(body) != want || (err != nil) != (path == "/big") {
			t.Errorf("%s: %d bytes, %v; want %d bytes, and an error only for what is too large", path, len(body), err, want)
		}
	}
}

func TestDirectIsGuarded(t *testing.T) {
	var connected atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { connected.Add(1) }))
	defer inside.Close()
	port := inside.Listener.Addr().(*net.TCPAddr).Port
	c := clientWithNames(t, func(int) []string { return []string{"127.0.0.1"} }, []string{net.JoinHostPort("callback.internal", itoa(port))})
	for _, address := range []string{
		inside.URL, "http://rebind.example/", "http://localhost:" + itoa(port) + "/", "http://[::1]/", "http://user@callback.internal:" + itoa(port) + "/",
		"http://169.254.169.254/latest/", "http://93.184.216.34:22/", "ftp://93.184.216.34/",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		body := &closed{Reader: bytes.NewReader([]byte("x"))}
		r := (&http.Request{Method: http.MethodPost, URL: u, Header: http.Header{}, Body: body}).WithContext(context.Background())
		resp, err := c.Direct().Do(r)
		if _, refused := errors.AsType[*refusedError](err); !refused {
			t.Errorf("POST to %s: %v, %v; want it refused", address, resp, err)
		}
		if !body.closed.Load() {
			t.Errorf("POST to %s: the body was left open", address)
		}
	}
	if connected.Load() != 0 {
		t.Error("a refused address was connected to")
	}
	if err := c.Permit(inside.URL); err == nil {
		t.Error("Permit lets a private address pass")
	}
	allowed := "http://callback.internal:" + itoa(port) + "/"
	if err := c.Permit(allowed); err != nil {
		t.Errorf("Permit of an allowed address: %v", err)
	}
	if _, err := c.Direct().Get(allowed); err != nil || connected.Load() != 1 {
		t.Errorf("an allowed address: %v, want an answer", err)
	}
}

type closed struct {
	io.Reader
	closed atomic.Bool
}

func (c *closed) Close() error { c.closed.Store(true); return nil }
