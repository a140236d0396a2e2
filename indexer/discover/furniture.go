package discover

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Furniture is what surrounds the text of a page on every page of a site, and
// what the engine hangs on to a text: menus, widgets, comments, shares.

// furnitureWords are parts of class names and ids that name furniture in the
// themes of all engines.
var furnitureWords = map[string]string{
	"sidebar": "sidebar", "widget": "sidebar", "widgets": "sidebar", "rail": "sidebar",
	"comment": "comments", "comments": "comments", "respond": "comments", "disqus": "comments", "commentlist": "comments", "pingback": "comments", "trackback": "comments",
	"related": "related posts", "relatedposts": "related posts", "yarpp": "related posts", "recommended": "related posts", "recommendations": "related posts", "crosslinks": "related posts",
	"popular": "popular posts", "trending": "popular posts",
	"share": "share buttons", "sharing": "share buttons", "sharedaddy": "share buttons", "social": "share buttons", "addtoany": "share buttons",
	"breadcrumb": "menu", "breadcrumbs": "menu", "navbar": "menu", "nav": "menu", "navigation": "menu", "menu": "menu", "topbar": "menu", "masthead": "menu", "skip": "menu",
	"pagination": "page numbers", "pager": "page numbers", "paginator": "page numbers", "pagenav": "page numbers", "pagenavi": "page numbers",
	"newsletter": "newsletter box", "signup": "newsletter box", "cookie": "cookie box", "cookies": "cookie box", "consent": "cookie box", "popup": "pop-up", "modal": "pop-up",
	"advert": "advertisement", "adverts": "advertisement", "ads": "advertisement", "advertisement": "advertisement", "sponsor": "advertisement",
	"tagcloud": "tags", "colophon": "footer", "footer": "footer",
	"byline": "byline", "bio": "about the author",
}

// furniturePhrases are names of several parts; one part alone would be too
// common a word.
var furniturePhrases = []struct{ phrase, reason string }{
	{"author-box", "about the author"},
	{"about-author", "about the author"},
	{"author-info", "about the author"},
	{"post-author", "about the author"},
	{"tags-links", "tags"},
	{"tag-list", "tags"},
	{"tag-links", "tags"},
	{"cat-links", "tags"},
	{"post-tags", "tags"},
	{"post-categories", "tags"},
	{"tag-cloud", "tags"},
	{"site-header", "page header"},
	{"page-footer", "footer"},
	{"recent-comments", "comments"},
	{"latest-comments", "comments"},
	{"you-may-also", "related posts"},
	{"read-next", "related posts"},
	{"more-posts", "related posts"},
	{"next-post", "post navigation"},
	{"prev-post", "post navigation"},
	{"previous-post", "post navigation"},
	{"wp-block-archives", "sidebar"},
	{"wp-block-categories", "sidebar"},
	{"wp-calendar", "calendar"},
}

// neutralPrefixes begin class names that speak of a page's layout or a post's
// tags instead of what the element is: "has-sidebar", "category-social".
var neutralPrefixes = []string{"has-", "no-", "with-", "without-", "is-", "category-", "tag-", "format-", "type-", "status-", "author-", "post-", "page-template", "wp-", "hide-", "show-", "col-", "single-", "entry-", "elementor-"}

// furnitureByName says which furniture an element's class or id names, or
// nothing.
func furnitureByName(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" || a.Val == "" {
			continue
		}
		tokens := strings.Fields(a.Val)
		if slices.Contains(tokens, "widget") && slices.Contains(tokens, "Blog") {
			continue // Blogger's widget that holds the posts
		}
		for _, token := range tokens {
			if reason := furnitureToken(token); reason != "" {
				return reason
			}
		}
	}
	return ""
}

