package discover

import (
	"slices"

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

// inArticle reports that a list without a date stands in the text of one
// article with a heading of its own: whatever a theme that was carried over from
// another engine calls the page, it is one that somebody wrote.
func (l listing) inArticle() bool {
	if l.size() == 0 || l.posts || l.heads || l.shown > 0 {
		return false
	}
	n := l.at[0].node
	for n != nil && n.DataAtom != atom.Article {
		n = n.Parent
	}
	return n != nil && within(l.at[len(l.at)-1].node, n) && firstNode(n, func(n *html.Node) bool { return n.DataAtom == atom.H1 }) != nil
}

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
	authors := g.authors()
	l.shown, l.votes = shown, g.votes
	l.at = as
	if blocks == nil {
		v.nameUnlinked(as, g.block)
	}
	l.links = slices.Grow(l.links, len(as))
	for i, a := range as {
		if blocks == nil && (a.readsOn() || a.isDay()) {
			a.text = "" // it says nothing of the story
		}
		l.links = append(l.links, Link{URL: a.url, Anchor: a.text, Published: dates[i], Evidence: []string{a.listEvidence(l)}})
		if authors != nil {
			l.links[len(l.links)-1].Authors = authors[i]
		}
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
