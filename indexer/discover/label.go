package discover

import (
	"strings"

	"storyfeed/feed"
)

// maxWord is the longest text, in bytes, of a link that is said of every entry.
const maxWord = 24

const sameWord = "said of every entry"

// dropWords finds the links that a list says of each of its entries in the
// same words, behind the entry's own link on its line: "discussion", "print",
// "mp3". Words with a number may name a story: "Part 2".
func (v *view) dropWords() {
	said := map[string][]*anchor{}
	for _, a := range v.anchors {
		if a.onLine == 0 || !a.usable() || a.text == "" || len(a.text) > maxWord || strings.ContainsAny(a.text, "0123456789") || !a.followsAnother() {
			continue
		}
		word := strings.ToLower(a.text)
		said[word] = append(said[word], a)
	}
	for _, as := range said {
		targets := map[string]bool{}
		for _, a := range as {
			targets[a.key] = true
		}
		if len(targets) < minRepeat {
			continue
		}
		for _, a := range as {
			a.reason = sameWord
		}
	}
}

// followsAnother reports that a link to another page, in other words, stands
// before this one on its line.
func (a *anchor) followsAnother() bool {
	if a.line == nil {
		return false
	}
	for _, b := range a.line.anchors[:min(a.onLine, len(a.line.anchors))] {
		if b.reason == "" && b.url != "" && b.key != a.key && !strings.EqualFold(b.text, a.text) && feed.CleanLine(b.text) != "" {
			return true
		}
	}
	return false
}
