package local

import (
	"bytes"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"storyfeed/index"
)

// plan is a request in terms of the index.
type plan struct {
	branches []branch // a document matches one at most
	filters  []clause // must match as well
	scored   bool     // whether hits differ in how well they match
	title    title    // that some of them may have
	lead     float64  // what is added to the scores of those that come first
}

// branch is what must match in the documents of one language.
type branch struct {
	language string // name; empty: all documents
	clause   clause
	title    []clause // words of the plan's title; none: it has none
	first    clause   // documents that match it too come first; nil: none
	common   bool     // its words are too common for bodies: it looks at titles
	total    int      // how many documents it has found
}

// compile plans a request for an index with documents of these languages. asked
// is the query that was asked for, whose words may all be those of a title.
//
// Clauses that look at names and dates only are filters, the same for all
// languages. The rest is said once for every language, with its analyzer, in
// its fields. loose leaves out alternatives that are too common where there are
// others: nobody asked for them as such.
func (v *view) compile(r index.Request, asked index.Query, loose bool) (plan, error) {
	p := plan{filters: requestFilters(r), title: titleOf(asked)}
	var nots []clause
	var texts []index.Node
	for _, c := range clauses(r.Query) {
		inner, negated := unwrap(c)
		switch {
		case !withoutText(c):
			texts = append(texts, c)
		case negated:
			nots = append(nots, v.nameClause(inner))
		default:
			p.filters = append(p.filters, v.nameClause(c))
		}
	}
	if len(nots) > 0 {
		p.filters = append(p.filters, all{nots: nots})
	}
	if len(texts) == 0 {
		p.branches = []branch{{clause: everything{}}}
		return p, nil
	}
	index.Query{Root: index.All(texts)}.Leaves(func(_ index.Node, negated bool) { p.scored = p.scored || !negated })
	for _, name := range v.generation.state.Load().Languages {
		c := compiler{view: v, language: languages()[name], loose: loose}
		found := c.clauses(texts)
		if c.err != nil {
			return plan{}, classify(c.err)
		}
		if found != nil {
			p.branches = append(p.branches, branch{language: name, clause: found, title: c.titleWords(p.title), common: c.common})
		}
	}
	return p, nil
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

// inTitlesOnly reports whether words that are too common for bodies were looked
// for in titles and nothing was found elsewhere.
func (p *plan) inTitlesOnly() bool {
	common := false
	for _, b := range p.branches {
		common = common || b.common
		if !b.common && b.total > 0 {
			return false
		}
	}
	return common
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

// numbers is the field of leaves without words, for those who ask.
const numbers index.Field = "number"

func fieldAndText(leaf index.Node) (index.Field, string) {
	switch n := leaf.(type) {
	case index.Word:
		return n.Field, n.Text
	case index.Phrase:
		return n.Field, n.Text
	case index.Prefix:
		return n.Field, n.Text
	}
	return numbers, ""
}

func requestFilters(r index.Request) []clause {
	var filters []clause
	if r.Series != "" {
		filters = append(filters, &word{field: fieldSeries, term: r.Series})
	}
	if r.Author != "" {
		filters = append(filters, beginning{field: fieldAuthorID, start: foldName(r.Author) + nameSeparator})
	}
	if r.Tag != "" {
		filters = append(filters, beginning{field: fieldTagID, start: foldName(r.Tag) + nameSeparator})
	}
	if r.Language != "" {
		filters = append(filters, &word{field: fieldTongue, term: tongue(r.Language)})
	}
	if !r.After.IsZero() || !r.Before.IsZero() {
		filters = append(filters, between(r.After, r.Before))
	}
	return filters
}

// inRow matches tokens at the distances that they have.
func inRow(field string, tokens analysis.TokenStream) clause {
	if len(tokens) == 1 {
		return &word{field: field, term: string(tokens[0].Term)}
	}
	return &row{field: field, terms: tokens, found: map[int]rowMatches{}}
}

// compiler compiles for one language.
type compiler struct {
	view     *view
	language *language
	loose    bool  // see [view.compile]
	common   bool  // nothing was left but words that are too common for bodies
	err      error // the first one; what was compiled then is of no use
}

// clauses compiles clauses that must all match; nil when they can't match in
// the language. Words that the language's bodies leave out as too common count
// where the query holds nothing else, and then in titles: "why" finds titles
// with it, "why sell" is "sell".
func (c *compiler) clauses(nodes []index.Node) clause {
	var musts, commons, nots []clause
	impossible := false
	for _, n := range nodes {
		inner, negated := unwrap(n)
		switch found, common := c.clause(inner); {
		case negated && (found == nil || common):
		case negated:
			nots = append(nots, found)
		case found == nil:
			impossible = true // nothing of it can be searched
		case common:
			commons = append(commons, found)
		default:
			musts = append(musts, found)
		}
	}
	if len(musts) == 0 {
		musts, c.common = commons, len(commons) > 0
	}
	if len(musts) == 0 && (impossible || len(nots) == 0) {
		return nil
	}
	return all{musts: musts, nots: nots}
}

// clause compiles one clause; nil when it holds nothing that can be searched.
// common tells that it looks at titles only, since its words are not in
// bodies.
func (c *compiler) clause(n index.Node) (found clause, common bool) {
	switch n := n.(type) {
	case index.All:
		found := c.clauses(n)
		return found, false
	case index.Any:
		return c.any(n)
	case index.Not:
		inner, common := c.clause(n.Node)
		if inner == nil || common {
			return nil, false
		}
		return all{nots: []clause{inner}}, false
	}
	if withoutText(n) {
		return c.view.nameClause(n), false
	}
	field, value := fieldAndText(n)
	if _, isPrefix := n.(index.Prefix); isPrefix {
		return c.beginning(field, value), false
	}
	if field == index.FieldText {
		if tokens := c.language.terms([]byte(value), true); len(tokens) > 0 {
			return c.text(fieldText, tokens, true), false
		}
	}
	tokens := c.language.terms([]byte(value), false)
	if len(tokens) == 0 {
		return nil, false
	}
	// What is too common for bodies has no weight in them. It may look like the
	// stem of a word that they have: "or" is what is left of "ore".
	telling := len(c.language.terms([]byte(value), true)) > 0
	return c.text(fieldTitle, tokens, telling), field == index.FieldText
}

func (c *compiler) any(n index.Any) (found clause, common bool) {
	var alternatives, commons anyOf
	for _, a := range n {
		switch q, isCommon := c.clause(a); {
		case q == nil:
		case isCommon:
			commons = append(commons, q)
		default:
			alternatives = append(alternatives, q)
		}
	}
	common = len(alternatives) == 0
	if common || !c.loose {
		alternatives = append(alternatives, commons...)
	}
	if len(alternatives) == 0 {
		return nil, false
	}
	return alternatives, common
}

// text matches tokens in a row in the text or the title. A word of the title
// is scored like one of the text, where the title counts twice: of stories
// with the word in their titles those are best that are about it.
func (c *compiler) text(field string, tokens analysis.TokenStream, scored bool) clause {
	last := len(tokens) - 1
	open := alone(tokens, last)
	if open && last == 0 {
		return beginning{field: field + c.language.name, start: string(tokens[0].Term)}
	}
	tokens = pairs(tokens)
	found := inRow(field+c.language.name, tokens)
	if row, ok := found.(*row); ok && open {
		row.open = true
		tokens = tokens[:len(tokens)-1] // its end says little of what it is about
	}
	if !scored || c.err != nil {
		return found
	}
	all := c.view.collection(c.language.name)
	weight := 0.0
	for _, t := range tokens {
		df, err := c.view.documentFrequency(fieldText+c.language.name, string(t.Term))
		if err != nil {
			c.err = err
			return found
		}
		weight += all.idf(df)
	}
	switch found := found.(type) {
	case *word:
		found.scored, found.scorer = fieldText+c.language.name, all.scorer(weight)
	case *row:
		found.scored, found.scorer = true, all.scorer(weight)
	}
	return found
}

// beginning matches words that begin with the text, or are inflections of it:
// documents hold "sell" where the text had "selling", which "selling*" should
// find. Of several words the last one may go on.
func (c *compiler) beginning(of index.Field, text string) clause {
	field, dropStops := fieldText, true
	if of == index.FieldTitle {
		field, dropStops = fieldTitle, false
	}
	tokens := words(text)
	if len(tokens) == 0 {
		return nil
	}
	last := tokens[len(tokens)-1]
	inflected := c.language.terms([]byte(text), dropStops)
	if byCharacter(last) {
		if len(inflected) == 0 {
			return nil
		}
		return c.text(field, inflected, false)
	}
	n := len(inflected) - 1
	if n < 0 || inflected[n].Position != last.Position {
		n++ // the last is a stop word
	}
	var found clause = beginning{field: field + c.language.name, start: string(last.Term)}
	if n < len(inflected) && !bytes.HasPrefix(inflected[n].Term, last.Term) {
		found = anyOf{found, c.text(field, inflected[n:n+1], false)}
	}
	if n == 0 {
		return found
	}
	return all{musts: []clause{c.text(field, inflected[:n], false), found}}
}

// byCharacter reports whether a token is of a script that is indexed character
// by character, so that a word of it goes on in further tokens.
func byCharacter(t *analysis.Token) bool {
	const thai = 0x0e00 // the first such script; the ideographs come later
	r, _ := utf8.DecodeRune(t.Term)
	return r >= thai
}
