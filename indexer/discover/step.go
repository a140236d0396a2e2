package discover

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Drawn stories, and novels told page by page, are walked by bare steps: links
// to the page before and the one after, without the word for a part. A blog
// hangs the like on its posts, so bare steps count only on pages that are made
// for walking.

var (
	nextStep = regexp.MustCompile(`(?i)^[^\pL]*(?:next|forward|onward|weiter|nächste[rs]?|vorwärts|suivante?|siguiente|próxim[oa]|seguinte|avanti|successiv[oa]|volgende|verder|nästa|neste|næste|następn[ayei]|dalej|вперёд|вперед|далее|следующ(?:ая|ий|ее)|次へ?|次の(?:ページ|話)|下一[页頁章话話回]|다음)(?:\s+` + stepNoun + `)?[^\pL]*$|^\s*(?:>|›|→|▶|►|⏵|>>)\s*$`)
	prevStep = regexp.MustCompile(`(?i)^[^\pL]*(?:prev(?:ious)?|vorherige[rs]?|précédente?|anterior|precedente|vorige|föregående|forrige|poprzedni[aei]?|wstecz|предыдущ(?:ая|ий|ее)|前へ?|前の(?:ページ|話)|上一[页頁章话話回]|이전)(?:\s+` + stepNoun + `)?[^\pL]*$|^\s*(?:<|‹|←|◀|◄|⏴|<<)\s*$`)
	endStep  = regexp.MustCompile(`(?i)^[^\pL]*(?:first|last|latest|newest|oldest|beginning|start|erste[rs]?|letzte[rs]?|neueste[rs]?|premi(?:er|ère)|derni(?:er|ère)|primer[oa]?|primeir[oa]|últim[oa]|prim[oa]|ultim[oa]|eerste|laatste|första|sista|pierwsz[ay]|ostatni[a]?|перв(?:ая|ый)|последн(?:яя|ий)|最初|最新|最後|第一[页頁章话話回]|最新[话話回])(?:\s+` + stepNoun + `)?[^\pL]*$|^\s*(?:\|<+|<+\||>+\||\|>+|⏮|⏭)\s*$`)
	tocStep  = regexp.MustCompile(`(?i)^[^\pL]*(?:(?:table of )?contents|toc|chapters|chapter (?:list|index)|index|inhalt(?:sverzeichnis)?|sommaire|table des matières|índice|indice|inhoud|innehåll|spis treści|содержание|оглавление|目次|目录|目錄|목차)[^\pL]*$`)
)

// stepNoun is what a step leads to, where its link says so.
const stepNoun = `(?:page|comic|strip|panel|chapter|episode|part|scene|issue|seite|kapitel|folge|planche|página|pagina|capítulo|capitolo|pagina|sida|side|strona|страница|глава)`

// backStep may lead back to the list as well, unless it stands for a page that
// has a next one.
var backStep = regexp.MustCompile(`(?i)^[^\pL]*(?:back|zurück|terug|indietro|назад|戻る)[^\pL]*$`)

// strides are the bare steps that a page offers.
type strides struct{ next, prev string }

// none reports that there are none.
func (s strides) none() bool { return s.next == "" && s.prev == "" }

// bareSteps reads the steps that a page's links are, and reports whether the
// way to the first or last page, or to the contents, stands beside them.
func (v *view) bareSteps() (s strides, ends, contents bool) {
	var next, prev, back *anchor
	var beside []*anchor
	for _, a := range v.anchors {
		if !v.mayLeadOn(a) && (a.reason != "page of a list" || a.cut != "" || !v.besideThis(a.url)) {
			continue
		}
		switch name := a.stepName(); {
		case len(name) > maxLabel:
		case endStep.MatchString(name) || tocStep.MatchString(name):
			beside = append(beside, a)
		case next == nil && (nextStep.MatchString(name) || name == "" && slices.Contains(a.rel, "next")):
			next = a
		case prev == nil && (prevStep.MatchString(name) || name == "" && slices.Contains(a.rel, "prev")):
			prev = a
		case back == nil && backStep.MatchString(name):
			back = a
		}
	}
	if prev == nil && next != nil {
		prev = back
	}
	if next != nil && prev != nil && next.key == prev.key {
		return strides{}, false, false
	}
	for _, a := range []*anchor{next, prev} {
		for _, b := range beside {
			if a != nil && b.isNear(a) {
				ends, contents = ends || endStep.MatchString(b.stepName()), contents || tocStep.MatchString(b.stepName())
			}
		}
	}
	if next != nil {
		s.next = next.url
	}
	if prev != nil {
		s.prev = prev.url
	}
	return s, ends, contents
}

