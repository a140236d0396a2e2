package diff

import (
	"strings"
	"unicode/utf8"
)

// longParagraph is the length in bytes beyond which a paragraph is taken
// apart, since its words could not be compared at a bounded cost.
const longParagraph = 16 << 10

// split takes a text apart into its paragraphs, without the empty ones.
func split(text string) []string {
	var list []string
	for p := range strings.SplitSeq(text, "\n\n") {
		p = strings.TrimSpace(p)
		switch {
		case p == "":
		case len(p) <= longParagraph:
			list = append(list, p)
		default:
			list = append(list, pieces(p)...)
		}
	}
	return list
}

// pieces cuts a long paragraph. Where, hangs on the text around the cut alone:
// then a word more at the beginning moves no cut behind it.
func pieces(p string) []string {
	var list []string
	for len(p) > 0 {
		n := pieceEnd(p)
		if piece := strings.TrimSpace(p[:n]); piece != "" {
			list = append(list, piece)
		}
		p = p[n:]
	}
	return list
}

// pieceEnd is the end of the sentence or line that p begins with; of one that
// does not end within reach, a place between two words, and else between two
// characters.
func pieceEnd(p string) int {
	const (
		reach = longParagraph / 4 // bytes
		mask  = 63                // every so many words, roughly
	)
	var hash uint32
	word := 0 // the end of a word that is a good place
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c == '\n' || c == ' ' && i > 0 && strings.IndexByte(".!?", p[i-1]) >= 0 {
			return i + 1
		}
		if c == ' ' {
			if word == 0 && hash&mask == 0 {
				word = i + 1
			}
			hash = 0
		}
		hash = hash*31 + uint32(c)
		if i < reach {
			continue
		}
		if word > 0 {
			return word
		}
		for !utf8.RuneStart(p[i]) {
			i--
		}
		return i
	}
	return len(p)
}
