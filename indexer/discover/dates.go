package discover

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"storyfeed/feed"
)

// listDate is a date as it stands in a list. 03/04/26 has two readings, which
// only the whole list can tell apart; see [settleDates].
type listDate struct {
	date    feed.Date
	a, b, y int // of an ambiguous date: first number, second number, year; else 0
	vote    int // of a numeric date with one reading: 1 when its day came first, -1 when its month did
}

func (d listDate) isZero() bool { return d.date.IsZero() && d.y == 0 }

// Sources of dates, as feed.Date names them.
const (
	fromTime = "time[datetime]"
	fromList = "list"
	fromURL  = "url"
	fromREST = "rest"
	fromFeed = "feed"
)

// months of the languages that blogs are mostly written in: full names and
// the usual abbreviations.
var months = monthTable([12]string{
	"january jan januar janvier janv jänner enero ene gennaio gen janeiro januari tammikuuta stycznia ledna января янв ocak",
	"february feb februar février fevrier févr fév febrero febbraio febbr fevereiro fev februari helmikuuta lutego února февраля фев şubat",
	"march mar märz maerz mrz mars marzo março marco maart mrt maaliskuuta marca března марта мар mart",
	"april apr avril avr abril abr aprile huhtikuuta kwietnia dubna апреля апр nisan",
	"may mai mayo maggio mag maio mei maj toukokuuta maja května мая mayıs",
	"june jun juni juin junio giugno giu junho kesäkuuta czerwca června июня июн haziran",
	"july jul juli juillet juil julio luglio lug julho heinäkuuta lipca července июля июл temmuz",
	"august aug août aout agosto ago augustus augusti elokuuta sierpnia srpna августа авг ağustos",
	"september sep sept septembre septiembre settembre setembro set syyskuuta września září сентября сен сент eylül",
	"october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października října октября окт ekim",
	"november nov novembre noviembre novembro marraskuuta listopada ноября ноя kasım",
	"december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des joulukuuta grudnia prosince декабря дек aralık",
})

func monthTable(names [12]string) map[string]time.Month {
	t := map[string]time.Month{}
	for i, line := range names {
		for _, name := range strings.Fields(line) {
			t[name] = time.Month(i + 1)
		}
	}
	return t
}

var (
	isoDate     = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[^\d])`)
	cjkDate     = regexp.MustCompile(`((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})`)
	monthFirst  = regexp.MustCompile(`(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?:$|[^\d])`)
	dayFirst    = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?[\s-]+(?:of\s+|de\s+)?(\p{L}{3,12})\.?,?[\s-]+(?:de[l]?\s+)?((?:19|20)\d\d|'?\d\d)(?:$|[^\d:])`)
	numericDate = regexp.MustCompile(`(?:^|[^\d.])(\d{1,2})([./-])(\d{1,2})([./-])((?:19|20)\d\d|\d\d)(?:$|[^\d])`)

	monthDay     = regexp.MustCompile(`^\W*(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\W*$`)
	dayMonth     = regexp.MustCompile(`^\W*(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(\p{L}{3,12})\W*$`)
	monthDayNums = regexp.MustCompile(`^\W*(\d{1,2})-(\d{1,2})\W*$`)
)

// findDate returns the first date in a text that shows day, month and year, or
// nothing. With a year known from a heading, a text that is only day and month
// is a date too.
func findDate(s string, year int) listDate {
	groups := digitGroups(s)
	if len(s) < 4 || groups == 0 || groups < 2 && year == 0 {
		return listDate{}
	}
	if groups >= 3 {
		if m := isoDate.FindStringSubmatch(s); m != nil {
			return day(atoi(m[1]), atoi(m[2]), atoi(m[3]))
		}
		if m := cjkDate.FindStringSubmatch(s); m != nil {
			return day(atoi(m[1]), atoi(m[2]), atoi(m[3]))
		}
	}
	if groups >= 2 && strings.ContainsFunc(s, unicode.IsLetter) {
		if m := monthFirst.FindStringSubmatch(s); m != nil {
			if mon := months[strings.ToLower(m[1])]; mon != 0 {
				return day(atoi(m[3]), int(mon), atoi(m[2]))
			}
		}
		if m := dayFirst.FindStringSubmatch(s); m != nil {
			if mon := months[strings.ToLower(m[2])]; mon != 0 {
				return day(fullYear(m[3]), int(mon), atoi(m[1]))
			}
		}
	}
	if groups >= 3 {
		if m := numericDate.FindStringSubmatch(s); m != nil && m[2] == m[4] {
			return numeric(atoi(m[1]), atoi(m[3]), fullYear(m[5]), m[2])
		}
	}
	if year > 0 && utf8.RuneCountInString(s) <= 24 {
		return yearless(s, year)
	}
	return listDate{}
}

