package discover

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// endLine finishes the current line.
func (s *scanner) endLine() {
	text := s.text.String()
	s.text.Reset()
	s.space = false
	if text == "" && len(s.anchors) == 0 {
		return
	}
	l := &line{text: text, block: s.block, anchors: s.anchors}
	s.anchors = nil
	item := ancestorItem(s.block)
	if item != nil && item.DataAtom == atom.Tr {
		item = s.block
	}
	first := item != nil && !s.items[item]
	if first {
		s.items[item] = true
	}
	s.period(text)
	for i, a := range l.anchors {
		a.line, a.lineOne, a.onLine = l, first, i
		if a.end < 0 {
			a.end = len(text)
		}
	}
	if l.isMenu() {
		for _, a := range l.anchors {
			a.cut = firstOf(a.cut, "menu")
		}
	}
	s.column(l)
}

// column knows the other menu of hand-made pages: lines of one link each in
// one block, most of them to what every site has.
func (s *scanner) column(l *line) {
	if l.block != s.menu.block {
		s.menu.close()
		s.menu = column{block: l.block}
	}
	s.menu.lines++
	if len(l.anchors) != 1 || strings.TrimSpace(l.text) != l.anchors[0].text || l.anchors[0].blocks || l.anchors[0].heading != nil {
		s.menu.mixed = true
		return
	}
	a := l.anchors[0]
	s.menu.anchors = append(s.menu.anchors, a)
	if a.isUsual() {
		s.menu.usual++
	}
}

// isUsual reports whether a link leads to what every site has.
func (a *anchor) isUsual() bool {
	switch a.reason {
	case homePage, sitePage, ownPage:
		return true
	}
	return a.reason == noPage && strings.HasPrefix(a.url, "mailto:")
}

// column is a block whose lines are links.
type column struct {
	block   *html.Node
	anchors []*anchor
	lines   int
	usual   int  // links to the home page and the like
	mixed   bool // it holds other lines too
}

func (c column) close() {
	if c.mixed || c.lines < 2 || 2*c.usual < c.lines {
		return
	}
	for _, a := range c.anchors {
		a.cut = firstOf(a.cut, "menu")
	}
}

// isMenu knows the menu where no element says so: a line of nothing but links,
// the home page among them, or most of them to what every site has. What is
// marked as a menu is known; where it is read all the same, it is all there is.
func (l *line) isMenu() bool {
	if len(l.anchors) < 2 || len(l.anchors) > 20 {
		return false
	}
	home, usual, end := false, 0, 0
	for _, a := range l.anchors {
		if a.heading != nil || a.blocks || strings.ContainsFunc(l.text[min(end, a.start):a.start], isWordRune) {
			return false
		}
		home = home || a.reason == homePage
		if a.isUsual() {
			usual++
		}
		end = a.end
	}
	home = home || len(l.anchors) > 2 && 2*usual >= len(l.anchors) && !isInNav(l.block)
	return home && !strings.ContainsFunc(l.text[min(end, len(l.text)):], isWordRune)
}

func isInNav(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == atom.Nav {
			return true
		}
	}
	return false
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// maxPeriod is the longest line, in bytes, that names a year or month.
const maxPeriod = 48

// period notes a line that is only a year, or a month with its year: it heads
// what follows.
func (s *scanner) period(text string) {
	if len(text) > maxPeriod || text == "" {
		return
	}
	if m := onlyYear.FindStringSubmatch(text); m != nil {
		s.year, s.month = atoi(m[1]), 0
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), notLetter) {
		month := months[word]
		if month == 0 || s.year == 0 || utf8.RuneCountInString(word)+8 < utf8.RuneCountInString(text) {
			continue
		}
		if digits := digitGroups(text); digits == 0 || digits == 1 && onlyYear.MatchString(text) {
			s.month = int(month)
		}
	}
}

var onlyYear = regexp.MustCompile(`^\D{0,12}((?:19|20)\d\d)\D{0,12}$`)

// endHeading keeps that the text wanders off under a heading. One that is
// itself the link to a story says nothing, but ends what its equals began.
func (s *scanner) endHeading(n *html.Node, linked bool) {
	level := int(n.Data[1] - '0')
	if linked {
		if level <= s.level {
			s.section, s.level = "", 0
		}
		return
	}
	s.section, s.level = "", level
	if level == 1 && !s.named {
		s.named = true // the page's own name: what follows is its subject
		return
	}
	if text := feed.CleanLine(clip(nodeText(n))); asides.MatchString(text) {
		s.section = text
	}
}

// ownHeading takes a heading that a link repeats for the link's own: posts are
// called "Archive" and "Contact", too.
func (s *scanner) ownHeading(a *anchor) {
	if a.section != "" && a.section == s.section && strings.EqualFold(a.text, a.section) {
		a.section, s.section = "", ""
	}
}
