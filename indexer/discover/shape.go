package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shape is how a link stands in the text of a hub page.
type shape string

const (
	shapeItem    shape = "list item"
	shapeRow     shape = "table row"
	shapeHeading shape = "heading"
	shapeTerm    shape = "definition"
	shapeCard    shape = "card"
	shapeLine    shape = "own line"
	shapeMid     shape = "mid-sentence"
)

// shape says how a link stands on its page, and the item, row or definition
// that it stands in.
func (a *anchor) shape() (shape, *html.Node) {
	if !a.leads() {
		return shapeMid, nil
	}
	item := ancestorItem(a.block)
	switch {
	case a.heading != nil:
		return shapeHeading, nil
	case a.blocks:
		return shapeCard, nil
	case item == nil || !a.lineOne:
		return shapeLine, nil
	}
	switch item.DataAtom {
	case atom.Li:
		return shapeItem, item
	case atom.Tr:
		return shapeRow, item
	case atom.Dt, atom.Dd:
		return shapeTerm, item
	}
	return shapeHeading, nil
}

// itemCounts remembers the position of the items of lists already met.
type itemCounts map[*html.Node]struct{ k, n int }

func (c itemCounts) place(item *html.Node, s shape) string {
	if item == nil {
		return string(s)
	}
	if _, ok := c[item]; !ok && item.Parent != nil {
		var items []*html.Node
		for n := item.Parent.FirstChild; n != nil; n = n.NextSibling {
			if n.DataAtom == item.DataAtom {
				items = append(items, n)
			}
		}
		for i, n := range items {
			c[n] = struct{ k, n int }{i + 1, len(items)}
		}
	}
	return fmt.Sprintf("%s %d of %d", s, c[item].k, c[item].n)
}

// tagPath is the way from an element up to another in tag names.
func tagPath(n, top *html.Node) string {
	var b strings.Builder
	for i := 0; n != nil && n != top && i < maxItemDepth; i, n = i+1, n.Parent {
		b.WriteByte('<')
		b.WriteString(n.Data)
	}
	return b.String()
}

const (
	shortRest  = 40  // runes beside a link that are a remark, no sentence
	longPrefix = 90  // runes before a link that may still be a label such as a name
	maxContext = 240 // bytes beside a link that are looked at
)

// leads reports that a link is what its line is about, as in a list of titles:
// it stands at the beginning, or behind a label, or fills most of the line.
func (a *anchor) leads() bool {
	if a.lead == 0 {
		a.lead = -1
		if a.standsOut() {
			a.lead = 1
		}
	}
	return a.lead > 0
}

func (a *anchor) standsOut() bool {
	if a.blocks || a.heading != nil {
		return true
	}
	if a.line == nil {
		return false
	}
	text := a.line.text
	start, end := min(a.start, len(text)), min(a.end, len(text))
	before := strings.TrimSpace(text[max(0, start-maxContext):start])
	after := strings.TrimSpace(text[end:min(len(text), end+maxContext)])
	if a.follows() || after == "" && a.readsOn() {
		return true
	}
	own := utf8.RuneCountInString(a.text)
	rest := utf8.RuneCountInString(before) + utf8.RuneCountInString(after)
	item := ancestorItem(a.block)
	if from := a.afterDropped(); from >= 0 {
		before = strings.TrimSpace(text[from:start])
	}
	label := before
	if before != "" && len(before) <= longPrefix {
		label = strings.TrimFunc(labelled.ReplaceAllString(before, ""), notLetter)
	}
	switch {
	case label == "" && (after == "" || item != nil):
		return true
	case own >= rest:
		return true
	case label == "":
		return startsRemark(after)
	case isLabel(before) && (startsRemark(after) || after == "" || item != nil):
		return true
	}
	return false
}

// labelled is what may stand before a title: a number, a part, a date.
var labelled = regexp.MustCompile(`(?i)^\W*(?:(?:part|teil|chapter|kapitel|episode|folge|day|lesson|week|no|nr|partie|parte|capítulo|часть)\.?\s*#?\d+|\d+(?:st|nd|rd|th)?|new|neu)?\W*` +
	`(?:\p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?|\d{1,2}(?:st|nd|rd|th|\.)?\s+\p{L}{3,12}\.?,?\s+\d{4}|[\d./-]+)?\W*$`)

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// isLabel reports that a text before a link announces it, as a name or number
// does, and does not run into it.
func isLabel(before string) bool {
	before = strings.TrimRight(before, " \"'“”„«‘‚")
	n := utf8.RuneCountInString(before)
	last, _ := utf8.DecodeLastRuneInString(before)
	return n <= longPrefix && strings.ContainsRune(":–—-|•·»→>(,", last) || n <= shortRest && !findDate(before, 0).isZero()
}

// startsRemark reports that a text behind a link comments it and does not
// carry a sentence on.
func startsRemark(after string) bool {
	if utf8.RuneCountInString(after) <= shortRest && !strings.ContainsAny(after, ".!?") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(after)
	return !unicode.IsLetter(first) && !unicode.IsDigit(first) && first != ',' && first != ';' && first != '\'' && first != '’' || bylineStart.MatchString(after)
}

var bylineStart = regexp.MustCompile(`^(?:by|von|par|por|door|av|di)\s+\p{Lu}`)

// afterDropped is where the text before a link begins when all of the line up
// to there is links that can't lead to stories, such as those to authors; -1:
// it is not.
func (a *anchor) afterDropped() int {
	if a.onLine == 0 || a.onLine > maxDroppedBefore {
		return -1
	}
	end := 0
	for _, prev := range a.line.anchors[:a.onLine] {
		if prev.reason == "" && prev.url != "" || prev.start-end > maxBetween || prev.end > a.start {
			return -1
		}
		end = prev.end
	}
	return min(end, a.start, len(a.line.text))
}

const (
	maxDroppedBefore = 5 // links that may stand before a title
	maxBetween       = 5 // runes between two titles of one list item: "and"
)

// follows reports that only a separator stands between this link and one that
// leads: "Part 1 | Part 2 | Part 3".
func (a *anchor) follows() bool {
	if a.onLine == 0 {
		return false
	}
	prev := a.line.anchors[a.onLine-1]
	start, end := min(a.start, len(a.line.text)), min(prev.end, len(a.line.text))
	if end > start || prev.url == "" {
		return false
	}
	between := strings.TrimSpace(a.line.text[end:start])
	if ancestorItem(a.block) != nil && utf8.RuneCountInString(between) <= maxBetween {
		return prev.leads()
	}
	if utf8.RuneCountInString(between) > 2 || strings.ContainsFunc(between, unicode.IsLetter) {
		return false
	}
	return between != "" && between != "," && between != "." && prev.leads()
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}
