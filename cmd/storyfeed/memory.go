package main

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"

	"storyfeed/cmd/storyfeed/internal/config"
)

// leastMemory is how many bytes of Go's memory there may be before it is
// collected more often: what a service keeps is small, but reading a page,
// indexing a batch and rendering a feed leave many times as much behind.
const leastMemory = 80 << 20

// lasting is for how many seconds more must be in use for the limit to give way.
const lasting = 30

// saveMemory makes the garbage collector keep to a limit: memory for time. Where
// what is in use stays near it, as with very many stories, or above it, the
// collector would run all the time: then the limit gives way, until ctx ends.
//
// SQLite's memory and mapped files are not counted here, nor collected. What the
// environment says (GOMEMLIMIT) wins, and so does who lifts the limit for a while,
// as a rebuild of the index does.
func saveMemory(ctx context.Context) {
	if config.LimitsMemory() {
		return
	}
	debug.SetMemoryLimit(leastMemory)
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		var live [lasting]uint64
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			live[i%lasting] = liveMemory()
			next := memoryLimit(slices.Min(live[:]))
			if now := debug.SetMemoryLimit(-1); now != next && now != math.MaxInt64 {
				debug.SetMemoryLimit(next)
			}
		}
	}()
}

// memoryLimit leaves a growing share of room above what is in use; of 80 MB on as
// much as there is without a limit. It grows in steps, as each change is work for
// the collector.
func memoryLimit(live uint64) int64 {
	const step = 8 << 20
	return max(leastMemory, 3*int64((live+step-1)/step*step)-leastMemory)
}

// liveMemory is how many bytes were in use at the last collection.
func liveMemory() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
