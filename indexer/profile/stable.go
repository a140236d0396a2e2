package profile

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// isStable reports whether a class can be a template's: it is made of letters
// and joints alone, without digits, and no part of it looks like a hash of a
// build ("Title_root__aXbQz", "sc-bdVaJa").
func isStable(class string) bool {
	if len(class) == 0 || len(class) > 48 {
		return false
	}
	for _, r := range class {
		if r != '-' && r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return !slices.ContainsFunc(strings.FieldsFunc(class, func(r rune) bool { return r == '-' || r == '_' }), isHash)
}

// isHash reports whether a part of a name looks drawn by lot: hardly any
// vowel, or capitals where no word begins.
func isHash(part string) bool {
	if len(part) < 5 {
		return false
	}
	vowels, upper, humps := 0, 0, 0
	for i, r := range part {
		if strings.ContainsRune("aeiouyAEIOUY", r) {
			vowels++
		}
		if r >= 'A' && r <= 'Z' {
			upper++
			if i > 0 && part[i-1] >= 'a' {
				humps++
			}
		}
	}
	if vowels == 0 {
		return true
	}
	// camelCase has words of three letters and more; a hash has not.
	return upper > 0 && upper < len(part) && len(part) < 3*(humps+1) || upper > humps+1 && upper < len(part) && len(part) <= 10
}

// classesOf are an element's stable classes, sorted.
func classesOf(n *html.Node) []string {
	class, _ := attr(n, "class")
	return stableOf(class)
}

func stableOf(class string) []string {
	var out []string
	for c := range strings.FieldsSeq(class) {
		if isStable(c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hasClass reports whether an element's class attribute holds a class.
func hasClass(class, name string) bool {
	for {
		i := strings.Index(class, name)
		if i < 0 {
			return false
		}
		end := i + len(name)
		if (i == 0 || isSpace(class[i-1])) && (end == len(class) || isSpace(class[end])) {
			return true
		}
		class = class[i+1:]
	}
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f' }
