package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// byline is a short line near the story's title or at an edge of its body.
type byline struct {
	text string
	node *html.Node // the first text node of the line

	below bool // it stands below the title, or first in the body
}

const (
	maxByline   = 240 // bytes of a line that may be a byline
	linesAbove  = 3   // lines before the heading that may belong to it (some themes put the date there)
	linesBelow  = 8   // and after it
	linesInBody = 3   // at the beginning of the body
	linesAtEnd  = 2   // at its end
	linesAfter  = 8   // after the body, where themes put "Published … By …"
)

// bylines lists the lines that may name author and date, the likeliest
// first: after the heading, before it, after the body, at the body's end.
func (d *document) bylines() []byline {
	all := d.linesAround()
	at := d.headingLine(all)
	var after, before, behind, end []byline
	inBody, seenBody := 0, false
	var bodyLines []byline
	for i, l := range all {
		if inBody > 0 && i > at && len(l.text) <= maxAnnouncement && isTalkHeading(l.text) {
			break // what follows has authors and dates of its own
		}
		if seenBody && len(l.text) <= maxAnnouncement && !inside(l.node, d.content) && isOtherStories(l.text) {
			break // so have the stories after this one
		}
		if len(l.text) <= maxByline && isSaying(l.text) {
			continue
		}
		in := inside(l.node, d.content)
		short := len(l.text) <= maxByline
		switch {
		case in:
			seenBody = true
			bodyLines = append(bodyLines, l)
			if i < at && short && at-i <= linesAbove {
				before = append(before, l)
			}
			if i > at && inBody < linesInBody {
				inBody++
				if short && !d.isQuoted(l) {
					after = append(after, l)
				}
			}
		case seenBody:
			if short && len(behind) < linesAfter && !d.isCard(l) {
				behind = append(behind, l)
			}
		case i < at:
			if short && at-i <= linesAbove {
				before = append(before, l)
			}
		case i > at && short && len(after) < linesBelow:
			after = append(after, l)
		}
	}
	for i := range after {
		after[i].below = true
	}
	for _, l := range bodyLines[max(0, len(bodyLines)-linesAtEnd):] {
		if len(l.text) <= maxByline && !d.isQuoted(l) {
			end = append(end, l)
		}
	}
	return slices.Concat(after, before, behind, end)
}

// otherStories begins a list of other stories.
var otherStories = regexp.MustCompile(`(?i)^(?:related|read (?:next|more|also)|(?:keep|continue|further) reading|(?:up )?next|more (?:from|posts?|articles?|stories|to read|like this|on)\b.*|(?:recent|latest|popular|other|similar|recommended|featured|trending|related) (?:posts?|articles?|stor(?:y|ies)|reads?|reading)|recommended(?: for you)?|you (?:may|might) (?:also )?(?:like|enjoy).*|` +
	`(?:weitere|ähnliche|verwandte|mehr|neueste) (?:beiträge|artikel)|weiterlesen|(?:autres|derniers) articles|articles (?:similaires|liés|récents)|à lire (?:aussi|ensuite)|(?:artículos|entradas|posts) (?:relacionad[oa]s|recientes)|sigue leyendo|(?:articoli|post) (?:correlati|recenti)|(?:artigos|posts) (?:relacionados|recentes)|leia também|(?:gerelateerde|meer) (?:berichten|artikelen)|相关文章|関連記事|похожие записи|читайте также)\s*[:…→»]*$`)

// otherHeads are what otherStories begins with.
var otherHeads = phrasesOf([]string{
	"related", "read ", "keep ", "continue ", "further ", "up next", "next", "more ", "recent", "latest", "popular", "other ", "similar", "recommended", "featured", "trending", "you ",
	"weiter", "ähnliche", "verwandte", "mehr ", "neueste", "autres", "derniers", "articles", "à lire", "artículos", "entradas", "post", "sigue", "articoli", "artigos", "leia",
	"gerelateerde", "meer ", "相关", "関連", "похожие", "читайте", "Читайте",
})

// isOtherStories reports whether a line is the heading of other stories.
func isOtherStories(line string) bool {
	return otherHeads.begin(line) && otherStories.MatchString(line)
}

// isCard reports whether a line stands in a link to another page that holds
// more lines than this one, as cards of other stories do: it tells of those.
func (d *document) isCard(l byline) bool {
	a := closest(l.node, func(n *html.Node) bool { return n.DataAtom == atom.A && attr(n, "href") != "" })
	if a == nil || inside(a, d.content) {
		return false
	}
	target := d.absolute(attr(a, "href"))
	return target != "" && feed.URLKey(target) != feed.URLKey(d.url.String()) && len(linesOf(a)) > 1
}

// linesAround are the lines of the story with what stands around it, read once.
func (d *document) linesAround() []byline {
	if d.scopeLines == nil {
		d.scopeLines = linesOf(d.scope)
	}
	return d.scopeLines
}

// isQuoted reports whether a line of the body is somebody else's word, such as
// a message shown there with its own author and day.
func (d *document) isQuoted(l byline) bool {
	q := closest(l.node, func(n *html.Node) bool { return n == d.content || isElement(n, atom.Blockquote, atom.Q) })
	return q != nil && q != d.content
}

