package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const maxPortraitBoxes = 3 // around a name that may hold the picture of whom it names

// portraitAuthors are the names that stand beside the title with a picture
// which is described by the same name, and nothing but what a byline says
// besides. Pages made of
// nameless boxes say nothing more of their author.
func portraitAuthors(lines []byline) []string {
	for _, l := range lines {
		if looksLikeName(l.text) && strings.ContainsFunc(l.text, notSpaced) && hasPortrait(l) {
			return []string{l.text}
		}
	}
	return nil
}

// notSpaced: a name of one word may be that of anything, except in scripts
// that part no words.
func notSpaced(r rune) bool { return r == ' ' || r > '\u2E7F' }

func hasPortrait(l byline) bool {
	box := l.node.Parent
	for range maxPortraitBoxes {
		if box == nil || isElement(box, atom.Body, atom.Article, atom.Main, atom.Figure) {
			return false
		}
		// A box that says more is a byline if it says when, too.
		text := lineText(box)
		if len(text) > maxByline {
			return false
		}
		if (text == l.text || len(findDates(text, "en-GB")) > 0) && first(box, func(n *html.Node) bool { return isElement(n, atom.Img) && fold(attr(n, "alt")) == fold(l.text) }) != nil {
			return true
		}
		box = box.Parent
	}
	return false
}