func furnitureToken(token string) string {
	if len(token) > 80 {
		return ""
	}
	lower := strings.ToLower(token)
	for _, p := range furniturePhrases {
		if strings.Contains(lower, p.phrase) {
			return p.reason
		}
	}
	if slices.ContainsFunc(neutralPrefixes, func(p string) bool { return strings.HasPrefix(lower, p) }) {
		// WordPress names its block widgets wp-block-…; posts carry post-related
		// classes of many kinds. Only unmistakable endings count there.
		switch end := lower[strings.LastIndexByte(lower, '-')+1:]; end {
		case "navigation", "comments", "pagination", "sharing", "menu", "breadcrumbs":
			return furnitureWords[end]
		}
		return ""
	}
	for _, word := range nameParts(token) {
		if reason := furnitureWords[word]; reason != "" {
			return reason
		}
	}
	return ""
}

// nameParts splits "jp-relatedPosts" into jp, related, posts.
func nameParts(token string) []string {
	var parts []string
	start := 0
	cut := func(end, next int) {
		if end > start {
			parts = append(parts, strings.ToLower(token[start:end]))
		}
		start = next
	}
	lower := false
	for i, r := range token {
		switch {
		case r == '-' || r == '_' || r == ':':
			cut(i, i+1)
		case unicode.IsUpper(r) && lower:
			cut(i, i)
		}
		lower = unicode.IsLower(r)
	}
	cut(len(token), len(token))
	return parts
}

// furnitureByTag says which furniture an element is by its meaning in HTML.
// Headers and footers inside an article belong to it; the footer of a post
// holds its tags, but sometimes also the link to the whole post.
func furnitureByTag(n *html.Node, inArticle bool) string {
	switch n.DataAtom {
	case atom.Nav:
		return "menu"
	case atom.Aside:
		return "sidebar"
	case atom.Form, atom.Dialog:
		return "form"
	case atom.Footer:
		if inArticle {
			return articleFooter
		}
		return "footer"
	case atom.Header:
		if !inArticle {
			return pageHeader
		}
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "hidden":
			return "hidden"
		case a.Key == "style" && hiddenStyle.MatchString(a.Val):
			return "hidden"
		case a.Key == "role":
			switch strings.ToLower(a.Val) {
			case "navigation", "menu", "menubar":
				return "menu"
			case "complementary":
				return "sidebar"
			case "search":
				return "form"
			case "contentinfo":
				return "footer"
			case "dialog", "alertdialog":
				return "pop-up"
			}
		}
	}
	return ""
}

const (
	articleFooter = "footer of a post"
	pageHeader    = "page header"
)

// alwaysFurniture is left out also when a page is searched a second time
// because nothing was found.
var alwaysFurniture = map[string]bool{
	"comments": true, "form": true, "hidden": true, pageHeader: true, "footer": true, articleFooter: true, "share buttons": true, "cookie box": true, "page numbers": true,
	"post navigation": true, "related posts": true, "advertisement": true, "tags": true,
}

var hiddenStyle = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

// asides are headings, in the common languages, under which a text leads away
// from its subject.
var asides = regexp.MustCompile(`(?i)^\W*(?:related|you (?:may|might) (?:also )?(?:like|enjoy)|more (?:from|posts|stories|articles|on)\b|also (?:on|by|from)\b|read (?:next|more)|recommended|popular|trending|most (?:read|popular)|recent (?:posts|comments)|` +
	`latest comments|comments?\b|\d+ (?:comments|replies|responses|thoughts)|leave a (?:reply|comment)|share (?:this|on)|tags?$|categories$|archives?$|about (?:the |this )?(?:author|site|blog|me)|keep in touch|stay in touch|get in touch|contact|` +
	`subscribe|follow (?:me|us)|elsewhere|blogroll|friends$|links$|see also|further reading|external links|footnotes|references|sources$|` +
	`ähnliche|verwandte|weitere (?:artikel|beiträge)|beliebte?|kommentare?|teilen|kontakt|articles similaires|à lire aussi|commentaires|entradas relacionadas|comentarios|también te|leia também|articoli correlati|похожие|комментарии)`)
