package readers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/readers"
)

// ask lets a client ask for a feed again and again for a while, and returns
// how many times it was refused and the longest time it was told to wait.
func ask(c *clock, book *readers.Book, every, duration time.Duration, conditional bool, who func(i int) (remote, agent string)) (refused int, wait time.Duration) {
	for i := range int(duration / every) {
		remote, agent := who(i)
		if w := book.Wait(remote, nil, agent, "/s/bees/feed.atom", conditional); w > 0 {
			refused++
			wait = max(wait, w)
		}
		c.move(every)
	}
	return refused, wait
}

func one(int) (string, string) { return "203.0.113.9:4000", "newsboat/2.21" }

func TestWait(t *testing.T) {
	const day = 24 * time.Hour
	household := func(i int) (string, string) {
		return fmt.Sprintf("203.0.113.9:%d", 4000+i%50), "NetNewsWire (RSS Reader)"
	}
	for name, tt := range map[string]struct {
		every, duration time.Duration
		conditional     bool
		who             func(int) (string, string)
		refused         bool
	}{
		"once an hour":                              {time.Hour, 7 * day, true, one, false},
		"each minute, in full":                      {time.Minute, day, false, one, false},
		"each ten seconds":                          {10 * time.Second, day, true, one, false},
		"each second, for a while":                  {time.Second, 2 * time.Minute, true, one, false},
		"each second":                               {time.Second, time.Hour, true, one, true},
		"each second, in full":                      {time.Second, 10 * time.Minute, false, one, true},
		"a thousand times at once":                  {time.Millisecond, time.Second, false, one, true},
		"fifty readers, each quarter of an hour":    {15 * time.Minute / 50, day, false, household, false},
		"fifty readers, all at once each half hour": {30 * time.Minute / 50, day, false, household, false},
		"from this machine":                         {time.Millisecond, 2 * time.Second, false, func(int) (string, string) { return "127.0.0.1:9", "wrk" }, false},
		"from this machine, IPv6":                   {time.Millisecond, 2 * time.Second, false, func(int) (string, string) { return "[::1]:9", "wrk" }, false},
		"from nowhere":                              {time.Millisecond, 2 * time.Second, false, func(int) (string, string) { return "@", "wrk" }, false},
		"from a network of IPv6":                    {time.Second, time.Hour, true, func(i int) (string, string) { return fmt.Sprintf("[2001:db8:1:2::%x]:9", i), "x" }, true},
	} {
		c := newClock()
		refused, wait := ask(c, readers.New(readers.Config{Now: c.now}), tt.every, tt.duration, tt.conditional, tt.who)
		if refused > 0 != tt.refused {
			t.Errorf("%s: refused %d times, want refused %v", name, refused, tt.refused)
		}
		if refused > 0 && (wait < time.Minute || wait > time.Hour) {
			t.Errorf("%s: told to wait %v", name, wait)
		}
	}
}

// TestWaitAsTold: who waits as long as it was told is served again, and not
// for one request alone; nobody else is touched meanwhile.
func TestWaitAsTold(t *testing.T) {
	c := newClock()
	book := readers.New(readers.Config{Now: c.now})
	_, wait := ask(c, book, time.Millisecond, time.Second, true, one)
	remote, agent := one(0)
	for what, w := range map[string]time.Duration{
		"another feed":    book.Wait(remote, nil, agent, "/s/night/feed.atom", true),
		"another reader":  book.Wait(remote, nil, "Miniflux/2", "/s/bees/feed.atom", true),
		"another address": book.Wait("203.0.113.10:1", nil, agent, "/s/bees/feed.atom", true),
	} {
		if w > 0 {
			t.Errorf("%s is refused for %v", what, w)
		}
	}
	c.move(wait)
	if refused, _ := ask(c, book, time.Millisecond, 100*time.Millisecond, true, one); refused > 0 {
		t.Errorf("after the time it was told it is refused %d of 100 times", refused)
	}
}

func TestForwarded(t *testing.T) {
	for name, tt := range map[string]struct {
		remote string
		lines  func(i int) []string
		want   bool // it is known for one client, and refused
	}{
		"a proxy on this machine":          {"127.0.0.1:9", func(int) []string { return []string{"203.0.113.9"} }, true},
		"a proxy in our network":           {"10.0.0.2:9", func(int) []string { return []string{"203.0.113.9"} }, true},
		"two proxies":                      {"10.0.0.2:9", func(int) []string { return []string{"203.0.113.9, 192.168.1.1"} }, true},
		"two lines":                        {"10.0.0.2:9", func(int) []string { return []string{"203.0.113.9", "192.168.1.1"} }, true},
		"with a port":                      {"10.0.0.2:9", func(int) []string { return []string{"203.0.113.9:5000"} }, true},
		"made up before the proxy":         {"10.0.0.2:9", func(i int) []string { return []string{fmt.Sprintf("198.51.%d.%d, 203.0.113.9", i/250, i%250)} }, true},
		"made up, without a proxy":         {"203.0.113.9:9", func(i int) []string { return []string{fmt.Sprintf("198.51.%d.%d", i/250, i%250)} }, true},
		"many clients of a proxy":          {"10.0.0.2:9", func(i int) []string { return []string{fmt.Sprintf("198.51.%d.%d", i/250, i%250)} }, false},
		"health checks through a proxy":    {"127.0.0.1:9", func(int) []string { return []string{"127.0.0.1"} }, false},
		"nonsense of a proxy on this host": {"127.0.0.1:9", func(int) []string { return []string{"unknown"} }, false},
	} {
		c := newClock()
		book := readers.New(readers.Config{Now: c.now})
		refused := 0
		for i := range 1000 {
			if book.Wait(tt.remote, http.Header{"X-Forwarded-For": tt.lines(i)}, "x/1", "/f", true) > 0 {
				refused++
			}
		}
		if refused > 0 != tt.want {
			t.Errorf("%s: refused %d of 1000 times, want refused %v", name, refused, tt.want)
		}
	}
}

func BenchmarkWaitAndCount(b *testing.B) {
	book := readers.New(readers.Config{})
	header := http.Header{"X-Forwarded-For": {"203.0.113.9"}}
	b.ReportAllocs()
	for b.Loop() {
		book.Wait("127.0.0.1:5000", header, "Miniflux/2.2.1", "/s/bees/feed.atom", true)
		book.Count("Miniflux/2.2.1", readers.Poll{Status: 304, Saved: 9})
	}
}
