package local

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
	"github.com/blevesearch/bleve/v2/analysis/token/elision"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
)

// plain is the language of texts whose language is none of ours: words are
// folded and not stemmed. It serves Chinese, Japanese and Korean too, since
// [tokenize] already takes them character by character.
const plain = "xx"

// languages builds the analyzers once: the lists of stop words take a
// millisecond to read.
var languages = sync.OnceValue(func() map[string]*language {
	list := []*language{
		{name: plain, firm: 2, lastChanges: true},
		{name: "ar", firm: 1, stop: ar.ArabicStopWords, stem: filters{ar.NewArabicNormalizeFilter(), ar.NewArabicStemmerFilter()}},
		{name: "da", firm: 1, stop: da.DanishStopWords, keep: "æøå", stem: filters{da.NewDanishStemmerFilter()}},
		{name: "de", firm: 1, stop: de.GermanStopWords, keep: "äöüß", stem: filters{de.NewGermanNormalizeFilter(), de.NewGermanLightStemmerFilter()}},
		{name: "en", firm: 2, lastChanges: true, stop: en.EnglishStopWords, cut: filters{possessive{}}, stem: filters{porter.NewPorterStemmer()}},
		{name: "es", firm: 1, stop: es.SpanishStopWords, stem: filters{es.NewSpanishLightStemmerFilter()}},
		{name: "fi", firm: 1, stop: fi.FinnishStopWords, keep: "äöå", stem: filters{fi.NewFinnishStemmerFilter()}},
		{name: "fr", firm: 1, elides: true, stop: fr.FrenchStopWords, cut: elide(fr.FrenchArticles), stem: filters{fr.NewFrenchLightStemmerFilter()}},
		{name: "hu", firm: 1, stop: hu.HungarianStopWords, keep: "áéíóöőúüű", stem: filters{hu.NewHungarianStemmerFilter()}},
		{name: "it", firm: 1, elides: true, stop: it.ItalianStopWords, cut: elide(it.ItalianArticles), stem: filters{it.NewItalianLightStemmerFilterFilter()}},
		{name: "nl", firm: 1, stop: nl.DutchStopWords, stem: filters{nl.NewDutchStemmerFilter()}},
		{name: "no", firm: 1, stop: no.NorwegianStopWords, keep: "æøå", stem: filters{no.NewNorwegianStemmerFilter()}},
		{name: "pt", firm: 1, stop: pt.PortugueseStopWords, stem: filters{pt.NewPortugueseLightStemmerFilter()}},
		{name: "ro", firm: 1, stop: ro.RomanianStopWords, keep: "ăâîşţ", stem: filters{ro.NewRomanianStemmerFilter()}},
		{name: "ru", firm: 1, stop: ru.RussianStopWords, keep: "й", stem: filters{ru.NewRussianStemmerFilter()}},
		{name: "sv", firm: 1, stop: sv.SwedishStopWords, keep: "åäö", stem: filters{sv.NewSwedishStemmerFilter()}},
		{name: "tr", firm: 1, stop: tr.TurkishStopWords, keep: "çğıöşü", cut: filters{suffixes{}}, stem: filters{tr.NewTurkishStemmerFilter()}},
	}
	byName := make(map[string]*language, len(list))
	for _, l := range list {
		l.prepare()
		byName[l.name] = l
	}
	return byName
})

// otherTags maps primary language subtags to the languages that serve them.
var otherTags = map[string]string{"nb": "no", "nn": "no", "mo": "ro"}

// languageOf picks the language of a text by its declared BCP 47 tag. Where
// no tag is given it is English, as are most blogs that do not say. A text in
// Arabic letters that claims to be in a language of Latin ones, as templates
// do that were never translated, is Arabic; likewise Cyrillic is plain, since
// it may be any of several languages.
func languageOf(tag, text string) *language {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	primary, _, _ = strings.Cut(primary, "_")
	if other, ok := otherTags[primary]; ok {
		primary = other
	}
	if primary == "" {
		primary = "en"
	}
	l, ok := languages()[primary]
	if !ok {
		return languages()[plain]
	}
	if primary == "ar" || primary == "ru" {
		return l
	}
	switch script(text) {
	case unicode.Arabic:
		return languages()["ar"]
	case unicode.Cyrillic:
		return languages()[plain]
	}
	return l
}

