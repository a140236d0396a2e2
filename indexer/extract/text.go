package extract

import (
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
	return textOf(root)
}

// textOf is the text of an arranged body.
func textOf(root *html.Node) string {
	var parts []string
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		if s := strings.TrimRight(blockText(c, 0), " \n"); strings.TrimSpace(s) != "" {
			parts = append(parts, s)
		}
	}
	return feed.CleanText(strings.Join(parts, "\n\n"))
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
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		} else if isElement(c, atom.Br) {
			b.WriteByte('\n')
		}
		return true
	})
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.Trim(lines[i], " ")
	}
	if n.Type == html.TextNode || !isBlock(n) {
		return b.String()
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// CountWords counts the words of a text. Scripts written without blanks are
// counted by character.
func CountWords(s string) int {
	n := 0
	in := false
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			switch c := byte(r); {
			case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9':
				if !in {
					n++
					in = true
				}
			case c == ' ', '\t' <= c && c <= '\r':
				in = false
			}
		case r > unicode.MaxLatin1 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			n++
			in = false
		case unicode.IsSpace(r):
			in = false
		case !in && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			n++
			in = true
		}
	}
	return n
}
