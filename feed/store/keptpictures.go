package store

import (
	"context"
	"database/sql"
	"encoding/json"
)

// KeptPictures tells which of these pictures of a series are kept.
func (s *Store) KeptPictures(ctx context.Context, slug string, urls []string) (map[string]bool, error) {
	list, err := json.Marshal(urls)
	if err != nil {
		return nil, err
	}
	rows, err := s.reader.QueryContext(ctx, `SELECT url FROM pictures WHERE series = ? AND media_type <> '' AND url IN (SELECT value FROM json_each(?))`, slug, string(list))
	found, err := collect(rows, err, func(rows *sql.Rows) (url string, err error) { return url, rows.Scan(&url) })
	kept := map[string]bool{}
	for _, url := range found {
		kept[url] = true
	}
	return kept, s.explain("pictures of "+slug, err)
}
