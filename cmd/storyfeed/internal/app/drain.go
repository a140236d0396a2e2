package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"storyfeed/cmd/storyfeed/internal/deadline"
)

const (
	// drain is how long requests under way may take at a shutdown. A crawl
	// stops at its next story; together both end within 10 s.
	drain = 8 * time.Second
	// lull is how long a connection without a request is kept at a shutdown: a
	// reader who is about to use it gets an answer, and is told to close it.
	lull = 400 * time.Millisecond
)

// server is an [http.Server] whose end no reader notices. The one of net/http
// drops a request that it reads at the moment of its Shutdown; so here the
// port is closed first, and Shutdown comes when nobody is left.
type server struct {
	http     *http.Server
	stopping atomic.Bool

	mu    sync.Mutex
	conns map[net.Conn]http.ConnState // open ones
}

func newServer(s *http.Server) *server {
	d := &server{http: s, conns: map[net.Conn]http.ConnState{}}
	next := s.Handler
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
	s.ConnState = d.note
	return d
}

// serveUntil serves until ctx ends and then lets readers go.
func (d *server) serveUntil(ctx context.Context, l net.Listener) error {
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		d.stopping.Store(true)
		_ = l.Close() // from here on connections are refused; Serve returns
		stopped <- d.stop(context.WithoutCancel(ctx))
	}()
	if err := d.http.Serve(deadline.Listener(l)); !d.stopping.Load() {
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving on %s: %w", l.Addr(), err)
	}
	return nil
}

func (d *server) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drain)
	defer cancel()
	d.await(ctx)
	err := d.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, d.http.Close())
	}
	return err
}

// await waits until no connection is open or, after the lull, none has a
// request.
func (d *server) await(ctx context.Context) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for begin := time.Now(); ctx.Err() == nil; {
		busy, idle := d.open()
		if busy == 0 && (idle == 0 || time.Since(begin) >= lull) {
			return
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func (d *server) open() (busy, idle int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, state := range d.conns {
		if state == http.StateIdle {
			idle++
		} else {
			busy++
		}
	}
	return busy, idle
}

// note is the server's ConnState.
func (d *server) note(c net.Conn, state http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(d.conns, c)
		return
	}
	d.conns[c] = state
}
