package readers_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/feed/store"
)

// Agents as programs send them, most from their own documentation.
func TestName(t *testing.T) {
	for agent, want := range map[string]string{
		"":                               "unnamed",
		"   ":                            "unnamed",
		"(only a comment)":               "unnamed",
		"\x00\xff\u200b":                 "unnamed",
		"newsboat/2.21.0 (Linux x86_64)": "newsboat/2",
		"Miniflux/2.2.1":                 "Miniflux/2",
		"FreshRSS/1.24.3 (Linux; https://freshrss.org)":                                                                         "FreshRSS/1",
		"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)":                             "Feedly/1",
		"Feedbin feed-id:1373711 - 142 subscribers":                                                                             "Feedbin",
		"NetNewsWire (RSS Reader; https://netnewswire.com/)":                                                                    "NetNewsWire",
		"Mozilla/5.0 (compatible; inoreader.com; 4 subscribers)":                                                                "inoreader.com",
		"Mozilla/5.0 (compatible; theoldreader.com; 2 subscribers; feed-id=5f8)":                                                "theoldreader.com",
		"Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 12 subscribers)":                                     "BazQux/2",
		"Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0":                                                "Firefox",
		"Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.3.1":                                          "Thunderbird/115",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36":                 "Chrome",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68": "Edg/126",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15": "Safari",
		"Mozilla/5.0 (Macintosh) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0 Safari/537.36 NewsBlur Feed Fetcher/2.0":   "Fetcher/2",
		"python-requests/2.31.0":                        "python-requests/2",
		"Go-http-client/1.1":                            "Go-http-client/1",
		"reader/v3.2-beta":                              "reader/3",
		"MyReader/20240101-nightly":                     "MyReader/2024010",
		"a50e8400-e29b-41d4-a716-446655440000 reader/1": "reader/1",
		"ada@home.example reader/2":                     "reader/2",
		"https://ada.example/about":                     "unnamed",
		"<script>alert(1)</script>":                     "unnamed",
		strings.Repeat("A", 5000):                       strings.Repeat("A", 32),
		"Mozilla":                                       "browser",
		"Mozilla/5.0 (compatible":                       "browser",
		"Mozilla/5.0 (compatible; )":                    "browser",
	} {
		if got := readers.Name(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}

func FuzzName(f *testing.F) {
	f.Add("Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 12 subscribers)")
	f.Add("((((/;;\xff/9")
	f.Fuzz(func(t *testing.T, agent string) {
		name := readers.Name(agent)
		if name == "" || len(name) > 40 || strings.ContainsFunc(name, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+/", r)
		}) {
			t.Errorf("%q is %q", agent, name)
		}
	})
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func TestCount(t *testing.T) {
	c := newClock()
	begin := c.now()
	book := readers.New(readers.Config{Now: c.now})
	book.Count("newsboat/2.21", readers.Poll{Status: 200, Unconditional: true, Sent: 100, Saved: 300})
	c.move(time.Minute)
	book.Count("Miniflux/2.2.1", readers.Poll{Status: 304, Saved: 400})
	book.Count("Miniflux/2.2.2", readers.Poll{Status: 200, Sent: 100, Saved: 300})
	book.Count("Miniflux/2.2.2", readers.Poll{Status: 429, Sent: 20})
	want := []store.Reader{
		{Name: "Miniflux/2", Since: begin.Add(time.Minute), Last: begin.Add(time.Minute), Requests: 3, NotModified: 1, Refused: 1, Sent: 120, Saved: 700},
		{Name: "newsboat/2", Since: begin, Last: begin, Requests: 1, Unconditional: 1, Sent: 100, Saved: 300},
	}
	if d := cmp.Diff(want, book.Readers()); d != "" {
		t.Errorf("readers (-want +got):\n%s", d)
	}
	if !book.Changed() || book.Changed() {
		t.Error("a book tells once that it changed")
	}

	again := readers.New(readers.Config{Now: c.now, Known: want})
	again.Count("newsboat/2.22", readers.Poll{Status: 200, Sent: 7})
	want[1].Requests, want[1].Sent, want[1].Last = 2, 107, c.now()
	if d := cmp.Diff(want, again.Readers()); d != "" {
		t.Errorf("readers after a restart (-want +got):\n%s", d)
	}
}

// TestFlood: a hundred thousand names take no more memory than a few hundred,
// keep nobody out for long, and no request is forgotten.
func TestFlood(t *testing.T) {
	c := newClock()
	book := readers.New(readers.Config{Now: c.now})
	for range 20 {
		book.Count("Faithful/1", readers.Poll{Status: 304})
	}
	var begin, end runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&begin)
	const flood = 100_000
	for i := range flood {
		agent := fmt.Sprintf("Reader-%d-of-many/%d (%s)", i, i, strings.Repeat("x", i%3000))
		book.Count(agent, readers.Poll{Status: 200, Unconditional: true, Sent: 1})
		book.Wait(fmt.Sprintf("203.0.%d.%d:4000", i/256%256, i%256), nil, agent, "/s/bees/feed.atom", false)
	}
	runtime.GC()
	runtime.ReadMemStats(&end)
	if grown := int64(end.HeapAlloc) - int64(begin.HeapAlloc); grown > 16<<20 {
		t.Errorf("a flood of names takes %d MB", grown>>20)
	}
	sum := func(list []store.Reader) (requests int) {
		for _, r := range list {
			requests += r.Requests
		}
		return requests
	}
	list := book.Readers()
	if len(list) > readers.MaxReaders+1 || list[len(list)-1].Name != readers.Others || sum(list) != flood+20 || list[0].Name != "Faithful/1" && list[1].Name != "Faithful/1" {
		t.Errorf("%d kinds, the last %q, %d requests; want %d, the others, %d", len(list), list[len(list)-1].Name, sum(list), readers.MaxReaders+1, flood+20)
	}
	book.Count("Latecomer/1", readers.Poll{Status: 304})
	c.move(2 * time.Hour)
	book.Count("Latecomer/1", readers.Poll{Status: 304})
	book.Count("Another/1", readers.Poll{Status: 304})
	names := map[string]int{}
	list = book.Readers()
	for _, r := range list {
		names[r.Name] = r.Requests
	}
	if names["Another/1"] != 1 || names["Faithful/1"] != 20 || sum(list) != flood+23 {
		t.Errorf("after the flood a new reader has %d requests and the old one %d of %d; want 1, 20 of %d", names["Another/1"], names["Faithful/1"], sum(list), flood+23)
	}
}

func TestCountConcurrently(t *testing.T) {
	book := readers.New(readers.Config{})
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			for j := range 2000 {
				agent := fmt.Sprintf("Reader%d/1 (%d)", j%300, i)
				book.Count(agent, readers.Poll{Status: 304})
				book.Wait("203.0.113.9:80", http.Header{}, agent, "/f", true)
				if j%500 == 0 {
					book.Readers()
				}
			}
		})
	}
	work.Wait()
	total := 0
	for _, r := range book.Readers() {
		total += r.Requests
	}
	if total != 16_000 {
		t.Errorf("%d requests are counted, want 16,000", total)
	}
}
