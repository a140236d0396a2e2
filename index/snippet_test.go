package index_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"storyfeed/index"
)

// matchesOf finds words in a text, each a clause of its own.
func matchesOf(text string, words ...string) []index.Match {
	var found []index.Match
	for i := range text {
		for clause, w := range words {
			if strings.HasPrefix(text[i:], w) {
				found = append(found, index.Match{Start: i, End: i + len(w), Clause: clause})
			}
		}
	}
	return found
}

func show(s index.Snippet) string {
	var b strings.Builder
	for _, span := range s.Spans {
		if span.Match {
			b.WriteString("[" + span.Text + "]")
		} else {
			b.WriteString(span.Text)
		}
	}
	return b.String()
}

func TestNewSnippet(t *testing.T) {
	const s20 = "Twenty letters long. "
	filler := strings.Repeat(s20, 10)
	for _, tc := range []struct {
		name, text string
		words      []string
		limit      int
		want       string
	}{
		{"a short text is shown whole", "some short text", []string{"short"}, 60, "some [short] text"},
		{"no limit", filler + "end", []string{"end"}, 0, filler + "[end]"},
		{"no match: the first sentences", filler, nil, 50, "Twenty letters long. Twenty letters long."},
		{"no match: the first words", "one two three four", nil, 10, "one two…"},
		{"the sentence of the match", filler + "Here is the match. " + filler, []string{"match"}, 45, "Here is the [match]. Twenty letters long."},
		{"both words rather than one twice", "a x a x. " + filler + "Now a and be. " + filler, []string{"a", "b"}, 15, "Now [a] [a]nd [b]e."},
		{"a match at the end", filler + "the very end", []string{"end"}, 20, "the very [end]"},
		{"words without a sentence", strings.Repeat("word ", 30) + "match " + strings.Repeat("word ", 30), []string{"match"}, 32, "…word [match] word word word word…"},
		{"overlapping matches", "abcdef", []string{"abcd", "cdef"}, 0, "[abcdef]"},
		{"no spaces", strings.Repeat("字", 30) + "終わり" + strings.Repeat("字", 30), []string{"終わり"}, 13, "…字字字[終わり]字字字字字字字…"},
		{"wide full stops", strings.Repeat("文。", 20) + "終わり。" + strings.Repeat("文。", 20), []string{"終わり"}, 8, "文。[終わり]。文。"},
		{"one endless word", strings.Repeat("x", 100), []string{strings.Repeat("x", 100)}, 10, "[xxxxxxxxxx]…"},
		{"empty", "", nil, 10, ""},
		{"lines end sentences", "A heading\n\n" + filler + "\nWhat follows\tis  a match for us\n\n" + filler, []string{"match"}, 36, "What follows is a [match] for us"},
		{"a sentence after a space that does not break", strings.TrimSpace(filler) + "\u00a0 Here is the match. " + filler, []string{"match"}, 45, "Here is the [match]. Twenty letters long."},
		{"an indented line", "前の文\n\u3000終わりの文\n" + strings.Repeat("字", 60), []string{"終わり"}, 8, "[終わり]の文"},
		{"a full stop after a letter", filler + "Wir treffen uns heute, z. B. an der Ecke mit dem match. " + filler, []string{"match"}, 50, "…Ecke mit dem [match]. Twenty letters long."},
		{"a full stop after a title", filler + "There were the well known Mr. Jones and his match of St. Ives. " + filler, []string{"match"}, 50, "…Jones and his [match] of St. Ives. Twenty letters…"},
		{"no end at a short form", filler + "A match, e.g. this one vs. that which goes on and on", []string{"match"}, 27, "A [match], e.g. this one vs.…"},
		{"wide marks in brackets", strings.Repeat("「文。」", 20) + "終わり！』" + strings.Repeat("「文。」", 20), []string{"終わり"}, 14, "「文。」[終わり]！』「文。」"},
		{"a closing quotation mark", "“A match of words.” " + filler, []string{"match"}, 19, "“A [match] of words.”"},
		{"blanks before a text without a match", strings.Repeat(" ", 300) + filler, nil, 50, "Twenty letters long. Twenty letters long."},
		{"white space at the ends", " \n one\u00a0 match\n", []string{"match"}, 60, "one [match]"},
	} {
		got := index.NewSnippet(tc.text, matchesOf(tc.text, tc.words...), tc.limit)
		if show(got) != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, show(got), tc.want)
		}
	}
}

func FuzzNewSnippet(f *testing.F) {
	f.Add("one two three. four five", "t", 8)
	f.Add("文。文。終わり。", "終", 3)
	f.Add("one\n\ntwo \u00a0three.\tfour five ", "t", 12)
	f.Add("a\xff\xfeb", "b", 1)
	f.Fuzz(func(t *testing.T, text, word string, limit int) {
		if word == "" || limit < 0 || !utf8.ValidString(word) { // matches lie between characters
			return
		}
		if strings.ContainsFunc(word, unicode.IsSpace) {
			return
		}
		text = strings.ToValidUTF8(text, "")
		line := strings.Join(strings.Fields(text), " ")
		half := "x" // most likely an overlapping match
		if words := strings.Fields(text); len(words) > 0 {
			w := words[len(words)/2]
			half = strings.ToValidUTF8(w[len(w)/2:], "")
		}
		got := index.NewSnippet(text, matchesOf(text, word, half), limit)
		inner := strings.TrimSuffix(strings.TrimPrefix(got.String(), "…"), "…")
		if !strings.Contains(line, inner) || !utf8.ValidString(inner) {
			t.Errorf("snippet %q is no part of %q", got.String(), line)
		}
		if n := utf8.RuneCountInString(inner); limit > 0 && n > limit {
			t.Errorf("snippet %q has %d characters, want at most %d", got.String(), n, limit)
		}
		for i, span := range got.Spans {
			if span.Text == "" || i > 0 && span.Match == got.Spans[i-1].Match {
				t.Errorf("spans %+v: empty, or not joined", got.Spans)
			}
		}
	})
}
