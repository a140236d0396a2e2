package discover

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"storyfeed/feed"
)

// strongGroup is how many links of one shape make a list of stories.
const strongGroup = 3

// spot is one place where a hub page links something.
type spot struct {
	a     *anchor
	shape shape
	place string // "list item 3 of 36"
	group string // equal for links that stand alike
	part  int    // number in or beside the link's text; 0: none
}

// hub is what a page offers as a hub page.
type hub struct {
	body   *html.Node
	links  []Link    // in page order
	parts  []int     // of links
	at     []*anchor // of links
	drops  []feed.Drop
	strong int // links that are not weak
	listed int // links in strong groups
	prose  bool
}

// parseHub reads the links of a page's own text in the order of the page.
func parseHub(v *view) hub {
	if v.pins.list != nil {
		return v.pinnedHub()
	}
	best := hub{}
	for i, body := range v.bodies() {
		h := v.hubIn(body)
		if i == 0 || len(h.links) > len(best.links) && len(best.links) < strongGroup {
			best = h
		}
		if len(best.links) >= strongGroup {
			break
		}
	}
	return best
}

// hubIn reads the links inside one element.
func (v *view) hubIn(body *html.Node) hub {
	h := hub{body: body}
	spots, drops := v.spots(body)
	h.drops = drops
	sizes, largest := map[string]int{}, 0
	for _, s := range spots {
		if s.shape != shapeMid {
			sizes[s.group]++
			largest = max(largest, sizes[s.group])
		}
	}
	h.prose = largest < strongGroup
	// A stray "back to the blog" on a line of its own makes no list beside
	// thirty items.
	listed := func(s spot) bool {
		return s.shape != shapeMid && s.a.section == "" && sizes[s.group] >= max(strongGroup, largest/8)
	}
	kept := v.dropMenu(choose(spots, listed, &h), &h)
	aside, inLists := 0, 0
	for _, s := range kept {
		if s.a.section != "" {
			aside++
		}
		if listed(s) {
			inLists++
		}
	}
	h.links, h.parts, h.at = slices.Grow(h.links, len(kept)), slices.Grow(h.parts, len(kept)), slices.Grow(h.at, len(kept))
	places := make([]*anchor, len(kept))
	for i, s := range kept {
		places[i] = s.a
	}
	v.nameUnlinked(places, newGroup(v, places).block)
	for _, s := range kept {
		if s.a.section != "" && inLists >= max(strongGroup, aside) {
			h.drops = append(h.drops, feed.Drop{URL: s.a.url, Anchor: s.a.text, Reason: fmt.Sprintf("under %q", s.a.section)})
			continue
		}
		weak := !h.prose && !listed(s) || s.a.section != ""
		h.add(s, weak)
		if listed(s) {
			h.listed++
		}
	}
	return h
}

// choose keeps one place of each story: the one in a list, else the first.
func choose(spots []spot, listed func(spot) bool, h *hub) []spot {
	at := map[string]int{} // key → index in spots
	for i, s := range spots {
		j, seen := at[s.a.key]
		if !seen || listed(s) && !listed(spots[j]) {
			at[s.a.key] = i
		}
	}
	texts := map[string]string{} // of pictures that are links the words are elsewhere
	for _, s := range spots {
		if texts[s.a.key] == "" {
			texts[s.a.key] = s.a.text
		}
	}
	var kept []spot
	for i, s := range spots {
		if at[s.a.key] != i {
			if s.a.text != "" {
				h.drops = append(h.drops, feed.Drop{URL: s.a.url, Anchor: s.a.text, Reason: "duplicate, taken as " + spots[at[s.a.key]].place})
			}
			continue
		}
		if s.a.text == "" {
			s.a.text = texts[s.a.key]
		}
		kept = append(kept, s)
	}
	return kept
}

// dropMenu drops what a sentence links and the site's menu too: the guest
// book, the shop. On a small site the menu may hold the stories themselves;
// then nothing is dropped, and never what stands in the folder of most other
// links: what is called a menu may list recent stories.
func (v *view) dropMenu(spots []spot, h *hub) []spot {
	menu := map[string]bool{}
	for _, a := range v.anchors {
		if a.cut == "menu" || a.cut == pageHeader || a.cut == "footer" {
			menu[a.key] = true
		}
	}
	folder := sharedFolder(spots)
	inMenu := func(s spot) bool {
		return s.shape == shapeMid && menu[s.a.key] && (folder == "" || folderOf(s.a.url) != folder)
	}
	n := 0
	for _, s := range spots {
		if inMenu(s) {
			n++
		}
	}
	if 2*n >= len(spots) {
		return spots
	}
	return slices.DeleteFunc(spots, func(s spot) bool {
		if inMenu(s) {
			h.drops = append(h.drops, feed.Drop{URL: s.a.url, Anchor: s.a.text, Reason: "in the site's menu too"})
		}
		return inMenu(s)
	})
}

