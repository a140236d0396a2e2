package main

import (
	"path/filepath"
	"strings"
	"testing"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
	"storyfeed/index/local"
)

// TestReindexOverAWrongIndex has an index that says that it holds the stories of
// the store, and holds other texts. It stays until somebody knows better; both
// while nothing runs and while a service holds the directory.
func TestReindexOverAWrongIndex(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 6)
	dir := blog.configure(t)
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: exit code %d\n%s%s", code, out, log)
	}
	for _, served := range []bool{false, true} {
		misprint(t, filepath.Join(dir, "data"))
		stop := func() {}
		if served {
			p := serving(t, dir)
			p.awaitReady()
			stop = p.stop
		}
		code, _, log := command(t, dir, "reindex")
		if code != 1 || !strings.Contains(log, "the old one stays") || !strings.Contains(log, "--force") {
			t.Errorf("reindex, served %t: exit code %d and %q; want 1, and what to do", served, code, log)
		}
		if code, out, _ := command(t, dir, "search", "misprinted"); code != 0 || !strings.Contains(out, "6 of 6") {
			t.Errorf("search in the old index: exit code %d\n%s", code, out)
		}
		code, out, log := command(t, dir, "reindex", "--force")
		if code != 0 || !strings.HasPrefix(out, "6 stories indexed") || !strings.Contains(log, "differs: the new index finds 1 stories by") {
			t.Errorf("reindex --force, served %t: exit code %d\n%s%s", served, code, out, log)
		}
		if code, out, _ := command(t, dir, "search", "--exact", blog.wordOf(3)); code != 0 || !strings.Contains(out, "1 of 1") {
			t.Errorf("search in the new index: exit code %d\n%s", code, out)
		}
		stop()
	}
}

// misprint puts other texts into the index, under the hashes of the right ones.
func misprint(t *testing.T, dir string) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{Dir: dir})
	must(t, err)
	ix, err := local.Open(t.Context(), local.Config{Dir: dir})
	must(t, err)
	must(t, st.Each(t.Context(), func(s feed.Story) error {
		d := index.NewDocument(s)
		d.Body = "misprinted"
		return ix.Put(t.Context(), d)
	}))
	must(t, ix.Close())
	must(t, st.Close())
}
