package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// lockName is the lock file's name in the data directory.
const lockName = "lock"

// DirLock is the right of this process to work in a data directory. It ends
// with the process, however that ends.
type DirLock struct{ f *os.File }

// LockedError says that another process works in the data directory.
type LockedError struct {
	Dir string
	PID int // of the other process; 0 when it could not be read
}

// Error says who holds the directory and what to do.
func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("data directory %s is in use by another process: end it, or choose another directory", e.Dir)
	}
	return fmt.Sprintf("data directory %s is in use by process %d: end that process, or choose another directory", e.Dir, e.PID)
}

// Lock takes the data directory for this process and makes it when missing.
// It never waits: when another process has it, or this one took it already,
// the error is a [*LockedError] at once. What an earlier owner left in the
// lock file does not matter.
func Lock(dir string) (*DirLock, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	if held, err := tryLock(f); err != nil || held {
		pid := readPID(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("lock data directory: %s: %w", path, err)
		}
		return nil, &LockedError{Dir: dir, PID: pid}
	}
	l := &DirLock{f}
	if err := l.sign(); err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	return l, nil
}

// Locked tells of another process that works in the data directory; nil: none
// does, as far as can be seen. It changes nothing, and takes the directory for
// no longer than it looks.
func Locked(dir string) *LockedError {
	f, err := os.Open(filepath.Join(dir, lockName))
	if err != nil {
		return nil // there is no directory yet, or it is none of ours
	}
	defer f.Close()
	if held, err := tryLock(f); err == nil && held {
		return &LockedError{Dir: dir, PID: readPID(f)}
	}
	return nil
}

// Release gives the directory back. The lock file stays: removing it would
// let two processes lock two files of one name.
func (l *DirLock) Release() error { return l.f.Close() }

// sign writes our pid into the lock file, longer remains of an earlier owner
// going first.
func (l *DirLock) sign() error {
	err := l.f.Truncate(0)
	if err == nil {
		_, err = l.f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		l.f.Close()
	}
	return err
}

// readPID reads the owner's pid, 0 when it is not there (yet).
func readPID(f *os.File) int {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0) // io.EOF is the rule; without a pid the message has none
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}
