package local

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"storyfeed/index"
)

// Who asks with many words wants stories about them, and hardly any story has all.
// Who asks with two wants both.
const (
	someWords = 2                      // words from which on any of them will do where no story has all
	manyWords = 3                      // from which on they will where few stories have all
	sentence  = 5                      // and from which on OR and quotation marks are part of the text
	fewHits   = 2 * index.DefaultLimit // stories are few below this: they don't fill two pages
)

// loosened is the query with any of its words instead of all of them; ok
// reports whether it has enough of them for one that finds so much. Words of
// alternatives and phrases are words then too, where no story has all or the
// query is a sentence; what else it asks for stays.
func loosened(q index.Query, total int) (loose index.Query, ok bool) {
	var s splitting
	s.all(clauses(q))
	typed := len(s.texts)
	if total == 0 || typed >= sentence {
		s = splitting{operators: true}
		s.all(clauses(q))
	}
	var words index.Any
	for _, text := range s.texts {
		for _, w := range wordsOf(text) {
			words = append(words, index.Word{Text: w})
		}
	}
	switch {
	case len(words) < someWords, total > 0 && typed < manyWords:
		return q, false
	case typed == 0 && len(words) < sentence:
		return q, false // a phrase is meant, a quoted sentence may be quoted wrongly
	}
	if len(s.others) == 0 {
		return index.Query{Root: words}, true
	}
	return index.Query{Root: append(index.All{words}, s.others...)}, true
}

// splitting takes the words of no field from clauses.
type splitting struct {
	operators bool // those of phrases and alternatives, too
	texts     []string
	others    index.All
}

func (s *splitting) all(list []index.Node) {
	for _, n := range list {
		if texts, ok := s.of(n); ok {
			s.texts = append(s.texts, texts...)
		} else {
			s.others = append(s.others, n)
		}
	}
}

func (s *splitting) of(n index.Node) (texts []string, ok bool) {
	switch n := n.(type) {
	case index.Word:
		return []string{n.Text}, n.Field == index.FieldText
	case index.Phrase:
		return []string{n.Text}, n.Field == index.FieldText && s.operators
	case index.Any:
		for _, alternative := range n {
			more, ok := s.of(alternative)
			if !ok {
				return nil, false
			}
			texts = append(texts, more...)
		}
		return texts, s.operators
	}
	return nil, false
}

// wordsOf are the words that are written as one, such as "well-known", but not
// the initials of "U.S." Of scripts without spaces these are pairs of characters,
// as in the index, if there are enough of them for more than one word.
func wordsOf(text string) (words []string) {
	const longestWord = 3 // characters of most words of such scripts, at most
	tokens := tokenize([]byte(text))
	for i := 0; i < len(tokens); {
		to := i + 1
		for to < len(tokens) && joined(tokens[to-1], tokens[to]) {
			to++
		}
		switch {
		case to-i > longestWord:
			for ; i+1 < to; i++ {
				words = append(words, text[tokens[i].Start:tokens[i+1].End])
			}
		case to == i+1:
			for to < len(tokens) && initials(text, tokens[to-1], tokens[to]) {
				to++
			}
			fallthrough
		default:
			words = append(words, text[tokens[i].Start:tokens[to-1].End])
		}
		i = to
	}
	return words
}

// initials reports whether two letters have a full stop between them and nothing
// else.
func initials(text string, a, b *analysis.Token) bool {
	return strings.HasPrefix(text[a.End:], ".") && b.Start == a.End+1 && utf8.RuneCount(a.Term) == 1 && utf8.RuneCount(b.Term) == 1
}
