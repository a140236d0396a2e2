package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// minCommon is the share of words that two versions of a paragraph have in
// common at least, in percent: with less, marks on single words only confuse.
const minCommon = 25

// words compares two paragraphs and returns the spans of both, and whether
// enough stayed for them to be worth showing.
func words(old, new string) (spans []Span, related bool) {
	a, b := cut(old), cut(new)
	edits := tidy(script(a.keys, b.keys), a, b)
	add := func(op Op, text string) {
		if text != "" {
			spans = append(spans, Span{op, text})
		}
	}
	at, common := 0, 0 // in b
	for _, d := range edits {
		add(Same, b.slice(at, d.ReplStart))
		add(Removed, a.slice(d.Start, d.End))
		add(Added, b.slice(d.ReplStart, d.ReplEnd))
		common += d.ReplStart - at
		at = d.ReplEnd
	}
	add(Same, b.slice(at, len(b.keys)))
	common += len(b.keys) - at
	return spans, 200*common >= minCommon*(len(a.keys)+len(b.keys))
}

// tokens are the words of a text, each with the white space after it.
type tokens struct {
	text string
	keys []string // without white space: as they are compared
	at   []int    // where each begins in text, and the end
}

// slice is the text from token i to before token j.
func (t tokens) slice(i, j int) string { return t.text[t.at[i]:t.at[j]] }

// spoken reports whether a token holds a letter or digit.
func spoken(key string) bool { return strings.ContainsFunc(key, isWord) }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// cut takes a text apart: a word is a run of letters and digits with the
// apostrophes, hyphens and points inside it; in scripts without spaces between
// words each character is one; so is every mark of punctuation.
func cut(text string) tokens {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	t := tokens{text: text}
	for pos := 0; pos < len(text); {
		end := wordEnd(text, pos)
		t.at = append(t.at, pos)
		t.keys = append(t.keys, text[pos:end])
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !unicode.IsSpace(r) {
				break
			}
			end += size
		}
		pos = end
	}
	t.at = append(t.at, len(text))
	return t
}

// wordEnd is the end of the token that begins at pos.
func wordEnd(text string, pos int) int {
	r, size := utf8.DecodeRuneInString(text[pos:])
	end := pos + size
	if !isWord(r) || alone(r) {
		return marksEnd(text, end)
	}
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		switch {
		case alone(r):
			return end
		case isWord(r) || unicode.IsMark(r) || r == '_':
		case strings.ContainsRune("'’-.,@:/", r):
			next, _ := utf8.DecodeRuneInString(text[end+size:])
			if !isWord(next) || alone(next) {
				return end
			}
		default:
			return end
		}
		end += size
	}
	return end
}

// marksEnd takes in what combines with the character before.
func marksEnd(text string, end int) int {
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsMark(r) && r != '\u200d' {
			return end
		}
		end += size
	}
	return end
}

// alone reports whether a character is of a script that sets no spaces
// between words.
func alone(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
