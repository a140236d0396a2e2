package deadline_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/deadline"
)

// one is a listener that accepts one connection.
type one struct {
	conns chan net.Conn
}

func (l one) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l one) Close() error   { close(l.conns); return nil }
func (l one) Addr() net.Addr { return &net.TCPAddr{} }

// listen returns a listener of ours, and what connects to it.
func listen() (l net.Listener, client net.Conn) {
	client, server := net.Pipe()
	conns := make(chan net.Conn, 1)
	conns <- server
	return deadline.Listener(one{conns}), client
}

func accept(t *testing.T) (server, client net.Conn) {
	t.Helper()
	l, client := listen()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close(); client.Close() })
	return server, client
}

const (
	never = 0          // no deadline
	over  = -time.Hour // one that is over
)

// change sets a read deadline, counted from begin.
func change(t *testing.T, c net.Conn, begin time.Time, until time.Duration) {
	at := begin.Add(until)
	if until == never {
		at = time.Time{}
	}
	if err := c.SetReadDeadline(at); err != nil {
		t.Error(err)
	}
}

// TestRead: a read ends at the deadline that was set last, whatever was set
// before and is set while it waits.
func TestRead(t *testing.T) {
	type set struct{ at, until time.Duration }
	const s = time.Second
	for name, tt := range map[string]struct {
		before []time.Duration // deadlines set before the read,
		during []set           // and while it waits
		comes  time.Duration   // when there is something to read; 0: never
		ends   time.Duration   // when the read ends; before it comes, or if it never does: too late
	}{
		"no deadline":                       {comes: time.Hour, ends: time.Hour},
		"met":                               {before: []time.Duration{2 * s}, comes: s, ends: s},
		"missed":                            {before: []time.Duration{s}, comes: 2 * s, ends: s},
		"over before":                       {before: []time.Duration{over}, comes: s, ends: 0},
		"put off before":                    {before: []time.Duration{s, 9 * s}, ends: 9 * s},
		"lifted before":                     {before: []time.Duration{s, never}, comes: time.Hour, ends: time.Hour},
		"brought forward before":            {before: []time.Duration{9 * s, s}, ends: s},
		"over and lifted before":            {before: []time.Duration{over, never}, comes: time.Hour, ends: time.Hour},
		"set while it waits":                {during: []set{{s, 2 * s}}, ends: 2 * s},
		"put off while it waits":            {before: []time.Duration{2 * s}, during: []set{{s, 9 * s}}, ends: 9 * s},
		"put off twice":                     {before: []time.Duration{2 * s}, during: []set{{s, 9 * s}, {5 * s, 20 * s}}, ends: 20 * s},
		"lifted while it waits":             {before: []time.Duration{2 * s}, during: []set{{s, never}}, comes: time.Hour, ends: time.Hour},
		"brought forward while it waits":    {before: []time.Duration{time.Hour}, during: []set{{s, 2 * s}}, ends: 2 * s},
		"over while it waits":               {during: []set{{s, over}}, comes: 2 * s, ends: s},
		"put off, and then brought forward": {before: []time.Duration{2 * s}, during: []set{{s, time.Hour}, {5 * s, 6 * s}}, ends: 6 * s},
		"lifted, and then over":             {before: []time.Duration{2 * s}, during: []set{{s, never}, {5 * s, over}}, ends: 5 * s},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := accept(t)
				begin := time.Now()
				for _, until := range tt.before {
					change(t, server, begin, until)
				}
				go func() {
					for _, set := range tt.during {
						time.Sleep(set.at - time.Since(begin))
						change(t, server, begin, set.until)
					}
				}()
				if tt.comes > 0 {
					defer time.AfterFunc(tt.comes, func() { _, _ = client.Write([]byte("x")) }).Stop()
				}
				n, err := server.Read(make([]byte, 9))
				if took := time.Since(begin); took != tt.ends {
					t.Errorf("it took %s, want %s", took, tt.ends)
				}
				if tt.comes == 0 || tt.ends < tt.comes {
					if n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("%d bytes, %v; want that it is too late", n, err)
					}
				} else if n != 1 || err != nil {
					t.Errorf("%d bytes, %v; want one", n, err)
				}
			})
		})
	}
}

// TestReadAgain: what a timer did to one read it does not do to the next.
func TestReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := accept(t)
		for range 3 { // as a server does that is done with a request while it waits for the client to leave
			change(t, server, time.Now(), time.Minute)
			change(t, server, time.Now(), never)
			time.AfterFunc(time.Second, func() { change(t, server, time.Now(), over) })
			if n, err := server.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%d bytes, %v; want that it is too late", n, err)
			}
			change(t, server, time.Now(), never)
			time.AfterFunc(time.Hour, func() { _, _ = client.Write([]byte("x")) })
			if n, err := server.Read(make([]byte, 9)); n != 1 || err != nil {
				t.Errorf("%d bytes, %v; want one", n, err)
			}
		}
	})
}

// TestWrite: a write whose deadline was put off goes on where an earlier timer
// cut it short, and one that takes too long says how much has left.
func TestWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := accept(t)
		var text string
		for i := range 60 {
			text += fmt.Sprintf("line %4d\n", i)
		}
		got := make(chan string)
		go func() { // ten bytes a second
			var b strings.Builder
			for _, err := io.CopyN(&b, client, 10); err == nil; _, err = io.CopyN(&b, client, 10) {
				time.Sleep(time.Second)
			}
			got <- b.String()
		}()
		begin := time.Now()
		must(t, server.SetWriteDeadline(begin.Add(5500*time.Millisecond)))
		n, err := server.Write([]byte(text[:20]))
		if n != 20 || err != nil {
			t.Errorf("%d bytes were written, %v; want 20", n, err)
		}
		must(t, server.SetWriteDeadline(begin.Add(20500*time.Millisecond)))
		m, err := server.Write([]byte(text[20:]))
		if took := time.Since(begin); m != 190 || !errors.Is(err, os.ErrDeadlineExceeded) || took != 20500*time.Millisecond {
			t.Errorf("%d bytes were written, %v, in %s; want 190 until it was too late after 20.5s", m, err, took)
		}
		must(t, server.Close())
		if diff := cmp.Diff(text[:210], <-got); diff != "" {
			t.Errorf("what was read (-want +got):\n%s", diff)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
