package state

import (
	"fmt"
	"html"
	"strings"
)

// Rich text is a tree of nodes. Editors and content systems (Portable Text,
// Contentful, ProseMirror, Slate, Lexical, Prismic, Editor.js, Draft.js, the
// trees of Markdown parsers, React's elements) differ in names, not in kind: a
// node has a type, a text with marks, or children. So one reader takes them all
// and asks for each thing under each of its names.

// rich writes a tree as HTML. What it does not know is written as its
// children.
type rich struct {
	b    strings.Builder
	left int
	list []string // open lists of flat forms that only mark their items
}

// richHTML is the HTML of rich text; empty when there is no text in it.
func richHTML(v any) string {
	r := rich{left: maxValues / 10}
	r.node(v, 0)
	r.closeLists(0)
	return r.b.String()
}

// blockTags are the elements by which types of nodes are written.
var blockTags = map[string]string{
	"paragraph": "p", "p": "p", "unstyled": "p", "normal": "p", "pq": "blockquote", "bq": "blockquote", "blockquote": "blockquote", "quote": "blockquote", "pullquote": "blockquote",
	"h1": "h1", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6",
	"heading1": "h1", "heading2": "h2", "heading3": "h3", "heading4": "h4", "heading5": "h5", "heading6": "h6",
	"headerone": "h1", "headertwo": "h2", "headerthree": "h3", "headerfour": "h4", "headerfive": "h5", "headersix": "h6",
	"ul": "ul", "unorderedlist": "ul", "bulletlist": "ul", "bulletedlist": "ul", "listul": "ul", "ol": "ol", "orderedlist": "ol", "numberedlist": "ol", "numberlist": "ol",
	"li": "li", "listitem": "li", "listitemchild": "li", "lic": "p", "pre": "pre", "code": "pre", "codeblock": "pre", "preformatted": "pre", "hr": "hr", "horizontalrule": "hr", "divider": "hr", "thematicbreak": "hr", "delimiter": "hr",
	"table": "table", "thead": "thead", "tbody": "tbody", "tr": "tr", "tablerow": "tr", "td": "td", "tablecell": "td", "th": "th", "tableheader": "th", "tableheadercell": "th",
	"figure": "figure", "figcaption": "figcaption", "br": "br", "hardbreak": "br", "linebreak": "br", "break": "br",
	"em": "em", "emphasis": "em", "italic": "em", "i": "em", "strong": "strong", "bold": "strong", "b": "strong", "del": "del", "strikethrough": "del", "strike": "del", "s": "del",
	"inlinecode": "code", "codespan": "code", "a": "a", "link": "a", "hyperlink": "a", "autolink": "a", "sub": "sub", "subscript": "sub", "sup": "sup", "superscript": "sup",
	"image": "img", "img": "img", "picture": "img", "embeddedassetblock": "img", "imageblock": "img", "upload": "img",
	"div": "div", "section": "div", "article": "div", "span": "span",
}

// flatItems are the types of items that stand side by side, without a list
// around them.
var flatItems = map[string]string{
	"uli": "ul", "unorderedlistitem": "ul", "bulletedlistitem": "ul", "oli": "ol", "orderedlistitem": "ol", "numberedlistitem": "ol", "olistitem": "ol", "bullet": "ul", "number": "ol",
}

func (r *rich) node(v any, deep int) {
	if r.left--; r.left < 0 || deep > maxDepth {
		return
	}
	switch t := v.(type) {
	case string:
		r.b.WriteString(html.EscapeString(t))
	case []any:
		if tag, attrs, kids, ok := element(t); ok {
			r.wrap(tag, attrs, func() { r.node(kids, deep+1) })
			return
		}
		for _, e := range t {
			r.node(e, deep+1)
		}
	case *Object:
		r.object(t, deep)
	}
}

// element reads ["$", "p", key, {…}] (React) and ["p", {…}, child…] (minimark).
func element(t []any) (tag string, attrs *Object, kids any, ok bool) {
	if len(t) == 4 && t[0] == "$" {
		name, isText := t[1].(string)
		attrs, _ = t[3].(*Object)
		return blockTags[fold(name)], attrs, attrs.Get("children"), isText && name != "script" && name != "style"
	}
	if len(t) >= 2 {
		name, isText := t[0].(string)
		attrs, isObject := t[1].(*Object)
		if isText && isObject && blockTags[fold(name)] != "" && blockTags[fold(name)] == strings.ToLower(name) {
			return blockTags[fold(name)], attrs, t[2:], true
		}
	}
	return "", nil, nil, false
}

func (r *rich) object(o *Object, deep int) {
	if o == nil {
		return
	}
	if root, ok := o.Get("root").(*Object); ok && len(o.keys) <= 3 { // Lexical
		r.node(root, deep+1)
		return
	}
	kind := kindOf(o)
	if kind == "listitem" && o.Get("spans") != nil { // Prismic
		kind = "uli"
	}
	if tag := flatItems[kind]; tag != "" || flatItems[fold(o.text("listItem"))] != "" {
		if tag == "" {
			tag = flatItems[fold(o.text("listItem"))]
		}
		r.item(tag, o, deep)
		return
	}
	if kind != "text" && kind != "span" {
		r.closeLists(0)
	}
	if isLeaf(o, kind) {
		r.leaf(o)
		return
	}
	tag := blockTags[kind]
	switch kind {
	case "heading", "header":
		tag = headingTag(o)
	case "list":
		tag = listTag(o)
	case "script", "style", "comment", "toc":
		return
	}
	r.wrap(tag, o, func() { r.inside(o, deep) })
}

