package book

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// leadBack gives the notes of a story their ways back to the marks in its text.
// Stories are kept without these arrows, which are no words of their authors,
// and so nothing tells where a note stands: it is known by its number, in the
// last list of the story, if that has as many items as there are numbers.
func (r rules) leadBack(nodes []*html.Node) {
	marks := map[int]*html.Node{} // the first of each number
	numbers := map[string]int{}   // by the fragment that they lead to
	var list *html.Node
	each(nodes, func(n *html.Node) {
		if n.DataAtom == atom.Ol && !inItem(n) {
			list = n
		}
		fragment := r.within(n)
		if fragment == "" {
			return
		}
		list = nil // a list before a mark is none of notes, nor is one that leads back by itself
		number, err := strconv.Atoi(strings.Trim(textOf(n), "[]()\u00a0 \n"))
		if _, seen := numbers[fragment]; !seen && err == nil {
			numbers[fragment] = number
			if marks[number] == nil {
				marks[number] = n
			}
		}
	})
	if list == nil || len(marks) != len(numbers) || attr(list, "start") != "" {
		return
	}
	items := itemsOf(list)
	for i := range items {
		if marks[i+1] == nil {
			return
		}
	}
	if len(items) != len(marks) {
		return
	}
	for i, item := range items {
		address, fragment, _ := strings.Cut(attr(marks[i+1], "href"), "#")
		appendReturn(item, address+"#"+fragment+"-ref")
	}
}

// appendReturn adds a link to the end of a note, in its last paragraph if it has any.
func appendReturn(item *html.Node, href string) {
	end := item
	for last := item.LastChild; last != nil; last = last.PrevSibling {
		if last.DataAtom == atom.P {
			end = last
		}
		if last.Type == html.ElementNode || hasContent(last) {
			break
		}
	}
	a := &html.Node{Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{{Key: "href", Val: href}, {Key: "aria-label", Val: "Back to the text"}}}
	a.AppendChild(&html.Node{Type: html.TextNode, Data: "↩"})
	end.AppendChild(&html.Node{Type: html.TextNode, Data: " "})
	end.AppendChild(a)
}

// fragments is what markup has that holds marks of notes.
var fragments = regexp.MustCompile(`<a [^>]*#`)

// LinkNotes lets the marks of notes in the sanitised markup of a story lead to
// the notes, and these back, within the page that it stands in. Links lead
// within the story if they lead to one of its addresses. Where there are no
// notes the markup stays as it is.
func LinkNotes(markup string, addresses ...string) string {
	if !fragments.MatchString(markup) {
		return markup
	}
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return markup
	}
	r := rules{addresses: map[string]int{}, ids: "note-"}
	for _, a := range addresses {
		r.addresses[feed.URLKey(a)] = r.part
	}
	found := r.notes(nodes)
	if len(found.of) == 0 {
		return markup
	}
	placed := map[string]bool{} // ids
	each(nodes, func(n *html.Node) {
		if id := found.of[found.at[n]]; id != "" && !placed[id] {
			placed[id] = true
			n.Attr = append(n.Attr, html.Attribute{Key: "id", Val: id})
		}
	})
	each(nodes, func(n *html.Node) {
		id := found.of[r.within(n)]
		for i := range n.Attr {
			if placed[id] && n.Attr[i].Key == "href" {
				n.Attr[i].Val = "#" + id
			}
		}
	})
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return markup
		}
	}
	return b.String()
}

func inItem(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Li {
			return true
		}
	}
	return false
}

func itemsOf(list *html.Node) (items []*html.Node) {
	for _, n := range children(list) {
		if n.DataAtom == atom.Li {
			items = append(items, n)
		}
	}
	return items
}

func textOf(n *html.Node) string {
	var b strings.Builder
	each([]*html.Node{n}, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	})
	return b.String()
}
