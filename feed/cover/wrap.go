package cover

import (
	"strings"
	"unicode"
)

// fit breaks a title into lines of the largest size in which it has room, which
// is so high.
func fit(title string, height float64) (lines []string, size float64) {
	for _, size = range titleSizes {
		room := int(height / (size * lineHeight))
		lines = wrap(title, size, room+1)
		if len(lines) <= room && !broken(title, size) {
			return lines, size
		}
	}
	return wrap(title, size, int(height/(size*lineHeight))), size
}

// broken reports whether a word of a script that has spaces is wider than the
// column: it is broken only when no size is left.
func broken(title string, size float64) bool {
	for _, word := range chunks(title) {
		if width(word)*size > column {
			return true
		}
	}
	return false
}

// wrap breaks text into at most so many lines; of more the last one ends in an
// ellipsis.
func wrap(text string, size float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range chunks(text) {
		for width(strings.TrimSpace(line+word))*size > column {
			if strings.TrimSpace(line) != "" {
				lines, line = append(lines, strings.TrimSpace(line)), ""
				word = strings.TrimLeft(word, " ")
				continue
			}
			head := hardBreak(word, column/size)
			lines, word = append(lines, head), word[len(head):]
		}
		line += word
		if len(lines) > most {
			break
		}
	}
	if strings.TrimSpace(line) != "" {
		lines = append(lines, strings.TrimSpace(line))
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = shorten(lines[most-1], size)
	}
	return lines
}

// shorten ends a line with an ellipsis, taking away as much as that needs.
func shorten(line string, size float64) string {
	runes := []rune(line)
	for len(runes) > 1 && width(string(runes)+"…")*size > column {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ,.;:–—-") + "…"
}

// chunks cuts text where a line may end: behind spaces and hyphens, and
// around each character of the scripts that are written without spaces.
func chunks(text string) []string {
	var list []string
	start := 0
	var last rune
	for i, r := range text {
		if i > start && (last == ' ' || last == '-' || wide(r) && !unicode.IsPunct(r) || wide(last) && !unicode.IsPunct(r)) {
			list = append(list, text[start:i])
			start = i
		}
		last = r
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}

// hardBreak is the beginning of a word that is no wider than most, and at
// least one character of it.
func hardBreak(word string, most float64) string {
	w := 0.0
	for i, r := range word {
		if w += runeWidth(r); w > most && i > 0 {
			return word[:i]
		}
	}
	return word
}

// width is that of a text in ems: what is usual of a bold serif, rather more
// than less.
func width(text string) float64 {
	w := 0.0
	for _, r := range text {
		w += runeWidth(r)
	}
	return w
}

func runeWidth(r rune) float64 {
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), unicode.Is(unicode.Cf, r):
		return 0
	case strings.ContainsRune(" ijl.,:;'’‘|!()[]ftr-/", r):
		return .36
	case strings.ContainsRune("mwMW@%—…", r):
		return .96
	case wide(r):
		return 1.02
	case unicode.IsUpper(r):
		return .74
	}
	return .57
}

// wide reports whether a character fills a square, as those of East Asia and
// pictures do.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60 || r >= 0x1f000 && r <= 0x1faff
}
