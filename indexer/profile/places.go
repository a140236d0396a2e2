package profile

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html"

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
		return some(p.metas[k.Path], k.Many)
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

// some are the values that a place takes of those that it holds.
func some(values []string, many bool) []string {
	if many {
		return values
	}
	return values[:min(len(values), 1)]
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
		texts := cut(f, k.Place, all[i])
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

// cut takes off what stands around a field's values in a place.
func cut(f Field, pl Place, texts []string) []string {
	if f == Tags {
		return partTags(texts)
	}
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

// partTags parts what is written as one, and takes off the marks that themes
// set before and behind a tag.
func partTags(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		for tag := range strings.SplitSeq(t, ",") {
			if tag = strings.Trim(tag, " #;·|"); tag != "" && len(out) < maxMany {
				out = append(out, tag)
			}
		}
	}
	return out
}
