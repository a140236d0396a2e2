package state

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string in any of the three quotes; a template only if it is a
// plain string (ECMA-262 §12.9.4, §12.9.6).
func (r *reader) text() (string, error) {
	quote := r.peek()
	if quote != '"' && quote != '\'' && quote != '`' {
		return "", errNotData
	}
	r.i++
	var b strings.Builder
	for {
		n := strings.IndexAny(r.s[r.i:], special(quote))
		if n < 0 {
			return "", errNotData
		}
		b.WriteString(r.s[r.i : r.i+n])
		r.i += n
		switch c := r.s[r.i]; {
		case c == quote:
			r.i++
			return b.String(), nil
		case c == '\\':
			if !r.escape(&b) {
				return "", errNotData
			}
		case c == '$':
			if strings.HasPrefix(r.s[r.i:], "${") {
				return "", errNotData
			}
			b.WriteByte(c)
			r.i++
		default: // a line ends
			return "", errNotData
		}
	}
}

func special(quote byte) string {
	switch quote {
	case '"':
		return "\"\\\n"
	case '\'':
		return "'\\\n"
	}
	return "`\\$"
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '0': 0}

// escape reads what follows a backslash.
func (r *reader) escape(b *strings.Builder) bool {
	if r.i+1 >= len(r.s) {
		return false
	}
	c := r.s[r.i+1]
	r.i += 2
	switch c {
	case 'x':
		return r.hex(2, b)
	case 'u':
		if r.i < len(r.s) && r.s[r.i] == '{' {
			end := strings.IndexByte(r.s[r.i:], '}')
			if end < 2 || end > 8 {
				return false
			}
			n, err := strconv.ParseUint(r.s[r.i+1:r.i+end], 16, 32)
			r.i += end + 1
			b.WriteRune(rune(n))
			return err == nil
		}
		return r.hex(4, b)
	case '\r', '\n': // the line goes on
		if c == '\r' && r.i < len(r.s) && r.s[r.i] == '\n' {
			r.i++
		}
		return true
	}
	if e, ok := escapes[c]; ok {
		b.WriteByte(e)
		return true
	}
	r.i--
	_, n := utf8.DecodeRuneInString(r.s[r.i:])
	b.WriteString(r.s[r.i : r.i+n])
	r.i += n
	return true
}

// hex reads a character of n hexadecimal digits; two halves of a surrogate
// pair are one.
func (r *reader) hex(n int, b *strings.Builder) bool {
	c, ok := r.digits(n)
	if !ok {
		return false
	}
	if utf16.IsSurrogate(c) && strings.HasPrefix(r.s[r.i:], `\u`) {
		at := r.i
		r.i += 2
		low, ok := r.digits(4)
		if pair := utf16.DecodeRune(c, low); ok && pair != utf8.RuneError {
			b.WriteRune(pair)
			return true
		}
		r.i = at
	}
	b.WriteRune(c)
	return true
}

func (r *reader) digits(n int) (rune, bool) {
	if r.i+n > len(r.s) {
		return 0, false
	}
	c, err := strconv.ParseUint(r.s[r.i:r.i+n], 16, 32)
	r.i += n
	return rune(c), err == nil
}
