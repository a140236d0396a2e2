package profile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"storyfeed/feed"
)

// choose takes the best place, then those that are right where the ones before
// find nothing, then such as survive a change of names.
func (c *cluster) choose(f Field, tried []*candidate) Learned {
	l := Learned{}
	by := map[Teacher]int{}
	knows := make([]bool, len(c.pages))
	for i, p := range c.pages {
		if t, ok := p.knows(f); ok {
			knows[i] = true
			l.Of++
			by[t]++
		}
	}
	l.Teacher = most(by)
	if len(tried) == 0 || tried[0].worth == 0 {
		return l
	}
	chosen := tried[:1:1]
	chosen = c.fillGaps(chosen, tried, knows)
	chosen = addSpare(chosen, tried, l.Of)
	for i, p := range c.pages {
		if !knows[i] {
			continue
		}
		switch k := firstFound(chosen, i); {
		case k != nil && k.right[i]:
			l.Support++
			if len(l.Values) < maxShown {
				l.Values = append(l.Values, short(strings.Join(cut(f, k.Place, p.texts(k)), ", ")))
			}
		case k != nil && l.Counter == "":
			l.Counter = fmt.Sprintf("%s: %q instead of %q", p.URL, short(strings.Join(cut(f, k.Place, p.texts(k)), ", ")), short(p.shown(f)))
		case l.Counter == "":
			l.Counter = fmt.Sprintf("%s: nothing instead of %q", p.URL, short(p.shown(f)))
		}
	}
	for _, k := range chosen {
		l.Places = append(l.Places, k.Place)
	}
	l.Confidence = Wilson(l.Support, l.Of)
	return l
}

func firstFound(chosen []*candidate, i int) *candidate {
	for _, k := range chosen {
		if k.found[i] {
			return k
		}
	}
	return nil
}

// fillGaps adds places for pages on which the chosen ones find nothing, such as
// the other of two variants of a template.
func (c *cluster) fillGaps(chosen, tried []*candidate, knows []bool) []*candidate {
	for len(chosen) < maxPlaces-1 {
		var best *candidate
		top := 0
		for _, k := range tried {
			gain := 0
			for i := range c.pages {
				if knows[i] && k.found[i] && firstFound(chosen, i) == nil {
					if k.right[i] {
						gain++
					} else {
						gain--
					}
				}
			}
			if gain > top {
				best, top = k, gain
			}
		}
		if best == nil {
			return chosen
		}
		chosen = append(chosen, best)
	}
	return chosen
}

// addSpare adds places that are right on nearly all pages and of another sort
// than those chosen: by position, or in the head.
func addSpare(chosen, tried []*candidate, of int) []*candidate {
	sort := func(k *candidate) string {
		if k.Kind == Element && !slices.ContainsFunc(k.path, step.isNamed) {
			return "position"
		}
		return string(k.Kind)
	}
	have := map[string]bool{}
	for _, k := range chosen {
		have[sort(k)] = true
	}
	for _, k := range tried {
		if len(chosen) == maxPlaces {
			break
		}
		if s := sort(k); !have[s] && 10*k.Support >= 9*of {
			have[s] = true
			chosen = append(chosen, k)
		}
	}
	return chosen
}

func most(by map[Teacher]int) Teacher {
	for _, t := range []Teacher{ByAPI, ByFeed, ByAnchor, ByStore, ByConsensus} {
		if by[t] > 0 && by[t] == slices.Max(counts(by)) {
			return t
		}
	}
	for t := range by {
		return t
	}
	return ""
}

func counts(by map[Teacher]int) []int {
	var out []int
	for _, n := range by {
		out = append(out, n)
	}
	return out
}

// shown is a known value as one text.
func (p *page) shown(f Field) string {
	k := p.Known
	switch f {
	case Title:
		return k.Title
	case Authors:
		return strings.Join(k.Authors, ", ")
	case Published:
		return k.Published.Time.Format("2006-01-02 15:04:05")
	case Updated:
		return k.Updated.Time.Format("2006-01-02 15:04:05")
	case Tags:
		return strings.Join(k.Tags, ", ")
	case Image:
		return k.ImageURL
	}
	return short(feed.OneLine(k.Text))
}

// Wilson is the lower bound of Wilson's 95 % interval of right in of trials.
func Wilson(right, of int) float64 {
	if of <= 0 {
		return 0
	}
	const z = 1.96
	n := float64(of)
	p := float64(right) / n
	return max(0, (p+z*z/(2*n)-z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n)))/(1+z*z/n))
}
