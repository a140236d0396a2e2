package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"storyfeed/feed"
)

// fileName is the database's name in the data directory.
const fileName = "storyfeed.db"

// Exists reports whether a data directory holds a database.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, fileName))
	return err == nil
}

// Config says where a store is and what it may use.
type Config struct {
	Dir    string           // data directory; made when missing; not empty
	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: nothing is logged
}

// Store is an open store. Its methods are safe for concurrent use.
type Store struct {
	path    string
	now     func() time.Time
	log     *slog.Logger
	writer  *sql.DB                 // one connection
	reader  *sql.DB                 // cannot write
	storyIn *sql.Stmt               // of reader, as feeds read every story by it
	named   *sql.Stmt               // likewise, for searches
	writes  atomic.Uint64           // transactions that wrote, in this process, which is the only one
	stamp   atomic.Pointer[stamped] // nil: none was asked for
}

// Open opens the store in cfg.Dir, makes it when there is none and brings an
// older schema forward. It refuses a schema that is newer than this program.
//
// A small database, and a larger one after a crash, is checked for damage
// (see [FileError]). The caller should
// hold the directory's lock, see [Lock], and calls [Store.Close] at the end.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Dir == "" {
		return nil, errors.New("open store: no data directory given")
	}
	if err := os.MkdirAll(cfg.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(cfg.Dir, fileName))
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{path: path, now: cfg.Now, log: cfg.Logger}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(s.explain("open store", err), s.Close())
	}
	return s, nil
}

// Close ends the store. Nothing is lost without it, but a clean end saves the
// next start a check.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.reader, s.writer} { // the writer last: it tidies the WAL away
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return s.explain("close store", errors.Join(errs...))
}

// queryer is what a *sql.DB and a *sql.Tx have in common.
type queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// write runs do in one transaction and explains its error.
func (s *Store) write(ctx context.Context, what string, do func(tx *sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(what, err)
	}
	defer func() {
		_ = tx.Rollback() // after Commit it does nothing; else the first error counts
	}()
	if err := do(tx); err != nil {
		return s.explain(what, err)
	}
	err = tx.Commit()
	s.writes.Add(1) // after it, so that nobody keeps for newer what was read before
	return s.explain(what, err)
}

// explain says what was being done and, when the file is the trouble, which
// file and what to do. An error of none is nil.
func (s *Store) explain(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, feed.ErrNotFound)
	}
	if fe := fileError(s.path, err); fe != nil {
		return fmt.Errorf("%s: %w", what, fe)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// FileError says that the database's file, not the request, is the trouble:
// a full disk, missing rights, damage. What was stored before is untouched.
type FileError struct {
	Path    string // of the database
	Problem string // what is wrong and what to do, for people
	Err     error  // the cause, from SQLite or the system
}

// Error names the file, the problem, what to do and the cause.
func (e *FileError) Error() string { return fmt.Sprintf("%s: %s (%v)", e.Path, e.Problem, e.Err) }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// size is the length of a file, 0 when there is none.
func size(path string) (int64, error) {
	fi, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return fi.Size(), nil
}
