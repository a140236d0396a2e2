package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
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
		{"json-ld", true, func(bool) []string { return d.linkedAuthors(false) }},
		{"element", true, d.markedAuthors},
		{"meta", false, func(bool) []string { return d.metaAuthors() }},
		{"byline", true, func(bool) []string { return d.bylineAuthors(lines) }},
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

// defaultAuthor is whom generators name in meta tags until somebody changes it.
// People of that name are shown to readers, too.
const defaultAuthor = "John Doe"

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

// markedAuthors are the names in elements around the story that are marked
// as its author: first by vocabulary, then by the usual class names.
func (d *document) markedAuthors(roles bool) []string {
	groups := []func(*html.Node) bool{
		func(n *html.Node) bool {
			return hasToken(n, "itemprop", "author") || hasToken(n, "rel", "author") || named(n, "p-author")
		},
		func(n *html.Node) bool {
			return anyName(n, func(s string) bool { return authorNames[s] })
		},
		func(n *html.Node) bool {
			return anyName(n, func(s string) bool { return bylineNames[s] })
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
		return hasToken(c, "itemprop", "name") || anyName(c, func(s string) bool { return s == "fn" || s == "p-name" || authorNames[s] })
	})
	if len(inner) == 0 {
		inner = find(n, func(c *html.Node) bool { return hasToken(c, "rel", "author") || isAuthorPath(attr(c, "href")) })
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
	return mentions(href, authorStems) && authorPath.MatchString(href)
}

// authorStems are what authorPath can't do without, in lower case.
var authorStems = []string{"aut", "writer", "contributor", "people", "profile", "/@"}

// bylineAuthors are the names in the lines around the title: the first line
// that names anybody decides. What links to a tag or category is taken for a
// name only where the line introduces it as one.
func (d *document) bylineAuthors(lines []byline) []string {
	var filed map[string]bool
	for _, l := range lines {
		names := namesIn(l.text, false)
		if len(names) > 0 && !byWords.MatchString(l.text) {
			if filed == nil {
				filed = d.filedUnder()
			}
			names = slices.DeleteFunc(names, func(s string) bool { return filed[fold(s)] })
		}
		if len(names) > 0 {
			return names
		}
	}
	return nil
}

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

// byWords introduce an author, in several languages.
var byWords = regexp.MustCompile(`(?i)(?:^|[\s|·•–—,(\-])(?:(?:guest\s+post|post|article|story|words|text|written|posted|published|submitted|contributed|reported|composed|geschrieben|verfasst|veröffentlicht|publié|écrit|publicado|escrito|scritto|geplaatst|skrevet|skriven)\s+)?(?:by|von|par|por|di|da|door|av|af|przez|автор:?|author:|autor(?:in)?:|auteur\s*:|autore:|text:|words:|von:|by:)\s+|(?:^|[\s|·])(?:作者|文|撰文|著者|執筆)\s*[:：]\s*`)

var nameEnd = regexp.MustCompile(`(?i)\s+(?:on|in|at|am|um|le|el|il|den|op|under|unter|dans|en|for|für|updated|published|posted|last|•|·)\s|\s[|·•–—\-/]\s|\s*[|·•]|\s{2,}|\n|:\s|\s*[,]?\s*\d`)

// namesIn reads authors out of a line. A trusted line is known to be about
// authors; any other one must say "by", or hold a date and beside it what
// looks like a name.
func namesIn(line string, trusted bool) []string {
	line = feed.CleanLine(line)
	if len(line) > 300 {
		return nil
	}
	if strings.Contains(line, "://") {
		line = webAddress.ReplaceAllString(line, " ") // with its own day, perhaps
	}
	dates := findDates(line, "en-GB") // where the date stands matters, not which day it is
	if loc := byWords.FindStringIndex(line); loc != nil && (trusted || loc[0] == 0 || len(dates) > 0 || isMetaWords(line[:loc[0]])) {
		rest := line[loc[1]:]
		if s := findDates(rest, "en-GB"); len(s) > 0 && s[0].start > 0 {
			rest = rest[:s[0].start]
		}
		if part := roleMark.FindStringIndex(rest); part != nil && part[0] > 0 {
			rest = rest[:part[0]] // another role's names follow
		}
		if names := splitNames(cutName(rest)); allNames(names) {
			return names
		}
	}
	if len(dates) == 0 {
		if trusted {
			return splitNames(cutName(line))
		}
		return nil
	}
	// "Name, Tuesday, 6 January 2026", "22 January 2026 · 7 min · Name"
	var parts []string
	at := 0
	for _, s := range dates {
		parts = append(parts, metaSeparator.Split(line[at:s.start], -1)...)
		at = s.end
	}
	parts = append(parts, metaSeparator.Split(line[at:], -1)...)
	for _, p := range parts {
		if p = strings.TrimSpace(p); strings.HasSuffix(p, ":") {
			continue // what follows has this name
		}
		p = strings.Trim(p, " ,.;:-–—|")
		if names := splitNames(p); !isMetaWords(p) && allNames(names) {
			return names
		}
	}
	return nil
}

var webAddress = regexp.MustCompile(`https?://\S+`)

// roleMark begins the names of those who did something else than write.
var roleMark = regexp.MustCompile(`(?i)[;,·|]?\s*\b(?:photos?|photography|photographs|photographer|pictures|images|illustrations?|video|fotos?|bilder|fotografie|ilustraci[oó]n(?:es)?|fotograf[ií]as?)(?:\s+by\s+|\s*:)`)

var metaSeparator = regexp.MustCompile(`\s*[|·•/–—]\s*|\s-\s|\s{2,}|,\s*$|^\s*,`)

// nameAside is what follows a name in brackets.
var nameAside = regexp.MustCompile(`\s*[(\[]([^)\]]*)[)\]]?`)

// cutName ends a name where something else begins. Brackets stay when they
// hold the name in another script.
func cutName(s string) string {
	if m := nameAside.FindStringSubmatchIndex(s); m != nil && !looksLikeName(s[m[2]:m[3]]) {
		s = s[:m[0]]
	}
	if loc := nameEnd.FindStringIndex(s); loc != nil {
		s = s[:loc[0]]
	}
	return strings.Trim(s, " ,.;:–—|-")
}

var nameJoint = regexp.MustCompile(`(?i)\s*;\s*|\s+(?:and|und|et|y|e|og|och|en|i|&|with|mit|\+)\s+|\s*,\s*(?:and|und|et|y|&)\s+`)

var nameSuffix = regexp.MustCompile(`(?i)^(jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|mba|esq|msc|rn|cpa)\.?$`)

// splitNames parts "A, B and C"; a comma parts names only where each part
// could be a full one, so "Jane Roe, PhD" and "Roe, Jane" stay whole.
func splitNames(s string) []string {
	var out []string
	for _, part := range nameJoint.Split(s, maxAuthors) {
		pieces := strings.Split(part, ",")
		full := func(p string) bool { return len(strings.Fields(p)) >= 2 }
		if len(pieces) > 1 && !slices.ContainsFunc(pieces, func(p string) bool { return !full(p) }) {
			out = append(out, pieces...)
			continue
		}
		if len(pieces) == 2 && nameSuffix.MatchString(strings.TrimSpace(pieces[1])) {
			out = append(out, part)
			continue
		}
		if len(pieces) > 1 && full(pieces[0]) {
			part = pieces[0] // a title or a place follows
		}
		out = append(out, part)
	}
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// particles are the parts of names that are written small.
var particles = wordSet("de da do dos das du des del della di van von der den ten ter zu zur la le el al bin ibn bint y e af av")

// noNameStart are the words with which the other parts of a byline begin.
var noNameStart = wordSet("in on at posted published written updated by the from filed category categories tags tagged comments share")

// allNames reports whether each of the texts, and at least one, looks like
// the name of a person: few words, each with a capital where the script has
// capitals.
func allNames(list []string) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(s string) bool { return !looksLikeName(s) })
}

