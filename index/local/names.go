package local

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"storyfeed/index"
)

// nameClause compiles a clause without text.
func (v *view) nameClause(n index.Node) clause {
	switch n := n.(type) {
	case index.All:
		return all{musts: v.nameClauses(n)}
	case index.Any:
		return anyOf(v.nameClauses(n))
	case index.Not:
		return all{nots: []clause{v.nameClause(n.Node)}}
	case index.Parts:
		return parts(n.From, n.To)
	case index.Published:
		return between(n.From, n.Before)
	case index.After:
		return between(n.Day, time.Time{})
	case index.Before:
		return between(time.Time{}, n.Day)
	}
	field, value := fieldAndText(n)
	_, isPrefix := n.(index.Prefix)
	switch field {
	case index.FieldSeries:
		if isPrefix {
			return beginning{field: fieldSeries, start: foldName(value)}
		}
		return &word{field: fieldSeries, term: foldName(value)}
	case index.FieldLanguage:
		return &word{field: fieldTongues, term: value}
	}
	in, whole := fieldAuthor, fieldAuthorID
	if field == index.FieldTag {
		in, whole = fieldTag, fieldTagID
	}
	if name := foldName(value); !isPrefix && hasSymbol(name) && v.hasName(whole, name) {
		return beginning{field: whole, start: name + nameSeparator}
	}
	tokens := words(value)
	switch n := len(tokens) - 1; {
	case n < 0:
		return nothing{}
	case !isPrefix || byCharacter(tokens[n]):
		return inRow(in, tokens)
	case n == 0:
		return beginning{field: in, start: string(tokens[n].Term)}
	default:
		return all{musts: []clause{inRow(in, tokens[:n]), beginning{field: in, start: string(tokens[n].Term)}}}
	}
}

func (v *view) nameClauses(nodes []index.Node) []clause {
	list := make([]clause, len(nodes))
	for i, n := range nodes {
		list[i] = v.nameClause(n)
	}
	return list
}

// hasSymbol reports whether a name has what is no part of its words and may be
// all that tells it from others, as in C++ and C#, rather than what people write
// or leave out, as in Ann-Marie.
func hasSymbol(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSymbol(r) || strings.ContainsRune("#%&*@!?/\\", r)
	})
}

// hasName reports whether any document has just this name, folded.
func (v *view) hasName(field, name string) bool {
	for _, c := range v.columns {
		names := c.tags.values
		if field == fieldAuthorID {
			names = c.authors.values
		}
		if _, found := slices.BinarySearchFunc(names, name, func(l label, key string) int { return cmp.Compare(l.key, key) }); found {
			return true
		}
	}
	return false
}
