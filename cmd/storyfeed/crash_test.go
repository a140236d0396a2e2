package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// The drill: how often a power cut comes, in first crawls and in re-crawls.
const (
	firstKills   = 10
	recrawlKills = 10
	drillStories = 36
)

// TestKilledInFirstCrawls kills the program while it reads a blog for the
// first time and looks after each restart, before the crawl goes on, at what
// was kept.
func TestKilledInFirstCrawls(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 36))
	blog := newHarbour(t, drillStories)
	most := times(firstKills)
	for kills := 0; kills < most; {
		dir := blog.configure(t)
		var known []saved
		for {
			arrived, release := blog.holdAll() // the crawl waits while we look
			p := serving(t, dir)
			await(t, "the crawl to ask, or to be over", func() bool { return arrived() || len(p.stories("harbour")) == drillStories })
			known = mustKeep(t, known, mustAgree(t, p, "harbour", "harbour"))
			if len(known) == drillStories || kills == most {
				release()
				p.stop()
				break
			}
			w := watch(p, known)
			blog.Reset()
			release()
			fate := 1 + dice.IntN(14)
			await(t, "requests", func() bool { return len(blog.Requests()) >= fate || p.complete(w) })
			spin(time.Duration(dice.IntN(15_000)) * time.Microsecond)
			p.kill()
			known = w.reported()
			kills++
			t.Logf("killed with %d stories reported saved, after %d requests", len(known), len(blog.Requests()))
		}
	}
	finishes(t, blog, blog.configure(t))
}

// TestKilledInRecrawls does the same while the blog changes and the program
// is told to look again.
func TestKilledInRecrawls(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(2, 36))
	kills := times(recrawlKills)
	blog := newHarbour(t, drillStories-kills)
	dir := blog.configure(t)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	var known []saved
	for range kills {
		p := serving(t, dir)
		known = mustKeep(t, known, mustAgree(t, p, "harbour", "harbour"))
		blog.publish()
		for range 4 {
			blog.edit(1 + dice.IntN(blog.stories))
		}
		w := watch(p, known)
		blog.Reset()
		done := control(t, p, dir, "/crawl?series=harbour")
		fate := min(1+dice.IntN(blog.stories*3/2), blog.stories+1) // often the last one: indexing and publishing follow
		await(t, "requests", func() bool { return len(blog.Requests()) >= fate })
		spin(time.Duration(dice.IntN(40_000)) * time.Microsecond)
		p.kill()
		<-done
		known = w.reported()
		t.Logf("killed with %d stories reported saved, after %d requests", len(known), len(blog.Requests()))
	}
	finishes(t, blog, dir)
}

// finishes lets the program do its work undisturbed and checks the result.
func finishes(t *testing.T, blog *harbour, dir string) {
	t.Helper()
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	p := serving(t, dir)
	list := mustAgree(t, p, "harbour", "harbour")
	if len(list) != blog.stories {
		t.Fatalf("%d stories, want %d", len(list), blog.stories)
	}
	for i, s := range list {
		if s.Part != i+1 || s.Title != storyTitle(i+1) {
			t.Errorf("story %d is part %d, %q; want %q", i+1, s.Part, s.Title, storyTitle(i+1))
		}
		var found struct{ Total int }
		p.getJSON("/api/v1/search?q="+url.QueryEscape(blog.wordOf(i+1)), &found)
		if found.Total != 1 {
			t.Errorf("the last version of %q is found %d times, want once", s.Title, found.Total)
		}
	}
	p.stop()
}

// mustKeep checks that everything that was known before is there still, and
// returns what is known now.
func mustKeep(t *testing.T, before, now []saved) []saved {
	t.Helper()
	have := map[string]saved{}
	for _, s := range now {
		have[s.GUID] = s
	}
	for _, s := range before {
		got, ok := have[s.GUID]
		switch {
		case !ok:
			t.Errorf("part %d, %q, was reported saved and is lost", s.Part, s.Title)
		case got.Part != s.Part || got.Permalink != s.Permalink || got.Revision < s.Revision:
			t.Errorf("part %d, %q, was reported saved as\n%+v\nand is now\n%+v", s.Part, s.Title, s, got)
		}
	}
	return now
}

// watcher collects what a process reports as saved until it dies.
type watcher struct {
	mu   sync.Mutex
	last []saved
	done chan struct{}
}

func watch(p *process, known []saved) *watcher {
	w := &watcher{last: known, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		tick := time.NewTicker(10 * time.Millisecond) // what we ask must not slow down what we watch
		defer tick.Stop()
		for ; ; <-tick.C {
			list, err := p.tryStories("harbour")
			if err != nil {
				return // killed
			}
			w.mu.Lock()
			w.last = list
			w.mu.Unlock()
		}
	}()
	return w
}

func (w *watcher) reported() []saved {
	<-w.done
	return w.last
}

// complete reports whether the process has nothing left to do.
func (p *process) complete(w *watcher) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.last) == drillStories
}

// control sends a command to the holder of a data directory, as other
// processes do, and returns a channel that is closed when the answer ends.
func control(t *testing.T, p *process, dir, path string) <-chan struct{} {
	t.Helper()
	socket := filepath.Join(dir, "data", "control.sock")
	var d net.Dialer
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "unix", socket)
	}}}
	await(t, "the control socket", func() bool {
		p.mustLive()
		c, err := net.Dial("unix", socket)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		resp, err := client.Post("http://control"+path, "", nil)
		if err != nil {
			return // killed
		}
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body) // killed, or done
	}()
	return done
}

// spin lets a few milliseconds pass: a kill should not always meet the same
// point between two requests.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		_ = fmt.Sprint(d)
	}
}

// times is how often something is done that is to be done n times; a third of
// that where the tests are to be short.
func times(n int) int {
	if testing.Short() {
		return max(n/3, 1)
	}
	return n
}