// inside writes what a node holds.
func (r *rich) inside(o *Object, deep int) {
	data, _ := o.Get("data").(*Object)
	if fold(o.text("type")) == "" || data == nil || data.Get("uri") != nil || data.Get("target") != nil {
		data = nil
	}
	for _, from := range []*Object{o, data} { // Editor.js keeps all in data
		for _, k := range []string{"children", "content", "items", "nodes", "paragraphs", "blocks", "value", "rich_text", "bodyModel", "body"} {
			switch kids := from.Get(k).(type) {
			case []any:
				if k == "items" {
					r.items(kids, deep)
				} else {
					r.node(r.linked(kids, o), deep+1)
				}
				if k == "children" || k == "content" || k == "rich_text" {
					return
				}
			case *Object:
				r.node(kids, deep+1)
			}
		}
		if text, ok := from.Get("text").(string); ok {
			if from == data { // is HTML
				r.b.WriteString(text)
			} else {
				r.b.WriteString(marked(text, o))
			}
			return
		}
		for _, k := range []string{"code", "html", "value"} {
			if text, ok := from.Get(k).(string); ok {
				if k == "html" {
					r.b.WriteString(text)
				} else {
					r.b.WriteString(html.EscapeString(text))
				}
				return
			}
		}
		for _, k := range []string{kindOf(o), o.text("type")} { // Notion: {"type": "paragraph", "paragraph": {…}}
			if inner, ok := from.Get(k).(*Object); ok && inner != o && k != "" {
				r.inside(inner, deep+1)
				return
			}
		}
	}
}

// items are those of a list whose node only holds their texts.
func (r *rich) items(kids []any, deep int) {
	for _, k := range kids {
		text, ok := k.(string)
		if !ok {
			if o, isObject := k.(*Object); isObject {
				text, ok = o.text("content"), o.text("content") != ""
			}
		}
		if ok {
			r.b.WriteString("<li>" + text + "</li>")
			continue
		}
		r.node(k, deep+1)
	}
}

// item writes one of the items that stand side by side, in a list of its own.
func (r *rich) item(tag string, o *Object, deep int) {
	level := 1
	if n, ok := o.Get("level").(float64); ok && n > 1 && n < 10 {
		level = int(n)
	}
	r.closeLists(level)
	if len(r.list) == level && r.list[level-1] != tag {
		r.closeLists(level - 1)
	}
	for len(r.list) < level {
		r.b.WriteString("<" + tag + ">")
		r.list = append(r.list, tag)
	}
	open := r.list
	r.list = nil
	r.b.WriteString("<li>")
	r.inside(o, deep)
	r.closeLists(0)
	r.b.WriteString("</li>")
	r.list = open
}

func (r *rich) closeLists(level int) {
	for len(r.list) > level {
		r.b.WriteString("</" + r.list[len(r.list)-1] + ">")
		r.list = r.list[:len(r.list)-1]
	}
}

// kindOf is a node's type under the names that it has.
func kindOf(o *Object) string {
	if s := fold(o.text("style")); s != "" && s != "normal" && blockTags[s] != "" { // Portable Text
		return s
	}
	for _, k := range []string{"tagName", "tag", "nodeType", "_type", "type", "name", "object"} {
		s := fold(o.text(k))
		if s == "element" || s == "" || k == "tag" && blockTags[s] == "" {
			continue
		}
		if s == "block" && o.Get("children") != nil { // Portable Text, without a style
			return "paragraph"
		}
		return s
	}
	return ""
}

func headingTag(o *Object) string {
	for _, from := range []*Object{o, objectAt(o, "attrs"), objectAt(o, "data")} {
		for _, k := range []string{"level", "depth"} {
			if n, ok := from.Get(k).(float64); ok && n >= 1 && n <= 6 {
				return fmt.Sprintf("h%d", int(n))
			}
		}
		if tag := from.text("tag"); len(tag) == 2 && tag[0] == 'h' {
			return tag
		}
	}
	return "h2"
}

func listTag(o *Object) string {
	for _, from := range []*Object{o, objectAt(o, "attrs"), objectAt(o, "data")} {
		if v, _ := from.Get("ordered").(bool); v {
			return "ol"
		}
		for _, k := range []string{"format", "listType", "style", "tag"} {
			switch fold(from.text(k)) {
			case "ordered", "number", "ol":
				return "ol"
			}
		}
	}
	return "ul"
}

func objectAt(o *Object, key string) *Object {
	v, _ := o.Get(key).(*Object)
	return v
}

// wrap writes an element around what f writes. Without a name there is none.
func (r *rich) wrap(tag string, o *Object, f func()) {
	switch tag {
	case "":
		f()
	case "br", "hr":
		r.b.WriteString("<" + tag + ">")
	case "img":
		r.image(o)
	case "a":
		r.b.WriteString(`<a href="` + html.EscapeString(target(o)) + `">`)
		f()
		r.b.WriteString("</a>")
	default:
		r.b.WriteString("<" + tag + ">")
		f()
		r.b.WriteString("</" + tag + ">")
	}
}
