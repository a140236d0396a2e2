package main

import (
	"slices"
	"strings"
)

// field is a value that is scored.
type field struct {
	name  string
	score func(r result) tally
}

var fieldNames = []string{"body", "title", "author", "date"}

func isField(name string) bool { return slices.Contains(fieldNames, name) }

func fields(s set, o options) []field {
	all := []field{{"body", scoreBody}, {"title", scoreTitle}, {"author", scoreAuthors}, {"date", scoreDate}}
	return slices.DeleteFunc(all, func(f field) bool {
		return s.datesOnly && f.name != "date" || o.only != "" && f.name != o.only
	})
}

// tally counts what was read. Of a body it counts segments, else pages.
type tally struct {
	right, wrong, missed, avoided int // true and false positives, false and true negatives
	of                            int // pages with an annotation
	misses                        []string
}

func (t *tally) add(o tally) {
	t.right += o.right
	t.wrong += o.wrong
	t.missed += o.missed
	t.avoided += o.avoided
	t.of += o.of
}

func (t tally) precision() float64 { return share(t.right, t.right+t.wrong) }
func (t tally) recall() float64    { return share(t.right, t.right+t.missed) }
func (t tally) f() float64         { return share(2*t.right, 2*t.right+t.wrong+t.missed) }

// accuracy is the share of annotated pages read right, or of a body's
// segments.
func (t tally) accuracy() float64 {
	return share(t.right+t.avoided, t.right+t.wrong+t.missed+t.avoided)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func scoreBody(r result) tally {
	if len(r.with) == 0 && len(r.without) == 0 {
		return tally{}
	}
	t := tally{of: 1}
	text := ""
	if r.err == nil {
		text = folded(r.story.Text)
	}
	for _, s := range r.with {
		if strings.Contains(text, folded(s)) {
			t.right++
		} else {
			t.missed++
			t.misses = append(t.misses, "lost "+quote(s))
		}
	}
	for _, s := range r.without {
		if strings.Contains(text, folded(s)) {
			t.wrong++
			t.misses = append(t.misses, "kept "+quote(s))
		} else {
			t.avoided++
		}
	}
	return t
}

func scoreTitle(r result) tally {
	return scoreValue(r.title, folded(r.story.Title), r.story.TitleSource)
}

func scoreDate(r result) tally {
	got := ""
	if !r.story.Day.IsZero() {
		got = r.story.Day.Format("2006-01-02")
	}
	return scoreValue(r.date, got, r.story.Published.Source)
}

func scoreAuthors(r result) tally {
	var got []string
	for _, a := range r.story.Authors {
		got = append(got, folded(a))
	}
	want := slices.Sorted(slices.Values(r.authors))
	return scoreValue(strings.Join(want, "; "), strings.Join(slices.Sorted(slices.Values(got)), "; "), r.story.AuthorSource)
}

// scoreValue compares one value; empty: none. Case counts.
func scoreValue(want, got, source string) tally {
	switch {
	case want == "":
		return tally{}
	case got == want:
		return tally{right: 1, of: 1}
	case got == "":
		return tally{missed: 1, of: 1, misses: []string{"want " + quote(want) + ", read nothing"}}
	}
	return tally{wrong: 1, of: 1, misses: []string{"want " + quote(want) + ", read " + quote(got) + " from " + source}}
}