// digitGroups counts the numbers in a text: the expressions are dear, and most
// texts have no two.
func digitGroups(s string) int {
	n, in := 0, false
	for i := range len(s) {
		is := '0' <= s[i] && s[i] <= '9'
		if is && !in {
			n++
		}
		in = is
	}
	return n
}

func yearless(s string, year int) listDate {
	if m := monthDay.FindStringSubmatch(s); m != nil {
		return day(year, int(months[strings.ToLower(m[1])]), atoi(m[2]))
	}
	if m := dayMonth.FindStringSubmatch(s); m != nil {
		return day(year, int(months[strings.ToLower(m[2])]), atoi(m[1]))
	}
	if m := monthDayNums.FindStringSubmatch(s); m != nil {
		return day(year, atoi(m[1]), atoi(m[2]))
	}
	return listDate{}
}

// numeric reads 19/10/26 and its kin. Dots are only used with the day first.
func numeric(a, b, y int, sep string) listDate {
	switch {
	case a > 12 || sep == ".":
		return day(y, b, a).voting(1)
	case b > 12:
		return day(y, a, b).voting(-1)
	case a == b:
		return day(y, a, b)
	case a < 1 || b < 1:
		return listDate{}
	}
	return listDate{a: a, b: b, y: y}
}

func (d listDate) voting(v int) listDate {
	if !d.date.IsZero() {
		d.vote = v
	}
	return d
}

func day(y, m, d int) listDate {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1970 || y > 2100 || m < 1 || m > 12 || t.Day() != d || d < 1 {
		return listDate{}
	}
	return listDate{date: feed.Date{Time: t, Precision: feed.PrecisionDay, Source: fromList}}
}

// machineLayouts are what is met in time[datetime] and its kin.
var machineLayouts = []string{
	time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04-07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 MST", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
	time.RFC1123Z, time.RFC1123,
}

// shortestMoment is the fewest bytes that one of machineLayouts takes.
const shortestMoment = len("2006-01-02T1:04")

// machineDate reads a date meant for programs. One without a zone is taken for
// UTC, as far as its time goes.
func machineDate(s string) listDate {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return listDate{}
	}
	for _, layout := range machineLayouts {
		if len(s) < shortestMoment {
			break
		}
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 && t.Year() <= 2100 {
			return listDate{date: feed.Date{Time: t.UTC().Truncate(time.Second), Precision: feed.PrecisionSecond, Source: fromTime}}
		}
	}
	d := findDate(s, 0)
	if !d.date.IsZero() {
		d.date.Source = fromTime
	}
	return d
}

var urlDay = regexp.MustCompile(`/((?:19|20)\d\d)[/-](\d{2})[/-](\d{2})(?:[/-]|$)`)

// urlDate reads /2026/10/19/ out of an address.
func urlDate(address string) feed.Date {
	if !strings.Contains(address, "/19") && !strings.Contains(address, "/20") {
		return feed.Date{}
	}
	m := urlDay.FindStringSubmatch(address)
	if m == nil {
		return feed.Date{}
	}
	d := day(atoi(m[1]), atoi(m[2]), atoi(m[3])).date
	if !d.IsZero() {
		d.Source = fromURL
	}
	return d
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func fullYear(s string) int {
	n := atoi(strings.TrimPrefix(s, "'"))
	switch {
	case n >= 100:
		return n
	case n >= 90:
		return 1900 + n
	}
	return 2000 + n
}
