package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storyfeed/feed"
)

// maxChanges is how many changes of health are kept of a series.
const maxChanges = 100

// insertChanges keeps what happened to the health of a series in a crawl that
// ends: another state or kind of fault than the series is in, and events. It is
// called before the series gets its new health.
func (s *Store) insertChanges(ctx context.Context, tx *sql.Tx, c feed.Crawl, h feed.Health) error {
	var old feed.Health
	err := tx.QueryRowContext(ctx, `SELECT state, fault FROM series WHERE slug = ?`, c.Series).Scan(&old.State, &old.Fault)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // and the claim is not the caller's: nothing will be written
	}
	if err != nil {
		return err
	}
	events := c.Events
	if h.State != old.State || h.Fault != old.Fault {
		events = append(events[:len(events):len(events)], feed.Event{Kind: feed.EventState, Text: h.Reason})
	}
	at := s.now().Unix()
	for _, e := range events {
		_, err := tx.ExecContext(ctx, `INSERT INTO health_changes (series, at, kind, state, fault, text) VALUES (?, ?, ?, ?, ?, ?)`,
			c.Series, at, e.Kind, h.State, h.Fault, e.Text)
		if err != nil {
			return err
		}
	}
	if len(events) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM health_changes WHERE series = ? AND seq <= (
		SELECT seq FROM health_changes WHERE series = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)`, c.Series, c.Series, maxChanges)
	return err
}

// Changes returns the latest changes of health, newest first, at most limit of
// them: of one series, or, when slug is empty, of all that are configured. Of
// each series the newest 100 are kept.
func (s *Store) Changes(ctx context.Context, slug string, limit int) ([]feed.Change, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT seq, slug, COALESCE(NULLIF(title, ''), NULLIF(page_title, ''), slug), at, kind, health_changes.state, health_changes.fault, text
		FROM health_changes JOIN series ON slug = series WHERE retired = 0 AND (? = '' OR slug = ?) ORDER BY seq DESC LIMIT ?`, slug, slug, limit)
	changes, err := collect(rows, err, func(rows *sql.Rows) (c feed.Change, err error) {
		var seq int64
		err = rows.Scan(&seq, &c.Series, &c.Name, scanSeconds(&c.At), &c.Kind, &c.State, &c.Fault, &c.Text)
		// The number alone would come again in a store that was made anew.
		c.ID = feed.GUID(fmt.Sprintf("storyfeed:health/%s/%d/%d", c.Series, seq, c.At.Unix()))
		return c, err
	})
	return changes, s.explain("changes of health", err)
}
