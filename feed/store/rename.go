package store

import (
	"context"
	"database/sql"
	"errors"

	"storyfeed/feed"
)

// MovedSlug returns what a series is called now that was called slug once, and
// [feed.ErrNotFound] if none was.
func (s *Store) MovedSlug(ctx context.Context, slug string) (now string, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT new FROM moved_slugs WHERE old = ?`, slug).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		err = feed.ErrNotFound
	}
	return now, s.explain("the slug that follows "+slug, err)
}

// formerSlug is the series that is to be called slug from now on: slug is not
// known yet, and a series with the same first source is not configured any
// more. Empty if there is none.
func formerSlug(ctx context.Context, tx *sql.Tx, slug, source string, configured map[string]bool) (string, error) {
	var known bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM series WHERE slug = ?)`, slug).Scan(&known); err != nil || known {
		return "", err
	}
	rows, err := tx.QueryContext(ctx, `SELECT series FROM sources WHERE url = ? AND place = 0 ORDER BY series`, source)
	former, err := collect(rows, err, scanString)
	for _, old := range former {
		if !configured[old] {
			return old, err
		}
	}
	return "", err
}

// rename calls a series otherwise, wherever it is named. Its feeds are to be
// published anew, under the new addresses; until those are accepted, these have
// the old bytes.
func rename(ctx context.Context, tx *sql.Tx, old, slug string) error {
	if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil { // until the end of the transaction
		return err
	}
	if err := enqueueAll(ctx, tx, old, true); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE OR REPLACE documents SET path = '/s/' || ?2 || substr(path, length('/s/' || ?1) + 1), version = -1 WHERE series = ?1`,
		`UPDATE series SET slug = ?2, first_slug = CASE WHEN first_slug = '' THEN slug ELSE first_slug END, version = version + 1, claim_owner = '', claim_ms = 0 WHERE slug = ?1`,
		`UPDATE moved_slugs SET new = ?2 WHERE new = ?1`,
		`INSERT INTO moved_slugs (old, new) VALUES (?1, ?2) ON CONFLICT (old) DO UPDATE SET new = excluded.new`,
		`DELETE FROM moved_slugs WHERE old = ?2`, // called so before
	} {
		if _, err := tx.ExecContext(ctx, statement, old, slug); err != nil {
			return err
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'series' AND t.name <> 'index_pending'`)
	tables, err := collect(rows, err, scanString)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET series = ? WHERE series = ?`, slug, old); err != nil {
			return err
		}
	}
	return enqueueAll(ctx, tx, slug, false)
}
