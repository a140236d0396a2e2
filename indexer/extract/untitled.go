package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Notes are written without titles. Readers and feeds need one all the same: it
// is how the text begins.

const (
	maxOpening = 90 // runes of a sentence that serves as a title
	cutOpening = 70 // runes kept of a longer one
	minOpening = 12 // runes of a sentence: "Dr." ends none
)

// fromText is the source of a title that was made of the text.
const fromText = "text"

// titleOfText gives a dated story that has no title but the site's name one
// made of its text.
func (d *document) titleOfText(s *Story) {
	if s.Published.IsZero() || s.Published.Guessed() || s.Text == "" {
		return
	}
	if s.Title != "" && (s.TitleSource == "selector" || !d.namesSite(s.Title) && !d.isNote(s.Title)) {
		return
	}
	if t := opening(s.Text); t != "" {
		s.Title, s.TitleSource = t, fromText
	}
}

// namesSite reports that a title is no more than the site's name: as it calls
// itself, or as its link to the home page does.
func (d *document) namesSite(title string) bool {
	if d.isSite(title) || d.isHostName(title) {
		return true
	}
	home := feed.URLKey(d.url.Scheme + "://" + d.url.Host + "/")
	return slices.ContainsFunc(d.anchors, func(n *html.Node) bool {
		return fold(lineText(n)) == fold(title) && feed.URLKey(d.absolute(attr(n, "href"))) == home
	})
}

// isNote reports that a title is all of the page's <title>, and stands nowhere in
// the only entry that the page marks: by its microformats, the entry has a text
// and no name (https://microformats.org/wiki/h-entry).
func (d *document) isNote(title string) bool {
	if fold(title) != fold(d.title) {
		return false
	}
	entries := find(d.body, func(n *html.Node) bool { return hasToken(n, "class", "h-entry") })
	if len(entries) != 1 {
		return false
	}
	content := first(entries[0], func(n *html.Node) bool { return hasToken(n, "class", "e-content") })
	named := first(entries[0], func(n *html.Node) bool {
		return hasToken(n, "class", "p-name") || isElement(n, atom.H1, atom.H2, atom.H3) && (content == nil || !inside(n, content))
	})
	return content != nil && named == nil
}

// opening is the first sentence of a text, or as much of it as makes a title.
func opening(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = feed.CleanLine(line)
	n, space, afterSpace := 0, 0, 0
	for i, r := range line {
		n++
		end := i + utf8.RuneLen(r)
		switch {
		case n > maxOpening:
			if afterSpace > cutOpening/2 {
				return strings.TrimRight(line[:space], " ,;:–—-") + "…"
			}
			return string([]rune(line)[:cutOpening/2]) + "…"
		case strings.ContainsRune("。！？", r), strings.ContainsRune(".!?…", r) && n >= minOpening && (end == len(line) || line[end] == ' '):
			return strings.TrimRight(line[:end], " .。")
		case r == ' ' && n <= cutOpening:
			space, afterSpace = i, n
		}
	}
	return line
}
