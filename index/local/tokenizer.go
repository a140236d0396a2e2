package local

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/segment"
)

// longestTerm bounds a term in bytes. What is longer is no word, and is found
// by its beginning.
const longestTerm = 128

// tokenize splits a text into words (Unicode Standard Annex #29) with their
// places in it. Beyond the annex:
//
//   - Scripts that are written without spaces, and Hangul, whose words carry
//     their particles, become one token a character, of which texts are
//     indexed in pairs (see [pair]), so that any part of such a text is found,
//     however short, in a document of whatever language.
//   - Symbols such as emoji are tokens.
//   - Full stops, colons and underscores between letters separate, so that
//     "example.com" is found by "example".
//
// Terms are slices of the text.
func tokenize(text []byte) analysis.TokenStream {
	const bytesPerToken = 5 // of English text; a bad guess costs a copy
	slab := make([]analysis.Token, 0, len(text)/bytesPerToken+1)
	split(text, func(start, end int) {
		slab = append(slab, analysis.Token{Term: termAt(text, start, end), Start: start, End: end, Position: len(slab) + 1})
	})
	tokens := make(analysis.TokenStream, len(slab))
	for i := range slab {
		tokens[i] = &slab[i]
	}
	return tokens
}

// termAt is a word of a text as a term, which has a bounded length.
func termAt(text []byte, start, end int) []byte {
	term := text[start:end]
	if len(term) > longestTerm {
		n := longestTerm
		for n > 0 && !utf8.RuneStart(term[n]) {
			n--
		}
		term = term[:n]
	}
	return term[:len(term):len(term)]
}

// split calls emit with the places of the words of a text, in order. A text may
// be split chunk by chunk (see [endsChunk]). Runs of
// ASCII letters and digits that end at what can't join them to more, which are
// nearly all words of English, are found without the tables of Unicode, in a
// fifth of the time.
func split(text []byte, emit func(start, end int)) {
	for i := 0; i < len(text); {
		c := text[i]
		if !isAlphanumeric(c) {
			if c < utf8.RuneSelf && c != '_' {
				i++
				continue
			}
			i = splitChunk(text, i, emit)
			continue
		}
		end := i + 1
		for end < len(text) && isAlphanumeric(text[end]) {
			end++
		}
		if !endsAt(text, end) {
			i = splitChunk(text, i, emit)
			continue
		}
		emit(i, end)
		i = end
	}
}

// endsAt reports whether a run of ASCII letters and digits that ends at i is a
// whole word, whatever comes later. What joins letters or digits when it stands
// between two (WB6 to WB13b) is looked into further unless none follows.
func endsAt(text []byte, i int) bool {
	if i == len(text) {
		return true
	}
	switch c := text[i]; c {
	case '\'', '.', ':', ',', ';':
		return i+1 == len(text) || text[i+1] < utf8.RuneSelf && !isAlphanumeric(text[i+1])
	default:
		return c < utf8.RuneSelf && c != '_'
	}
}

func isAlphanumeric(c byte) bool { return alphanumeric[c] }

// alphanumeric is a table, as it is looked into for every byte of a text.
var alphanumeric = func() (is [256]bool) {
	for c := range is {
		is[c] = '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
	}
	return is
}()

// endsChunk reports whether no word has this byte: the words on either side of it
// don't depend on each other.
func endsChunk(c byte) bool { return c <= ' ' }

// splitChunk splits what stands from i, where a word may begin, to the next
// space, where one ends, by the tables of Unicode, and returns its end.
func splitChunk(text []byte, i int, emit func(start, end int)) int {
	to := i
	for to < len(text) && !endsChunk(text[to]) {
		to++
	}
	t := tokenizer{text: text, emit: emit}
	s := segment.NewWordSegmenterDirect(text[i:to])
	start := i
	for s.Segment() {
		end := start + len(s.Bytes())
		t.segment(s.Type(), start, end)
		start = end
	}
	return max(to, i+1)
}

type tokenizer struct {
	text []byte
	emit func(start, end int)
}

// segment emits the words of what the annex takes for one, or for none.
func (t *tokenizer) segment(kind, start, end int) {
	switch kind {
	case segment.Letter, segment.Number:
		t.words(start, end)
	case segment.Ideo, segment.Kana:
		t.characters(start, end)
	default:
		if visible(t.text[start:end]) {
			t.emit(start, end)
		}
	}
}

// words emits a run of letters and digits.
func (t *tokenizer) words(start, end int) {
	if r, _ := utf8.DecodeRune(t.text[start:end]); r >= 0x1100 && unicode.Is(unicode.Hangul, r) {
		t.characters(start, end)
		return
	}
	from := start
	for i := start; i < end; i++ {
		if !separates(t.text[i]) {
			continue
		}
		if i > from && !(isDigit(t.text[i-1]) && i+1 < end && isDigit(t.text[i+1])) {
			t.emit(from, i)
			from = i + 1
		} else if i == from {
			from++
		}
	}
	if from < end {
		t.emit(from, end)
	}
}

// separates reports the bytes at which the annex does not split but we do.
func separates(b byte) bool { return b == '.' || b == ':' || b == '_' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// characters emits every character with the marks that follow it.
func (t *tokenizer) characters(start, end int) {
	from := start
	for i := start; i < end; {
		r, size := utf8.DecodeRune(t.text[i:end])
		if i > from && !unicode.Is(unicode.M, r) {
			t.emit(from, i)
			from = i
		}
		i += size
	}
	t.emit(from, end)
}

// visible reports whether a segment that is no word is worth finding.
func visible(seg []byte) bool {
	if len(seg) == 1 {
		return false // ASCII punctuation and space, nearly all segments
	}
	for len(seg) > 0 {
		r, size := utf8.DecodeRune(seg)
		if unicode.In(r, unicode.L, unicode.N, unicode.So) {
			return true
		}
		seg = seg[size:]
	}
	return false
}
