package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// Line returns the line of a series that a [feed.Drip] releases, in order of its
// numbers, which are its parts; stories that are gone stand in it, too. None is
// no error.
func (s *Store) Line(ctx context.Context, slug string) ([]feed.Numbered, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT part, series, guid, fetched, gone FROM stories WHERE series = ? ORDER BY part`, slug)
	line, err := collect(rows, err, scanNumbered)
	return line, s.explain("line of "+slug, err)
}

func scanNumbered(rows *sql.Rows) (n feed.Numbered, err error) {
	return n, rows.Scan(&n.Number, &n.Series, &n.GUID, scanSeconds(&n.Fetched), scanSeconds(&n.Gone))
}
