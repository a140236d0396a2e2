package discover

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Dates stand beside the links of a list: inside the block that belongs to one
// link alone, on its line, or in a block before or behind its own.

const (
	maxClimb  = 12  // elements between a link and the block that is its alone
	shortText = 120 // bytes of a block that is a date line rather than a text
	maxBeside = 6   // blocks looked at before or behind a link's own
	maxNodes  = 20_000
)

// group is a set of links that stand alike, in the order of the page.
type group struct {
	v       *view
	anchors []*anchor
	indexes []int
	votes   int                    // whether numeric dates begin with the day, see [settleDates]
	node    map[*anchor]*html.Node // the block that is surely each link's own, where it is known
}

func newGroup(v *view, as []*anchor) *group {
	g := &group{v: v, anchors: as, indexes: make([]int, len(as)), node: map[*anchor]*html.Node{}}
	for i, a := range as {
		g.indexes[i] = a.index
	}
	return g
}

// inside counts the links of the group in an element.
func (g *group) inside(n *html.Node) int {
	span := g.v.spanOf(n)
	if span[0] == span[1] {
		return 0
	}
	from, _ := slices.BinarySearch(g.indexes, span[0])
	to, _ := slices.BinarySearch(g.indexes, span[1])
	return to - from
}

// block is the largest element around a link that holds no other of the group.
func (g *group) block(a *anchor) *html.Node {
	n := g.node[a]
	if n == nil {
		n = a.node
	}
	for i := 0; i < maxClimb && n.Parent != nil && n.Parent.DataAtom != atom.Body && g.inside(n.Parent) == 1; i++ {
		n = n.Parent
	}
	return n
}

// dates finds the date of every link of the group. The second result counts
// those that are shown beside the link; the others were read from addresses
// or are unknown.
func (g *group) dates() ([]feed.Date, int) {
	own := make([]listDate, len(g.anchors))
	behind, before := make([]listDate, len(own)), make([]listDate, len(own))
	for i, a := range g.anchors {
		n := g.block(a)
		own[i] = g.v.dateIn(n, a)
		if own[i].isZero() {
			behind[i] = g.dateAlong(n, a.year, func(n *html.Node) *html.Node { return n.NextSibling })
			before[i] = g.dateAlong(n, a.year, func(n *html.Node) *html.Node { return n.PrevSibling })
		}
	}
	if known(before) > known(behind) {
		behind = before
	}
	for i := range own {
		if own[i].isZero() {
			own[i] = behind[i]
		}
	}
	dates, votes := settleDates(own, g.votes)
	g.votes = votes
	shown := 0
	for i, d := range dates {
		if d.IsZero() {
			dates[i] = urlDate(g.anchors[i].url)
			continue
		}
		shown++
	}
	return dates, shown
}

func known(dates []listDate) int {
	n := 0
	for _, d := range dates {
		if !d.isZero() {
			n++
		}
	}
	return n
}

// dateAlong looks for a date line in the blocks next to one, until the block
// of another link.
func (g *group) dateAlong(n *html.Node, year int, next func(*html.Node) *html.Node) listDate {
	for i, s := 0, next(n); s != nil && i < maxBeside && g.inside(s) == 0; i, s = i+1, next(s) {
		if s.Type == html.TextNode {
			if d := findDate(clip(strings.TrimSpace(s.Data)), year); !d.isZero() && len(strings.TrimSpace(s.Data)) <= shortText {
				return d
			}
			continue
		}
		if isHeading(s.DataAtom) || g.v.massOf(s) > 4*shortText {
			return listDate{}
		}
		if d := g.v.dateIn(s, nil); !d.isZero() {
			return d
		}
		if d := findDate(nodeText(s), year); !d.isZero() && g.v.massOf(s) <= shortText {
			return d
		}
	}
	return listDate{}
}

// dateIn finds the date of a link in the block that is its own: what is meant
// for programs first, then what the theme calls a date, then what stands on
// the link's line or on a line of its own.
func (v *view) dateIn(n *html.Node, a *anchor) listDate {
	f := dateFinder{v: v, budget: maxNodes}
	if a != nil {
		f.year = a.year
	}
	f.scan(n, false)
	for _, d := range []listDate{f.published, f.time, f.named} {
		if !d.isZero() {
			return d
		}
	}
	if a != nil {
		if d := a.dateOnLine(); !d.isZero() {
			return d
		}
	}
	return f.text
}

