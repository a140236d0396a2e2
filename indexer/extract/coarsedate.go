package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
)

// Dates that name no day: "March 2004", "maio de 2003", "2004-03", "2004". They
// count where no source names a day.

// coarseStamp reads a text that is nothing but a month and its year, or a year.
func coarseStamp(s string) (stamp, bool) {
	if len(s) > 40 || !hasDigit(s) {
		return stamp{}, false
	}
	ws := words(strings.Trim(s, " ()[].,"))
	if sp, ok := monthAt(ws, 0); ok && sp.end == ws[len(ws)-1].end {
		return sp.stamp, true
	}
	if len(ws) == 1 && isYear(ws[0]) {
		return coarse(ws[0].n, 1, feed.PrecisionYear), true
	}
	if len(ws) == 3 && (ws[1].text == "-" || ws[1].text == "/" || ws[1].text == ".") {
		y, m := ws[0], ws[2]
		if !isYear(y) {
			y, m = m, y
		}
		if isYear(y) && m.n >= 1 && m.n <= 12 && len(m.text) == 2 {
			return coarse(y.n, m.n, feed.PrecisionMonth), true
		}
	}
	return stamp{}, false
}

func coarse(year, month int, unit feed.Precision) stamp {
	t := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return stamp{day: t, time: t, unit: unit}
}

// stampOf reads a date that stands alone, to the day or else as coarse as it is.
func stampOf(s, lang string) (stamp, bool) {
	if st, ok := parseStamp(s, lang); ok {
		return st, true
	}
	return coarseStamp(s)
}

// monthAt reads a month and its year that begin at word i.
func monthAt(ws []word, i int) (spot, bool) {
	if i >= len(ws) {
		return spot{}, false
	}
	month, year, next := 0, word{}, 0
	switch w := ws[i]; {
	case months[w.text] > 0:
		if j := skipJoints(ws, i+1); j < len(ws) {
			month, year, next = months[w.text], ws[j], j+1
		}
	case isYear(w) && i+1 < len(ws):
		j := skipJoints(ws, i+1)
		if j >= len(ws) {
			return spot{}, false
		}
		year, next = w, j+1
		switch counter := ws[i+1].text; {
		case months[ws[j].text] > 0:
			month = months[ws[j].text]
		case (counter == "年" || counter == "년") && j+1 < len(ws) && (ws[j+1].text == "月" || ws[j+1].text == "월"):
			month, next = ws[j].n, j+2
		}
	}
	if month < 1 || month > 12 || !isYear(year) {
		return spot{}, false
	}
	return spot{stamp: coarse(year.n, month, feed.PrecisionMonth), start: ws[i].start, end: ws[next-1].end}, true
}

// findMonths finds the months with their years in a short text without days.
func findMonths(s string) []spot {
	if len(s) > maxByline || !hasDigit(s) {
		return nil
	}
	ws := words(s)
	var out []spot
	for i := range ws {
		if len(out) > 0 && ws[i].start < out[len(out)-1].end {
			continue
		}
		if sp, ok := monthAt(ws, i); ok {
			out = append(out, sp)
		}
	}
	return out
}

var loneYear = regexp.MustCompile(`(?:^|[\s(\[,])((?:19|20)\d\d)(?:$|[\s)\],.:])`)

// coarseLine is the month or year of a line that says little else: the words
// of bylines, or who wrote it. Below the title a date may stand alone;
// elsewhere the line must say what it is.
func coarseLine(l byline) (stamp, bool) {
	if len(l.text) > maxByline/2 || !hasDigit(l.text) || len(findDates(l.text, "en-GB")) > 0 {
		return stamp{}, false
	}
	told := publishWords.MatchString(l.text) || saysBy(l.text)
	if !told && !l.below || strings.ContainsAny(l.text, "©") {
		return stamp{}, false
	}
	sp := findMonths(l.text)
	if len(sp) == 0 {
		if m := loneYear.FindStringSubmatchIndex(l.text); m != nil {
			ws := words(l.text[m[2]:m[3]])
			sp = []spot{{stamp: coarse(ws[0].n, 1, feed.PrecisionYear), start: m[2], end: m[3]}}
		}
	}
	if len(sp) != 1 || saysUpdated(l.text[:sp[0].start]) {
		return stamp{}, false
	}
	rest := l.text[:sp[0].start] + " " + l.text[sp[0].end:]
	if strings.Trim(rest, " ().,") != "" && hasDigit(readingTime.ReplaceAllString(rest, "")) || !isMetaWords(rest) && !told {
		return stamp{}, false
	}
	if !isMetaWords(rest) && (len(strings.Fields(rest)) > 6 || len(namesIn(rest, false)) == 0) {
		return stamp{}, false
	}
	return sp[0].stamp, true
}

// pathMonth is the month in an address such as /2026/01/a-story.
var pathMonth = regexp.MustCompile(`(?:^|/)((?:19|20)\d\d)[/\-](0[1-9]|1[0-2])/[^/]`)

// coarseClaim is the best of the claims that name no day: what readers see before what the
// address says, a month before a year.
func (d *document) coarseClaim(lines []byline) (claim, bool) {
	var found []claim
	add := func(s, source string) {
		if st, ok := coarseStamp(s); ok {
			found = append(found, newClaim(st, source))
		}
	}
	for _, n := range d.ldPages() {
		add(n.str("datePublished"), "json-ld")
	}
	add(d.meta(publishedMetas...), "meta")
	for _, n := range d.dateElements {
		add(lineText(n), "time[datetime]")
		add(attr(n, "datetime"), "time[datetime]")
	}
	for _, l := range lines {
		if st, ok := coarseLine(l); ok {
			found = append(found, newClaim(st, "byline"))
		}
	}
	if m := pathMonth.FindStringSubmatch(d.url.Path); m != nil {
		add(m[1]+"-"+m[2], "url")
	}
	found = d.credible(found)
	if len(found) == 0 {
		return claim{}, false
	}
	return slices.MinFunc(found, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), sourceRank[a.source]-sourceRank[b.source]) // "month" comes before "year"
	}), true
}
