package discover

import (
	"net/url"

	"golang.org/x/net/html"
)

// Short posts without titles often stand under the address of their day. It
// looks like that of a date archive; what tells them apart is the text around.

// dayText is how much text there is at least, in bytes on average, for each day
// that is linked where the days are posts: a list of days has none.
const dayText = 60

// openDays takes the links to days for permalinks where they are the only ones
// that a page has for its posts: each leads to another day, there is a text for
// each, and nothing else stands out that could be a story. An archive lists
// titles under its days, or days without any text.
func (v *view) openDays() {
	var days []*anchor
	distinct := map[string]bool{}
	for _, a := range v.anchors {
		if a.reason != dateArchive || a.cut != "" && a.cut != articleFooter || !namesDay(a.url) || inCalendar(a) {
			continue
		}
		days = append(days, a)
		distinct[a.key] = true
	}
	if len(distinct) < minRepeat || 5*len(distinct) < 4*len(days) {
		return
	}
	around := commonParent(days)
	if v.massOf(around) < dayText*len(days) {
		return
	}
	others := map[string]bool{}
	span := v.spanOf(around)
	for _, a := range v.anchors[span[0]:span[1]] {
		if a.usable() && a.leads() {
			others[a.key] = true
		}
	}
	if 2*len(others) > len(distinct) {
		return
	}
	for _, a := range days {
		a.reason = ""
	}
}

// namesDay reports that an address ends in a year, a month and a day.
func namesDay(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	y, _, d := periodOf(u)
	return y != 0 && d != 0
}

// isDay reports that a link is a date and leads to a post under the address of
// its day: a date is no title.
func (a *anchor) isDay() bool {
	return len(a.text) <= shortRest && namesDay(a.url) && !findDate(a.text, 0).isZero()
}

// commonParent is the smallest element that holds all of some links.
func commonParent(as []*anchor) *html.Node {
	n := as[0].node.Parent
	last := as[len(as)-1].node
	for n.Parent != nil && !within(last, n) {
		n = n.Parent
	}
	return n
}
