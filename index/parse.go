package index

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"storyfeed/feed"
)

// Limits of a query. What lies beyond them is left out, with a hint. Plain
// words are cheap, and people and programs paste whole sentences; each of the
// other clauses can cost as much as all of them.
const (
	MaxQueryBytes = 2048 // as typed, and as [Query.String] prints it
	MaxWords      = 128  // plain words that must all match
	MaxClauses    = 16   // phrases, prefixes, fields, alternatives, and clauses with a minus
)

// ShortestPrefix is the least number of characters before a star: shorter
// ones match a good part of all words, which costs much and helps nobody.
const ShortestPrefix = 2

// ParseQuery reads a query as somebody typed it. It never fails: what can't
// be understood is searched as words, and hints, one sentence each, say so.
//
//	selling value             both words, in any order and inflection
//	"value proposition"       these words in a row
//	sell*                     words that begin so
//	-webinar                  stories without it; works before every clause
//	coach OR mentor           either; binds more tightly than a space
//	title:why                 a field; its value may be a phrase or a prefix
//	part:3..9 published:2020  a field of numbers or dates; spans have two dots
//
// [QueryFields] lists the fields. Their names are understood in any case and
// with a space after the colon, typographic quotation marks like straight
// ones, and an unclosed quotation mark as if closed at the end. Brackets and
// commas around words are ignored. A query of nothing but -clauses matches
// everything else. The empty query and a lone star match everything.
func ParseQuery(s string) (Query, []string) {
	var p parser
	if p.rest = oneLine(s); len(p.rest) > MaxQueryBytes || len(s) > roomForSpace {
		p.rest = cut(p.rest, MaxQueryBytes)
		p.hint("The query was cut after %d bytes.", MaxQueryBytes)
	}
	given := strings.Trim(p.rest, " *")
	q := p.parse()
	p.hintVain(q)
	if q.Empty() && given != "" && len(p.hints) == 0 {
		p.hint("There is no word in the query to search for: these are all stories.")
	}
	for len(q.String()) > MaxQueryBytes {
		p.hint("The query is too long: its end was left out.")
		p.dropLast()
		q = p.query()
	}
	return q, p.hints
}

// roomForSpace bounds what is looked at of a query before white space in it
// is folded.
const roomForSpace = 16 * MaxQueryBytes

// oneLine is the query as one clean line with straight quotation marks.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("“”„‟«»＂", r) {
			return '"'
		}
		return r
	}, feed.CleanLine(cut(s, roomForSpace)))
}

// cut shortens s to at most n bytes, at the boundary of a rune.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// parser turns a query into groups: all of them must match, of each group
// one alternative.
type parser struct {
	rest    string
	groups  [][]Node
	words   int // plain words among the groups
	clauses int // all else
	hints   []string
	quoted  bool     // the last token was in quotation marks
	glued   bool     // and this one follows it without a space
	or      bool     // the next leaf is an alternative of the last group
	lost    bool     // the last clause was left out, and so are its alternatives
	vain    []string // words that hold nothing to search for
}

func (p *parser) hint(format string, args ...any) {
	h := fmt.Sprintf(format, args...)
	for _, have := range p.hints {
		if have == h {
			return
		}
	}
	p.hints = append(p.hints, h)
}

const unsearchable = "“%s” holds nothing that can be searched."

// hintVain tells of words that hold nothing to search for, unless there are
// others: the “&” of a name is not missed beside them.
func (p *parser) hintVain(q Query) {
	others := false
	q.Leaves(func(leaf Node, _ bool) {
		others = others || !isPlain(leaf) || searchable(leaf.String())
	})
	for _, text := range p.vain {
		if !others {
			p.hint(unsearchable, text)
		}
	}
}

func (p *parser) parse() Query {
	for {
		word, quoted, ok := p.next()
		if !ok {
			break
		}
		if word == "OR" && !quoted {
			p.alternative()
			continue
		}
		p.add(p.clause(word, quoted))
	}
	if p.or && !p.lost {
		p.or = false
		p.add(Word{Text: "or"})
	}
	return p.query()
}

