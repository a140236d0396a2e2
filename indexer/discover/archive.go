package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// listing is what a page offers as a list of posts.
type listing struct {
	links []Link // in page order
	drops []feed.Drop
	at    []*anchor // of links
	posts bool      // the blocks are posts by their markup, not only by their repetition
	heads bool      // the links are headings
	path  string    // the way to the links, to find them on the further pages
	votes int       // whether numeric dates begin with the day, see [settleDates]
	shown int       // links with a date beside them
	how   string    // for people
}

func (l listing) size() int { return len(l.links) }

// dated reports that most links have a date beside them.
func (l listing) dated() bool { return 5*l.shown >= 3*len(l.links) && l.shown >= 2 }

// descending reports that the dates beside the links fall.
func (l listing) descending() bool {
	up, down := steps(datesOf(l.links))
	return l.dated() && down > up
}

// falls reports that the list runs from new to old: by its dates or, where it
// has none, by the years and months that head its parts.
func (l listing) falls() bool { return l.descending() || l.shown == 0 && periodsFall(l.at) }

func periodsFall(as []*anchor) bool {
	falls := 0
	for i, a := range as {
		if a.period == 0 || i > 0 && a.period > as[i-1].period {
			return false
		}
		if i > 0 && a.period < as[i-1].period {
			falls++
		}
	}
	return falls > 0
}

func datesOf(links []Link) []feed.Date {
	dates := make([]feed.Date, len(links))
	for i, l := range links {
		dates[i] = l.Published
	}
	return dates
}

const (
	minRepeat = 3  // blocks alike that make a list
	maxGroups = 12 // kinds of links on a page that are compared
)

// parseListing finds the list of posts on a page: blocks that are posts by
// their markup, or links that stand alike. On the further pages of a list
// (like has a path or posts) the same kind is looked for again and one block
// is enough.
func parseListing(v *view, like *listing) listing {
	l := findListing(v, like)
	taken := map[string]bool{}
	for _, a := range l.at {
		taken[a.key] = true
	}
	l.drops = v.dropsBeside(taken)
	return l
}

func findListing(v *view, like *listing) listing {
	if v.pins.list != nil {
		return v.pinnedListing(like)
	}
	posts, blocks := v.posts()
	start := listing{posts: true, heads: true, how: "posts by their markup"}
	if like != nil {
		start.votes = like.votes
	}
	byMarkup := v.listed(posts, start, blocks)
	if like != nil && like.posts && byMarkup.size() > 0 {
		return byMarkup
	}
	best := v.repeated(blocks, like)
	switch {
	case like != nil && best.size() > 0:
		return best
	case like != nil:
		return byMarkup
	case byMarkup.size() >= 2 && 3*byMarkup.size() >= best.size():
		return byMarkup
	case best.size() == 0 || byMarkup.size() > 0 && best.size() < minRepeat:
		return byMarkup
	}
	return best
}

// listed makes links of the anchors that were found to be permalinks.
func (v *view) listed(as []*anchor, l listing, blocks map[*anchor]*html.Node) listing {
	seen := map[string]bool{}
	as = slices.Clone(as)
	slices.SortStableFunc(as, func(a, b *anchor) int { return a.index - b.index })
	as = slices.DeleteFunc(as, func(a *anchor) bool {
		dup := seen[a.key]
		seen[a.key] = true
		return dup
	})
	g := newGroup(v, as)
	if blocks != nil {
		g.node = blocks
	}
	g.votes = l.votes
	dates, shown := g.dates()
	l.shown, l.votes = shown, g.votes
	l.at = as
	for i, a := range as {
		l.links = append(l.links, Link{URL: a.url, Anchor: a.text, Published: dates[i], Evidence: []string{a.listEvidence(l)}})
	}
	return l
}

func (a *anchor) listEvidence(l listing) string {
	switch {
	case l.posts:
		return "permalink of a post"
	case l.heads:
		return "heading of a block"
	}
	s, _ := a.shape()
	return string(s)
}

// dropsBeside reports the links of the page's main part that were not taken.
func (v *view) dropsBeside(taken map[string]bool) []feed.Drop {
	var drops []feed.Drop
	for _, a := range v.anchors {
		if a.url == "" || a.cut != "" || taken[a.key] && a.reason == "" {
			continue
		}
		reason := a.reason
		if reason == "" {
			reason = "not the permalink of a listed post"
		}
		drops = append(drops, feed.Drop{URL: a.url, Anchor: a.text, Reason: reason})
		if len(drops) == maxDropped {
			break
		}
	}
	return drops
}

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
	case bestRank == 3 || bestRank == 2:
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

