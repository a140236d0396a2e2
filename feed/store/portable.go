package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// This file says what the lines of an export are: of which table each type is,
// and how its columns are written. [Store.Export] and [Store.Import] both go by
// it, and a test compares it with the schema, so that no column is forgotten.

// exportVersion grows when a program that knows the version before could no
// longer read an export as it is meant.
const exportVersion = 1

// Types of the lines that are no row of a table.
const (
	typeHead = "storyfeed-export" // the first one
	typeEnd  = "end"              // the last one: without it an export was cut off
)

// shape is how a column's values are written.
type shape int

const (
	asText    shape = iota // string; absent: empty
	asMarkup               // the same, HTML
	asAddress              // the same, an http or https URL
	asNumber               // absent: 0
	asFlag                 // true; absent: 0
	asTime                 // seconds, as RFC 3339; absent: NULL
	asMillis               // milliseconds, as RFC 3339; absent: 0
	asList                 // array; absent: "[]"
	asNames                // the same, of strings
	asJSON                 // any JSON that stands in the column as a text; absent: empty
)

// column is one of a table, and a field of a line.
type column struct {
	name  string
	shape shape
	field string // its name in the file; empty: that of the column
}

func (c column) key() string {
	if c.field != "" {
		return c.field
	}
	return c.name
}

// lineType is a type of line: the rows of a table, by series.
type lineType struct {
	name    string // of the type
	table   string
	columns []column
	order   string // of the lines of one series
}

