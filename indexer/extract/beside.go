package extract

import (
	"slices"
	"strings"
	"unicode"

	"storyfeed/feed"
)

// Beside is what a line beside the title of a story in a list says of its
// author.
type Beside struct {
	Names      []string // full names of people; empty: none
	Introduced bool     // a word such as "by" says that they wrote it
	Nobody     bool     // it names a role or a placeholder, such as "The Editors"
}

// maxBesideLine is how long a line that names authors may be, in bytes.
const maxBesideLine = 120

// NamesBeside reads a line that stands beside a story's title in a list: "by
// Ann Lee", "Ann Lee · 5 May 2020". Marked says that the page calls it the author.
// Names that nothing introduces are those of a line that holds nothing else
// but a date, and are only what might be some: whoever calls knows whether the
// other lines of the list look alike.
func NamesBeside(line string, marked bool) Beside {
	line = strings.Trim(feed.CleanLine(line), " ,;:|·•–—-()")
	if line == "" || len(line) > maxBesideLine {
		return Beside{}
	}
	if marked || saysBy(line) {
		if names := People(namesIn(line, marked)); len(names) > 0 && allNames(names) {
			return Beside{Names: names, Introduced: true}
		}
	}
	rest, ok := onlyPart(line)
	switch {
	case !ok || marked:
		return Beside{}
	case isRole(rest) || isPlaceholder(rest):
		return Beside{Nobody: true}
	}
	names := splitNames(cutName(rest))
	if len(names) == 0 || slices.ContainsFunc(names, func(s string) bool { return !isFullName(s) }) {
		return Beside{}
	}
	return Beside{Names: People(names)}
}

// onlyPart is what a line says beside dates, if that is one thing.
func onlyPart(line string) (string, bool) {
	dates := findDates(line, "en-GB")
	for _, d := range slices.Backward(dates) {
		line = line[:d.start] + " | " + line[d.end:]
	}
	parts := slices.DeleteFunc(metaSeparator.Split(line, -1), func(s string) bool { return strings.Trim(s, " ,.;:()") == "" })
	if len(parts) != 1 {
		return "", false
	}
	return strings.Trim(parts[0], " ,;:()"), true
}

// isFullName reports whether a text looks like a given and a family name: two
// capitals at least, and no article at its beginning.
func isFullName(s string) bool {
	if !looksLikeName(s) || !isPerson(s) {
		return false
	}
	fields := strings.Fields(s)
	capitals := 0
	for _, f := range fields {
		if unicode.IsUpper([]rune(f)[0]) {
			capitals++
		}
	}
	return capitals >= 2 && !articles[strings.ToLower(fields[0])]
}

var articles = wordSet("the a an der die das ein eine le la les un une des el los las una il lo gli i o os as um uma de het een en ett den det my our your how what why when on in at")
