package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
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

// strongGroup is how many links of one shape make a list of stories.
const strongGroup = 3

// spot is one place where a hub page links something.
type spot struct {
	a     *anchor
	shape shape
	place string // "list item 3 of 36"
	group string // equal for links that stand alike
	part  int    // number in or beside the link's text; 0: none
}

// hub is what a page offers as a hub page.
type hub struct {
	body   *html.Node
	links  []Link    // in page order
	parts  []int     // of links
	at     []*anchor // of links
	drops  []feed.Drop
	strong int // links that are not weak
	listed int // links in strong groups
	prose  bool
}

// parseHub reads the links of a page's own text in the order of the page.
func parseHub(v *view) hub {
	best := hub{}
	for i, body := range v.bodies() {
		h := v.hubIn(body)
		if i == 0 || len(h.links) > len(best.links) && len(best.links) < strongGroup {
			best = h
		}
		if len(best.links) >= strongGroup {
			break
		}
	}
	return best
}

// hubIn reads the links inside one element.
func (v *view) hubIn(body *html.Node) hub {
	h := hub{body: body}
	spots, drops := v.spots(body)
	h.drops = drops
	sizes, largest := map[string]int{}, 0
	for _, s := range spots {
		if s.shape != shapeMid {
			sizes[s.group]++
			largest = max(largest, sizes[s.group])
		}
	}
	h.prose = largest < strongGroup
	// A stray "back to the blog" on a line of its own makes no list beside
	// thirty items.
	listed := func(s spot) bool {
		return s.shape != shapeMid && s.a.section == "" && sizes[s.group] >= max(strongGroup, largest/8)
	}
	kept := choose(spots, listed, &h)
	aside, inLists := 0, 0
	for _, s := range kept {
		if s.a.section != "" {
			aside++
		}
		if listed(s) {
			inLists++
		}
	}
	for _, s := range kept {
		if s.a.section != "" && inLists >= max(strongGroup, aside) {
			h.drops = append(h.drops, feed.Drop{URL: s.a.url, Anchor: s.a.text, Reason: fmt.Sprintf("under %q", s.a.section)})
			continue
		}
		weak := !h.prose && !listed(s) || s.a.section != ""
		h.add(s, weak)
		if listed(s) {
			h.listed++
		}
	}
	return h
}

// choose keeps one place of each story: the one in a list, else the first.
func choose(spots []spot, listed func(spot) bool, h *hub) []spot {
	at := map[string]int{} // key → index in spots
	for i, s := range spots {
		j, seen := at[s.a.key]
		if !seen || listed(s) && !listed(spots[j]) {
			at[s.a.key] = i
		}
	}
	texts := map[string]string{} // of pictures that are links the words are elsewhere
	for _, s := range spots {
		if texts[s.a.key] == "" {
			texts[s.a.key] = s.a.text
		}
	}
	var kept []spot
	for i, s := range spots {
		if at[s.a.key] != i {
			if s.a.text != "" {
				h.drops = append(h.drops, feed.Drop{URL: s.a.url, Anchor: s.a.text, Reason: "duplicate, taken as " + spots[at[s.a.key]].place})
			}
			continue
		}
		if s.a.text == "" {
			s.a.text = texts[s.a.key]
		}
		kept = append(kept, s)
	}
	return kept
}

func (h *hub) add(s spot, weak bool) {
	l := Link{URL: s.a.url, Anchor: s.a.text, Evidence: []string{s.place}, Weak: weak}
	if s.part > 0 {
		l.Evidence = append(l.Evidence, fmt.Sprintf("part %d", s.part))
	}
	if s.a.section != "" {
		l.Evidence = append(l.Evidence, fmt.Sprintf("under %q", s.a.section))
	}
	h.links = append(h.links, l)
	h.parts = append(h.parts, s.part)
	h.at = append(h.at, s.a)
	if !weak {
		h.strong++
	}
}

