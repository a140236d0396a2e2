package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"storyfeed/indexer/blogtest"
)

// TestStopsInOrder stops the service while readers ask and a crawl waits for
// its blog: no answer breaks off, the crawl stops at its story, and goes on
// there after the next start.
func TestStopsInOrder(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 8)
	dir := blog.configure(t)
	arrived, release := blog.Hold(storyPath(5))
	p := serving(t, dir)
	<-arrived

	readers := read(p)
	await(t, "readers to be served", func() bool { return readers.answered.Load() > 100 })
	begin := time.Now()
	p.signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("after SIGTERM the exit code is %d, want 0", code)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("stopping took %s, want less than 10s", took)
	}
	for _, err := range readers.end() {
		t.Errorf("a request under way failed: %v", err)
	}

	release()
	blog.Reset()
	p = serving(t, dir)
	await(t, "the crawl to be completed", func() bool { return len(p.stories("harbour")) == 8 })
	for n := 1; n <= 4; n++ {
		for _, r := range blog.RequestsTo(storyPath(n)) {
			if !r.Conditional() {
				t.Errorf("story %d was downloaded again after the restart: %s", n, r)
			}
		}
	}
	p.stop()
}

// TestSecondSignal ends a process at once that is still finishing its work.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	p := serving(t, newHarbour(t, 1).configure(t))
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n") // a request that never gets whole keeps the drain waiting
	p.get("/healthz")
	p.signal(syscall.SIGTERM)
	await(t, "new connections to be refused", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	select {
	case <-p.exited:
		t.Fatal("it had ended before the second signal, though a request was under way")
	default:
	}
	begin := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by now
	p.wait()
	if took := time.Since(begin); took > time.Second {
		t.Errorf("after the second signal it took %s to end", took)
	}
}

// TestStopWhileACommandWaits ends a crawl that another process asked for.
func TestStopWhileACommandWaits(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 3)
	dir := blog.configure(t)
	p := serving(t, dir)
	await(t, "the first crawl", func() bool { return strings.Contains(p.log.String(), "msg=crawled") })
	arrived, _ := blog.Hold(storyPath(2))
	crawl := start(t, dir, nil, "crawl")
	<-arrived
	p.stop()
	if code := crawl.wait(); code != 1 || !strings.Contains(crawl.out.String()+crawl.log.String(), "stopped before its end") {
		t.Errorf("crawl exits with %d and says\n%s%s\nwant 1 and that it was stopped", code, crawl.out.String(), crawl.log.String())
	}
}

// TestUpAtOnce starts the service while its blog does not answer: it serves
// what it has without waiting for that.
func TestUpAtOnce(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 3)
	dir := blog.configure(t)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	blog.Hold(hubPath)
	p := serving(t, dir)
	if status, _ := p.get("/healthz"); status != http.StatusOK {
		t.Errorf("GET /healthz: %d", status)
	}
	mustAgree(t, p, "harbour", "harbour")
	p.stop()
}

// TestDemo is a newcomer's first minute.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir, temp := t.TempDir(), t.TempDir()
	p := start(t, dir, []string{"TMPDIR=" + temp}, "demo", "--addr", "127.0.0.1:0")
	home := regexp.MustCompile(`Read and search +(http://127\.0\.0\.1:\d+)/`)
	await(t, "the demo to say what to open", func() bool {
		p.mustLive()
		if m := home.FindStringSubmatch(p.out.String()); m != nil {
			p.url = m[1]
		}
		return p.url != ""
	})
	for _, want := range []string{"/search?q=", "/s/craft/feed.atom", "/s/craft/reading.atom"} {
		if !strings.Contains(p.out.String(), p.url+want) {
			t.Errorf("the demo does not say that %s can be opened:\n%s", want, p.out.String())
		}
	}
	await(t, "the 24 stories", func() bool { return strings.Contains(p.log.String(), "new=24") })
	if list := mustAgree(t, p, "craft", "series:craft"); len(list) != 24 {
		t.Errorf("%d stories, want 24", len(list))
	}
	if left := glob(t, filepath.Join(temp, "storyfeed-demo-*")); len(left) != 1 {
		t.Errorf("temporary directories while it runs: %v, want one", left)
	}
	p.signal(os.Interrupt)
	if code := p.wait(); code != 0 {
		t.Errorf("after Ctrl-C the exit code is %d, want 0\n%s", code, p.log.String())
	}
	if left := append(glob(t, filepath.Join(temp, "*")), glob(t, filepath.Join(dir, "*"))...); len(left) > 0 {
		t.Errorf("the demo left behind: %v", left)
	}
}

