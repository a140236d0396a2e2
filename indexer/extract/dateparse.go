package extract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"storyfeed/feed"
)

// stamp is a date as a page writes it.
type stamp struct {
	day   time.Time      // the day that a reader sees, at 00:00 UTC
	time  time.Time      // the instant, UTC, whole seconds; day where only that is known
	exact bool           // time is an instant
	unit  feed.Precision // month or year, where not even the day is known; else empty
}

// spot is a date found within a text, with the bytes that it takes,
// including a weekday before and a time of day after it.
type spot struct {
	stamp
	start, end int
}

// machineTime is ISO 8601 as found in attributes, with the liberties that
// engines take: a blank for the T, zones without colon, a second zone name
// after the first ("2026-01-22 11:55:00 -0500 EST").
var machineTime = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]\s*(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*([Zz]|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?`)

// parseStamp reads a date that stands alone: an attribute, a meta tag.
func parseStamp(s, lang string) (stamp, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 100 {
		return stamp{}, false
	}
	if len(s) > 4 && s[4] == '-' {
		if t, err := time.Parse(time.RFC3339, s); err == nil && t.Year() >= 1000 {
			return zoned(t), true // what most engines write, and cheap
		}
		if m := machineTime.FindStringSubmatch(s); m != nil {
			return machineStamp(m)
		}
	}
	if isDigits(s) && (len(s) == 10 || len(s) == 13) { // Unix seconds or milliseconds
		n, _ := strconv.ParseInt(s[:10], 10, 64) // ten digits always parse
		return instant(time.Unix(n, 0).UTC()), true
	}
	spots := findDates(s, lang)
	if len(spots) == 0 {
		return stamp{}, false
	}
	return spots[0].stamp, true
}

func machineStamp(m []string) (stamp, bool) {
	n := func(i int) int {
		v, _ := strconv.Atoi(m[i]) // digits or empty by the pattern
		return v
	}
	day, ok := civil(n(1), n(2), n(3))
	if !ok {
		return stamp{}, false
	}
	if m[4] == "" || m[7] == "" {
		return stamp{day: day, time: day}, true
	}
	if n(4) > 24 || n(5) > 59 || n(6) > 60 {
		return stamp{}, false
	}
	offset, ok := zoneOffset(strings.ToLower(m[7]))
	if !ok {
		return stamp{}, false
	}
	clock := time.Duration(n(4))*time.Hour + time.Duration(n(5))*time.Minute + time.Duration(n(6))*time.Second
	return stampAt(day, clock, offset), true
}

// stampAt is a day with a time of day in a zone. Midnight is what programs
// write who only know the day, and the day must stay the one that readers see.
func stampAt(day time.Time, clock, offset time.Duration) stamp {
	if clock == 0 {
		return stamp{day: day, time: day}
	}
	return stamp{day: day, time: day.Add(clock - offset), exact: true}
}

// zoned is an instant whose day is that of its own zone.
func zoned(t time.Time) stamp {
	_, east := t.Zone()
	offset := time.Duration(east) * time.Second
	shown := t.Add(offset).UTC()
	day := shown.Truncate(24 * time.Hour)
	return stampAt(day, shown.Sub(day).Truncate(time.Second), offset)
}

func instant(t time.Time) stamp {
	return stampAt(t.Truncate(24*time.Hour), t.Sub(t.Truncate(24*time.Hour)), 0)
}

// civil is a day of the calendar; there is no 31 February.
func civil(year, month, day int) (time.Time, bool) {
	if year < 1000 || year > 9999 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == year && int(t.Month()) == month && t.Day() == day
}

// zones are the abbreviations that mean one offset wherever English is
// written; others (IST, CST in Asia) are not guessed at.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2,
}

func zoneOffset(s string) (time.Duration, bool) {
	if h, ok := zones[s]; ok {
		return time.Duration(h) * time.Hour, true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	if !isDigits(digits) || len(digits) != 2 && len(digits) != 4 {
		return 0, false
	}
	h, _ := strconv.Atoi(digits[:2]) // two digits
	m := 0
	if len(digits) == 4 {
		m, _ = strconv.Atoi(digits[2:]) // two digits
	}
	offset := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if h > 14 || m > 59 {
		return 0, false
	}
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	return false
}

// word is a piece of a text: digits, letters, or a single other character.
type word struct {
	text       string // lower case
	n          int    // value of digits, else -1
	start, end int
}

// maxDateText bounds the texts in which dates are looked for: lines around a
// title, never a story.
const maxDateText = 1000

func words(s string) []word {
	var out []word
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		start := i
		i += size
		kind := runeKind(r)
		if kind == 0 {
			continue
		}
		for i < len(s) && kind != 3 {
			r, size = utf8.DecodeRuneInString(s[i:])
			if runeKind(r) != kind {
				break
			}
			i += size
		}
		w := word{text: strings.ToLower(s[start:i]), n: -1, start: start, end: i}
		if kind == 1 && i-start <= 6 {
			w.n, _ = strconv.Atoi(w.text) // digits
		}
		out = append(out, w)
	}
	return out
}

// runeKind is 0 for blanks, 1 for digits, 2 for letters, 3 for the rest. The
// counters of East Asian dates are no letters, else 2026年1月 were one word.
func runeKind(r rune) int {
	switch {
	case unicode.IsSpace(r) || r == '\u200e' || r == '\u200f':
		return 0
	case r >= '0' && r <= '9':
		return 1
	case strings.ContainsRune("年月日년월일", r):
		return 3
	case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r):
		return 2
	}
	return 3
}

// findDates finds the days written in a short text, in its order. lang is
// the page's language; without it 6/1/2026 is no date, for nobody can tell
// which of the two days is meant.
func findDates(s, lang string) []spot {
	if len(s) > maxDateText || !hasDigit(s) {
		return nil
	}
	ws := words(s)
	var out []spot
	for i := 0; i < len(ws); {
		day, next, ok := dateAt(ws, i, lang)
		if !ok {
			i++
			continue
		}
		sp := spot{stamp: stamp{day: day, time: day}, start: ws[beforeDate(ws, i)].start, end: ws[next-1].end}
		if clock, offset, zoned, after := clockAt(ws, next); after > next {
			sp.end = ws[after-1].end
			next = after
			if zoned {
				sp.stamp = stampAt(day, clock, offset)
			}
		}
		out = append(out, sp)
		i = next
	}
	return out
}

// dateAt reads a date that begins at word i and says which word follows it.
func dateAt(ws []word, i int, lang string) (day time.Time, next int, ok bool) {
	w := ws[i]
	if i > 0 && ws[i-1].end == w.start && (ws[i-1].n >= 0 || ws[i-1].text == "." && w.n >= 0 && i > 1 && ws[i-2].n >= 0 && ws[i-2].end == ws[i-1].start) {
		return time.Time{}, 0, false // within a number such as 1.2.3.2004
	}
	switch {
	case months[w.text] > 0:
		d, j := number(ws, i+1)
		y, k := number(ws, j)
		if j > 0 && k > 0 && d <= 31 && isYear(ws[k-1]) {
			day, ok = civil(y, months[w.text], d)
			return day, k, ok
		}
	case isYear(w):
		return yearFirst(ws, i)
	case w.n >= 1 && w.n <= 31 && len(w.text) <= 2:
		if day, next, ok = dayFirst(ws, i); ok {
			return day, next, true
		}
		return numeric(ws, i, lang)
	}
	return time.Time{}, 0, false
}

func isYear(w word) bool { return len(w.text) == 4 && w.n >= 1900 && w.n <= 2199 }

// dayFirst reads "27. Juli 2020", "6 de enero de 2026", "06-Jan-26".
func dayFirst(ws []word, i int) (time.Time, int, bool) {
	j := skipJoints(ws, i+1)
	if j >= len(ws) || months[ws[j].text] == 0 {
		return time.Time{}, 0, false
	}
	y, k := number(ws, j+1)
	if k == 0 {
		return time.Time{}, 0, false
	}
	if last := ws[k-1]; !isYear(last) {
		if len(last.text) != 2 || ws[j+1].text != "-" {
			return time.Time{}, 0, false
		}
		y = century(y)
	}
	day, ok := civil(y, months[ws[j].text], ws[i].n)
	return day, k, ok
}

// yearFirst reads "2026-01-06", "2026/1/6", "2026年1月6日", "2026 January 6".
func yearFirst(ws []word, i int) (time.Time, int, bool) {
	m, j := 0, skipJoints(ws, i+1)
	if j < len(ws) && months[ws[j].text] > 0 {
		m, j = months[ws[j].text], j+1
	} else if m, j = number(ws, i+1); j == 0 || j == i+2 || m > 12 {
		return time.Time{}, 0, false // "2026 1 6" are three numbers
	}
	d, k := number(ws, j)
	if k == 0 || d > 31 || len(ws[k-1].text) > 2 {
		return time.Time{}, 0, false
	}
	if k < len(ws) && (ws[k].text == "日" || ws[k].text == "일") {
		k++
	}
	day, ok := civil(ws[i].n, m, d)
	return day, k, ok
}

// numeric reads "6.1.2026", "1/6/2026", "06-01-26". Points are written where
// the day comes first; else a number above 12 or the language decides.
func numeric(ws []word, i int, lang string) (time.Time, int, bool) {
	if i+4 >= len(ws) || ws[i+2].n < 1 || ws[i+4].n < 0 || ws[i+1].text != ws[i+3].text || !strings.Contains("./-", ws[i+1].text) {
		return time.Time{}, 0, false
	}
	a, b, y := ws[i].n, ws[i+2].n, ws[i+4].n
	switch len(ws[i+4].text) {
	case 4:
	case 2:
		y = century(y)
	default:
		return time.Time{}, 0, false
	}
	if i+5 < len(ws) && ws[i+5].text == ws[i+1].text && ws[i+5].start == ws[i+4].end && i+6 < len(ws) && ws[i+6].start == ws[i+5].end {
		return time.Time{}, 0, false // a version or an address
	}
	d, m := a, b
	switch {
	case a > 12 || a == b || ws[i+1].text == ".":
	case b > 12:
		d, m = b, a
	case monthFirst(lang):
		d, m = b, a
	case lang == "" || strings.EqualFold(lang, "en"):
		return time.Time{}, 0, false
	}
	day, ok := civil(y, m, d)
	return day, i + 5, ok
}

func monthFirst(lang string) bool {
	l := strings.ToLower(lang)
	return l == "en-us" || l == "en-ph" || l == "es-us"
}

func century(y int) int {
	if y < 70 {
		return 2000 + y
	}
	return 1900 + y
}

// joints are what may stand between the parts of a date.
var joints = map[string]bool{
	",": true, ".": true, "-": true, "/": true, "年": true, "月": true, "년": true, "월": true, "'": true, "’": true,
	"st": true, "nd": true, "rd": true, "th": true, "er": true, "º": true, "ª": true, "of": true, "de": true, "del": true,
	"den": true, "der": true, "d": true, "ste": true, "à": true,
}

func skipJoints(ws []word, i int) int {
	for n := 0; i < len(ws) && n < 3 && joints[ws[i].text]; n++ {
		i++
	}
	return i
}

// number is the next number after joints, and the word after it; 0, 0 if
// there is none.
func number(ws []word, i int) (value, next int) {
	i = skipJoints(ws, i)
	if i < len(ws) && ws[i].n >= 0 {
		return ws[i].n, i + 1
	}
	return 0, 0
}

// beforeDate is where a date begins that may have a weekday before it.
func beforeDate(ws []word, i int) int {
	for j := i - 1; j >= 0 && i-j <= 4; j-- {
		if weekdays[ws[j].text] {
			return j
		}
		if !joints[ws[j].text] && ws[j].text != "the" {
			break
		}
	}
	return i
}

// clockAt reads a time of day, perhaps with a zone, that follows a date.
func clockAt(ws []word, i int) (clock, offset time.Duration, zoned bool, next int) {
	j := i
	for n := 0; j < len(ws) && n < 4 && clockJoints[ws[j].text]; n++ {
		j++
	}
	if j+2 >= len(ws) || ws[j].n < 0 || ws[j].n > 23 || len(ws[j].text) > 2 || ws[j+1].text != ":" && ws[j+1].text != "h" && ws[j+1].text != "." ||
		ws[j+2].n < 0 || ws[j+2].n > 59 || len(ws[j+2].text) != 2 {
		return 0, 0, false, i
	}
	h, m, s := ws[j].n, ws[j+2].n, 0
	j += 3
	if j+1 < len(ws) && ws[j].text == ":" && ws[j+1].n >= 0 && ws[j+1].n < 60 {
		s, j = ws[j+1].n, j+2
	}
	h, j = meridiem(ws, j, h)
	clock = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	if j < len(ws) {
		if o, ok := zoneOffset(ws[j].text); ok {
			return clock, o, true, j + 1
		}
		if o, k, ok := signedZone(ws, j); ok {
			return clock, o, true, k
		}
	}
	return clock, 0, false, j
}

var clockJoints = map[string]bool{
	",": true, "at": true, "@": true, "um": true, "à": true, "a": true, "las": true, "alle": true, "ore": true, "kl": true, "t": true,
	"-": true, "–": true, "—": true, "|": true, "·": true, "(": true, "om": true, "às": true, ".": true,
}

// meridiem applies "pm", "p.m." and steps over "Uhr" and "h".
func meridiem(ws []word, j, hour int) (int, int) {
	if j >= len(ws) {
		return hour, j
	}
	switch t := ws[j].text; t {
	case "am", "pm":
		return twelve(hour, t), j + 1
	case "a", "p":
		if j+2 < len(ws) && ws[j+1].text == "." && ws[j+2].text == "m" {
			k := j + 3
			if k < len(ws) && ws[k].text == "." {
				k++
			}
			return twelve(hour, t+"m"), k
		}
	case "uhr", "h":
		return hour, j + 1
	}
	return hour, j
}

func twelve(hour int, half string) int {
	switch {
	case half == "pm" && hour < 12:
		return hour + 12
	case half == "am" && hour == 12:
		return 0
	}
	return hour
}

// signedZone reads +01:00 and +0100.
func signedZone(ws []word, j int) (time.Duration, int, bool) {
	if ws[j].text != "+" && ws[j].text != "-" || j+1 >= len(ws) || ws[j+1].n < 0 || ws[j+1].start != ws[j].end {
		return 0, 0, false
	}
	s, k := ws[j].text+ws[j+1].text, j+2
	if k+1 < len(ws) && ws[k].text == ":" && len(ws[j+1].text) == 2 {
		s, k = s+ws[k+1].text, k+2
	}
	o, ok := zoneOffset(s)
	return o, k, ok
}

// ReadDate reads a date that stands alone, such as an attribute or a byline's
// end, in the page's language; see [profile.ReadDate].
func ReadDate(s, language string) (feed.Date, bool) {
	st, ok := stampOf(s, language)
	if !ok {
		return feed.Date{}, false
	}
	return claim{stamp: st}.date(), true
}