// dateFinder collects the first date of each degree of certainty.
type dateFinder struct {
	v                            *view
	year, budget                 int
	published, time, named, text listDate
}

func (f *dateFinder) scan(n *html.Node, named bool) {
	if f.budget--; f.budget < 0 || !f.published.isZero() {
		return
	}
	switch {
	case n.Type == html.TextNode:
		f.read(n, named)
		return
	case n.Type == html.ElementNode && (skipped(n.DataAtom) || f.v.cut[n] == "comments"):
		return
	case n.DataAtom == atom.Time || n.DataAtom == atom.Abbr || n.DataAtom == atom.Meta:
		f.machine(n)
	}
	named = named || isDateName(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		f.scan(c, named)
	}
}

func (f *dateFinder) machine(n *html.Node) {
	prop, class := attr(n, "itemprop"), attr(n, "class")
	value := firstOf(attr(n, "datetime"), attr(n, "content"))
	if n.DataAtom == atom.Abbr {
		value = attr(n, "title")
	}
	d := machineDate(value)
	if d.isZero() && n.DataAtom == atom.Time {
		d = findDate(nodeText(n), f.year)
	}
	switch {
	case d.isZero():
	case strings.Contains(prop, "datePublished") || strings.Contains(class, "published") || hasAttr(n, "pubdate"):
		f.published = d
	case prop == "dateModified" || strings.Contains(class, "updated") || strings.Contains(class, "modified") || n.DataAtom == atom.Meta:
	case f.time.isZero():
		f.time = d
	}
}

func (f *dateFinder) read(n *html.Node, named bool) {
	if len(n.Data) < 4 || !f.text.isZero() && (!named || !f.named.isZero()) {
		return
	}
	b := nearestBlock(n.Parent)
	if b != n.Parent && standsAlone(n.Parent) {
		b = n.Parent
	}
	if f.v.massOf(b) > 2*shortText {
		return
	}
	text := strings.TrimSpace(clip(n.Data))
	d := findDate(text, f.year)
	switch {
	case d.isZero():
	case named && f.named.isZero():
		f.named = d
	case f.text.isZero() && f.v.massOf(b) <= shortText && utf8.RuneCountInString(text) <= shortRest:
		f.text = d
	}
}

// standsAlone reports that an element such as span or small has no text right
// beside it that it could be part of.
func standsAlone(n *html.Node) bool {
	for _, s := range []*html.Node{n.PrevSibling, n.NextSibling} {
		if s != nil && s.Type == html.TextNode && strings.TrimSpace(s.Data) != "" {
			return false
		}
	}
	return true
}

// isDateName reports that an element's class or property calls it a date.
func isDateName(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "itemprop" || len(a.Val) > 200 {
			continue
		}
		for _, token := range strings.Fields(a.Val) {
			for _, part := range nameParts(token) {
				switch part {
				case "date", "published", "time", "posted", "timestamp", "datum", "pubdate", "fecha":
					return true
				}
			}
		}
	}
	return false
}

// dateOnLine reads the date that stands right before or behind a link on its
// line, or in its text.
func (a *anchor) dateOnLine() listDate {
	if a.line == nil {
		return listDate{}
	}
	text := a.line.text
	from, to := 0, len(text)
	if a.onLine > 0 {
		from = a.line.anchors[a.onLine-1].end
	}
	if a.onLine+1 < len(a.line.anchors) {
		to = a.line.anchors[a.onLine+1].start
	}
	start, end := min(a.start, len(text)), min(a.end, len(text))
	from, to = max(min(from, start), start-shortRest), min(max(to, end), end+shortRest)
	for _, part := range []string{text[from:start], text[end:to], text[start:end]} {
		if d := findDate(strings.TrimSpace(part), a.year); !d.isZero() {
			return d
		}
	}
	return listDate{}
}
