package indexer

import (
	"slices"
	"strings"
	"unicode"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// A page after a redesign may be read a little differently though its author
// changed nothing: another byline above the text, a caption, a site's name at
// the title, straight quotes for curly ones. All of that befalls many stories
// alike, and an author's edit befalls one. So paragraphs that came or went in
// several known stories are the template's, and what then differs is the
// author's.

// Limits of what is taken for the template's.
const (
	strangeFrom = 2    // stories in which a paragraph came or went
	metaRest    = 3    // words that a line may hold beside the story's title, names, date and tags
	maxStrange  = 2000 // paragraphs that are counted
)

// notice counts how known stories differ from what is stored of them, as
// they are read now.
func (t *template) notice(c *crawl, stories []feed.Story, pages []*fetch.Page) {
	t.strange = map[string]int{}
	for i, p := range pages {
		v, err := c.readWith(p, anchorOf(stories[i]), t.profile(), true)
		if err != nil {
			continue
		}
		of := map[string]bool{}
		added, removed := differ(stories[i].Text, v.Text)
		for _, p := range slices.Concat(added, removed) {
			of[shapeOf(p)] = true
		}
		if rest, ok := affix(stories[i].Title, v.Title); ok && rest != "" {
			of[titleAffix+rest] = true
		}
		for s := range of {
			if len(t.strange) < maxStrange {
				t.strange[s]++
			}
		}
	}
}

const titleAffix = "\x00"

// sameButTemplate reports whether a story, as it is read now, differs from
// what is stored by the template alone.
func (t *template) sameButTemplate(s feed.Story, v extract.Story) bool {
	return t.sameTitle(s.Title, v.Title) && t.sameText(s, v.Text)
}

func (t *template) sameTitle(old, now string) bool {
	rest, ok := affix(old, now)
	return ok && (rest == "" || t.strange[titleAffix+rest] >= strangeFrom)
}

// affix is what one title has more than the other at an end, in folded words.
// It reports whether that is all in which they differ.
func affix(a, b string) (rest string, ok bool) {
	a, b = folded(a), folded(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	if after, found := strings.CutPrefix(b, a); found {
		return strings.TrimSpace(after), true
	}
	before, found := strings.CutSuffix(b, a)
	return strings.TrimSpace(before), found
}

func (t *template) sameText(s feed.Story, text string) bool {
	added, removed := differ(s.Text, text)
	furniture := map[string]bool{}
	for _, p := range slices.Concat(added, removed) {
		if t.strange[shapeOf(p)] >= strangeFrom || isMeta(p, s) {
			furniture[p] = true
		}
	}
	return joined(s.Text, furniture) == joined(text, furniture)
}

// joined is a text without some of its paragraphs, in folded words: where a
// paragraph ends is the template's affair, too.
func joined(text string, without map[string]bool) string {
	var kept []string
	for p := range strings.Lines(text) {
		if f := folded(p); f != "" && !without[f] {
			kept = append(kept, f)
		}
	}
	return strings.Join(kept, " ")
}

// differ lists the lines of two texts, folded, that only the one or the other
// has.
func differ(old, now string) (added, removed []string) {
	count := map[string]int{}
	for p := range strings.Lines(now) {
		count[folded(p)]++
	}
	for p := range strings.Lines(old) {
		count[folded(p)]--
	}
	for p, n := range count {
		switch {
		case p == "" || n == 0:
		case n > 0:
			added = append(added, p)
		default:
			removed = append(removed, p)
		}
	}
	return added, removed
}

// isMeta reports whether a line holds hardly more than the story's title,
// authors, date and tags.
func isMeta(line string, s feed.Story) bool {
	known := map[string]bool{}
	for _, part := range slices.Concat([]string{s.Title}, s.Authors, s.Tags) {
		for _, w := range strings.Fields(folded(part)) {
			known[w] = true
		}
	}
	if !s.Published.IsZero() {
		for _, w := range strings.Fields(folded(s.Published.Time.Format("Monday Mon January Jan 2 02 1 01 2006 06"))) {
			known[w] = true
		}
	}
	told, rest := 0, 0
	for _, w := range strings.Fields(line) {
		if known[w] {
			told++
		} else {
			rest++
		}
	}
	return told > 0 && rest <= metaRest
}

// folded is a text in lower case with only its letters and numbers, words
// apart.
func folded(s string) string {
	var b strings.Builder
	apart := false
	for _, r := range s {
		switch {
		case r == '\'' || r == '’' || r == '‘' || r == '\u00ad':
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if apart && b.Len() > 0 {
				b.WriteByte(' ')
			}
			apart = false
			b.WriteRune(unicode.ToLower(r))
		default:
			apart = true
		}
	}
	return b.String()
}

// shapeOf is a folded line with its numbers made alike: "3 min read" and "12
// min read" are one.
func shapeOf(line string) string {
	var b strings.Builder
	digits := false
	for _, r := range line {
		if unicode.IsNumber(r) {
			if !digits {
				b.WriteByte('0')
			}
			digits = true
			continue
		}
		digits = false
		b.WriteRune(r)
	}
	return b.String()
}
