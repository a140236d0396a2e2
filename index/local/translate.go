package local

import (
	"bytes"
	"context"
	"time"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"

	"storyfeed/index"
)

// plan is a request in bleve's terms.
type plan struct {
	query  query.Query
	scored bool // whether hits differ in how well they match
}

// translate plans a request for an index with documents of these languages.
//
// Clauses that look at names and dates only are filters, the same for all
// languages. The rest is said once for every language, with its analyzer, in
// its fields; a document stands in the fields of one language only, so one of
// these branches decides about it.
func translate(r index.Request, languageNames []string) plan {
	filters := requestFilters(r)
	var nots []query.Query
	var texts []index.Node
	for _, clause := range clauses(r.Query) {
		inner, negated := unwrap(clause)
		switch {
		case !withoutText(clause):
			texts = append(texts, clause)
		case negated:
			nots = append(nots, nameQuery(inner))
		default:
			filters = append(filters, nameQuery(clause))
		}
	}
	p := plan{query: query.NewMatchAllQuery()}
	if len(texts) > 0 {
		p.query, p.scored = textQuery(texts, languageNames)
	} else if len(filters) > 0 {
		p.query, filters = query.NewConjunctionQuery(filters), nil
	}
	if len(filters) > 0 || len(nots) > 0 {
		p.query = combine([]query.Query{p.query}, nots, filters)
	}
	return p
}

// clauses are what must all match.
func clauses(q index.Query) []index.Node {
	switch n := q.Root.(type) {
	case nil:
		return nil
	case index.All:
		return n
	default:
		return []index.Node{n}
	}
}

func unwrap(n index.Node) (inner index.Node, negated bool) {
	for {
		not, ok := n.(index.Not)
		if !ok {
			return n, negated
		}
		n, negated = not.Node, !negated
	}
}

// withoutText reports whether a clause means the same in every language.
func withoutText(clause index.Node) bool {
	free := true
	index.Query{Root: clause}.Leaves(func(leaf index.Node, _ bool) {
		if f, _ := fieldAndText(leaf); f == index.FieldText || f == index.FieldTitle {
			free = false
		}
	})
	return free
}

// dates is the field of date leaves, for those who ask.
const dates index.Field = "date"

func fieldAndText(leaf index.Node) (index.Field, string) {
	switch n := leaf.(type) {
	case index.Word:
		return n.Field, n.Text
	case index.Phrase:
		return n.Field, n.Text
	case index.Prefix:
		return n.Field, n.Text
	}
	return dates, ""
}

// combine makes a boolean query. bleve takes a must that can match nothing for
// no must at all; a conjunction around it keeps it from being seen as such.
func combine(musts, nots, filters []query.Query) query.Query {
	b := query.NewBooleanQuery(musts, nil, nots)
	if len(filters) > 0 {
		b.AddFilter(query.NewConjunctionQuery(filters))
	}
	return b
}

func requestFilters(r index.Request) []query.Query {
	var filters []query.Query
	for field, value := range map[string]string{
		fieldSeries: r.Series, fieldAuthorID: foldName(r.Author), fieldTagID: foldName(r.Tag),
		fieldTongue: tongue(r.Language),
	} {
		if value != "" {
			filters = append(filters, term(field, value))
		}
	}
	if !r.After.IsZero() || !r.Before.IsZero() {
		filters = append(filters, between(r.After, r.Before))
	}
	return filters
}

// between matches published dates in [after, before); zero: unbounded.
func between(after, before time.Time) query.Query {
	bound := func(t time.Time) *float64 {
		if t.IsZero() {
			return nil
		}
		f := float64(t.Unix())
		return &f
	}
	return inRange(fieldDay, bound(after), bound(before))
}

// inRange matches numbers in [from, to); nil: unbounded.
func inRange(field string, from, to *float64) query.Query {
	yes, no := true, false
	q := query.NewNumericRangeInclusiveQuery(from, to, &yes, &no)
	q.SetField(field)
	return q
}

