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
//     their particles, become one token a character. Queries look for tokens
//     in a row, so that any part of such a text is found, however short, in
//     a document of whatever language.
//   - Symbols such as emoji are tokens.
//   - Full stops, colons and underscores between letters separate, so that
//     "example.com" is found by "example".
//
// Terms are slices of the text.
func tokenize(text []byte) analysis.TokenStream {
	const bytesPerToken = 5 // of English text; a bad guess costs a copy
	t := tokenizer{text: text, slab: make([]analysis.Token, 0, len(text)/bytesPerToken+1)}
	s := segment.NewWordSegmenterDirect(text)
	start := 0
	for s.Segment() {
		end := start + len(s.Bytes())
		switch s.Type() {
		case segment.Letter, segment.Number:
			t.words(start, end)
		case segment.Ideo, segment.Kana:
			t.characters(start, end)
		default:
			if visible(text[start:end]) {
				t.emit(start, end)
			}
		}
		start = end
	}
	tokens := make(analysis.TokenStream, len(t.slab))
	for i := range t.slab {
		tokens[i] = &t.slab[i]
	}
	return tokens
}

type tokenizer struct {
	text []byte
	slab []analysis.Token
}

func (t *tokenizer) emit(start, end int) {
	term := t.text[start:end]
	if len(term) > longestTerm {
		n := longestTerm
		for n > 0 && !utf8.RuneStart(term[n]) {
			n--
		}
		term = term[:n]
	}
	t.slab = append(t.slab, analysis.Token{
		Term: term[:len(term):len(term)], Start: start, End: end, Position: len(t.slab) + 1,
	})
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
