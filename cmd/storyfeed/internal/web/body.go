package web

import (
	"fmt"

	"golang.org/x/net/html"

	"storyfeed/feed"
	"storyfeed/feed/book"
)

// showBody prepares the sanitised body of a story for its page. Its pictures are
// those that are kept; one that is not is a link to its own place. What may be
// wider than the page is scrolled by keys, too (WCAG 2.2 §2.1.1). Headings follow
// that of the page, and notes stand where their marks lead.
func (s *server) showBody(story feed.Story, clean string, kept map[string]bool) string {
	inLink := 0
	outline := book.Outline{Top: 2}
	level := 0 // of the heading that is open
	return eachTag(book.LinkNotes(clean, story.Permalink, story.CanonicalURL), func(name string, kind html.TokenType, attrs map[string]string) (string, bool) {
		switch {
		case isHeading(name) && kind == html.StartTagToken:
			level = outline.Level(int(name[1] - '0'))
			return writeTag(fmt.Sprintf("h%d", level), attrs), true
		case isHeading(name) && kind == html.EndTagToken && level > 0:
			return fmt.Sprintf("</h%d>", level), true
		case name == "a" && kind == html.StartTagToken:
			inLink++
		case name == "a" && kind == html.EndTagToken:
			inLink--
		case (name == "pre" || name == "table") && kind == html.StartTagToken:
			attrs["tabindex"] = "0"
			return writeTag(name, attrs), true
		case name == "img" && kind != html.EndTagToken && kept[attrs["src"]]:
			attrs["src"] = s.picturePath(story.Series, attrs["src"])
			attrs["loading"], attrs["decoding"] = "lazy", "async"
			if _, ok := attrs["alt"]; !ok {
				attrs["alt"] = "" // it is told of in words, or adorns
			}
			return writeTag(name, attrs), true
		case name == "img" && kind != html.EndTagToken:
			return s.pictureElsewhere(story.Series, attrs, inLink > 0), true
		}
		return "", false
	})
}

func isHeading(name string) bool {
	return len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6'
}
