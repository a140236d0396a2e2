package store

import (
	"context"
	"database/sql"
	"time"
)

// MarkMissing notes that a story's page answered 404 or 410. The first time
// only that is kept. A time confirmAfter (or more) later, without
// [Store.ClearMissing] in between, the story becomes a tombstone: it leaves
// feeds and index, keeps its part, GUID and revisions, and gone is true.
// A story that is gone already stays so; gone is true then too.
// [feed.ErrNotFound] when there is no such story.
func (s *Store) MarkMissing(ctx context.Context, slug, guid string, confirmAfter time.Duration) (gone bool, err error) {
	err = s.write(ctx, "missing story "+guid+" of "+slug, func(tx *sql.Tx) error {
		var missing, since time.Time
		err := tx.QueryRowContext(ctx, `SELECT missing, gone FROM stories WHERE series = ? AND guid = ?`, slug, guid).
			Scan(scanSeconds(&missing), scanSeconds(&since))
		if err != nil {
			return err
		}
		now := whole(s.now())
		switch {
		case !since.IsZero():
			gone = true
			return nil
		case missing.IsZero() || missing.After(now): // the latter: the clock was set back
			_, err := tx.ExecContext(ctx, `UPDATE stories SET missing = ? WHERE series = ? AND guid = ? AND missing IS DISTINCT FROM ?`,
				now.Unix(), slug, guid, now.Unix())
			return err
		case now.Sub(missing) < confirmAfter:
			return nil
		}
		gone = true
		return s.bury(ctx, tx, slug, guid, now)
	})
	return gone && err == nil, err
}

// bury makes a story a tombstone.
func (s *Store) bury(ctx context.Context, tx *sql.Tx, slug, guid string, now time.Time) error {
	for _, table := range []string{"stories", "gathered"} {
		if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET gone = ? WHERE series = ? AND guid = ?`, now.Unix(), slug, guid); err != nil {
			return err
		}
	}
	if err := s.bump(ctx, tx, slug); err != nil {
		return err
	}
	return enqueue(ctx, tx, slug, guid, true)
}

// ClearMissing notes that a story's page answers again. A tombstone stays
// one: only [Store.SaveStory] brings a story back. [feed.ErrNotFound] when
// there is no such story.
func (s *Store) ClearMissing(ctx context.Context, slug, guid string) error {
	return s.write(ctx, "found story "+guid+" of "+slug, func(tx *sql.Tx) error {
		if err := storyExists(ctx, tx, slug, guid); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE stories SET missing = NULL WHERE series = ? AND guid = ? AND missing IS NOT NULL AND gone IS NULL`, slug, guid)
		return err
	})
}
