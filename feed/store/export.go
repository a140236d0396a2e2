package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
)

// Exported says what an export holds.
type Exported struct {
	Series  int   `json:"series"`
	Stories int   `json:"stories"` // tombstones included
	Lines   int64 `json:"lines"`   // first and last included
	Damaged int   `json:"damaged"` // revisions left out, as they are not as they were written; the log names them
}

// Export writes everything that can't be had again as JSON Lines: a JSON object
// a line, in UTF-8. The first line names the format and its version, the last
// one says how many lines there are, so that a cut is noticed. Between them
// each series stands with its sources, former names, templates, stories, links,
// page validators, reports and changes of health, and at the end the lines that
// catch-up feeds release. After each story come its revisions, addresses and
// place in the archives. Fields are those of the tables, with times as RFC 3339
// has them; empty ones are left out. Equal stores give equal bytes.
//
// Left out is what is derived or only for a time: see the package comment.
// A series of which nothing is known yet is left out, too.
//
// It reads one state of the store, however long it takes, and holds a row at a
// time in memory. While it lasts, the journal can't be emptied: the writer
// should not be slow.
func (s *Store) Export(ctx context.Context, w io.Writer) (done Exported, err error) {
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return done, s.explain("export", err)
	}
	defer func() {
		_ = tx.Rollback() // it only read
	}()
	out := bufio.NewWriterSize(w, 64<<10)
	e := exporter{ctx: ctx, s: s, tx: prepareIn(tx), out: out, done: &done}
	defer e.tx.close()
	if err := e.all(); err != nil {
		return done, s.explain("export", err)
	}
	return done, out.Flush()
}

type exporter struct {
	ctx  context.Context
	s    *Store
	tx   prepared
	out  *bufio.Writer
	line bytes.Buffer
	done *Exported
}

// known is what a series must have to be worth a line.
const known = `(version > 0 OR EXISTS (SELECT 1 FROM links WHERE links.series = slug))`

func (e *exporter) all() error {
	if err := e.write(fmt.Appendf(nil, `{"type":%q,"version":%d}`+"\n", typeHead, exportVersion)); err != nil {
		return err
	}
	rows, err := e.tx.QueryContext(e.ctx, `SELECT slug FROM series WHERE `+known+` ORDER BY slug`)
	slugs, err := collect(rows, err, scanString)
	if err != nil {
		return err
	}
	for _, slug := range slugs {
		if err := e.series(slug); err != nil {
			return fmt.Errorf("series %s: %w", slug, err)
		}
	}
	if err := e.rows(lineLine, "TRUE", nil); err != nil {
		return err
	}
	return e.write(fmt.Appendf(nil, `{"type":%q,"lines":%d}`+"\n", typeEnd, e.done.Lines+1))
}

func (e *exporter) series(slug string) error {
	e.done.Series++
	if err := e.rows(seriesLine, "slug = ?", nil, slug); err != nil {
		return err
	}
	if err := e.rows(movedLine, "new = ?", nil, slug); err != nil {
		return err
	}
	for _, t := range []lineType{sourceLine, backfillLine, templateLine, storyLine, linkLine, pageLine, crawlLine, changeLine} {
		var after func(row []any) error
		if t.name == storyLine.name {
			after = func(row []any) error { return e.story(slug, textOf(row[1])) }
		}
		if err := e.rows(t, t.table+".series = ?", after, slug); err != nil {
			return err
		}
	}
	return nil
}

// storyLines are the types of lines that belong to a story, and ofStory selects
// their rows.
func storyLines() []lineType { return []lineType{revisionLine, aliasLine, archivedLine} }

const ofStory = "series = ? AND guid = ?"

// story writes what belongs to a story.
func (e *exporter) story(slug, guid string) error {
	e.done.Stories++
	for _, t := range storyLines() {
		if err := e.rows(t, ofStory, nil, slug, guid); err != nil {
			return fmt.Errorf("story %s: %w", guid, err)
		}
	}
	return nil
}

// rows writes the rows for which where holds, each followed by what after
// writes.
func (e *exporter) rows(t lineType, where string, after func(row []any) error, args ...any) error {
	rows, err := e.tx.QueryContext(e.ctx, t.selection(where), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if t.name == revisionLine.name && e.spoiled(row) {
			continue
		}
		e.line.Reset()
		if err := t.appendLine(&e.line, row); err != nil {
			return err
		}
		if err := e.write(e.line.Bytes()); err != nil {
			return err
		}
		if after != nil {
			if err := after(row); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

// selection is the statement that reads rows of a table for an export.
func (t lineType) selection(where string) string {
	columns := t.names()
	if t.name == revisionLine.name {
		columns += ", sum"
	}
	return `SELECT ` + columns + ` FROM ` + t.table + ` WHERE ` + where + ` ORDER BY ` + t.order
}

// spoiled reports whether a revision is not as it was written, and logs that.
func (e *exporter) spoiled(row []any) bool {
	n := len(row)
	title, text, html, sum := row[n-4], row[n-3], row[n-2], row[n-1]
	if sum == checksum(textOf(title), textOf(text), textOf(html)) {
		return false
	}
	e.done.Damaged++
	e.s.log.Error("a story's text is damaged and left out", "file", e.s.path, "series", row[0], "guid", row[1], "revision", row[2])
	return true
}

// textOf is a text as SQLite gives it; empty for anything else.
func textOf(v any) string {
	s, _ := v.(string)
	return s
}

func (e *exporter) write(line []byte) error {
	e.done.Lines++
	_, err := e.out.Write(line)
	return err
}
