package main

import "testing"

func TestMemoryLimit(t *testing.T) {
	for _, tc := range []struct{ live, want int64 }{
		{0, 80}, {20, 80}, {48, 80}, {64, 112}, {80, 160}, {200, 520}, // MB
	} {
		if got := memoryLimit(uint64(tc.live) << 20); got != tc.want<<20 {
			t.Errorf("%d MB in use: a limit of %d MB, want %d", tc.live, got>>20, tc.want)
		}
	}
}
