package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// maxAliases is how many addresses of a story are kept beside those that it
// calls its own. It bounds what a site costs that makes up a new one for
// every visit.
const maxAliases = 200

// AddAlias notes a further address of a story, of which 200 are kept. The key of an address belongs
// to the first story that had it: when that is another one, nothing changes
// and there is no error. [feed.ErrNotFound] when there is no such story.
func (s *Store) AddAlias(ctx context.Context, slug, guid, url string) error {
	return s.write(ctx, "alias "+url+" of "+guid, func(tx *sql.Tx) error {
		if err := storyExists(ctx, tx, slug, guid); err != nil {
			return err
		}
		return insertAlias(ctx, tx, slug, guid, url, maxAliases)
	})
}

// insertAlias adds an address, unless the story has most of them already.
func insertAlias(ctx context.Context, tx *sql.Tx, slug, guid, url string, most int) error {
	if url == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO aliases (series, key, guid, url) SELECT ?, ?, ?, ?
		WHERE (SELECT count(*) FROM aliases WHERE series = ? AND guid = ?) < ? ON CONFLICT (series, key) DO NOTHING`,
		slug, feed.URLKey(url), guid, url, slug, guid, most)
	return err
}

func storyExists(ctx context.Context, q queryer, slug, guid string) error {
	var one int
	return q.QueryRowContext(ctx, `SELECT 1 FROM stories WHERE series = ? AND guid = ?`, slug, guid).Scan(&one)
}
