package profile

import (
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Hints are what is known of a page before it is read.
type Hints struct {
	URL      string
	Anchor   string // text of the link that led here; empty: unknown
	Language string
	Now      time.Time // later dates are refused; zero: none is
	ReadDate ReadDate  // nil: dates are not checked
	Pins     feed.Select
	// LD are the values of the page's JSON-LD scripts as package json decodes
	// them, where they are no longer in it; nil: they are read from the page.
	LD []any
}

// Values are what a set reads from a page. Nodes are those of the page and
// still in it.
type Values struct {
	Matched bool    // the page belongs to one of the set's clusters, or is like it
	Cluster int     // which, index of Set.Profiles; -1: none
	Fit     float64 // share of the cluster's shape that the page has, 0 to 1
	// Changed: the page is no story in a template that was learned: classes,
	// paths or the lines of header and footer have vanished. One such page may
	// be odd; several in a row are a redesign. No value of it is sure enough for [Alone].
	Changed bool

	Title     Found
	Authors   Found
	Published Found
	Updated   Found
	Tags      Found
	Image     Found
	Body      Found
	Cut       []*html.Node // within the body's node: what is none of the story's
	Failed    []Failure    // invariants that do not hold; empty: the values may be used

	beside []*html.Node // what stands between the elements of a pinned body, see [joined]
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
	What  string // such as "empty", "no date", "not the link's text", "all furniture", "nothing is found"
}

// BodyText is the text of the body without what is cut out of it, or empty. It
// must be asked for before the page is changed.
func (v *Values) BodyText() string {
	if n := v.Body.Node(); n != nil {
		return textWithout(n, v.Cut)
	}
	return ""
}

// Field is the value of a field.
func (v *Values) Field(f Field) Found {
	if p := v.field(f); p != nil {
		return *p
	}
	return Found{}
}

func (v *Values) field(f Field) *Found {
	switch f {
	case Title:
		return &v.Title
	case Authors:
		return &v.Authors
	case Published:
		return &v.Published
	case Updated:
		return &v.Updated
	case Tags:
		return &v.Tags
	case Image:
		return &v.Image
	case Body:
		return &v.Body
	}
	return nil
}

func (v *Values) fail(f Field, what string) { v.Failed = append(v.Failed, Failure{f, what}) }

// Apply reads a page: it finds the cluster that the page belongs to, and in it
// the places of the fields. It goes over the page once. A nil set finds what
// the hints' pins find. doc is not changed.
func (s *Set) Apply(doc *html.Node, h Hints) Values {
	v := Values{Cluster: -1}
	if doc == nil {
		return v
	}
	if s != nil && len(s.Profiles) > 0 {
		r := newReader(s)
		r.read(doc)
		if h.LD != nil {
			ld := linkedOf(h.LD)
			r.ld = &ld
		}
		v.Cluster, v.Fit, v.Changed = r.cluster()
		if v.Cluster >= 0 {
			v.Matched = true
			r.fill(&v, h)
		}
	}
	v.pin(doc, h)
	if v.Cluster >= 0 {
		v.finish(&s.Profiles[v.Cluster], h)
	} else if n := v.Body.Node(); n != nil {
		v.Cut = append(v.beside, removed(n, h.Pins.Remove)...)
	}
	return v
}

// finish cuts the body and checks the invariants.
func (v *Values) finish(p *Profile, h Hints) {
	if n := v.Body.Node(); n != nil {
		v.Cut = append(newCutter(p).cuts(n), v.beside...)
		v.Cut = append(v.Cut, removed(n, h.Pins.Remove)...)
		if !hasTextWithout(n, v.Cut) {
			v.fail(Body, "all furniture")
		}
	} else {
		v.fail(Body, "empty")
	}
	if !v.Title.OK() {
		v.fail(Title, "empty")
	} else if unlike(v.Title.Text(), h.Anchor) {
		v.fail(Title, "not the link's text")
	}
	for _, f := range []Field{Authors, Published} {
		l := p.Fields[f]
		if !v.field(f).OK() && l.Confidence >= UsedAlone && 10*l.Of >= 9*len(p.Samples) {
			v.fail(f, "empty")
		}
	}
	if d := v.Published; d.OK() && h.ReadDate != nil {
		t, ok := h.ReadDate(d.Text(), h.Language)
		switch {
		case !ok:
			v.fail(Published, "no date")
		case !h.Now.IsZero() && t.Time.After(h.Now.Add(24*time.Hour)):
			v.fail(Published, "in the future")
		}
	}
}

// Cuts lists what is none of the story's within a body, wherever that was
// found: what repeats in the bodies of the cluster, or of all clusters if it is
// negative. Nodes do not hold one another. A nil set finds nothing.
func (s *Set) Cuts(cluster int, body *html.Node) []*html.Node {
	if s == nil || body == nil {
		return nil
	}
	if cluster >= 0 && cluster < len(s.Profiles) {
		return newCutter(&s.Profiles[cluster]).cuts(body)
	}
	var all cutter
	all.prints = map[uint64]bool{}
	for i := range s.Profiles {
		c := newCutter(&s.Profiles[i])
		maps.Copy(all.prints, c.prints)
	}
	return all.cuts(body)
}

// unlike reports whether a title has hardly a word of the link's text. Links
// of few words ("Part 3", "Read more") say nothing.
func unlike(title, anchor string) bool {
	a, t := strings.Fields(feed.Fold(anchor)), strings.Fields(feed.Fold(title))
	if len(a) < 3 || len(t) < 2 {
		return false
	}
	both := 0
	for _, w := range a {
		if slices.Contains(t, w) {
			both++
		}
	}
	return float64(both) < .2*float64(min(len(a), len(t)))
}

// hasTextWithout reports whether a body has a word outside of what is cut.
func hasTextWithout(n *html.Node, cut []*html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && hasWord(clip(c.Data, maxPrint)):
			return true
		case c.Type == html.ElementNode && c.DataAtom == atom.Img:
			return true
		case c.Type == html.ElementNode && !isUnread(c) && !slices.Contains(cut, c) && hasTextWithout(c, cut):
			return true
		}
	}
	return false
}

// Observe counts what a later page showed: for each field whether the value
// of the set was right (true) or wrong, as found by reading the page without
// it. Supports and confidences of the cluster follow; of more than
// [maxObserved] stories the older weigh less. It changes s, and must not be
// called while other goroutines use it.
func (s *Set) Observe(cluster int, right map[Field]bool) {
	if cluster < 0 || cluster >= len(s.Profiles) {
		return
	}
	fields := s.Profiles[cluster].Fields
	for f, ok := range right {
		l, learned := fields[f]
		if !learned {
			continue
		}
		l.Of++
		if ok {
			l.Support++
		}
		if l.Of > maxObserved {
			l.Support, l.Of = l.Support*maxObserved/l.Of, maxObserved
		}
		l.Confidence = Wilson(l.Support, l.Of)
		fields[f] = l
	}
}

// maxObserved bounds how many stories a support is counted of, so that drift
// shows.
const maxObserved = 60