// isSaying reports whether a line tells who said what follows: "Ann, 6 May 2001:".
func isSaying(line string) bool {
	if !strings.Contains(line, ":") || !hasDigit(line) {
		return false
	}
	return slices.ContainsFunc(findDates(line, "en-GB"), func(s spot) bool {
		rest := strings.TrimLeft(line[s.end:], " )]")
		return s.start > 0 && strings.HasPrefix(rest, ":") && !saysUpdated(line[:s.start]) && !saysBy(line[:s.start])
	})
}

// headingLine is the index of the line that is the title, or -1.
func (d *document) headingLine(lines []byline) int {
	for i, l := range lines {
		if d.heading != nil && inside(l.node, d.heading) {
			return i
		}
	}
	if d.heading == nil {
		title, _ := d.findTitle()
		title = fold(title)
		for i, l := range lines {
			if len(l.text) <= maxByline+4*len(title) && mayFoldTo(l.text, title) && fold(l.text) == title {
				return i
			}
		}
	}
	return -1
}

// linesOf is the text below n as a reader sees it line by line: blocks and
// line breaks end a line.
func linesOf(n *html.Node) []byline {
	var out []byline
	var b strings.Builder
	var start *html.Node
	add := func(text string, node *html.Node) {
		if s := feed.CleanLine(text); s != "" {
			out = append(out, byline{text: s, node: node})
		}
	}
	flush := func() {
		add(b.String(), start)
		b.Reset()
		start = nil
	}
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			if start == nil && strings.TrimSpace(n.Data) != "" {
				start = n
			}
			b.WriteString(n.Data)
			return
		case isElement(n, atom.Script, atom.Style, atom.Noscript, atom.Svg, atom.Template, atom.Pre):
			return
		case isElement(n, atom.Br):
			flush()
			return
		}
		block := isBlock(n) && !isInlineItem(n)
		if block {
			flush()
			if c := n.FirstChild; c != nil && c == n.LastChild && c.Type == html.TextNode {
				add(c.Data, c)
				return
			}
		} else if adjoins(n) {
			b.WriteString(" · ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
		if block {
			flush()
		}
	}
	visit(n)
	flush()
	return out
}

// isInlineItem: byline parts are often items of one list, which readers see
// as one line; without the list's name nobody can tell.
func isInlineItem(n *html.Node) bool {
	return n.DataAtom == atom.Li && n.Parent != nil && anyName(n.Parent, isMetaName)
}

// adjoins reports whether an inline element follows another one without a
// blank: CSS shows them apart, the text alone would not.
func adjoins(n *html.Node) bool {
	p := n.PrevSibling
	return n.Type == html.ElementNode && p != nil && p.Type == html.ElementNode && isElement(n, atom.Span, atom.Time, atom.A, atom.Small, atom.Address, atom.Li) &&
		!isElement(p, atom.Img, atom.Br)
}

// separatedText is an element's text with its lines and adjoining parts kept
// apart.
func separatedText(n *html.Node) string {
	var parts []string
	for _, l := range linesOf(n) {
		parts = append(parts, l.text)
	}
	return strings.Join(parts, " · ")
}

var (
	readingTime = regexp.MustCompile(`(?i)\b(?:~\s*)?(?:\d+|one|two|three|five|less than a|a)[\s-]*(?:min(?:ute)?s?|minuten|分钟)\.?(?:\s+(?:read(?:ing)?(?:\s+time)?|lesezeit|de lecture|de lectura|di lettura|leestijd))?\b|(?:reading time|lesezeit|read time)\s*:?\s*\d+\s*\S*`)
	countWords  = regexp.MustCompile(`(?i)\b(?:\d+|no|one|keine)\s+(?:comments?|kommentare?|repl(?:y|ies)|responses?|views?|likes?|shares?|words)\b`)
)

// isMetaWords reports whether a text consists of nothing but such words,
// numbers and marks.
func isMetaWords(s string) bool {
	s = readingTime.ReplaceAllString(s, " ")
	s = countWords.ReplaceAllString(s, " ")
	for _, w := range words(s) {
		if w.n < 0 && runeKind([]rune(w.text)[0]) == 2 && !metaWord[w.text] && !weekdays[w.text] {
			return false
		}
	}
	return true
}

// mayCount tells cheaply that neither readingTime nor countWords is in a line:
// both have a word that begins so.
func mayCount(line string) bool { return countStems.anywhere(line) }

var countStems = phrasesOf([]string{"min", "分钟", "time", "zeit", "comment", "kommentar", "repl", "response", "view", "like", "share", "word"})

// isMetaLine reports whether a line of the body is about the story instead
// of part of it: author, date, reading time, number of comments. A line
// without any of these never is.
func isMetaLine(line string, authors []string) bool {
	if len(line) > maxByline || line == "" {
		return false
	}
	rest, told := line, false
	if mayCount(rest) && (readingTime.MatchString(rest) || countWords.MatchString(rest)) {
		told = true
	}
	spots := findDates(rest, "en-GB")
	if len(spots) == 0 {
		spots = findMonths(rest)
	}
	for _, s := range slices.Backward(spots) {
		rest = rest[:s.start] + " " + rest[s.end:]
		told = true
	}
	for _, a := range authors {
		if i := strings.Index(rest, a); i >= 0 {
			rest = rest[:i] + " " + rest[i+len(a):]
			told = told || saysBy(" "+line+" ") || strings.Trim(rest, " .,:–—-") == ""
		}
	}
	return told && isMetaWords(rest)
}
