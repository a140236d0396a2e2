package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxAuthors   = 20
	maxNameRunes = 60
	maxNameWords = 6
)

// authors walks the cascade: JSON-LD, elements that are marked as author
// beside the story, meta tags, the text of the byline. Where no person is
// found, a role such as "Editorial team" stands in if the page names it as
// the author explicitly; programs fill meta tags on their own.
func (d *document) authors(lines []byline) (names []string, source string) {
	steps := []struct {
		source   string
		explicit bool
		names    func(roles bool) []string
	}{
		{"byline", false, func(bool) []string { return guestAuthors(lines) }},
		{"json-ld", true, func(bool) []string { return d.linkedAuthors(false) }},
		{"element", true, d.markedAuthors},
		{"meta", false, func(bool) []string { return d.metaAuthors() }},
		{"byline", true, func(bool) []string { return d.bylineAuthors(lines) }},
		{"element", false, func(bool) []string { return portraitAuthors(lines) }},
		{"element", false, func(bool) []string { return d.asideAuthors() }},
		{"json-ld", false, func(bool) []string { return d.linkedAuthors(true) }},
	}
	for _, roles := range []bool{false, true} {
		for _, step := range steps {
			if roles && !step.explicit {
				continue
			}
			if names := d.acceptNames(step.names(roles), roles); len(names) > 0 {
				return names, step.source
			}
		}
	}
	return nil, ""
}

// linkedAuthors are the story's authors by JSON-LD: people, or else any
// organisation that is not the site.
func (d *document) linkedAuthors(organisations bool) []string {
	var out []string
	for _, a := range append(d.ld.resolve(d.article["author"]), d.ld.resolve(d.article["creator"])...) {
		if a.is("Organization") == organisations {
			out = append(out, a.str("name"))
		}
	}
	return out
}

// defaultAuthor is whom one generator names until somebody changes it: all its
// themes show him then. On other pages the name counts where readers see it,
// for people are called so, too.
const (
	defaultAuthor    = "John Doe"
	defaultGenerator = "hexo"
)

// isDefault reports whether a name is the one that the page's generator came with.
func (d *document) isDefault(name string) bool {
	return strings.EqualFold(name, defaultAuthor) && strings.HasPrefix(strings.ToLower(d.meta("generator")), defaultGenerator)
}

func (d *document) metaAuthors() []string {
	var out []string
	for _, name := range []string{"author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl"} {
		for _, content := range d.metaAll(name) {
			if s := decodeOnce(content); !strings.EqualFold(s, defaultAuthor) || strings.Contains(rawText(d.body), s) {
				out = append(out, s)
			}
		}
		if len(d.acceptNames(out, false)) > 0 {
			break
		}
	}
	return out
}

// authorNames are the usual names of elements that hold an author and
// nothing else, byline names of those that may hold a date, too.
var (
	authorNames = wordSet("p-author author author-name authorname post-author entry-author article-author wp-block-post-author-name " +
		"wp-block-post-author-name-link wp-block-post-author-name__link wp-block-post-author-name-name avatar-name author-link byline-name post-author-name blog-author fn posted-by author-card-name article-byline-author")
	bylineNames = wordSet("byline by-line entry-byline post-byline article-byline vcard by-author post-by")
)

func isAuthorName(s string) bool { return authorNames[s] || strings.HasSuffix(s, "-author-name") }

func isBylineName(s string) bool {
	return bylineNames[s] || strings.HasPrefix(s, "byline-") || strings.HasSuffix(s, "-byline")
}

// markedAuthors are the names in elements around the story that are marked
// as its author: first by vocabulary, then by the usual class names.
func (d *document) markedAuthors(roles bool) []string {
	groups := []func(*html.Node) bool{
		func(n *html.Node) bool {
			return hasToken(n, "itemprop", "author") || hasToken(n, "rel", "author") || named(n, "p-author")
		},
		func(n *html.Node) bool {
			return anyName(n, isAuthorName)
		},
		func(n *html.Node) bool {
			return anyName(n, isBylineName)
		},
		func(n *html.Node) bool { return n.DataAtom == atom.A && isAuthorPath(attr(n, "href")) },
	}
	for _, marked := range groups {
		var out []string
		found := d.aroundStory(marked)
		for _, n := range found[:min(len(found), maxAuthors)] {
			out = append(out, authorIn(n)...)
		}
		if len(d.acceptNames(out, roles)) > 0 {
			return out
		}
	}
	return nil
}