// spots lists the places inside an element that may link stories, and the
// links there that can't.
func (v *view) spots(body *html.Node) ([]spot, []feed.Drop) {
	var spots []spot
	var drops []feed.Drop
	span := v.span[body]
	counts := itemCounts{}
	for _, a := range v.anchors[span[0]:span[1]] {
		switch {
		case a.url == "":
		case a.cut != "":
			drops = append(drops, feed.Drop{URL: a.url, Anchor: a.text, Reason: a.cut})
		case a.reason != "":
			drops = append(drops, feed.Drop{URL: a.url, Anchor: a.text, Reason: a.reason})
		default:
			s := spot{a: a}
			var item *html.Node
			s.shape, item = a.shape()
			s.place = counts.place(item, s.shape)
			s.group = string(s.shape)
			if s.shape == shapeLine || s.shape == shapeCard {
				s.group += tagPath(a.block, body)
			}
			s.part = partOf(a, counts)
			spots = append(spots, s)
		}
	}
	return spots, drops
}

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
	if a.follows() {
		return true
	}
	own := utf8.RuneCountInString(a.text)
	rest := utf8.RuneCountInString(before) + utf8.RuneCountInString(after)
	item := ancestorItem(a.block)
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
	if utf8.RuneCountInString(between) > 2 || strings.ContainsFunc(between, unicode.IsLetter) {
		return false
	}
	return between != "" && between != "," && between != "." && prev.leads()
}

// partWords come before the number of a story.
var partWords = map[string]bool{
	"part": true, "pt": true, "chapter": true, "episode": true, "ep": true, "day": true, "lesson": true, "week": true, "letter": true, "no": true, "nr": true, "issue": true, "vol": true,
	"teil": true, "kapitel": true, "folge": true, "tag": true, "partie": true, "chapitre": true, "épisode": true, "parte": true, "capítulo": true, "capitulo": true, "episodio": true, "deel": true, "del": true, "część": true, "часть": true, "第": true,
}

// partOf reads the number of a story from its link's text or what stands
// before it on the line, or from a list that counts down; 0: there is none.
func partOf(a *anchor, counts itemCounts) int {
	if n := partIn(a.text); n > 0 {
		return n
	}
	if a.line != nil {
		start := min(a.start, len(a.line.text))
		if n := partIn(strings.TrimSpace(a.line.text[max(0, start-shortRest):start]) + " "); n > 0 {
			return n
		}
	}
	if li := ancestorItem(a.block); li != nil && li.DataAtom == atom.Li && li.Parent != nil && hasAttr(li.Parent, "reversed") {
		counts.place(li, shapeItem)
		return counts[li].n - counts[li].k + 1
	}
	return 0
}

// partIn finds "Part 3", "#3" at the beginning, or "3. " at the beginning.
func partIn(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		end := i
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if n := atoi(s[i:end]); n > 0 && end-i <= 4 && isPart(s[:i], s[end:]) {
			return n
		}
		i = end
	}
	return 0
}

func isPart(before, after string) bool {
	before = strings.TrimRight(before, " #.\u00a0")
	if before == "" {
		return strings.HasPrefix(after, ". ") || strings.HasPrefix(after, ") ") || strings.HasPrefix(after, ": ")
	}
	word := strings.TrimFunc(before[strings.LastIndexFunc(before, notLetter)+1:], notLetter)
	return len(word) <= 20 && partWords[strings.ToLower(word)]
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// bodySelectors name where engines put the text of a page, narrowest first.
var bodySelectors = []string{
	"[itemprop~=articleBody]", ".entry-content, .post-content, .e-content, .post-body, .article-content, .article-body, .blog-post-content, .gh-content, .markdown-body, .theme-doc-markdown",
	"article", "main, [role=main]", "#content, #main",
}

// bodies lists elements that may hold the page's own text, likeliest first:
// what the engine calls so, if it is most of the page, then what is left by
// going down from the page as long as one child holds most of it.
func (v *view) bodies() []*html.Node {
	root := v.doc.Find("body").First()
	if root.Length() == 0 {
		return nil
	}
	page := root.Nodes[0]
	var found []*html.Node
	for _, sel := range bodySelectors {
		var best *html.Node
		root.Find(sel).EachWithBreak(func(i int, s *goquery.Selection) bool {
			if n := s.Nodes[0]; !v.isCut(n) && (best == nil || v.weight[n] > v.weight[best]) {
				best = n
			}
			return i < 2000
		})
		if best != nil && 2*v.weight[best] > v.weight[page] && !slices.Contains(found, best) {
			found = append(found, best)
		}
	}
	found = append(found, v.heaviest(page))
	return append(found, page)
}

// heaviest goes down from an element as long as one child holds most of it.
func (v *view) heaviest(n *html.Node) *html.Node {
	for {
		var best *html.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if best == nil || v.weight[c] > v.weight[best] {
				best = c
			}
		}
		if best == nil || 4*v.weight[best] < 3*v.weight[n] {
			return n
		}
		n = best
	}
}

// isCut reports that an element is inside furniture.
func (v *view) isCut(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if v.cut[n] != "" {
			return true
		}
	}
	return false
}
