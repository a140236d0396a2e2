package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// AddAlias notes a further address of a story. The key of an address belongs
// to the first story that had it: when that is another one, nothing changes
// and there is no error. [feed.ErrNotFound] when there is no such story.
func (s *Store) AddAlias(ctx context.Context, slug, guid, url string) error {
	return s.write(ctx, "alias "+url+" of "+guid, func(tx *sql.Tx) error {
		if err := storyExists(ctx, tx, slug, guid); err != nil {
			return err
		}
		return insertAlias(ctx, tx, slug, guid, url)
	})
}

func insertAlias(ctx context.Context, tx *sql.Tx, slug, guid, url string) error {
	if url == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO aliases (series, key, guid, url) VALUES (?, ?, ?, ?) ON CONFLICT (series, key) DO NOTHING`,
		slug, feed.URLKey(url), guid, url)
	return err
}

func storyExists(ctx context.Context, q queryer, slug, guid string) error {
	var one int
	return q.QueryRowContext(ctx, `SELECT 1 FROM stories WHERE series = ? AND guid = ?`, slug, guid).Scan(&one)
}
