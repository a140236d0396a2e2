//go:build unix

package config

import (
	"os"
	"syscall"
)

// keepOwner gives a file the owner of the one that it replaces, as far as we
// may: root adds a series to somebody's file.
func keepOwner(f *os.File, replaced string) {
	info, err := os.Stat(replaced)
	if err != nil {
		return
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(s.Uid), int(s.Gid)) // not ours to give away: it stays ours
	}
}
