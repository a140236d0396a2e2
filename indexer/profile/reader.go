package profile

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// reader goes over a page once for all profiles of a set.
type reader struct {
	set    *Set
	byTag  [64][]*wanted // of whose last element the tag has this number, see tagNumber
	places [][]sought    // by profile
	shapes []shapeSeen   // by profile
	known  [128]classed  // met lately, by the length and some letters of the class

	body    *html.Node
	metas   []*html.Node
	title   string
	scripts []string
	ld      *linked
}

// classed is an element's tag with its class attribute.
type classed struct{ tag, class string }

// shapeSeen is which features of a shape a page has.
type shapeSeen struct{ classes, tags, lines features }

// features is a sorted list of features, and which of them were met.
type features struct {
	list   []uint64
	met    [maxShape/64 + 1]uint64
	n      int
	lately [64]uint64 // met or looked for in vain; templates repeat themselves
}

func (f *features) meet(feature uint64) {
	if last := &f.lately[feature%uint64(len(f.lately))]; *last == feature {
		return
	} else {
		*last = feature
	}
	i, ok := slices.BinarySearch(f.list, feature)
	if !ok || i >= maxShape || f.met[i/64]&(1<<(i%64)) != 0 {
		return
	}
	f.met[i/64] |= 1 << (i % 64)
	f.n++
}

// wanted is a place that is looked for.
type wanted struct {
	Place
	path   path
	nodes  []*html.Node
	sought bool // it was looked for; spare places only are where the ones before find nothing
}

// sought is a field with the places where it may stand.
type sought struct {
	field  Field
	places []wanted
}

func newReader(s *Set) *reader {
	profiles := s.Profiles[:min(len(s.Profiles), MaxProfiles)]
	r := &reader{set: s, shapes: make([]shapeSeen, len(profiles))}
	for i := range profiles {
		p := &profiles[i]
		seen := &r.shapes[i]
		seen.classes.list, seen.tags.list, seen.lines.list = p.Shape.Classes, p.Shape.Tags, p.Shape.Texts
		fields := make([]sought, 0, len(p.Fields))
		for f, l := range p.Fields {
			places := make([]wanted, len(l.Places))
			for k, pl := range l.Places {
				places[k].Place = pl
			}
			if len(places) > 0 && places[0].Kind == Element {
				w := &places[0]
				w.path, w.sought = parsePath(w.Path), true
				at := tagNumber(w.path[len(w.path)-1].tag)
				r.byTag[at] = append(r.byTag[at], w)
			}
			fields = append(fields, sought{f, places})
		}
		r.places = append(r.places, fields)
	}
	return r
}

func (r *reader) read(doc *html.Node) {
	for c := doc.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			r.readHead(c)
		}
	}
}

// readHead reads the elements around the body.
func (r *reader) readHead(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.DataAtom {
		case atom.Body:
			r.body = c
			r.element(c, fnvOffset, 0)
		case atom.Title:
			if r.title == "" {
				r.title = feed.OneLine(textOf(c, maxValue))
			}
		case atom.Meta:
			r.metas = append(r.metas, c)
		case atom.Script:
			if isLD(c) {
				r.scripts = append(r.scripts, c.FirstChild.Data)
			}
		default:
			r.readHead(c)
		}
	}
}

// element visits the body's elements.
func (r *reader) element(n *html.Node, tags uint64, depth int) {
	switch n.DataAtom {
	case atom.Meta:
		r.metas = append(r.metas, n)
	case atom.Script:
		if isLD(n) {
			r.scripts = append(r.scripts, n.FirstChild.Data)
		}
	}
	if class, ok := attr(n, "class"); ok {
		r.countClasses(n.Data, class)
	}
	if tags = tagPath(tags, n, depth); tags != 0 {
		for i := range r.shapes {
			r.shapes[i].tags.meet(tags)
		}
	}
	for _, w := range r.byTag[tagNumber(n.Data)] {
		if (len(w.nodes) == 0 || w.Many && len(w.nodes) < maxMany) && w.path.matches(n) {
			w.nodes = append(w.nodes, n)
		}
	}
	if isUnread(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.ElementNode:
			r.element(c, tags, depth+1)
		case html.TextNode:
			if len(c.Data) > 2*maxLine {
				continue
			}
			if h := lineHash(c.Data); h != 0 {
				for i := range r.shapes {
					r.shapes[i].lines.meet(h)
				}
			}
		}
	}
}

