package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/feed/store/storetest"
)

func TestSQLite(t *testing.T) {
	var dirs sync.Map // *store.Store → the second connection that watches it
	storetest.Run(t, storetest.Backend{
		Open: func(t *testing.T, now func() time.Time) *store.Store {
			dir := t.TempDir()
			s := open(t, store.Config{Dir: dir, Now: now})
			dirs.Store(s, raw(t, dir))
			return s
		},
		Changes: func(t *testing.T, s *store.Store) int64 {
			watch, _ := dirs.Load(s)
			var v int64
			if err := watch.(*sql.DB).QueryRow(`PRAGMA data_version`).Scan(&v); err != nil {
				t.Fatal(err)
			}
			return v
		},
	})
}

// open opens a store until the test ends.
func open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw is one connection to the database in dir, past the store.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "storyfeed.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// series is a configuration of one series, a.
func series() []feed.Series {
	return []feed.Series{{Slug: "a", Every: time.Hour, Sources: []feed.Source{{URL: "https://a.example/"}}}}
}

func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a dir with spaces, %41, ? and #")
	s := open(t, store.Config{Dir: dir})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	want, err := s.SaveStory(t.Context(), store.Save{Story: numbered(1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "storyfeed.db")); err != nil {
		t.Errorf("the database is not where it was to be: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "storyfeed.db-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Close the journal is still there (%v), want it gone", err)
	}
	got, err := open(t, store.Config{Dir: dir}).Story(t.Context(), want.GUID)
	if err != nil || got.Title != want.Title {
		t.Errorf("after a restart the story is %q, %v; want %q", got.Title, err, want.Title)
	}
}

func TestOpenRefusesNewerSchema(t *testing.T) {
	dir := t.TempDir()
	open(t, store.Config{Dir: dir}).Close()
	if _, err := raw(t, dir).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "version 99") || !strings.Contains(err.Error(), "knows versions up to ") {
		t.Errorf("Open of a newer schema: %v; want an error that names version 99 and the newest known", err)
	}
	var n int
	if err := raw(t, dir).QueryRow(`SELECT max(version_id) FROM goose_db_version`).Scan(&n); err != nil || n != 99 {
		t.Errorf("after the refusal the schema has version %d (%v), want 99 untouched", n, err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(t *testing.T, path string)
		want  string
	}{
		"a file that is no database": {func(t *testing.T, path string) {
			write(t, path, []byte(strings.Repeat("no database at all\n", 100)))
		}, "no storyfeed database"},
		"a truncated database": {func(t *testing.T, path string) {
			if err := os.Truncate(path, 8192); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
		"a database with a page of zeros": {func(t *testing.T, path string) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			clear(b[4*4096:][:4096]) // a table's root
			write(t, path, b)
		}, "damaged"},
		"a directory in its place": {func(t *testing.T, path string) {
			if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o755)); err != nil {
				t.Fatal(err)
			}
		}, "can't be opened"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, store.Config{Dir: dir})
			if err := s.SyncSeries(t.Context(), series()); err != nil {
				t.Fatal(err)
			}
			for n := range 50 {
				if _, err := s.SaveStory(t.Context(), store.Save{Story: numbered(n)}); err != nil {
					t.Fatal(err)
				}
			}
			s.Close()
			path := filepath.Join(dir, "storyfeed.db")
			tc.spoil(t, path)
			_, err := store.Open(t.Context(), store.Config{Dir: dir})
			var fe *store.FileError
			if !errors.As(err, &fe) || fe.Path != path || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Open of %s: %v; want an error that names %s and says %q", name, err, path, tc.want)
			}
		})
	}
}

func TestDamagedBodyIsNamed(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	s := open(t, store.Config{Dir: dir})
	if err := s.SyncSeries(ctx, series()); err != nil {
		t.Fatal(err)
	}
	st, err := s.SaveStory(ctx, store.Save{Story: numbered(1)})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	path := filepath.Join(dir, "storyfeed.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.LastIndex(string(b), "Words of story 1, and")
	b[at] ^= 1
	write(t, path, b)

	s = open(t, store.Config{Dir: dir})
	for name, read := range map[string]func() error{
		"Story":     func() error { _, err := s.Story(ctx, st.GUID); return err },
		"Revisions": func() error { _, err := s.Revisions(ctx, "a", st.GUID); return err },
		"Revision":  func() error { _, err := s.Revision(ctx, "a", st.GUID, 1); return err },
	} {
		var fe *store.FileError
		if err := read(); !errors.As(err, &fe) || !strings.Contains(err.Error(), st.GUID) {
			t.Errorf("%s with one bit of a text flipped: %v; want an error that names the story", name, err)
		}
	}
	list, _, err := s.Stories(ctx, "a", store.StoryQuery{})
	if err != nil || len(list) != 1 || list[0].GUID != st.GUID || list[0].Text != "" {
		t.Errorf("a list with a damaged text: %v, %v; want the story without its text", list, err)
	}
	var each []feed.Story
	if err := s.Each(ctx, func(st feed.Story) error { each = append(each, st); return nil }); err != nil || len(each) != 1 || each[0].Text != "" {
		t.Errorf("each story with a damaged text: %v, %v; want the story without its text", each, err)
	}
	if _, err := s.SaveStory(ctx, store.Save{Story: numbered(1)}); err != nil {
		t.Errorf("saving a damaged story: %v; want it mended", err)
	}
	if got, err := s.Story(ctx, st.GUID); err != nil || got.Text != st.Text || got.Revision != 1 {
		t.Errorf("after saving it again the story has revision %d, %v; want the first one, mended", got.Revision, err)
	}
}

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, store.Config{Dir: dir})
	if err := s.SyncSeries(t.Context(), series()); err != nil {
		t.Fatal(err)
	}
	store.LimitPages(t, s, 120)
	var saved []string
	var full *store.FileError
	for n := 0; full == nil && n < 1000; n++ {
		st, err := s.SaveStory(t.Context(), store.Save{Story: numbered(n)})
		switch {
		case err == nil:
			saved = append(saved, st.GUID)
		case !errors.As(err, &full):
			t.Fatal(err)
		}
	}
	if full == nil || !strings.Contains(full.Problem, "disk is full") {
		t.Fatalf("after %d stories no error says that the disk is full, but %v", len(saved), full)
	}
	for _, guid := range saved {
		if _, err := s.Story(t.Context(), guid); err != nil {
			t.Errorf("a story that was acknowledged is lost on a full disk: %v", err)
		}
	}
	store.LimitPages(t, s, 1<<30)
	if _, err := s.SaveStory(t.Context(), store.Save{Story: numbered(5000)}); err != nil {
		t.Errorf("when there is space again, without a restart: %v; want it saved", err)
	}
}

func TestOpenWithoutDirectory(t *testing.T) {
	if _, err := store.Open(context.Background(), store.Config{}); err == nil {
		t.Error("Open without a directory: no error")
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	if _, err := store.Open(context.Background(), store.Config{Dir: filepath.Join(file, "dir")}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("Open below a file: %v; want an error that names %s", err, file)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
