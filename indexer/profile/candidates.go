package profile

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	maxMet    = 60 // elements of a page that hold a field's value; more say nothing new
	maxTried  = 40 // candidates of a field that are tried on every page
	titleRoom = 14 // words that may stand around a title ("| The Name of a Site")
	dateRoom  = 12 // words of a line that is a date
	nameRoom  = 30 // words of a byline
)

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
	for name, contents := range p.metas {
		if f == Tags && c.worth(f, p, partTags(contents)) > 0 {
			add(Place{Kind: Meta, Path: name, Many: true}, nil, headRank[Meta])
			continue
		}
		if holds(contents[0]) {
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
		if values := cut(f, Place{}, p.ld.find(at)); len(values) > 0 && (c.worth(f, p, values) > 0 || holds(values[0])) {
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
				if part && holdsSeveral(f, at) {
					add(Place{Kind: Element, Path: at.String(), Attr: key, Many: true}, at, rank+5)
				}
			}
		}
	}
}

// holdsSeveral reports whether a path may lead to all of a field's values:
// those of a byline have names of their own, tags stand in what is named. A
// position is no place of tags: on a story without any, something else has it.
func holdsSeveral(f Field, at path) bool {
	if f != Tags {
		return at[len(at)-1].isNamed()
	}
	return slices.ContainsFunc(at, step.isNamed) && !slices.ContainsFunc(at, func(s step) bool { return s.nth > 0 })
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
		return isElement(e.n, atom.A, atom.Span, atom.Li) && n > 0 && n <= dateRoom
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
	if f == Tags {
		text = strings.Join(partTags([]string{text}), ",")
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
