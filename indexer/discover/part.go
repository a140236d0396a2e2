package discover

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// partPage is a page as a part of a series.
type partPage struct {
	view *view
	next string // address of the part after it; empty: none is linked
	prev string
	box  []Link // all parts in their order, this one included; nil: none is listed
	bare bool   // next and prev are bare steps
	name string // what heads the list of a box that the page's steps run along; may be empty
	side bool   // box is such a list
}

// ways says in which direction a part's link leads.
type way int

const (
	nowhere way = iota
	onward
	back
)

var (
	onwardText = regexp.MustCompile(`(?i)(?:\b(?:next|following|nächste[rs]?|prochain(?:e)?|siguiente|próxim[oa]|prossim[oa]|successiv[oa]|volgende?|nästa|neste|næste|następn[ay]|следующ(?:ая|ий))\s+` + partNoun + `\b|` +
		`\bnext\s+(?:\w+\s+)?(?:in|of)\s+` + seriesNoun + `|\b` + partNoun + `\s+(?:suivante?|siguiente|successiv[oa]|seguente)\b|` +
		`\b(?:continue|go on|read on|on|continued|weiter(?:lesen)?)\s+(?:to|with|in|at|mit|zu|bei)\s+(?:the\s+)?(?:next\s+)?` + partNoun + `\b|下一[章回篇话節节]|次の[話回章]|다음\s*[화회편])`)
	backText = regexp.MustCompile(`(?i)(?:\b(?:previous|prior|preceding|last|earlier|vorherige[rs]?|letzte[rs]?|précédente?|anterior|precedente|vorige|föregående|forrige|poprzedni[a]?|предыдущ(?:ая|ий))\s+` + partNoun + `\b|` +
		`\b(?:previous|previously|earlier)\s+(?:\w+\s+)?(?:in|of)\s+` + seriesNoun + `|\b` + partNoun + `\s+(?:précédente?|anterior|precedente)\b|` +
		`\b(?:back|zurück)\s+(?:to|zu|zum)\s+` + partNoun + `\b|上一[章回篇话節节]|前の[話回章]|이전\s*[화회편])`)
	inTerm = regexp.MustCompile(`(?i)^\W*(next|previous|prev|newer|older)\s+(?:post\s+|story\s+|article\s+)?in\s+(.{2,80}?)\W*$`)
)

// asPart reads the links of a page to other parts of its series.
func (v *view) asPart() partPage {
	p := partPage{view: v}
	var list *html.Node
	if p.box, list = v.seriesList(); list != nil {
		p.side, p.name = true, listName(list)
	}
	own := v.ownPart()
	for _, a := range v.anchors {
		if !v.mayLeadOn(a) {
			continue
		}
		switch v.wayOf(a, own) {
		case onward:
			p.next = firstOf(p.next, a.url)
		case back:
			p.prev = firstOf(p.prev, a.url)
		}
	}
	if p.next == p.prev { // says neither
		p.next, p.prev = "", ""
	}
	return p
}

// leadsNowhere reports that a page leads to no other part.
func (p *partPage) leadsNowhere() bool { return len(p.box) == 0 && p.next == "" && p.prev == "" }

// step takes the bare steps of a page that leads nowhere by better ones.
func (p *partPage) step(s strides) {
	if p.leadsNowhere() && !s.none() {
		p.next, p.prev, p.bare = s.next, s.prev, true
	}
}

// mayLeadOn reports that a link can lead to another part.
func (v *view) mayLeadOn(a *anchor) bool {
	if a.url == "" || a.reason != "" && a.reason != "post navigation" {
		return false
	}
	switch a.cut {
	case "comments", "related posts", "popular posts", "sidebar", "advertisement", "newsletter box":
		return false
	}
	return true
}

// maxLabel is how much text before a link, in bytes, says what it is.
const maxLabel = 60

// wayOf reads a link's words and those before it on its line.
func (v *view) wayOf(a *anchor, own int) way {
	text := firstOf(line1(clip(nodeText(a.node))), attr(a.node, "aria-label")) // a.text may be that of a heading by now
	label := a.label()
	for _, s := range []string{label + " " + text, attr(a.node, "title")} {
		isNext, isBack := onwardText.MatchString(s), backText.MatchString(s)
		switch {
		case isNext && !isBack:
			return onward
		case isBack && !isNext:
			return back
		}
	}
	if m := inTerm.FindStringSubmatch(text); m != nil && v.hasTerm(m[2]) {
		switch strings.ToLower(m[1]) {
		case "next", "newer":
			return onward
		}
		return back
	}
	n := partNumber(text)
	if n == 0 {
		n = partNumber(label)
	}
	if n == 0 && own > 0 && len(text) <= maxLabel {
		n = v.neighbour(a.url, own)
	}
	switch {
	case n > 1 && n == own+1, n == 2 && own == 0:
		return onward
	case n > 0 && n == own-1:
		return back
	}
	return nowhere
}

var lastNumber = regexp.MustCompile(`^(.*?)(\d{1,4})(\D*)$`)

// neighbour is the number of the part at an address which differs from this
// page's in nothing but that number, where the page's own address and title
// number it alike: "Newer", or a picture of an arrow, is then no link through
// the whole blog. 0: it is none next to this one.
func (v *view) neighbour(address string, own int) int {
	u, err := url.Parse(address)
	if err != nil || u.Host != v.url.Host {
		return 0
	}
	self, other := lastNumber.FindStringSubmatch(v.url.RequestURI()), lastNumber.FindStringSubmatch(u.RequestURI())
	if self == nil || other == nil || self[1] != other[1] || self[3] != other[3] || atoi(self[2]) != own {
		return 0
	}
	if n := atoi(other[2]); n == own+1 || n == own-1 {
		return n
	}
	return 0
}

// label is the text between the link before and this one.
func (a *anchor) label() string {
	if a.line == nil {
		return ""
	}
	from, to := 0, min(a.start, len(a.line.text))
	if a.onLine > 0 {
		from = min(a.line.anchors[a.onLine-1].end, to)
	}
	return strings.ToValidUTF8(a.line.text[max(from, to-maxLabel):to], "")
}

// hasTerm reports that the page files itself under a name.
func (v *view) hasTerm(name string) bool {
	return slices.ContainsFunc(v.anchors, func(a *anchor) bool {
		return a.reason == "taxonomy" && strings.EqualFold(a.text, strings.Trim(name, " →»>"))
	})
}
