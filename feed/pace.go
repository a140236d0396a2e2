package feed

import (
	"fmt"
	"strconv"
	"time"
)

// Pace is how fast a [Drip] releases its stories. The zero value is no pace.
// Paces can be compared.
type Pace struct {
	every    time.Duration // between two releases
	weekdays bool          // a release every working day, Monday to Friday
}

// Weekdays is the pace of one release on every day from Monday to Friday.
func Weekdays() Pace { return Pace{every: day, weekdays: true} }

// Days is the pace of one release every n days, from 1 to 30.
func Days(n int) Pace { return Pace{every: time.Duration(n) * day} }

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// weekdaysPace is how [Weekdays] is written.
const weekdaysPace = "weekdays"

// paceUnits are the units of a pace with the most of each, so that every pace
// has few spellings and the addresses of drips come to an end.
var paceUnits = map[byte]struct {
	length time.Duration
	most   int
	name   string
}{
	'h': {time.Hour, 23, "hour"},
	'd': {day, 30, "day"},
	'w': {week, 4, "week"},
}

// ParsePace reads a pace: "1h" to "23h", "1d" to "30d", "1w" to "4w", or
// "weekdays".
func ParsePace(s string) (Pace, error) {
	if s == weekdaysPace {
		return Weekdays(), nil
	}
	if s == "" {
		return Pace{}, fmt.Errorf("pace %q: want a number and a unit", s)
	}
	unit, ok := paceUnits[s[len(s)-1]]
	n, err := wholeNumber(s[:len(s)-1])
	if !ok || err != nil || n < 1 || n > unit.most {
		return Pace{}, fmt.Errorf("pace %.20q: want 1h to 23h, 1d to 30d, 1w to 4w or weekdays", s)
	}
	return Pace{every: time.Duration(n) * unit.length}, nil
}

// wholeNumber reads digits written as we write them: without sign or leading
// zeros.
func wholeNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && strconv.Itoa(n) != s {
		err = strconv.ErrSyntax
	}
	return n, err
}

// String is the pace as [ParsePace] reads it; one of several whole weeks is
// written in weeks.
func (p Pace) String() string {
	n, unit := p.count()
	if p.weekdays {
		return weekdaysPace
	}
	return strconv.Itoa(n) + string(unit)
}

// Words is the pace for people, such as "every day" or "every 2 weeks".
func (p Pace) Words() string {
	n, unit := p.count()
	switch {
	case p.weekdays:
		return "every working day"
	case n == 1:
		return "every " + paceUnits[unit].name
	}
	return fmt.Sprintf("every %d %ss", n, paceUnits[unit].name)
}

func (p Pace) count() (n int, unit byte) {
	for _, unit := range []byte{'w', 'd'} {
		if length := paceUnits[unit].length; p.every >= length && p.every%length == 0 {
			return int(p.every / length), unit
		}
	}
	return int(p.every / time.Hour), 'h'
}

// after is how long after start release i, from 0, is due. A start at a
// weekend has its first release at once, too, and the second on Monday.
func (p Pace) after(start time.Time, i int) (seconds int64) {
	if !p.weekdays {
		return int64(i) * int64(p.every/time.Second)
	}
	if i == 0 {
		return 0
	}
	weekday, back := lastWorkingDay(start)
	days := i + 2*((weekday+i)/workingDays) - back
	return int64(days) * secondsOfDay
}

// releases is how many releases are due within the seconds since start, which
// are not negative.
func (p Pace) releases(start time.Time, seconds int64) int {
	if !p.weekdays {
		return int(seconds/int64(p.every/time.Second)) + 1
	}
	weekday, back := lastWorkingDay(start)
	days := int(seconds/secondsOfDay) + back // since that working day
	weekend := min(max(weekday+days%7-(workingDays-1), 0), 2)
	return days/7*workingDays + days%7 - weekend + 1
}

const workingDays = 5 // of a week, from its first

// lastWorkingDay is the weekday, from 0 for Monday, of the last working day up
// to t, and how many days back that is.
func lastWorkingDay(t time.Time) (weekday, back int) {
	weekday = (int(t.Weekday()) + 6) % 7
	back = max(weekday-(workingDays-1), 0)
	return weekday - back, back
}
