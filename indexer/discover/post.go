package discover

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// posts finds the blocks that are posts by their markup and their permalinks.
func (v *view) posts() ([]*anchor, map[*anchor]*html.Node) {
	var found []*anchor
	blocks := map[*anchor]*html.Node{}
	root := v.doc.Nodes[0]
	for _, n := range v.postNodes(root) {
		if a := v.permalink(n); a != nil {
			found = append(found, a)
			blocks[a] = n
		}
	}
	// Posts under "Recommended" are of another list, unless all posts are.
	own := slices.DeleteFunc(slices.Clone(found), func(a *anchor) bool { return v.under[blocks[a]] })
	if len(own) > 0 {
		found = own
	}
	return found, blocks
}

// postNodes lists the outermost posts; an element that holds several is no
// post itself but the list.
func (v *view) postNodes(n *html.Node) []*html.Node {
	if n.Type == html.ElementNode && (skipped(n.DataAtom) || v.cut[n] != "") {
		return nil
	}
	var inner []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		inner = append(inner, v.postNodes(c)...)
	}
	if len(inner) >= 2 || !isPost(n) || len(inner) == 1 && v.permalink(n) == nil {
		return inner
	}
	return []*html.Node{n}
}

var postClasses = map[string]bool{
	"hentry": true, "h-entry": true, "post": true, "entry": true, "blog-post": true, "blogpost": true, "post-preview": true, "post-item": true, "post-card": true,
	"post-entry": true, "post-summary": true, "post-outer": true, "article-item": true, "entry-item": true, "blog-entry": true, "wp-block-post": true, "blog-item": true, "article-card": true, "postlist-item": true,
}

func isPost(n *html.Node) bool {
	if n.DataAtom == atom.Article {
		return true
	}
	if n.DataAtom != atom.Div && n.DataAtom != atom.Li && n.DataAtom != atom.Section {
		return false
	}
	if t := strings.ToLower(attr(n, "itemtype")); strings.HasSuffix(t, "/blogposting") || strings.HasSuffix(t, "/article") || strings.HasSuffix(t, "/newsarticle") {
		return true
	}
	if p := attr(n, "itemprop"); p == "blogPost" || p == "blogPosts" || p == "itemListElement" {
		return true
	}
	return slices.ContainsFunc(strings.Fields(strings.ToLower(attr(n, "class"))), func(c string) bool { return postClasses[c] })
}

// permalink finds the link of a post's block that leads to the post: the one
// in its heading or marked as such, then the one on its date, then "read
// more", then the only one there is. Links in the text of a post shown in
// full are never taken.
func (v *view) permalink(n *html.Node) *anchor {
	if p := n.Parent; p != nil && p.DataAtom == atom.A { // <a><article>…
		if a := v.anchorAt(p); a != nil && a.usable() {
			return a
		}
	}
	span := v.spanOf(n)
	var best *anchor
	bestRank := 0
	heading := v.firstHeading(n)
	only, several := (*anchor)(nil), false
	for _, a := range v.anchors[span[0]:span[1]] {
		if !a.usable() && a.cut != articleFooter || a.reason != "" || a.url == "" {
			continue
		}
		if only != nil && only.key != a.key {
			several = true
		}
		if only == nil || only.text == "" {
			only = a
		}
		if r := a.permalinkRank(heading); r > bestRank {
			best, bestRank = a, r
		}
	}
	if best == nil && !several {
		best = only
	}
	switch {
	case best == nil:
	case heading != nil:
		best.name(heading)
	case bestRank == 3 || bestRank == 2 || best.isDay():
		best.text = "" // a date or "read more" is no title
	}
	return best
}

// name gives a permalink the text of its post's heading instead of "read more"
// or a date.
func (a *anchor) name(heading *html.Node) {
	if t := feed.CleanLine(clip(nodeText(heading))); t != "" && a.heading != heading {
		a.text = t
	}
}

func (a *anchor) usable() bool { return a.url != "" && a.reason == "" && a.cut == "" }

func (v *view) anchorAt(n *html.Node) *anchor {
	if span := v.spanOf(n); span[1] > span[0] {
		return v.anchors[span[0]]
	}
	return nil
}

// permalinkRank says how surely a link inside a post's block leads to the
// post; 0: not at all.
func (a *anchor) permalinkRank(heading *html.Node) int {
	class := strings.ToLower(attr(a.node, "class"))
	switch {
	case heading != nil && a.heading == heading && a.text != "":
		return 6
	case strings.Contains(class, "u-url") || slices.Contains(a.rel, "bookmark"):
		return 5
	case isTitleName(a.node) || isTitleName(a.node.Parent):
		return 4
	case a.blocks && a.heading != nil:
		return 4
	case hasTime(a.node):
		return 3
	case strings.Contains(class, "more-link") || strings.Contains(class, "read-more") || strings.Contains(class, "readmore") || readMore.MatchString(a.text):
		return 2
	}
	return 0
}

// readMore knows the link that ends a teaser.
var readMore = regexp.MustCompile(`(?i)^\W*(?:(?:continue|keep) reading|read (?:more|on|the (?:rest|post|article|story|full))|more\b|full (?:story|post|article)|permalink|#$|¶|∞|weiterlesen|mehr (?:lesen|dazu)|lire (?:la suite|plus)|leer (?:más|mas)|seguir leyendo|leia mais|continue lendo|leggi (?:tutto|di più)|continua|lees (?:meer|verder)|läs mer|les mer|læs mere|czytaj (?:dalej|więcej)|читать (?:далее|дальше)|続きを読む|阅读)`)

// readsOn reports that a link's words are those that end a teaser.
func (a *anchor) readsOn() bool { return len(a.text) <= maxNextText && readMore.MatchString(a.text) }

func hasTime(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Time {
			return true
		}
	}
	return false
}

// isTitleName reports that an element's class or property calls it a title.
func isTitleName(n *html.Node) bool {
	if n == nil {
		return false
	}
	if p := attr(n, "itemprop"); p == "headline" || p == "name headline" {
		return true
	}
	for _, token := range strings.Fields(attr(n, "class")) {
		if parts := nameParts(token); slices.Contains(parts, "title") && !slices.Contains(parts, "site") {
			return true
		}
	}
	return false
}

// firstHeading is the heading of a post's block: the first that is not part of
// its text.
func (v *view) firstHeading(n *html.Node) *html.Node {
	return firstNode(n, func(n *html.Node) bool { return isHeading(n.DataAtom) && v.cut[n] == "" && v.massOf(n) > 0 })
}
