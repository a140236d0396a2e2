package extract

import "strings"

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
	within := false // a word
	for i := range len(text) {
		c := text[i] | 0x20
		if !within && p[c] != nil && p.begin(text[i:]) {
			return true
		}
		within = 'a' <= c && c <= 'z'
	}
	return false
}

// begin reports whether a text begins with one of the phrases, in any case.
func (p *phrases) begin(text string) bool {
	if text == "" {
		return false
	}
	for _, s := range p[text[0]|0x20] {
		if len(text) >= len(s) && strings.EqualFold(text[:len(s)], s) {
			return true
		}
	}
	return false
}
