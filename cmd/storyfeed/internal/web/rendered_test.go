package web

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// testRendered keeps feeds in a store of its own.
func testRendered(t *testing.T) *renderedFeeds {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	m, err := newMetrics(nil)
	if err != nil {
		t.Fatal(err)
	}
	return newRenderedFeeds(st, "https://read.example", time.Now, slog.New(slog.DiscardHandler), m)
}

// TestRenderedFeeds: a feed is made once as long as its stamp is the same, a
// failure is not kept, and the bytes are bounded.
func TestRenderedFeeds(t *testing.T) {
	r := testRendered(t)
	made := 0
	ask := func(key, stamp string, size int, fail error) error {
		t.Helper()
		f, err := r.of(t.Context(), key, stamp, func() (feed.Document, error) {
			made++
			return feed.Document{Path: key, Format: feed.Atom, Body: make([]byte, size), ETag: strconv.Itoa(made)}, fail
		})
		if err == nil && len(f.doc.Body) != size {
			t.Errorf("%s has %d bytes, want %d", key, len(f.doc.Body), size)
		}
		return err
	}
	broken := errors.New("broken")
	if err := ask("a", "1", 10, broken); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	refused := fmt.Errorf("feed: %w", &feed.GateError{Format: feed.Atom, Reason: "no title"})
	if err := ask("a", "1", 10, refused); !errors.Is(err, refused) {
		t.Errorf("error %v of a first feed that is refused, want %v", err, refused)
	}
	made--
	defer func() {
		if err := ask("0", "2", 1<<20, nil); err != nil {
			t.Error(err)
		}
		if err := ask("0", "3", 1<<20, refused); err != nil {
			t.Errorf("error %v of a later feed that is refused, want the last good one", err)
		}
	}()
	for _, stamp := range []string{"1", "1", "2", "2", "1"} {
		if err := ask("a", stamp, 10, nil); err != nil {
			t.Error(err)
		}
	}
	if made != 1+3 {
		t.Errorf("made %d times, want 4", made)
	}
	for i := range 20 {
		if err := ask(strconv.Itoa(i), "1", 1<<20, nil); err != nil {
			t.Error(err)
		}
	}
	if r.bytes > maxRendered || r.bytes < maxRendered-1<<20 {
		t.Errorf("%d bytes are kept, want nearly %d", r.bytes, maxRendered)
	}
}

// TestRenderedOnce: readers that come at once wait for one that makes the feed,
// and one that fails leaves it to the next.
func TestRenderedOnce(t *testing.T) {
	r := testRendered(t)
	var made, failed atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := r.of(t.Context(), "a", "1", func() (feed.Document, error) {
				if made.Add(1) == 1 {
					return feed.Document{}, errors.New("the first reader went away")
				}
				return feed.Document{Path: "a", Format: feed.Atom, Body: make([]byte, 10)}, nil
			})
			if err != nil {
				failed.Add(1)
			}
		})
	}
	all.Wait()
	if n := made.Load(); n != 2 || failed.Load() != 1 {
		t.Errorf("made %d times, %d readers got none; want it once after the one that failed", n, failed.Load())
	}
	if len(r.making) != 0 {
		t.Errorf("%d are said to be being made still", len(r.making))
	}
}
