package web

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"storyfeed/feed"
)

// holds reports whether a list's entry has every word of a filter in one of its
// texts, at any place; case and accents make no difference. The script of the
// pages does the same with what is shown.
func holds(filter string, texts ...string) bool {
	all := foldEntry(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(foldEntry(filter)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// foldEntry is a text without case and marks.
func foldEntry(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s)))
}

// holdsStory is holds for a story in a list: by its title, authors and tags.
func holdsStory(filter string, st feed.Story) bool {
	return holds(filter, st.Title, strings.Join(st.Authors, "\n"), strings.Join(st.Tags, "\n"))
}