// TestLongDirectory has a data directory whose path is too long for the address
// of a socket; commands work through it all the same.
func TestLongDirectory(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("this system has no addresses that lead through an open directory")
	}
	t.Parallel()
	blog := newHarbour(t, 1)
	dir := blog.configure(t)
	data := "STORYFEED_DATA=" + strings.Repeat("a-rather-long-name/", 8)
	p := serving(t, dir, data)
	await(t, "the end of the first crawl", func() bool { return strings.Contains(p.log.String(), "msg=crawled") })
	remote := start(t, dir, []string{data}, "crawl")
	if code := remote.wait(); code != 0 || !strings.Contains(remote.out.String(), "harbour: 1 found, 0 new") {
		t.Errorf("crawl through the serving process: exit %d, %q, %q", code, remote.out.String(), remote.log.String())
	}
	p.stop()
}

// TestPrivateData keeps other users out of the control socket.
func TestPrivateData(t *testing.T) {
	t.Parallel()
	dir := configure(t, "127.0.0.1:1", "far", "http://127.0.0.1:1/")
	p := serving(t, dir)
	socket := filepath.Join(dir, "data", "control.sock")
	await(t, "the socket", func() bool {
		fi, err := os.Stat(socket)
		return err == nil && fi.Mode().Perm() == 0o600
	})
	p.stop()
}

// TestAfterAKill finds the socket and the lock of a dead process in its way.
func TestAfterAKill(t *testing.T) {
	t.Parallel()
	blog := blogtest.Layout(t, "wordpress-hub")
	dir := configure(t, blog.Host, "ferry", blog.Source())
	p := serving(t, dir)
	await(t, "the first crawl", func() bool { return strings.Contains(p.log.String(), "msg=crawled") })
	p.kill()
	code, out, log := command(t, dir, "search", "salt")
	if code != 0 {
		t.Errorf("search: exit code %d\n%s%s", code, out, log)
	}
	p = serving(t, dir)
	mustAgree(t, p, "ferry", "series:ferry")
	p.stop()
}

func mustLog(t testing.TB, p *process, words ...string) {
	t.Helper()
	await(t, "a line of the log with "+strings.Join(words, " and "), func() bool {
		for line := range strings.Lines(p.log.String()) {
			all := true
			for _, w := range words {
				all = all && strings.Contains(line, w)
			}
			if all {
				return true
			}
		}
		return false
	})
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// crowd is a number of readers who ask without pause.
type crowd struct {
	answered atomic.Int64
	mu       sync.Mutex
	failures []error
	all      sync.WaitGroup
}

// read starts readers, of which half keep their connection. Each ends when
// the service refuses a new one.
func read(p *process) *crowd {
	c := new(crowd)
	for i := range 8 {
		c.all.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i%2 == 0}}
			for n := i; ; n++ {
				path := []string{"/", "/search?q=boat", "/s/harbour", "/readyz", "/api/v1/series"}[n%5]
				if err := visit(client, p.url+path); isRefused(err) {
					return
				} else if err != nil {
					c.mu.Lock()
					c.failures = append(c.failures, err)
					c.mu.Unlock()
					return
				}
				c.answered.Add(1)
			}
		})
	}
	return c
}

func (c *crowd) end() []error {
	c.all.Wait()
	return c.failures
}

func visit(client *http.Client, url string) error {
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	return err
}

// isRefused reports whether a connection was not taken, or closed by the
// system before the service had taken it: no request was under way.
func isRefused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || errors.Is(err, syscall.ECONNRESET))
}
