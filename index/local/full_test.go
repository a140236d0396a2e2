package local_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"storyfeed/feed"
	"storyfeed/index"
	"storyfeed/index/local"
)

// fullDir is set in the environment of the test binary when it runs as the
// process that meets a limit of what it may write: the limit is the whole
// process's.
const fullDir = "STORYFEED_TEST_FULL_DIR"

func TestFullDisk(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), fullDir+"="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("with a full disk: %v\n%s", err, out)
	}
}

// writeUntilFull puts a story that does not fit, and then does what must still
// work, before and after there is room again.
func writeUntilFull(dir string) error {
	signal.Ignore(syscall.SIGXFSZ) // the write fails then, as on a full disk
	ctx := context.Background()
	ix, err := local.Open(ctx, local.Config{Dir: dir})
	if err != nil {
		return err
	}
	small, big := stories(20), story(20)
	var body strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&body, " unique%d", i)
	}
	big.Body += body.String()
	if err := ix.Put(ctx, small...); err != nil {
		return err
	}
	restore, err := limitFiles(256 << 10)
	if err != nil {
		return err
	}
	for range 2 {
		if err := ix.Put(ctx, big); err == nil || !strings.Contains(err.Error(), dir) {
			return fmt.Errorf("put beyond the limit: %v; want an error that names the directory", err)
		}
		if err := holds(ix, small); err != nil {
			return fmt.Errorf("after a failed put: %w", err)
		}
	}
	if err := ix.Put(ctx, story(21)); err != nil {
		return fmt.Errorf("put what fits: %w", err)
	}
	if err := ix.Rebuild(ctx, func(put func(index.Document) error) error { return put(big) }); err == nil {
		return fmt.Errorf("rebuild beyond the limit: no error")
	}
	if err := restore(); err != nil {
		return err
	}
	if err := ix.Put(ctx, big); err != nil {
		return fmt.Errorf("put when there is room again: %w", err)
	}
	if err := holds(ix, append(small, story(21), big)); err != nil {
		return err
	}
	return ix.Close()
}

// limitFiles lets no file grow beyond n bytes until it is restored.
func limitFiles(n uint64) (restore func() error, err error) {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return nil, err
	}
	restore = func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) }
	return restore, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: old.Max})
}

// holds looks whether an index has exactly these stories.
func holds(ix *local.Index, docs []index.Document) error {
	var want feed.Manifest
	for _, d := range docs {
		want.Add(d.Series, d.GUID, d.Hash)
	}
	if m, err := ix.Manifest(context.Background()); err != nil || m != want {
		return fmt.Errorf("manifest %v, %v; want %v", m, err, want)
	}
	q, _ := index.ParseQuery("common")
	if res, err := ix.Search(context.Background(), index.Request{Query: q}); err != nil || res.Total != len(docs) {
		return fmt.Errorf("search finds %d, %v; want %d", res.Total, err, len(docs))
	}
	return nil
}
