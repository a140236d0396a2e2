package state

import (
	"strings"
	"time"
)

// Post is an object that describes a post, whatever its author called the
// properties.
type Post struct {
	Title     string
	Address   string   // as written: an absolute URL, a path, or a slug
	Slug      bool     // Address is the last part of an address; it may have slashes
	Published string   // as written, or RFC 3339 where it was a number; empty: unknown
	Updated   string   // likewise
	Authors   []string // names
	Tags      []string
	Image     string // as written
	Excerpt   string // may be HTML

	body any // text or rich text; nil: none
}

// Names of properties, in lower case without "_" and "-", surest first.
var (
	titleKeys     = []string{"title", "headline", "posttitle", "name"}
	addressKeys   = []string{"url", "permalink", "canonicalurl", "href", "link", "path", "uri", "fullslug", "pathname", "route", "posturl", "fullurl", "weburl", "to"}
	slugKeys      = []string{"slug", "urlslug", "uniqueslug", "uid", "handle"}
	publishedKeys = []string{"publishedat", "datepublished", "publishdate", "publisheddate", "publishedon", "pubdate", "firstpublishedat", "firstpublicationdate", "postdate", "postedat", "postedon", "publicationdate", "publishedtime", "dategmt", "date", "displaydate", "releasedate", "published", "createdat", "createdon", "created", "datecreated", "creationdate", "timestamp", "isodate"}
	updatedKeys   = []string{"updatedat", "updatedon", "datemodified", "modifiedat", "modifiedon", "modified", "modifiedgmt", "lastmodified", "updated", "lastupdated", "updateddate", "latestpublishedat", "lastpublicationdate"}
	authorKeys    = []string{"authors", "author", "byline", "bylines", "publishedbylines", "creator", "writer", "writtenby", "postedby", "primaryauthor"}
	tagKeys       = []string{"tags", "categories", "topics"}
	imageKeys     = []string{"featuredimage", "coverimage", "heroimage", "featureimage", "mainimage", "thumbnail", "cover", "hero", "image", "ogimage"}
	excerptKeys   = []string{"excerpt", "description", "summary", "subtitle", "dek", "teaser", "standfirst", "intro"}
	bodyKeys      = []string{"contenthtml", "bodyhtml", "html", "content", "body", "articlebody", "richtext", "contentrendered", "markdown", "bodymarkdown", "contentmarkdown", "maincontent", "bodyjson", "blocks", "paragraphs", "bodymodel", "text", "data", "document"}

	// wrapperKeys are properties that hold the post's own properties.
	wrapperKeys = []string{"node", "attributes", "fields", "frontmatter", "metadata", "meta", "data", "content", "post", "article", "item", "sys", "story", "matter", "document", "previewcontent", "_source"}
)

// fold reduces a property's name to what it means.
func fold(key string) string {
	if i := strings.IndexByte(key, '('); i > 0 { // GraphQL: content({"width":600})
		key = key[:i]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '_' || r == '-' || r == ' ' || r == '$':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, key)
}

// props are an object's properties and those of the objects that only wrap
// them, by folded name; outer ones win.
type props map[string]any

const (
	maxWraps   = 4
	maxAddress = 300 // bytes of a slug
)

func newProps(o *Object) props {
	p := props{}
	p.add(o, 0)
	return p
}

func (p props) add(o *Object, level int) {
	var inner []*Object
	for _, k := range o.Keys() {
		v, key := o.Get(k), fold(k)
		if w, ok := v.(*Object); ok && isOneOf(wrapperKeys, key) {
			inner = append(inner, w)
		}
		if have, ok := p[key]; !ok || have == nil || have == "" {
			p[key] = v
		}
	}
	for _, w := range inner {
		if level < maxWraps {
			p.add(w, level+1)
		}
	}
}

