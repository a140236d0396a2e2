package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of telling a language by its words.
const (
	heardWords  = 400  // of a text that are looked at
	enoughWords = 100  // that are looked at where they are of the language that the page names
	leastWords  = 60   // shorter texts are not judged
	surelyHeard = .12  // share of a language's little words in a text of that language, at least
	clearlyMore = 1.6  // times the share of any other language
	scriptShare = .5   // of the letters that make a text one of a script
	letterLimit = 4000 // letters that are looked at for their script
)

// littleWords are the words that every text of a language holds many of, and
// texts of others hardly any. Danish and Norwegian, which share most, are
// told apart by neither and so left as the page says.
var littleWords = wordsOf(map[string]string{
	"en": "the and of to is that was with for this are have be they from not",
	"de": "der die und das ist nicht ein eine mit auf auch sich den dem zu wir es",
	"fr": "le les des et est une dans pour que qui pas du la au sur nous ce",
	"es": "el los las y una para con por que del como más la en se su",
	"pt": "os da do uma não com para que em dos mais ao foi um as na no",
	"it": "il che di una per non con gli della sono più è del la nel si",
	"nl": "het een van en niet dat op zijn met voor ook de maar naar was",
	"sv": "och att det som är på inte för med en ett jag av den till",
	"da": "og at det ikke er på til med en af for jeg som den de",
	"pl": "nie się na jest że do to jak z w i po tak ale od",
	"fi": "ja on ei että se oli mutta niin kun hän ovat kuin myös",
	"tr": "ve bir bu için de da ne çok ama gibi olan daha kadar",
})

// wordsOf maps the key of a word to the languages that have it, of
// [heardLanguages].
func wordsOf(lists map[string]string) map[uint64][]int {
	out := map[uint64][]int{}
	for i, lang := range heardLanguages {
		for _, w := range strings.Fields(lists[lang]) {
			out[wordKey(w)] = append(out[wordKey(w)], i)
		}
	}
	return out
}

// wordKey is a little word in lower case as a number.
func wordKey(w string) uint64 {
	key, all := uint64(0), byte(0)
	for i := range len(w) {
		key = key<<8 | uint64(w[i]|0x20)
		all |= w[i]
	}
	if all >= utf8.RuneSelf {
		key = 0
		for _, c := range []byte(strings.ToLower(w)) {
			key = key<<8 | uint64(c)
		}
	}
	return key
}

// heardLanguages are those whose little words are known.
var heardLanguages = []string{"en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "pl", "fi", "tr"}

const maxLittle = 6 // bytes of the longest of the little words

// scripts are those that few languages are written in: the first is that of a
// page that says nothing, or another; empty: it can't be told.
var scripts = []struct {
	table *unicode.RangeTable
	langs []string
}{
	{unicode.Hangul, []string{"ko"}},
	{unicode.Cyrillic, []string{"", "ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"}},
	{unicode.Greek, []string{"el"}},
	{unicode.Hebrew, []string{"he", "iw", "yi"}},
	{unicode.Thai, []string{"th"}},
	{unicode.Arabic, []string{"", "ar", "fa", "ur", "ps", "ckb", "ug"}},
	{unicode.Devanagari, []string{"", "hi", "mr", "ne", "sa"}},
}

// spokenLanguage corrects what a page says of its language by the text: themes
// are often set to one language for blogs that are written in another, or in
// several. It does so only where the text is plain evidence; a tag that it does
// not contradict stays as it is.
func spokenLanguage(tag, text string) string {
	said, _, _ := strings.Cut(tag, "-")
	if langs, ok := scriptLanguages(text); ok {
		for _, l := range langs {
			if l != "" && l == said {
				return tag
			}
		}
		return langs[0]
	}
	if said != "" {
		if heard, words := loudest(text, enoughWords); heard == said || words == 0 {
			return tag
		}
	}
	heard, _ := loudest(text, heardWords)
	if heard == "" || heard == said || (heard == "da" && (said == "no" || said == "nb" || said == "nn")) {
		return tag
	}
	if said != "" && !slices.Contains(heardLanguages, said) {
		return tag // a language whose words are not known here, such as Catalan
	}
	return heard
}

// loudest is the language that the little words among a text's first ones are
// of, when no other comes near; else empty. little is how many such words it
// has.
func loudest(text string, limit int) (language string, little int) {
	counts := make([]int, len(heardLanguages))
	words := 0
	for rest := text[:min(len(text), 16*limit)]; words < limit; words++ {
		var w string
		if w, rest = cutWord(rest); w == "" {
			break
		}
		if len(w) <= maxLittle {
			for _, l := range littleWords[wordKey(w)] {
				counts[l]++
			}
		}
	}
	if words < leastWords {
		return "", words
	}
	best, second := 0, 0
	for l, n := range counts {
		if n > counts[best] {
			best = l
		}
	}
	for l, n := range counts {
		if l != best {
			second = max(second, n)
		}
	}
	if n := float64(counts[best]); n < surelyHeard*float64(words) || n < clearlyMore*float64(second) {
		return "", counts[best]
	}
	return heardLanguages[best], counts[best]
}

// cutWord parts a text behind its first run of letters; without one, word is
// empty.
func cutWord(s string) (word, rest string) {
	start := 0
	for start < len(s) && s[start] < utf8.RuneSelf && !isASCIILetter(s[start]) {
		start++
	}
	end := start
	for end < len(s) && isASCIILetter(s[end]) {
		end++
	}
	if end == len(s) || s[end] < utf8.RuneSelf {
		return s[start:end], s[end:]
	}
	// Others than ASCII begin or follow.
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		switch letter := unicode.IsLetter(r); {
		case !letter && end > start:
			return s[start:end], s[end:]
		case !letter:
			start = end + size
		}
		end += size
	}
	return s[start:end], s[end:]
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// scriptLanguages are the languages of the script that most of a text is
// written in, where these are few. Chinese and Japanese share a script that is told
// by kana, which only the latter has.
func scriptLanguages(text string) ([]string, bool) {
	if !hasScripts(text) {
		return nil, false
	}
	letters, han, kana := 0, 0, 0
	counts := make([]int, len(scripts))
	for _, r := range text {
		if letters == letterLimit {
			break
		}
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		if r < 0x80 {
			continue
		}
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		default:
			for i, s := range scripts {
				if unicode.Is(s.table, r) {
					counts[i]++
					break
				}
			}
		}
	}
	if letters < leastWords {
		return nil, false
	}
	most := int(scriptShare * float64(letters))
	switch {
	case han+kana > most && 10*kana > han+kana:
		return []string{"ja"}, true
	case han+kana > most:
		return []string{"zh", "yue", "wuu"}, true
	}
	for i, n := range counts {
		if n > most {
			return scripts[i].langs, true
		}
	}
	return nil, false
}

// isMark reports whether a text begins with a quote, a dash or the like of
// U+2000 to U+206F, which most texts in Latin letters have.
func isMark(text string) bool {
	return text[0] == 0xe2 && len(text) > 2 && (text[1] == 0x80 || text[1] == 0x81)
}

// hasScripts tells cheaply that a text has no letter of the scripts beyond
// Latin: those begin at U+0370.
func hasScripts(text string) bool {
	text = text[:min(len(text), utf8.UTFMax*letterLimit)]
	for i := 0; i < len(text); i++ {
		for len(text)-i > 8 && eight(text[i:])&highBits == 0 {
			i += 8
		}
		switch {
		case isMark(text[i:]):
			i += 2
		case text[i] >= 0xcd:
			return true
		}
	}
	return false
}
