package store

import (
	"context"
	"database/sql"

	"storyfeed/feed"
)

// Sketched is a story with the sketch of its text.
type Sketched struct {
	GUID   string
	Sketch feed.Sketch
}

// Sketches returns the sketch of every story of a series, gone or not. Those of
// stories that were saved before there were sketches are made and kept.
func (s *Store) Sketches(ctx context.Context, slug string) ([]Sketched, error) {
	what := "sketches of " + slug
	if err := s.sketchOld(ctx, slug); err != nil {
		return nil, s.explain(what, err)
	}
	rows, err := s.reader.QueryContext(ctx, `SELECT guid, sketch FROM stories WHERE series = ? ORDER BY part`, slug)
	all, err := collect(rows, err, func(rows *sql.Rows) (Sketched, error) {
		var k Sketched
		var b []byte
		err := rows.Scan(&k.GUID, &b)
		k.Sketch = feed.SketchOf(b)
		return k, err
	})
	return all, s.explain(what, err)
}

func (s *Store) sketchOld(ctx context.Context, slug string) error {
	for {
		rows, err := s.reader.QueryContext(ctx, `SELECT s.guid, COALESCE(r.text, '') FROM stories s
			LEFT JOIN revisions r ON r.series = s.series AND r.guid = s.guid AND r.number = s.revision
			WHERE s.series = ? AND s.sketch IS NULL LIMIT ?`, slug, eachBatch)
		old, err := collect(rows, err, func(rows *sql.Rows) (Sketched, error) {
			var k Sketched
			var text string
			err := rows.Scan(&k.GUID, &text)
			k.Sketch = feed.NewSketch(text)
			return k, err
		})
		if err != nil || len(old) == 0 {
			return err
		}
		err = s.write(ctx, "sketch stories of "+slug, func(tx *sql.Tx) error {
			for _, k := range old {
				if _, err := tx.ExecContext(ctx, `UPDATE stories SET sketch = ? WHERE series = ? AND guid = ?`, k.Sketch.Bytes(), slug, k.GUID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
