package profile

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// candidate is a place that may be a field's.
type candidate struct {
	Place
	path  path // of an element
	rank  int  // the lower, the rather it is taken of equal ones
	votes int  // pages on which it was met
	worth float64
	right []bool // by page of the cluster
	found []bool
}

const (
	maxMet    = 60 // elements of a page that hold a field's value; more say nothing new
	maxTried  = 40 // candidates of a field that are tried on every page
	titleRoom = 14 // words that may stand around a title ("| The Name of a Site")
	dateRoom  = 12 // words of a line that is a date
	nameRoom  = 30 // words of a byline
)

// learnField finds the places of a field, or none.
func (c *cluster) learnField(f Field) Learned {
	tried := c.candidates(f)
	for _, k := range tried {
		c.try(f, k)
	}
	slices.SortStableFunc(tried, func(a, b *candidate) int {
		if d := cmp.Compare(b.score(), a.score()); d != 0 {
			return d
		}
		return cmp.Compare(a.rank, b.rank)
	})
	return c.choose(f, tried)
}

func (k *candidate) score() float64 {
	wrong := 0
	for i, found := range k.found {
		if found && !k.right[i] {
			wrong++
		}
	}
	return math.Round(100*(k.worth-.5*float64(wrong))) / 100
}

// candidates are the places that hold the known value on some page, those
// met most often first.
func (c *cluster) candidates(f Field) []*candidate {
	met := map[Place]*candidate{}
	for _, p := range c.pages {
		if _, ok := p.knows(f); !ok {
			continue
		}
		here := map[Place]bool{}
		add := func(pl Place, at path, rank int) {
			if here[pl] {
				return
			}
			here[pl] = true
			k := met[pl]
			if k == nil {
				k = &candidate{Place: pl, path: at, rank: rank}
				met[pl] = k
			}
			k.votes++
			k.rank = min(k.rank, rank)
		}
		c.headCandidates(f, p, add)
		c.bodyCandidates(f, p, add)
	}
	out := make([]*candidate, 0, len(met))
	for _, k := range met {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(b.votes, a.votes), cmp.Compare(a.rank, b.rank), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Attr, b.Attr), cmp.Compare(len(a.Path), len(b.Path)))
	})
	return out[:min(len(out), maxTried)]
}

// headRank orders places of equal worth: what readers see beside the story
// comes first, then what is written for machines.
var headRank = map[Kind]int{LD: 40, Meta: 50, TitleTag: 60}

func (c *cluster) headCandidates(f Field, p *page, add func(Place, path, int)) {
	holds := func(text string) bool {
		return c.worth(f, p, []string{text}) > 0 || (f == Title || f == Authors) && surrounds(text, p.first(f))
	}
	for name, content := range p.metas {
		if holds(content) {
			rank := headRank[Meta]
			if f == Published && saysUpdated(name) {
				rank++
			}
			add(Place{Kind: Meta, Path: name}, nil, rank)
		}
	}
	if f == Title && holds(p.title) {
		add(Place{Kind: TitleTag}, nil, headRank[TitleTag])
	}
	for _, at := range p.ld.paths() {
		if values := p.ld.find(at); len(values) > 0 && (c.worth(f, p, values) > 0 || holds(values[0])) {
			rank := headRank[LD]
			if f == Published && saysUpdated(at) {
				rank++
			}
			if f == Authors {
				rank = -1 // it parts several names, which a byline does not
			}
			add(Place{Kind: LD, Path: at, Many: f == Authors || f == Tags}, nil, rank)
		}
	}
}

// saysUpdated reports whether a name is that of the date of a change, which is
// the date of publication where nothing was changed yet.
func saysUpdated(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "modified") || strings.Contains(name, "updated")
}

// first is the known value as one text.
func (p *page) first(f Field) string {
	switch f {
	case Title:
		return p.Known.Title
	case Authors:
		if len(p.Known.Authors) == 1 {
			return p.Known.Authors[0]
		}
	}
	return ""
}

// surrounds reports whether a text holds a value between constant words.
func surrounds(text, value string) bool {
	return len(value) >= 3 && len(text) <= len(value)+maxAffix && strings.Contains(text, value)
}

const maxAffix = 100 // bytes around a value

// attributes that may hold a field's value.
func attributesOf(f Field, n *html.Node) []string {
	switch f {
	case Published, Updated:
		return []string{"datetime", "content", "title", "data-time", "data-date", "data-datetime", ""}
	case Authors:
		return []string{"", "content"}
	case Image:
		if n.DataAtom == atom.Img {
			return []string{"src", "data-src"}
		}
		return nil
	}
	return []string{""}
}

func (c *cluster) bodyCandidates(f Field, p *page, add func(Place, path, int)) {
	met := 0
	for _, e := range p.elems {
		if met == maxMet {
			return
		}
		if !c.mayHold(f, p, e) {
			continue
		}
		for _, key := range attributesOf(f, e.n) {
			text, ok := read(e.n, key)
			if !ok || (f == Published || f == Updated) && !strings.ContainsAny(text, "0123456789") {
				continue
			}
			one := c.worth(f, p, []string{text}) > 0 || (f == Title || f == Authors) && surrounds(text, p.first(f))
			part := (f == Authors || f == Tags) && isOneOf(text, p, f)
			if !one && !part {
				continue
			}
			met++
			for i, at := range c.pathsTo(e.n) {
				rank := elementRank(f, e.n, key, i, at)
				if one && f != Tags {
					add(Place{Kind: Element, Path: at.String(), Attr: key}, at, rank)
				}
				if part && at[len(at)-1].isNamed() {
					add(Place{Kind: Element, Path: at.String(), Attr: key, Many: true}, at, rank+5)
				}
			}
		}
	}
}

