package discover

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/indexer/extract"
)

// Authors stand beside the links of a list as dates do. A list says that it
// names them by a word ("by Ann Lee"), by its markup, or, on a contents page, by
// a full name beside each title and nothing else. Subtitles, sections and places
// may look like names one by one; hardly all of a list.
const (
	fewestNamed = 4 // entries that name somebody by the name alone, for the list to be believed
	fewestSaid  = 2 // entries that say who wrote them
)

// authors finds the authors of every link of the group; nil: the list names
// nobody.
func (g *group) authors() [][]string {
	said, bare := make([][]string, len(g.anchors)), make([][]string, len(g.anchors))
	saying, named, other := 0, 0, 0
	distinct := map[string]bool{}
	for i, a := range g.anchors {
		b := g.authorBeside(a)
		switch {
		case b.Introduced:
			saying++
			said[i] = b.Names
		case len(b.Names) > 0:
			named++
			bare[i] = b.Names
			distinct[strings.Join(b.Names, ", ")] = true
		case !b.Nobody:
			other++
		}
	}
	switch {
	case saying >= fewestSaid:
		return said
	case named >= fewestNamed && named >= 3*other && 2*len(distinct) > named:
		return bare
	}
	return nil
}

// authorBeside reads the lines of a link's own block and, if these name nobody,
// of the blocks behind it.
func (g *group) authorBeside(a *anchor) extract.Beside {
	n := g.block(a)
	l := besideLines{a: a, budget: maxNodes}
	l.scan(n)
	l.end()
	if b := l.author(); b.Introduced || len(l.lines) > 0 {
		return b
	}
	for i, s := 0, n.NextSibling; s != nil && i < maxBeside && g.inside(s) == 0; i, s = i+1, s.NextSibling {
		if isHeading(s.DataAtom) || g.v.massOf(s) > 4*shortText {
			break
		}
		l.scan(s)
		if s.Type == html.ElementNode && isBlock(s.DataAtom) {
			l.end()
		}
	}
	l.end()
	return l.author()
}

// besideLines are the lines of a list's entry without its link.
type besideLines struct {
	a      *anchor
	lines  []string
	marked []string // what the page calls the author
	text   strings.Builder
	budget int
}

func (l *besideLines) scan(n *html.Node) {
	if l.budget--; l.budget < 0 {
		return
	}
	switch {
	case n.Type == html.TextNode:
		l.text.WriteString(n.Data)
		return
	case n.Type == html.ElementNode && (skipped(n.DataAtom) || isHeading(n.DataAtom)), n == l.a.node && !l.a.blocks:
		l.end()
		return
	case isAuthorName(n):
		l.marked = append(l.marked, nodeText(n))
	case n.DataAtom == atom.A && n != l.a.node && attr(n, "href") == attr(l.a.node, "href"):
		return // "read on"
	}
	breaks := n.Type == html.ElementNode && (isBlock(n.DataAtom) || n.DataAtom == atom.Br || n.DataAtom == atom.Td)
	if breaks {
		l.end()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l.scan(c)
	}
	if breaks {
		l.end()
	}
}

// end ends a line.
func (l *besideLines) end() {
	if line := line1(l.text.String()); strings.ContainsFunc(line, unicode.IsLetter) && line != l.a.text {
		l.lines = append(l.lines, line)
	}
	l.text.Reset()
}

// author is what the lines say: the surest, and a bare name only where no other
// line says anything but the date.
func (l *besideLines) author() extract.Beside {
	for _, text := range l.marked {
		if b := extract.NamesBeside(text, true); b.Introduced {
			return b
		}
	}
	var bare extract.Beside
	others := 0
	for _, line := range l.lines {
		b := extract.NamesBeside(line, false)
		switch {
		case b.Introduced:
			return b
		case len(b.Names) > 0 || b.Nobody:
			bare = b
			others++
		case findDate(line, l.a.year).isZero():
			others++
		}
	}
	if others != 1 {
		return extract.Beside{}
	}
	return bare
}

// isAuthorName reports that an element's class or property calls it the author.
func isAuthorName(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "itemprop" && a.Key != "rel" || len(a.Val) > 200 {
			continue
		}
		if slices.ContainsFunc(strings.Fields(a.Val), func(token string) bool {
			return slices.ContainsFunc(nameParts(token), func(part string) bool {
				switch part {
				case "author", "authors", "byline", "autor", "auteur", "autore", "writer":
					return true
				}
				return false
			})
		}) {
			return true
		}
	}
	return false
}