// tagNumber parts the tags, few of which are looked for, into as many groups as
// [reader] has lists.
func tagNumber(tag string) int {
	if tag == "" {
		return 0
	}
	return (len(tag) + 5*int(tag[0]) + 3*int(tag[len(tag)-1])) % 64
}

func (r *reader) countClasses(tag, class string) {
	if class == "" {
		return
	}
	last := &r.known[(len(class)+31*int(class[0])+7*int(class[len(class)/2])+3*int(class[len(class)-1]))%len(r.known)]
	if last.tag == tag && last.class == class {
		return // counted when it was met before
	}
	*last = classed{tag, class}
	of := hashString(hashString(fnvOffset, tag), ".")
	for c := range strings.FieldsSeq(class) {
		h := hashString(of, c)
		for i := range r.shapes {
			r.shapes[i].classes.meet(h)
		}
	}
}

// cluster is the profile whose shape the page has most of; -1 if it has hardly
// anything of any.
func (r *reader) cluster() (best int, fit float64, changed bool) {
	best = -1
	for i, n := range r.shapes {
		f, c := r.set.Profiles[i].Shape.fit(n.classes.n, n.tags.n, n.lines.n)
		if best < 0 || f > fit {
			best, fit, changed = i, f, c
		}
	}
	if fit < foreign {
		return -1, fit, true
	}
	return best, fit, changed
}

// foreign is the fit below which a page shows no template of the set at all.
const foreign = .25

// doubted is the confidence that a value has at most on a page whose template
// has changed.
const doubted = .6

// fill takes each field from the first of its places that holds a value.
func (r *reader) fill(v *Values, h Hints) {
	p := &r.set.Profiles[v.Cluster]
	for _, s := range r.places[v.Cluster] {
		f := s.field
		found := v.field(f)
		if found == nil {
			continue
		}
		for k := range s.places {
			w := &s.places[k]
			texts, nodes := r.values(f, w)
			if len(texts) == 0 && (f != Body || len(nodes) == 0) {
				continue
			}
			if !isReadable(f, texts, h) {
				continue
			}
			*found = Found{Texts: texts, Nodes: nodes, Place: w.Place, Confidence: p.Fields[f].Confidence}
			if v.Changed {
				found.Confidence = min(found.Confidence, doubted)
			}
			break
		}
	}
}

// seek looks for a place on its own.
func (r *reader) seek(w *wanted) {
	w.path, w.sought = parsePath(w.Path), true
	if r.body == nil {
		return
	}
	if w.path.matches(r.body) {
		w.nodes = append(w.nodes, r.body)
		return
	}
	for n := range r.body.Descendants() {
		if n.Type == html.ElementNode && w.path.matches(n) {
			if w.nodes = append(w.nodes, n); !w.Many || len(w.nodes) == maxMany {
				return
			}
		}
	}
}

// isReadable reports whether what stands in a place is a value of the field at
// all.
func isReadable(f Field, texts []string, h Hints) bool {
	if f != Published && f != Updated || h.ReadDate == nil {
		return true
	}
	_, ok := h.ReadDate(texts[0], h.Language)
	return ok
}

// meta is the content of the first <meta> of that name that has one, or of all
// of them.
func (r *reader) meta(name string, many bool) []string {
	var out []string
	for _, n := range r.metas {
		for _, key := range metaKeys {
			if v, ok := attr(n, key); ok && strings.EqualFold(strings.TrimSpace(v), name) {
				if content, _ := attr(n, "content"); strings.TrimSpace(content) != "" {
					if out = append(out, feed.OneLine(clip(content, maxValue))); !many || len(out) == maxMany {
						return out
					}
				}
				break
			}
		}
	}
	return out
}

func (r *reader) values(f Field, w *wanted) ([]string, []*html.Node) {
	switch w.Kind {
	case Meta:
		return cut(f, w.Place, r.meta(w.Path, w.Many)), nil
	case TitleTag:
		return cut(f, w.Place, one(r.title)), nil
	case LD:
		if r.ld == nil {
			ld := readLinked(r.scripts)
			r.ld = &ld
		}
		return cut(f, w.Place, r.ld.find(w.Path)), nil
	case Element:
		if !w.sought {
			r.seek(w)
		}
		if f == Body {
			return nil, w.nodes
		}
		var texts []string
		for _, n := range w.nodes {
			if s, ok := read(n, w.Attr); ok {
				texts = append(texts, s)
			}
		}
		if len(texts) < len(w.nodes) && !w.Many {
			return nil, nil
		}
		return cut(f, w.Place, texts), w.nodes
	}
	return nil, nil
}
