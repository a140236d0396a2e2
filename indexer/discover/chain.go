package discover

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// A story that is part of a series often leads to the other parts itself: by
// links to the next and the previous part, or by a box that lists them all. The
// navigation that blogs hang on every post (older, newer) runs through the
// whole blog and is never followed.

// maxChain is how many parts are followed from one to the next.
const maxChain = 500

// partPage is a page as a part of a series.
type partPage struct {
	view *view
	next string // address of the part after it; empty: none is linked
	prev string
	box  []Link // all parts in their order, this one included; nil: none is listed
}

// ways says in which direction a part's link leads.
type way int

const (
	nowhere way = iota
	onward
	back
)

// partNoun is what a part of a series is called.
const partNoun = `(?:part|chapter|episode|instal?lment|letter|lesson|teil|kapitel|folge|partie|chapitre|épisode|parte|capítulo|capitulo|capitolo|episodio|deel|hoofdstuk|del|część|rozdział|часть|глава)`

// seriesNoun is what its whole is called.
const seriesNoun = `(?:(?:this|the|our)\s+series|series|serial|(?:dieser|der)\s+(?:serie|reihe)|serie|reihe|(?:cette|la)\s+série|série|(?:esta|la)\s+serie|цикл)`

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
	p := partPage{view: v, box: v.seriesBox()}
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

var (
	numbered = regexp.MustCompile(`(?i)(?:^|[^\pL])` + partNoun + `\.?\s*(?:#|no\.?|nr\.?)?\s*(\d{1,4}|[ivx]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:$|[^\pL\d])`)
	ofTotal  = regexp.MustCompile(`[(\[]\s*(\d{1,3})\s*(?:/|of|von|de)\s*\d{1,3}\s*[)\]]|(?:^|\s)(\d{1,3})/\d{1,3}$`)
	cjkPart  = regexp.MustCompile(`第\s*(\d{1,4})\s*[章回話话篇部節节]`)
)

// partNumber finds "Part 3", "Chapter IV", "part two", "(2/5)"; 0: nothing of
// the kind.
func partNumber(s string) int {
	if m := numbered.FindStringSubmatch(s); m != nil {
		return numeral(strings.ToLower(m[1]))
	}
	if m := cjkPart.FindStringSubmatch(s); m != nil {
		return atoi(m[1])
	}
	if m := ofTotal.FindStringSubmatch(s); m != nil {
		return atoi(firstOf(m[1], m[2]))
	}
	return 0
}

func numeral(s string) int {
	words := []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if i := slices.Index(words, s); i > 0 {
		return i
	}
	if n := atoi(s); n > 0 {
		return n
	}
	total, last := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		n := map[byte]int{'i': 1, 'v': 5, 'x': 10}[s[i]]
		if n < last {
			total -= n
		} else {
			total, last = total+n, n
		}
	}
	return total
}

// ownPart is the page's own number: of its title, else of a heading.
func (v *view) ownPart() int {
	n := partNumber(v.meta.title)
	v.doc.Find("h1").EachWithBreak(func(i int, h *goquery.Selection) bool {
		if n == 0 {
			n = partNumber(line1(h.Text()))
		}
		return n == 0 && i < 3
	})
	return n
}

// seriesWord is found in the names and words of a box that lists the parts.
var seriesWord = regexp.MustCompile(`(?i)(?:\b|_|-)` + `(?:series|serial|parts|chapters|episodes|instal?lments|serie|série|reihe|teile|kapitel|partes|capítulos|часть|части|цикл|главы)` + `(?:\b|_|-)|\b(?:this|other|all) (?:posts?|stories|articles) in\b|系列|シリーズ|連載|시리즈`)

// seriesBox finds the list of all parts of the page's series: a list near the
// word for it that holds the page itself.
func (v *view) seriesBox() []Link {
	var found []Link
	v.doc.Find("ol, ul").EachWithBreak(func(i int, s *goquery.Selection) bool {
		n := s.Nodes[0]
		if links := v.partsIn(n); links != nil && v.aboutSeries(n) && len(links) > len(found) {
			found = links
		}
		return i < 500
	})
	return found
}

