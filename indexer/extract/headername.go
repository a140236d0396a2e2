package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// headerName is the site's name as the h1 of the page's header says it, where
// <title> is another heading of the page and that name; else "".
func (d *document) headerName() string {
	var name string
	for _, h := range d.firsts {
		if closest(h, func(n *html.Node) bool { return n.DataAtom == atom.Header }) == nil || closest(h, func(n *html.Node) bool { return isElement(n, atom.Article, atom.Main) }) != nil {
			continue
		}
		name = lineText(h)
		break
	}
	if name == "" || len(name) > maxTitleBytes || len(d.title) > maxTitleBytes {
		return ""
	}
	title := feed.CleanLine(decodeOnce(d.title))
	for _, m := range titleSeparator.FindAllStringIndex(title, 2*maxSeparators) {
		left, right := strings.TrimSpace(title[:m[0]]), strings.TrimSpace(title[m[1]:])
		story := ""
		switch fold(name) {
		case fold(right):
			story = left
		case fold(left):
			story = right
		default:
			continue
		}
		if first(d.body, func(n *html.Node) bool {
			return isElement(n, atom.H1, atom.H2, atom.H3) && fold(lineText(n)) == fold(story)
		}) != nil {
			return name
		}
	}
	return ""
}
