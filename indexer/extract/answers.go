package extract

import (
	"golang.org/x/net/html"

	"storyfeed/indexer/state"
)

// isAnswer recognises the data that a page's scripts asked for, where it
// stands in the page: SvelteKit leaves it there, and so does package render.
func isAnswer(script *html.Node) bool {
	return attr(script, "type") == "application/json" && hasAttr(script, "data-url")
}

// withAnswers adds what the scripts of a page know of its story and do not
// show: its tags.
func withAnswers(p Page, s Story) Story {
	if len(s.Tags) > 0 {
		return s
	}
	if post, ok := state.Read(p.HTML).Post(p.URL, s.Title); ok && fold(plainTitle(post.Title)) == fold(s.Title) {
		s.Tags = cleanTags(post.Tags, nil)
	}
	return s
}
