package store

import (
	"context"
	"errors"
)

// Stats are the store's sizes.
type Stats struct {
	Bytes   int64 // of the database on disk, its journal included
	Pending int   // changes that the index has not got
}

// Stats measures what is stored.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	err := s.reader.QueryRowContext(ctx, `SELECT count(*) FROM index_pending`).Scan(&st.Pending)
	db, errDB := size(s.path)
	wal, errWAL := size(s.path + "-wal")
	st.Bytes = db + wal
	return st, s.explain("count what is stored", errors.Join(err, errDB, errWAL))
}
