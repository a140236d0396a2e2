package state

import (
	"strings"
)

// State is what a page's scripts carry.
type State struct {
	Values []Value // in page order

	strings int              // bytes of texts that were data written once more
	seen    map[*Object]bool // objects in which such texts were looked for
}

// Value is one piece of data and what the page calls it.
type Value struct {
	Name string // a script's id, a variable, a function that is given it; may be empty
	Data any    // nil, bool, float64, string, []any or *Object
}

// Limits of one page.
const (
	maxPage     = 10 << 20 // bytes that are looked at
	maxScripts  = 400      // elements with data
	minLiteral  = 24       // bytes of data worth keeping
	maxEncoded  = 8 << 20  // bytes of data inside texts
	shortEncode = 16       // bytes of a text that may be data written once more
)

// Read finds the data in a page's scripts and attributes. The page is UTF-8.
// It never fails: what can't be read is left out. Its cost is bounded, also for
// pages made to hurt; it is safe for concurrent use.
func Read(page []byte) *State {
	s := &State{seen: map[*Object]bool{}}
	left := maxValues
	var flight strings.Builder
	for _, sc := range scripts(page[:min(len(page), maxPage)]) {
		for _, v := range sc.values(&left) {
			if chunk, ok := flightChunk(v); ok {
				flight.WriteString(chunk)
				continue
			}
			s.add(v, &left)
		}
	}
	if flight.Len() > 0 {
		s.add(Value{Name: "__next_f", Data: readFlight(flight.String(), &left)}, &left)
	}
	return s
}

// ReadJSON reads a document that is nothing but data, as frameworks fetch it
// for a page instead of keeping it there.
func ReadJSON(document []byte) *State {
	s := &State{seen: map[*Object]bool{}}
	left := maxValues
	if v, err := readJSON(string(document[:min(len(document), maxPage)]), &left); err == nil {
		s.add(Value{Data: v}, &left)
	}
	return s
}

// add undoes what was done to a value on its way into the page.
func (s *State) add(v Value, left *int) {
	v.Data = s.expand(v.Data, left, 0)
	if flat, ok := unflatten(v.Data); ok {
		v.Data = s.expand(flat, left, 0)
	}
	resolveRefs(v.Data)
	if v.Data != nil {
		s.Values = append(s.Values, v)
	}
}

// maxEncodings is how often data is written as text within data.
const maxEncodings = 3

// expand replaces texts that are data written once more by the data.
func (s *State) expand(v any, left *int, level int) any {
	if *left--; *left < 0 || level > maxDepth {
		return v
	}
	switch t := v.(type) {
	case string:
		if len(t) < shortEncode || !looksEncoded(t) || s.strings+len(t) > maxEncoded {
			return v
		}
		s.strings += len(t)
		data, err := readJSON(t, left)
		if err != nil {
			return v
		}
		if flat, ok := unflatten(data); ok {
			data = flat
		}
		return s.expand(data, left, level+maxDepth/maxEncodings)
	case []any:
		for i := range t {
			t[i] = s.expand(t[i], left, level+1)
		}
	case *Object:
		if t == nil || s.seen[t] {
			return v
		}
		s.seen[t] = true
		for _, k := range t.keys {
			if c := t.values[k]; !isScalar(c) {
				t.values[k] = s.expand(c, left, level+1)
			}
		}
	}
	return v
}

func isScalar(v any) bool {
	switch v.(type) {
	case nil, bool, float64:
		return true
	}
	return false
}

func looksEncoded(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "{\"") && strings.HasSuffix(s, "}") || strings.HasPrefix(s, "[{") && strings.HasSuffix(s, "]") ||
		strings.HasPrefix(s, "[[") && strings.HasSuffix(s, "]]")
}
