package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"storyfeed/feed"
)

// SetBackfill notes that the first reading of a series is under way: Since,
// Listed and Pace of b, which must be Active. The counts are not stored but
// counted. Nothing is written when it says so already. [feed.ErrNotFound] for
// an unknown series.
func (s *Store) SetBackfill(ctx context.Context, slug string, b feed.Backfill) error {
	return s.write(ctx, "back-fill of "+slug, func(tx *sql.Tx) error {
		if err := seriesExists(ctx, tx, slug); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO backfills (series, since, listed, pace_ms) VALUES (?, ?, ?, ?)
			ON CONFLICT (series) DO UPDATE SET since = excluded.since, listed = excluded.listed, pace_ms = excluded.pace_ms
			WHERE since <> excluded.since OR listed IS DISTINCT FROM excluded.listed OR pace_ms <> excluded.pace_ms`,
			slug, b.Since.Unix(), seconds(b.Listed), b.Pace.Milliseconds())
		return err
	})
}

// EndBackfill notes that a series has been read. It need not have been under
// way.
func (s *Store) EndBackfill(ctx context.Context, slug string) error {
	return s.write(ctx, "back-fill of "+slug, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM backfills WHERE series = ?`, slug)
		return err
	})
}

// addBackfill fills in how far the first reading of a series is.
func addBackfill(ctx context.Context, q queryer, sr *feed.Series) error {
	b := &sr.Backfill
	var pace int64
	err := q.QueryRowContext(ctx, `SELECT since, listed, pace_ms, (SELECT count(*) FROM list_pages WHERE list_pages.series = backfills.series)
		FROM backfills WHERE series = ?`, sr.Slug).Scan(scanSeconds(&b.Since), scanSeconds(&b.Listed), &pace, &b.Pages)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	b.Pace = time.Duration(pace) * time.Millisecond
	n, err := countLinks(ctx, q, sr.Slug)
	b.Total, b.Done = n.Links, n.Links-n.Pending
	return err
}

// LinkCounts tells how many links of a series there are.
type LinkCounts struct {
	Links   int // that may lead to stories: without the rejected ones
	Pending int // of these, that nobody has looked at yet
	Stories int // that the links lead to, or may: two links to one story count once
}

// CountLinks counts the links of a series.
func (s *Store) CountLinks(ctx context.Context, slug string) (LinkCounts, error) {
	n, err := countLinks(ctx, s.reader, slug)
	return n, s.explain("count links of "+slug, err)
}

func countLinks(ctx context.Context, q queryer, slug string) (n LinkCounts, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*), count(CASE WHEN state = ? THEN 1 END), count(DISTINCT CASE WHEN guid <> '' THEN guid ELSE key END)
		FROM links WHERE series = ? AND state <> ?`, LinkPending, slug, LinkRejected).Scan(&n.Links, &n.Pending, &n.Stories)
	return n, err
}

// ReserveParts holds the next free parts for the stories behind all pending
// links of a series that have none, in the order of their positions, so that
// they may be read in any order; see [Store.ReservePart]. Links in passing are
// left out: most lead to no story. It returns how many parts were given.
func (s *Store) ReserveParts(ctx context.Context, slug string) (given int, err error) {
	err = s.write(ctx, "reserve parts of "+slug, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT key FROM links WHERE series = ? AND state = ? AND part = 0 AND weak = 0 ORDER BY position, key`, slug, LinkPending)
		keys, err := collect(rows, err, scanString)
		if err != nil || len(keys) == 0 {
			return err
		}
		update, err := tx.PrepareContext(ctx, `UPDATE links SET part = ? WHERE series = ? AND key = ?`)
		if err != nil {
			return err
		}
		defer update.Close()
		for _, key := range keys {
			part, err := nextPart(ctx, tx, slug, 0)
			if err != nil {
				return err
			}
			if _, err := update.ExecContext(ctx, part, slug, key); err != nil {
				return err
			}
		}
		given = len(keys)
		return nil
	})
	return given, err
}

// ReverseParts makes the last story of a series the first and the other way
// round; parts that were only reserved turn with them. It is for series that
// nobody has been told parts of: these are given for ever.
func (s *Store) ReverseParts(ctx context.Context, slug string) error {
	return s.write(ctx, "turn "+slug+" round", func(tx *sql.Tx) error {
		// By way of negative numbers: no part may be there twice, at no time.
		for _, turn := range []string{
			`UPDATE stories SET part = -part WHERE series = ?1`,
			`UPDATE stories SET part = part + 1 + (SELECT last_part FROM series WHERE slug = ?1) WHERE series = ?1`,
			`UPDATE links SET part = 1 - part + (SELECT last_part FROM series WHERE slug = ?1) WHERE series = ?1 AND part > 0`,
		} {
			if _, err := tx.ExecContext(ctx, turn, slug); err != nil {
				return err
			}
		}
		if err := enqueueAll(ctx, tx, slug, false); err != nil {
			return err
		}
		return s.bump(ctx, tx, slug)
	})
}
