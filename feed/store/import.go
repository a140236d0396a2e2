package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	"storyfeed/feed"
)

// maxLine bounds a line of an import, in bytes: a story's page has 10 MB at
// most, and stands in a line twice, as markup and as text.
const maxLine = 128 << 20

// Imported says what became of an import.
type Imported struct {
	Series  []ImportedSeries `json:"series"`
	Stories int              `json:"stories"` // that were added, of all series
}

// ImportedSeries says what became of a series of an import.
type ImportedSeries struct {
	Series     feed.Series `json:"series"`     // as it was configured where the file comes from, and no more
	Configured bool        `json:"configured"` // it is here, too, so it is served
	Added      int         `json:"added"`      // stories
	Known      int         `json:"known"`      // stories that were there before, and stay as they are
	Refused    int         `json:"refused"`    // stories whose part another story has here
}

// ImportError says which line of an import can't be taken. Nothing of the file
// is kept then.
type ImportError struct {
	Line int64 // from 1
	Err  error
}

// Error names the line and the trouble.
func (e *ImportError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause.
func (e *ImportError) Unwrap() error { return e.Err }

// Import adds what an export holds and the store has not: all of the file, or,
// when there is an error, nothing. The error is an [*ImportError] if the file is
// the trouble. Clean is applied to each story's markup.
//
// What the store has stays as it is. A series of which it knows nothing comes
// with all that the file says of it: parts, dates, versions, so that its feeds
// are the same to the byte. To one that it knows, the stories that it lacks are
// added, with their revisions and addresses. So a second import of a file
// changes nothing. A series that is not configured is kept out of sight until it
// is, see the package comment.
//
// It holds a line at a time in memory, and keeps other writers waiting.
func (s *Store) Import(ctx context.Context, r io.Reader, clean func(html string) string) (Imported, error) {
	im := importer{ctx: ctx, s: s, clean: clean, in: bufio.NewReaderSize(r, 64<<10)}
	err := s.write(ctx, "import", func(tx *sql.Tx) error {
		im.tx = prepareIn(tx)
		defer im.tx.close()
		err := im.all()
		if err != nil && im.inFile {
			return &ImportError{max(im.number, 1), err} // the first line of an empty file is missing
		}
		return err
	})
	if err != nil {
		return Imported{}, err
	}
	return im.done, nil
}

// importer is an import under way.
type importer struct {
	ctx   context.Context
	s     *Store
	tx    prepared
	clean func(string) string
	in    *bufio.Reader
	done  Imported

	number int64           // of the line, from 1
	inFile bool            // what goes wrong is the file's fault
	series *ImportedSeries // nil: none is coming in
	whole  bool            // the store knew nothing of it
	story  *coming         // nil: none is coming in

	used bool // the store had stories before
}

// fields are those of a line.
type fields map[string]json.RawMessage

func (im *importer) all() error {
	version, err := im.head()
	if err != nil {
		return err
	}
	if version != exportVersion {
		return fmt.Errorf("the export has version %d, this program knows version %d: import it with a newer storyfeed", version, exportVersion)
	}
	im.inFile = false
	if err := im.tx.QueryRowContext(im.ctx, `SELECT EXISTS (SELECT 1 FROM stories)`).Scan(&im.used); err != nil {
		return err
	}
	for {
		f, err := im.next()
		if err == io.EOF {
			im.inFile = true
			return errors.New("the export ends here without its last line: it was cut off")
		}
		if err != nil {
			return err
		}
		name := f.name()
		if name == typeEnd {
			return im.end(f)
		}
		if err := im.take(name, f); err != nil {
			return err
		}
	}
}

// head reads the first line.
func (im *importer) head() (version int64, err error) {
	f, err := im.next()
	if err == io.EOF || err != nil && im.inFile || err == nil && f.name() != typeHead {
		im.inFile = true
		return 0, fmt.Errorf("this is no export of storyfeed: its first line must be {\"type\":%q,…}", typeHead)
	}
	if err != nil {
		return 0, err
	}
	im.inFile = true
	return decodeNumber(f["version"])
}

// next reads a line. While it is decoded, what goes wrong is the file's fault.
func (im *importer) next() (fields, error) {
	im.inFile = false
	line, err := im.readLine()
	if err != nil {
		return nil, err
	}
	im.number++
	im.inFile = true
	var f fields
	if err := json.Unmarshal(line, &f); err != nil {
		return nil, fmt.Errorf("it is no JSON object: %w", err)
	}
	return f, nil
}

func (im *importer) readLine() ([]byte, error) {
	var line []byte
	for {
		if err := im.ctx.Err(); err != nil {
			return nil, err
		}
		piece, err := im.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull) || err == nil || err == io.EOF && len(line)+len(piece) > 0:
			line = append(line, piece...)
		}
		switch {
		case len(line) > maxLine:
			im.number++
			im.inFile = true
			return nil, fmt.Errorf("it is longer than %d MB", maxLine>>20)
		case errors.Is(err, bufio.ErrBufferFull):
		case err == io.EOF && len(line) > 0:
			return line, nil
		default:
			return line, err
		}
	}
}

