package index

import (
	"strconv"
	"strings"
	"time"
)

// Query is a parsed query. The zero value matches every story. Two queries
// that mean the same by their structure are deeply equal, and ParseQuery
// makes the same query again of what String prints.
type Query struct {
	Root Node // nil: everything
}

// Empty reports whether the query matches everything by not asking anything.
func (q Query) Empty() bool { return q.Root == nil }

// String is the query as somebody would type it.
func (q Query) String() string {
	if q.Root == nil {
		return ""
	}
	return q.Root.String()
}

// Node is a part of a query: [All], [Any], [Not] or a leaf ([Word], [Phrase],
// [Prefix], [Parts], [Published], [After], [Before]). Nodes print themselves as they are typed.
type Node interface {
	String() string
	node() // no others
}

// All matches what each of its nodes matches. As parsed it is the root and
// holds at least two nodes.
type All []Node

// Any matches what at least one of its nodes matches. As parsed it holds at
// least two nodes, which are leaves or negated leaves: OR binds more tightly
// than the space between clauses.
type Any []Node

// Not matches what its leaf does not.
type Not struct{ Node Node }

// Word matches a word in any of its inflections, as far as the story's
// language is known. Text is one token of the query, not yet analysed: what
// the analyzer makes several words of, such as "e-mail", they must stand in a
// row.
type Word struct {
	Field Field
	Text  string
}

// Phrase matches words that stand in a row. Text holds no quotation mark.
type Phrase struct {
	Field Field
	Text  string
}

// Prefix matches words that begin with Text, or are inflections of it.
type Prefix struct {
	Field Field
	Text  string
}

// Parts matches stories by their part, both ends included. As parsed From is 1
// or more.
type Parts struct {
	From int
	To   int // 0: no end
}

// Published matches stories published in [From, Before): days, 00:00 UTC. One
// of the two may be zero: no bound. Undated stories lie within no bounds.
type Published struct{ From, Before time.Time }

// After matches stories published on that day (00:00 UTC) or later.
type After struct{ Day time.Time }

// Before matches stories published before that day (00:00 UTC).
type Before struct{ Day time.Time }

func (All) node()       {}
func (Any) node()       {}
func (Not) node()       {}
func (Word) node()      {}
func (Phrase) node()    {}
func (Prefix) node()    {}
func (Parts) node()     {}
func (Published) node() {}
func (After) node()     {}
func (Before) node()    {}

// String prints a node as [ParseQuery] reads it; so do those below.
func (n All) String() string    { return join(n, " ") }
func (n Any) String() string    { return join(n, " OR ") }
func (n Not) String() string    { return "-" + n.Node.String() }
func (n Word) String() string   { return n.Field.prefix() + n.Text }
func (n Phrase) String() string { return n.Field.prefix() + `"` + n.Text + `"` }
func (n Prefix) String() string { return n.Field.prefix() + n.Text + "*" }
func (n After) String() string  { return "after:" + n.Day.Format(time.DateOnly) }
func (n Before) String() string { return "before:" + n.Day.Format(time.DateOnly) }

// String is a span with two dots, or the one part that it holds.
func (n Parts) String() string {
	from, to := strconv.Itoa(max(n.From, 1)), strconv.Itoa(n.To)
	switch n.To {
	case 0:
		return "part:" + from + ".."
	case n.From:
		return "part:" + to
	}
	return "part:" + from + ".." + to
}

// String is a span of days, or the one day that it holds.
func (n Published) String() string {
	from, to := "", ""
	if !n.From.IsZero() {
		from = n.From.Format(time.DateOnly)
	}
	if !n.Before.IsZero() {
		to = n.Before.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if from == to {
		return "published:" + from
	}
	return "published:" + from + ".." + to
}

func (f Field) prefix() string {
	if f == FieldText {
		return ""
	}
	return string(f) + ":"
}

func join(nodes []Node, separator string) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = n.String()
	}
	return strings.Join(parts, separator)
}

// Leaves calls f for every leaf of the query, left to right; negated says
// whether it stands under a [Not].
func (q Query) Leaves(f func(leaf Node, negated bool)) { leaves(q.Root, false, f) }

func leaves(n Node, negated bool, f func(Node, bool)) {
	switch n := n.(type) {
	case nil:
	case All:
		for _, c := range n {
			leaves(c, negated, f)
		}
	case Any:
		for _, c := range n {
			leaves(c, negated, f)
		}
	case Not:
		leaves(n.Node, !negated, f)
	default:
		f(n, negated)
	}
}