// aroundStory lists elements of the story's scope that stand outside its
// body, or around the heading within it. A content that was not found by name
// may hold the byline anywhere.
func (d *document) aroundStory(ok func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	var head *html.Node
	if d.themed {
		head = d.headBlock()
	}
	walk(d.scope, func(n *html.Node) bool {
		if d.themed && (n == d.content && head == nil || n.Parent == d.content && n != head) {
			return false
		}
		if n.Type == html.ElementNode && n != d.scope && ok(n) {
			out = append(out, n)
			return false
		}
		return true
	})
	return out
}

// headBlock is the block at the beginning of the content that holds the
// heading and little else, or nil.
func (d *document) headBlock() *html.Node {
	if d.heading == nil || d.heading == d.content || !inside(d.heading, d.content) {
		return nil
	}
	head := d.heading
	for head.Parent != d.content {
		head = head.Parent
	}
	if head == d.heading || isLonger(head, maxTitleBytes+maxByline) {
		return nil
	}
	return head
}

// authorIn reads the names out of an element marked as author: those that
// are marked as name within it, or its text.
func authorIn(n *html.Node) []string {
	if content := attr(n, "content"); content != "" {
		return []string{content}
	}
	inner := find(n, func(c *html.Node) bool {
		return hasToken(c, "itemprop", "name") || anyName(c, func(s string) bool { return s == "fn" || s == "p-name" || s == "name" || isAuthorName(s) })
	})
	if len(inner) == 0 {
		inner = find(n, func(c *html.Node) bool {
			return hasToken(c, "rel", "author") || isAuthorPath(attr(c, "href")) || profilePath.MatchString(attr(c, "href"))
		})
	}
	var out []string
	inner = inner[:min(len(inner), maxAuthors)]
	for _, c := range inner {
		if attr(c, "content") != "" {
			out = append(out, attr(c, "content"))
		} else if firstOf(c, inner) {
			out = append(out, namesIn(lineText(c), true)...)
		}
	}
	if len(out) > 0 {
		return out
	}
	return namesIn(separatedText(n), true)
}

// firstOf reports whether no other of the nodes is within n: the innermost
// element has the name alone.
func firstOf(n *html.Node, nodes []*html.Node) bool {
	return !slices.ContainsFunc(nodes, func(o *html.Node) bool { return o != n && inside(o, n) })
}

var authorPath = regexp.MustCompile(`(?i)/(authors?|autor|auteur|writers?|contributors?|people|profile)/[^/]+/?$|[?&]author=|^/@[^/]+/?$`)

func isAuthorPath(href string) bool {
	return authorStems.anywhere(href) && authorPath.MatchString(href)
}

// profilePath is somebody's page at a host for many blogs; elsewhere than in a
// byline it may be anybody's.
var profilePath = regexp.MustCompile(`^https?://[^/]+/@[^/]+/?$`)

// authorStems are what authorPath can't do without, in lower case.
var authorStems = phrasesOf([]string{"aut", "writer", "contributor", "people", "profile", "/@"})

// bylineAuthors are the names in the lines around the title: the first line
// that names anybody decides. What links to a tag or category is taken for a
// name only where the line introduces it as one.
func (d *document) bylineAuthors(lines []byline) []string {
	var filed map[string]bool
	for _, l := range lines {
		names := namesIn(l.text, false)
		if len(names) == 0 {
			d.account = cmp.Or(d.account, accountIn(l.text))
		}
		if len(names) > 0 && !saysBy(l.text) {
			if filed == nil {
				filed = d.filedUnder()
			}
			names = slices.DeleteFunc(names, func(s string) bool { return allFiled(s, filed) })
		}
		if len(names) > 0 {
			return names
		}
	}
	return nil
}

// accountIn is the account that a line names in the place of an author, which
// is no name of a person: "by admin".
func accountIn(line string) string {
	loc := findBy(line)
	if loc == nil || len(line) > maxByline {
		return ""
	}
	if name := cutName(line[loc[1]:]); isPlaceholder(name) {
		return name
	}
	return ""
}