// stepName is what a link is called: by its words, its picture or for readers
// of the screen.
func (a *anchor) stepName() string {
	return firstOf(line1(clip(nodeText(a.node))), a.text, line1(attr(a.node, "aria-label")), line1(attr(a.node, "title")))
}

// isNear reports that two links stand in one bar.
func (a *anchor) isNear(b *anchor) bool {
	const levels = 4
	for i, n := 0, a.node.Parent; n != nil && i < levels && n.DataAtom != atom.Body; i, n = i+1, n.Parent {
		if within(b.node, n) {
			return true
		}
	}
	return false
}

// walked are the steps of a page that is made for walking: the first page or
// the last is linked beside them, or, on one without a date, the contents; or
// it shows a picture and hardly any text; or is without a date and numbered in
// its address as its neighbours are. The zero value: it is none.
func (v *view) walked() strides {
	s, ends, contents := v.bareSteps()
	undated := v.isUndated()
	switch {
	case s.none():
		return s
	case ends, undated && (contents || v.besideThis(s.next) || v.besideThis(s.prev)), v.isPicture():
		return s
	}
	return strides{}
}

// isStep reports that a link is one of a bar of steps.
func (a *anchor) isStep() bool {
	name := a.stepName()
	return len(name) <= maxLabel && (nextStep.MatchString(name) || prevStep.MatchString(name) || endStep.MatchString(name) || tocStep.MatchString(name) || backStep.MatchString(name))
}

// listsBesides counts the links of a page, read as a list, that are no steps.
func (k class) listsBesides() int {
	hub, list := 0, 0
	if !k.hub.prose {
		for i, a := range k.hub.at {
			if !k.hub.links[i].Weak && !a.isStep() {
				hub++
			}
		}
	}
	for _, a := range k.list.at {
		if !a.isStep() {
			list++
		}
	}
	return max(hub, list)
}

// pictureLetters is the most text, in runes with all menus, of a page whose
// subject is a picture.
const pictureLetters = 1500

// isPicture reports that a page's subject is a picture: one stands in its main
// part that is no button, and there is hardly any text.
func (v *view) isPicture() bool {
	if v.letters > pictureLetters {
		return false
	}
	return firstNode(v.doc.Nodes[0], func(n *html.Node) bool {
		return n.DataAtom == atom.Img && !v.isCut(n) && !v.isButton(n)
	}) != nil
}

// isButton reports that a picture is the face of a link to another page than a
// further step.
func (v *view) isButton(img *html.Node) bool {
	for n := img.Parent; n != nil && n.DataAtom != atom.Body; n = n.Parent {
		if n.DataAtom != atom.A {
			continue
		}
		alt := line1(attr(img, "alt"))
		return nextStep.MatchString(alt) || prevStep.MatchString(alt) || endStep.MatchString(alt) || attr(n, "href") != "" && alt == ""
	}
	return false
}

// isUndated reports that neither the page's head nor a time element dates it,
// as posts are.
func (v *view) isUndated() bool {
	return v.head.Filter(`meta[property="article:published_time"]`).Length() == 0 && v.doc.Find("time, [itemprop=datePublished]").Length() == 0
}

// besideThis reports that an address differs from the page's own in nothing
// but one number, which is one more or less.
func (v *view) besideThis(address string) bool {
	u, err := url.Parse(address)
	if err != nil || address == "" || u.Host != v.url.Host {
		return false
	}
	self, other := lastNumber.FindStringSubmatch(v.url.RequestURI()), lastNumber.FindStringSubmatch(u.RequestURI())
	if self == nil || other == nil || self[1] != other[1] || strings.Trim(self[3], "/") != strings.Trim(other[3], "/") {
		return false
	}
	n, m := atoi(self[2]), atoi(other[2])
	return n == m+1 || m == n+1
}
