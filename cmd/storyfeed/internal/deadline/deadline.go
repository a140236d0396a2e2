// Package deadline makes the deadlines of connections cheap for a server that
// changes them often and hardly ever waits until one strikes.
//
//	err := server.Serve(deadline.Listener(listener))
//
// [http.Server] changes deadlines eight times a request, and each change sets a
// timer of the runtime, or stops it. Here a change is only noted while nobody
// waits. A timer is set when a read or a write begins that has to end before
// the last timer strikes; one that strikes too early is set anew, and the read
// or the write goes on. So a connection in use sets a timer every few seconds,
// and each limit is kept as exactly as before.
package deadline

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// Listener returns l with connections whose deadlines are cheap. They do all
// that a [net.Conn] does, and have the CloseWrite of those of l.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

// Accept is that of [net.Listener].
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, reads: limit{set: c.SetReadDeadline}, writes: limit{set: c.SetWriteDeadline}}, nil
}

type conn struct {
	net.Conn
	reads, writes limit
}

// Read is that of [net.Conn].
func (c *conn) Read(b []byte) (n int, err error) {
	for {
		if err := c.reads.begin(); err != nil {
			return 0, err
		}
		n, err = c.Conn.Read(b)
		if !c.reads.end(err) {
			return n, err
		}
	}
}

// Write is that of [net.Conn].
func (c *conn) Write(b []byte) (n int, err error) {
	for {
		if err := c.writes.begin(); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(b[n:])
		n += m
		if !c.writes.end(err) {
			return n, err
		}
	}
}

// SetDeadline is that of [net.Conn].
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.reads.change(t), c.writes.change(t))
}

// SetReadDeadline is that of [net.Conn].
func (c *conn) SetReadDeadline(t time.Time) error { return c.reads.change(t) }

// SetWriteDeadline is that of [net.Conn].
func (c *conn) SetWriteDeadline(t time.Time) error { return c.writes.change(t) }

// CloseWrite says that nothing more will be sent, where the connection can:
// [http.Server] does so before it closes one on which something may still come.
func (c *conn) CloseWrite() error {
	if c, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return errors.ErrUnsupported
}

// limit is the deadline of one direction. The zero time is that of none.
type limit struct {
	set func(time.Time) error // sets the timer

	mu      sync.Mutex
	until   time.Time // what was asked for
	timer   time.Time // when the timer strikes or struck: not later, while somebody waits
	waiting int       // reads or writes under way
}

func (l *limit) change(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until = t
	if l.waiting > 0 && l.late() {
		return l.strike()
	}
	return nil
}

// begin is called before a read or a write. The error says that it is too late
// for that.
func (l *limit) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.late() {
		if l.passed() {
			return os.ErrDeadlineExceeded // as most often: no timer for what is over
		}
		if err := l.strike(); err != nil {
			return err
		}
	}
	l.waiting++
	return nil
}

// end is called after it, and reports whether the timer cut it short too early.
func (l *limit) end(err error) (goOn bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting--
	return err != nil && errors.Is(err, os.ErrDeadlineExceeded) && !l.passed() && l.strike() == nil
}

// late reports whether the timer strikes after the deadline.
func (l *limit) late() bool {
	return !l.until.IsZero() && (l.timer.IsZero() || l.until.Before(l.timer))
}

func (l *limit) passed() bool { return !l.until.IsZero() && !time.Now().Before(l.until) }

// strike sets the timer to the deadline.
func (l *limit) strike() error {
	l.timer = l.until
	return l.set(l.until)
}