// partsIn reads a list whose items are a link each, but for one that is the
// page itself; nil: it is no such list.
func (v *view) partsIn(list *html.Node) []Link {
	var links []Link
	seen := map[string]bool{}
	self := false
	for item := list.FirstChild; item != nil; item = item.NextSibling {
		if item.DataAtom != atom.Li {
			continue
		}
		text := line1(nodeText(item))
		var a *anchor
		span := v.spanOf(item)
		for _, c := range v.anchors[span[0]:span[1]] {
			if a == nil && c.url != "" {
				a = c
			}
		}
		switch {
		case a == nil || feed.URLKey(a.url) == feed.URLKey(v.url.String()):
			if self || text == "" {
				return nil // a list with several items of text is none of links
			}
			self = true
			links = append(links, Link{URL: v.url.String(), Anchor: firstOf(v.meta.title, text)})
		case a.reason != "" || seen[a.key]:
			return nil
		default:
			seen[a.key] = true
			links = append(links, Link{URL: a.url, Anchor: a.text})
		}
	}
	if !self || len(links) < 2 {
		return nil
	}
	if first, last := partNumber(links[0].Anchor), partNumber(links[len(links)-1].Anchor); last > 0 && first > last {
		slices.Reverse(links)
	}
	return links
}

// aboutSeries reports that what is around a list, or heads it, speaks of a
// series.
func (v *view) aboutSeries(list *html.Node) bool {
	const levels = 4
	for i, n := 0, list; n != nil && i < levels && n.DataAtom != atom.Body && n.DataAtom != atom.Article && n.DataAtom != atom.Main; i, n = i+1, n.Parent {
		if seriesWord.MatchString(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "aria-label")) {
			return true
		}
		for s, k := n.PrevSibling, 0; s != nil && k < 2; s = s.PrevSibling {
			text := ""
			if s.Type == html.TextNode {
				text = strings.TrimSpace(s.Data)
			} else if s.Type == html.ElementNode {
				text = strings.TrimSpace(nodeText(s))
			}
			if text == "" {
				continue
			}
			if k++; len(text) <= 4*shortText && seriesWord.MatchString(text) {
				return true
			}
		}
	}
	return false
}

// readChain follows a series from one of its parts. It reports false when the
// page is no part of one.
func (w *walk) readChain(v *view) (bool, error) {
	start := v.asPart()
	if len(start.box) == 0 && start.next == "" && start.prev == "" {
		return false, nil
	}
	c := chain{w: w, pages: map[string]partPage{feed.URLKey(v.url.String()): start}}
	links, err := c.links(start)
	if err != nil {
		return false, err
	}
	if len(links) < 2 {
		return false, nil
	}
	w.result.Kind = feed.SourceChain
	w.result.Links = links
	name, home := v.seriesHome()
	w.result.Title, w.result.HomeURL = firstOf(name, seriesTitle(links), w.result.Title), home
	w.result.Complete = w.result.Incomplete == ""
	w.why(fmt.Sprintf("chain: a part of a series whose parts lead to each other, %d parts", len(links)))
	return true, nil
}

// chainOn reads a chain on from the last part that is known. Nothing new there
// is as much as a page that has not changed.
func chainOn(ctx context.Context, f Fetcher, source feed.Source, opt Options) (Result, error) {
	w := &walk{ctx: ctx, fetch: f, source: source, opt: opt, site: newSite(source.URL)}
	w.result.Kind, w.result.Complete = feed.SourceChain, true
	p, err := f.Get(ctx, opt.Last)
	if err != nil {
		return w.result, fmt.Errorf("discover %s: %w", source.URL, err)
	}
	w.result.Pages = 1
	v, err := w.view(p)
	if err != nil {
		return w.result, fmt.Errorf("discover %s: %w", source.URL, err)
	}
	last := v.asPart()
	c := chain{w: w, pages: map[string]partPage{feed.URLKey(opt.Last): last, feed.URLKey(v.url.String()): last}}
	links, err := c.follow(last, onward, maxChain)
	if len(last.box) > 0 && err == nil {
		links, err = c.boxed(last)
	}
	if err != nil {
		return w.result, fmt.Errorf("discover %s: %w", source.URL, err)
	}
	w.result.Links = slices.DeleteFunc(links, func(l Link) bool { return opt.Known(l.URL) })
	w.result.NotModified = len(w.result.Links) == 0
	w.result.Complete = w.result.Incomplete == ""
	return w.result, nil
}

