package store

import (
	"context"
	"database/sql"
	"fmt"
	"hash/crc32"
	"io"
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
	Size   int       // bytes of Text
}

// Revisions returns a story's versions, oldest first: the first one and the
// 99 newest. None is no error.
func (s *Store) Revisions(ctx context.Context, slug, guid string) ([]Revision, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT number, title, text, html, hash, saved, sum FROM revisions WHERE series = ? AND guid = ? ORDER BY number`, slug, guid)
	revisions, err := collect(rows, err, func(rows *sql.Rows) (r Revision, err error) {
		var sum int64
		err = rows.Scan(&r.Number, &r.Title, &r.Text, &r.HTML, &r.Hash, scanSeconds(&r.Saved), &sum)
		if err == nil && sum != checksum(r.Title, r.Text, r.HTML) {
			err = damaged(slug, guid, r.Number)
		}
		r.Size = len(r.Text)
		return r, err
	})
	return revisions, s.explain("revisions of "+guid, err)
}

// RevisionList is [Store.Revisions] without Text and HTML.
func (s *Store) RevisionList(ctx context.Context, slug, guid string) ([]Revision, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT number, title, hash, saved, octet_length(text) FROM revisions WHERE series = ? AND guid = ? ORDER BY number`, slug, guid)
	revisions, err := collect(rows, err, func(rows *sql.Rows) (r Revision, err error) {
		return r, rows.Scan(&r.Number, &r.Title, &r.Hash, scanSeconds(&r.Saved), &r.Size)
	})
	return revisions, s.explain("revisions of "+guid, err)
}

// Revision returns one version of a story. [feed.ErrNotFound] when it is not
// kept; a [FileError] when it is not as it was written.
func (s *Store) Revision(ctx context.Context, slug, guid string, number int) (Revision, error) {
	r := Revision{Number: number}
	var sum int64
	err := s.reader.QueryRowContext(ctx, `SELECT title, text, html, hash, saved, sum FROM revisions WHERE series = ? AND guid = ? AND number = ?`, slug, guid, number).
		Scan(&r.Title, &r.Text, &r.HTML, &r.Hash, scanSeconds(&r.Saved), &sum)
	if err == nil && sum != checksum(r.Title, r.Text, r.HTML) {
		err = damaged(slug, guid, number)
	}
	if err != nil {
		return Revision{}, s.explain(fmt.Sprintf("revision %d of %s", number, guid), err)
	}
	r.Size = len(r.Text)
	return r, nil
}

// insertRevision keeps the story's content as revision st.Revision.
func (s *Store) insertRevision(ctx context.Context, tx *sql.Tx, st feed.Story) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO revisions (series, guid, number, saved, hash, title, text, html, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		st.Series, st.GUID, st.Revision, s.now().Unix(), st.Hash, st.Title, st.Text, st.HTML, checksum(st.Title, st.Text, st.HTML))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM revisions WHERE series = ? AND guid = ? AND number > 1 AND number <= ?`,
		st.Series, st.GUID, st.Revision-maxRevisions+1)
	return err
}

// replaceRevision puts the story's content in the place of that of its
// current revision.
func replaceRevision(ctx context.Context, tx *sql.Tx, st feed.Story) error {
	_, err := tx.ExecContext(ctx, `UPDATE revisions SET title = ?, text = ?, html = ?, sum = ? WHERE series = ? AND guid = ? AND number = ?`,
		st.Title, st.Text, st.HTML, checksum(st.Title, st.Text, st.HTML), st.Series, st.GUID, st.Revision)
	return err
}

// checksum is by which a body is known to be as it was written. SQLite has
// none: a bit that a disk lost in the middle of a text would go out to
// readers unnoticed. It is no [feed.ContentHash], which a later version may
// compute in another way, and costs next to nothing.
func checksum(title, text, html string) int64 {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	for _, s := range []string{title, text, html} {
		_, _ = io.WriteString(h, s+"\x00") // a hash can't fail
	}
	return int64(h.Sum32())
}

// damaged says which record is.
func damaged(slug, guid string, revision int) error {
	return &damage{fmt.Sprintf("revision %d of story %s of series %s is not as it was written", revision, guid, slug)}
}