// The types, in the order in which the lines of a series follow each other.
// Those of a story come after it, before the next story.
var (
	seriesLine = lineType{"series", "series", []column{
		{name: "slug"},
		{name: "first_slug"},
		{name: "title"},
		{name: "page_title"},
		{name: "description"},
		{name: "home_url", shape: asAddress},
		{name: "language"},
		{name: "image_url", shape: asAddress},
		{name: "match"},
		{"every_ms", asNumber, ""},
		{name: "content"},
		{"selectors", asJSON, ""},
		{name: "render"},
		{"version", asNumber, ""},
		{"updated", asTime, ""},
		{"last_part", asNumber, ""},
		{name: "state"},
		{name: "fault"},
		{name: "reason"},
		{"since", asTime, ""},
		{"last_good", asTime, ""},
		{"failures", asNumber, ""},
	}, "slug"}

	sourceLine = lineType{"source", "sources", []column{
		{name: "series"}, {name: "url"}, {"place", asNumber, ""}, {name: "kind"}, {"complete", asFlag, ""}, {name: "signal_url"},
	}, "place, url"}

	movedLine = lineType{"moved", "moved_slugs", []column{{name: "old"}, {name: "new"}}, "old"}

	backfillLine = lineType{"backfill", "backfills", []column{
		{name: "series"}, {"since", asTime, ""}, {"listed", asTime, ""}, {"pace_ms", asNumber, ""},
	}, "series"}

	templateLine = lineType{"template", "templates", []column{
		{name: "series"}, {name: "site"}, {"profile", asJSON, ""}, {"watch", asJSON, ""}, {"learned", asTime, ""}, {"changed", asTime, ""}, {name: "note"},
	}, "site"}

	storyLine = lineType{"story", "stories", []column{
		{name: "series"},
		{name: "guid"},
		{"part", asNumber, ""},
		{name: "permalink", shape: asAddress},
		{name: "canonical_url", shape: asAddress},
		{name: "title"},
		{name: "title_source"},
		{"authors", asNames, ""},
		{name: "author_source"},
		{"tags", asNames, ""},
		{name: "language"},
		{name: "image_url", shape: asAddress},
		{"published", asTime, ""},
		{name: "published_precision"},
		{name: "published_source"},
		{"updated", asTime, ""},
		{name: "updated_precision"},
		{name: "updated_source"},
		{"fetched", asTime, ""},
		{"words", asNumber, ""},
		{name: "hash"},
		{"revision", asNumber, ""},
		{"missing", asTime, ""},
		{"gone", asTime, ""},
		{"old", asFlag, ""},
		{"arrival", asNumber, ""},
	}, "part"}

	revisionLine = lineType{"revision", "revisions", []column{
		{name: "series"}, {name: "guid"}, {"number", asNumber, ""}, {"saved", asTime, ""}, {name: "hash"}, {name: "title"}, {name: "text"}, {name: "html", shape: asMarkup},
	}, "number"}

	aliasLine = lineType{"alias", "aliases", []column{
		{name: "series"}, {name: "guid"}, {name: "key"}, {name: "url"},
	}, "key || ''"} // by no index: for the order of the keys SQLite would read those of the whole series for each story

	archivedLine = lineType{"archived", "archived", []column{
		{name: "series"}, {name: "guid"}, {"number", asNumber, ""}, {"place", asNumber, ""}, {"revision", asNumber, ""},
	}, "number"}

	linkLine = lineType{"link", "links", []column{
		{name: "series"},
		{name: "key"},
		{name: "url"},
		{name: "anchor"},
		{name: "source"},
		{"position", asNumber, ""},
		{"weak", asFlag, ""},
		{name: "state"},
		{name: "reason"},
		{name: "guid"},
		{"part", asNumber, ""},
		{"checked", asTime, ""},
		{"modified", asTime, ""},
		{"published", asTime, ""},
		{name: "published_precision"},
		{name: "published_source"},
		{"authors", asList, ""},
	}, "key"}

	pageLine = lineType{"page", "pages", []column{
		{name: "series"}, {name: "url"}, {name: "etag"}, {name: "last_modified"}, {name: "final_url"}, {"fetched", asTime, ""}, {name: "same_hash"}, {"template", asNumber, ""},
	}, "url"}

	crawlLine = lineType{"crawl", "crawls", []column{
		{name: "series"},
		{"started_ms", asMillis, "started"},
		{"took_ms", asNumber, ""},
		{"found", asNumber, ""},
		{"new", asNumber, ""},
		{"changed", asNumber, ""},
		{"moved", asNumber, ""},
		{"unchanged", asNumber, ""},
		{"gone", asNumber, ""},
		{"failed", asNumber, ""},
		{"requests", asNumber, ""},
		{"not_modified", asNumber, ""},
		{"notes", asList, ""},
		{"dropped", asList, ""},
		{name: "err"},
	}, "id"}

	changeLine = lineType{"change", "health_changes", []column{
		{name: "series"}, {"seq", asNumber, "number"}, {"at", asTime, ""}, {name: "kind"}, {name: "state"}, {name: "fault"}, {name: "text"},
	}, "seq"}

	// The lines of authors, tags and all stories; after those of all series.
	lineLine = lineType{"line", "lines", []column{
		{name: "kind"}, {name: "slug"}, {name: "guid"}, {name: "name"}, {name: "came"}, {"part", asNumber, ""}, {"since", asTime, ""}, {"day", asTime, ""},
	}, "seq"}
)

// lineTypes are all of them.
func lineTypes() []lineType {
	return []lineType{
		seriesLine, sourceLine, movedLine, backfillLine, templateLine, storyLine, revisionLine, aliasLine, archivedLine,
		linkLine, pageLine, crawlLine, changeLine, lineLine,
	}
}

// names lists the columns for a statement.
func (t lineType) names() string {
	var b []byte
	for i, c := range t.columns {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, t.table+"."+c.name...)
	}
	return string(b)
}

// appendLine writes a row as a line; what is empty is left out.
func (t lineType) appendLine(b *bytes.Buffer, row []any) error {
	fmt.Fprintf(b, `{"type":%q`, t.name)
	for i, c := range t.columns {
		value, err := c.encode(row[i])
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t.table, c.name, err)
		}
		if value == nil {
			continue
		}
		b.WriteString(`,"` + c.key() + `":`)
		b.Write(value)
	}
	b.WriteString("}\n")
	return nil
}

