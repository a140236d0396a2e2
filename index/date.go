package index

import "time"

// earliest and latest bound the years of dates in queries, so that they print
// with four digits.
const (
	earliest = 1
	latest   = 9999
)

// parseDay reads a year, a month or a day, and gives its first moment in UTC.
// Years have four digits; month and day may lack their leading zero.
func parseDay(s string) (time.Time, bool) {
	for _, layout := range []string{"2006", "2006-1", "2006-1-2"} {
		t, err := time.Parse(layout, s)
		if err == nil && t.Year() >= earliest && t.Year() <= latest {
			return t, true
		}
	}
	return time.Time{}, false
}