func isOneOf(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// text is the first property that is a text, or wraps one: {"rendered": "…"},
// {"current": "…"}, [{"text": "…"}].
func (p props) text(keys []string) string {
	for _, k := range keys {
		if s := plainText(p[k], 0); s != "" {
			return s
		}
	}
	return ""
}

func plainText(v any, level int) string {
	if level > maxWraps {
		return ""
	}
	switch t := v.(type) {
	case string:
		return strings.TrimSpace(t)
	case *Object:
		for _, k := range []string{"rendered", "current", "text", "value", "raw", "title", "url", "src"} {
			if s := plainText(t.Get(k), level+1); s != "" {
				return s
			}
		}
	case []any:
		if len(t) == 1 {
			return plainText(t[0], level+1)
		}
	}
	return ""
}

// date is the first property that can be a date.
func (p props) date(keys []string) string {
	for _, k := range keys {
		switch t := p[k].(type) {
		case string:
			if looksLikeDate(t) {
				return strings.TrimSpace(t)
			}
		case float64:
			if d := unixDate(t); d != "" {
				return d
			}
		case *Object: // {"$date": …}, {"iso": "…"}, {"seconds": …}
			inner := newProps(t)
			if d := inner.date([]string{"date", "iso", "raw", "value", "seconds", "time", "datetime"}); d != "" {
				return d
			}
		}
	}
	return ""
}

func looksLikeDate(s string) bool {
	digits := 0
	for _, c := range s {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return digits >= 5 && len(s) <= 64
}

// unixDate reads seconds or milliseconds since 1970, of the years in which
// there were blogs.
func unixDate(n float64) string {
	const from, to = 788918400, 4102444800 // 1995, 2100
	switch {
	case n >= from && n < to:
		return time.Unix(int64(n), 0).UTC().Format(time.RFC3339)
	case n >= from*1000 && n < to*1000:
		return time.UnixMilli(int64(n)).UTC().Format(time.RFC3339)
	}
	return ""
}

// names lists what people or terms are called.
func names(v any, level int) []string {
	const most = 20
	if level > maxWraps+2 {
		return nil
	}
	var list []string
	switch t := v.(type) {
	case string:
		if s := strings.TrimSpace(t); s != "" && len(s) < 200 && !strings.Contains(s, "://") {
			list = append(list, s)
		}
	case []any:
		for _, e := range t[:min(len(t), most)] {
			list = append(list, names(e, level+1)...)
		}
	case *Object:
		p := newProps(t)
		if s := p.text([]string{"name", "displayname", "fullname", "authorname", "title", "label"}); s != "" {
			return []string{s}
		}
		if s := strings.TrimSpace(p.text([]string{"firstname"}) + " " + p.text([]string{"lastname"})); s != "" {
			return []string{s}
		}
		for _, k := range []string{"edges", "nodes", "data", "items"} {
			if inner := names(p[k], level+1); len(inner) > 0 {
				return inner
			}
		}
	}
	return list
}

// postOf reads an object as a post. Without a title it is none.
func postOf(o *Object) (Post, bool) {
	p := newProps(o)
	post := Post{Title: p.text(titleKeys)}
	if post.Title == "" || len(post.Title) > 1000 {
		return post, false
	}
	post.Address, post.Slug = p.address()
	post.Published, post.Updated = p.date(publishedKeys), p.date(updatedKeys)
	for _, k := range authorKeys {
		if post.Authors = names(p[k], 0); len(post.Authors) > 0 {
			break
		}
	}
	for _, k := range tagKeys {
		post.Tags = append(post.Tags, names(p[k], 0)...)
	}
	post.Image, post.Excerpt = p.text(imageKeys), p.text(excerptKeys)
	for _, k := range bodyKeys {
		if v := p[k]; isBody(v) && weigh(v) > weigh(post.body) {
			post.body = v
		}
	}
	return post, true
}

// address is where a post is. What looks like the path of a source file
// (2024/tides.md) is a slug, too.
func (p props) address() (string, bool) {
	for _, k := range addressKeys {
		s := p.text([]string{k})
		if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
			return s, false
		}
	}
	for _, k := range append(append([]string{}, slugKeys...), addressKeys...) {
		s := p.text([]string{k})
		if s != "" && !strings.ContainsAny(s, " \n\t<>{}") && len(s) <= maxAddress && !strings.HasPrefix(s, "#") && !strings.HasPrefix(s, "mailto:") {
			return s, true
		}
	}
	if s := p.text([]string{"id"}); strings.Contains(s, "-") && strings.Contains(s, "/") || strings.HasSuffix(s, ".md") || strings.HasSuffix(s, ".mdx") {
		return strings.TrimSuffix(strings.TrimSuffix(s, ".mdx"), ".md"), true
	}
	return "", false
}

// weigh is about how many bytes of text a value holds.
func weigh(v any) int {
	n := 0
	walk(v, func(_ []string, v any) bool {
		if s, ok := v.(string); ok {
			n += len(s)
		}
		return true
	})
	return n
}
