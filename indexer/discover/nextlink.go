package discover

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

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
