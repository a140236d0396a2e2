package local

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"storyfeed/feed"
	"storyfeed/index"
)

// analysedBytes bounds how much of a text is looked at for a snippet: some
// 40,000 words, a millisecond.
const analysedBytes = 256 << 10

// Marker implements [index.Index].
func (x *Index) Marker(q index.Query) index.Marker { return newMarker(q) }

// marker reads texts with one query in mind.
type marker struct {
	query    index.Query
	readings map[*language]*reading
}

func newMarker(q index.Query) *marker { return &marker{q, map[*language]*reading{}} }

func (m *marker) Snippet(language, text string) index.Snippet {
	return m.snippet(language, text, index.SnippetRunes)
}

func (m *marker) Mark(language, text string) index.Snippet {
	return m.snippet(language, text, 0)
}

func (m *marker) snippet(language, text string, limit int) index.Snippet {
	text = feed.CleanText(text)
	head := text
	if len(head) > analysedBytes {
		head = head[:strings.LastIndexAny(head[:analysedBytes], " \n")+1]
	}
	l := languageOf(language, head)
	r := m.readings[l]
	if r == nil {
		r = newReading(l, patternsOf(l, m.query))
		m.readings[l] = r
	}
	return index.NewSnippet(text, r.find(head), limit)
}

// reading is how texts of a language are read for what a query looks for there.
type reading struct {
	*language
	patterns []pattern
	first    [256]bool         // whether a word that begins with this byte may match
	further  int               // how many words after its first one a match may have
	terms    map[string][]byte // of words that were looked at; nil: nothing is left of it
}

func newReading(l *language, patterns []pattern) *reading {
	r := &reading{language: l, patterns: patterns, terms: map[string][]byte{}}
	for c := range r.first {
		for _, p := range patterns {
			r.first[c] = r.first[c] || l.elides || l.mayBegin([]byte{byte(c)}, p.beginning())
		}
	}
	for _, p := range patterns {
		r.further = max(r.further, p.further())
	}
	return r
}

// pattern is what one leaf of a query looks for.
type pattern struct {
	terms  analysis.TokenStream // in a row
	prefix []byte               // instead of terms: beginning of a word, folded
	leaf   int
}

// find returns where a text matches the leaves of a query that stand for words
// in texts and are not negated.
//
// Nearly no word of a text is a match, and most can't be one by their first
// letter. So only chunks in which a word begins with a letter of a match are
// split into words at all, and only words that begin as one are stemmed.
func (r *reading) find(text string) []index.Match {
	if len(r.patterns) == 0 {
		return nil
	}
	t := places.Get().(*placedText)
	defer t.release()
	t.reading, t.text = r, append(t.text[:0], text...)
	if r.elides { // words may begin with what is no part of a match
		return t.findIn(0, len(text), nil)
	}
	var found []index.Match
	for i := 0; i < len(t.text); i++ {
		if !r.first[t.text[i]] || i > 0 && isAlphanumeric(t.text[i-1]) {
			continue
		}
		from, to := i, i
		for from > 0 && !endsChunk(t.text[from-1]) {
			from--
		}
		for to < len(t.text) && !endsChunk(t.text[to]) {
			to++
		}
		found = t.findIn(from, to, found)
		i = to
	}
	return found
}

// behindMarks goes on from where a word ends to where the character does: behind
// what makes an emoji a coloured one.
func behindMarks(text []byte, end int) int {
	for end < len(text) && text[end] >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(text[end:])
		if !unicode.In(r, unicode.M, unicode.Sk) {
			break
		}
		end += size
	}
	return end
}

// patternsOf leaves out words that are too common to be indexed, unless the
// query has no others, as the search does.
func patternsOf(l *language, q index.Query) []pattern {
	var patterns, commons []pattern
	n := 0
	q.Leaves(func(leaf index.Node, negated bool) {
		field, value := fieldAndText(leaf)
		if negated || field != index.FieldText && field != index.FieldTitle {
			return
		}
		n++
		if _, ok := leaf.(index.Prefix); ok {
			if tokens := words(value); len(tokens) == 1 {
				patterns = append(patterns, pattern{prefix: tokens[0].Term, leaf: n})
			}
		}
		if terms := l.terms([]byte(value), field == index.FieldText); len(terms) > 0 {
			patterns = append(patterns, pattern{terms: terms, leaf: n})
			return
		}
		if terms := l.terms([]byte(value), false); len(terms) > 0 {
			commons = append(commons, pattern{terms: terms, leaf: n})
		}
	})
	if len(patterns) == 0 {
		return commons
	}
	return patterns
}

// beginning is what a word must begin with, once analysed.
func (p pattern) beginning() []byte {
	if p.prefix != nil {
		return p.prefix
	}
	return p.terms[0].Term
}

// further is how many words after the first one the pattern has.
func (p pattern) further() int {
	if p.prefix != nil {
		return 0
	}
	return p.terms[len(p.terms)-1].Position - p.terms[0].Position
}

// match reports where the pattern ends when it begins with a word of the text;
// 0 when it does not.
func (p pattern) match(t *placedText, i int) int {
	if p.prefix != nil {
		if bytes.HasPrefix(t.term(i), p.prefix) || bytes.HasPrefix(t.folded(i), p.prefix) {
			return t.words[i].end
		}
		return 0
	}
	end := 0
	for _, want := range p.terms {
		j := i + want.Position - p.terms[0].Position
		if j >= len(t.words) || !bytes.Equal(t.term(j), want.Term) {
			return 0
		}
		end = t.words[j].end
	}
	return end
}

// mayBegin reports whether the term of a word can begin so: an analyzer that
// keeps the beginning of ASCII words rules out nearly all.
func (l *language) mayBegin(word, beginning []byte) bool {
	firm := l.firm
	if l.lastChanges {
		firm = max(firm, len(beginning)-1)
	}
	for n := range min(firm, len(beginning)) {
		if n == 1 && len(beginning) < 3 {
			return true // of the shortest words the second letter may change
		}
		if n == len(word) || word[n] >= utf8.RuneSelf {
			return true
		}
		if lower(word[n]) != beginning[n] {
			return l.elides && bytes.ContainsAny(word, "'’‘ʼ")
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
