package local

import (
	"bytes"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"

	"storyfeed/feed"
	"storyfeed/index"
)

// analysedBytes bounds how much of a text is looked at for a snippet: some
// 40,000 words, ten milliseconds.
const analysedBytes = 256 << 10

// Snippet implements [index.Index].
func (x *Index) Snippet(q index.Query, language, text string) index.Snippet {
	return snippet(q, language, text, index.SnippetRunes)
}

// Mark implements [index.Index].
func (x *Index) Mark(q index.Query, language, text string) index.Snippet {
	return snippet(q, language, text, 0)
}

func snippet(q index.Query, language, text string, limit int) index.Snippet {
	text = feed.CleanLine(text)
	head := text
	if len(head) > analysedBytes {
		head = head[:strings.LastIndexByte(head[:analysedBytes], ' ')+1]
	}
	return index.NewSnippet(text, find(languageOf(language, head), q, head), limit)
}

// pattern is what one leaf of a query looks for.
type pattern struct {
	terms  analysis.TokenStream // in a row
	prefix []byte               // instead of terms: beginning of a word, folded
	leaf   int
}

// find returns where a text matches the leaves of a query that stand for words
// in texts and are not negated.
func find(l *language, q index.Query, text string) []index.Match {
	patterns := patternsOf(l, q)
	if len(patterns) == 0 {
		return nil
	}
	var found []index.Match
	tokens := l.terms([]byte(text), false)
	for i, t := range tokens {
		for _, p := range patterns {
			if end := p.match(text, tokens[i:]); end > 0 {
				found = append(found, index.Match{Start: t.Start, End: end, Clause: p.leaf})
			}
		}
	}
	return found
}

// patternsOf leaves out words that are too common to be indexed, unless the
// query has no others, as the search does.
func patternsOf(l *language, q index.Query) []pattern {
	var patterns, commons []pattern
	n := 0
	q.Leaves(func(leaf index.Node, negated bool) {
		field, value := fieldAndText(leaf)
		if negated || field != index.FieldText && field != index.FieldTitle {
			return
		}
		n++
		if _, ok := leaf.(index.Prefix); ok {
			if tokens := words(value); len(tokens) == 1 {
				patterns = append(patterns, pattern{prefix: tokens[0].Term, leaf: n})
			}
		}
		if terms := l.terms([]byte(value), field == index.FieldText); len(terms) > 0 {
			patterns = append(patterns, pattern{terms: terms, leaf: n})
			return
		}
		if terms := l.terms([]byte(value), false); len(terms) > 0 {
			commons = append(commons, pattern{terms: terms, leaf: n})
		}
	})
	if len(patterns) == 0 {
		return commons
	}
	return patterns
}

// match reports where the pattern ends when it begins with the first token; 0
// when it does not.
func (p pattern) match(text string, tokens analysis.TokenStream) int {
	first := tokens[0]
	if p.prefix != nil {
		if bytes.HasPrefix(first.Term, p.prefix) || bytes.HasPrefix(fold([]byte(text[first.Start:first.End]), ""), p.prefix) {
			return first.End
		}
		return 0
	}
	end := 0
	for _, want := range p.terms {
		i := want.Position - p.terms[0].Position
		if i >= len(tokens) || !bytes.Equal(tokens[i].Term, want.Term) {
			return 0
		}
		end = tokens[i].End
	}
	return end
}
