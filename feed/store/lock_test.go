package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"storyfeed/feed/store"
)

// hold takes the lock, says so, and ends with its standard input.
func hold(dir string) {
	lock, err := store.Lock(dir)
	check(err)
	defer lock.Release()
	fmt.Println("held")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // the end of input is what it waits for
}

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "lock"), []byte("999999999999999999999 left by somebody\n"))
	lock, err := store.Lock(dir)
	if err != nil {
		t.Fatalf("what an old owner left keeps us out: %v", err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "lock"))
	if got, want := strings.TrimSpace(string(b)), strconv.Itoa(os.Getpid()); got != want || err != nil {
		t.Errorf("the lock file says %q (%v), want %q", got, err, want)
	}
	wantLocked(t, dir, os.Getpid())
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
	lock, err = store.Lock(dir)
	if err != nil {
		t.Fatalf("after Release: %v", err)
	}
	lock.Release()
}

func TestLockOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childHolds+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	wantLocked(t, dir, cmd.Process.Pid)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	in.Close()
	lock, err := store.Lock(dir)
	if err != nil {
		t.Fatalf("the lock outlived its process: %v", err)
	}
	lock.Release()
}

func wantLocked(t *testing.T, dir string, pid int) {
	t.Helper()
	began := time.Now()
	_, err := store.Lock(dir)
	if took := time.Since(began); took > time.Second {
		t.Errorf("a second Lock takes %v, want less than a second", took)
	}
	var locked *store.LockedError
	if !errors.As(err, &locked) || locked.PID != pid || locked.Dir != dir {
		t.Fatalf("second Lock: %v; want a LockedError for %s and pid %d", err, dir, pid)
	}
	for _, part := range []string{dir, strconv.Itoa(pid), "end that process"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message %q does not say %q", err, part)
		}
	}
}
