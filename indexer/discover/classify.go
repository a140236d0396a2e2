package discover

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"storyfeed/feed"
)

// class is what a page is, with both readings of it.
type class struct {
	kind feed.SourceKind
	hub  hub
	list listing
	why  []string

	loose bool // found only where menus and side columns seem to be
}

// classify decides whether a page is a hub page or an archive. What an earlier
// crawl decided stays as long as the page bears it out: a source that changes
// its kind would turn its order round.
func classify(v *view, before feed.SourceKind) class {
	c := class{hub: parseHub(v), list: parseListing(v, nil)}
	// The order of the hub page's links is settled here, since their dates are
	// part of the evidence.
	c.hub.date(v)
	c.kind, c.why = v.kind(c)
	was := before
	if was == feed.SourceAPI {
		was = feed.SourceArchive
	}
	bearsOut := was == feed.SourceHub && c.hub.strong >= 2 || was == feed.SourceArchive && c.list.size() >= 2
	if was != c.kind && bearsOut {
		c.kind = was
		c.why = append(c.why, fmt.Sprintf("read as %s all the same, as before", was))
	}
	return c
}

// found reports that there are stories at all.
func (c class) found() bool {
	if c.kind == feed.SourceHub {
		return len(c.hub.links) > 0
	}
	return c.list.size() > 0
}

// size is how many links the page has in the reading that was chosen.
func (c class) size() int {
	if c.kind == feed.SourceHub {
		return len(c.hub.links)
	}
	return c.list.size()
}

func (v *view) kind(c class) (feed.SourceKind, []string) {
	single, listing := isSingle(v.meta), isListing(v.meta)
	if v.url.Path == "/" || v.url.Path == "" {
		// Many themes call every page an article.
		single = single && slices.Contains(v.meta.classes, "single")
	}
	list := c.list
	next := list.size() > 1 && v.hasNext()
	say := func(kind feed.SourceKind, reason string) (feed.SourceKind, []string) {
		why := []string{fmt.Sprintf("%s: %s", kind, reason)}
		if kind == feed.SourceArchive {
			why = append(why, fmt.Sprintf("%d entries, %s, %d with a date", list.size(), list.how, list.shown))
		} else {
			why = append(why, fmt.Sprintf("%d links in the text, %d of them in lists", len(c.hub.links), c.hub.listed))
		}
		return kind, why
	}
	switch {
	case list.size() == 0:
		return say(feed.SourceHub, "no repeated blocks with links of their own")
	case len(c.hub.links) == 0:
		return say(feed.SourceArchive, "no links in a text")
	case listing && !single && (surelyListing(v.meta) && !list.inArticle() || list.dated() || list.posts || next || v.isHome() || v.isBlogPath()):
		return say(feed.SourceArchive, "the page calls itself a list of posts")
	case single && !listing && !surelySingle(v.meta) && list.falls() && list.size() >= minRepeat:
		return say(feed.SourceArchive, "a list whose dates fall, on what is called an article only to those who share it")
	case single && !listing:
		if list.posts && list.size() >= minRepeat && list.dated() && list.size() >= c.hub.listed/2 && list.descending() {
			return say(feed.SourceArchive, "a page that holds a list of dated posts")
		}
		return say(feed.SourceHub, "the page calls itself one article")
	case list.posts && list.size() >= 2 && (list.dated() || next || v.isHome() || v.isBlogPath()):
		return say(feed.SourceArchive, "repeated posts")
	case list.heads && !next && !v.isHome() && !v.isBlogPath() && v.isBesideHub(c):
		return say(feed.SourceHub, "a text that links more than the list beside it")
	case list.heads && (list.dated() || next || v.isBlogPath()):
		return say(feed.SourceArchive, "repeated headings with dates or further pages")
	case c.hub.numbered():
		return say(feed.SourceHub, "the stories are numbered")
	case list.falls():
		return say(feed.SourceArchive, "a list whose dates fall")
	case next && list.size() >= minRepeat && list.dated():
		return say(feed.SourceArchive, "a dated list with further pages")
	}
	return say(feed.SourceHub, "links in the page's order, without falling dates or further pages")
}

// isBesideHub reports that the list stands outside of the text of the page and
// is short beside what the text links: the latest stories, below every page.
func (v *view) isBesideHub(c class) bool {
	if c.hub.body == nil || c.hub.strong < 2*c.list.size() || c.hub.strong < strongGroup {
		return false
	}
	span := v.spanOf(c.hub.body)
	return !slices.ContainsFunc(c.list.at, func(a *anchor) bool { return span[0] <= a.index && a.index < span[1] })
}

func (v *view) isHome() bool { return v.url.Path == "/" || v.url.Path == "" }

// blogPaths are the last parts of the addresses at which sites list their
// posts, newest first.
var blogPaths = []string{"blog", "weblog", "posts", "articles", "archive", "archives", "news", "journal", "log", "writing", "all"}

func (v *view) isBlogPath() bool {
	last := strings.ToLower(path.Base(v.url.Path))
	return slices.Contains(blogPaths, strings.TrimSuffix(last, path.Ext(last))) || unwantedPath(v.url) == "taxonomy"
}

// numbered reports that the stories of a hub page carry numbers that rise.
func (h hub) numbered() bool {
	up, down := partSteps(h.links, h.parts)
	return up+1 >= strongGroup && down == 0
}

// emptiness says, for people, why a page may hold no links.
func (v *view) emptiness() string {
	if v.isShell() {
		return "the page is an empty shell that a script fills in a browser"
	}
	links := fmt.Sprintf("%d links", len(v.anchors))
	if len(v.anchors) == 1 {
		links = "1 link"
	}
	return links + " on the page, and none in its text to a page of this site that could be a story"
}

// shellLetters is less text than a page with a list of posts has.
const shellLetters = 400

// isShell reports that a script fills the page in a browser.
func (v *view) isShell() bool {
	return v.letters < shellLetters && v.doc.Find("script").Length() > 0 && len(v.anchors) < minRepeat
}
