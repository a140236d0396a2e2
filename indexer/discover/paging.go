package discover

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
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
	if rel != "" && v.pagesThis(rel) {
		return further{address: rel, how: "rel=next"}
	}
	if address := v.namedNext(); address != "" {
		return further{address: address, how: "a link to older posts"}
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

func (v *view) relNext() string {
	href, ok := v.head.Filter("link[rel~=next][href]").First().Attr("href")
	if ok {
		if address := v.pageAddress(href); address != "" {
			return address
		}
	}
	for _, a := range v.anchors {
		if slices.Contains(a.rel, "next") && v.mayPage(a) {
			if address := v.pageAddress(attr(a.node, "href")); address != "" {
				return address
			}
		}
	}
	return ""
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

var nextText = regexp.MustCompile(`(?i)^[\s«»‹›<>←→➜▶…·|-]*(?:(?:next|older|previous|more|earlier)(?:\s+(?:page|posts?|entries|articles|stories|results))?|see more|load more|older posts|` +
	`nächste(?: seite)?|ältere(?: (?:beiträge|artikel))?|weiter|mehr|vorherige beiträge|suivante?s?|page suivante|(?:articles |billets )?(?:plus anciens|précédents)|siguientes?|(?:entradas )?(?:antiguas|anteriores)|` +
	`próxim[ao]|mais antig[ao]s|postagens mais antigas|successiv[ao]|pagina successiva|articoli (?:meno recenti|precedenti)|volgende|oudere berichten|nästa|äldre inlägg|neste|næste|następna|starsze wpisy|další|следующая|далее|ранее|前へ|次へ|次のページ|下一页|下一頁|다음)` +
	`[\s«»‹›<>←→➜▶…·|-]*$|^[\s]*[»›→>]{1,2}[\s]*$`)

// maxNextText is the longest text, in bytes, of a link to older posts.
const maxNextText = 80

// namedNext finds the link that a theme calls next or older, by its class or
// its words.
func (v *view) namedNext() string {
	var byText, weak string
	for _, a := range v.anchors {
		named := v.callsNext(a.node)
		matches := mayCallNext(a.text) && nextText.MatchString(a.text)
		if !named && !matches || !matches && slices.Contains(a.rel, "prev") || !v.mayPage(a) {
			continue
		}
		address := v.pageAddress(attr(a.node, "href"))
		if address == "" || !v.pagesThis(address) {
			continue
		}
		switch {
		case named:
			return address
		case previousOnly.MatchString(a.text): // may be the newer side of a pager
			weak = firstOf(weak, address)
		default:
			byText = firstOf(byText, address)
		}
	}
	return firstOf(byText, weak)
}

// mayCallNext rules out most links cheaply: none of the words for it has a digit
// or more than three words.
func mayCallNext(text string) bool {
	if len(text) > maxNextText || strings.ContainsAny(text, "0123456789") {
		return false
	}
	words, in := 0, false
	for _, r := range text {
		is := unicode.IsLetter(r)
		if is && !in {
			words++
		}
		in = is
	}
	return words <= 3
}

var previousOnly = regexp.MustCompile(`(?i)previous|^\W*more`)

// callsNext reports that a link or its parent is named as the way to older
// posts. WordPress calls that way "previous" in class names of its own.
func (v *view) callsNext(n *html.Node) bool {
	for i := 0; i < 2 && n != nil; i, n = i+1, n.Parent {
		class, id := attr(n, "class"), attr(n, "id")
		if class == "" && id == "" {
			continue
		}
		for _, c := range strings.Fields(strings.ToLower(class + " " + id)) {
			switch c {
			case "next", "older", "older-posts", "nextpage", "next-page", "next-posts", "nav-previous", "pagination-next", "pagination__next", "pagination-older", "blog-pager-older-link",
				"pagination-nav__link--next", "page-next", "next-link", "nextpostslink", "older-post", "previous-posts", "wp-block-query-pagination-next", "pager-next", "alignleft-older", "older_posts":
				return true
			}
		}
	}
	return false
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
	return strings.HasPrefix(u.Path, strings.TrimSuffix(v.url.Path, "/")+"/page") || numberInName.MatchString(u.Path)
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
		offset := strings.Contains(s, "|start|") || strings.Contains(s, "|offset|")
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

var fileName = regexp.MustCompile(`^(.*/[^/]*?[^/\d_-])[-_]?(\d{0,3})(\.[A-Za-z]{2,5})$`)

// fileAfter knows the pages of hand-made lists: after news.htm comes
// news2.htm, then news3.htm. self is how fileName reads this page's address,
// nil where it does not. It returns the number, or 0.
func (v *view) fileAfter(self []string, u *url.URL) int {
	if self == nil {
		return 0
	}
	other := fileName.FindStringSubmatch(u.Path)
	if other == nil || self[1] != other[1] || self[3] != other[3] || u.RawQuery != v.url.RawQuery {
		return 0
	}
	if n := atoi(other[2]); n == max(1, atoi(self[2]))+1 {
		return n
	}
	return 0
}

// sameList reports that the pages of a stem belong to the list that this page
// is the first of.
func (v *view) sameList(stem string) bool {
	where, kind, _ := strings.Cut(stem, "|")
	self := strings.TrimSuffix(v.url.Path, "/")
	if ext := strings.LastIndexByte(self, '.'); ext > strings.LastIndexByte(self, '/') {
		self = self[:ext]
	}
	if dir, name := path.Split(where); kind == "file|" && strings.HasSuffix(name, "page") && where != self {
		return dir == path.Dir(self)+"/"
	}
	return strings.TrimSuffix(where, "/index") == strings.TrimSuffix(self, "/index")
}

// continuation finds the n-th page of a text that its engine cuts into pages:
// /its-address/2/ behind the number 2.
func (v *view) continuation(n int) string {
	if v.pins.next != nil {
		return v.pinnedNext()
	}
	base := strings.TrimSuffix(v.url.Path, "/")
	if n > 2 {
		base = strings.TrimSuffix(base, fmt.Sprintf("/%d", n-1))
	}
	for _, a := range v.anchors {
		if pageText(a.text) != n {
			continue
		}
		address := v.pageAddress(attr(a.node, "href"))
		u, err := url.Parse(address)
		if err != nil || address == "" {
			continue
		}
		if strings.TrimSuffix(u.Path, "/") == fmt.Sprintf("%s/%d", base, n) || u.Path == v.url.Path && u.Query().Get("page") == strconv.Itoa(n) {
			return address
		}
	}
	return ""
}

var pageWords = regexp.MustCompile(`(?i)^[^\pL\d]*(?:(?:page|pagina|página|seite|side|sida|sidan|strona|страница|p|pg|no|nr)[^\pL\d]*)?(\d{1,4})(?:\s*(?:of|/|von|de|sur|di|van|av|из)\s*\d{1,4})?[^\pL\d]*$`)

// pageText is the number that a link's text gives to the page it leads to: "2",
// "Page 2", "2 of 9". A text with words of its own, as "Letter 2: The Boat",
// names a story and gives 0.
func pageText(s string) int {
	m := pageWords.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	return atoi(m[1])
}

// goesOnIn reports that another page is a further one of this page's text and
// no story that it links: it has the same title, or lists more of the like.
func (v *view) goesOnIn(more *view, h hub, known map[string]bool) bool {
	own, other := strings.ToLower(v.meta.title), strings.ToLower(more.meta.title)
	if own != "" && strings.HasPrefix(other, own) {
		return true
	}
	fresh := 0
	for _, l := range h.links {
		if !l.Weak && !known[feed.URLKey(l.URL)] {
			fresh++
		}
	}
	return h.listed >= strongGroup && fresh >= strongGroup
}
