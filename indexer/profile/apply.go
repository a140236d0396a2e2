package profile

import (
	"golang.org/x/net/html"

	"storyfeed/feed"
)

// Hints are what is known of a page before it is read.
type Hints struct {
	URL      string
	Anchor   string // text of the link that led here; empty: unknown
	Language string
	ReadDate ReadDate // nil: dates are not checked
	Pins     feed.Select
}

// Values are what a set reads from a page. Nodes are those of the page and
// still in it.
type Values struct {
	Matched bool    // the page belongs to one of the set's clusters
	Cluster int     // which, index of Set.Profiles; -1: none
	Fit     float64 // share of the cluster's shape that the page has, 0 to 1
	// Changed: the page looks like a story of the source in another template
	// than those that were learned: classes, paths or the lines of header and
	// footer have vanished. One such page may be odd; several in a row are a redesign.
	Changed bool

	Title     Found
	Authors   Found
	Published Found
	Updated   Found
	Tags      Found
	Image     Found
	Body      Found
	Cut       []*html.Node // within Body.Nodes[0]: what is none of the story's
	Failed    []Failure    // invariants that do not hold; empty: the values may be used
}

// Found is a field's value on a page; the zero value: none.
type Found struct {
	Texts      []string     // the value, with affixes cut, as written; for the body nil
	Nodes      []*html.Node // elements that it was read from; nil for meta tags, JSON-LD and <title>
	Place      Place
	Confidence float64
	Pinned     bool // found by a person's selector
}

// Text is the first value, or empty.
func (f Found) Text() string {
	if len(f.Texts) == 0 {
		return ""
	}
	return f.Texts[0]
}

// Node is the first element, or nil.
func (f Found) Node() *html.Node {
	if len(f.Nodes) == 0 {
		return nil
	}
	return f.Nodes[0]
}

// OK reports whether anything was found.
func (f Found) OK() bool { return len(f.Texts) > 0 || len(f.Nodes) > 0 }

// Use is what the value is good for. A pinned value is used alone.
func (f Found) Use() Use {
	switch {
	case !f.OK():
		return Not
	case f.Pinned:
		return Alone
	}
	return UseOf(f.Confidence)
}

// Failure is an invariant that does not hold on a page.
type Failure struct {
	Field Field
	What  string // such as "empty", "no date", "not the link's text", "all furniture", "pin finds nothing"
}

// Apply reads a page: it finds the cluster that the page belongs to, and in it
// the places of the fields. It goes over the page once. A nil set finds what
// the hints' pins find.
func (s *Set) Apply(doc *html.Node, h Hints) Values { return Values{Cluster: -1} }

// Observe counts what a later page showed: for each field whether the value
// of the set was right (true) or wrong, as found by reading the page without
// it. Supports and confidences of the cluster follow. It changes s, and must
// not be called while other goroutines use it.
func (s *Set) Observe(cluster int, right map[Field]bool) {}