// encode is a value as SQLite gives it, as JSON; nil: it is empty.
func (c column) encode(v any) ([]byte, error) {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		switch {
		case v == "" || (c.shape == asList || c.shape == asNames) && v == "[]":
			return nil, nil
		case c.shape == asList, c.shape == asNames, c.shape == asJSON:
			var compact bytes.Buffer
			err := json.Compact(&compact, []byte(v))
			return compact.Bytes(), err
		}
		return quoteJSON(v)
	case int64:
		return c.encodeNumber(v), nil
	}
	return nil, fmt.Errorf("a value is stored as %T", v)
}

func (c column) encodeNumber(v int64) []byte {
	switch c.shape {
	case asTime:
		return encodeTime(time.Unix(v, 0), v)
	case asMillis:
		if v != 0 {
			return encodeTime(time.UnixMilli(v), v)
		}
	case asFlag:
		if v != 0 {
			return []byte("true")
		}
	default:
		if v != 0 {
			return strconv.AppendInt(nil, v, 10)
		}
	}
	return nil
}

// encodeTime writes a time in words, or, beyond the years that RFC 3339 has, as
// the number that it is stored as.
func encodeTime(t time.Time, stored int64) []byte {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return strconv.AppendInt(nil, stored, 10)
	}
	return []byte(t.Format(`"` + time.RFC3339Nano + `"`))
}

// quoteJSON is a string as JSON has it, with the signs of HTML as they are.
func quoteJSON(s string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// shown reports whether the texts of lines of a type stand in feeds, so that they
// must be clean. Others, such as validators, are kept byte for byte.
func (t lineType) shown() bool {
	switch t.name {
	case seriesLine.name, storyLine.name, revisionLine.name, changeLine.name, lineLine.name:
		return true
	}
	return false
}

// decode reads what encode wrote; the zero message is an absent field. Texts
// come out as text makes them, and markup as clean leaves it.
func (c column) decode(raw json.RawMessage, text, clean func(string) string) (any, error) {
	switch c.shape {
	case asText, asMarkup, asAddress:
		var s string
		if raw != nil {
			if err := json.Unmarshal(raw, &s); err != nil {
				return nil, err
			}
		}
		return c.decodeText(s, text, clean)
	case asNumber:
		return decodeNumber(raw)
	case asFlag:
		var yes bool
		if raw == nil {
			return 0, nil
		}
		err := json.Unmarshal(raw, &yes)
		return yes, err
	case asTime, asMillis:
		return c.decodeTime(raw)
	case asNames:
		var names []string
		if raw != nil {
			if err := json.Unmarshal(raw, &names); err != nil {
				return nil, err
			}
		}
		for i := range names {
			names[i] = text(names[i])
		}
		return list(names), nil
	case asList:
		var list []json.RawMessage
		if raw == nil {
			return "[]", nil
		}
		err := json.Unmarshal(raw, &list)
		return string(raw), err
	default: // asJSON
		return string(raw), nil
	}
}

func (c column) decodeText(s string, text, clean func(string) string) (any, error) {
	switch c.shape {
	case asMarkup:
		return clean(s), nil
	case asAddress:
		u, err := url.Parse(s)
		if s != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return nil, fmt.Errorf("%.200q is no http or https address", s)
		}
	}
	return text(s), nil
}

func decodeNumber(raw json.RawMessage) (n int64, err error) {
	if raw != nil {
		err = json.Unmarshal(raw, &n)
	}
	return n, err
}

func (c column) decodeTime(raw json.RawMessage) (any, error) {
	var absent any
	if c.shape == asMillis {
		absent = 0
	}
	if raw == nil {
		return absent, nil
	}
	if len(raw) > 0 && raw[0] != '"' {
		return decodeNumber(raw)
	}
	var t time.Time
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, err
	}
	if c.shape == asMillis {
		return t.UnixMilli(), nil
	}
	return t.Unix(), nil
}
