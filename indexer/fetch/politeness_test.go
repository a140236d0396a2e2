package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

func TestGap(t *testing.T) {
	for _, tc := range []struct {
		name, robots string
		gap          time.Duration // configured
		want         time.Duration
	}{
		{"as configured", "", 100 * time.Millisecond, 100 * time.Millisecond},
		{"default", "", 0, time.Second},
		{"Crawl-delay", "User-agent: *\nCrawl-delay: 7", 100 * time.Millisecond, 7 * time.Second},
		{"Crawl-delay below the gap", "User-agent: *\nCrawl-delay: 1", 3 * time.Second, 3 * time.Second},
		{"absurd Crawl-delay", "User-agent: *\nCrawl-delay: 86400", 100 * time.Millisecond, maxCrawlDelay},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{"/robots.txt": says(tc.robots), "/r": redirects(302, "/a"), "/a": says("a")})
			w.hostGap = tc.gap
			if tc.gap == 0 {
				w.hostGap = minHostGap
			}
			for _, path := range []string{"/a", "/r", "/missing", "/a"} {
				_, _ = w.get(t, path) // what is answered does not matter here
			}
			gaps(t, w, tc.want)
		})
	}
}

func gaps(t *testing.T, w *world, want time.Duration) {
	t.Helper()
	visits := w.visits()
	for i := 1; i < len(visits); i++ {
		gap := visits[i].at.Sub(visits[i-1].at)
		if gap < want || gap > want+want/10+2*time.Millisecond {
			t.Errorf("%v between %s and %s, want %v and a little more", gap, visits[i-1].path, visits[i].path, want)
		}
	}
}

func TestShortGapNeedsAllow(t *testing.T) {
	w := newWorld(t, nil)
	for url, want := range map[string]time.Duration{
		w.url + "/":             100 * time.Millisecond,
		"https://blog.example/": time.Second,
		"http://127.0.0.1:1/":   time.Second,
	} {
		u, err := parseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.gap(u, ruleset{}); got != want {
			t.Errorf("gap after %s = %v, want %v", url, got, want)
		}
	}
}

func TestLeaseKey(t *testing.T) {
	for url, want := range map[string]string{
		"http://Blog.example/":      "blog.example:443",
		"https://blog.example./a":   "blog.example:443",
		"http://blog.example:9001/": "blog.example:9001",
		"http://[2606::1]/":         "[2606::1]:443",
	} {
		u, err := parseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := leaseKey(u); got != want {
			t.Errorf("leaseKey(%s) = %s, want %s", url, got, want)
		}
	}
}

// TestOneAtATime has several clients, as several processes would be, and many
// callers ask one host.
func TestOneAtATime(t *testing.T) {
	t.Run("hosts in memory", func(t *testing.T) { oneAtATime(t, NewMemoryHosts(nil)) })
	t.Run("hosts in the store", func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		oneAtATime(t, s)
	})
}

func oneAtATime(t *testing.T, hosts Hosts) {
	const gap = 10 * time.Millisecond
	var open, requests atomic.Int32
	var mu sync.Mutex
	var ended time.Time
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if open.Add(1) != 1 {
			t.Error("two requests at once")
		}
		mu.Lock()
		if since := time.Since(ended); !ended.IsZero() && since < gap*98/100 {
			t.Errorf("%v after the last request, want %v", since, gap)
		}
		mu.Unlock()
		fmt.Fprint(w, strings.Repeat("x", 100))
		requests.Add(1)
		mu.Lock()
		ended = time.Now()
		mu.Unlock()
		open.Add(-1)
	}))
	defer srv.Close()
	var wg sync.WaitGroup
	for i := range 3 {
		c, err := New(Config{
			Hosts: hosts, HostGap: gap, Allow: []string{srv.Listener.Addr().(*net.TCPAddr).String()}, Owner: fmt.Sprint("process ", i),
		})
		if err != nil {
			t.Fatal(err)
		}
		for j := range 6 {
			wg.Go(func() {
				if _, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("%s/%d/%d", srv.URL, i, j)}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if n := requests.Load(); n < 19 || n > 21 {
		t.Errorf("%d requests, want 18 pages and robots.txt once for each process at most", n)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, tc := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"120", "", 2 * time.Minute},
		{" 7 ", "", 7 * time.Second},
		{"0", "", 0},
		{"-5", "", 0},
		{"soon", "", 0},
		{"1.5", "", 0},
		{"86401", "", 24 * time.Hour},
		{"99999999999999999999999999", "", 24 * time.Hour},
		{"18446744073709551615", "", 24 * time.Hour},
		{date(90 * time.Second), "", 90 * time.Second},
		{date(-time.Hour), "", 0},
		{date(1000 * time.Hour), "", 24 * time.Hour},
		{date(90 * time.Second), date(60 * time.Second), 30 * time.Second},
		{"Sunday, 01-Mar-26 12:01:00 GMT", "", time.Minute},
		{"Sun Mar  1 12:01:00 2026", "", time.Minute},
		{"Fri, 31 Dec 9999 23:59:59 GMT", "", 24 * time.Hour},
	} {
		h := http.Header{"Retry-After": {tc.value}, "Date": {tc.date}}
		if got := retryAfter(h, now); got != tc.want {
			t.Errorf("retryAfter(%q, Date %q) = %v, want %v", tc.value, tc.date, got, tc.want)
		}
	}
}

// busyThen answers a status so many times, and then the page.
func busyThen(times, status int, retryAfter string) http.HandlerFunc {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if int(n.Add(1)) <= times {
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			w.WriteHeader(status)
			return
		}
		says("a")(w, r)
	}
}

