//go:build unix

package extract_test

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that the tests have taken so far: what other
// programs do to the clock must not fail them.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
