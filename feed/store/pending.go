package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// PendingRow is one change that the index has not got yet.
type PendingRow struct {
	Seq    int64 // grows; never used twice
	Series string
	GUID   string
	Delete bool // the story is to go from the index; else it is to be put there as it now is
}

// enqueue notes a change of a story for the index. An earlier one of the same
// story is replaced by a row with a new number, so that [Store.DonePending]
// of the earlier one leaves this one alone.
func enqueue(ctx context.Context, tx queryer, slug, guid string, remove bool) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM index_pending WHERE series = ? AND guid = ?`, slug, guid); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO index_pending (series, guid, remove) VALUES (?, ?, ?)`, slug, guid, remove)
	return err
}

// enqueueAll is enqueue for all stories of a series that are not gone.
func enqueueAll(ctx context.Context, tx *sql.Tx, slug string, remove bool) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM index_pending WHERE series = ?`, slug)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO index_pending (series, guid, remove)
		SELECT series, guid, CASE WHEN gone IS NULL THEN ? ELSE 1 END FROM stories WHERE series = ? ORDER BY part`, remove, slug)
	return err
}

// Pending returns the oldest changes that the index has not got, at most
// limit of them; 0: all. Each story stands there once.
func (s *Store) Pending(ctx context.Context, limit int) ([]PendingRow, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT seq, series, guid, remove FROM index_pending ORDER BY seq LIMIT ?`, orAll(limit))
	pending, err := collect(rows, err, func(rows *sql.Rows) (p PendingRow, err error) {
		return p, rows.Scan(&p.Seq, &p.Series, &p.GUID, &p.Delete)
	})
	return pending, s.explain("pending changes of the index", err)
}

// Waiting returns how many stories wait for the index, new or changed; those that
// are to go from it do not count.
func (s *Store) Waiting(ctx context.Context) (n int, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT count(*) FROM index_pending WHERE remove = 0`).Scan(&n)
	return n, s.explain("pending changes of the index", err)
}

// DonePending removes rows by number, once the index keeps them durably.
// Numbers that are not there do not matter.
func (s *Store) DonePending(ctx context.Context, seqs []int64) error {
	if len(seqs) == 0 {
		return nil
	}
	return s.write(ctx, "pending changes of the index", func(tx *sql.Tx) error {
		del, err := tx.PrepareContext(ctx, `DELETE FROM index_pending WHERE seq = ?`)
		if err != nil {
			return err
		}
		defer del.Close()
		for _, seq := range seqs {
			if _, err := del.ExecContext(ctx, seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// Manifest is the fingerprint of what an index of this store should hold: all
// stories of configured series that are not gone.
func (s *Store) Manifest(ctx context.Context) (feed.Manifest, error) {
	var m feed.Manifest
	rows, err := s.reader.QueryContext(ctx, `SELECT s.series, s.guid, s.hash FROM stories s JOIN series ON series.slug = s.series
		WHERE s.gone IS NULL AND series.retired = 0`)
	if err != nil {
		return m, s.explain("manifest", err)
	}
	defer rows.Close()
	for rows.Next() {
		var slug, guid, hash string
		if err := rows.Scan(&slug, &guid, &hash); err != nil {
			return m, s.explain("manifest", err)
		}
		m.Add(slug, guid, hash)
	}
	return m, s.explain("manifest", rows.Err())
}

// orAll turns a limit of none into one that SQL takes for all.
func orAll(limit int) int64 {
	const all = 1<<63 - 1
	if limit <= 0 {
		return all
	}
	return int64(limit)
}
