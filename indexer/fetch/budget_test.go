package fetch

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// withBody serves raw bytes in a content coding.
func withBody(coding string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		w.Write(body)
	}
}

// endless writes until the client goes away.
func endless(w http.ResponseWriter, chunk string) {
	for {
		if _, err := io.WriteString(w, chunk); err != nil {
			return
		}
		w.(http.Flusher).Flush()
	}
}

func TestCodings(t *testing.T) {
	text := []byte(strings.Repeat("a story ", 500))
	z := gzipped(text)
	broken := bytes.Clone(z)
	broken[len(broken)-6] ^= 0xff
	w := newWorld(t, map[string]http.HandlerFunc{
		"/gzip": withBody("gzip", z), "/x-gzip": withBody("X-GZip", z), "/plain": withBody("", text), "/identity": withBody("identity", text),
		"/trailing": withBody("gzip", append(bytes.Clone(z), "\r\n\x00"...)), "/two": withBody("gzip", append(gzipped(text[:8]), gzipped(text[8:])...)),
		"/empty": withBody("gzip", nil),
		"/br":    withBody("br", z), "/zstd": withBody("zstd", z), "/deflate": withBody("deflate", z), "/twice": withBody("gzip, gzip", z),
		"/liar": withBody("gzip", text), "/checksum": withBody("gzip", broken), "/short": withBody("gzip", z[:len(z)-20]),
	})
	for _, path := range []string{"/gzip", "/x-gzip", "/plain", "/identity", "/trailing", "/two"} {
		p, err := w.get(t, path)
		if err != nil || !bytes.Equal(p.Body, text) {
			t.Errorf("%s: %v, want the text", path, err)
		}
	}
	if p, err := w.get(t, "/empty"); err != nil || len(p.Body) != 0 {
		t.Errorf("/empty: %v, want no bytes and no error", err)
	}
	for path, reason := range map[string]Reason{
		"/br": ReasonType, "/zstd": ReasonType, "/deflate": ReasonType, "/twice": ReasonType,
		"/liar": ReasonType, "/checksum": ReasonType, "/short": ReasonConnection,
	} {
		_, err := w.get(t, path)
		want(t, err, reason)
	}
}

func TestTooLarge(t *testing.T) {
	bomb := gzipped(make([]byte, 64<<20))
	noise := make([]byte, 6<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	w := newWorld(t, map[string]http.HandlerFunc{
		"/bomb":       withBody("gzip", bomb),
		"/noise":      withBody("gzip", gzipped(noise)),
		"/announced":  withBody("", noise),
		"/endless":    func(w http.ResponseWriter, _ *http.Request) { endless(w, strings.Repeat("x", 64<<10)) },
		"/headers":    func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Big", strings.Repeat("h", 80<<10)) },
		"/fits":       withBody("", noise[:5<<20]),
		"/page":       says(strings.Repeat("<p>An ordinary paragraph of an ordinary page.</p>\n", 20000)),
		"/repetitive": withBody("gzip", gzipped([]byte(strings.Repeat("<td>0</td>", 90000)))),
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, path := range []string{"/bomb", "/noise", "/announced", "/endless", "/headers"} {
		_, err := w.get(t, path)
		want(t, err, ReasonTooLarge)
	}
	runtime.ReadMemStats(&after)
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 128 {
		t.Errorf("five answers that are too large took %d MB in all", mb)
	}
	for _, path := range []string{"/fits", "/page", "/repetitive"} {
		if _, err := w.get(t, path); err != nil {
			t.Errorf("%s: %v, want no error", path, err)
		}
	}
}

func TestTooSlow(t *testing.T) {
	stop := make(chan struct{})
	w := newWorld(t, map[string]http.HandlerFunc{
		"/silent": func(_ http.ResponseWriter, r *http.Request) { hang(stop, r) },
		"/stalled": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "<p>begun")
			w.(http.Flusher).Flush()
			hang(stop, r)
		},
		"/trickle": func(w http.ResponseWriter, r *http.Request) {
			for tick := time.NewTicker(5 * time.Millisecond); ; {
				select {
				case <-r.Context().Done():
					return
				case <-tick.C:
					endlessByte(w)
				}
			}
		},
		"/long": func(w http.ResponseWriter, r *http.Request) {
			for tick := time.NewTicker(time.Millisecond); ; {
				select {
				case <-r.Context().Done():
					return
				case <-tick.C:
					fmt.Fprint(w, strings.Repeat("y", 1<<10))
					w.(http.Flusher).Flush()
				}
			}
		},
	})
	t.Cleanup(func() { close(stop) })
	if err := w.mem.SaveRobots(t.Context(), w.url, 404, nil); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"/silent": "no answer within", "/stalled": "too slowly", "/trickle": "too slowly", "/long": "in all",
	} {
		w.budget = defaultBudget()
		switch path {
		case "/silent":
			w.budget.headers = 50 * time.Millisecond
		case "/long":
			w.budget.total = 300 * time.Millisecond
		default:
			w.budget.window = 50 * time.Millisecond
		}
		start := time.Now()
		_, err := w.get(t, path)
		e := want(t, err, ReasonTimeout)
		if !strings.Contains(e.Error(), text) || time.Since(start) > 5*time.Second {
			t.Errorf("%s: %v after %v, want %q soon", path, err, time.Since(start), text)
		}
	}
}

