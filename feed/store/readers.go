package store

import (
	"context"
	"database/sql"
	"time"
)

// Reader is what was counted of the polls of one kind of feed reader.
type Reader struct {
	Name          string    // such as "Miniflux/2"
	Since, Last   time.Time // its first and its newest poll, UTC, whole seconds
	Requests      int       // polls in all
	NotModified   int       // answered with 304
	Unconditional int       // answered in full, since they did not say what the reader has
	Refused       int       // answered with 429
	Sent, Saved   int64     // bytes that were sent, and those that 304 and compression saved
}

// SaveReaders keeps these counters in place of those that were kept.
func (s *Store) SaveReaders(ctx context.Context, readers []Reader) error {
	return s.write(ctx, "save the counters of readers", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM readers`); err != nil {
			return err
		}
		for _, r := range readers {
			_, err := tx.ExecContext(ctx, `INSERT INTO readers (name, since, last, requests, not_modified, unconditional, refused, sent, saved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				r.Name, r.Since.Unix(), r.Last.Unix(), r.Requests, r.NotModified, r.Unconditional, r.Refused, r.Sent, r.Saved)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Readers returns the counters that were kept last, the most frequent first.
func (s *Store) Readers(ctx context.Context) ([]Reader, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT name, since, last, requests, not_modified, unconditional, refused, sent, saved FROM readers ORDER BY requests DESC, name`)
	readers, err := collect(rows, err, func(rows *sql.Rows) (r Reader, err error) {
		return r, rows.Scan(&r.Name, scanSeconds(&r.Since), scanSeconds(&r.Last), &r.Requests, &r.NotModified, &r.Unconditional, &r.Refused, &r.Sent, &r.Saved)
	})
	return readers, s.explain("counters of readers", err)
}
