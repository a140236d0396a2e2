package local

import (
	"slices"

	"github.com/blevesearch/bleve/v2/analysis"
)

// Scripts without spaces are indexed in pairs of characters: of 東京都 the pairs
// 東京 and 京都, and 都 for the end. Pairs are nearly words, while a single
// character stands in a good part of all texts. A query for one character finds
// all pairs that begin with it, since every character begins one, or ends a run
// and stands alone.

// pair joins each character to the one that follows it without a gap. It
// changes the tokens in place.
func pair(tokens analysis.TokenStream) analysis.TokenStream {
	for i, t := range tokens {
		if i+1 < len(tokens) && joined(t, tokens[i+1]) {
			t.Term = slices.Concat(t.Term, tokens[i+1].Term)
		}
	}
	return tokens
}

// joined reports whether two tokens are characters of one run.
func joined(a, b *analysis.Token) bool {
	return a.End == b.Start && byCharacter(a) && byCharacter(b)
}

// pairs makes of the tokens of a query those to look for.
func pairs(tokens analysis.TokenStream) (paired analysis.TokenStream) {
	for i, t := range tokens {
		switch {
		case i+1 < len(tokens) && joined(t, tokens[i+1]):
			both := *t
			both.Term = slices.Concat(t.Term, tokens[i+1].Term)
			paired = append(paired, &both)
		case i == 0 || !joined(tokens[i-1], t):
			paired = append(paired, t)
		}
	}
	return paired
}

// alone reports whether the last of the tokens of a query is a single
// character, with which a pair may begin.
func alone(tokens analysis.TokenStream, last int) bool {
	return byCharacter(tokens[last]) && (last == 0 || !joined(tokens[last-1], tokens[last]))
}
