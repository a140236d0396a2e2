package book

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// ids are those of a story's notes and of what leads to them.
type ids struct {
	of map[string]string     // id by the fragment that leads there
	at map[*html.Node]string // fragment by the node that it leads to
}

// Words by which engines tell the id of a note from that of the mark that leads to it.
var noteWords = regexp.MustCompile(`ref|back|bottom|top|anchor|anc|sym|src|return|text|foot|end|cite|note|fn|ftn|_|[^a-z0-9]`)

// notes finds the links of a story that lead to each other: the mark in the text
// to its note, and the note back. Stories hold no ids, but each of the two tells
// where the other leads: it stands there.
func (r rules) notes(nodes []*html.Node) ids {
	r.leadBack(nodes)
	found := ids{map[string]string{}, map[*html.Node]string{}}
	type mark struct {
		node     *html.Node
		fragment string
	}
	pairs := map[string][]mark{}
	var keys []string
	each(nodes, func(n *html.Node) {
		fragment := r.within(n)
		if fragment == "" {
			return
		}
		key := noteWords.ReplaceAllString(strings.ToLower(fragment), "")
		if len(pairs[key]) == 0 {
			keys = append(keys, key)
		}
		pairs[key] = append(pairs[key], mark{n, fragment})
	})
	for _, key := range keys {
		marks := pairs[key]
		first, last := marks[0], marks[len(marks)-1]
		if first.fragment == last.fragment {
			continue
		}
		note := blockOf(last.node)
		if note == nil || note == blockOf(first.node) {
			continue
		}
		for fragment, node := range map[string]*html.Node{first.fragment: note, last.fragment: first.node} {
			if _, taken := found.at[node]; !taken {
				found.at[node] = fragment
			}
		}
		n := len(found.of)
		found.of[first.fragment] = fmt.Sprintf("%s%d", r.ids, n+1)
		found.of[last.fragment] = fmt.Sprintf("%s%d", r.ids, n+2)
	}
	return found
}

// within is the fragment that a link leads to within the story; empty: it is no
// such link.
func (r rules) within(n *html.Node) string {
	if n.Type != html.ElementNode || n.DataAtom != atom.A {
		return ""
	}
	base, fragment, _ := strings.Cut(feed.WebURI(attr(n, "href")), "#")
	if part, ours := r.addresses[feed.URLKey(base)]; !ours || part != r.part {
		return ""
	}
	return fragment
}

// blockOf is the block that a link stands in; nil: none that can have an id.
func blockOf(n *html.Node) *html.Node {
	var paragraph *html.Node
	for p := n.Parent; p != nil; p = p.Parent {
		switch p.DataAtom {
		case atom.Li, atom.Dd, atom.Dt, atom.Td, atom.Blockquote:
			return p
		case atom.P:
			paragraph = p
		}
	}
	return paragraph
}
