package index

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"storyfeed/feed"
)

// Limits of a query. What lies beyond them is left out, with a hint.
const (
	MaxQueryBytes = 256 // as typed, and as [Query.String] prints it
	MaxClauses    = 16  // words, phrases and fields
)

// shortestPrefix is the least number of characters before a star: shorter
// ones match a good part of all words, which costs much and helps nobody.
const shortestPrefix = 2

// ParseQuery reads a query as somebody typed it. It never fails: what can't
// be understood is searched as words, and hints, one sentence each, say so.
//
//	selling value             both words, in any order and inflection
//	"value proposition"       these words in a row
//	sell*                     words that begin so
//	-webinar                  stories without it; works before every clause
//	coach OR mentor           either; binds more tightly than a space
//	title:why                 in the title
//	author:"David Brock"      names that contain these words in a row
//	tag:coaching              likewise
//	series:selling            the series with this slug
//	after:2020 before:2021-07 published from the start of 2020 up to and
//	                          without July 2021; also 2021-07-31
//
// Field names are understood in any case and with a space after the colon,
// typographic quotation marks like straight ones, and an unclosed quotation
// mark as if closed at the end. Brackets and commas around words are ignored.
// A query of nothing but -clauses matches everything else. The empty query
// and a lone star match everything.
func ParseQuery(s string) (Query, []string) {
	var p parser
	if p.rest = oneLine(s); len(p.rest) > MaxQueryBytes || len(s) > roomForSpace {
		p.rest = cut(p.rest, MaxQueryBytes)
		p.hint("The query was cut after %d bytes.", MaxQueryBytes)
	}
	given := strings.Trim(p.rest, " *")
	q := p.parse()
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
	clauses int
	hints   []string
	or      bool // the next leaf is an alternative of the last group
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
	if p.or {
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
	if strings.Trim(token, "-") == "" && token != "" && strings.HasPrefix(p.rest, `"`) {
		text, _, _ := p.next()
		return negate(phrase(FieldText, text))
	}
	text, negated, star := bare(token)
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
	if isPhrase {
		return negateIf(negated, p.valued(field, phrase(field, value)))
	}
	value, inner, innerStar := bare(value)
	return negateIf(negated || inner, p.valued(field, p.leaf(field, value, star || innerStar)))
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
	case !searchable(text):
		p.hint("“%s” holds nothing that can be searched.", text)
	case star && utf8.RuneCountInString(text) < shortestPrefix && !unspaced(text):
		p.hint("“%s*” is too short: a star needs %d characters before it.", text, shortestPrefix)
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
	value = strings.Trim(value, ":")
	if value == "" {
		return p.leaf(FieldText, name, star)
	}
	if !strings.HasPrefix(value, "//") {
		p.hint("There is no field “%s”: it was searched as a word.", name)
	}
	return Phrase{Text: name + " " + value}
}

// The fields whose values are dates. They exist in queries only.
const (
	fieldAfter  Field = "after"
	fieldBefore Field = "before"
)

// valued turns the values of date fields into dates; other leaves stay.
func (p *parser) valued(f Field, n Node) Node {
	if f != fieldAfter && f != fieldBefore {
		return n
	}
	text := ""
	switch n := n.(type) {
	case nil:
		return nil
	case Word:
		text = n.Text
	case Phrase:
		text = n.Text
	case Prefix:
		text = n.Text
	}
	day, ok := parseDay(text)
	if !ok {
		p.hint("“%s” is no date such as 2020, 2020-07 or 2020-07-27: it was searched as a word.", text)
		return Phrase{Text: string(f) + " " + text}
	}
	if f == fieldAfter {
		return After{Day: day}
	}
	return Before{Day: day}
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

// add appends a clause to the groups, within the limit.
func (p *parser) add(n Node) {
	if n == nil {
		return
	}
	if p.clauses == MaxClauses {
		p.hint("Only the first %d words and phrases were searched.", MaxClauses)
		p.or = false
		return
	}
	p.clauses++
	if p.or {
		last := len(p.groups) - 1
		p.groups[last] = append(p.groups[last], n)
		p.or = false
		return
	}
	p.groups = append(p.groups, []Node{n})
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
	for _, group := range p.groups {
		if len(group) == 1 {
			all = append(all, group[0])
			continue
		}
		all = append(all, Any(group))
	}
	switch len(all) {
	case 0:
		return Query{}
	case 1:
		return Query{Root: all[0]}
	}
	return Query{Root: all}
}

func isName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

func fieldNamed(name string) (Field, bool) {
	f := Field(strings.ToLower(name))
	switch f {
	case FieldTitle, FieldAuthor, FieldTag, FieldSeries, fieldAfter, fieldBefore:
		return f, true
	}
	return "", false
}

// searchable reports whether an analyzer can find anything in the text.
func searchable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.So)
	}) >= 0
}