// nameQuery translates a clause without text.
func nameQuery(n index.Node) query.Query {
	switch n := n.(type) {
	case index.Any:
		alternatives := make([]query.Query, len(n))
		for i, a := range n {
			alternatives[i] = nameQuery(a)
		}
		return query.NewDisjunctionQuery(alternatives)
	case index.Not:
		return combine(nil, []query.Query{nameQuery(n.Node)}, nil)
	case index.Parts:
		from, to := float64(n.From), float64(n.To)
		if n.To == 0 {
			return inRange(fieldPart, &from, nil)
		}
		to++
		return inRange(fieldPart, &from, &to)
	case index.Published:
		return between(n.From, n.Before)
	case index.After:
		return between(n.Day, time.Time{})
	case index.Before:
		return between(time.Time{}, n.Day)
	}
	field, value := fieldAndText(n)
	_, isPrefix := n.(index.Prefix)
	if field == index.FieldSeries {
		if isPrefix {
			return prefix{fieldSeries, foldName(value)}
		}
		return term(fieldSeries, foldName(value))
	}
	if field == index.FieldLanguage {
		return term(fieldTongues, value)
	}
	in := fieldAuthor
	if field == index.FieldTag {
		in = fieldTag
	}
	tokens := words(value)
	if len(tokens) == 0 {
		return nothing()
	}
	if isPrefix {
		return nameBeginning(in, tokens)
	}
	return inRow(in, tokens)
}

// textQuery says clauses for every language. scored is false when nothing but
// the absence of words is asked for.
func textQuery(clauses []index.Node, languageNames []string) (q query.Query, scored bool) {
	// A branch could match documents of other languages by what they lack, or
	// by names.
	open := false
	index.Query{Root: index.All(clauses)}.Leaves(func(leaf index.Node, negated bool) {
		open = open || negated || withoutText(leaf)
		scored = scored || !negated
	})
	var branches []query.Query
	for _, name := range languageNames {
		branch := inLanguage(languages()[name], clauses)
		if branch == nil {
			continue
		}
		if open && len(languageNames) > 1 {
			branch = combine([]query.Query{branch}, nil, []query.Query{term(fieldLanguage, name)})
		}
		branches = append(branches, branch)
	}
	switch len(branches) {
	case 0:
		return nothing(), scored
	case 1:
		return branches[0], scored
	}
	return query.NewDisjunctionQuery(branches), scored
}

// inLanguage translates clauses for one language; nil when they can't match in
// it. Words that the language's bodies leave out as too common count where the
// query holds nothing else, and then in titles: "why" finds titles with it,
// "why sell" is "sell".
func inLanguage(l *language, clauses []index.Node) query.Query {
	var musts, commons, nots []query.Query
	impossible := false
	for _, clause := range clauses {
		if inner, negated := unwrap(clause); negated {
			if q, common := l.translate(inner); q != nil && !common {
				nots = append(nots, q)
			}
			continue
		}
		switch q, common := l.translate(clause); {
		case q == nil:
			impossible = true // nothing of it can be searched
		case common:
			commons = append(commons, q)
		default:
			musts = append(musts, q)
		}
	}
	if len(musts) == 0 {
		musts = commons
	}
	if len(musts) == 0 {
		if impossible || len(nots) == 0 {
			return nil
		}
		return combine([]query.Query{query.NewMatchAllQuery()}, nots, nil)
	}
	return combine(musts, nots, nil)
}

// translate makes the query of one clause; nil when it holds nothing that can
// be searched. common tells that it looks at titles only, since its words are
// not in bodies.
func (l *language) translate(n index.Node) (q query.Query, common bool) {
	switch n := n.(type) {
	case index.Any:
		return l.any(n)
	case index.Not:
		q, common := l.translate(n.Node)
		if q == nil || common {
			return nil, false
		}
		return combine(nil, []query.Query{q}, nil), false
	}
	if withoutText(n) {
		return nameQuery(n), false
	}
	field, value := fieldAndText(n)
	if _, isPrefix := n.(index.Prefix); isPrefix {
		if field == index.FieldTitle {
			return l.beginning(fieldTitle+l.name, value, false), false
		}
		return l.beginning(fieldText+l.name, value, true), false
	}
	if field == index.FieldText {
		if tokens := l.terms([]byte(value), true); len(tokens) > 0 {
			return inRow(fieldText+l.name, tokens), false
		}
	}
	tokens := l.terms([]byte(value), false)
	if len(tokens) == 0 {
		return nil, false
	}
	return inRow(fieldTitle+l.name, tokens), field == index.FieldText
}

