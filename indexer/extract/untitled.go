package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

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
	if s.Title != "" && (s.TitleSource == "selector" || !d.namesSite(s.Title)) {
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
			return strings.TrimRight(line[:end], ".。")
		case r == ' ' && n <= cutOpening:
			space, afterSpace = i, n
		}
	}
	return line
}
