package feed

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Numbered is a story's place in a line that a [Drip] releases. Of a series
// the numbers are its parts.
type Numbered struct {
	Number  int // from 1; given once, never shifted
	Series  string
	GUID    string
	Fetched time.Time // when we first had the story
	Gone    time.Time // when it was found to be removed for good; zero: it is there
}

// Stage is how far a drip is at a time.
type Stage struct {
	Released int         // the highest number released; below From: none yet
	Last     int         // the last number that the drip will release, as far as we know
	Shown    []Numbered  // those released last that are there, newest first, at most [DripStories]
	Gone     []Tombstone // of those released since the oldest one shown, newest first; the GUIDs are those of the stories
	Next     time.Time   // when the next release is due; zero: there is none
	Ended    time.Time   // when the last story was released; zero: it is not yet
	Updated  time.Time   // when what is shown last changed, but for edits of stories
}

// Admit reports whether there is such a drip at a time, of a line in order of
// its numbers. There is none that begins too far ahead, or at a number that no
// story has reached. One that began before there were stories is admitted only
// if it was still running when they came: a store that had to be built again
// must not end it. The error is a [*DripError].
//
// What was admitted once stays so.
func (d Drip) Admit(t time.Time, line []Numbered) error {
	if d.Start.After(t.Add(DripAhead)) {
		return &DripError{Field: "start", Detail: "A catch-up feed may begin a month ahead at most: until " + t.Add(DripAhead).UTC().Format(time.DateOnly) + "."}
	}
	if last := line[len(line)-1].Number; d.From > last {
		return &DripError{Field: "from", Detail: fmt.Sprintf("The last number so far is %s.", Thousands(last))}
	}
	offered := line[0].Fetched
	for _, n := range line {
		if n.Fetched.Before(offered) {
			offered = n.Fetched
		}
	}
	if d.Start.Before(offered.Truncate(day)) && d.ReleaseOf(line[len(line)-1].Number).Before(offered) {
		return &DripError{Field: "start", Detail: "There was nothing to be released then: it may begin from " + offered.UTC().Format(time.DateOnly) + " on."}
	}
	return nil
}

// At is how far the drip is at a time, of a line in order of its numbers that
// admits it.
func (d Drip) At(t time.Time, line []Numbered) Stage {
	first, _ := slices.BinarySearchFunc(line, d.From, func(n Numbered, number int) int { return cmp.Compare(n.Number, number) })
	line = line[first:]
	last, end := d.end(line)
	st := Stage{Last: last, Released: min(d.From-1+d.Each*d.Releases(t), last)}
	if st.Released < last {
		st.Next = d.ReleaseOf(st.Released + 1)
	} else {
		st.Ended = end
	}
	if st.Released < d.From {
		return st
	}
	st.Updated = later(d.Date(st.Released), st.Ended)
	for _, n := range slices.Backward(line) {
		if n.Number > st.Released {
			continue
		}
		if len(st.Shown) == DripStories {
			break
		}
		if n.Gone.IsZero() {
			st.Shown = append(st.Shown, n)
			st.Updated = later(st.Updated, n.Fetched)
		} else if n.Gone.After(d.Date(n.Number)) {
			st.Gone = append(st.Gone, Tombstone{n.GUID, n.Gone})
			st.Updated = later(st.Updated, n.Gone)
		}
	}
	slices.SortStableFunc(st.Gone, func(a, b Tombstone) int { return b.When.Compare(a.When) })
	return st
}

// dripGrace is how long after its end a drip goes on if there is more after
// all: a list of stories is not read in one moment.
const dripGrace = day

// end is the last number of a line, and when it was, or will be, released. A
// drip that has caught up is over, as it told its readers (JSON Feed 1.1,
// expired), so what comes later is not in it: its readers are with the feed of
// new stories by then.
func (d Drip) end(line []Numbered) (last int, when time.Time) {
	var next time.Time // when the first of those after was there; zero: there are none
	for _, n := range slices.Backward(line) {
		released := later(d.Date(n.Number).Add(time.Second), n.Fetched)
		if next.IsZero() || next.After(released.Add(dripGrace)) {
			last, when = n.Number, released
		}
		if next.IsZero() || n.Fetched.Before(next) {
			next = n.Fetched
		}
	}
	return last, when
}

// Fresh is for how many seconds from t on caches may keep the drip: every one
// of them asks again when the next story is released, and at least once a day.
// These are whole steps, except just before the release, so that two answers of
// one moment, such as those to GET and HEAD, say the same.
func (st Stage) Fresh(t time.Time) int {
	left, step := st.Next.Sub(t), time.Second
	switch {
	case st.Next.IsZero() || left >= day:
		left = day
	case left >= time.Hour:
		step = 5 * time.Minute
	case left >= time.Minute:
		step = time.Minute
	}
	return int(max(left.Truncate(step), 0) / time.Second)
}
