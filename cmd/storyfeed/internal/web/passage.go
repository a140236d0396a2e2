package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/segment"

	"storyfeed/index"
)

// passageWords is how many words before and after a match tell it from its like.
const passageWords = 3

// passage is the fragment that leads a browser to the first match of a snippet
// (WICG, URL Fragment Text Directives, §3.3); empty where nothing is marked. A
// match that title and text have more than once comes with the words
// around it, as far as they are of the same sentence and so, most likely, of the
// same paragraph: a browser finds none that spans two. In case it does not, the
// match alone follows.
func passage(title, text string, s index.Snippet) string {
	before, match, after := firstMatch(s)
	if match == "" {
		return ""
	}
	before, match, after = wholeWords(before, match, after)
	alone := "text=" + encodeDirective(match)
	if times(title, match)+times(text, match) < 2 {
		return "#:~:" + alone
	}
	directive := "text="
	if prefix := lastWords(before, passageWords); prefix != "" {
		directive += encodeDirective(prefix) + "-,"
	}
	directive += encodeDirective(match)
	if suffix := firstWords(after, passageWords); suffix != "" {
		directive += ",-" + encodeDirective(suffix)
	}
	if directive == alone {
		return "#:~:" + alone
	}
	return "#:~:" + directive + "&" + alone
}

// firstMatch is the first match of a snippet, with those that only a space
// parts from it, and the text around it.
func firstMatch(s index.Snippet) (before, match, after string) {
	spans := s.Spans
	for len(spans) > 0 && !spans[0].Match {
		before += spans[0].Text
		spans = spans[1:]
	}
	for len(spans) > 0 && (spans[0].Match || spans[0].Text == " " && len(spans) > 1) {
		match += spans[0].Text
		spans = spans[1:]
	}
	for _, span := range spans {
		after += span.Text
	}
	return before, match, after
}

// wholeWords widens a match to where words begin and end (Unicode Standard Annex
// #29), for browsers find whole words only, of which a match may be a part: 신뢰
// of 신뢰는, foo of foo_bar. Where words have no spaces between them, as in
// Japanese or Thai, that is between characters.
func wholeWords(before, match, after string) (string, string, string) {
	from := strings.LastIndexByte(before, ' ') + 1
	to := strings.IndexByte(after, ' ')
	if to < 0 {
		to = len(after)
	}
	if from == len(before) && to == 0 {
		return before, match, after
	}
	text := before[from:] + match + after[:to]
	begin, end := 0, len(text)
	inner, outer := len(before)-from, len(before)-from+len(match)
	words := segment.NewWordSegmenterDirect([]byte(text))
	for at := 0; words.Segment(); at += len(words.Bytes()) {
		if withinEmoji(text, at) {
			continue
		}
		if at <= inner {
			begin = at
		}
		if at >= outer {
			end = at
			break
		}
	}
	return before[:from] + text[:begin], text[begin:end], text[end:] + after[to:]
}

// withinEmoji reports whether two parts of one emoji meet at a place of a text:
// a mark or a colour of skin follows, or a joiner is between. Chromium hangs when
// it looks for such a part.
func withinEmoji(text string, at int) bool {
	const joiner, lightest, darkest = '\u200d', 0x1f3fb, 0x1f3ff
	last, _ := utf8.DecodeLastRuneInString(text[:at])
	next, _ := utf8.DecodeRuneInString(text[at:])
	return at > 0 && (last == joiner || next == joiner || lightest <= next && next <= darkest || unicode.Is(unicode.M, next))
}

// times counts how often a text holds a match, whatever case. Of more than one
// it counts no more than two that are written alike, which settles most texts.
func times(text, match string) int {
	if _, after, found := strings.Cut(text, match); found && strings.Contains(after, match) {
		return 2
	}
	if match == "" || match[0] >= utf8.RuneSelf {
		return strings.Count(strings.ToLower(text), strings.ToLower(match))
	}
	lower, upper := strings.ToLower(match[:1]), strings.ToUpper(match[:1])
	n := timesBeginning(lower[0], text, match)
	if upper != lower {
		n += timesBeginning(upper[0], text, match)
	}
	return n
}

// timesBeginning counts as times does those that begin with a letter in just this
// case.
func timesBeginning(letter byte, text, match string) (n int) {
	for {
		i := strings.IndexByte(text, letter)
		if i < 0 || len(text)-i < len(match) {
			return n
		}
		if text = text[i:]; strings.EqualFold(text[:len(match)], match) {
			n, text = n+1, text[len(match):]
		} else {
			text = text[1:]
		}
	}
}

// lastWords are the last n words of a text that end its last sentence; they are
// whole words, for a browser looks for nothing else.
func lastWords(text string, n int) string {
	if strings.TrimRightFunc(text, unicode.IsSpace) == text && text != "" {
		return "" // the match begins within a word, or behind a bracket
	}
	words := strings.Fields(text)
	from := len(words)
	for from > 0 && len(words)-from < n && !endsClause(words[from-1]) {
		from--
	}
	return strings.TrimPrefix(strings.Join(words[from:], " "), "…")
}

// firstWords are the first n words of a text up to the end of the sentence.
func firstWords(text string, n int) string {
	if r, _ := utf8.DecodeRuneInString(text); !unicode.IsSpace(r) {
		return ""
	}
	words := strings.Fields(text)
	to := 0
	for to < len(words) && to < n && words[to] != "…" {
		to++
		if endsClause(words[to-1]) {
			break
		}
	}
	return strings.TrimSuffix(strings.Join(words[:to], " "), "…")
}

// endsClause reports whether a word is the last of a sentence, or of what may
// be a paragraph of its own.
func endsClause(word string) bool {
	word = strings.TrimRight(word, `"'”’)»`)
	r, _ := utf8.DecodeLastRuneInString(word)
	return strings.ContainsRune(".!?:;…。！？", r)
}

// encodeDirective percent-encodes all that could mean something in a directive,
// where "-", "," and "&" do.
func encodeDirective(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '_' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
