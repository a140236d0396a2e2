package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"storyfeed/feed"
)

// Limits of what is kept of pictures, in bytes.
const (
	maxSeriesPictures = 100 << 20 // of one series
	maxAllPictures    = 1 << 30
)

// Picture returns what is kept of a picture of a series; nil: nothing is.
func (s *Store) Picture(ctx context.Context, slug, url string) (*feed.Picture, error) {
	p := new(feed.Picture)
	err := s.reader.QueryRowContext(ctx, `SELECT media_type, body FROM pictures WHERE series = ? AND url = ? AND media_type <> ''`, slug, url).Scan(&p.MediaType, &p.Bytes)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return p, s.explain("picture "+url+" of "+slug, err)
}

// PicturesKept returns how many pictures of a series are kept, and when the last
// of them came; zero: none did.
func (s *Store) PicturesKept(ctx context.Context, slug string) (n int, newest time.Time, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT count(*), max(tried) FROM pictures WHERE series = ? AND media_type <> ''`, slug).Scan(&n, scanSeconds(&newest))
	return n, newest, s.explain("pictures of "+slug, err)
}

// PictureTried reports whether a picture of a series is kept, or could not be had,
// or found no room, when it was last tried since a time.
func (s *Store) PictureTried(ctx context.Context, slug, url string, since time.Time) (tried bool, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pictures WHERE series = ? AND url = ? AND (media_type <> '' OR tried >= ?))`,
		slug, url, since.Unix()).Scan(&tried)
	return tried, s.explain("picture "+url+" of "+slug, err)
}

// SavePicture keeps a picture of a series; the zero picture notes that it could
// not be had. Kept is false for one that finds no room, which is noted likewise:
// 100 MB of a series are kept, and 1 GB in all.
func (s *Store) SavePicture(ctx context.Context, slug, url string, p feed.Picture) (kept bool, err error) {
	err = s.write(ctx, "save picture "+url, func(tx *sql.Tx) error {
		var own, all int64
		err := tx.QueryRowContext(ctx, `SELECT COALESCE(sum(CASE WHEN series = ? THEN size END), 0), COALESCE(sum(size), 0) FROM pictures`, slug).Scan(&own, &all)
		if err != nil {
			return err
		}
		size := int64(len(p.Bytes))
		if own+size > maxSeriesPictures || all+size > maxAllPictures {
			p, size = feed.Picture{}, 0 // else it would be fetched again and again
		}
		body := p.Bytes
		if body == nil {
			body = []byte{}
		}
		kept = p.MediaType != ""
		_, err = tx.ExecContext(ctx, `INSERT INTO pictures (series, url, media_type, body, size, tried) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (series, url) DO UPDATE SET media_type = excluded.media_type, body = excluded.body, size = excluded.size, tried = excluded.tried`,
			slug, url, p.MediaType, body, size, s.now().Unix())
		return err
	})
	return kept && err == nil, err
}

// DropPictures lets go of the pictures of a series that are not in keep.
func (s *Store) DropPictures(ctx context.Context, slug string, keep map[string]bool) error {
	return s.write(ctx, "drop pictures of "+slug, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT url FROM pictures WHERE series = ?`, slug)
		urls, err := collect(rows, err, scanString)
		for _, u := range urls {
			if err == nil && !keep[u] {
				_, err = tx.ExecContext(ctx, `DELETE FROM pictures WHERE series = ? AND url = ?`, slug, u)
			}
		}
		return err
	})
}
