package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Bounds of the search for a date that nothing marks as the story's.
const (
	maxScripts      = 40
	maxScriptBytes  = 256 << 10 // of one script; more is a program
	maxGuessLines   = 2000      // of the page
	guessLinesBelow = 40        // lines after the heading that are near it
	guessLinesAbove = 12        // and before it
	maxGuessWords   = 14        // beside the date, in a line near the heading
)

// guessDate is the likeliest of the dates that the page mentions, for a story
// that no source dates: in the data of its scripts, in elements made for
// dates, in lines near the heading, in the addresses of its pictures, and at
// last the day that is written most often.
//
// The day of a change is no guess: what the page says of it is known.
func (d *document) guessDate(changed []claim) (claim, bool) {
	for _, look := range []func() (stamp, bool){d.scriptDate, d.markedDate, d.nearDate, d.pictureDate, d.frequentDate} {
		if st, ok := look(); ok {
			if slices.ContainsFunc(changed, func(c claim) bool { return c.day.Equal(st.day) }) {
				continue
			}
			return newClaim(st, feed.DateGuessed), true
		}
	}
	return claim{}, false
}

// scriptDate reads what programs keep for their own use.
func (d *document) scriptDate() (stamp, bool) {
	for i, s := range d.programs {
		if i >= maxScripts {
			break
		}
		if len(s) > maxScriptBytes || !strings.Contains(s, "ubli") {
			continue
		}
		for _, m := range scriptDates.FindAllStringSubmatch(s, 5) {
			if st, ok := parseStamp(m[1], ""); ok && d.isCredible(st) {
				return st, true
			}
		}
	}
	return stamp{}, false
}

var scriptDates = regexp.MustCompile(`(?i)["'\\](?:date_?published|published_?(?:at|date|time|on|first)?|(?:first_?)?publish(?:ed)?[-_.]?(?:date|time|at)|publication[-_]?date|first[-_]?publication|article\.publish_date|pub_?date)\\?["']\s*:\s*\\?["']?((?:19|20)\d\d-[01]\d-[0-3]\d[^"'\\]{0,24})`)

// markedDate is the first date that stands in an element made for one,
// wherever on the page.
func (d *document) markedDate() (stamp, bool) {
	lang := d.language()
	var found stamp
	hit := first(d.body, func(n *html.Node) bool {
		if !isElement(n, atom.Time) && !isDateNamed(n) && !anyName(n, isDateLike) || isUpdate(n) || isLonger(n, maxByline) {
			return false
		}
		st, ok := elementStamp(n, lang)
		if ok = ok && d.isCredible(st) && !d.isOthers(n); ok {
			found = st
		}
		return ok
	})
	if hit != nil {
		return found, true
	}
	for _, n := range d.times { // some stand in a header or sidebar that was cut
		if closest(n, isForeign) != nil || isUpdate(n) {
			continue
		}
		if st, ok := elementStamp(n, lang); ok && d.isCredible(st) && !d.isOthers(n) {
			return st, true
		}
	}
	return stamp{}, false
}

// isForeign reports whether an element holds comments or other stories. A box
// about the author often has the date, too.
func isForeign(n *html.Node) bool {
	return kindOf(n) >= siteFurniture && !anyName(n, func(s string) bool { return strings.Contains(s, "author") })
}

// isDateLike recognises names such as newsdatum and press-location-time.
func isDateLike(name string) bool {
	for _, word := range []string{"date", "datum", "time", "fecha", "published", "datetime"} {
		if strings.HasSuffix(name, word) && !strings.HasSuffix(name, "update") && !strings.HasPrefix(name, "comment") {
			return true
		}
	}
	return false
}

