package index_test

import (
	"testing"
	"time"

	"storyfeed/index"
)

func TestProgress(t *testing.T) {
	begin := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		done, total int
		after       time.Duration
		want        string
	}{
		{0, 0, 0, "it begins"},
		{0, 5000, time.Second, "0 of 5,000 stories"},
		{1000, 5000, 10 * time.Second, "1,000 of 5,000 stories, about 40 s to go"},
		{1000, 5000, time.Minute, "1,000 of 5,000 stories, about 4 minutes to go"},
		{1, 200, time.Minute, "1 of 200 stories, about 4 hours to go"},
		{5000, 5000, time.Minute, "all 5,000 stories are in and are being checked"},
	} {
		p := index.Progress{Done: tc.done, Total: tc.total, Since: begin}
		if got := p.Text(begin.Add(tc.after)); got != tc.want {
			t.Errorf("%d of %d after %v: %q, want %q", tc.done, tc.total, tc.after, got, tc.want)
		}
	}
}
