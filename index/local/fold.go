package local

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"storyfeed/feed"
)

// fold reduces a word to what is compared: lower case, compatibility forms
// resolved, typographic apostrophes straight, invisible characters gone, and
// no accents except on the letters of keep. ASCII is changed in place.
func fold(term []byte, keep string) []byte {
	for i, b := range term {
		if b >= utf8.RuneSelf {
			return foldUnicode(term, keep)
		}
		if 'A' <= b && b <= 'Z' {
			term[i] = b + 'a' - 'A'
		}
	}
	return term
}

func foldUnicode(term []byte, keep string) []byte {
	out := make([]byte, 0, len(term)+4)
	bare := false // the last letter lost its marks: those that follow go too
	for _, r := range string(norm.NFKC.Bytes(term)) {
		r = comma(unicode.ToLower(r))
		switch {
		case r < utf8.RuneSelf:
			out, bare = append(out, byte(r)), true
		case strings.ContainsRune(keep, r):
			out, bare = utf8.AppendRune(out, r), false
		case r == '’' || r == '‘' || r == 'ʼ':
			out = append(out, '\'')
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		case unicode.Is(unicode.Mn, r):
			if !bare {
				out = utf8.AppendRune(out, r)
			}
		default:
			out, bare = foldLetter(out, r)
		}
	}
	if len(out) == 0 {
		return term
	}
	return out
}

// comma spells the Romanian letters with a comma below as those with a
// cedilla, which older texts and the stemmer use.
func comma(r rune) rune {
	switch r {
	case 'ș':
		return 'ş'
	case 'ț':
		return 'ţ'
	}
	return r
}

// foldLetter appends a letter without its accents. It reports whether it
// belongs to a script where accents are no letters of their own; elsewhere, as
// with Devanagari, marks are vowels.
func foldLetter(out []byte, r rune) ([]byte, bool) {
	if s := feed.Unaccented(r); s != "" {
		return append(out, s...), true
	}
	if !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew) {
		return utf8.AppendRune(out, r), false
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return utf8.AppendRune(out, base), true
}

// foldName is a name as it is compared as a whole: folded, with single
// spaces.
func foldName(s string) string {
	return strings.Join(strings.Fields(string(fold([]byte(s), ""))), " ")
}
