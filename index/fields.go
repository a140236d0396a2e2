package index

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Field is the part of a story that a leaf looks at.
type Field string

// The fields. FieldText, the zero value, is title and body together.
const (
	FieldText     Field = ""
	FieldTitle    Field = "title"
	FieldAuthor   Field = "author" // of a name, any words in a row
	FieldTag      Field = "tag"    // likewise
	FieldSeries   Field = "series" // the whole slug
	FieldLanguage Field = "lang"   // the tag, or the beginning of it up to a hyphen, in lower case
)

// The fields whose values are no words. They exist in queries only: the parser
// makes nodes of their own of them.
const (
	fieldPart      Field = "part"
	fieldPublished Field = "published"
	fieldAfter     Field = "after"
	fieldBefore    Field = "before"
)

// QueryField is a field as queries name it, for those who explain the language.
type QueryField struct {
	Name     Field
	Meaning  string   // what its value is compared with, after "stories": "whose title holds these words"
	Examples []string // clauses, each with what may be typed after the colon
	kind     string   // what a value must be, with examples; empty: words
	read     func(value string) (Node, bool)
}

// queryFields are all fields; the parser knows no others.
var queryFields = []QueryField{
	{Name: FieldTitle, Meaning: "with these words in the title", Examples: []string{`title:why`, `title:"first principles"`, `title:listen*`}},
	{Name: FieldAuthor, Meaning: "by an author whose name holds these words in a row", Examples: []string{`author:brock`, `author:"David Brock"`}},
	{Name: FieldTag, Meaning: "with a tag that holds these words in a row", Examples: []string{`tag:coaching`, `tag:"value selling"`}},
	{Name: FieldSeries, Meaning: "of the series with this name in its address", Examples: []string{`series:selling`}},
	{Name: FieldLanguage, Meaning: "in this language", Examples: []string{`lang:en`, `lang:pt-br`}, kind: "a language tag such as en or pt-br", read: readLanguage},
	{Name: fieldPart, Meaning: "with this place in their series, both ends included", Examples: []string{`part:12`, `part:3..9`, `part:10..`, `part:..5`}, kind: "a part such as 12, 3..9, 10.. or ..5", read: readParts},
	{Name: fieldPublished, Meaning: "published in this year, month, day or span, both ends included", Examples: []string{`published:2020`, `published:2020-07`, `published:2020-07..2021`, `published:2021..`}, kind: "a time such as 2020, 2020-07, 2020-07-27 or 2020..2021-06", read: readPublished},
	{Name: fieldAfter, Meaning: "published from the beginning of this day, month or year on", Examples: []string{`after:2020`, `after:2020-07-27`}, kind: kindOfDay, read: func(s string) (Node, bool) {
		day, ok := parseDay(s)
		return After{day}, ok
	}},
	{Name: fieldBefore, Meaning: "published before this day, month or year begins", Examples: []string{`before:2021`, `before:2021-07`}, kind: kindOfDay, read: func(s string) (Node, bool) {
		day, ok := parseDay(s)
		return Before{day}, ok
	}},
}

const kindOfDay = "a date such as 2020, 2020-07 or 2020-07-27"

// QueryFields returns the fields that a query can name, in the order in which
// they are best explained.
func QueryFields() []QueryField { return slices.Clone(queryFields) }

// fieldNamed finds a field by its name in any case.
func fieldNamed(name string) (QueryField, bool) {
	name = strings.ToLower(name)
	if name == "language" {
		name = string(FieldLanguage)
	}
	i := slices.IndexFunc(queryFields, func(f QueryField) bool { return string(f.Name) == name })
	if i < 0 {
		return QueryField{}, false
	}
	return queryFields[i], true
}

// readLanguage reads a language tag.
func readLanguage(s string) (Node, bool) {
	tag, ok := LanguageTag(s)
	return Word{Field: FieldLanguage, Text: tag}, ok
}

// LanguageTag is a BCP 47 tag in lower case, with hyphens. It goes by the form
// of the tag, which tells one from a word: subtags of letters and digits, of
// which the first has two or three letters.
func LanguageTag(s string) (tag string, ok bool) {
	tag = strings.ReplaceAll(strings.ToLower(s), "_", "-")
	for i, subtag := range strings.Split(tag, "-") {
		if len(subtag) == 0 || len(subtag) > 8 || i == 0 && (len(subtag) < 2 || len(subtag) > 3) {
			return "", false
		}
		for _, c := range []byte(subtag) {
			if (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
				return "", false
			}
		}
	}
	return tag, true
}

// readParts reads a part or a span of parts. A hyphen, of which people make
// spans, too, is taken for the two dots.
func readParts(s string) (Node, bool) {
	from, to, ok := span(s)
	if !ok {
		from, to, ok = strings.Cut(strings.ReplaceAll(s, "–", "-"), "-")
		if !ok {
			to = from
		}
	}
	n := Parts{From: 1}
	if from != "" {
		if n.From, ok = readPart(from); !ok {
			return nil, false
		}
	}
	if to != "" {
		if n.To, ok = readPart(to); !ok || n.To == 0 {
			return nil, false
		}
	}
	if from == "" && to == "" || from == to && n.From == 0 {
		return nil, false
	}
	if n.From = max(n.From, 1); n.To != 0 && n.To < n.From {
		n.From, n.To = n.To, n.From
	}
	return n, true
}

// readPart reads a number that may be a part; 0 is read, too, as the open
// beginning of a span.
func readPart(s string) (int, bool) {
	const digits = 9
	if len(s) > digits || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// readPublished reads a year, a month, a day or a span of them.
func readPublished(s string) (Node, bool) {
	from, to, ok := span(s)
	if !ok {
		to = from
	}
	first, _, fromOK := parseSpan(from)
	last, end, toOK := parseSpan(to)
	switch {
	case from == "" && to == "", from != "" && !fromOK, to != "" && !toOK:
		return nil, false
	case from == "":
		return Published{Before: end}, true
	case to == "":
		return Published{From: first}, !first.IsZero()
	case !end.After(first): // the wrong way round, which the rest of a year is not
		_, end, _ = parseSpan(from)
		first = last
	}
	return Published{From: first, Before: end}, true
}

// span cuts a text at the two dots of a span. A third dot is forgiven.
func span(s string) (from, to string, ok bool) {
	from, to, ok = strings.Cut(strings.ReplaceAll(s, "…", ".."), "..")
	return from, strings.TrimPrefix(to, "."), ok
}

// parseSpan reads a year, a month or a day, and gives its first moment in UTC
// and the one after its last.
func parseSpan(s string) (from, before time.Time, ok bool) {
	if from, ok = parseDay(s); !ok {
		return from, before, false
	}
	switch strings.Count(s, "-") {
	case 0:
		return from, from.AddDate(1, 0, 0), true
	case 1:
		return from, from.AddDate(0, 1, 0), true
	}
	return from, from.AddDate(0, 0, 1), true
}
