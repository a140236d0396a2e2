package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// A calendar shows one month, whose days lead to the stories, and leads to the
// month before. Where a site has no other list, it is read month by month.

const (
	gridDays  = 28 // cells of a month at least
	maxMonths = 240
	maxEmpty  = 12 // months in a row without a story: calendars have no end
)

// grid is a calendar of one month.
type grid struct {
	node        *html.Node
	days        []*anchor // links that are days, in the order of the page
	year, month int       // 0: not said
	back        string    // address of the month before; empty: none is linked
}

// grid finds the calendar of a page; nil: there is none whose days are linked.
func (v *view) grid() *grid {
	for _, n := range v.doc.Find("table, ol, ul, div").Nodes {
		span := v.spanOf(n)
		if span[0] == span[1] || v.massOf(n) > maxGridText || !isMonth(n) {
			continue
		}
		g := &grid{node: n}
		for _, a := range v.anchors[span[0]:span[1]] {
			if a.isDayNumber() {
				g.days = append(g.days, a)
			}
		}
		g.year, g.month = v.monthOf(n)
		g.back = v.linkBack(g)
		if len(g.days) > 0 || g.back != "" {
			return g
		}
	}
	return nil
}

// isDayNumber reports that a link may be a day of a calendar.
func (a *anchor) isDayNumber() bool {
	d := 0
	if len(a.text) <= 2 {
		d = atoi(a.text)
	}
	return d >= 1 && d <= 31 && a.url != "" && (a.reason == "" || a.reason == dateArchive)
}

// maxGridText is more text, in bytes, than the days of a month have.
const maxGridText = 8000

// isMonth reports that the cells of an element count the days of a month.
func isMonth(n *html.Node) bool {
	row := cells(n)
	if len(row) < gridDays {
		return false
	}
	day := 0
	for _, cell := range row {
		first, _, _ := strings.Cut(strings.TrimSpace(clip(nodeText(cell))), " ")
		switch d := atoi(strings.Trim(first, ".")); {
		case d == day+1:
			day = d
		case d == 1 || day >= gridDays: // days of the months around
		case d != 0 && day > 0:
			return false
		}
	}
	return day >= gridDays
}

// cells are the cells of a table, or the elements that stand in one row.
func cells(n *html.Node) []*html.Node {
	var found []*html.Node
	if n.DataAtom != atom.Table {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				found = append(found, c)
			}
		}
		return found
	}
	walkNodes(n, func(c *html.Node) bool {
		if c.DataAtom == atom.Td {
			found = append(found, c)
			return false
		}
		return len(found) < 100
	})
	return found
}

func walkNodes(n *html.Node, visit func(*html.Node) bool) {
	if !visit(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walkNodes(c, visit)
	}
}

// monthOf is the month that a calendar is headed with: inside, or right above.
func (v *view) monthOf(n *html.Node) (year, month int) {
	see := func(c *html.Node) bool {
		if year == 0 && c.Type == html.TextNode {
			year, month = namesPeriod(strings.Trim(c.Data, " \n\t«»‹›←→<>"))
		}
		return year == 0
	}
	walkNodes(n, see)
	for i, p := 0, n; year == 0 && i < stepLevels && p != nil; i, p = i+1, p.Parent {
		for s, k := p.PrevSibling, 0; s != nil && k < maxBeside && year == 0; s, k = s.PrevSibling, k+1 {
			walkNodes(s, see)
		}
	}
	if month == 0 {
		return 0, 0
	}
	return year, month
}

var monthBack = regexp.MustCompile(`^[\s«‹←<◀◄]*[«‹←<◀◄]|^\s*(?i:prev(?:ious)?)\b`)

// linkBack is the address that a calendar's link to the month before leads
// to: a link in it or beside it that is marked so, or is named for that month.
func (v *view) linkBack(g *grid) string {
	around := g.node
	for i := 0; i < stepLevels && around.Parent != nil; i++ {
		around = around.Parent
	}
	in, span := v.spanOf(g.node), v.spanOf(around)
	for _, a := range v.anchors[max(span[0], in[0]-maxBeside):min(span[1], in[1]+maxBeside)] {
		if atoi(a.text) != 0 || a.url == "" || a.reason == otherSite || a.key == v.selfKey() {
			continue
		}
		name := a.stepName()
		if monthBack.MatchString(name) || prevStep.MatchString(name) || g.isMonthBefore(name) {
			return a.url
		}
	}
	return ""
}

