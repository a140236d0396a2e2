package feed

import (
	"cmp"
	"slices"
	"time"
)

// Arrival is a story's place in a line that is not that of one series, such as
// an author's. It is made once and never changed; Series and Part are what they
// were when the story came.
type Arrival struct {
	GUID   string
	Series string
	Part   int
	Day    time.Time // the author's date; zero: unknown or guessed
	Since  time.Time // when the story came
	Order  int64     // grows with each that comes
	There  string    // series that has the story now
	Gone   time.Time // when it was gone, or since when it does not belong; zero: it is there
}

// LineUp numbers the stories of a line for the drips that begin at a time. What
// was there before comes first, in order of the author's dates, and what is
// undated at its end, in order of series and parts; what came since follows in
// the order in which it came. So of a drip that has begun nothing shifts.
func LineUp(start time.Time, all []Arrival) []Numbered {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Arrival) int {
		oldA, oldB := a.Since.Before(start), b.Since.Before(start)
		switch {
		case oldA && oldB:
			return cmp.Or(
				cmp.Compare(undated(a), undated(b)), a.Day.Compare(b.Day),
				cmp.Compare(a.Series, b.Series), cmp.Compare(a.Part, b.Part), cmp.Compare(a.Order, b.Order))
		case oldA:
			return -1
		case oldB:
			return 1
		}
		return cmp.Compare(a.Order, b.Order)
	})
	line := make([]Numbered, len(all))
	for i, a := range all {
		line[i] = Numbered{Number: i + 1, Series: a.There, GUID: a.GUID, Fetched: a.Since, Gone: a.Gone}
	}
	return line
}

func undated(a Arrival) int {
	if a.Day.IsZero() {
		return 1
	}
	return 0
}