// guestAuthors are those of whom a line says that they wrote for somebody
// else's blog: the engine names who posted it.
func guestAuthors(lines []byline) []string {
	for _, l := range lines {
		if !guestStems.anywhere(l.text) {
			continue
		}
		loc := guestWords.FindStringIndex(l.text)
		if loc == nil || loc[0] > maxGuestStart {
			continue
		}
		rest := l.text[loc[1]:]
		if end := sentenceEnd.FindStringSubmatchIndex(rest); end != nil {
			rest = rest[:max(end[2], end[4])]
		}
		if names := splitNames(cutName(rest)); allNames(names) {
			return names
		}
	}
	return nil
}

const maxGuestStart = 60 // bytes of a line before it speaks of a guest

// sentenceEnd is a full stop behind a word, not behind an initial.
var sentenceEnd = regexp.MustCompile(`\p{L}{3}([.!])|(\s)(?:who|whose|which|der|die|qui|que|che)\s`)

// asideAuthors are the names in the one element of the page's side columns
// that is named as the authors of this post. A column with several such
// elements tells of other posts.
func (d *document) asideAuthors() []string {
	var found *html.Node
	for _, column := range d.columns {
		several := false
		walk(column, func(n *html.Node) bool {
			if n.Type != html.ElementNode || !anyName(n, isPostAuthors) {
				return !several
			}
			several = several || found != nil
			found = n
			return false
		})
		if several {
			return nil
		}
	}
	if found == nil {
		return nil
	}
	// Each author may be a card of name, picture and office.
	cards := find(found, func(c *html.Node) bool { return c.Parent == found })
	if len(cards) < 2 || slices.ContainsFunc(cards, func(c *html.Node) bool { return c.Data != cards[0].Data || attr(c, "class") != attr(cards[0], "class") }) {
		return authorIn(found)
	}
	var out []string
	for _, c := range cards[:min(len(cards), maxAuthors)] {
		out = append(out, authorIn(c)...)
	}
	return out
}

var postAuthors = regexp.MustCompile(`^(?:[a-z]+-)?(?:post|entry|article|story)-authors?$`)

func isPostAuthors(name string) bool { return postAuthors.MatchString(name) }

// filedUnder are the texts, folded, of links around the story to tags and
// categories.
func (d *document) filedUnder() map[string]bool {
	out := map[string]bool{}
	for _, a := range d.aroundStory(func(n *html.Node) bool { return n.DataAtom == atom.A }) {
		if d.linkKind(a) != "" {
			out[fold(lineText(a))] = true
		}
	}
	return out
}

// allFiled reports whether a text is a tag, or consists of tags.
func allFiled(s string, filed map[string]bool) bool {
	return filed[fold(s)] || !slices.ContainsFunc(strings.Split(s, ","), func(part string) bool { return !filed[fold(part)] })
}

// acceptNames cleans names and drops what is no person: addresses, the site
// itself, placeholders and, unless they may stay, roles.
func (d *document) acceptNames(list []string, roles bool) []string {
	var out []string
	for _, s := range list {
		whole := strings.TrimSpace(s)
		s = cleanName(s)
		if isPlaceholder(s) || s != whole && isPlaceholder(whole) || d.isDefault(s) { // "Author Name", which cleaning would halve
			d.account = cmp.Or(d.account, whole)
			continue
		}
		if !isName(s) || !roles && !isPerson(s) || d.isStaff(s) || d.isSite(s) && !d.isOwner(s) || d.isHostName(s) && !strings.Contains(s, " ") {
			continue
		}
		if !slices.ContainsFunc(out, func(o string) bool { return fold(o) == fold(s) }) && len(out) < maxAuthors {
			out = append(out, s)
		}
	}
	return out
}

// isOwner reports whether a name that is also the site's is a person's: the
// page declares a person of that name, and it looks like one.
func (d *document) isOwner(s string) bool {
	if !looksLikeName(s) || len(strings.Fields(s)) < 2 {
		return false
	}
	return slices.ContainsFunc(d.ld.resolve(d.article["author"]), func(a ldNode) bool { return a.is("Person") && fold(a.str("name")) == fold(s) })
}

// isStaff reports whether a name is that of the site's own people.
func (d *document) isStaff(s string) bool {
	if !endsIn(s, "team") && !endsIn(s, "staff") && !endsIn(s, "editors") {
		return false
	}
	m := staff.FindStringSubmatch(s)
	return m != nil && (d.isSite(m[1]) || d.isHostName(m[1]))
}

var staff = regexp.MustCompile(`(?i)^(?:the\s+)?(.+?)\s+(?:(?:editorial\s+)?(?:team|staff)|editors)$`)
