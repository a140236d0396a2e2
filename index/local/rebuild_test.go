package local_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"

	"storyfeed/index"
	"storyfeed/index/local"
)

// otherMapping makes the index in dir one of another version.
func otherMapping(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "index", "current")
	if err := os.WriteFile(path, []byte(`{"Generation":1,"Mapping":"0123456789abcdef"}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

func found(t *testing.T, ix *local.Index, query string) int {
	t.Helper()
	q, _ := index.ParseQuery(query)
	res, err := ix.Search(t.Context(), index.Request{Query: q})
	if err != nil {
		t.Errorf("Search %q: %v", query, err)
	}
	return res.Total
}

func generations(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "index", "gen-*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestOutdatedIndexServesUntilItIsRebuilt(t *testing.T) {
	t.Parallel()
	const n = 30
	dir, want := filled(t, n)
	otherMapping(t, dir)
	ix, err := local.Open(t.Context(), local.Config{Dir: dir})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if !ix.RebuildDue() || ix.Fresh() {
		t.Errorf("RebuildDue = %t, Fresh = %t; want an index of another version to serve", ix.RebuildDue(), ix.Fresh())
	}
	wantAll(t, ix, n, want)
	if err := ix.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}

	ix = open(t, dir) // it was not replaced yet
	if !ix.RebuildDue() {
		t.Error("after a restart the index is not outdated any more")
	}
	err = ix.Rebuild(t.Context(), func(put func(index.Document) error) error {
		wantAll(t, ix, n, want)
		return fillAgain(n)(put)
	})
	if err != nil || ix.RebuildDue() {
		t.Errorf("Rebuild: %v, RebuildDue = %t", err, ix.RebuildDue())
	}
	wantAll(t, ix, n, want)
}

// TestUnreadableOutdatedIndexStartsEmpty has an index without our fields.
func TestUnreadableOutdatedIndexStartsEmpty(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, err := bleve.New(filepath.Join(dir, "index", "gen-1"), bleve.NewIndexMapping())
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(old.Index("s/1", map[string]any{"text": "common words"}),
		old.SetInternal([]byte("storyfeed"), []byte(`{"Manifest":{"Count":1}}`)), old.Close())
	if err != nil {
		t.Fatal(err)
	}
	otherMapping(t, dir)
	var log bytes.Buffer
	ix, err := local.Open(t.Context(), local.Config{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer func() { _ = ix.Close() }() // the test is about opening
	if !ix.Fresh() || ix.RebuildDue() || !strings.Contains(log.String(), "outdated") {
		t.Errorf("Fresh = %t, RebuildDue = %t, log %q; want an empty index and a reason", ix.Fresh(), ix.RebuildDue(), log.String())
	}
	if n := found(t, ix, "common"); n != 0 {
		t.Errorf("an empty index finds %d", n)
	}
}

// TestRebuildThatDisagrees hands out other texts than the old index has, under
// the same hashes.
func TestRebuildThatDisagrees(t *testing.T) {
	t.Parallel()
	const n = 40
	dir, want := filled(t, n)
	ix := open(t, dir)
	otherTexts := func(put func(index.Document) error) error {
		for _, d := range stories(n) {
			d.Body = "other texts entirely"
			if err := put(d); err != nil {
				return err
			}
		}
		return nil
	}
	err := ix.Rebuild(t.Context(), otherTexts)
	if err == nil || !strings.Contains(err.Error(), "the old one 0") {
		t.Errorf("Rebuild = %v, want an error that names a query and both totals", err)
	}
	wantAll(t, ix, n, want)
	if got := generations(t, dir); len(got) != 1 {
		t.Errorf("generations: %q, want the old one alone", got)
	}
	if err := ix.Rebuild(t.Context(), fillAgain(n)); err != nil {
		t.Errorf("Rebuild of the right texts: %v", err)
	}
	if differs, err := ix.Replace(t.Context(), fillAgain(n)); err != nil || len(differs) > 0 {
		t.Errorf("Replace by the same: %v, and differs: %q", err, differs)
	}
	differs, err := ix.Replace(t.Context(), otherTexts)
	if err != nil || len(differs) == 0 || !strings.Contains(differs[0], "the old one 0") {
		t.Errorf("Replace: %v, and differs: %q; want a query and both totals", err, differs)
	}
	if n, was := found(t, ix, "entirely"), found(t, ix, "common"); n != want.Count || was != 0 {
		t.Errorf("Replace by %d other texts: %d are found, and %d old ones", want.Count, n, was)
	}
	if got := generations(t, dir); len(got) != 1 {
		t.Errorf("generations: %q, want the new one alone", got)
	}
}

// overwrite spoils all segments of a generation where they lie.
func overwrite(t *testing.T, dir string, generation int) {
	t.Helper()
	segments, err := filepath.Glob(filepath.Join(dir, "index", fmt.Sprint("gen-", generation), "store", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("segments: %q, %v", segments, err)
	}
	for _, path := range segments {
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		// In place: a file that is cut short while it is mapped ends the process.
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Write(bytes.Repeat([]byte{0xa5}, int(st.Size())))
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

const moreThanABatch = 1001

func TestRebuildThatIsDamaged(t *testing.T) {
	t.Parallel()
	dir, want := filled(t, 20)
	ix := open(t, dir)
	spoiled := func(put func(index.Document) error) error {
		if err := fillAgain(moreThanABatch)(put); err != nil {
			return err
		}
		overwrite(t, dir, 2)
		return nil
	}
	if err := ix.Rebuild(t.Context(), spoiled); err == nil {
		t.Error("Rebuild into files that were overwritten: no error")
	}
	if _, err := ix.Replace(t.Context(), spoiled); err == nil {
		t.Error("Replace into files that were overwritten: no error")
	}
	wantAll(t, ix, 20, want)
	if got := generations(t, dir); len(got) != 1 {
		t.Errorf("generations: %q, want the old one alone", got)
	}
}

func TestFirstIndexIsSearchedWhileItIsBuilt(t *testing.T) {
	t.Parallel()
	ix := open(t, t.TempDir())
	broken := errors.New("broken")
	for _, end := range []error{broken, nil} {
		err := ix.Rebuild(t.Context(), func(put func(index.Document) error) error {
			if err := fillAgain(moreThanABatch)(put); err != nil {
				return err
			}
			if n := found(t, ix, "common"); n < 1000 {
				t.Errorf("after the first batch %d stories are found, want all of it", n)
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Errorf("Rebuild = %v, want %v", err, end)
		}
		want := 0
		if end == nil {
			want = moreThanABatch
		}
		if n := found(t, ix, "common"); n != want {
			t.Errorf("after the rebuild %d stories are found, want %d", n, want)
		}
	}
}

// TestDamagedIndexIsNotSearchedWhileItIsRebuilt lets the damage come to light
// before the rebuild, and while it goes on.
func TestDamagedIndexIsNotSearchedWhileItIsRebuilt(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		t.Run(fmt.Sprintf("known before: %t", before), func(t *testing.T) {
			t.Parallel()
			const n = 40 // one batch makes one segment, which bleve leaves alone
			dir, _ := filled(t, n)
			ix := open(t, dir)
			overwrite(t, dir, 1)
			if before {
				q, _ := index.ParseQuery(`"common words"`)
				if _, err := ix.Search(t.Context(), index.Request{Query: q}); !errors.Is(err, index.ErrDamaged) {
					t.Fatalf("Search in a damaged index = %v, want %v", err, index.ErrDamaged)
				}
			}
			err := ix.Rebuild(t.Context(), func(put func(index.Document) error) error {
				if err := fillAgain(moreThanABatch)(put); err != nil {
					return err
				}
				if n := found(t, ix, `"common words"`); n < 1000 {
					t.Errorf("after the first batch %d stories are found, want all of it", n)
				}
				return nil
			})
			if err != nil {
				t.Fatalf("Rebuild: %v", err)
			}
			if n := found(t, ix, `"common words"`); n != moreThanABatch {
				t.Errorf("after the rebuild %d stories are found, want %d", n, moreThanABatch)
			}
		})
	}
}
