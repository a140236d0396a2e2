package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// Of the feeds that are made when somebody asks, as many are kept as were asked
// for last: by their number and by their bytes, compressed.
const (
	MaxMadeFeeds = 200
	maxMadeBytes = 64 << 20
)

// KeepFeed keeps a feed that was made for a request, in place of the one that
// was kept of its path. Fingerprint is the base URL of its links. Others that
// were not asked for as long as it may go for it: at most [MaxMadeFeeds] are
// kept, and 64 MiB. One without its gzip coding is not kept.
func (s *Store) KeepFeed(ctx context.Context, d feed.Document) error {
	if len(d.Gzip) == 0 {
		return nil
	}
	return s.write(ctx, "keep a feed", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO made_feeds (path, format, base, etag, modified, asked, size, gzip) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (path) DO UPDATE SET format = excluded.format, base = excluded.base, etag = excluded.etag,
				modified = excluded.modified, asked = excluded.asked, size = excluded.size, gzip = excluded.gzip`,
			d.Path, d.Format, d.Fingerprint, d.ETag, d.Modified.Unix(), s.now().Unix(), len(d.Gzip), d.Gzip)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM made_feeds WHERE path <> ?1 AND path IN (SELECT path FROM
			(SELECT path, row_number() OVER latest AS place, sum(size) OVER latest AS total FROM made_feeds WINDOW latest AS (ORDER BY asked DESC, path <> ?1, path))
			WHERE place > ?2 OR total > ?3)`, d.Path, MaxMadeFeeds, maxMadeBytes)
		return err
	})
}

// KeptFeed returns what is kept of a path, with the gzip coding alone, and
// [feed.ErrNotFound] if that is nothing, or has links of another base URL.
func (s *Store) KeptFeed(ctx context.Context, path, base string) (d feed.Document, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT path, format, base, etag, modified, gzip FROM made_feeds WHERE path = ? AND base = ?`, path, base).
		Scan(&d.Path, &d.Format, &d.Fingerprint, &d.ETag, scanSeconds(&d.Modified), &d.Gzip)
	return d, s.explain("a kept feed", err)
}
