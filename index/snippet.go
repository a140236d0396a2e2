package index

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Snippet is a text, or a part of it, with what matches the query marked.
// White space is folded into single spaces. The zero value is empty.
type Snippet struct {
	Spans []Span // in order; neighbours differ in Match
}

// Span is a run of text that matches as a whole or not at all. Text is plain
// text: whoever shows it escapes it.
type Span struct {
	Text  string `json:"text"`
	Match bool   `json:"match"`
}

// String is the snippet without marks.
func (s Snippet) String() string {
	var b strings.Builder
	for _, span := range s.Spans {
		b.WriteString(span.Text)
	}
	return b.String()
}

// Matched reports whether anything is marked.
func (s Snippet) Matched() bool {
	for _, span := range s.Spans {
		if span.Match {
			return true
		}
	}
	return false
}

// Marker shows why texts of a language (BCP 47, may be empty) match a query. It
// learns from text to text, so that one serves for all hits of a page. It is not
// safe for concurrent use.
type Marker interface {
	// Snippet is the best part of a text, of about [SnippetRunes] characters. A
	// text that does not match is shown from its beginning.
	Snippet(language, text string) Snippet

	// Mark is the whole text: for titles.
	Mark(language, text string) Snippet
}

// SnippetRunes is about how long a snippet is, in characters.
const SnippetRunes = 240

// Match is a place of a text, in bytes, that matches a clause of a query.
type Match struct {
	Start, End int
	Clause     int // which clause; equal for all places that match the same
}

// NewSnippet marks the matches in a text and, with a limit above 0, cuts it
// down to about that many characters: those where most different clauses
// match, then most places, then the first. It begins and ends at sentences
// or lines where it can and else at words, with an ellipsis. Matches are in the
// order of Start, begin and end between characters and with no white space, and
// may overlap.
func NewSnippet(text string, matches []Match, limit int) Snippet {
	start, end := 0, len(text)
	if limit > 0 && longer(text, limit) {
		start, end = window(text, matches, limit)
	}
	start = end - len(strings.TrimLeftFunc(text[start:end], unicode.IsSpace))
	end = start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))
	var s Snippet
	if strings.TrimSpace(text[:start]) != "" && !startsSentence(text, start) {
		s.add("…", false)
	}
	s.mark(text, start, end, matches)
	if strings.TrimSpace(text[end:]) != "" && !endsSentence(text, end) {
		s.add("…", false)
	}
	return s
}

// longer reports whether a text has more than limit characters.
func longer(text string, limit int) bool {
	return len(text)/utf8.UTFMax > limit || characters(text) > limit
}

// characters counts those of a text as [utf8.RuneCountInString] does where it is
// valid: all bytes but those that continue a character, eight at a time.
func characters(text string) int {
	n := len(text)
	for ; len(text) >= 8; text = text[8:] {
		b := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
		n -= bits.OnesCount64(b &^ (b << 1) & 0x8080808080808080) // 10xxxxxx
	}
	for i := range len(text) {
		if !utf8.RuneStart(text[i]) {
			n--
		}
	}
	return n
}

// add appends text to the snippet.
func (s *Snippet) add(text string, match bool) {
	if text == "" {
		return
	}
	text = oneSpaced(text)
	if n := len(s.Spans) - 1; n >= 0 && s.Spans[n].Match == match {
		s.Spans[n].Text += text
		return
	}
	s.Spans = append(s.Spans, Span{Text: text, Match: match})
}

// oneSpaced folds runs of white space, also at the ends, into single spaces.
func oneSpaced(text string) string {
	odd := func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }
	if !strings.Contains(text, "  ") && !strings.ContainsFunc(text, odd) {
		return text
	}
	var b strings.Builder
	space := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// mark appends text[start:end] with its matches.
func (s *Snippet) mark(text string, start, end int, matches []Match) {
	at := start
	for _, m := range matches {
		from, to := max(m.Start, at), min(m.End, end)
		if from >= to {
			continue
		}
		s.add(text[at:from], false)
		s.add(text[from:to], true)
		at = to
	}
	s.add(text[at:end], false)
}

// window chooses what of a text to show.
func window(text string, matches []Match, limit int) (start, end int) {
	if len(matches) == 0 {
		start = len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
		return start, finish(text, start, limit)
	}
	from, to := densest(text, matches, limit)
	room := limit - characters(text[from:to])
	if room < 0 {
		return from, forward(text, from, limit) // one match longer than a snippet
	}
	start = begin(text, from, room)
	end = finish(text, max(to, start), limit-characters(text[start:to]))
	return start, end
}

// densest is the smallest part of the text that holds the best group of
// matches, of which there is one at least.
func densest(text string, matches []Match, limit int) (from, to int) {
	seen := map[int]int{} // how many matches of each clause lie within
	best, bestCount, i, runes := 0, 0, 0, 0
	last := 0
	for j, m := range matches {
		runes += characters(text[last:max(m.End, last)])
		last = max(m.End, last)
		seen[m.Clause]++
		for i < j && runes > limit {
			runes -= characters(text[matches[i].Start:matches[i+1].Start])
			if seen[matches[i].Clause]--; seen[matches[i].Clause] == 0 {
				delete(seen, matches[i].Clause)
			}
			i++
		}
		if j == i {
			runes, last = characters(text[m.Start:m.End]), m.End
		}
		if count := j - i + 1; len(seen) > best || len(seen) == best && count > bestCount {
			best, bestCount = len(seen), count
			from, to = matches[i].Start, last
		}
	}
	return from, to
}

// begin goes back from a place by at most room characters, of which it leaves
// most for what follows: to the beginning of the sentence, or else some words.
func begin(text string, from, room int) int {
	earliest := backward(text, from, room*2/3)
	if earliest == 0 {
		return 0
	}
	for i := earliest; i < from; i++ {
		if startsSentence(text, i) {
			return i
		}
	}
	few := backward(text, from, room/3)
	if i := strings.IndexFunc(text[few:from], unicode.IsSpace); i >= 0 {
		return few + i
	}
	if !unspaced(text[few:from]) {
		return from
	}
	return few
}

// finish goes on from a place by at most room characters: to the end of a
// sentence in the last half of them, or else of a word.
func finish(text string, to, room int) int {
	latest := forward(text, to, room)
	if latest == len(text) {
		return latest
	}
	half := forward(text, to, room/2)
	for i := latest; i > half; i-- {
		if utf8.RuneStart(text[i]) && (text[i] >= utf8.RuneSelf || spaceAt(text, i)) && !spaceBefore(text, i) && endsSentence(text, i) {
			return i
		}
	}
	if spaceAt(text, latest) {
		return latest
	}
	if i := strings.LastIndexFunc(text[to:latest], unicode.IsSpace); i > 0 {
		return to + i
	}
	return latest
}

// backward is the place n characters before i, or the beginning.
func backward(text string, i, n int) int {
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return i
}

// forward is the place n characters after i, or the end.
func forward(text string, i, n int) int {
	for ; n > 0 && i < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return i
}

// unspaced reports whether a text without spaces is of a script that has none,
// rather than the middle of a long word.
func unspaced(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r >= 0x0e00 // Thai and beyond
}

func spaceAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsSpace(r)
}

func spaceBefore(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return unicode.IsSpace(r)
}
