package render

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/indexer/state"
)

// Limits, in words of text, of a page that is an empty shell.
const (
	fewWords  = 40  // beside its menus: less than any story and any list has
	someWords = 120 // where other pages of the host were drawn
)

// isShell reports whether a page shows little but holds scripts that may fill
// it: few words and no picture, and neither a password nor a puzzle asked for,
// nor state that can be read without running anything. A page of a known host
// may have somewhat more on it.
func isShell(body []byte, known bool) bool {
	limit := fewWords
	if known {
		limit = someWords
	}
	if holdsWords(body, limit) {
		return false
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return false
	}
	s := outline{}
	s.walk(root, false)
	return s.scripts > 0 && s.words < limit && !s.password && !s.refresh && !s.puzzle && (s.images == 0 || s.mount) && (s.mount || s.plea || s.words < fewWords/4) &&
		!state.Read(body).Tells()
}

// holdsWords reports whether a page has so many words outside of its menus. It
// reads no further than that, so that ordinary pages cost next to nothing.
func holdsWords(body []byte, limit int) bool {
	z := html.NewTokenizer(bytes.NewReader(body))
	words, aside := 0, 0
	for words < limit {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.TextToken:
			if aside == 0 {
				words += countWords(string(z.Text()))
			}
		case html.StartTagToken:
			if name, _ := z.TagName(); besides[atom.Lookup(name)] {
				aside++
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); besides[atom.Lookup(name)] {
				aside = max(0, aside-1)
			}
		}
	}
	return true
}

// besides are the elements whose text is none of the page's own.
var besides = map[atom.Atom]bool{
	atom.Title: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Iframe: true,
	atom.Select: true, atom.Textarea: true, atom.Nav: true, atom.Header: true, atom.Footer: true, atom.Aside: true, atom.Button: true,
}

// outline is what a page consists of.
type outline struct {
	words    int  // outside of menus
	scripts  int  // that may draw something
	images   int  // outside of menus
	mount    bool // an element without text that scripts may fill
	plea     bool // to switch scripts on
	password bool // a form that asks for one
	refresh  bool // the page sends its readers on by itself
	puzzle   bool // to prove that one is no robot, which we are
}

func (s *outline) walk(n *html.Node, aside bool) {
	switch n.Type {
	case html.TextNode:
		if !aside {
			s.words += countWords(n.Data)
		}
		return
	case html.ElementNode:
		if s.element(n) {
			return
		}
		switch n.DataAtom {
		case atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Button:
			aside = true
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, aside)
	}
}

// element looks at one element and reports whether what is in it is of no
// interest.
func (s *outline) element(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script:
		s.script(n)
		return true
	case atom.Noscript:
		s.plea = s.plea || strings.Contains(strings.ToLower(rawText(n)), "javascript")
		return true
	case atom.Title, atom.Style, atom.Template, atom.Svg, atom.Iframe, atom.Select, atom.Textarea:
		return true
	case atom.Img, atom.Picture, atom.Video:
		s.images++
	case atom.Input:
		s.password = s.password || attr(n, "type") == "password"
	case atom.Meta:
		s.refresh = s.refresh || strings.EqualFold(attr(n, "http-equiv"), "refresh")
	case atom.Div, atom.Main, atom.Section, atom.Article:
		class := attr(n, "class")
		s.puzzle = s.puzzle || strings.Contains(class, "g-recaptcha") || strings.Contains(class, "h-captcha") || strings.Contains(class, "cf-turnstile")
		s.mount = s.mount || n.DataAtom == atom.Div && attr(n, "id") != "" && empty(n) || n.DataAtom == atom.Main && empty(n)
	default:
		// An element of the page's own making that holds nothing yet.
		s.mount = s.mount || strings.Contains(n.Data, "-") && empty(n)
	}
	return false
}

// script tells programs from data. A program of a few bytes counts what is
// counted on every page, visitors above all, and draws nothing.
func (s *outline) script(n *html.Node) {
	const leastProgram = 200
	kind := strings.ToLower(attr(n, "type"))
	text := rawText(n)
	switch {
	case strings.Contains(kind, "json"):
	case attr(n, "src") != "", kind == "module":
		s.scripts++
	case strings.Contains(text, "__NUXT__") || strings.Contains(text, "__next_f") || strings.Contains(text, "_STATE__"):
		s.scripts++
	case len(text) >= leastProgram || strings.Contains(text, "fetch(") || strings.Contains(text, "import(") || strings.Contains(text, "location"):
		s.scripts++
	}
}

// empty reports whether an element shows nothing.
func empty(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) != "":
			return false
		case c.Type == html.ElementNode && (c.DataAtom == atom.Img || c.DataAtom == atom.A || !empty(c)):
			return false
		}
	}
	return true
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		} else {
			b.WriteString(rawText(c))
		}
	}
	return b.String()
}

// countWords counts runs of letters; where words are written without spaces a
// few letters count as one.
func countWords(s string) int {
	n, in := 0, false
	for _, r := range s {
		switch letter := unicode.IsLetter(r) || unicode.IsDigit(r); {
		case letter && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			n++
			in = false
		case letter && !in:
			n++
			in = true
		case !letter && r != '\'' && r != '’' && r != '-':
			in = false
		}
	}
	return n
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
