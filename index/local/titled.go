package local

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/analysis"

	"storyfeed/index"
)

// Limits of looking for a whole title.
const (
	shortestTitle  = 2   // words of a query: of one word many stories are, whatever they are called
	titlesCompared = 16  // documents of a segment that have all the words in their titles
	titleScore     = 1e4 // more than all the words of a query can score
)

// title is a query that may be a whole title. Who types or pastes one wants that
// story, though others that link it, by its title, may hold the words more often.
type title struct {
	text string
	key  string // as titles are compared; empty: the query is none
}

// titleOf reads the words of a query as a title. The fields beside them narrow
// the search for it.
func titleOf(q index.Query) title {
	var parts []string
	for _, n := range clauses(q) {
		field, text := fieldAndText(n)
		_, isPrefix := n.(index.Prefix)
		switch {
		case withoutText(n):
		case field == index.FieldText && !isPrefix:
			parts = append(parts, text)
		default:
			return title{}
		}
	}
	t := title{text: strings.Join(parts, " ")}
	if key := titleKey(t.text); strings.Count(key, " ") >= shortestTitle-1 {
		t.key = key
	}
	return t
}

// titleKey is a title without what differs between spellings of it.
func titleKey(text string) string {
	var terms []string
	for _, t := range words(text) {
		terms = append(terms, string(t.Term))
	}
	return strings.Join(terms, " ")
}

// titleWords are the clauses for the words of a title, the longest first, which
// are likely to be the rarest.
func (c *compiler) titleWords(t title) []clause {
	if t.key == "" {
		return nil
	}
	tokens := c.language.terms([]byte(t.text), false)
	if last := len(tokens) - 1; last > 0 && alone(tokens, last) {
		tokens = tokens[:last]
	}
	tokens = pairs(tokens)
	var found []clause
	slices.SortFunc(tokens, func(a, b *analysis.Token) int { return cmp.Compare(len(b.Term), len(a.Term)) })
	for _, token := range tokens {
		found = append(found, &word{field: fieldTitle + c.language.name, term: string(token.Term)})
	}
	return found
}

// isTitle reports whether a story has the title that the query is. Whoever asks
// for it wants no others.
func (v *view) isTitle(ctx context.Context, q index.Query) (bool, error) {
	res, err := v.answer(ctx, index.Request{Query: q, Limit: 1, NoFacets: true})
	return len(res.Hits) > 0 && res.Hits[0].Score >= titleScore, err
}

// titled are those of the documents found whose title the query is.
func (b branch) titled(r *leafReader, t title, found *roaring.Bitmap) (*roaring.Bitmap, error) {
	if len(b.title) == 0 {
		return nil, nil
	}
	have, err := (all{musts: b.title}).match(r, found)
	if err != nil {
		return nil, err
	}
	if have = roaring.And(have, found); have.IsEmpty() || have.GetCardinality() > titlesCompared {
		return nil, nil
	}
	for _, n := range have.ToArray() {
		fields, _, _, err := stored(r.segment, n)
		if err != nil {
			return nil, err
		}
		if titleKey(fields[fieldName]) != t.key {
			have.Remove(n)
		}
	}
	return have, nil
}
