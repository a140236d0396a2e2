package state

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of what is read.
const (
	maxDepth  = 200       // of objects and arrays within each other
	maxValues = 1_000_000 // of one page
)

var errNotData = errors.New("not plain data")

// reader reads JavaScript values of plain data from a text. It is a superset
// of JSON (RFC 8259) and of JSON5, and stops at whatever would have to be
// executed.
type reader struct {
	s     string
	i     int
	depth int
	left  *int           // values that may still be read
	names map[string]any // what names stand for: a function's parameters
}

// readJSON reads a text that is one value and nothing else.
func readJSON(s string, left *int) (any, error) {
	r := reader{s: s, left: left}
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.space(); r.i < len(r.s) && r.s[r.i] == ';' {
		r.i++
		r.space()
	}
	if r.i < len(r.s) {
		return nil, errNotData
	}
	return v, nil
}

// space skips white space and comments.
func (r *reader) space() {
	for r.i < len(r.s) {
		switch c := r.s[r.i]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			r.i++
		case strings.HasPrefix(r.s[r.i:], "//"):
			r.i += lineEnd(r.s[r.i:])
		case strings.HasPrefix(r.s[r.i:], "/*"):
			end := strings.Index(r.s[r.i+2:], "*/")
			if end < 0 {
				r.i = len(r.s)
				return
			}
			r.i += end + 4
		case strings.HasPrefix(r.s[r.i:], "\ufeff"), strings.HasPrefix(r.s[r.i:], "\u00a0"):
			_, n := utf8.DecodeRuneInString(r.s[r.i:])
			r.i += n
		default:
			return
		}
	}
}

func lineEnd(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

// accept skips white space and then a token, if it is next.
func (r *reader) accept(token string) bool {
	r.space()
	if !strings.HasPrefix(r.s[r.i:], token) {
		return false
	}
	r.i += len(token)
	return true
}

func (r *reader) peek() byte {
	r.space()
	if r.i >= len(r.s) {
		return 0
	}
	return r.s[r.i]
}

// value reads a value, and what texts are added to it.
func (r *reader) value() (any, error) {
	v, err := r.term()
	for err == nil {
		s, ok := v.(string)
		if !ok || r.peek() != '+' {
			break
		}
		r.i++
		var more any
		if more, err = r.term(); err == nil {
			t, ok := more.(string)
			if !ok {
				return nil, errNotData
			}
			v = s + t
		}
	}
	return v, err
}

func (r *reader) term() (any, error) {
	if *r.left--; *r.left < 0 || r.depth > maxDepth {
		return nil, errNotData
	}
	switch c := r.peek(); {
	case c == '{':
		return r.object()
	case c == '[':
		return r.array()
	case c == '"' || c == '\'' || c == '`':
		return r.text()
	case c == '!':
		r.i++
		v, err := r.term()
		return !truthy(v), err
	case c == '-' || c == '+' || c == '.' || '0' <= c && c <= '9':
		return r.number()
	case c == '(':
		return r.group()
	case isNameByte(c):
		return r.named()
	}
	return nil, errNotData
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	}
	return true
}

func (r *reader) object() (any, error) {
	r.i++
	r.depth++
	defer func() { r.depth-- }()
	o := newObject()
	for {
		if r.accept("}") {
			return o, nil
		}
		key, err := r.key()
		if err != nil {
			return nil, err
		}
		if r.accept(":") {
			v, err := r.value()
			if err != nil {
				return nil, err
			}
			o.set(key, v)
		} else if v, ok := r.names[key]; ok { // {a} is {a: a}
			o.set(key, v)
		} else {
			return nil, errNotData
		}
		if !r.accept(",") && r.peek() != '}' {
			return nil, errNotData
		}
	}
}

func (r *reader) key() (string, error) {
	switch c := r.peek(); {
	case c == '"' || c == '\'':
		return r.text()
	case c == '[': // ["key"]: …
		r.i++
		key, err := r.text()
		if err != nil || !r.accept("]") {
			return "", errNotData
		}
		return key, nil
	case isNameByte(c) || '0' <= c && c <= '9':
		return r.word(), nil
	}
	return "", errNotData
}

func (r *reader) array() (any, error) {
	r.i++
	r.depth++
	defer func() { r.depth-- }()
	list := []any{}
	for {
		switch {
		case r.accept("]"):
			return list, nil
		case r.accept(","): // a hole
			list = append(list, nil)
			continue
		}
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if !r.accept(",") && r.peek() != ']' {
			return nil, errNotData
		}
	}
}

func (r *reader) number() (any, error) {
	start := r.i
	sign := 1.0
	for r.i < len(r.s) && (r.s[r.i] == '-' || r.s[r.i] == '+') {
		if r.s[r.i] == '-' {
			sign = -sign
		}
		r.i++
	}
	if r.i < len(r.s) && isNameByte(r.s[r.i]) { // -Infinity, +new Date("…")
		return r.term()
	}
	digits := r.i
	for r.i < len(r.s) && (isNameByte(r.s[r.i]) || strings.IndexByte("0123456789.", r.s[r.i]) >= 0 || strings.IndexByte("+-", r.s[r.i]) >= 0 && strings.IndexByte("eE", r.s[r.i-1]) >= 0) {
		r.i++
	}
	text := strings.TrimSuffix(strings.ReplaceAll(r.s[digits:r.i], "_", ""), "n")
	if len(text) > 1 && text[0] == '0' && strings.IndexByte("xXoObB", text[1]) >= 0 {
		n, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return nil, errNotData
		}
		return sign * float64(n), nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || start == r.i {
		return nil, errNotData
	}
	return sign * n, nil
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

// word reads a name, or a number that is a key.
func (r *reader) word() string {
	r.space()
	start := r.i
	for r.i < len(r.s) && (isNameByte(r.s[r.i]) || '0' <= r.s[r.i] && r.s[r.i] <= '9') {
		r.i++
	}
	return r.s[start:r.i]
}
