package state

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode/utf16"
)

// isLeaf reports that a node is a piece of text with its own marks.
func isLeaf(o *Object, kind string) bool {
	_, isText := leafText(o)
	switch kind {
	case "text", "span", "":
		return isText && o.Get("children") == nil && o.Get("content") == nil
	}
	return false
}

func leafText(o *Object) (string, bool) {
	for _, k := range []string{"text", "value", "plain_text", "content"} {
		if s, ok := o.Get(k).(string); ok {
			return s, true
		}
	}
	if inner := objectAt(o, "text"); inner != nil { // Notion
		return leafText(inner)
	}
	return "", false
}

// leaf writes a piece of text within the elements that its marks mean.
func (r *rich) leaf(o *Object) {
	text, _ := leafText(o)
	var open, shut string
	add := func(tag, href string) {
		if tag == "a" {
			open, shut = open+`<a href="`+html.EscapeString(href)+`">`, "</a>"+shut
		} else if tag != "" {
			open, shut = open+"<"+tag+">", "</"+tag+">"+shut
		}
	}
	marks, _ := o.Get("marks").([]any)
	for _, m := range marks {
		switch m := m.(type) {
		case string:
			add(inlineTag(fold(m)), "")
		case *Object:
			add(inlineTag(kindOf(m)), target(m))
		}
	}
	for _, from := range []*Object{o, objectAt(o, "annotations")} { // Slate, Notion
		for _, k := range from.Keys() {
			if on, _ := from.Get(k).(bool); on {
				add(inlineTag(fold(k)), "")
			}
		}
	}
	if bits, ok := o.Get("format").(float64); ok { // Lexical
		for i, tag := range []string{"strong", "em", "del", "", "code", "sub", "sup"} {
			if int(bits)&(1<<i) != 0 {
				add(tag, "")
			}
		}
	}
	if href := o.text("href"); href != "" {
		add("a", href)
	}
	r.b.WriteString(open + html.EscapeString(text) + shut)
}

// inlineTag is the element for a mark; empty for what is none.
func inlineTag(name string) string {
	switch tag := blockTags[name]; tag {
	case "em", "strong", "del", "code", "a", "sub", "sup":
		return tag
	case "pre":
		return "code"
	}
	return ""
}

// linked gives the texts of a block the links that it keeps apart, as Portable
// Text does: marks name an element of markDefs.
func (r *rich) linked(kids []any, o *Object) []any {
	defs, _ := o.Get("markDefs").([]any)
	if len(defs) == 0 {
		return kids
	}
	hrefs := map[string]string{}
	for _, d := range defs {
		if def, ok := d.(*Object); ok {
			hrefs[def.text("_key")] = target(def)
		}
	}
	for _, k := range kids {
		child, ok := k.(*Object)
		if !ok || child == nil {
			continue
		}
		marks, _ := child.Get("marks").([]any)
		for _, m := range marks {
			if name, ok := m.(string); ok && hrefs[name] != "" {
				child.set("href", hrefs[name])
			}
		}
	}
	return kids
}

// target is where a link leads.
func target(o *Object) string {
	for _, from := range []*Object{o, objectAt(o, "attrs"), objectAt(o, "data"), objectAt(o, "props"), objectAt(o, "properties"), objectAt(o, "fields")} {
		for _, k := range []string{"href", "url", "uri"} {
			if s := from.text(k); s != "" {
				return s
			}
		}
	}
	return ""
}

// image writes a picture, whatever its address is called.
func (r *rich) image(o *Object) {
	src := ""
	var alt string
	walk(o, func(path []string, v any) bool {
		s, ok := v.(string)
		if !ok || len(path) == 0 {
			return src == ""
		}
		switch k := fold(path[len(path)-1]); {
		case k == "alt" || k == "alttext":
			alt = s
		case src == "" && (k == "src" || k == "url" || k == "href") && (strings.HasPrefix(s, "http") || strings.HasPrefix(s, "/")):
			src = s
		}
		return true
	})
	if src != "" {
		r.b.WriteString(`<img src="` + html.EscapeString(src) + `" alt="` + html.EscapeString(alt) + `">`)
	}
}

// span is a part of a text, in UTF-16 units, and the element that it is in.
type span struct {
	from, to int
	open     string
	shut     string
}

// marked writes a text whose marks are kept beside it, by their places:
// Prismic's spans, Medium's markups, Draft.js's ranges.
func marked(text string, o *Object) string {
	var spans []span
	for _, k := range []string{"spans", "markups", "inlineStyleRanges"} {
		list, _ := o.Get(k).([]any)
		for _, e := range list {
			m, ok := e.(*Object)
			if !ok {
				continue
			}
			from, _ := m.Get("start").(float64)
			to, _ := m.Get("end").(float64)
			if offset, ok := m.Get("offset").(float64); ok {
				length, _ := m.Get("length").(float64)
				from, to = offset, offset+length
			}
			name := fold(m.text("type") + m.text("style"))
			switch tag := inlineTag(name); {
			case to <= from || tag == "" && target(m) == "":
			case tag == "a" || tag == "":
				spans = append(spans, span{int(from), int(to), `<a href="` + html.EscapeString(target(m)) + `">`, "</a>"})
			default:
				spans = append(spans, span{int(from), int(to), "<" + tag + ">", "</" + tag + ">"})
			}
		}
	}
	if len(spans) == 0 {
		return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
	}
	units := utf16.Encode([]rune(text))
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var b strings.Builder
	var open []span
	at := 0
	write := func(to int) {
		to = min(max(to, at), len(units))
		b.WriteString(strings.ReplaceAll(html.EscapeString(string(utf16.Decode(units[at:to]))), "\n", "<br>"))
		at = to
	}
	closeUpTo := func(limit int) {
		for len(open) > 0 && open[len(open)-1].to <= limit {
			last := open[len(open)-1]
			write(last.to)
			b.WriteString(last.shut)
			open = open[:len(open)-1]
		}
	}
	for _, s := range spans {
		closeUpTo(s.from)
		write(s.from)
		if n := len(open); n > 0 && s.to > open[n-1].to {
			s.to = open[n-1].to // what overlaps is cut: elements nest
		}
		b.WriteString(s.open)
		open = append(open, s)
	}
	closeUpTo(int(^uint(0) >> 1))
	write(len(units))
	return b.String()
}
