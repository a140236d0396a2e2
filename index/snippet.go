package index

import "strings"

// Snippet is a text, or a part of it, with what matches the query marked.
// White space is folded into single spaces. The zero value is empty.
type Snippet struct {
	Spans []Span // in order; neighbours differ in Match
}

// Span is a run of text that matches as a whole or not at all. Text is plain
// text: whoever shows it escapes it.
type Span struct {
	Text  string
	Match bool
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
