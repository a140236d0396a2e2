package state

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gmhtml "github.com/yuin/goldmark/renderer/html"

	"storyfeed/feed"
)

// minBody is the least number of bytes that are taken for a body.
const minBody = 80

// isBody reports that a value can be a post's text: a long text, or rich text.
func isBody(v any) bool {
	switch t := v.(type) {
	case string:
		return len(t) >= minBody && strings.ContainsAny(t, " \u3000。")
	case []any:
		return len(t) > 0 && isRich(t[0])
	case *Object:
		return isRich(t)
	}
	return false
}

// isRich reports that a value is a node of rich text, or wraps a text:
// {"rendered": "…"}, {"html": "…"}.
func isRich(v any) bool {
	switch t := v.(type) {
	case *Object:
		for _, k := range []string{"children", "content", "blocks", "root", "nodeType", "spans", "rendered", "html", "raw", "paragraphs", "value", "json", "document", "markups", "bodyModel"} {
			if t.Get(k) != nil {
				return true
			}
		}
		return t.Get("type") != nil && (t.Get("text") != nil || t.Get("data") != nil || t.Get(t.text("type")) != nil)
	case []any:
		_, _, _, ok := element(t)
		return ok
	}
	return false
}

// HTML is the post's text as HTML, not sanitised, its addresses as written;
// empty when the object has none.
func (p Post) HTML() string {
	return bodyHTML(p.body, 0)
}

func bodyHTML(v any, level int) string {
	if level > maxWraps {
		return ""
	}
	switch t := v.(type) {
	case string:
		return textHTML(t)
	case *Object:
		for _, k := range []string{"rendered", "html", "contentHtml", "raw", "markdown", "json", "document"} {
			if inner := t.Get(k); inner != nil && isBody(inner) {
				return bodyHTML(inner, level+1)
			}
		}
	}
	return richHTML(v)
}

var (
	htmlTag = regexp.MustCompile(`(?i)<(?:p|div|h[1-6]|ul|ol|blockquote|br|figure|section|article|table|pre|img|span|a)(?:\s[^<>]*)?/?>`)

	// mdxLine is a line of a Markdown file that is code: imports and exports.
	mdxLine = regexp.MustCompile(`(?m)^(?:import\s+.+\s+from\s+['"].+['"]|export\s+(?:const|default)\s.*);?\s*$`)

	frontMatter = regexp.MustCompile(`\A---\r?\n(?s:.*?)\r?\n---\r?\n`)
)

// textHTML makes HTML of a text: it is HTML, or Markdown, of which plain text
// in paragraphs is a case.
func textHTML(s string) string {
	s = frontMatter.ReplaceAllString(strings.TrimSpace(s), "")
	if tags := htmlTag.FindAllStringIndex(s, 3); len(tags) > 0 && (tags[0][0] < 3 || strings.Count(s, "\n\n") < len(tags)) {
		return s
	}
	var out bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote, extension.Linkify), goldmark.WithRendererOptions(gmhtml.WithUnsafe()))
	if err := md.Convert([]byte(mdxLine.ReplaceAllString(s, "")), &out); err != nil {
		return ""
	}
	return out.String()
}

// Post finds the object that describes the page's own post: it has a text, and
// the page's address or title, or nothing else on the page is like it. The
// title may be empty.
func (s *State) Post(address, title string) (Post, bool) {
	var best Post
	bestScore := 0
	rivals := map[string]bool{} // titles: an object that wraps a post is the same one
	for _, v := range s.Values {
		walk(v.Data, func(_ []string, v any) bool {
			o, ok := v.(*Object)
			if !ok {
				return true
			}
			p, ok := postOf(o)
			if !ok || p.body == nil {
				return true
			}
			score := p.likeness(address, title)
			if score == 0 {
				rivals[p.Title] = true
			}
			score = 1000*score + min(weigh(p.body)/100, 500)
			if p.Published != "" {
				score += 300
			}
			if score > bestScore {
				best, bestScore = p, score
			}
			return true
		})
	}
	if bestScore == 0 || bestScore < 1000 && len(rivals) > 1 {
		return Post{}, false
	}
	return best, true
}

// likeness says how surely a post is the one at an address, or of a title.
func (p Post) likeness(address, title string) int {
	score := 0
	if at := strings.Trim(pathOf(address), "/"); p.Address != "" && at != "" {
		own := strings.Trim(pathOf(p.Address), "/")
		if own == at {
			score += 4
		} else if own != "" && (strings.HasSuffix(at, "/"+own) || strings.HasSuffix(own, "/"+at[strings.LastIndexByte(at, '/')+1:])) {
			score += 3
		}
	}
	folded, own := strings.ToLower(feed.CleanLine(title)), strings.ToLower(feed.CleanLine(p.Title))
	if own != "" && folded != "" && (strings.HasPrefix(folded, own) || strings.HasSuffix(folded, own) && len(own) > 10) {
		score += 2
	}
	return score
}

func pathOf(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		_, address, _ = strings.Cut(rest, "/")
	}
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	return strings.TrimSuffix(address, ".html")
}
