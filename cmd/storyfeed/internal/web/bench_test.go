package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/cmd/storyfeed/internal/web"
)

// sink is a writer that keeps nothing, so that the benchmarks measure us.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(status int)      { s.status = status }

func benchmark(b *testing.B, want int, path string, headers ...string) {
	clock := now
	s := newSite(b, func(c *web.Config) {
		c.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
		c.Readers = readers.New(readers.Config{Now: func() time.Time {
			clock = clock.Add(time.Minute) // between two requests, lest they be refused
			return clock
		}})
	})
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		s.ServeHTTP(w, r)
	}
	if w.status != want {
		b.Fatalf("GET %s: %d, want %d", path, w.status, want)
	}
}

func BenchmarkFeedGzip(b *testing.B) {
	benchmark(b, 200, "/s/bees/feed.atom", "Accept-Encoding", "gzip, deflate, br")
}

func BenchmarkFeedNotModified(b *testing.B) {
	benchmark(b, 304, "/s/bees/feed.atom", "Accept-Encoding", "gzip", "If-None-Match", "*")
}

func BenchmarkSearchPage(b *testing.B) { benchmark(b, 200, "/search?q=hum") }
func BenchmarkSearchAPI(b *testing.B)  { benchmark(b, 200, "/api/v1/search?q=hum") }
func BenchmarkSeriesPage(b *testing.B) { benchmark(b, 200, "/s/bees") }
func BenchmarkStoryPage(b *testing.B)  { benchmark(b, 200, "/s/bees/7") }
