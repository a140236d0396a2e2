package profile

import (
	"fmt"
	"slices"
	"strings"

	"storyfeed/feed"
)

// Tally counts how often a field was read right.
type Tally struct{ Right, Wrong, Missing int }

// Verdict is what trying a set on known stories gave.
type Verdict struct {
	Stories   int // that were tried
	Unmatched int // of them, belong to no cluster of the set
	Fields    map[Field]Tally
	Pinned    []Field  // what was found by a person's selectors: counted, and no reason against the set
	Faults    []string // "URL: title "found" instead of "known"", at most 20
}

const (
	maxFaults = 20
	mayMiss   = .1 // of the stories a set that is adopted may read wrong
)

// OK reports whether the set may be adopted: at least one story was tried, at
// most a tenth of them (and never all) match no cluster, and titles, bodies,
// authors and dates are right, or absent and left to a reading of the whole
// page, on nine of ten. One story that is wrong among fewer than ten is one
// odd story; two are not.
func (v Verdict) OK() bool {
	few := func(n, of int) bool { return float64(n) <= max(1, mayMiss*float64(of)) && n < max(of, 2) }
	if v.Stories == 0 || v.Unmatched == v.Stories || !few(v.Unmatched, v.Stories) {
		return false
	}
	for _, f := range []Field{Title, Authors, Published, Body} {
		if slices.Contains(v.Pinned, f) {
			continue
		}
		t := v.Fields[f]
		if (f == Title || f == Body) && t.Right == 0 {
			return false
		}
		if of := t.Right + t.Wrong + t.Missing; of > 0 && !few(t.Wrong, of) {
			return false
		}
	}
	return true
}

// Verify tries a set on stories that are known, best such as it was not
// learned from.
func Verify(s *Set, known []Sample, opt Options) Verdict {
	v := Verdict{Fields: map[Field]Tally{}}
	c := &cluster{opt: opt}
	for _, f := range []Field{Title, Authors, Published, Body} {
		if pinOf(f, opt.Pins) != "" {
			v.Pinned = append(v.Pinned, f)
		}
	}
	opt.Pins.Remove = "" // what a person takes out of bodies is in the known texts of earlier times
	for _, k := range known {
		p := newPage(k)
		if p == nil {
			continue
		}
		v.Stories++
		got := s.Apply(k.Doc, Hints{URL: k.URL, Language: p.lang, ReadDate: opt.ReadDate, Pins: opt.Pins})
		if !got.Matched {
			v.Unmatched++
			v.fault("%s: no template of the source", k.URL)
			continue
		}
		for _, f := range []Field{Title, Authors, Published, Updated, Tags, Image} {
			if _, ok := p.knows(f); ok {
				found := got.Field(f)
				v.count(f, found.OK(), c.worth(f, p, found.Texts) > 0, func() string {
					return fmt.Sprintf("%s: %s %q instead of %q", k.URL, f, short(strings.Join(found.Texts, ", ")), short(p.shown(f)))
				})
			}
		}
		if _, ok := p.knows(Body); ok {
			text := got.BodyText()
			v.count(Body, got.Body.OK(), SameBody(text, k.Known.Text), func() string {
				return fmt.Sprintf("%s: body %q instead of %q", k.URL, short(feed.OneLine(text)), p.shown(Body))
			})
		}
	}
	return v
}

func (v *Verdict) count(f Field, found, right bool, fault func() string) {
	t := v.Fields[f]
	switch {
	case right:
		t.Right++
	case found:
		t.Wrong++
		v.fault("%s", fault())
	default:
		t.Missing++
	}
	v.Fields[f] = t
}

func (v *Verdict) fault(format string, args ...any) {
	if len(v.Faults) < maxFaults {
		v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
	}
}