// repeated finds the largest set of links that stand alike outside the posts
// already known: headings, cards, dated rows.
func (v *view) repeated(posts map[*anchor]*html.Node, like *listing) listing {
	inPost := v.insidePosts(posts)
	groups := map[string][]*anchor{}
	seen := map[string]map[string]bool{}
	var order []string
	for _, a := range v.anchors {
		if !a.usable() || a.section != "" || a.text == "" && !holdsPicture(a.node) || len(posts) > 1 && inPost[a.index] || !a.leads() {
			continue
		}
		path := listPath(a)
		if seen[path] == nil {
			seen[path] = map[string]bool{}
			order = append(order, path)
		}
		if seen[path][a.key] {
			nameFirst(groups[path], a)
			continue
		}
		seen[path][a.key] = true
		groups[path] = append(groups[path], a)
	}
	if like != nil {
		return v.alike(groups, *like)
	}
	return v.bestGroup(order, groups)
}

// alike finds on a further page the links that stand as those of the first
// page did. Old markup wanders a little between pages; then links that stand
// nearly so and have a date beside them will do.
func (v *view) alike(groups map[string][]*anchor, like listing) listing {
	l := listing{path: like.path, heads: like.heads, how: like.how, votes: like.votes}
	if as := groups[like.path]; len(as) > 0 {
		return v.listed(as, l, nil)
	}
	var near []*anchor
	for path, as := range groups {
		if nearPath(path) == nearPath(like.path) {
			near = append(near, as...)
		}
	}
	l = v.listed(near, l, nil)
	if like.dated() {
		l.links = slices.DeleteFunc(l.links, func(k Link) bool { return k.Published.IsZero() || k.Published.Source == fromURL })
	}
	return l
}

func nearPath(path string) string {
	tags := strings.SplitN(path, "<", 6)
	return strings.Join(tags[:min(len(tags), 5)], "<")
}

func (v *view) bestGroup(order []string, groups map[string][]*anchor) listing {
	var best listing
	bestScore := 0
	slices.SortStableFunc(order, func(a, b string) int { return len(groups[b]) - len(groups[a]) })
	for _, path := range order[:min(len(order), maxGroups)] {
		as := groups[path]
		if len(as) < 2 || 4*len(as) < bestScore {
			break
		}
		heads := as[0].heading != nil || isTitleName(as[0].node) || isTitleName(as[0].node.Parent)
		l := v.listed(as, listing{path: path, heads: heads}, nil)
		score := 2 * l.size()
		if as[0].text == "" { // pictures; the words may be in links beside them
			score /= 2
		}
		if heads {
			score += l.size()
		}
		if l.dated() {
			score += l.size()
		} else if l.size() < minRepeat {
			continue
		}
		if score > bestScore {
			l.how = fmt.Sprintf("%d links that stand alike", l.size())
			best, bestScore = l, score
		}
	}
	return best
}

// nameFirst gives the words of a link to one before it that is only a picture.
func nameFirst(as []*anchor, a *anchor) {
	if last := as[len(as)-1]; last.text == "" && last.key == a.key {
		last.text = a.text
	}
}

func holdsPicture(n *html.Node) bool {
	return firstNode(n, func(n *html.Node) bool { return n.DataAtom == atom.Img || n.DataAtom == atom.Picture }) != nil
}

// insidePosts marks the links inside the blocks of posts.
func (v *view) insidePosts(posts map[*anchor]*html.Node) map[int]bool {
	in := map[int]bool{}
	for _, n := range posts {
		span := v.spanOf(n)
		for i := span[0]; i < span[1]; i++ {
			in[i] = true
		}
	}
	return in
}

// listPath is how a link stands in the page, in tag names; classes would part
// first and last, odd and even, sticky and plain.
func listPath(a *anchor) string {
	var b strings.Builder
	for i, n := 0, a.node; n != nil && i < maxItemDepth; i, n = i+1, n.Parent {
		b.WriteByte('<')
		b.WriteString(n.Data)
	}
	return b.String()
}
