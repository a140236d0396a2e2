package profile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shingle is how many words a sequence has by which texts are compared.
const shingle = 4

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hashString is FNV-1a: stored hashes must mean the same in every process.
func hashString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

func hashRune(h uint64, r rune) uint64 {
	for ; r > 0; r >>= 8 {
		h = (h ^ uint64(r&0xff)) * fnvPrime
	}
	return h
}

// appendWords appends the hashes of the words of s: runs of letters and
// digits in lower case, and each character of the scripts written without
// blanks. Numbers are no words, for the numbers of a list's items stand in a
// text, but not in its page.
func appendWords(words []uint64, s string) []uint64 {
	h, letters := uint64(fnvOffset), false
	in := false
	flush := func() {
		if in && letters {
			words = append(words, h)
		}
		h, letters, in = fnvOffset, false, false
	}
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && ('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'):
			h = hashRune(h, r|0x20)
			in, letters = true, true
		case '0' <= r && r <= '9':
			h = hashRune(h, r)
			in = true
		case r < utf8.RuneSelf || r == '’' || r == '‘' || r == '\u00ad' || unicode.Is(unicode.Mn, r):
			// Apostrophes do not part a word: pages write them in several ways.
			if r != '\'' && r < utf8.RuneSelf {
				flush()
			}
		case r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			flush()
			words = append(words, hashRune(fnvOffset, r))
		case unicode.IsLetter(r):
			h = hashRune(h, unicode.ToLower(r))
			in, letters = true, true
		case unicode.IsDigit(r):
			h = hashRune(h, r)
			in = true
		default:
			flush()
		}
	}
	flush()
	return words
}

// shingles are the hashes of the sequences of words; a text of fewer words is
// one sequence.
func shingles(words []uint64) []uint64 {
	if len(words) == 0 {
		return nil
	}
	if len(words) < shingle {
		return []uint64{sequence(words)}
	}
	out := make([]uint64, 0, len(words))
	for i := 0; i+shingle <= len(words); i++ {
		out = append(out, sequence(words[i:i+shingle]))
	}
	return out
}

func sequence(words []uint64) uint64 {
	h := uint64(fnvOffset)
	for _, w := range words {
		h = (h ^ w) * fnvPrime
		h ^= h >> 29
	}
	return h
}

// short cuts a text to what is shown to a person.
func short(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	i := most
	for i > 0 && !utf8.RuneStart(s[i]) {
		i--
	}
	return s[:i] + "…"
}

// textOf is all text below n that readers may see, at most limit bytes.
func textOf(n *html.Node, limit int) string {
	if n.Type == html.ElementNode && n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode && !isUnread(n) {
		return clip(n.FirstChild.Data, limit)
	}
	var b strings.Builder
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if b.Len() > limit {
			return
		}
		switch n.Type {
		case html.TextNode:
			b.WriteString(clip(n.Data, limit))
		case html.ElementNode, html.DocumentNode:
			if isUnread(n) {
				return
			}
			if n.DataAtom == atom.Br || isBlock(n) {
				b.WriteByte(' ')
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				visit(c)
			}
			if isBlock(n) {
				b.WriteByte(' ')
			}
		}
	}
	visit(n)
	return b.String()
}

func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}

// isUnread reports whether an element's text is not for readers.
func isUnread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Textarea, atom.Select:
		return n.Type == html.ElementNode
	}
	return false
}

// isBlock reports whether an element stands on lines of its own.
func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details, atom.Div, atom.Dl, atom.Dt,
		atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Header, atom.Hr, atom.Li, atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Table, atom.Tbody, atom.Td,
		atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul:
		return true
	}
	return false
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}
