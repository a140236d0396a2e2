package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// Chapters returns the contents of a series in reading order, without stories
// that are gone. None is no error.
func (s *Store) Chapters(ctx context.Context, slug string) ([]feed.Chapter, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT part, guid, title, authors FROM stories WHERE series = ? AND gone IS NULL ORDER BY part`, slug)
	all, err := collect(rows, err, func(rows *sql.Rows) (c feed.Chapter, err error) {
		err = rows.Scan(&c.Part, &c.GUID, &c.Title, scanJSON(&c.Authors))
		return c, err
	})
	return all, s.explain("chapters of "+slug, err)
}

// Addresses returns the parts of the stories of a series that are not gone, by
// the keys (see [feed.URLKey]) of all addresses that they had.
func (s *Store) Addresses(ctx context.Context, slug string) (map[string]int, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT a.key, s.part FROM aliases a JOIN stories s ON s.series = a.series AND s.guid = a.guid
		WHERE a.series = ? AND s.gone IS NULL`, slug)
	parts := map[string]int{}
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var key string
		var part int
		err = rows.Scan(&key, &part)
		parts[key] = part
		return none, err
	})
	return parts, s.explain("addresses of "+slug, err)
}
