package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storyfeed/feed"
)

// Archived is a story's place in the archives of its series.
type Archived struct {
	GUID     string
	Number   int // of the archive, from 1, the oldest first
	Revision int // of the story when the archive was sealed
}

// Archived returns the stories of a series that stand in archives, by number
// and by place in the archive.
func (s *Store) Archived(ctx context.Context, slug string) ([]Archived, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT guid, number, revision FROM archived WHERE series = ? ORDER BY number, place`, slug)
	archived, err := collect(rows, err, func(rows *sql.Rows) (a Archived, err error) {
		return a, rows.Scan(&a.GUID, &a.Number, &a.Revision)
	})
	return archived, s.explain("archives of "+slug, err)
}

// SealArchive keeps an archive for good: its stories in its order, and its
// documents. A story that stands in an archive already must have been edited
// since, and stands in this one from now on; else that is an error, and nothing
// is kept.
func (s *Store) SealArchive(ctx context.Context, slug string, number int, stories []feed.Story, documents []feed.Document) error {
	return s.write(ctx, "seal archive", func(tx *sql.Tx) error {
		for place, st := range stories {
			done, err := tx.ExecContext(ctx, `INSERT INTO archived (series, guid, number, place, revision) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (series, guid) DO UPDATE SET number = excluded.number, place = excluded.place, revision = excluded.revision
				WHERE excluded.number > archived.number AND excluded.revision > archived.revision`, slug, st.GUID, number, place, st.Revision)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); n != 1 || err != nil {
				return errors.Join(fmt.Errorf("%s stands in an archive as it is already", st.GUID), err)
			}
		}
		for _, d := range documents {
			if err := saveDocument(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}
