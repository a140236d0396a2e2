package discover

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pager finds the next page of an archive.
type pager struct {
	view  *view
	base  string // address of the first page, where the engine's habit is followed; empty: it is not
	guess bool   // it is the habit of other engines than the one known to be at work
}

// further is the way to the next page of a list.
type further struct {
	address string // empty: there is none
	how     string // how it was found, for people
	linked  string // the page that is linked, further on, when address was only counted; else empty
	guess   bool   // that there is no such page means nothing
}

// minGuess is how many entries a page must have for a further one to be worth
// asking for without a link to it.
const minGuess = 5

// next finds the page after the n-th. A list whose first page links none is
// followed by the engine's habit until a page does.
func (p *pager) next(n, entries int) further {
	v := p.view
	if to := v.next(); to.address != "" {
		p.base = ""
		return to
	}
	// Themes that load more posts by script leave no link, but the engine still
	// has the pages.
	known := v.meta.wordPress || strings.HasPrefix(v.meta.generator, "ghost")
	if n == 1 && v.pins.next == nil && entries >= minGuess && v.url.RawQuery == "" && (known || v.isHome() || v.namesBlog()) {
		p.base, p.guess = strings.TrimSuffix(v.url.String(), "/"), !known
	}
	if p.base == "" {
		return further{}
	}
	return further{address: fmt.Sprintf("%s/page/%d/", p.base, n+1), how: "the engine's habit", guess: p.guess}
}

// next finds the further page that this one links. What the page's head calls
// next may be the next page of a manual or the next story; where it does not
// look like a page of this list, a link in the text that does goes before it.
func (v *view) next() further {
	if v.onward == nil {
		to := v.findNext()
		v.onward = &to
	}
	return *v.onward
}

func (v *view) findNext() further {
	if v.pins.next != nil {
		return further{address: v.pinnedNext(), how: "the pinned link"}
	}
	rel := v.relNext()
	pages := rel != "" && v.pagesThis(rel)
	if _, own := pageNumber(v.url); pages && (own == 0 || v.isNumberedNext(rel)) {
		return further{address: rel, how: "rel=next"}
	}
	if address := v.namedNext(); address != "" && (!pages || v.isNumberedNext(address)) {
		return further{address: address, how: "a link to older posts"}
	}
	if pages {
		return further{address: rel, how: "rel=next"}
	}
	if to := v.numberedNext(); to.address != "" {
		return to
	}
	if address := v.buttonNext(); address != "" {
		return further{address: address, how: "a button that loads more"}
	}
	if rel != "" {
		return further{address: rel, how: "rel=next"}
	}
	return further{}
}

// hasNext reports that the page links a further one of its list.
func (v *view) hasNext() bool {
	return v.next().address != ""
}

// relNext is what the page's head calls the next one, or a link of its pager.
// Some engines write an address into the head that does not exist: a link of
// the pager that is numbered as this page is goes before one that is not.
func (v *view) relNext() string {
	href, _ := v.head.Filter("link[rel~=next][href]").First().Attr("href")
	inHead := v.pageAddress(href)
	if inHead != "" && v.isNumberedNext(inHead) {
		return inHead
	}
	for _, a := range v.anchors {
		if slices.Contains(a.rel, "next") && v.mayPage(a) {
			if address := v.pageAddress(attr(a.node, "href")); address != "" && (inHead == "" || v.isNumberedNext(address)) {
				return address
			}
		}
	}
	return inHead
}

// isNumberedNext reports that an address has this page's address with the number that
// follows its own.
func (v *view) isNumberedNext(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	stem, own := pageNumber(v.url)
	next, n := pageNumber(u)
	return own > 0 && next == stem && n == own+1
}

// pageAddress resolves the address of a further page; one of another site, or
// of this page, is none.
func (v *view) pageAddress(href string) string {
	u := v.pageURL(v.absolute(href))
	if u == nil {
		return ""
	}
	return u.String()
}

// pageURL is pageAddress for an address that is absolute, or empty; nil: it is
// none of a further page.
func (v *view) pageURL(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || address == "" || !v.site[hostKey(u)] {
		return nil
	}
	if u.Fragment = ""; u.String() == v.address() {
		return nil
	}
	return u
}