// alternative handles the operator OR. Without a clause before it, it is a
// word.
func (p *parser) alternative() {
	if len(p.groups) == 0 {
		p.add(Word{Text: "or"})
		return
	}
	p.or = true
}

// next takes the next run of characters up to a space or, when it begins
// with a quotation mark, up to the closing one. A run also ends before a
// quotation mark.
func (p *parser) next() (token string, quoted, ok bool) {
	p.glued = p.quoted && !strings.HasPrefix(p.rest, " ")
	defer func() { p.quoted = quoted }()
	p.rest = strings.TrimLeft(p.rest, " ")
	if p.rest == "" {
		return "", false, false
	}
	if after, found := strings.CutPrefix(p.rest, `"`); found {
		text, rest, closed := strings.Cut(after, `"`)
		if !closed {
			p.hint("A quotation mark is not closed.")
		}
		p.rest = rest
		return strings.TrimSpace(text), true, true
	}
	end := strings.IndexAny(p.rest, ` "`)
	if end < 0 {
		end = len(p.rest)
	}
	token, p.rest = p.rest[:end], p.rest[end:]
	return token, false, true
}

// clause makes a node of one token, with the following one where that is the
// field's value; nil when nothing remains of it.
func (p *parser) clause(token string, quoted bool) Node {
	if quoted {
		return phrase(FieldText, token)
	}
	if strings.Trim(token, "-") == "" && token != "" && !p.glued && strings.HasPrefix(p.rest, `"`) {
		text, _, _ := p.next()
		return negate(phrase(FieldText, text))
	}
	text, negated, star := bare(token)
	negated = negated && !p.glued // the hyphen of a "quoted"-word
	name, value, hasField := strings.Cut(text, ":")
	if !hasField || !isName(name) {
		return negateIf(negated, p.leaf(FieldText, text, star))
	}
	field, known := fieldNamed(name)
	if !known {
		return negateIf(negated, p.unknown(name, value, star))
	}
	isPhrase := false
	if value == "" && !star {
		next, nextQuoted, ok := p.next()
		if !ok {
			p.hint("Nothing follows “%s:”.", strings.ToLower(name))
			return negateIf(negated, p.leaf(FieldText, name, false))
		}
		value, isPhrase = next, nextQuoted
	}
	if isPhrase && field.read == nil {
		return negateIf(negated, phrase(field.Name, value))
	}
	typed := value
	value, inner, innerStar := bare(value)
	negated = negated || inner
	if field.read == nil {
		return negateIf(negated, p.leaf(field.Name, value, star || innerStar))
	}
	return negateIf(negated, p.valued(field, value, strings.ContainsAny(typed, "<>")))
}

// bare strips what stands around a word: brackets and commas, the dashes that
// negate it, the stars that make it a prefix.
func bare(token string) (text string, negated, star bool) {
	text = strings.TrimLeft(token, "-([{<,;")
	negated = strings.Contains(token[:len(token)-len(text)], "-")
	trimmed := strings.TrimRight(text, ")]}>,;*")
	star = strings.Contains(text[len(trimmed):], "*")
	return trimmed, negated, star
}

// leaf makes a word or a prefix; nil of an empty text.
func (p *parser) leaf(f Field, text string, star bool) Node {
	switch {
	case text == "":
		return nil
	case !searchable(text) && f == FieldText:
		p.vain = append(p.vain, text)
	case !searchable(text):
		p.hint(unsearchable, text)
	case star && utf8.RuneCountInString(text) < ShortestPrefix && !unspaced(text):
		p.hint("“%s*” is too short: a star needs %d characters before it.", text, ShortestPrefix)
	case star:
		return Prefix{Field: f, Text: text}
	}
	if f == FieldText && text == "OR" {
		text = "or" // it stood in brackets; printed as typed it would be the operator
	}
	return Word{Field: f, Text: text}
}

