package local

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"storyfeed/index"
)

// Bounds of the work for one correction.
const (
	shortestCorrected = 4  // letters: of shorter words too many are one edit away
	longestCorrected  = 24 // letters
	anyLetterWrong    = 6  // letters: see [edits]
	correctedWords    = 3  // of a query
	correctedTongues  = 4  // languages: those with the most documents
)

// corrected replaces words that no story has by such that stories have, one
// edit away: a letter more, less or another, or two that changed places. ok
// reports whether it found one for each of them, and that there is one.
func (v *view) corrected(ctx context.Context, q index.Query) (better index.Query, ok bool, err error) {
	c := corrector{ctx: ctx, view: v, languages: v.mainLanguages()}
	root := c.node(q.Root)
	return index.Query{Root: root}, c.changed > 0 && !c.failed, c.err
}

// mainLanguages are the languages that words are corrected in.
func (v *view) mainLanguages() []*language {
	var list []*language
	for _, name := range v.generation.state.Load().Languages {
		list = append(list, languages()[name])
	}
	slices.SortStableFunc(list, func(a, b *language) int {
		return cmp.Compare(v.collection(b.name).documents, v.collection(a.name).documents)
	})
	return list[:min(len(list), correctedTongues)]
}

// corrector corrects one query.
type corrector struct {
	ctx       context.Context // of the one call that it lives for
	view      *view
	languages []*language
	changed   int
	failed    bool // a word has no correction
	err       error
}

func (c *corrector) node(n index.Node) index.Node {
	switch n := n.(type) {
	case index.All:
		return index.All(c.nodes(n))
	case index.Any:
		return c.any(n)
	case index.Word:
		n.Text = c.words(n.Field, n.Text)
		return n
	case index.Phrase:
		n.Text = c.words(n.Field, n.Text)
		return n
	}
	return n
}

func (c *corrector) nodes(list []index.Node) []index.Node {
	better := make([]index.Node, len(list))
	for i, n := range list {
		better[i] = c.node(n)
	}
	return better
}

// any corrects alternatives, of which one that has no correction does no harm.
func (c *corrector) any(n index.Any) index.Any {
	before, failures := c.failed, 0
	better := make(index.Any, len(n))
	for i, alternative := range n {
		c.failed = before
		if better[i] = c.node(alternative); c.failed {
			better[i] = alternative
			failures++
		}
	}
	c.failed = before || failures == len(n)
	return better
}

// words corrects each word of a text.
func (c *corrector) words(field index.Field, text string) string {
	if field == index.FieldSeries || field == index.FieldLanguage {
		return text
	}
	words := strings.Fields(text)
	for i, w := range words {
		if c.failed || c.err != nil || c.known(field, w) {
			continue
		}
		best := c.best(field, w)
		if best == "" {
			c.failed = true
			continue
		}
		words[i] = inCaseOf(w, best)
		c.changed++
	}
	return strings.Join(words, " ")
}

// inCaseOf spells a word with a capital letter if the one that it replaces, such
// as a name, has one.
func inCaseOf(w, better string) string {
	first, size := utf8.DecodeRuneInString(w)
	if rest := w[size:]; !unicode.IsUpper(first) || rest != strings.ToLower(rest) {
		return better
	}
	first, size = utf8.DecodeRuneInString(better)
	return string(unicode.ToUpper(first)) + better[size:]
}

// terms are the field and the term that a word is looked up by, in each
// language; none for a word that is too common to be looked for.
func (c *corrector) terms(field index.Field, w string) (terms [][2]string) {
	switch field {
	case index.FieldAuthor, index.FieldTag:
		if tokens := words(w); len(tokens) == 1 {
			in := fieldAuthor
			if field == index.FieldTag {
				in = fieldTag
			}
			return [][2]string{{in, string(tokens[0].Term)}}
		}
		return nil
	}
	in := fieldText
	if field == index.FieldTitle {
		in = fieldTitle
	}
	for _, l := range c.languages {
		if tokens := l.terms([]byte(w), true); len(tokens) == 1 {
			terms = append(terms, [2]string{in + l.name, string(tokens[0].Term)})
		}
	}
	return terms
}

// known reports whether a story has the word, or nothing of it can be looked
// for.
func (c *corrector) known(field index.Field, w string) bool {
	terms := c.terms(field, w)
	return len(terms) == 0 || c.frequency(terms) > 0
}

// frequency is the number of documents that have a term, in the language that
// has the most.
func (c *corrector) frequency(terms [][2]string) int {
	most := 0
	for _, t := range terms {
		df, err := c.view.documentFrequency(t[0], t[1])
		if err == nil {
			err = c.ctx.Err()
		}
		if err != nil {
			c.err = cmp.Or(c.err, err)
			return 0
		}
		most = max(most, df)
	}
	return most
}

// best is the word one edit away that most documents have; empty: there is
// none. Of equally frequent ones, as inflections of one word are, it is the
// first that [edits] makes.
func (c *corrector) best(field index.Field, w string) string {
	letters := []rune(strings.ToLower(w))
	if len(letters) < shortestCorrected || len(letters) > longestCorrected || c.changed == correctedWords {
		return ""
	}
	best, most := "", 0
	frequencies := map[[2]string]int{}
	for _, candidate := range edits(letters) {
		for _, t := range c.terms(field, candidate) {
			df, ok := frequencies[t]
			if !ok {
				df = c.frequency([][2]string{t})
				frequencies[t] = df
			}
			if df > most {
				best, most = candidate, df
			}
		}
		if c.err != nil {
			return ""
		}
	}
	return best
}

// edits are the words that one edit makes of a word: first those with two
// letters changed in place, then with one less, one more, and another one. A
// short word keeps its first letter, but for changing places with the second: people hardly ever
// get it wrong, and most short words that differ in it are other words, such as
// crust and trust.
func edits(w []rune) []string {
	var list []string
	add := func(parts ...[]rune) {
		list = append(list, string(slices.Concat(parts...)))
	}
	for i := 1; i < len(w); i++ {
		if w[i] != w[i-1] {
			add(w[:i-1], []rune{w[i], w[i-1]}, w[i+1:])
		}
	}
	kept := 1
	if len(w) >= anyLetterWrong {
		kept = 0
	}
	for i := kept; i < len(w); i++ {
		add(w[:i], w[i+1:])
	}
	alphabet := alphabetOf(w)
	for i := kept; i <= len(w); i++ {
		for _, r := range alphabet {
			add(w[:i], []rune{r}, w[i:])
		}
	}
	for i := kept; i < len(w); i++ {
		for _, r := range alphabet {
			if r != w[i] {
				add(w[:i], []rune{r}, w[i+1:])
			}
		}
	}
	return list
}

// alphabetOf are the letters of the script that a word is in, without accents.
// Of others than the European ones only letters too many, and changed in
// place, are corrected.
func alphabetOf(w []rune) string {
	switch r := w[len(w)/2]; {
	case unicode.Is(unicode.Latin, r):
		return "abcdefghijklmnopqrstuvwxyz"
	case unicode.Is(unicode.Cyrillic, r):
		return "абвгдежзийклмнопрстуфхцчшщъыьэюя"
	case unicode.Is(unicode.Greek, r):
		return "αβγδεζηθικλμνξοπρστυφχψω"
	}
	return ""
}
