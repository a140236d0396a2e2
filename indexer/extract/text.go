package extract

import (
	"math/bits"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Text is the text of a body as people read it: paragraphs separated by an
// empty line, an item of a list on its own line behind "-" or its number,
// the cells of a row between " | ", code as it stands. Pictures leave only
// their captions. It takes what [Sanitise] returns; of other HTML it shows
// what Sanitise would leave.
func Text(body string) string {
	root, err := parseBody(body)
	if err != nil {
		return feed.CleanText(stripTags(body))
	}
	arrange(root)
	return feed.CleanText(textOf(root, len(body)))
}

// textOf is the text of an arranged body that takes so many bytes as markup.
func textOf(root *html.Node, room int) string {
	var b strings.Builder
	b.Grow(room)
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		s := strings.TrimRight(blockText(c, 0), " \n")
		if strings.TrimSpace(s) == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(s)
	}
	return b.String()
}

// maxIndent is how many levels of lists are indented: what is nested deeper is
// no list, and to indent each line again for each level never ends.
const maxIndent = 10

// blockText is the text of a block in that many lists.
func blockText(n *html.Node, level int) string {
	switch n.DataAtom {
	case atom.Pre:
		return rawInnerText(n)
	case atom.Ul, atom.Ol:
		return listText(n, level)
	case atom.Table:
		return tableText(n, level)
	case atom.Blockquote, atom.Figure, atom.Dl, atom.Li, atom.Dd, atom.Dt, atom.Td, atom.Th, atom.Figcaption, atom.Caption:
		return partsText(n, level)
	}
	return inlineText(n)
}

// partsText joins the blocks and the inline runs of an element.
func partsText(n *html.Node, level int) string {
	var parts []string
	run := ""
	flush := func() {
		if s := strings.TrimSpace(run); s != "" {
			parts = append(parts, s)
		}
		run = ""
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isBlock(c) {
			flush()
			if s := blockText(c, level); strings.TrimSpace(s) != "" {
				parts = append(parts, s)
			}
			continue
		}
		run += inlineText(c)
	}
	flush()
	joint := "\n\n"
	if n.DataAtom == atom.Dl || n.DataAtom == atom.Li {
		joint = "\n"
	}
	return strings.Join(parts, joint)
}

func listText(n *html.Node, level int) string {
	number := 1
	if start, err := strconv.Atoi(attr(n, "start")); err == nil {
		number = start
	}
	var lines []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !isElement(c, atom.Li) {
			continue
		}
		mark := "- "
		if n.DataAtom == atom.Ol {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		if s := partsText(c, level+1); s != "" {
			if level < maxIndent {
				s = strings.ReplaceAll(s, "\n", "\n  ")
			}
			lines = append(lines, mark+s)
		}
	}
	return strings.Join(lines, "\n")
}

func tableText(n *html.Node, level int) string {
	var lines []string
	walk(n, func(c *html.Node) bool {
		switch {
		case isElement(c, atom.Caption):
			lines = append(lines, partsText(c, level))
			return false
		case isElement(c, atom.Tr):
			var cells []string
			for k := c.FirstChild; k != nil; k = k.NextSibling {
				if k.Type == html.ElementNode {
					cells = append(cells, strings.Join(strings.Fields(partsText(k, level)), " "))
				}
			}
			lines = append(lines, strings.Join(cells, " | "))
			return false
		}
		return true
	})
	return strings.Join(lines, "\n")
}

// inlineText is the text of inline content, with line breaks where <br> are.
func inlineText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if c := n.FirstChild; c != nil && c == n.LastChild && c.Type == html.TextNode && isBlock(n) && strings.IndexByte(c.Data, '\n') < 0 {
		return strings.TrimSpace(c.Data)
	}
	var b strings.Builder
	appendInlineText(&b, n)
	if !isBlock(n) {
		return b.String()
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.Trim(lines[i], " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func appendInlineText(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	} else if isElement(n, atom.Br) {
		b.WriteByte('\n')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		appendInlineText(b, c)
	}
}

// CountWords counts the words of a text. Scripts written without blanks are
// counted by character.
func CountWords(s string) int {
	n := 0
	in := 0   // 1 within a word
	each := 0 // up to where bytes are looked at one by one
	for i := 0; i < len(s); {
		if i >= each && len(s)-i >= 8 {
			w := eight(s[i:])
			if letters := lettersOrDigitsIn(w); w&highBits == 0 && letters|spaceIn(w) == highBits {
				n += bits.OnesCount64(letters &^ (letters<<8 | uint64(in)<<7))
				in = int(letters >> 63)
				i += 8
				continue
			}
			each = i + 8
		}
		if c := s[i]; c < utf8.RuneSelf {
			k := int(wordBytes[c])
			n += k & 1 &^ in
			in = k&1 | k>>1&in
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r > unicode.MaxLatin1 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			n++
			in = 0
		case unicode.IsSpace(r):
			in = 0
		case in == 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			n++
			in = 1
		}
	}
	return n
}

// wordBytes are the ASCII characters: 1 is part of a word, 0 a blank, 2 neither,
// which ends no word.
var wordBytes = func() (kinds [utf8.RuneSelf]byte) {
	for c := range kinds {
		switch c := byte(c); {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9':
			kinds[c] = 1
		case !isSpace(c):
			kinds[c] = 2
		}
	}
	return kinds
}()
