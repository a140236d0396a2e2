package discover

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
)

// Of a page that is one story.
const (
	storyWords = 120 // fewer is no story that anybody would name as a source
	proseLinks = 80  // words of text for each link in it: more, and the links are asides
	manyAsides = 6   // so many links are a list told in prose, unless the text is long
)

// readStory looks at a page that may be one story: a part of a series whose
// other parts it leads to, or one story only. It reports whether the page has
// been dealt with.
func (w *walk) readStory(v *view, k class, p *Page) (bool, error) {
	before := w.source.Kind
	if before != feed.SourceUnknown && before != feed.SourceChain {
		return false, nil
	}
	if done, err := w.readWalked(v, k); done || err != nil {
		return done, err
	}
	// What the page is as a list is known by now; its text is dear to find.
	if before == feed.SourceUnknown && (v.isListOnly() || v.listsInside(k) || v.surelyList(k)) {
		return false, nil
	}
	s, err := w.extracted(p)
	if err != nil || s.Words < storyWords || before == feed.SourceUnknown && !v.maySingle(s) {
		return false, nil
	}
	w.describe(v)
	if done, err := w.readChain(v); done || err != nil {
		return done, err
	}
	if before == feed.SourceChain || !v.isAside(s, k) {
		return false, nil
	}
	return true, &NoSource{
		Kind: TroubleSingle, Reason: fmt.Sprintf("is one story of %d words, %q, and leads to no others", s.Words, s.Title),
		Tried:  []string{"links to a next or previous part: none", "a list of the parts of its series: none"},
		Better: v.better(),
	}
}

// maySingle reports that a page can be one story: it says so, or it is dated,
// or it is one of the parts that it lists.
func (v *view) maySingle(s extract.Story) bool {
	return !v.isListOnly() && (isSingle(v.meta) || !s.Published.IsZero() || v.ownPart() > 0 || len(v.seriesBox()) > 0)
}

// isListOnly reports that a page is no story, by its own word or its place.
func (v *view) isListOnly() bool {
	return isListing(v.meta) || v.url.Path == "/" || v.url.Path == ""
}

// telling is what a page tells as a story.
type telling struct {
	page  *Page
	story extract.Story
	err   error
}

// extracted reads a page as a story, once.
func (w *walk) extracted(p *Page) (extract.Story, error) {
	if w.told == nil || w.told.page != p {
		s, err := extract.Extract(extract.Page{URL: p.FinalURL, Header: p.Header, HTML: p.Body})
		w.told = &telling{p, s, err}
	}
	return w.told.story, w.told.err
}

// surelyList reports that a page which does not call itself one story links a
// further page of its list, or has the address of a list: the text of its posts
// is shown, and the first of their dates is none of the page.
func (v *view) surelyList(k class) bool {
	return k.kind == feed.SourceArchive && !isSingle(v.meta) && k.list.size() >= minRepeat && (v.hasNext() || v.isBlogPath())
}

// listsInside reports that the page's text is a list of stories: it is a hub
// page, though the list stands in an article with a date. A list of the parts
// of its own series is none.
func (v *view) listsInside(k class) bool {
	if len(v.seriesBox()) > 0 {
		return false
	}
	text := v.storyText()
	if text == nil {
		return k.kind == feed.SourceArchive || k.hub.listed >= strongGroup
	}
	inside := 0
	as := k.list.at
	if k.kind == feed.SourceHub {
		if k.hub.listed < strongGroup {
			return false
		}
		as = k.hub.at
	}
	for _, a := range as {
		if within(a.node, text) {
			inside++
		}
	}
	return inside >= minRepeat || inside > 0 && 2*inside >= len(as)
}

// isAside reports that what the page links is said in passing: few links for
// so long a text.
func (v *view) isAside(s extract.Story, k class) bool {
	if k.kind == feed.SourceArchive {
		return true // its list stands outside the text, see listsInside
	}
	text, n := v.storyText(), 0
	for _, a := range k.hub.at {
		if text == nil || within(a.node, text) {
			n++
		}
	}
	if n >= manyAsides {
		return s.Words >= 3*proseLinks*n
	}
	return s.Words >= proseLinks*n
}

// storyText is the element that holds the page's one story: an article around
// its title, or what the engine calls the text of a post; nil: there is none.
func (v *view) storyText() *html.Node {
	for _, h := range titleHeadings(v) {
		for n := h.Parent; n != nil; n = n.Parent {
			if n.DataAtom == atom.Article {
				return n
			}
		}
	}
	var best *html.Node
	for _, n := range v.doc.Find(bodySelectors[0] + ", " + bodySelectors[1]).Nodes {
		if !v.isCut(n) && (best == nil || v.weightOf(n) > v.weightOf(best)) {
			best = n
		}
	}
	return best
}

func within(n, outer *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// maxBetter keeps advice short.
const maxBetter = 5

// better lists pages that a page links and that list stories, likeliest
// first: the series, its categories and tags, the blog, its feed.
func (v *view) better() []Better {
	ranks := [4][]Better{}
	seen := map[string]bool{}
	for _, a := range v.anchors {
		rank, what := v.listRank(a)
		if rank < 0 || seen[a.key] || a.key == feed.URLKey(v.url.String()) {
			continue
		}
		seen[a.key] = true
		ranks[rank] = append(ranks[rank], Better{URL: a.url, What: what})
	}
	list := slices.Concat(ranks[:]...)
	list = list[:min(len(list), maxBetter)]
	if f := v.meta.feedURL; f != "" {
		list = append(list, Better{URL: f, What: "the site's feed"})
	}
	return list
}

// listRank says how likely a link leads to a list of stories; -1: it does not.
func (v *view) listRank(a *anchor) (int, string) {
	if a.url == "" || a.text == "" || len(a.text) > shortText {
		return -1, ""
	}
	switch name := fmt.Sprintf("%q", a.text); {
	case a.reason == "" && a.cut != "comments" && seriesWord.MatchString(a.label()):
		return 0, "what it calls its series, " + name
	case a.reason == "taxonomy" && authorPages.MatchString(a.url):
		return 2, "the posts by " + a.text
	case a.reason == "taxonomy" && strings.Contains(a.url, "/tag"), a.reason == "taxonomy" && slices.Contains(a.rel, "tag") && !strings.Contains(a.url, "categor"):
		return 2, "the tag " + name
	case a.reason == "taxonomy" && a.cut != "sidebar":
		return 1, "the category " + name
	case a.reason == homePage:
		return 3, "the home page"
	case a.reason == "page of the site, not a story" && isBlogName(a.url):
		return 2, "the list of posts, " + name
	}
	return -1, ""
}

var authorPages = regexp.MustCompile(`(?i)/(?:authors?|autor(?:en)?|auteurs?|writers?|contributors?)/`)

func isBlogName(address string) bool {
	last := strings.ToLower(strings.TrimSuffix(address, "/"))
	return slices.Contains([]string{"blog", "archive", "archives", "posts"}, last[strings.LastIndexByte(last, '/')+1:])
}
