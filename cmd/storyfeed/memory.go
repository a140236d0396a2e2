package main

import (
	"math"
	"runtime/debug"
)

// What a service should do with: what it keeps is small, but reading a page,
// indexing a batch and rendering a feed leave many times as much behind.
const (
	memoryLimit = 80 << 20 // bytes of all of Go's memory from which it is collected more often
	heapGrowth  = 50       // percent by which it may grow between two collections
)

// saveMemory makes the garbage collector run more often than it does by
// itself: memory for time. SQLite's memory and mapped files are not counted
// here, nor collected. What the environment says (GOGC, GOMEMLIMIT) wins.
func saveMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryLimit)
	}
	const byItself = 100
	if was := debug.SetGCPercent(heapGrowth); was != byItself {
		debug.SetGCPercent(was)
	}
}