func (l *language) any(n index.Any) (q query.Query, common bool) {
	var alternatives []query.Query
	common = true
	for _, a := range n {
		q, c := l.translate(a)
		if q == nil {
			continue
		}
		common = common && c
		alternatives = append(alternatives, q)
	}
	if len(alternatives) == 0 {
		return nil, false
	}
	return query.NewDisjunctionQuery(alternatives), common
}

// beginning matches words that begin with the text, or are inflections of it:
// documents hold "sell" where the text had "selling", which "selling*" should
// find. Of several words the last one may go on.
func (l *language) beginning(field, text string, dropStops bool) query.Query {
	tokens := words(text)
	if len(tokens) == 0 {
		return nil
	}
	last := tokens[len(tokens)-1]
	inflected := l.terms([]byte(text), dropStops)
	if byCharacter(last) {
		return inRow(field, inflected)
	}
	n := len(inflected) - 1
	if n < 0 || inflected[n].Position != last.Position {
		n++ // the last is a stop word
	}
	q := beginning(field, last)
	if n < len(inflected) && !bytes.HasPrefix(inflected[n].Term, last.Term) {
		q = query.NewDisjunctionQuery([]query.Query{q, term(field, string(inflected[n].Term))})
	}
	if n == 0 {
		return q
	}
	return query.NewConjunctionQuery([]query.Query{inRow(field, inflected[:n]), q})
}

// byCharacter reports whether a token is of a script that is indexed character
// by character, so that a word of it goes on in further tokens.
func byCharacter(t *analysis.Token) bool {
	const thai = 0x0e00 // the first such script; the ideographs come later
	r, _ := utf8.DecodeRune(t.Term)
	return r >= thai
}

// nameBeginning is beginning for names, which are not inflected.
func nameBeginning(field string, tokens analysis.TokenStream) query.Query {
	n := len(tokens) - 1
	switch {
	case byCharacter(tokens[n]):
		return inRow(field, tokens)
	case n == 0:
		return beginning(field, tokens[n])
	}
	return query.NewConjunctionQuery([]query.Query{inRow(field, tokens[:n]), beginning(field, tokens[n])})
}

func beginning(field string, t *analysis.Token) query.Query {
	return prefix{field, string(t.Term)}
}

// inRow matches tokens at the distances that they have.
func inRow(field string, tokens analysis.TokenStream) query.Query {
	if len(tokens) == 0 {
		return nothing()
	}
	if len(tokens) == 1 {
		return term(field, string(tokens[0].Term))
	}
	first, last := tokens[0].Position, tokens[len(tokens)-1].Position
	terms := make([][]string, last-first+1)
	for _, t := range tokens {
		terms[t.Position-first] = []string{string(t.Term)}
	}
	return query.NewMultiPhraseQuery(terms, field)
}

func term(field, value string) query.Query {
	q := query.NewTermQuery(value)
	q.SetField(field)
	return q
}

// nothing matches no document.
func nothing() query.Query {
	return query.NewDisjunctionQuery([]query.Query{query.NewMatchNoneQuery()})
}

// prefix matches words by their beginning. Unlike bleve's query it does not
// weigh the words by how rare they are: without weights thousands of words are
// one union of sets instead of as many searchers, and the rarest spelling is
// not the best hit.
type prefix struct{ field, start string }

// Searcher implements [query.Query].
func (p prefix) Searcher(ctx context.Context, r api.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	if err := ctx.Err(); err != nil {
		return nil, err // bleve does not look while it collects words, of which there may be many
	}
	o.Score, o.IncludeTermVectors = "none", false
	return searcher.NewTermPrefixSearcher(ctx, r, p.start, p.field, 1, o)
}
