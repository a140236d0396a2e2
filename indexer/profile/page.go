package profile

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// page is a sample looked at once.
type page struct {
	Sample
	body  *html.Node
	lang  string
	title string
	metas map[string][]string // at most maxMany of each name
	ld    linked

	elems []elem             // of the body, in document order
	at    map[*html.Node]int // index of each
	words []uint64           // hashes of the body's words
	known map[uint64]bool    // sequences of the known text
	text  string             // known text, folded, between blanks

	classes map[string]bool // "tag.class" of the stable classes on it
	tags    map[uint64]bool // paths of tags
	lines   map[uint64]bool // short texts
}

// elem is an element of a page. Its words are words[from:to], its
// descendants the elements up to end.
type elem struct {
	n        *html.Node
	from, to int
	end      int
}

// newPage looks at a sample, or returns nil if there is nothing to learn from.
func newPage(s Sample) *page {
	if s.Doc == nil {
		return nil
	}
	p := &page{
		Sample: s, metas: map[string][]string{}, at: map[*html.Node]int{}, known: map[uint64]bool{},
		classes: map[string]bool{}, tags: map[uint64]bool{}, lines: map[uint64]bool{},
	}
	var scripts []string
	head(s.Doc, func(n *html.Node) {
		switch n.DataAtom {
		case atom.Html:
			p.lang, _ = attr(n, "lang")
		case atom.Title:
			if p.title == "" && n.Namespace == "" {
				p.title = feed.OneLine(textOf(n, maxValue))
			}
		case atom.Meta:
			addMeta(p.metas, n)
		case atom.Script:
			if isLD(n) {
				scripts = append(scripts, n.FirstChild.Data)
			}
		case atom.Body:
			if p.body == nil {
				p.body = n
			}
		}
	})
	if p.body == nil {
		return nil
	}
	p.ld = readLinked(scripts)
	p.index(p.body, fnvOffset, 0)
	for _, sh := range shingles(appendWords(nil, s.Known.Text)) {
		p.known[sh] = true
	}
	p.text = " " + feed.Fold(s.Known.Text) + " "
	return p
}

// head visits every element that may stand in a head, wherever it does.
func head(doc *html.Node, visit func(*html.Node)) {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			visit(n)
		}
	}
}

func addMeta(metas map[string][]string, n *html.Node) {
	content, ok := attr(n, "content")
	if !ok || strings.TrimSpace(content) == "" {
		return
	}
	for _, key := range metaKeys {
		if name, ok := attr(n, key); ok {
			name = strings.ToLower(strings.TrimSpace(name))
			if len(metas[name]) < maxMany {
				metas[name] = append(metas[name], feed.OneLine(clip(content, maxValue)))
			}
		}
	}
}

// metaKeys are the attributes that name what a <meta> says.
var metaKeys = [...]string{"property", "name", "itemprop"}

func isLD(n *html.Node) bool {
	t, _ := attr(n, "type")
	return n.FirstChild != nil && strings.Contains(strings.ToLower(t), "ld+json")
}

// maxValue is how many bytes of a text are looked at as a value.
const maxValue = 2 << 10

// index lists the elements and words of a body.
func (p *page) index(n *html.Node, tags uint64, depth int) {
	i := len(p.elems)
	p.elems = append(p.elems, elem{n: n, from: len(p.words)})
	p.at[n] = i
	for _, class := range classesOf(n) {
		p.classes[n.Data+"."+class] = true
	}
	if tags = tagPath(tags, n, depth); tags != 0 {
		p.tags[tags] = true
	}
	if !isUnread(n) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.Type {
			case html.TextNode:
				p.words = appendWords(p.words, c.Data)
				if h := lineHash(c.Data); h != 0 {
					p.lines[h] = true
				}
			case html.ElementNode:
				p.index(c, tags, depth+1)
			}
		}
	}
	p.elems[i].to, p.elems[i].end = len(p.words), len(p.elems)
}

// maxDepth is how deep the paths of tags go that belong to a shape: deeper
// ones are the stories' own.
const maxDepth = 7

// tagPath is the hash of the tags down to n, 0 where it does not belong to a
// shape.
func tagPath(parent uint64, n *html.Node, depth int) uint64 {
	if parent == 0 || depth > maxDepth {
		return 0
	}
	switch n.DataAtom {
	case atom.Body, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav, atom.Table, atom.Tbody,
		atom.Tr, atom.Td, atom.Center, atom.H1, atom.H2, atom.Ul, atom.Ol, atom.Form, atom.Time, atom.Address, atom.Hr, 0:
		return hashString(hashString(parent, n.Data), ">")
	}
	return 0
}

const maxLine = 80 // bytes of a text that may be a line of header or footer

// lineHash is the fingerprint of a short text, 0 of any other.
func lineHash(s string) uint64 {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:] // most texts are an indent
	}
	s = strings.TrimSpace(s)
	if len(s) < 3 || len(s) > maxLine {
		return 0
	}
	return hashString(fnvOffset, s)
}
