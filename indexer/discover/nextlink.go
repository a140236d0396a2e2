package discover

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// nextText knows the words of a link to the further part of a list, in the
// languages of blogs.
var nextText = regexp.MustCompile(`(?i)^[\s«»‹›<>←→➜▶…·|-]*(?:` +
	`(?:next|older|previous|more|earlier)(?:\s+(?:page|posts?|entries|articles|stories|results|items|stuff|\d{1,3}(?:\s+(?:posts|entries|items))?))?|(?:see|load|show|view|browse|get) (?:more|older)(?:\s+(?:posts|entries|articles|stories|results|items))?|` +
	`nächste(?: seite)?|ältere(?: (?:beiträge|artikel|einträge))?|weiter|mehr|vorherige beiträge|mehr (?:laden|anzeigen)|weitere (?:beiträge|artikel)(?: laden)?|` +
	`suivante?s?|page suivante|(?:articles |billets )?(?:plus anciens|précédents)|(?:voir|charger|afficher) plus(?: d.articles)?|siguientes?|(?:entradas )?(?:antiguas|anteriores)|entradas más antiguas|(?:cargar|ver|mostrar) más(?: entradas)?|` +
	`próxim[ao]|mais antig[ao]s|postagens mais antigas|(?:carregar|ver|mostrar) mais|successiv[ao]|pagina successiva|articoli (?:meno recenti|precedenti)|(?:carica|mostra) (?:altri|altro|di più)|volgende|oudere berichten|meer (?:laden|tonen)|` +
	`nästa|äldre inlägg|visa fler|neste|eldre innlegg|næste|vis flere|ældre indlæg|następna|starsze wpisy|pokaż więcej|další|starší(?: příspěvky)?|` +
	`следующая|далее|ранее|более ранние(?: записи| посты)?|(?:предыдущие|старые) (?:записи|посты|статьи)|(?:показать|загрузить) ещ[её]|daha eski(?: yazılar)?|sonraki|` +
	`前へ|次へ|次のページ|以前の(?:記事|投稿)|もっと(?:見る|読む)|下一页|下一頁|加载更多|載入更多|更多|다음|더 ?보기)` +
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
		if address == "" || !v.pagesThis(address) || v.countsBack(address) {
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

// countsBack reports that an address numbers a page of this list before this
// one: what is called next there leads to what is newer.
func (v *view) countsBack(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	stem, own := pageNumber(v.url)
	if own == 0 {
		return false
	}
	if s, n := pageNumber(u); n > 0 {
		return s == stem && n < own
	}
	for _, name := range skipParams { // the first page skips nothing
		if strings.Contains(stem, "|"+name+"|") && u.Query().Get(name) == "0" {
			return true
		}
	}
	return false
}

// countedNext is a link that says how many entries it leads to.
var countedNext = regexp.MustCompile(`^[^\pL\d]*(?:[Nn]ext|[Oo]lder|[Pp]revious|[Mm]ore|[Ee]arlier) \d{1,3}\b`)

// mayCallNext rules out most links cheaply: none of the words for it has more
// than four words, and few a number.
func mayCallNext(text string) bool {
	if len(text) > maxNextText || strings.ContainsAny(text, "0123456789") && !countedNext.MatchString(text) {
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
	return words <= 4
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
