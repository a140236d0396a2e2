package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// lineNumbers are the usual names of what counts the lines of a listing.
var lineNumbers = wordSet("lineno linenos line-number line-numbers linenodiv gutter ln lnt blob-num line-numbers-rows code-line-number hljs-ln-numbers rouge-gutter lineno-container")

// fixCode turns listings as highlighters write them into plain <pre><code>:
// line numbers go, breaks become line ends, the language is kept as the
// class "language-…".
func fixCode(body *html.Node) {
	for _, t := range findTags(body, atom.Table) {
		if pre := listing(t); pre != nil {
			replace(listingRoot(t), pre)
		}
	}
	for _, pre := range findTags(body, atom.Pre) {
		lang := languageOf(pre)
		code := codeText(pre)
		for c := pre.FirstChild; c != nil; c = pre.FirstChild {
			pre.RemoveChild(c)
		}
		inner := element(atom.Code, textNode(code))
		if lang != "" {
			setAttr(inner, "class", "language-"+lang)
		}
		pre.Attr = nil
		pre.AppendChild(inner)
	}
}

// listing makes one <pre> of a table with line numbers in one column and
// code in the other; nil for any other table.
func listing(t *html.Node) *html.Node {
	var lines []string
	numbered := false
	for _, tr := range findTags(t, atom.Tr) {
		cells := find(tr, func(n *html.Node) bool { return isElement(n, atom.Td, atom.Th) })
		if len(cells) != 2 {
			return nil
		}
		counter := strings.Trim(rawInnerText(cells[0]), "0123456789 \n\t\r") == ""
		named := anyName(cells[0], func(s string) bool { return lineNumbers[s] || strings.HasPrefix(s, "lnt") })
		if !counter || !named && firstTag(cells[1], atom.Pre, atom.Code) == nil {
			return nil
		}
		numbered = true
		source := cells[1]
		if pre := firstTag(source, atom.Pre); pre != nil {
			source = pre
		}
		lines = append(lines, strings.TrimSuffix(codeText(source), "\n"))
	}
	if !numbered {
		return nil
	}
	code := element(atom.Code, textNode(strings.Join(lines, "\n")))
	lang := languageOf(t)
	for _, c := range findTags(t, atom.Code) {
		if lang == "" {
			lang = languageOf(c)
		}
	}
	if lang != "" {
		setAttr(code, "class", "language-"+lang)
	}
	return element(atom.Pre, code)
}

// listingRoot is what the new <pre> takes the place of: also a <pre> around
// the table, which some highlighters write.
func listingRoot(t *html.Node) *html.Node {
	if p := closest(t, func(n *html.Node) bool { return isElement(n, atom.Pre) }); p != nil {
		return p
	}
	return t
}

func rawInnerText(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		return true
	})
	return b.String()
}

// codeText is a listing's text with its white space exact.
func codeText(n *html.Node) string {
	var b strings.Builder
	var visit func(*html.Node)
	visit = func(c *html.Node) {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
			return
		case isElement(c, atom.Br):
			b.WriteByte('\n')
			return
		case isElement(c, atom.Button, atom.Script, atom.Style, atom.Svg), c != n && isLineNumber(c):
			return
		}
		if c != n && isElement(c, atom.Div, atom.P, atom.Tr, atom.Li) && b.Len() > 0 && !strings.HasSuffix(b.String()[max(0, b.Len()-1):], "\n") {
			b.WriteByte('\n')
		}
		for k := c.FirstChild; k != nil; k = k.NextSibling {
			visit(k)
		}
	}
	visit(n)
	return strings.ReplaceAll(strings.Trim(b.String(), "\n\r"), "\r\n", "\n")
}

func isLineNumber(n *html.Node) bool {
	return n.Type == html.ElementNode && anyName(n, func(s string) bool { return lineNumbers[s] })
}

var (
	languageClass = regexp.MustCompile(`(?:^|\s)(?:language|lang|highlight-source|brush:|sourceCode)[-\s]*([A-Za-z][A-Za-z0-9+#.-]{0,19})`)
	figureClass   = regexp.MustCompile(`^highlight\s+([a-z][a-z0-9+#-]{0,19})$`)
	noLanguage    = wordSet("none text plain plaintext txt nohighlight code wrap table")
)

// languageOf is the language that a listing, its code or what is around it
// is marked with.
func languageOf(n *html.Node) string {
	look := func(c *html.Node) string {
		if c == nil || c.Type != html.ElementNode {
			return ""
		}
		for _, s := range []string{attr(c, "class"), attr(c, "data-lang"), attr(c, "data-language")} {
			if m := languageClass.FindStringSubmatch(s); m != nil && !noLanguage[strings.ToLower(m[1])] {
				return strings.ToLower(m[1])
			}
			if m := figureClass.FindStringSubmatch(s); m != nil && isElement(c, atom.Figure) && !noLanguage[m[1]] {
				return m[1]
			}
		}
		return ""
	}
	if lang := look(firstTag(n, atom.Code)); lang != "" {
		return lang
	}
	for p, depth := n, 0; p != nil && depth < 4; p, depth = p.Parent, depth+1 {
		if lang := look(p); lang != "" {
			return lang
		}
	}
	return ""
}

// preBlock keeps a <pre>: its text exact, in a <code> if it had one.
func preBlock(n *html.Node) *html.Node {
	text := codeText(n)
	if strings.TrimSpace(text) == "" {
		return nil
	}
	code := firstTag(n, atom.Code)
	if code == nil {
		return element(atom.Pre, textNode(text))
	}
	inner := element(atom.Code, textNode(text))
	inner.Attr = slices.Clone(code.Attr)
	return element(atom.Pre, inner)
}