// sharedFolder is the folder, other than a site's top, in which more than half
// of the links stand, or "".
func sharedFolder(spots []spot) string {
	counts := map[string]int{}
	for _, s := range spots {
		folder := folderOf(s.a.url)
		counts[folder]++
		if 2*counts[folder] > len(spots) {
			return folder
		}
	}
	return ""
}

// folderOf is what stands before the last part of an address, or "" at the
// top of its site.
func folderOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	dir := path.Dir(strings.TrimSuffix(u.Path, "/"))
	if dir == "/" || dir == "." {
		return ""
	}
	return u.Host + dir
}

func (h *hub) add(s spot, weak bool) {
	l := Link{URL: s.a.url, Anchor: s.a.text, Evidence: []string{s.place}, Weak: weak}
	if weak && s.shape == shapeMid || s.a.readsOn() {
		l.Anchor = "" // a sentence names whatever it likes by its title: only the story's own link back counts
	}
	if s.part > 0 {
		l.Evidence = append(l.Evidence, fmt.Sprintf("part %d", s.part))
	}
	if s.a.section != "" {
		l.Evidence = append(l.Evidence, fmt.Sprintf("under %q", s.a.section))
	}
	h.links = append(h.links, l)
	h.parts = append(h.parts, s.part)
	h.at = append(h.at, s.a)
	if !weak {
		h.strong++
	}
}

// spots lists the places inside an element that may link stories, and the
// links there that can't.
func (v *view) spots(body *html.Node) ([]spot, []feed.Drop) {
	var drops []feed.Drop
	span := v.spanOf(body)
	spots := make([]spot, 0, span[1]-span[0])
	counts := itemCounts{}
	for _, a := range v.anchors[span[0]:span[1]] {
		switch {
		case a.url == "":
		case a.cut != "":
			drops = append(drops, feed.Drop{URL: a.url, Anchor: a.text, Reason: a.cut})
		case a.reason != "":
			drops = append(drops, feed.Drop{URL: a.url, Anchor: a.text, Reason: a.reason})
		default:
			s := spot{a: a}
			var item *html.Node
			s.shape, item = a.shape()
			s.place = counts.place(item, s.shape)
			s.group = string(s.shape)
			if s.shape == shapeLine || s.shape == shapeCard {
				s.group += tagPath(a.block, body)
			}
			s.part = partOf(a, counts)
			spots = append(spots, s)
		}
	}
	return spots, drops
}

// bodySelectors name where engines put the text of a page, narrowest first.
var bodySelectors = []string{
	"[itemprop~=articleBody]", ".entry-content, .post-content, .e-content, .post-body, .article-content, .article-body, .blog-post-content, .gh-content, .markdown-body, .theme-doc-markdown",
	"article", "main, [role=main]", "#content, #main",
}

// bodies lists elements that may hold the page's own text, likeliest first:
// what the engine calls so, if it is most of the page, then what is left by
// going down from the page as long as one child holds most of it.
func (v *view) bodies() []*html.Node {
	root := v.doc.Find("body").First()
	if root.Length() == 0 {
		return nil
	}
	page := root.Nodes[0]
	var found []*html.Node
	for _, sel := range bodySelectors {
		var best *html.Node
		root.Find(sel).EachWithBreak(func(i int, s *goquery.Selection) bool {
			if n := s.Nodes[0]; !v.isCut(n) && (best == nil || v.weightOf(n) > v.weightOf(best)) {
				best = n
			}
			return i < 2000
		})
		if best != nil && 2*v.weightOf(best) > v.weightOf(page) && !slices.Contains(found, best) {
			found = append(found, best)
		}
	}
	found = append(found, v.heaviest(page))
	return append(found, page)
}

// heaviest goes down from an element as long as one child holds most of it.
func (v *view) heaviest(n *html.Node) *html.Node {
	for {
		var best *html.Node
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if best == nil || v.weightOf(c) > v.weightOf(best) {
				best = c
			}
		}
		if best == nil || 4*v.weightOf(best) < 3*v.weightOf(n) {
			return n
		}
		n = best
	}
}

// isCut reports that an element is inside furniture.
func (v *view) isCut(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if v.cut[n] != "" {
			return true
		}
	}
	return false
}
