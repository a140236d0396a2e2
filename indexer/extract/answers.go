package extract

import (
	"bytes"

	"storyfeed/indexer/state"
)

// answered marks the data that a page's scripts asked for, where it stands in
// the page: SvelteKit leaves it there, and so does package render.
var answered = []byte(`<script type="application/json" data-url="`)

// withAnswers adds what the scripts of a page know of its story and do not
// show: its tags.
func withAnswers(p Page, s Story) Story {
	if len(s.Tags) > 0 || len(p.HTML) > maxBytes || !bytes.Contains(p.HTML, answered) {
		return s
	}
	if post, ok := state.Read(p.HTML).Post(p.URL, s.Title); ok && fold(plainTitle(post.Title)) == fold(s.Title) {
		s.Tags = cleanTags(post.Tags, nil)
	}
	return s
}
