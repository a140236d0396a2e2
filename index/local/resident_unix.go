//go:build unix

package local

import "golang.org/x/sys/unix"

// dropPages takes the pages of a file that is mapped for reading out of memory.
func dropPages(mapped []byte) error {
	if len(mapped) == 0 {
		return nil
	}
	return unix.Madvise(mapped, unix.MADV_DONTNEED)
}