func looksLikeName(s string) bool {
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields) > 5 || len([]rune(s)) > maxNameRunes || noNameStart[strings.ToLower(fields[0])] {
		return false
	}
	capitals := 0
	for _, f := range fields {
		r := []rune(strings.TrimLeft(f, `"“'‘(`))
		switch {
		case len(r) == 0:
			return false
		case !unicode.IsLetter(r[0]):
			return false
		case unicode.IsUpper(r[0]), !unicode.IsLower(r[0]): // Han, Arabic … have no case
			capitals++
		case !particles[strings.ToLower(f)] && !strings.HasPrefix(f, "d’") && !strings.HasPrefix(f, "d'"):
			return false
		}
		if strings.ContainsAny(f, "0123456789@/:?!=<>#") {
			return false
		}
	}
	return capitals > 0
}

// acceptNames cleans names and drops what is no person: addresses, the site
// itself, placeholders and, unless they may stay, roles.
func (d *document) acceptNames(list []string, roles bool) []string {
	var out []string
	for _, s := range list {
		if noName.MatchString(strings.TrimSpace(s)) { // "Author Name", which cleaning would halve
			continue
		}
		s = cleanName(s)
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

var nameStart = regexp.MustCompile(`(?i)^(?:(?:view all )?posts?\s+by|all posts by|written by|posted by|published by|by|von|par|por|author:?|autor:?|about)\s+|^(?:作者|文|撰文|著者|執筆)\s*[:：]\s*`)

func cleanName(s string) string {
	s = decodeOnce(s)
	s = nameStart.ReplaceAllString(s, "")
	s = strings.TrimSpace(strings.TrimLeft(s, "@—–- "))
	return strings.TrimRight(s, " ,;:|·•–—-")
}

// isStaff reports whether a name is that of the site's own people.
func (d *document) isStaff(s string) bool {
	m := staff.FindStringSubmatch(s)
	return m != nil && (d.isSite(m[1]) || d.isHostName(m[1]))
}

var staff = regexp.MustCompile(`(?i)^(?:the\s+)?(.+?)\s+(?:(?:editorial\s+)?(?:team|staff)|editors)$`)

var (
	// noName are whole names that programs and templates leave. People are
	// called Jane Doe, too.
	noName = regexp.MustCompile(`(?i)^(the\s+)?(admin(istrator)?|(site|super) ?admin(istrator)?|.* admin|root|web ?master|user\d*|wordpress|blogger|anonymous|anonym|unknown|unbekannt|undefined|null|none|n/?a|default|test|author|autor|guest( author| writer| post)?|your name|jekyll|site author|author name|first ?name last ?name|uncategorized)$`)

	// roleName are whole names that stand for nobody in particular. Press, Owner
	// and Staff are surnames as well.
	roleName = regexp.MustCompile(`(?i)^((the\s+)?(editors?|editor in chief|editorial( team| staff| board)?|staff( writer| reporter)?|team|redaktion|redaktion .*|redacci[oó]n|r[eé]daction|contributor|moderator|owner|support|info|news ?desk|press|marketing( team)?|.* (team|editors))|the .* staff)$`)
)

// isPerson reports whether a text can be the name of a person.
func isPerson(s string) bool { return isName(s) && !roleName.MatchString(s) }

// isName reports whether a text can be the name of a person or a role.
func isName(s string) bool {
	runes := []rune(s)
	if len(runes) < 2 || len(runes) > maxNameRunes || len(strings.Fields(s)) > maxNameWords || noName.MatchString(s) {
		return false
	}
	if strings.Contains(s, "@") || strings.Contains(s, "://") || strings.HasPrefix(s, "www.") || strings.ContainsAny(s, "<>{}[]=/\\") {
		return false
	}
	letters := 0
	for _, r := range runes {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters >= 2 && letters*2 >= len(runes) && len(findDates(s, "en-GB")) == 0
}
