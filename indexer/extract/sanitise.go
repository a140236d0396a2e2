package extract

import (
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// maxPasses bounds the search for a form that sanitising leaves alone.
// Parsed markup is stable after one or two; crafted markup may never be.
const maxPasses = 6

// Sanitise reduces foreign HTML to what may stand in a feed and on a page of
// ours. Allowed are paragraphs, headings, lists, quotations, code, tables,
// figures with pictures and the usual inline elements; of attributes links,
// picture sources, sizes, table spans, dates, and "language-…" as a class of
// code. No ids or names (they could shadow a page's variables), no styles, no
// forms, no frames, no scripts; addresses are http, https or, in links,
// mailto, and absolute. Links carry no rel: what they would need it for is set
// once, by the Referrer-Policy and the absence of target.
//
// It is idempotent, its result parses to itself, and it has no characters
// that XML 1.0 forbids. It is safe for concurrent use.
func Sanitise(s string) string {
	root, err := parseBody(s)
	if err != nil {
		return escape(stripTags(s))
	}
	arrange(root)
	out := filter(render(root))
	if out == s {
		return s
	}
	out, _ = settle(out)
	return out
}

// settle looks for a form of filtered markup that parsing, arranging and
// rendering leave alone, and returns it with its tree. The filter works on
// tokens and so must only ever see what the parser has put in order; what it
// leaves out may order the rest anew.
func settle(out string) (string, *xhtml.Node) {
	for range maxPasses {
		root, err := parseBody(out)
		if err != nil {
			break
		}
		arrange(root)
		again := render(root)
		if again == out {
			return out, root
		}
		out = filter(again)
	}
	text := escape(stripTags(out))
	root, err := parseBody(text)
	if err != nil {
		return "", element(atom.Body)
	}
	return text, root
}

func filter(s string) string { return feed.CleanText(policy().Sanitize(feed.CleanText(s))) }

// parseBody parses a fragment into a <body> that is nobody's child.
func parseBody(s string) (*xhtml.Node, error) {
	nodes, err := parseFragment(s)
	if err != nil {
		return nil, err
	}
	return element(atom.Body, nodes...), nil
}

func parseFragment(s string) ([]*xhtml.Node, error) {
	return xhtml.ParseFragment(strings.NewReader(s), &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body})
}

// render writes an arranged body, a block to a line.
func render(root *xhtml.Node) string {
	var b strings.Builder
	b.Grow(markupSize(root))
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		_ = xhtml.Render(&b, c) // writing to a strings.Builder does not fail, and arranged trees have no void elements with children
	}
	return b.String()
}

// markupSize is about what a tree takes when it is written, so that the
// writing need not make room again and again.
func markupSize(n *xhtml.Node) int {
	size := len(n.Data)
	if n.Type == xhtml.ElementNode {
		size = 2*size + 6
	}
	for _, a := range n.Attr {
		size += len(a.Key) + len(a.Val) + 4
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		size += markupSize(c)
	}
	return size
}

// stripTags is the text of HTML that can't be parsed: nested too deep.
func stripTags(s string) string {
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(s))
	skip := 0
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return strings.Join(strings.Fields(feed.CleanText(b.String())), " ")
		case xhtml.StartTagToken:
			if isRawName(z) {
				skip++
			}
			b.WriteByte(' ')
		case xhtml.EndTagToken:
			if isRawName(z) && skip > 0 {
				skip--
			}
		case xhtml.TextToken:
			if skip == 0 {
				b.Write(z.Text())
			}
		}
	}
}

func isRawName(z *xhtml.Tokenizer) bool {
	name, _ := z.TagName()
	switch string(name) {
	case "script", "style", "template", "noscript", "iframe", "svg", "math", "title", "textarea", "xmp":
		return true
	}
	return false
}

// escape makes a paragraph of a text.
func escape(s string) string {
	if s = strings.TrimSpace(html.UnescapeString(s)); s == "" {
		return ""
	}
	p := element(atom.P, textNode(feed.CleanText(s)))
	return render(element(atom.Body, p))
}

// policy is the filter's rules; it does not change after it was made.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "wbr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
		"blockquote", "pre", "code", "kbd", "samp", "var", "em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark",
		"abbr", "cite", "dfn", "q", "time", "bdi", "ruby", "rt", "rp", "figure", "figcaption",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowAttrs("href").Matching(regexp.MustCompile(`(?i)^\s*(?:https?://[^/\s]|mailto:[^\s]+@)`)).OnElements("a")
	p.AllowAttrs("cite").Matching(regexp.MustCompile(`^https?://`)).OnElements("blockquote", "q", "del", "ins")
	p.AllowAttrs("title").OnElements("a", "abbr", "dfn")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^https?://`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	small := regexp.MustCompile(`^[0-9]{1,5}$`)
	p.AllowAttrs("width", "height").Matching(small).OnElements("img")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[0-9]{1,3}$`)).OnElements("td", "th")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(?:row|col|rowgroup|colgroup)$`)).OnElements("th")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^-?[0-9]{1,6}$`)).OnElements("ol")
	p.AllowAttrs("reversed").Matching(regexp.MustCompile(`^$|^reversed$`)).OnElements("ol")
	p.AllowAttrs("value").Matching(regexp.MustCompile(`^-?[0-9]{1,6}$`)).OnElements("li")
	p.AllowAttrs("datetime").Matching(regexp.MustCompile(`^[0-9TZ:+ .-]{4,40}$`)).OnElements("time", "del", "ins")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[A-Za-z0-9+#.-]{1,20}$`)).OnElements("code")
	return p
})
