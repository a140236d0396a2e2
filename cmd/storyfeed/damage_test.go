package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDamagedIndex damages the index in every way while nothing runs. The
// next start says so, builds it again from the store, and asks no site.
func TestDamagedIndex(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 12)
	dir := blog.configure(t)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	sound := filepath.Join(dir, "data")
	index := filepath.Join(sound, "index")
	for name, harm := range harms(t, index) {
		t.Run(name, func(t *testing.T) {
			dir := blog.configure(t)
			if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(sound)); err != nil {
				t.Fatal(err)
			}
			harm(t, filepath.Join(dir, "data", "index"))
			before := len(blog.Requests())
			p := serving(t, dir)
			if list := mustAgree(t, p, "harbour", "harbour"); len(list) != 12 {
				t.Errorf("%d stories, want 12", len(list))
			}
			for n := 1; n <= 12; n++ {
				var found struct{ Total int }
				if p.getJSON("/api/v1/search?q="+blog.wordOf(n), &found); found.Total != 1 {
					t.Errorf("story %d is found %d times, want once", n, found.Total)
				}
			}
			mustLog(t, p, "level=WARN", "index")
			if after := len(blog.Requests()); after != before {
				t.Errorf("the blog was asked %d times", after-before)
			}
			p.stop()
		})
	}
}

// TestIndexDamagedWhileServing overwrites the index under a process that serves.
// Searches show what is in the new one already, until it is whole.
func TestIndexDamagedWhileServing(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 12)
	dir := blog.configure(t)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	p := serving(t, dir)
	p.awaitReady()
	for _, path := range glob(t, filepath.Join(dir, "data", "index", "gen-*", "store", "*.zap")) {
		fi, err := os.Stat(path)
		must(t, err)
		// In place: a file that is cut short while it is mapped ends the process.
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		must(t, err)
		_, err = f.Write(bytes.Repeat([]byte{0xa5}, int(fi.Size())))
		must(t, errors.Join(err, f.Close()))
	}
	await(t, "the index to be whole again", func() bool {
		whole := true
		for n := 1; n <= 12; n++ {
			var found struct{ Total int }
			p.getJSON("/api/v1/search?q="+blog.wordOf(n), &found)
			whole = whole && found.Total == 1
		}
		return whole
	})
	p.awaitReady()
	mustLog(t, p, "level=WARN", "damaged")
}

// harms are the ways to damage an index, by name.
func harms(t *testing.T, index string) map[string]func(*testing.T, string) {
	all := map[string]func(*testing.T, string){
		"deleted": func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) },
		"replaced by a file": func(t *testing.T, dir string) {
			must(t, os.RemoveAll(dir))
			must(t, os.WriteFile(dir, []byte("garbage"), 0o644))
		},
		"emptied": func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)); must(t, os.Mkdir(dir, 0o700)) },
	}
	names := filesBelow(t, index) // one by one they are damaged in the tests of the index
	all["files truncated"] = func(t *testing.T, dir string) {
		for _, name := range names {
			fi, err := os.Stat(filepath.Join(dir, name))
			must(t, err)
			must(t, os.Truncate(filepath.Join(dir, name), fi.Size()/2))
		}
	}
	for _, ext := range []string{"current", ".zap", ".bolt"} {
		all[ext+" replaced by garbage"] = func(t *testing.T, dir string) {
			for _, name := range names {
				if strings.HasSuffix(name, ext) {
					must(t, os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte("garbage "), 1000), 0o644))
				}
			}
		}
	}
	return all
}

// filesBelow lists the files of a directory by their path in it.
func filesBelow(t *testing.T, index string) (names []string) {
	must(t, filepath.WalkDir(index, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(index, path)
		names = append(names, name)
		return err
	}))
	return names
}

// TestDamagedStore is refused with the name of the file, and nothing is
// written over it.
func TestDamagedStore(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 12)
	dir := blog.configure(t)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	path := filepath.Join(dir, "data", "storyfeed.db")
	sound, err := os.ReadFile(path)
	must(t, err)
	harmed := bytes.Clone(sound)
	for i := len(harmed) / 3; i < len(harmed)*2/3; i++ {
		harmed[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, harmed, 0o644))
	code, _, log := command(t, dir, "serve")
	if code != 1 || !strings.Contains(log, path) || !strings.Contains(log, "damaged") {
		t.Errorf("serve over a damaged database: exit code %d, %s\nwant 1 and the name of the file", code, log)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, harmed) {
		t.Errorf("the damaged database was changed (%v)", err)
	}
	must(t, os.WriteFile(path, sound, 0o644))
	p := serving(t, dir)
	if list := mustAgree(t, p, "harbour", "harbour"); len(list) != 12 {
		t.Errorf("%d stories, want 12", len(list))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