// phrase makes a phrase; nil of an empty text.
func phrase(f Field, text string) Node {
	if text == "" {
		return nil
	}
	return Phrase{Field: f, Text: text}
}

// unknown makes the best of a colon after a word that is no field: the words
// on both sides of it in a row.
func (p *parser) unknown(name, value string, star bool) Node {
	value = strings.Trim(value, ": ")
	if value == "" {
		return p.leaf(FieldText, name, star)
	}
	if !strings.HasPrefix(value, "//") {
		p.hint("There is no field “%s”: it was searched as a word.", name)
	}
	return Phrase{Text: name + " " + value}
}

// valued makes the node of a field whose values are no words. What can't be
// its value, odd or not, is searched as words, with the field's name.
func (p *parser) valued(f QueryField, value string, odd bool) Node {
	value = strings.TrimSpace(value) // it may have stood in brackets
	if value == "" {
		return nil
	}
	if n, ok := f.read(value); ok && !odd {
		return n
	}
	p.hint("“%s” is no %s: it was searched as a word.", value, strings.TrimPrefix(f.kind, "a "))
	return Phrase{Text: string(f.Name) + " " + value}
}

func negateIf(negated bool, n Node) Node {
	if negated {
		return negate(n)
	}
	return n
}

func negate(n Node) Node {
	if n == nil {
		return nil
	}
	return Not{Node: n}
}

// add appends a clause to the groups, within the limits.
func (p *parser) add(n Node) {
	if n == nil {
		return
	}
	if p.or {
		p.or = false
		if !p.lost {
			p.addAlternative(n)
		}
		return
	}
	if p.lost = !p.room(n); !p.lost {
		p.groups = append(p.groups, []Node{n})
	}
}

// room counts a clause if there is room for it.
func (p *parser) room(n Node) bool {
	if !isPlain(n) {
		return p.roomFor(1)
	}
	if p.words == MaxWords {
		p.hint("Only the first %d words were searched.", MaxWords)
		return false
	}
	p.words++
	return true
}

// addAlternative adds to the last group, the first of which is a clause like
// any other from then on.
func (p *parser) addAlternative(n Node) {
	last := len(p.groups) - 1
	costs := 1
	first := p.groups[last][0]
	if len(p.groups[last]) == 1 && isPlain(first) {
		costs = 2
	}
	if p.lost = !p.roomFor(costs); p.lost {
		return
	}
	p.words -= costs - 1
	p.groups[last] = append(p.groups[last], n)
}

// roomFor counts n more clauses that are no plain words if there is room for
// them.
func (p *parser) roomFor(n int) bool {
	if p.clauses+n > MaxClauses {
		p.hint("Only the first %d phrases, fields and alternatives were searched.", MaxClauses)
		return false
	}
	p.clauses += n
	return true
}

// isPlain reports whether a clause is a word of any text.
func isPlain(n Node) bool {
	w, ok := n.(Word)
	return ok && w.Field == FieldText
}

func (p *parser) dropLast() {
	last := len(p.groups) - 1
	if n := len(p.groups[last]); n > 1 {
		p.groups[last] = p.groups[last][:n-1]
		return
	}
	p.groups = p.groups[:last]
}

func (p *parser) query() Query {
	var all All
	said := map[string]bool{}
	for _, group := range p.groups {
		n := either(group)
		if text := n.String(); isPlain(n) || !said[text] { // a word twice says that it matters
			said[text] = true
			all = append(all, n)
		}
	}
	switch len(all) {
	case 0:
		return Query{}
	case 1:
		return Query{Root: all[0]}
	}
	return Query{Root: all}
}

// either is what a group asks for, each alternative once.
func either(group []Node) Node {
	var different Any
	for _, n := range group {
		if !slices.ContainsFunc(different, func(d Node) bool { return d.String() == n.String() }) {
			different = append(different, n)
		}
	}
	if len(different) == 1 {
		return different[0]
	}
	return different
}

func isName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// searchable reports whether an analyzer can find anything in the text.
func searchable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.So)
	}) >= 0
}
