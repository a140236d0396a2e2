package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainTagNames are the names of elements that hold one tag each.
var plainTagNames = wordSet("tag tags post-tag entry-tag article-tag blog-tag tag-item tag-name post-tags-item")

// plainTags are the tags around the story that lead nowhere: the short parts of
// elements that are named as tags are and hold no link.
func (d *document) plainTags() []string {
	var out []string
	for _, n := range d.aroundStory(func(n *html.Node) bool {
		return !isElement(n, atom.A, atom.Meta) && anyName(n, func(s string) bool { return tagNames[s] || plainTagNames[s] })
	}) {
		if isLonger(n, maxDateText) || firstTag(n, atom.A) != nil || d.heading != nil && inside(d.heading, n) {
			continue
		}
		for _, part := range tagParts(n) {
			if len(strings.Fields(part)) > maxTagWords || strings.ContainsAny(part, ".?!:") && !strings.HasPrefix(part, ".") {
				return nil // a sentence
			}
			out = append(out, part)
		}
	}
	if len(out) > maxTagLine {
		return nil
	}
	return out
}

// tagParts are the texts of the innermost elements of n, without a label
// before them; where it has none, what stands between commas.
func tagParts(n *html.Node) []string {
	var out []string
	walk(n, func(c *html.Node) bool {
		if c == n || c.Type != html.ElementNode {
			return true
		}
		if isElement(c, atom.Svg, atom.Button, atom.I, atom.Input) || isHidden(c) {
			return false
		}
		if firstElement(c) != nil {
			return true
		}
		if s := strings.TrimSpace(strings.Trim(lineText(c), ",;|·•#")); s != "" && !labels[strings.ToLower(strings.Trim(s, " :："))] {
			out = append(out, s)
		}
		return false
	})
	if len(out) == 0 {
		text := tagLabel.ReplaceAllString(lineText(n), "")
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;|·•、，#", r) }) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

func firstElement(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}
