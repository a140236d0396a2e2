package feed

import (
	"html"
	"regexp"
	"strings"
)

// plain makes one line of text that says the same whether a reader takes it
// for text or for HTML, because readers disagree on RSS titles and
// descriptions (RSS advisory board profile, "Character Data"). References
// that a site escaped once too often are resolved; a "<" that would begin a
// tag becomes "‹" and the ">" that ends it "›"; every other character stays.
func plain(s string) string {
	s = CleanLine(s)
	for range maxEscapings {
		if !strings.Contains(s, "&") {
			break
		}
		u := CleanLine(html.UnescapeString(s))
		if u == s {
			break
		}
		s = u
	}
	if !strings.Contains(s, "<") {
		return s
	}
	return tagStart.ReplaceAllString(tag.ReplaceAllString(s, "‹$1›"), "‹$1")
}

// maxEscapings is how often a text can have been escaped in vain.
const maxEscapings = 8

// What an HTML parser takes for a tag, a comment or a declaration, and for
// the beginning of one (WHATWG HTML §13.2.5.6).
var (
	tag      = regexp.MustCompile(`<([A-Za-z/!?][^<>]*)>`)
	tagStart = regexp.MustCompile(`<([A-Za-z/!?])`)
)

// plainList cleans names or tags and drops the empty and the repeated ones.
func plainList(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if s = plain(s); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// markup is text for an XML element. Its special characters are written as
// hexadecimal references, the one form that all RSS readers resolve once
// (RSS advisory board profile, "Character Data").
type markup struct {
	Type string `xml:"type,attr,omitempty"`
	Text string `xml:",innerxml"`
}

func text(s string) markup { return markup{Text: escape(s)} }

func atomText(s string) markup { return markup{Type: "text", Text: escape(s)} }

func texts(list []string) []markup {
	out := make([]markup, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

func escape(s string) string { return references.Replace(s) }

var references = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")