func hang(stop chan struct{}, r *http.Request) {
	select {
	case <-stop:
	case <-r.Context().Done():
	}
}

func endlessByte(w http.ResponseWriter) {
	io.WriteString(w, "z")
	w.(http.Flusher).Flush()
}

// raw answers each connection with what script writes, for servers that
// net/http would not let us write.
func raw(t *testing.T, script func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096)) // the request; what it says does not matter
				script(conn)
			}()
		}
	}()
	return l.Addr().String()
}

func TestOddServers(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		reason Reason
	}{
		"closes at once":     {"", ReasonConnection},
		"speaks nonsense":    {"220 smtp.example ESMTP\r\n", ReasonConnection},
		"ends early":         {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", ReasonConnection},
		"breaks its chunks":  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ReasonConnection},
		"switches protocols": {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", ReasonStatus},
		"repeats 100":        {strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 5000), ReasonTooLarge},
		"has odd lengths":    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello", ReasonConnection},
		"invents a status":   {"HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n", ReasonStatus},
	} {
		t.Run(name, func(t *testing.T) {
			addr := raw(t, func(c net.Conn) { io.WriteString(c, tc.answer) })
			clock := newClock()
			mem := NewMemoryHosts(clock.now)
			c, err := New(Config{Hosts: mem, Allow: []string{addr}, HostGap: time.Millisecond, Now: clock.now})
			if err != nil {
				t.Fatal(err)
			}
			c.sleep = clock.sleep
			if err := mem.SaveRobots(t.Context(), "http://"+addr, 404, nil); err != nil {
				t.Fatal(err)
			}
			_, err = c.Get(t.Context(), Request{URL: "http://" + addr + "/"})
			want(t, err, tc.reason)
		})
	}
}

func TestUntrustedCertificate(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	c, err := New(Config{Hosts: NewMemoryHosts(nil), Allow: []string{strings.TrimPrefix(srv.URL, "https://")}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Get(t.Context(), Request{URL: srv.URL})
	want(t, err, ReasonTLS)
	if !strings.Contains(err.Error(), "certificate") {
		t.Errorf("Get: %v, want a word about the certificate", err)
	}
}

// TestNothingIsLeft looks for goroutines that outlive their fetch.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	func() {
		stop := make(chan struct{})
		w := newWorld(t, map[string]http.HandlerFunc{"/a": says("a"), "/stalled": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "begun")
			w.(http.Flusher).Flush()
			hang(stop, r)
		}})
		w.budget.window = 20 * time.Millisecond
		for _, path := range []string{"/a", "/b", "/stalled", "/a"} {
			_, _ = w.get(t, path) // errors are wanted here
		}
		close(stop)
	}()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before+3 { // the server's own two or three live until the test's end
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.Gosched()
	}
}
