package extract

import (
	"encoding/json"
	"html"
	"strings"

	"storyfeed/feed"
)

const (
	maxJSONLD   = 1 << 20 // bytes of one script; schema.org markup of a story is a few kilobytes
	maxLDNodes  = 2000    // objects looked at on one page
	maxLDLevels = 4       // of nesting in which a page's main object is looked for
)

// ldNode is one JSON-LD object. Strings in it are as the page wrote them.
type ldNode map[string]any

// linkedData is what a page's JSON-LD says: its objects in page order, and
// the ones that have a name (@id) under which others refer to them.
type linkedData struct {
	values []any // of the scripts that need no repair
	nodes  []ldNode
	byID   map[string]ldNode
}

// add reads one script. Faulty JSON is repaired where that is plain, else
// ignored.
func (l *linkedData) add(script string) {
	if len(script) > maxJSONLD {
		return
	}
	for i, mend := range []func(string) string{strings.TrimSpace, mendJSON, func(s string) string { return mendJSON(html.UnescapeString(s)) }} {
		var v any
		if json.Unmarshal([]byte(mend(script)), &v) == nil {
			if i == 0 {
				l.values = append(l.values, v)
			}
			l.flatten(v, 0)
			return
		}
	}
}

// flatten lists the objects of v that stand for themselves: at the top, in
// @graph, or as what a page is about. Objects that are mere values (an
// author, a list's items) are reached through those.
func (l *linkedData) flatten(v any, level int) {
	if level > maxLDLevels || len(l.nodes) >= maxLDNodes {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			l.flatten(e, level+1)
		}
	case map[string]any:
		n := ldNode(v)
		l.nodes = append(l.nodes, n)
		if id := n.str("@id"); id != "" {
			if l.byID == nil {
				l.byID = map[string]ldNode{}
			}
			// The fullest object of a name wins: a bare {"@id": …} is a reference.
			if len(n) > len(l.byID[id]) {
				l.byID[id] = n
			}
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			l.flatten(v[key], level+1)
		}
	}
}

// resolve lists the objects behind a value: itself, those of an array, or
// what an @id refers to. A plain string becomes an object with that name.
func (l *linkedData) resolve(v any) []ldNode {
	switch v := v.(type) {
	case string:
		return []ldNode{{"name": v}}
	case map[string]any:
		n := ldNode(v)
		if full, ok := l.byID[n.str("@id")]; ok && len(full) > len(n) {
			n = full
		}
		return []ldNode{n}
	case []any:
		var out []ldNode
		for i, e := range v {
			if _, nested := e.([]any); nested || i >= maxAuthors {
				continue
			}
			out = append(out, l.resolve(e)...)
		}
		return out
	}
	return nil
}

// is reports whether one of the object's types ends in one of the suffixes,
// so that "Article" finds NewsArticle, too.
func (n ldNode) is(suffixes ...string) bool {
	var types []any
	switch t := n["@type"].(type) {
	case string:
		types = []any{t}
	case []any:
		types = t
	}
	for _, t := range types {
		s, _ := t.(string)
		for _, suffix := range suffixes {
			if strings.HasSuffix(s, suffix) {
				return true
			}
		}
	}
	return false
}

// str is a property as one clean line: a string, or the first string of an
// array. Entities that programs leave in are decoded.
func (n ldNode) str(key string) string {
	switch v := n[key].(type) {
	case string:
		return decodeTwice(v)
	case []any:
		if len(v) > 0 {
			s, _ := v[0].(string)
			return decodeTwice(s)
		}
	}
	return ""
}

// list is a property as strings: an array's, or a string's parts between
// commas.
func (n ldNode) list(key string) []string {
	switch v := n[key].(type) {
	case string:
		return strings.Split(decodeTwice(v), ",")
	case []any:
		var out []string
		for _, e := range v {
			switch e := e.(type) {
			case string:
				out = append(out, decodeTwice(e))
			case map[string]any:
				out = append(out, ldNode(e).str("name"))
			}
		}
		return out
	}
	return nil
}

// urlOf is a property's address: a string, or the url of an object or of the
// first object of an array.
func (l *linkedData) urlOf(v any) string {
	for _, n := range l.resolve(v) {
		for _, key := range []string{"url", "contentUrl", "@id", "name"} {
			if u := n.str(key); u != "" && (key != "name" || strings.Contains(u, "/")) {
				return u
			}
		}
	}
	return ""
}

// decodeTwice decodes entities, and once more what content management systems
// encoded twice.
func decodeTwice(s string) string {
	return feed.CleanLine(html.UnescapeString(html.UnescapeString(s)))
}

// mendJSON repairs what is often wrong: comment and CDATA marks around the
// object, a semicolon after it, raw line ends in strings, commas before a
// closing bracket.
func mendJSON(s string) string {
	start := strings.IndexAny(s, "{[")
	end := strings.LastIndexAny(s, "}]")
	if start < 0 || end < start {
		return ""
	}
	s = s[start : end+1]
	var b strings.Builder
	b.Grow(len(s))
	quoted, escaped := false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted && c < 0x20:
			c = ' '
		case !quoted && c == ',' && closes(s[i+1:]):
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// closes reports whether the next thing is a closing bracket.
func closes(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\n', '\r':
		case '}', ']':
			return true
		default:
			return false
		}
	}
	return false
}