// nearDate is the date in the line that is nearest to the heading, and has
// few other words or says that it tells of the publication.
func (d *document) nearDate() (stamp, bool) {
	lines := d.pageLines()
	lines = lines[:min(len(lines), maxGuessLines)]
	at := max(d.headingLine(lines), 0)
	below := lines[min(at+1, len(lines)):min(at+1+guessLinesBelow, len(lines))]
	above := slices.Clone(lines[max(0, at-guessLinesAbove):at])
	slices.Reverse(above)
	for _, tells := range []bool{true, false} {
		for _, near := range [][]byline{below, above} {
			if st, ok := d.lineDate(near, tells); ok {
				return st, true
			}
		}
	}
	for _, l := range lines {
		if len(l.text) <= maxByline && hasDigit(l.text) && publishWords.MatchString(l.text) {
			if st, ok := d.lineDate([]byline{l}, true); ok {
				return st, true
			}
		}
	}
	return stamp{}, false
}

// pageLines are the lines of the page, read once.
func (d *document) pageLines() []byline {
	if d.lines == nil {
		d.lines = linesOf(d.body)
	}
	return d.lines
}

// publishWords tell that a date is that of the publication.
var publishWords = regexp.MustCompile(`(?i)(?:^|\P{L})(?:posted|published|publi[ée]|publicado|pubblicato|veröffentlicht|erstellt|verfasst|erschienen|stand|datum|date|fecha|eingestellt|geschrieben|opublikowano|dodano|опубликовано|gepubliceerd)(?:\P{L}|$)`)

// lineDate is the first date of the lines that have little beside it: a few
// words, or, if they must tell so, any that speak of publishing.
func (d *document) lineDate(lines []byline, mustTell bool) (stamp, bool) {
	lang := d.language()
	for _, l := range lines {
		if len(l.text) > maxByline || !hasDigit(l.text) {
			continue
		}
		spots := findDates(l.text, lang)
		if len(spots) == 0 || updatedWords.MatchString(l.text[:spots[0].start]) && len(spots) > 1 {
			continue
		}
		rest := l.text[:spots[0].start] + " " + l.text[spots[0].end:]
		fits := !mustTell && len(strings.Fields(rest)) <= maxGuessWords || publishWords.MatchString(rest)
		if fits && d.isCredible(spots[0].stamp) && !d.isOthers(l.node) {
			return spots[0].stamp, true
		}
	}
	return stamp{}, false
}

// pictureDate is the day in the address of the picture that stands for the
// story: many sites file pictures by the day.
func (d *document) pictureDate() (stamp, bool) {
	for _, name := range []string{"og:image", "twitter:image", "og:image:secure_url"} {
		if st, ok := addressDate(d.meta(name)); ok && d.isCredible(st) {
			return st, true
		}
		if m := clockName.FindStringSubmatch(d.meta(name)); m != nil {
			if st, ok := parseStamp(m[1]+"-"+m[2]+"-"+m[3], ""); ok && d.isCredible(st) {
				return st, true
			}
		}
	}
	return stamp{}, false
}

// clockName is the name that cameras and servers give to a file:
// 20200824164321.jpg.
var clockName = regexp.MustCompile(`(?:^|\D)(20\d\d)([01]\d)([0-3]\d)[-_]?(?:[012]\d[0-5]\d)`)

// frequentDate is the day that the page writes most often outside
// sentences, the first of several.
func (d *document) frequentDate() (stamp, bool) {
	lang := d.language()
	count := map[stamp]int{}
	var best stamp
	for i, l := range d.pageLines() {
		if i >= maxGuessLines {
			break
		}
		if len(strings.Fields(clip(l.text))) > maxGuessWords+3 {
			continue // a sentence speaks of its own matters
		}
		spots := findDates(l.text, lang)
		if len(spots) > 0 && d.isOthers(l.node) {
			continue
		}
		for _, s := range spots {
			st := stamp{day: s.day, time: s.day}
			if !d.isCredible(st) {
				continue
			}
			if count[st]++; count[st] > count[best] {
				best = st
			}
		}
	}
	return best, count[best] > 0
}

func (d *document) isCredible(st stamp) bool {
	return len(d.credible([]claim{newClaim(st, feed.DateGuessed)})) == 1
}
