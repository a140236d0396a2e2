package main

import (
	"math"
	"runtime/debug"
)

// memoryLimit is how many bytes of Go's memory there may be before it is
// collected more often: what a service keeps is small, but reading a page,
// indexing a batch and rendering a feed leave many times as much behind.
const memoryLimit = 80 << 20

// saveMemory makes the garbage collector keep to the limit: memory for time.
// SQLite's memory and mapped files are not counted here, nor collected. What the
// environment says (GOMEMLIMIT) wins.
func saveMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryLimit)
	}
}
