package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// This file holds what only SQLite knows: how it is opened, migrated and
// checked, and what its error codes mean. The statements elsewhere are
// understood by PostgreSQL too, but for the marks of their arguments.

//go:embed migrations/*.sql
var migrations embed.FS

// Limits within which a database is checked when it is opened, so that a
// start stays within two seconds: quick_check reads some 2 GB a second
// from the page cache, and as fast as the disk is from there.
const (
	checkAlways  = 64 << 20  // bytes; up to here at every start
	checkUnclean = 512 << 20 // bytes; up to here when the last process was killed
)

// cacheSize bounds the page cache of each connection, in KiB, as SQLite wants
// it: negative. The system's own cache lies behind it.
const cacheSize = "cache_size(-1024)"

// readers is the least number of connections that read at once.
const readers = 4

// open connects, checks and migrates.
func (s *Store) open(ctx context.Context) error {
	bytes, err := size(s.path)
	if err != nil {
		return err
	}
	wal, err := size(s.path + "-wal") // a clean close removes it
	if err != nil {
		return err
	}
	if s.writer, err = sql.Open("sqlite", dsn(s.path, "immediate", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)")); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if err := s.writer.PingContext(ctx); err != nil {
		return err
	}
	if bytes > 0 && (bytes <= checkAlways || wal > 0 && bytes <= checkUnclean) {
		if err := quickCheck(ctx, s.writer); err != nil {
			return err
		}
	}
	if err := migrate(ctx, s.writer); err != nil {
		return err
	}
	if s.reader, err = sql.Open("sqlite", dsn(s.path, "deferred", "query_only(1)")); err != nil {
		return err
	}
	n := max(readers, runtime.GOMAXPROCS(0))
	s.reader.SetMaxOpenConns(n)
	s.reader.SetMaxIdleConns(n)
	if s.storyIn, err = s.reader.PrepareContext(ctx, storyColumns+withBody+`WHERE s.series = ? AND s.guid = ?`); err != nil {
		return err
	}
	s.named, err = s.reader.PrepareContext(ctx, storyColumns+withText+`WHERE s.gone IS NULL`)
	return err
}

// dsn names a database as the driver wants it. The path is escaped, since it
// may hold any character; the journal's size limit gives the space of a large
// transaction back.
func dsn(path, lock string, pragmas ...string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": {"busy_timeout(10000)", "journal_size_limit(16777216)", cacheSize}}
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// quickCheck reports damage of the file's structure. It does not compare
// indexes with tables.
func quickCheck(ctx context.Context, db queryer) error {
	var first string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return &damage{first}
	}
	return nil
}

// damage is what a check of the file found.
type damage struct{ found string }

func (d *damage) Error() string { return d.found }

// migrate brings the schema forward to the newest version known here.
func migrate(ctx context.Context, db *sql.DB) error {
	steps, err := sqlMigrations()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, nil, goose.WithGoMigrations(append(steps, gatherMigration())...))
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("the database has schema version %d, this program knows versions up to %d: run a newer storyfeed, or restore a copy of the data directory from before the upgrade", have, want)
	}
	_, err = p.Up(ctx)
	return err
}

// sqlMigrations are the files, each run as a whole: SQLite finds the ends of
// statements by itself, and goose would take megabytes for each line to do so.
func sqlMigrations() ([]*goose.Migration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []*goose.Migration
	for _, name := range files {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}}, nil))
	}
	return all, nil
}

// fileError tells whether the file is what caused err; nil: it is not.
func fileError(path string, err error) *FileError {
	if known := (*FileError)(nil); errors.As(err, &known) {
		return nil // explained already
	}
	if d := (*damage)(nil); errors.As(err, &d) {
		return &FileError{path, problems[sqlite3.SQLITE_CORRUPT], err}
	}
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		if p, ok := problems[e.Code()&0xff]; ok {
			return &FileError{path, p, err}
		}
		return nil
	}
	if errors.Is(err, syscall.ENOSPC) {
		return &FileError{path, problems[sqlite3.SQLITE_FULL], err}
	}
	return nil
}

// problems maps SQLite's primary result codes to what people should know.
var problems = map[int]string{
	sqlite3.SQLITE_FULL:     "the disk is full: free some space; nothing stored is lost, and no restart is needed",
	sqlite3.SQLITE_READONLY: "the file or its directory can't be written: give this user write permission, or mount the disk writable",
	sqlite3.SQLITE_CANTOPEN: "the file can't be opened: check that its directory exists, that this user may read and write both, and that the limit of open files (ulimit -n) is not reached",
	sqlite3.SQLITE_PERM:     "access is denied: check the permissions of the file and its directory",
	sqlite3.SQLITE_IOERR:    "the disk can't be read or written: check that it is not full or failing",
	sqlite3.SQLITE_CORRUPT:  "the database is damaged: keep the file, and restore a copy or salvage what is readable with `sqlite3 storyfeed.db .recover`",
	sqlite3.SQLITE_NOTADB:   "this is no storyfeed database: move the file away, or restore a copy",
	sqlite3.SQLITE_BUSY:     "another program holds the database: end it and try again",
	sqlite3.SQLITE_LOCKED:   "another program holds the database: end it and try again",
}
