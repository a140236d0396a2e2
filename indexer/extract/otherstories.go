package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// What stands below a story often announces others, with their dates: "Read next".
// Where the story shows no date of its own, theirs must not become its.

// Bounds of the look around a date for what it belongs to.
const (
	maxEntryClimb   = 8   // elements around it
	maxEntryText    = 600 // letters of an entry that announces another story; more is prose
	maxEntryLinks   = 12  // links of an element that are looked at
	maxEntriesAside = 12  // siblings that are looked at
	shortTitle      = 8   // bytes; what is no longer may be a part of another title
	proseBytes      = 100 // bytes of an unbroken text that is prose
)

// isOthers reports whether a date below the story's beginning belongs to another
// story: it stands in a link that announces one, in one of several entries that
// link another page and have a date each, or under a heading such as "Read next".
func (d *document) isOthers(n *html.Node) bool {
	if !d.belowProse(n) {
		return false
	}
	for b, i := n, 0; b != nil && i < maxEntryClimb && !d.spansStory(b) && !isLonger(b, maxEntryText); b, i = b.Parent, i+1 {
		if b.Type != html.ElementNode {
			if d.underOthers(b) {
				return true
			}
			continue
		}
		if isElement(b, atom.A) && d.leadsElsewhere(b) && !isMetaWords(withoutDates(lineText(b))) {
			return true
		}
		if d.underOthers(b) || d.isEntry(b) && d.hasEntryAside(b) {
			return true
		}
	}
	return false
}

// ownLines are the lines without those whose dates are of other stories.
func (d *document) ownLines(lines []byline) []byline {
	var own []byline
	for _, l := range lines {
		if !hasDigit(l.text) || len(l.text) > maxByline || len(findDates(l.text, "en-GB")) == 0 || !d.isOthers(l.node) {
			own = append(own, l)
		}
	}
	return own
}

// belowProse reports whether a node follows the beginning of the story's text.
func (d *document) belowProse(n *html.Node) bool {
	if d.content == nil {
		return false
	}
	if d.prose == nil {
		walk(d.content, func(n *html.Node) bool {
			if d.prose == nil && n.Type == html.TextNode && len(n.Data) > proseBytes && len(strings.TrimSpace(n.Data)) > proseBytes {
				d.prose = n
			}
			return d.prose == nil
		})
	}
	return d.prose != nil && comesAfter(n, d.prose)
}

// comesAfter reports whether a node comes after another in the order of the page.
func comesAfter(n, other *html.Node) bool {
	top := commonAncestor(n, other)
	if top == nil || top == n || top == other {
		return false
	}
	for n.Parent != top {
		n = n.Parent
	}
	for other.Parent != top {
		other = other.Parent
	}
	for s := other.NextSibling; s != nil; s = s.NextSibling {
		if s == n {
			return true
		}
	}
	return false
}

// spansStory reports whether an element is the story itself or around it.
func (d *document) spansStory(n *html.Node) bool {
	return n == d.body || inside(d.content, n) || d.prose != nil && inside(d.prose, n) || d.heading != nil && inside(d.heading, n)
}

// leadsElsewhere reports whether a link leads to another page that may be a story.
func (d *document) leadsElsewhere(a *html.Node) bool {
	href := attr(a, "href")
	if href == "" || hasToken(a, "rel", "author") || hasToken(a, "rel", "tag") || hasToken(a, "rel", "category") {
		return false
	}
	if isAuthorPath(href) {
		return false
	}
	for _, part := range []string{"/tag/", "/tags/", "/category/", "/categories/", "/label/"} {
		if strings.Contains(href, part) {
			return false
		}
	}
	if d.heading != nil && !isLonger(a, maxEntryText) {
		if title := fold(lineText(d.heading)); len(title) > shortTitle && strings.Contains(fold(lineText(a)), title) {
			return false // the story itself, at its proper address perhaps
		}
	}
	target := d.absolute(href)
	return target != "" && feed.URLKey(target) != feed.URLKey(d.url.String())
}

// isEntry reports whether an element has little text, and a link to another page.
func (d *document) isEntry(n *html.Node) bool {
	if n.Type != html.ElementNode || isLonger(n, maxEntryText) {
		return false
	}
	links := 0
	return first(n, func(a *html.Node) bool {
		if !isElement(a, atom.A) || links > maxEntryLinks {
			return false
		}
		links++
		return d.leadsElsewhere(a)
	}) != nil
}

// isDated reports whether an element of little text holds a date.
func (d *document) isDated(n *html.Node) bool {
	marked := first(n, func(t *html.Node) bool {
		if !isElement(t, atom.Time) && !isDateNamed(t) {
			return false
		}
		_, ok := elementStamp(t, d.language())
		return ok
	})
	return marked != nil || slices.ContainsFunc(linesOf(n), func(l byline) bool {
		return hasDigit(l.text) && len(findDates(l.text, d.language())) > 0
	})
}

// hasEntryAside reports whether another entry, with a date, stands beside one.
func (d *document) hasEntryAside(n *html.Node) bool {
	for _, next := range []func(*html.Node) *html.Node{
		func(n *html.Node) *html.Node { return n.NextSibling },
		func(n *html.Node) *html.Node { return n.PrevSibling },
	} {
		for s, i := next(n), 0; s != nil && i < maxEntriesAside; s, i = next(s), i+1 {
			if s.DataAtom == n.DataAtom && d.isEntry(s) && d.isDated(s) {
				return true
			}
		}
	}
	return false
}

// underOthers reports whether the nearest heading before a node, beside it, begins
// other stories.
func (d *document) underOthers(n *html.Node) bool {
	for s, i := n.PrevSibling, 0; s != nil && i < maxEntriesAside; s, i = s.PrevSibling, i+1 {
		if s.Type == html.ElementNode && isLonger(s, maxAnnouncement) {
			if d.spansStory(s) {
				return false
			}
			continue
		}
		text := strings.TrimSpace(s.Data)
		if s.Type == html.ElementNode {
			text = lineText(s)
		}
		if s.Type != html.CommentNode && text != "" && isOtherStories(text) {
			return true
		}
		if isHeading(s) {
			return false
		}
	}
	return false
}

// withoutDates is a line without the dates in it.
func withoutDates(line string) string {
	dates := findDates(line, "en-GB")
	for i := len(dates) - 1; i >= 0; i-- {
		line = line[:dates[i].start] + " " + line[dates[i].end:]
	}
	return strings.TrimSpace(line)
}
