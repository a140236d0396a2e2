package store

import (
	"context"
	"database/sql"
	"time"

	"storyfeed/feed"
)

// maxRevisions is how many revisions of a story are kept: the first one and
// the newest. It bounds what a page costs that differs at every look.
const maxRevisions = 100

// Revision is one version of a story's content.
type Revision struct {
	Number int // from 1
	Title  string
	Text   string
	HTML   string
	Hash   string    // [feed.ContentHash] of Title and Text
	Saved  time.Time // when we saw it first
}

// Revisions returns a story's versions, oldest first: the first one and the
// 99 newest. None is no error.
func (s *Store) Revisions(ctx context.Context, slug, guid string) ([]Revision, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT number, title, text, html, hash, saved FROM revisions WHERE series = ? AND guid = ? ORDER BY number`, slug, guid)
	revisions, err := collect(rows, err, func(rows *sql.Rows) (r Revision, err error) {
		return r, rows.Scan(&r.Number, &r.Title, &r.Text, &r.HTML, &r.Hash, scanSeconds(&r.Saved))
	})
	return revisions, s.explain("revisions of "+guid, err)
}

// insertRevision keeps the story's content as revision st.Revision.
func (s *Store) insertRevision(ctx context.Context, tx *sql.Tx, st feed.Story) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO revisions (series, guid, number, saved, hash, title, text, html) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		st.Series, st.GUID, st.Revision, s.now().Unix(), st.Hash, st.Title, st.Text, st.HTML)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM revisions WHERE series = ? AND guid = ? AND number > 1 AND number <= ?`,
		st.Series, st.GUID, st.Revision-maxRevisions+1)
	return err
}
