package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// CleanText makes any string fit for XML 1.0 (§2.2, Char), JSON and a
// terminal: invalid UTF-8, control characters other than tab and newline,
// surrogates and noncharacters are dropped, and the C1 controls U+0080–U+009F
// become the Windows-1252 characters that their writer meant, as the WHATWG
// HTML standard does (§13.2.5.80). It never emits U+FFFD and is idempotent.
// A string that is clean already is returned without a copy.
func CleanText(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == utf8.RuneError:
		case r >= 0x80 && r <= 0x9f:
			if m := charmap.Windows1252.DecodeByte(byte(r)); m != utf8.RuneError && (m < 0x80 || m > 0x9f) {
				b.WriteRune(m)
			}
		case r == '\r':
			if i >= len(s) || s[i] != '\n' {
				b.WriteByte('\n')
			}
		case allowed(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// CleanLine is [CleanText] with all white space folded into single spaces:
// for titles, names and tags.
func CleanLine(s string) string { return OneLine(CleanText(s)) }

// OneLine folds all white space of a text into single spaces. A text that is
// one line already is returned without a copy.
func OneLine(s string) string {
	if isLine(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for word := range strings.FieldsSeq(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// isLine tells cheaply that a text has only single spaces, and none at its
// ends. It may say no where there might be other white space than ASCII's.
func isLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c == ' ' && before == ' ' || c >= '\t' && c <= '\r' || c >= utf8.RuneSelf && mayBeSpace(s[i:]) {
			return false
		}
		before = c
	}
	return before != ' '
}

// mayBeSpace reports whether a text may begin with white space beyond ASCII:
// U+0085, U+00A0, U+1680, U+3000, or one of the block U+2000 to U+207F but its
// quotes, dashes and dots.
func mayBeSpace(s string) bool {
	switch s[0] {
	case 0xc2, 0xe1, 0xe3:
		return true
	case 0xe2:
		return len(s) < 3 || s[1] == 0x81 || s[1] == 0x80 && (s[2] <= 0x8f || s[2] >= 0xa7)
	}
	return false
}

// Fold reduces a text to its letters and digits for comparison, in lower case
// and with single spaces between words; apostrophes and marks part no word.
// It is empty for a text without any.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		case 'A' <= r && r <= 'Z':
			r |= 0x20
		case r == '\'' || r == '’' || r == '‘' || r == '\u00ad' || r >= utf8.RuneSelf && unicode.Is(unicode.Mn, r):
			continue // "pilots'" and "pilots’" and "pilots" are near enough
		case r < utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			space = b.Len() > 0
			continue
		default:
			r = unicode.ToLower(r)
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isClean(s string) bool {
	return isPrintable(s) || isAllowed(s)
}

// isPrintable tells quickly, eight bytes at a time, that a text holds nothing but
// ASCII's characters and line ends, as most do.
func isPrintable(s string) bool {
	const each = 0x0101010101010101 // times a byte: eight of it
	for ; len(s) >= 8; s = s[8:] {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		// A byte that is no ASCII, 0x7f, or less than a blank sets its high bit.
		if (w|(w+each)|(w-' '*each))&(0x80*each) != 0 && !isPlain(s[:8]) {
			return false
		}
	}
	return isPlain(s)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c >= 0x7f) && c != '\n' {
			return false
		}
	}
	return true
}

func isAllowed(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case ' ' <= c && c < 0x7f || c == '\n' || c == '\t':
		case c < utf8.RuneSelf:
			return false
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError || r <= 0x9f || !allowed(r) {
				return false
			}
			i += size - 1
		}
	}
	return true
}

func allowed(r rune) bool {
	switch {
	case r == '\t' || r == '\n':
		return true
	case r < 0x20 || r == 0x7f:
		return false
	case r >= 0xd800 && r <= 0xdfff, r >= 0xfdd0 && r <= 0xfdef:
		return false
	case r&0xfffe == 0xfffe: // the last two code points of every plane
		return false
	}
	return true
}
