package feed

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Backfill is how far the first reading of a series is. A big archive takes
// many visits: first its lists are read to their ends, then its stories, one
// after the other. The zero value: none is going on.
type Backfill struct {
	Since  time.Time     // when it began, UTC, whole seconds; zero: none is going on
	Listed time.Time     // when all lists had been read to their ends, UTC, whole seconds; zero: not yet
	Pages  int           // pages of lists read so far; 0 once they all are
	Total  int           // stories that the lists lead to, so far as they are read
	Done   int           // of these, stories that were looked at
	Pace   time.Duration // what one story takes; 0: not known yet
}

// Active reports whether a back-fill is going on.
func (b Backfill) Active() bool { return !b.Since.IsZero() }

// Left is how long the rest will take at the present pace; 0: not known.
func (b Backfill) Left() time.Duration {
	if b.Listed.IsZero() {
		return 0
	}
	return time.Duration(b.Total-b.Done) * b.Pace
}

// String is how far it is, for people: "back-filling: 1,240 of 5,000 stories,
// about 1 h 5 min to go"; empty when none is going on.
func (b Backfill) String() string {
	switch {
	case !b.Active():
		return ""
	case b.Listed.IsZero() && b.Pages == 0:
		return "back-filling: the lists are read first"
	case b.Listed.IsZero():
		return fmt.Sprintf("back-filling: %s read of the lists; the stories follow", pages(b.Pages))
	}
	s := fmt.Sprintf("back-filling: %s of %s stories", Thousands(b.Done), Thousands(b.Total))
	if left := b.Left(); left > 0 {
		s += ", about " + roughly(left) + " to go"
	}
	return s
}

func pages(n int) string {
	if n == 1 {
		return "1 page"
	}
	return Thousands(n) + " pages"
}

// roughly is a duration as exactly as an estimate is.
func roughly(d time.Duration) string {
	m := int(math.Ceil(d.Minutes()))
	switch {
	case m < 60:
		return fmt.Sprintf("%d min", m)
	case m < 24*60 && m%60 != 0:
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	case m < 24*60:
		return fmt.Sprintf("%d h", m/60)
	}
	return fmt.Sprintf("%d d %d h", m/60/24, m/60%24)
}

// Thousands writes 12345 as "12,345".
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
