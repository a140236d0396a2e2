package store

import (
	"context"
	"errors"
)

// Stats are the store's sizes.
type Stats struct {
	Bytes     int64 // of the database on disk, its journal included
	Series    int   // configured
	Stories   int   // of configured series, not gone
	Revisions int   // of all stories
	Pending   int   // changes that the index has not got
}

// Stats counts what is stored.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	err := s.reader.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM series WHERE retired = 0),
		(SELECT count(*) FROM stories JOIN series ON series.slug = stories.series WHERE gone IS NULL AND retired = 0),
		(SELECT count(*) FROM revisions), (SELECT count(*) FROM index_pending)`).
		Scan(&st.Series, &st.Stories, &st.Revisions, &st.Pending)
	db, errDB := size(s.path)
	wal, errWAL := size(s.path + "-wal")
	st.Bytes = db + wal
	return st, s.explain("count what is stored", errors.Join(err, errDB, errWAL))
}
