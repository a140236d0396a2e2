package feed

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Drip is a catch-up feed: it releases the stories of a line, such as those of
// a series, from an early one on at a steady pace, as if they were written
// now. Its address holds all there is to know of it, so nothing is stored for
// a drip, and everybody with the address gets the same bytes:
//
//	/s/selling/drip/2026-11-23/1d/feed.atom?from=7&n=2
//
// Release 0 is due at the start, and each further one a pace later. Each brings
// the next numbers of the line. Stories have their numbers for good, so what
// was released stays: a number without a story is a release without one, until
// that story is there.
type Drip struct {
	Start time.Time // 00:00 UTC of a day
	Pace  Pace
	From  int // the first number to be released, from 1
	Each  int // how many numbers a release brings, from 1
}

// Limits of the addresses of drips.
const (
	// DripAhead is how long ahead a drip may be made.
	DripAhead = 31 * day

	// MaxEach is how many stories a release brings at most: a reader that
	// looks in time for every second release misses none.
	MaxEach = DripStories / 2

	// DripStories is how many stories a drip shows, those released last.
	DripStories = 20

	maxFrom = 1_000_000
)

// firstDrips is a time before which nobody was offered a drip.
var firstDrips = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// DripError says what is wrong with the address of a drip.
type DripError struct {
	Field  string // "start", "pace", "from" or "n"
	Detail string // for people: a sentence that says what would be right
	Never  bool   // no drip has this address at any time; else there is none now
}

// Error is the detail with the field.
func (e *DripError) Error() string { return "drip: " + e.Field + ": " + e.Detail }

// ParseDrip reads the variable parts of a drip's address: the start, the pace,
// and the parameters from and n, which may be missing. Other parameters are
// ignored. The error is a [*DripError].
func ParseDrip(start, pace string, q url.Values) (Drip, error) {
	d := Drip{From: 1, Each: 1}
	var err error
	if d.Start, err = time.Parse(time.DateOnly, start); err != nil || d.Start.Before(firstDrips) {
		return Drip{}, &DripError{"start", "The start must be a day from " + firstDrips.Format(time.DateOnly) + " on, such as 2026-11-23.", true}
	}
	if d.Pace, err = ParsePace(pace); err != nil {
		return Drip{}, &DripError{"pace", "The pace must be 1h to 23h, 1d to 30d, 1w to 4w or weekdays.", true}
	}
	if d.Pace.String() != pace {
		return Drip{}, &DripError{"pace", "The pace must be written as " + d.Pace.String() + ".", true}
	}
	if d.From, err = dripNumber(q, "from", maxFrom); err != nil {
		return Drip{}, err
	}
	if d.Each, err = dripNumber(q, "n", MaxEach); err != nil {
		return Drip{}, err
	}
	return d, nil
}

func dripNumber(q url.Values, name string, most int) (int, error) {
	if !q.Has(name) {
		return 1, nil
	}
	n, err := wholeNumber(q.Get(name))
	if err != nil || n < 1 || n > most {
		return 0, &DripError{name, fmt.Sprintf("%s must be a whole number from 1 to %d; leave it out for 1.", name, most), true}
	}
	return n, nil
}

// Path is the address of the drip of what is shown at the path of, such as
// /s/selling. Every drip has one.
func (d Drip) Path(of string, f Format) string {
	path := of + "/drip/" + d.Start.Format(time.DateOnly) + "/" + d.Pace.String() + "/feed." + string(f)
	if q := d.Query(); len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// Query is what of a drip stands in the query of its address.
func (d Drip) Query() url.Values {
	q := url.Values{}
	if d.From != 1 {
		q.Set("from", strconv.Itoa(d.From))
	}
	if d.Each != 1 {
		q.Set("n", strconv.Itoa(d.Each))
	}
	return q
}

// Releases is how many releases are due at a time: none before the start, one
// at it.
func (d Drip) Releases(t time.Time) int {
	seconds := t.Unix() - d.Start.Unix()
	if seconds < 0 {
		return 0
	}
	return d.Pace.releases(d.Start, seconds)
}

// Release is when release i, from 0, is due.
func (d Drip) Release(i int) time.Time {
	return time.Unix(d.Start.Unix()+d.Pace.after(d.Start, i), 0).UTC()
}

// ReleaseOf is when a number, which is not below From, is due.
func (d Drip) ReleaseOf(number int) time.Time {
	return d.Release((number - d.From) / d.Each)
}

// Date is what the item of a number says as its date: when it was due, with a
// second between those of one release, so that readers, who sort by date, keep
// their order.
func (d Drip) Date(number int) time.Time {
	return d.ReleaseOf(number).Add(time.Duration((number-d.From)%d.Each) * time.Second)
}

// ItemID is the permanent name of a story in the drip. It is another one than
// the story's own: readers that bring feeds together hide what they have under
// the same name already.
func (d Drip) ItemID(guid string) string {
	return GUID(guid + "/drip/" + d.Start.Format(time.DateOnly) + "/" + d.Pace.String())
}

// Words is the drip for people, such as "2 parts every day from 23 November
// 2026 on"; what it brings is one, or many, such as "part" and "parts".
func (d Drip) Words(one, many string) string {
	what := "a " + one
	if d.Each > 1 {
		what = strconv.Itoa(d.Each) + " " + many
	}
	return what + " " + d.Pace.Words() + " from " + d.Start.Format(longDay) + " on"
}

const longDay = "2 January 2006"
