package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullDisk lets the system refuse that files grow, as a full disk does.
// What is there is served, log and /readyz say what is wrong, and once there
// is room again the service goes on, without a restart and without a loss.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 6)
	dir := blog.configure(t)
	p := serving(t, dir)
	mustLog(t, p, "msg=crawled", "new=6")
	known := mustAgree(t, p, "harbour", "harbour")
	for range 30 {
		blog.publish()
	}

	fill(t, p, filepath.Join(dir, "data"))
	<-control(t, p, dir, "/crawl?series=harbour")
	mustLog(t, p, "level=ERROR", "storyfeed.db: the disk")
	if r := p.ready(); r.Status != "degraded" || !strings.Contains(r.String(), "storyfeed.db: the disk") {
		t.Errorf("/readyz says %s", r)
	}
	known = mustKeep(t, known, p.stories("harbour"))
	if status, body := p.get("/s/harbour/reading.atom"); status != http.StatusOK || !bytes.Contains(body, []byte(storyTitle(6))) {
		t.Errorf("GET /s/harbour/reading.atom: %d", status)
	}
	if status, body := p.get("/search?q=" + blog.wordOf(6)); status != http.StatusOK || !bytes.Contains(body, []byte(storyTitle(6))) {
		t.Errorf("GET /search: %d", status)
	}

	limit(t, p, unix.RLIM_INFINITY)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Errorf("crawl with room on the disk: exit code %d\n%s%s", code, out, log)
	}
	mustKeep(t, known, mustAgree(t, p, "harbour", "harbour"))
	p.stop()
	finishes(t, blog, dir)
}

// fill leaves no room for more than a page or two in the database and its
// log, whichever is longer.
func fill(t *testing.T, p *process, dir string) {
	t.Helper()
	var longest int64
	for _, name := range []string{"storyfeed.db", "storyfeed.db-wal"} {
		fi, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		longest = max(longest, fi.Size())
	}
	limit(t, p, uint64(longest+8<<10))
}

// limit bounds the size of the files that a process may write.
func limit(t *testing.T, p *process, size uint64) {
	t.Helper()
	must(t, unix.Prlimit(p.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: unix.RLIM_INFINITY}, nil))
}