func (f fields) name() string { return f.text("type") }

// text is a field that must be a string; empty for anything else.
func (f fields) text(key string) string {
	var s string
	if json.Unmarshal(f[key], &s) != nil {
		return ""
	}
	return s
}

// end checks that the file is whole, and finishes.
func (im *importer) end(f fields) error {
	n, err := decodeNumber(f["lines"])
	if err != nil {
		return err
	}
	if n != im.number {
		return fmt.Errorf("the export had %d lines, and these are %d: it is not whole", n, im.number)
	}
	if _, err := im.next(); err != io.EOF {
		im.inFile = true
		return errors.New("something follows the last line of the export")
	}
	im.inFile = false
	if err := im.endSeries(); err != nil {
		return err
	}
	return im.endLines()
}

// take takes in a line.
func (im *importer) take(name string, f fields) error {
	for _, t := range lineTypes() {
		if t.name == name {
			values, err := im.decode(t, f)
			if err != nil {
				return err
			}
			return im.takeValues(t, values)
		}
	}
	return fmt.Errorf("there are no lines of type %q", name)
}

// decode reads the fields of a line in the order of the columns.
func (im *importer) decode(t lineType, f fields) (values, error) {
	v := values{t: t, list: make([]any, len(t.columns))}
	text := func(s string) string { return s }
	if t.shown() {
		text = feed.CleanText
	}
	left := len(f) - 1 // its type
	for i, c := range t.columns {
		raw, there := f[c.key()]
		if there {
			left--
		}
		value, err := c.decode(raw, text, im.clean)
		if err != nil {
			return v, fmt.Errorf("%s: %w", c.key(), err)
		}
		v.list[i] = value
	}
	if left > 0 {
		return v, fmt.Errorf("it has fields that a line of type %q has not", t.name)
	}
	return v, v.check()
}

// values are those of a line, by column.
type values struct {
	t    lineType
	list []any
}

func (v values) of(column string) any {
	for i, c := range v.t.columns {
		if c.name == column {
			return v.list[i]
		}
	}
	return nil
}

func (v values) text(column string) string { return textOf(v.of(column)) }

func (v values) set(column string, value any) {
	for i, c := range v.t.columns {
		if c.name == column {
			v.list[i] = value
		}
	}
}

func (v values) number(column string) int64 {
	n, _ := v.of(column).(int64)
	return n
}

var (
	slugPattern = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	guidPattern = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// check refuses what could stand in no store.
func (v values) check() error {
	switch v.t.name {
	case seriesLine.name:
		if !slugPattern.MatchString(v.text("slug")) {
			return fmt.Errorf("%.100q is no slug of a series", v.text("slug"))
		}
	case storyLine.name:
		switch {
		case !guidPattern.MatchString(v.text("guid")):
			return fmt.Errorf("%.100q is no GUID of a story", v.text("guid"))
		case v.number("part") < 1:
			return fmt.Errorf("the story has the part %d; parts begin at 1", v.number("part"))
		case v.text("permalink") == "" || v.text("title") == "" || v.of("fetched") == nil || v.number("revision") < 1:
			return errors.New("the story lacks its permalink, title, time of fetching or revision")
		}
	}
	return nil
}

// insert adds a row, unless there is one in its place.
func (im *importer) insert(t lineType, values []any) (added bool, err error) {
	n, err := affected(im.tx.ExecContext(im.ctx, t.insertion(), values...))
	im.inFile = fileError(im.s.path, err) == nil && im.ctx.Err() == nil // else values are the trouble, such as one that must be there
	return n > 0, err
}

// insertion is the statement that adds a row of a table.
func (t lineType) insertion() string {
	columns, marks := "", ""
	for i, c := range t.columns {
		if i > 0 {
			columns, marks = columns+", ", marks+", "
		}
		columns, marks = columns+c.name, marks+"?"
	}
	switch t.name {
	case revisionLine.name:
		columns, marks = columns+", sum", marks+", ?"
	case seriesLine.name: // not configured; last in the order
		columns, marks = columns+", retired, place", marks+", 1, 0"
	}
	return `INSERT INTO ` + t.table + ` (` + columns + `) VALUES (` + marks + `) ON CONFLICT DO NOTHING`
}

// notFound reports whether an error says that there is no such row.
func notFound(err error) bool {
	return errors.Is(err, sql.ErrNoRows) || errors.Is(err, feed.ErrNotFound)
}
