package discover

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Buttons load more posts by script. Many carry the address in an attribute:
// then it is as good as a link.

// loaders are attributes beside href in which scripts find an address to load.
var loaders = []string{
	"formaction", "action", "hx-get", "data-hx-get", "up-href", "ic-get-from", "ng-href", "data-url",
	"data-href", "data-next", "data-next-url", "data-next-href", "data-next-page", "data-nextpage", "data-nexturl", "data-next-page-url",
	"data-load-more", "data-load-more-url", "data-loadmore-url", "data-more-url", "data-more", "data-page-url", "data-src", "data-link", "data-path", "data-ajax-url", "data-pagination-url", "data-infinite-url", "data-infinite-scroll-next", "data-fetch-url", "data-endpoint", "data-frame-src", "src",
}

// buttonNext finds the address of the further page that a button loads, or an
// element that loads it when it is scrolled to.
func (v *view) buttonNext() string {
	budget := 10 * maxNodes
	var found string
	var walk func(*html.Node) bool
	walk = func(n *html.Node) bool {
		if budget--; budget < 0 || n.DataAtom == atom.Head || n.DataAtom == atom.Script || n.DataAtom == atom.Img {
			return budget >= 0
		}
		if n.Type == html.ElementNode && v.cut[n] != "comments" {
			if found = v.buttonAddress(n); found != "" {
				return false
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !walk(c) {
				return false
			}
		}
		return true
	}
	walk(v.doc.Nodes[0])
	return found
}

// buttonAddress is the further page that one element loads, or nothing.
func (v *view) buttonAddress(n *html.Node) string {
	if n.DataAtom == atom.A && !hasLoader(n) || n.DataAtom == atom.Iframe {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key != "href" && a.Key != "onclick" && !slices.Contains(loaders, a.Key) || len(a.Val) > 2000 || !strings.ContainsAny(a.Val, "/?") {
			continue
		}
		value := a.Val
		if a.Key == "onclick" {
			value = goesTo(value)
		}
		address := v.pageAddress(value)
		if address == "" || feed.URLKey(address) == feed.URLKey(v.url.String()) {
			continue
		}
		if v.loadsPage(address) && (v.numbersAfter(address) || saysNext(n)) {
			return address
		}
	}
	return ""
}

var locations = regexp.MustCompile(`\b(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\(|window\.open\()\s*['"]([^'"\s]+)['"]`)

// goesTo is the address to which a script that is called by a click leads;
// empty: it leads to none that can be told.
func goesTo(script string) string {
	if m := locations.FindStringSubmatch(script); m != nil {
		return m[1]
	}
	return ""
}

func hasLoader(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "src" && slices.Contains(loaders, a.Key) || a.Key == "onclick" && goesTo(a.Val) != "" {
			return true
		}
	}
	return false
}

// loadsPage reports that an address is that of a page of some list: scripts
// often load from another address than the page's own.
func (v *view) loadsPage(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	_, n := pageNumber(u)
	return n > 0 || v.pagesThis(address) || u.RawQuery != ""
}

// numbersAfter reports that an address numbers the page that comes after this
// one in this very list.
func (v *view) numbersAfter(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	stem, n := pageNumber(u)
	own, current := pageNumber(v.url)
	return n > 0 && n == max(1, current)+1 && (own == stem || own == "" && v.sameList(stem))
}

// saysNext reports that an element is called "load more" or the like, by its
// words or its name.
func saysNext(n *html.Node) bool {
	if text := feed.CleanLine(clip(nodeText(n))); text != "" && len(text) <= maxNextText && nextText.MatchString(text) {
		return true
	}
	for _, key := range []string{"aria-label", "title", "value"} {
		if text := attr(n, key); text != "" && nextText.MatchString(text) {
			return true
		}
	}
	name := strings.ToLower(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "rel"))
	for _, w := range []string{"load-more", "loadmore", "load_more", "infinite", "show-more", "showmore", "next-page", "nextpage", "older"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	for _, a := range n.Attr {
		if strings.Contains(a.Key, "next") || strings.Contains(a.Key, "more") || a.Key == "hx-trigger" && (strings.Contains(a.Val, "revealed") || strings.Contains(a.Val, "intersect")) {
			return true
		}
	}
	return false
}