// mayHold tells cheaply that an element holds too much or nothing.
func (c *cluster) mayHold(f Field, p *page, e elem) bool {
	n := e.to - e.from
	switch f {
	case Title:
		return n > 0 && n <= len(strings.Fields(p.Known.Title))*2+titleRoom && !isUnread(e.n)
	case Published, Updated:
		return n <= dateRoom
	case Authors:
		return n <= nameRoom && !isUnread(e.n)
	case Tags:
		return e.n.DataAtom == atom.A && n > 0 && n <= dateRoom
	case Image:
		return e.n.DataAtom == atom.Img
	}
	return false
}

func isOneOf(text string, p *page, f Field) bool {
	known := p.Known.Authors
	if f == Tags {
		known = p.Known.Tags
	}
	t := feed.Fold(text)
	return t != "" && slices.ContainsFunc(known, func(k string) bool { return feed.Fold(k) == t })
}

// elementRank: headings and elements with names of their own first; position
// alone last, behind everything in the head, unless a heading stands there.
func elementRank(f Field, n *html.Node, key string, i int, at path) int {
	rank := i
	isTitle := f == Title && (n.DataAtom == atom.H1 || n.DataAtom == atom.H2)
	switch named := slices.ContainsFunc(at, step.isNamed); {
	case !named && isTitle:
		rank += 25
	case !named:
		rank += 70
	}
	switch {
	case f == Title && !isTitle:
		rank += 10
	case (f == Published || f == Updated) && key != "datetime":
		rank += 10
	}
	return rank
}

// read is an attribute, or the text where key is empty, as one line.
func read(n *html.Node, key string) (string, bool) {
	if key == "" {
		s := feed.OneLine(textOf(n, maxValue))
		return s, s != ""
	}
	v, ok := attr(n, key)
	v = feed.OneLine(clip(v, maxValue))
	return v, ok && v != ""
}

// texts are what stands in a place of a page.
func (p *page) texts(k *candidate) []string {
	switch k.Kind {
	case Meta:
		return one(p.metas[k.Path])
	case TitleTag:
		return one(p.title)
	case LD:
		return p.ld.find(k.Path)
	}
	var out []string
	for _, e := range p.elems {
		if !k.path.matches(e.n) {
			continue
		}
		if s, ok := read(e.n, k.Attr); ok {
			out = append(out, s)
		}
		if !k.Many || len(out) == maxMany {
			break
		}
	}
	return out
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// try reads a candidate on every page that knows the field, and finds what
// surrounds the value.
func (c *cluster) try(f Field, k *candidate) {
	all := make([][]string, len(c.pages))
	for i, p := range c.pages {
		all[i] = p.texts(k)
	}
	if f == Title || f == Authors && !k.Many {
		k.Prefix, k.Suffix = c.affixes(f, all)
	}
	k.right, k.found = make([]bool, len(c.pages)), make([]bool, len(c.pages))
	for i, p := range c.pages {
		if _, ok := p.knows(f); !ok {
			continue
		}
		texts := cut(k.Place, all[i])
		k.found[i] = c.counts(f, p, texts)
		w := c.worth(f, p, texts)
		k.right[i] = w > 0
		k.worth += w
		if w > 0 {
			k.Place.Support++
		}
	}
}

// counts reports whether what stands in a place is taken for a value: else the
// next place is tried.
func (c *cluster) counts(f Field, p *page, texts []string) bool {
	if len(texts) == 0 {
		return false
	}
	if f == Published || f == Updated {
		_, ok := c.opt.ReadDate(texts[0], p.lang)
		return ok
	}
	return true
}

// affixes are what stands around the value on most pages.
func (c *cluster) affixes(f Field, all [][]string) (prefix, suffix string) {
	type pair struct{ prefix, suffix string }
	count := map[pair]int{}
	known := 0
	for i, p := range c.pages {
		value := p.first(f)
		if value == "" || len(all[i]) == 0 {
			continue
		}
		known++
		if surrounds(all[i][0], value) {
			before, after, _ := strings.Cut(all[i][0], value)
			count[pair{before, after}]++
		}
	}
	for a, n := range count {
		if a != (pair{}) && 10*n >= 6*known && n >= 2 {
			return a.prefix, a.suffix
		}
	}
	return "", ""
}

// cut takes a place's affixes off.
func cut(pl Place, texts []string) []string {
	if pl.Prefix == "" && pl.Suffix == "" {
		return texts
	}
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		t = strings.TrimSuffix(t, pl.Suffix)
		if t = strings.TrimSpace(strings.TrimPrefix(t, pl.Prefix)); t != "" {
			out = append(out, t)
		}
	}
	return out
}