// mayPage reports that a link stands where links to further pages do: not in a
// post, a sidebar or a calendar, whose "next" means something else.
func (v *view) mayPage(a *anchor) bool {
	if a.reason == dateArchive && namesDay(a.url) { // a day of a calendar
		return false
	}
	switch a.cut {
	case "", "page numbers", "menu", "post navigation", "footer", articleFooter:
	default:
		return false
	}
	for n, i := a.node.Parent, 0; n != nil && i < maxClimb; n, i = n.Parent, i+1 {
		if n.DataAtom == atom.Aside || n.DataAtom == atom.Article && a.cut != "page numbers" && a.cut != "menu" || v.isListedPost(n) {
			return false
		}
		if class := strings.ToLower(attr(n, "class") + " " + attr(n, "id")); strings.Contains(class, "calendar") || strings.Contains(class, "carousel") || strings.Contains(class, "slider") || strings.Contains(class, "sidebar") {
			return false
		}
	}
	return true
}

// isListedPost reports that an element is one of several posts on the page.
// Some themes wrap the whole of every page, its list and page numbers too, in
// one article.
func (v *view) isListedPost(n *html.Node) bool {
	if !isPost(n) {
		return false
	}
	if v.postRoots == nil {
		v.postRoots = map[*html.Node]bool{}
		if nodes := v.postNodes(v.doc.Nodes[0]); len(nodes) > 1 {
			for _, n := range nodes {
				v.postRoots[n] = true
			}
		}
	}
	return v.postRoots[n]
}

// pagesThis reports that an address looks like a further page of this list:
// with a number or a marker of the place where it goes on, and not like a post.
func (v *view) pagesThis(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if _, n := pageNumber(u); n > 0 {
		return true
	}
	if u.RawQuery != "" && (u.Path == v.url.Path || strings.HasPrefix(u.Path, "/search")) {
		return true
	}
	if stem, n := bareNumber(u); n > 0 && v.sameBare(stem) {
		return true
	}
	return strings.HasPrefix(u.Path, strings.TrimSuffix(v.url.Path, "/")+"/page") || numberInName.MatchString(u.Path) || v.countsOn(u)
}

// countsOn reports that an address numbers the page after this one, whatever
// the site calls its pages: it is this page's own with the next number, or, of a
// first page, with a folder of any name and a 2 behind it.
func (v *view) countsOn(u *url.URL) bool {
	self, other := strings.TrimSuffix(v.url.Path, "/"), strings.TrimSuffix(u.Path, "/")
	if u.RawQuery != v.url.RawQuery {
		return false
	}
	if rest, ok := strings.CutPrefix(other, self+"/"); ok && strings.Count(rest, "/") == 1 && strings.HasSuffix(rest, "/2") {
		return true
	}
	a, b := lastNumber.FindStringSubmatch(self), lastNumber.FindStringSubmatch(other)
	return a != nil && b != nil && a[1] == b[1] && a[3] == b[3] && atoi(a[2]) >= 2 && atoi(b[2]) == atoi(a[2])+1
}

// numberedNext finds the smallest page number above that of this page among
// the links that number this list. Where the links leave pages out, as in
// 1 2 … 9, the page that follows this one is counted.
func (v *view) numberedNext() further {
	stem, current := pageNumber(v.url)
	if stem == "" {
		stem, current = v.bareSelf()
	}
	if stem == "" {
		current = 1
	}
	var best *url.URL
	bestN, counts := 0, false
	file := fileName.FindStringSubmatch(v.url.Path)
	for _, a := range v.anchors {
		href := attr(a.node, "href")
		if len(a.text) > maxNextText || !strings.ContainsAny(href, "0123456789") {
			continue
		}
		u := v.numberedURL(href)
		if u == nil {
			continue
		}
		if n := v.fileAfter(file, u); n > 0 && v.mayPage(a) {
			return further{address: u.String(), how: "numbered pages"}
		}
		s, n := v.numberOf(a, u)
		if stem == "" && n == 1 && a.text == "2" && v.sameList(s) { // ?page=1 is the second page where engines count from nought
			current = 0
		}
		if n <= current || stem != "" && s != stem || stem == "" && !v.sameList(s) || !v.mayPage(a) {
			continue
		}
		offset := countsEntries(s)
		if offset && stem == "" {
			current = 0
		}
		if bestN == 0 || n < bestN {
			best, bestN, counts = u, n, !offset
		}
	}
	if best == nil {
		return further{}
	}
	to := further{address: best.String(), how: "numbered pages"}
	if counts && bestN > current+1 {
		if counted := renumber(best, current+1); counted != "" {
			to.address, to.linked = counted, best.String()
		}
	}
	return to
}
