package extract

import (
	"strings"
	"unicode/utf8"
)

// phrases are what is looked for at the beginnings of a text's words, in lower
// case and by the first byte with its bit for lower case: most texts hold none
// of them.
type phrases [256][]string

func phrasesOf(list []string) *phrases {
	var p phrases
	for _, s := range list {
		at := s[0] | 0x20
		p[at] = append(p[at], s)
	}
	return &p
}

// in reports whether one of the phrases is in a text in any case, from the
// beginning of a word on.
func (p *phrases) in(text string) bool {
	for i := 0; i < len(text); i++ {
		if p.begin(text[i:]) {
			return true
		}
		for i < len(text) && 'a' <= text[i]|0x20 && text[i]|0x20 <= 'z' {
			i++ // the rest of a word
		}
	}
	return false
}

// anywhere reports whether one of the phrases is in a text in any case, also
// within a word.
func (p *phrases) anywhere(text string) bool {
	for i := range len(text) {
		if p[text[i]|0x20] != nil && p.begin(text[i:]) {
			return true
		}
	}
	return false
}

// begin reports whether a text begins with one of the phrases, in any case.
func (p *phrases) begin(text string) bool {
	if text == "" {
		return false
	}
	for _, s := range p[text[0]|0x20] {
		if len(text) < len(s) || len(s) > 1 && text[1]|s[1] < utf8.RuneSelf && (text[1]^s[1])&^0x20 != 0 {
			continue // told by the second byte
		}
		if strings.EqualFold(text[:len(s)], s) {
			return true
		}
	}
	return false
}
