//go:build !unix

package extract_test

import "time"

var began = time.Now()

// cpuTime is the time passed: there is no processor time to be had.
func cpuTime() time.Duration { return time.Since(began) }
