package local_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
	"storyfeed/index/local"
)

// childDir is set in the environment of the test binary when it runs as the
// process that will be killed.
const childDir = "STORYFEED_TEST_KILL_DIR"

func TestMain(m *testing.M) {
	for name, child := range map[string]func(string) error{childDir: writeUntilKilled, fullDir: writeUntilFull} {
		if dir := os.Getenv(name); dir != "" {
			if err := child(dir); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	registerSaboteur()
	os.Exit(m.Run())
}

// batchOfChild is small, so that many batches meet the signal.
const batchOfChild = 7

// writeUntilKilled puts stories for ever, says on standard output how many are
// in, and rebuilds the index now and then.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	ix, err := local.Open(ctx, local.Config{Dir: dir})
	if err != nil {
		return err
	}
	n, err := ix.Count(ctx)
	if err != nil {
		return err
	}
	for round := 1; ; round++ {
		var docs []index.Document
		for range batchOfChild {
			docs = append(docs, story(n))
			n++
		}
		if err := ix.Put(ctx, docs...); err != nil {
			return err
		}
		fmt.Println(n)
		if round%4 == 0 {
			if err := ix.Rebuild(ctx, fillAgain(n)); err != nil {
				return err
			}
		}
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 5
	if testing.Short() {
		rounds = 2
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for round := range rounds {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		for lines, s := 0, bufio.NewScanner(out); s.Scan(); lines++ {
			if acknowledged, err = strconv.Atoi(s.Text()); err != nil {
				t.Fatalf("the child says %q", s.Text())
			}
			if lines == 3 {
				time.AfterFunc(rand.N(300*time.Millisecond), func() {
					_ = cmd.Process.Kill() // it may have ended: then its exit tells
				})
			}
		}
		_ = cmd.Wait() // it was killed
		t.Logf("round %d: killed after %d stories", round, acknowledged)
		wantSurvived(t, dir, acknowledged)
	}
}

// wantSurvived checks that all that was acknowledged is in, and that the
// manifest tells exactly what is in.
func wantSurvived(t *testing.T, dir string, acknowledged int) {
	t.Helper()
	ix, err := local.Open(t.Context(), local.Config{Dir: dir})
	if err != nil {
		t.Fatalf("Open after a kill: %v", err)
	}
	defer func() {
		if err := ix.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}()
	n, err := ix.Count(t.Context())
	if err != nil || n < acknowledged || n > acknowledged+batchOfChild {
		t.Fatalf("Count = %d, %v; want %d, or a batch more", n, err, acknowledged)
	}
	var want feed.Manifest
	for i := range n {
		d := story(i)
		want.Add(d.Series, d.GUID, d.Hash)
	}
	wantAll(t, ix, n, want)
}
