package profile

import (
	"cmp"
	"slices"
)

// cluster is a group of pages of one template.
type cluster struct {
	opt     Options
	pages   []*page
	classes map[string]bool // "tag.class" that nearly all pages have
}

// Shares by which pages are grouped and shapes made.
const (
	alike   = .5 // Jaccard of two pages' structure: one template
	shared  = .8 // of the pages have it: it belongs to the shape
	minTell = 4  // features of a kind that tell anything
)

// clusters parts pages by their structure: a page joins the group that it is
// most like on average. The largest come first.
func clusters(pages []*page, opt Options) []*cluster {
	var groups [][]*page
	for _, p := range pages {
		best, top := -1, alike
		for i, g := range groups {
			sum := 0.0
			for _, q := range g {
				sum += similarity(p, q)
			}
			if mean := sum / float64(len(g)); mean >= top {
				best, top = i, mean
			}
		}
		if best < 0 {
			groups = append(groups, []*page{p})
		} else {
			groups[best] = append(groups[best], p)
		}
	}
	slices.SortStableFunc(groups, func(a, b []*page) int { return cmp.Compare(len(b), len(a)) })
	var out []*cluster
	for _, g := range groups {
		out = append(out, newCluster(g, opt))
	}
	return out
}

func newCluster(pages []*page, opt Options) *cluster {
	c := &cluster{opt: opt, pages: pages, classes: map[string]bool{}}
	count := map[string]int{}
	for _, p := range pages {
		for class := range p.classes {
			count[class]++
		}
	}
	for class, n := range count {
		if c.nearlyAll(n) {
			c.classes[class] = true
		}
	}
	return c
}

func (c *cluster) nearlyAll(n int) bool { return float64(n) >= shared*float64(len(c.pages)) }

// similarity is the mean of what two pages share of their classes and of
// their paths of tags.
func similarity(a, b *page) float64 {
	t := jaccard(a.tags, b.tags)
	if len(a.classes) < minTell && len(b.classes) < minTell {
		return t
	}
	return (t + jaccard(a.classes, b.classes)) / 2
}

func jaccard[K comparable](a, b map[K]bool) float64 {
	both := 0
	for k := range a {
		if b[k] {
			both++
		}
	}
	if all := len(a) + len(b) - both; all > 0 {
		return float64(both) / float64(all)
	}
	return 1
}

// shape is the fingerprint of the cluster.
func (c *cluster) shape() Shape {
	tags, lines := map[uint64]int{}, map[uint64]int{}
	for _, p := range c.pages {
		for t := range p.tags {
			tags[t]++
		}
		for l := range p.lines {
			lines[l]++
		}
	}
	var s Shape
	for class := range c.classes {
		s.Classes = append(s.Classes, hashString(fnvOffset, class))
	}
	for t, n := range tags {
		if c.nearlyAll(n) {
			s.Tags = append(s.Tags, t)
		}
	}
	for l, n := range lines {
		if c.nearlyAll(n) {
			s.Texts = append(s.Texts, l)
		}
	}
	for _, list := range []*[]uint64{&s.Classes, &s.Tags, &s.Texts} {
		slices.Sort(*list)
		*list = (*list)[:min(len(*list), maxShape)]
	}
	return s
}

// maxShape is how many features of a kind are kept. They are hashes, so that
// the smallest are a fair sample.
const maxShape = 200

// fit is the share of the shape that a page has, by how many of its classes,
// paths of tags and lines are on it.
func (s Shape) fit(classes, tags, lines int) (fit float64, changed bool) {
	parts, sum := 0, 0.0
	share := func(n, of int, low float64) {
		if of < minTell {
			return
		}
		f := float64(n) / float64(of)
		sum += f
		parts++
		changed = changed || f < low
	}
	share(classes, len(s.Classes), vanished)
	share(tags, len(s.Tags), vanished)
	share(lines, len(s.Texts), 0) // an edited menu is no other template
	if parts == 0 {
		// A page of few tags and hardly a class: only all of it together tells
		// anything.
		of := len(s.Classes) + len(s.Tags) + len(s.Texts)
		if of < minTell {
			return 0, true
		}
		sum, parts = float64(classes+tags+lines)/float64(of), 1
	}
	fit = sum / float64(parts)
	return fit, changed || fit < belongs
}

const (
	vanished = .5 // of the classes or paths are left at most: another template
	belongs  = .6 // of the shape, at least, a page of the cluster has
)
