package discover

import (
	"time"

	"storyfeed/feed"
)

// settleDates decides for all ambiguous dates of a list at once whether the
// day or the month comes first: as the unambiguous numeric dates do, else as
// the list is in order. When nothing decides, the dates stay unknown, since a
// guessed date must not reorder anything.
//
// votes is what the pages before said: above 0 that the day comes first. The
// second result adds what these dates say themselves.
func settleDates(dates []listDate, votes int) ([]feed.Date, int) {
	for _, d := range dates {
		votes += d.vote
	}
	said := votes
	dayFirst, monthFirst := readDates(dates, true), readDates(dates, false)
	if votes == 0 {
		votes = disorder(monthFirst) - disorder(dayFirst)
	}
	switch {
	case votes > 0:
		return dayFirst, said
	case votes < 0:
		return monthFirst, said
	}
	for i, d := range dates {
		if d.y != 0 {
			dayFirst[i] = feed.Date{}
		}
	}
	return dayFirst, said
}

func readDates(dates []listDate, dayFirst bool) []feed.Date {
	out := make([]feed.Date, len(dates))
	for i, d := range dates {
		switch {
		case d.y == 0:
			out[i] = d.date
		case dayFirst:
			out[i] = day(d.y, d.b, d.a).date
		default:
			out[i] = day(d.y, d.a, d.b).date
		}
	}
	return out
}

// disorder counts the steps against the prevailing direction.
func disorder(dates []feed.Date) int {
	up, down := steps(dates)
	return min(up, down)
}

// steps counts how often the known dates rise and fall from one to the next.
func steps(dates []feed.Date) (up, down int) {
	var last time.Time
	for _, d := range dates {
		if d.IsZero() {
			continue
		}
		if !last.IsZero() {
			switch c := d.Time.Compare(last); {
			case c > 0:
				up++
			case c < 0:
				down++
			}
		}
		last = d.Time
	}
	return up, down
}
