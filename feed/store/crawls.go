package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"storyfeed/feed"
)

const (
	maxCrawls = 100  // reports kept of a series
	maxDrops  = 1000 // dropped links kept of a report
)

// insertCrawl keeps a report and lets go of the oldest.
func insertCrawl(ctx context.Context, tx *sql.Tx, c feed.Crawl) error {
	drops := c.Dropped
	if len(drops) > maxDrops {
		more := feed.Drop{Reason: fmt.Sprintf("and %d more that are not listed", len(drops)-maxDrops+1)}
		drops = append(drops[:maxDrops-1:maxDrops-1], more)
	}
	dropped, err := json.Marshal(drops)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO crawls (series, started_ms, took_ms, found, new, changed, moved, unchanged, gone, failed, requests, not_modified, notes, dropped, err)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Series, c.Started.UnixMilli(), c.Took.Milliseconds(),
		c.Found, c.New, c.Changed, c.Moved, c.Unchanged, c.Gone, c.Failed, c.Requests, c.NotModified, list(c.Notes), string(dropped), c.Err)
	if err != nil {
		return err
	}
	if err := noteDay(ctx, tx, c); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM crawls WHERE series = ? AND id <= (
		SELECT id FROM crawls WHERE series = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`, c.Series, c.Series, maxCrawls)
	return err
}

// Crawls returns the latest reports of a series, newest first, at most limit
// of them; 0: all that are kept. None is no error.
func (s *Store) Crawls(ctx context.Context, slug string, limit int) ([]feed.Crawl, error) {
	if limit <= 0 {
		limit = maxCrawls
	}
	rows, err := s.reader.QueryContext(ctx, `SELECT series, started_ms, took_ms, found, new, changed, moved, unchanged, gone, failed, requests, not_modified, notes, dropped, err
		FROM crawls WHERE series = ? ORDER BY id DESC LIMIT ?`, slug, limit)
	crawls, err := collect(rows, err, func(rows *sql.Rows) (c feed.Crawl, err error) {
		var took int64
		err = rows.Scan(&c.Series, scanMillis(&c.Started), &took, &c.Found, &c.New, &c.Changed, &c.Moved, &c.Unchanged, &c.Gone, &c.Failed,
			&c.Requests, &c.NotModified, scanJSON(&c.Notes), scanJSON(&c.Dropped), &c.Err)
		c.Took = time.Duration(took) * time.Millisecond
		if len(c.Notes) == 0 {
			c.Notes = nil
		}
		return c, err
	})
	return crawls, s.explain("crawls of "+slug, err)
}
