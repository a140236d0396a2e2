package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TermKind says by what stories of all series are gathered.
type TermKind string

// The kinds of terms. The zero value gathers all stories.
const (
	TermAuthor TermKind = "author"
	TermTag    TermKind = "tag"
)

// Names lists the story's terms of a kind.
func (k TermKind) Names(s Story) []string {
	switch k {
	case TermAuthor:
		return s.Authors
	case TermTag:
		return s.Tags
	}
	return nil
}

// Term is an author or a tag with the stories of all series that have it.
type Term struct {
	Kind    TermKind
	Slug    string // see [TermSlug]
	Name    string // as the newest story spells it
	Stories int    // how many there are
}

// maxTermSlug bounds the slug of a term, in bytes, so that every address fits
// everywhere: escaped it is three times as long.
const maxTermSlug = 120

// hashOfTerm is how long the hash is with its hyphen.
const hashOfTerm = len("-01234567")

// TermSlug names an author or a tag in addresses. Names that differ in case,
// in the accents of Latin and Greek letters, in spaces, hyphens, full stops,
// commas or apostrophes have one slug; letters of other scripts stand as they
// are. What it leaves out otherwise, as of "C++" and "C#", and what is too
// long, comes back as a short hash at the end. It is made of letters, marks,
// digits and hyphens, and empty for a
// name that has no other characters than those.
//
// Slugs are stored and stand in addresses that people keep: another result for
// the same name needs a migration of the store.
func TermSlug(name string) string {
	folded := foldTerm(name)
	slug, lossy := reduceTerm(folded)
	// What was parted by a character that is gone may join, once or twice.
	for range maxReductions {
		again, _ := reduceTerm(foldTerm(slug))
		if again == slug {
			break
		}
		slug = again
	}
	if len(slug) > maxTermSlug || lossy && len(slug) > maxTermSlug-hashOfTerm {
		slug, lossy = cutTerm(slug), true
	}
	if !lossy {
		return slug
	}
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(folded), " ")))
	return strings.TrimLeft(slug+"-"+hex.EncodeToString(sum[:4]), "-")
}

// maxReductions bounds the work for a name; made-up ones of hundreds of marks
// may take more.
const maxReductions = 8

// foldTerm is a name in lower case and in the one form of its characters.
func foldTerm(name string) string {
	return norm.NFKC.String(strings.ToLower(norm.NFKC.String(CleanLine(name))))
}

// reduceTerm keeps of a folded name what slugs are made of. Lossy says that
// something else was left out than what parts words.
func reduceTerm(folded string) (slug string, lossy bool) {
	var b strings.Builder
	parted, bare := false, false // bare: the last letter lost its marks, and those that follow go too
	for _, r := range folded {
		switch {
		case r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || unicode.Is(unicode.Cf, r): // part no words
		case bare && !parted && unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r):
			if parted && b.Len() > 0 {
				b.WriteByte('-')
			}
			parted, bare = false, unicode.In(r, unicode.Latin, unicode.Greek)
			b.WriteString(termLetter(r))
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune(".,_·", r):
			parted = true
		default:
			parted, lossy = true, true
		}
	}
	return norm.NFC.String(b.String()), lossy
}

// termLetter is a letter without the accents by which spellings of one name
// differ. A й is another letter than и, and marks of other scripts are vowels.
func termLetter(r rune) string {
	if s := Unaccented(r); s != "" {
		return s
	}
	if r == 'ё' {
		return "е"
	}
	if r < utf8.RuneSelf || !unicode.In(r, unicode.Latin, unicode.Greek) {
		return string(r)
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return string(base)
}

// Unaccented spells the small letters that Unicode does not decompose, though
// readers write them without their marks; empty for any other.
func Unaccented(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ł':
		return "l"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'þ':
		return "th"
	case 'ς':
		return "σ"
	}
	return ""
}

// cutTerm leaves room for the hash, and cuts between words if it can.
func cutTerm(slug string) string {
	const room = maxTermSlug - hashOfTerm
	slug = strings.ToValidUTF8(slug[:room], "")
	if i := strings.LastIndexByte(slug, '-'); i > room/2 {
		slug = slug[:i]
	}
	return slug
}

// TermPath is the address of the stories of a term, to which the name of a
// feed is added: "/authors/ada-marsh". The slug is escaped.
func TermPath(kind TermKind, slug string) string {
	return "/" + string(kind) + "s/" + url.PathEscape(slug)
}
