package readers_test

import (
	"net/http"
	"testing"
	"time"

	"storyfeed/cmd/storyfeed/internal/readers"
)

func TestQuota(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	q := readers.NewQuota(4, time.Minute, func() time.Time { return now })
	spend := func(want readers.Standing, remote string, forwarded ...string) {
		t.Helper()
		h := http.Header{}
		for _, f := range forwarded {
			h.Add("X-Forwarded-For", f)
		}
		if got := q.Spend(remote, h); got != want {
			t.Errorf("from %s for %v: %+v, want %+v", remote, forwarded, got, want)
		}
	}
	const one, other = "203.0.113.9:1", "203.0.113.10:1"
	for i := range 4 {
		spend(readers.Standing{Left: 3 - i, Reset: time.Duration(i+1) * 15 * time.Second}, one)
	}
	spend(readers.Standing{Reset: time.Minute, Wait: 15 * time.Second}, one)
	spend(readers.Standing{Reset: time.Minute, Wait: 15 * time.Second}, "10.0.0.1:1", "203.0.113.9") // through a proxy
	spend(readers.Standing{Left: 3, Reset: 15 * time.Second}, other)
	spend(readers.Standing{Left: 4}, "127.0.0.1:1") // this machine is not limited
	now = now.Add(15 * time.Second)
	spend(readers.Standing{Reset: time.Minute}, one)
	spend(readers.Standing{Reset: time.Minute, Wait: 15 * time.Second}, one)
	now = now.Add(time.Hour)
	spend(readers.Standing{Left: 3, Reset: 15 * time.Second}, one)
}
