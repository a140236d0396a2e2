package index

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// startsSentence reports whether a sentence, or a line, begins at text[i:].
func startsSentence(text string, i int) bool {
	if i == 0 {
		return true
	}
	if !utf8.RuneStart(text[i]) || spaceAt(text, i) {
		return false
	}
	if spaceBefore(text, i) {
		return endsSentence(text, i)
	}
	return text[i-1] >= utf8.RuneSelf && !closes(text[i:]) && endsWideSentence(strings.TrimRight(text[:i], closing))
}

// closing are the marks that may follow the end of a sentence and belong to it.
const closing = `"'”’)»」』）】》〉`

// closes reports whether a text goes on with such a mark.
func closes(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune(closing, r)
}

// endsSentence reports whether a sentence, or a line, ends before text[i:] and the
// white space around that.
func endsSentence(text string, i int) bool {
	end := len(strings.TrimRightFunc(text[:i], unicode.IsSpace))
	for _, r := range text[end:] {
		if r == '\n' {
			return true
		}
		if !unicode.IsSpace(r) {
			break
		}
	}
	if closes(text[end:]) {
		return false
	}
	text = strings.TrimRight(text[:end], closing)
	if before, full := strings.CutSuffix(text, "."); full {
		return !abbreviated(before)
	}
	return strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "…") || endsWideSentence(text)
}

// endsWideSentence knows the marks that no space follows.
func endsWideSentence(text string) bool {
	return strings.HasSuffix(text, "。") || strings.HasSuffix(text, "！") || strings.HasSuffix(text, "？")
}

// abbreviated reports whether a full stop after this text most likely ends no
// sentence: it stands behind a single letter, as in "z. B." and "e.g.", or what
// hardly ever ends one.
func abbreviated(text string) bool {
	from := len(strings.TrimRightFunc(text, func(r rune) bool { return unicode.In(r, unicode.L, unicode.M) }))
	switch word := text[from:]; word {
	case "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "vs", "cf", "ca":
		return true
	default:
		_, size := utf8.DecodeRuneInString(word)
		return word != "" && !strings.ContainsFunc(word[size:], unicode.IsLetter)
	}
}
