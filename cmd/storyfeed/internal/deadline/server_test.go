package deadline_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// serve answers what client asks with a server that has limits, until the
// connection ends.
func serve(t *testing.T, h http.HandlerFunc) (client net.Conn) {
	l, client := listen()
	server := &http.Server{Handler: h, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return client
}

func get(t *testing.T, client net.Conn, answers *bufio.Reader) {
	t.Helper()
	fmt.Fprint(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	res, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusNotModified {
		t.Errorf("status %d, want 304", res.StatusCode)
	}
}

func notModified(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }

// TestServerLimits: who takes too long for a request, for the next one or for an
// answer is hung up on exactly when the server's limits say so, also after other
// requests, between which no limit strikes.
func TestServerLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		begun string // of a request
		want  time.Duration
	}{
		"a request drips in":     {"GET / HTTP/1.1\r\nHost: x\r\nA: ", 10 * time.Second},
		"no further request":     {"", 2 * time.Minute},
		"a body does not arrive": {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n", 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						panic(http.ErrAbortHandler)
					}
					notModified(w, r)
				})
				answers := bufio.NewReader(client)
				for range 5 {
					get(t, client, answers)
					time.Sleep(100 * time.Second)
				}
				get(t, client, answers)
				begin := time.Now()
				var dripping sync.WaitGroup
				if tt.begun != "" {
					dripping.Go(func() {
						_, err := fmt.Fprint(client, tt.begun)
						for ; err == nil; _, err = fmt.Fprint(client, "x") {
							time.Sleep(time.Second)
						}
					})
				}
				_, err := answers.ReadByte()
				if took := time.Since(begin); err != io.EOF || took != tt.want {
					t.Errorf("%v after %s, want the end after %s", err, took, tt.want)
				}
				dripping.Wait()
			})
		})
	}
}

// TestServerCancels: a request whose client has left is given up at once.
func TestServerCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		given := make(chan error)
		client := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			given <- r.Context().Err()
		})
		fmt.Fprint(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		time.Sleep(30 * time.Second)
		begin := time.Now()
		must(t, client.Close())
		<-given
		if took := time.Since(begin); took > 0 {
			t.Errorf("it was noticed after %s", took)
		}
	})
}