// seriesTitle is what the titles of all parts begin with, without what numbers
// them; empty: nothing worth the name.
func seriesTitle(links []Link) string {
	const least = 4
	common := links[0].Anchor
	for _, l := range links[1:] {
		n := 0
		for n < min(len(common), len(l.Anchor)) && common[n] == l.Anchor[n] {
			n++
		}
		common = common[:n]
	}
	common = strings.ToValidUTF8(common, "")
	if i := strings.LastIndexFunc(common, notLetter); i >= 0 && len(common) < len(links[0].Anchor) {
		common = common[:i] // a word that differs further on
	}
	if i := strings.LastIndexAny(common, ":–—|"); i > least && len(common) < len(links[0].Anchor) {
		common = common[:i] // what follows is each part's own
	}
	common = strings.TrimRight(partSuffix.ReplaceAllString(common, ""), " -–—:,.|(#·")
	if len(common) < least {
		return ""
	}
	return common
}

var partSuffix = regexp.MustCompile(`(?i)[\s\pP]*\b` + partNoun + `\W*$`)

// seriesHome is the page that a part names as that of its series, else the
// site's home page: a part itself does not present the series.
func (v *view) seriesHome() (name, address string) {
	for _, a := range v.anchors {
		if rank, _ := v.listRank(a); rank == 0 {
			return a.text, a.url
		}
	}
	return "", v.url.Scheme + "://" + v.url.Host + "/"
}

// chain is the walk along a series.
type chain struct {
	w     *walk
	pages map[string]partPage // by key; pages that were read
}

// links lists the parts in their order.
func (c *chain) links(start partPage) ([]Link, error) {
	if len(start.box) > 0 {
		return c.boxed(start)
	}
	before, err := c.follow(start, back, maxChain)
	if err != nil {
		return nil, err
	}
	slices.Reverse(before)
	after, err := c.follow(start, onward, maxChain-len(before))
	if err != nil {
		return nil, err
	}
	links := before
	links = append(links, start.link("the page asked for"))
	return append(links, after...), nil
}

// boxed lists the parts of a box. A box that was written by hand knows no
// parts that came later: the last one is asked.
func (c *chain) boxed(start partPage) ([]Link, error) {
	links := start.box
	for i := range links {
		links[i].Evidence = []string{fmt.Sprintf("item %d of %d in the series' list", i+1, len(links))}
	}
	last := links[len(links)-1]
	if feed.URLKey(last.URL) == feed.URLKey(start.view.url.String()) {
		after, err := c.follow(start, onward, maxChain)
		return append(links, after...), err
	}
	p, ok, err := c.read(last.URL)
	if err != nil || !ok {
		return links, err
	}
	if len(p.box) > len(links) && holds(p.box, links) {
		links = p.box
		for i := range links {
			links[i].Evidence = []string{fmt.Sprintf("item %d of %d in the series' list", i+1, len(links))}
		}
	}
	after, err := c.follow(p, onward, maxChain)
	known := map[string]bool{}
	for _, l := range links {
		known[feed.URLKey(l.URL)] = true
	}
	after = slices.DeleteFunc(after, func(l Link) bool { return known[feed.URLKey(l.URL)] })
	return append(links, after...), err
}

func holds(all, some []Link) bool {
	keys := map[string]bool{}
	for _, l := range all {
		keys[feed.URLKey(l.URL)] = true
	}
	return !slices.ContainsFunc(some, func(l Link) bool { return !keys[feed.URLKey(l.URL)] })
}

// follow reads parts in one direction until there is none, or one that was met
// before.
func (c *chain) follow(p partPage, to way, most int) ([]Link, error) {
	var links []Link
	for len(links) < most {
		address, how := p.next, "next part"
		if to == back {
			address, how = p.prev, "previous part"
		}
		if address == "" || c.met(address) {
			return links, nil
		}
		next, ok, err := c.read(address)
		if err != nil || !ok {
			return links, err
		}
		links = append(links, next.link(how))
		p = next
	}
	c.w.result.Incomplete = fmt.Sprintf("stopped after %d parts", most)
	return links, nil
}

func (c *chain) met(address string) bool {
	_, ok := c.pages[feed.URLKey(address)]
	return ok
}

// read fetches a part. False: there is no such page, or it was met before
// under another address.
func (c *chain) read(address string) (partPage, bool, error) {
	p, err := c.w.get(address)
	if err != nil || p == nil {
		return partPage{}, false, err
	}
	v, err := c.w.view(p)
	if err != nil {
		c.w.why(fmt.Sprintf("%s: %v", address, err))
		return partPage{}, false, nil
	}
	known := c.met(v.url.String())
	part := v.asPart()
	c.pages[feed.URLKey(address)] = part
	c.pages[feed.URLKey(v.url.String())] = part
	return part, !known, nil
}

func (p partPage) link(how string) Link {
	return Link{URL: feed.StripTracking(p.view.url.String()), Anchor: p.view.meta.title, Evidence: []string{how}}
}
