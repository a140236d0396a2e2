package state

import (
	"strconv"
	"strings"
)

// Pages of Next.js carry what React's server components made, cut into pieces
// that are pushed to __next_f, as rows "id:value". A row may refer to others
// by "$id"; a text row is "id:Tlength,text" and may hold line ends.

// flightChunk is the piece that a value is.
func flightChunk(v Value) (string, bool) {
	if !strings.Contains(v.Name, "__next_f") {
		return "", false
	}
	list, _ := v.Data.([]any)
	if len(list) < 2 {
		return "", true
	}
	text, _ := list[1].(string)
	return text, true
}

// readFlight lists the values of all rows, in their order, with what they
// refer to in its place.
func readFlight(text string, left *int) any {
	rows := map[string]any{}
	var order []string
	for text != "" {
		id, rest, ok := strings.Cut(text, ":")
		if !ok || len(id) > 16 || strings.ContainsAny(id, "\n{[\"") {
			_, text, _ = strings.Cut(text, "\n") // no row: on to the next line
			continue
		}
		var value any
		if value, text = flightRow(rest, left); value != nil {
			rows[id] = value
			order = append(order, id)
		}
	}
	f := flight{rows: rows, open: map[string]bool{}, left: maxValues}
	list := make([]any, 0, len(order))
	for _, id := range order {
		list = append(list, f.row(id))
	}
	return list
}

// flightRow reads the value of one row and what follows it.
func flightRow(s string, left *int) (any, string) {
	if length, text, ok := strings.Cut(s, ","); ok && strings.HasPrefix(s, "T") {
		if n, err := strconv.ParseInt(length[1:], 16, 32); err == nil && int(n) <= len(text) {
			return text[:n], text[n:]
		}
	}
	line, rest, _ := strings.Cut(s, "\n")
	if line == "" || strings.IndexByte(`{["`, line[0]) < 0 { // imports, hints and errors bear a letter
		return nil, rest
	}
	v, err := readJSON(line, left)
	if err != nil {
		return nil, rest
	}
	return v, rest
}

type flight struct {
	rows map[string]any
	open map[string]bool // rows whose references are being resolved, or are
	left int
}

func (f *flight) row(id string) any {
	if f.open[id] {
		return f.rows[id]
	}
	f.open[id] = true
	f.rows[id] = f.resolve(f.rows[id], 0)
	return f.rows[id]
}

// resolve replaces references: "$12", and "$L12" or "$@12" of what comes later;
// "$$…" is a text that begins with the sign, "$D…" a date.
func (f *flight) resolve(v any, deep int) any {
	if f.left--; f.left < 0 || deep > maxDepth {
		return nil
	}
	switch t := v.(type) {
	case string:
		return f.reference(t)
	case []any:
		for i, e := range t {
			t[i] = f.resolve(e, deep+1)
		}
	case *Object:
		for _, k := range t.Keys() {
			t.values[k] = f.resolve(t.values[k], deep+1)
		}
	}
	return v
}

func (f *flight) reference(s string) any {
	name, ok := strings.CutPrefix(s, "$")
	if !ok || name == "" {
		return s
	}
	switch name[0] {
	case '$':
		return name
	case 'D':
		return name[1:]
	case 'L', '@':
		name = name[1:]
	case 'u':
		return nil // undefined
	}
	if _, known := f.rows[name]; known {
		return f.row(name)
	}
	return s
}