func TestTries(t *testing.T) {
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		}
	}
	for _, tc := range []struct {
		name    string
		page    http.HandlerFunc
		reason  Reason // empty: the page comes
		asked   int
		min     time.Duration // between two tries
		nextTry time.Duration // from the last try; 0: none
	}{
		{"503 with a short Retry-After", busyThen(2, 503, "5"), "", 3, 5 * time.Second, 0},
		{"503 with a short Retry-After, always", busyThen(9, 503, "5"), ReasonStatus, 3, 5 * time.Second, 5 * time.Second},
		{"503 with a long Retry-After", busyThen(1, 503, "3600"), ReasonStatus, 1, 0, time.Hour},
		{"503 with the longest Retry-After that is waited for", busyThen(1, 503, "10"), "", 2, maxRetryWait, 0},
		{"429 with a huge Retry-After", busyThen(1, 429, "9999999"), ReasonStatus, 1, 0, 24 * time.Hour},
		{"429 with a negative Retry-After", busyThen(1, 429, "-10"), "", 2, backOffBase, 0},
		{"429 with junk", busyThen(1, 429, "junk"), "", 2, backOffBase, 0},
		{"429 always", busyThen(9, 429, ""), ReasonStatus, 3, backOffBase, 4 * backOffBase},
		{"503 without a word", busyThen(9, 503, ""), ReasonStatus, 3, backOffBase, 0},
		{"502", busyThen(2, 502, ""), "", 3, backOffBase, 0},
		{"504", busyThen(1, 504, ""), "", 2, backOffBase, 0},
		{"500 is not tried again", busyThen(9, 500, "5"), ReasonStatus, 1, 0, 0},
		{"a lost connection", reset, ReasonConnection, 3, backOffBase, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{"/a": tc.page})
			_, err := w.get(t, "/a")
			if tc.reason == "" && err != nil {
				t.Fatalf("Get: %v, want the page", err)
			}
			visits := w.visits()[1:]
			if len(visits) != tc.asked {
				t.Fatalf("asked %d times, want %d", len(visits), tc.asked)
			}
			for i := 1; i < len(visits); i++ {
				if d := visits[i].at.Sub(visits[i-1].at); d < tc.min {
					t.Errorf("try %d came after %v, want %v", i+1, d, tc.min)
				}
			}
			if tc.reason == "" {
				return
			}
			e := want(t, err, tc.reason)
			last := visits[len(visits)-1].at
			if tc.nextTry == 0 != e.NextTry.IsZero() || tc.nextTry > 0 && e.NextTry.Before(last.Add(tc.nextTry)) {
				t.Errorf("Get: %v, want a next try %v after %v", err, tc.nextTry, last)
			}
			if tc.nextTry <= w.maxWait {
				return
			}
			// Another page of the host is not asked for before that time.
			_, err = w.get(t, "/b")
			busy := want(t, err, ReasonBusy)
			if !errors.Is(err, feed.ErrBusy) || busy.NextTry.Before(last.Add(tc.nextTry)) || len(w.visits()) != tc.asked+1 {
				t.Errorf("Get of another page: %v, want busy until %v", err, last.Add(tc.nextTry))
			}
		})
	}
}

func TestAnotherOwnersLease(t *testing.T) {
	w := newWorld(t, nil)
	host := strings.TrimPrefix(w.url, "http://")
	if _, err := w.mem.AcquireHost(t.Context(), host, "somebody", 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	_, err := w.get(t, "/a")
	if e := want(t, err, ReasonBusy); e.NextTry.IsZero() || len(w.visits()) != 0 {
		t.Errorf("Get while another holds the host: %v, %d requests, want busy and none", err, len(w.visits()))
	}
	// It is free as soon as the other one gives it back, however long its lease.
	w.mem.hosts[host] = memoryHost{owner: "somebody", until: w.clock.now().Add(40 * time.Second)}
	waits := 0
	w.Client.sleep = func(ctx context.Context, d time.Duration) error {
		if waits++; waits == 3 {
			if err := w.mem.ReleaseHost(ctx, host, "somebody", 0); err != nil {
				t.Error(err)
			}
		}
		return w.clock.sleep(ctx, d)
	}
	start := w.clock.now()
	_, err = w.get(t, "/a")
	want(t, err, ReasonStatus)
	if took := w.clock.now().Sub(start); took > 5*time.Second {
		t.Errorf("the host was taken %v after it was given back", took)
	}
}

func TestHostsThatFail(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"/a": says("a")})
	w.hosts = failingHosts{w.mem}
	_, err := w.get(t, "/a")
	var e *Error
	if err == nil || errors.As(err, &e) || !errors.Is(err, errDisk) {
		t.Errorf("Get: %v, want the store's error and no word against the site", err)
	}
}

var errDisk = errors.New("disk full")

type failingHosts struct{ Hosts }

func (failingHosts) AcquireHost(context.Context, string, string, time.Duration) (time.Duration, error) {
	return 0, errDisk
}

// A caller that has gone must not take the host's turn with it: a crawl that
// was stopped once left its site unreachable until the next start.
func TestCancelledCallerLeavesTheQueue(t *testing.T) {
	var q queues
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 { // select chooses at random when both are ready
		if unlock, err := q.lock(ctx, "host"); err == nil {
			unlock()
		}
	}
	if len(q.keys) != 0 {
		t.Errorf("the queue keeps %d hosts that nobody waits for", len(q.keys))
	}
	c, err := New(Config{Hosts: NewMemoryHosts(nil), Owner: "test"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse("http://blog.example/")
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if release, err := c.takeHost(ctx, u, 0); err == nil {
			release()
		}
	}
	if len(c.queue.keys) != 0 {
		t.Errorf("a cancelled caller holds the host's turn")
	}
}