// isMonthBefore reports that a text names the month before the one shown.
func (g *grid) isMonthBefore(name string) bool {
	m := months[strings.ToLower(strings.Trim(strings.TrimFunc(name, notLetter), " "))]
	if m == 0 {
		_, n := namesPeriod(name)
		m = time.Month(n)
	}
	return g.month != 0 && m != 0 && int(m) == (g.month+10)%12+1
}

// isCalendar reports that the stories which a page links are days of its
// calendar, and nothing else that could be a story.
func (g *grid) isCalendar(k class) bool {
	at := k.list.at
	if k.kind == feed.SourceHub {
		at = k.hub.at
	}
	for _, a := range at {
		if !within(a.node, g.node) && a.url != g.back && !monthName.MatchString(a.text) {
			return false
		}
	}
	return true
}

// monthName is the text of a link to a month beside a calendar.
var monthName = regexp.MustCompile(`^[\s«‹←<]*\pL{3,12}\.?(?:\s+\d{4})?[\s»›→>]*$`)

// readCalendar reads the stories of a page that has them in a calendar only,
// month by month. It reports false when the page has another list, or none.
func (w *walk) readCalendar(v *view, k class) (bool, error) {
	if !slices.ContainsFunc(v.anchors, (*anchor).isDayNumber) {
		return false, nil
	}
	g := v.grid()
	if g == nil || g.month == 0 || len(g.days) == 0 || !g.isCalendar(k) {
		return false, nil
	}
	w.describe(v)
	seen, visited := map[string]bool{}, map[string]bool{v.selfKey(): true}
	for empty, n := 0, 1; ; n++ {
		fresh, found, err := w.readMonth(g, seen, n)
		if err != nil {
			return false, err
		}
		if empty++; found > 0 {
			empty = 0
		}
		if g.back == "" || visited[feed.URLKey(g.back)] || empty > maxEmpty || w.opt.Complete && found > 0 && fresh == 0 {
			break
		}
		if n == maxMonths || w.result.Pages >= w.opt.MaxPages {
			w.result.Incomplete = fmt.Sprintf("stopped after %d months", n)
			break
		}
		visited[feed.URLKey(g.back)] = true
		v, err = w.turn(g.back)
		if err != nil {
			return false, err
		}
		if v == nil {
			break
		}
		if g = v.grid(); g == nil {
			break
		}
	}
	if len(w.result.Links) == 0 {
		return false, nil
	}
	w.result.Kind = feed.SourceArchive
	w.result.Complete = w.result.Incomplete == ""
	w.why("archive: a calendar whose days are the stories")
	w.orderArchive()
	return true, nil
}

// readMonth takes over the days of one month, the last one first. A day that
// has a list of its own gives what it lists.
func (w *walk) readMonth(g *grid, seen map[string]bool, n int) (fresh, found int, err error) {
	for i := len(g.days) - 1; i >= 0; i-- {
		a := g.days[i]
		links := []Link{{URL: a.url, Anchor: line1(firstOf(attr(a.node, "title"), attr(a.node, "aria-label"))), Evidence: []string{"day of a calendar"}}}
		if g.month != 0 {
			d := day(g.year, g.month, atoi(a.text))
			links[0].Published = d.date
		}
		if a.reason == dateArchive && w.result.Pages < w.opt.MaxPages {
			more, err := w.turn(a.url)
			if err != nil {
				return fresh, found, err
			}
			if more == nil {
				continue
			}
			if list := parseListing(more, &listing{posts: true, heads: true}); list.size() > 0 {
				links = list.links
			}
		}
		for _, l := range links {
			key := feed.URLKey(l.URL)
			found++
			if seen[key] {
				continue
			}
			seen[key] = true
			if !w.opt.Known(l.URL) {
				fresh++
			}
			l.Evidence = append(l.Evidence, fmt.Sprintf("page %d", n))
			w.result.Links = append(w.result.Links, l)
		}
	}
	return fresh, found, nil
}