// tongue is the first part of a language tag. What is none is what no story has.
func tongue(tag string) string {
	if tags := tongues(tag); len(tags) > 0 {
		return tags[0]
	}
	return strings.ToLower(tag)
}

// script is Arabic or Cyrillic where most of the first letters of the text
// are, and else nil.
func script(text string) *unicode.RangeTable {
	const enough = 400
	letters, arabic, cyrillic := 0, 0, 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf: // most texts have no others, and the tables are slow
			if c := lower(byte(r)); c < 'a' || c > 'z' {
				continue
			}
		case !unicode.IsLetter(r):
			continue
		case unicode.Is(unicode.Arabic, r):
			arabic++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
		if letters++; letters == enough {
			break
		}
	}
	switch {
	case arabic > letters/2:
		return unicode.Arabic
	case cyrillic > letters/2:
		return unicode.Cyrillic
	}
	return nil
}

// language turns texts into terms. It is safe for concurrent use.
type language struct {
	name  string
	stop  []byte  // stop words as bleve lists them
	keep  string  // accented letters that the stemmer wants to see
	cut   filters // what goes before stop words are looked up
	stem  filters
	stops map[string]bool // folded
	firm  int             // how many of the first letters of a word stay as they are, if they are ASCII

	lastChanges bool // of the letters of a term none but the last may differ from those of the word, if they are ASCII

	elides bool // what goes before an apostrophe may be cut off
}

func (l *language) prepare() {
	words := analysis.NewTokenMap()
	if err := words.LoadBytes(l.stop); err != nil {
		panic("read built-in stop words: " + err.Error()) // from memory: it can't
	}
	l.stops = make(map[string]bool, len(words))
	for w := range words {
		w = string(fold([]byte(w), l.keep))
		l.stops[w] = true
		// "dont" and "im", as people type, must not be asked for where
		// "don't" and "I'm" were left out. "well" is no "we'll", though.
		for _, ending := range []string{"n't", "'m", "'ve"} {
			if strings.HasSuffix(w, ending) {
				l.stops[strings.ReplaceAll(w, "'", "")] = true
			}
		}
	}
}

// terms analyses a text. Stop words are dropped when dropStops is set; their
// positions stay empty. text is overwritten.
func (l *language) terms(text []byte, dropStops bool) analysis.TokenStream {
	return l.analyse(tokenize(text), dropStops)
}

// analyse is terms for words that were found already. Each word is looked at
// by itself.
func (l *language) analyse(tokens analysis.TokenStream, dropStops bool) analysis.TokenStream {
	for _, t := range tokens {
		t.Term = fold(t.Term, l.keep)
	}
	tokens = l.cut.Filter(tokens)
	if dropStops && len(l.stops) > 0 {
		kept := tokens[:0]
		for _, t := range tokens {
			if !l.stops[string(t.Term)] {
				kept = append(kept, t)
			}
		}
		tokens = kept
	}
	tokens = l.stem.Filter(tokens)
	if l.keep != "" {
		for _, t := range tokens {
			t.Term = fold(t.Term, "")
		}
	}
	return tokens
}

// words analyses a text without stop words and stemming: for names, and for
// the beginnings of words.
func words(text string) analysis.TokenStream {
	tokens := tokenize([]byte(text))
	for _, t := range tokens {
		t.Term = fold(t.Term, "")
	}
	return tokens
}

// filters are bleve's token filters, applied one after the other.
type filters []analysis.TokenFilter

func (f filters) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, filter := range f {
		tokens = filter.Filter(tokens)
	}
	return tokens
}

// elide removes articles that are joined to a word by an apostrophe.
func elide(articles []byte) filters {
	m := analysis.NewTokenMap()
	if err := m.LoadBytes(articles); err != nil {
		panic("read built-in articles: " + err.Error()) // from memory: it can't
	}
	return filters{elision.NewElisionFilter(m)}
}

// possessive removes the English 's. The library's filter would do, but looks
// at every token rune by rune.
type possessive struct{}

func (possessive) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		if n := len(t.Term) - 2; n > 0 && t.Term[n] == '\'' && t.Term[n+1] == 's' {
			t.Term = t.Term[:n]
		}
	}
	return tokens
}

// suffixes removes what Turkish writes after an apostrophe.
type suffixes struct{}

func (suffixes) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		for i, b := range t.Term {
			if b == '\'' && i > 0 {
				t.Term = t.Term[:i]
				break
			}
		}
	}
	return tokens
}
