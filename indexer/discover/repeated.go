package discover

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	minRepeat = 3  // blocks alike that make a list
	maxGroups = 12 // kinds of links on a page that are compared
)

// repeated finds the largest set of links that stand alike outside the posts
// already known: headings, cards, dated rows. What stands under a heading such
// as "More posts" is beside the page's subject, unless it is the home
// page and has no other list: themes set the newest post apart and call the
// list of the others so.
func (v *view) repeated(posts map[*anchor]*html.Node, like *listing) listing {
	best := v.repeatedIn(posts, like, false)
	if best.size() >= minRepeat || len(posts) > 1 || like == nil && !v.isHome() && !v.namesBlog() {
		return best
	}
	under := v.repeatedIn(posts, like, true)
	if under.size() < minRepeat && like == nil || under.size() <= best.size() || !under.dated() {
		return best
	}
	if like == nil {
		return v.withLead(under)
	}
	return under
}

// withLead puts before a list that falls the one linked heading above it that
// is no older: the newest post, which the theme shows larger than the others.
func (v *view) withLead(l listing) listing {
	if !l.heads || !l.descending() {
		return l
	}
	var lead *anchor
	for _, a := range v.anchors {
		if a.index >= l.at[0].index {
			break
		}
		if a.usable() && a.heading != nil && a.key != l.at[0].key {
			if lead != nil && lead.key != a.key {
				return l
			}
			lead = a
		}
	}
	if lead == nil {
		return l
	}
	all := v.listed(append([]*anchor{lead}, l.at...), listing{path: l.path, heads: l.heads, how: l.how}, nil)
	if first := all.links[0].Published; first.IsZero() || first.Time.Before(all.links[1].Published.Time) {
		return l
	}
	return all
}

// repeatedIn is repeated for the links outside sections that lead away from
// the page's subject, or for all.
func (v *view) repeatedIn(posts map[*anchor]*html.Node, like *listing, under bool) listing {
	inPost := v.insidePosts(posts)
	groups := map[string][]*anchor{}
	seen := map[string]map[string]bool{}
	var order []string
	for _, a := range v.anchors {
		if !a.usable() || a.section != "" && !under || a.text == "" && !holdsPicture(a.node) || len(posts) > 1 && inPost[a.index] || !a.leads() {
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
