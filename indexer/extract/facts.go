package extract

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*$`)

// isLanguageTag reports whether s looks like a BCP 47 tag.
func isLanguageTag(s string) bool {
	if len(s) == 2 || len(s) == 5 && (s[2] == '-' || s[2] == '_') {
		return isLetters(s[:2]) && (len(s) == 2 || isLetters(s[3:]))
	}
	return languageTag.MatchString(s)
}

func isLetters(s string) bool {
	for i := range len(s) {
		if s[i]|0x20 < 'a' || s[i]|0x20 > 'z' {
			return false
		}
	}
	return true
}

// unnamedLanguage are the tags that name none: undetermined, several, not coded.
var unnamedLanguage = wordSet("und mul zxx mis")

// language is the story's language as a BCP 47 tag: of the element nearest to
// the text that names one, which a template in another language may surround,
// else what the page says of itself. Empty if none is given.
func (d *document) language() string {
	candidates := []string{}
	for n := d.content; n != nil && n.DataAtom != atom.Html; n = n.Parent {
		candidates = append(candidates, attr(n, "lang"), attr(n, "xml:lang"))
	}
	candidates = append(candidates, d.article.str("inLanguage"))
	if h := firstTag(d.root, atom.Html); h != nil {
		candidates = append(candidates, attr(h, "lang"), attr(h, "xml:lang"))
	}
	candidates = append(candidates, d.meta("og:locale"), d.meta("content-language"), d.header.Get("Content-Language"), d.meta("language", "dc.language"))
	for _, c := range candidates {
		c, _, _ = strings.Cut(c, ",")
		if c = strings.TrimSpace(c); isLanguageTag(c) && !unnamedLanguage[strings.ToLower(c)] {
			return canonicalTag(c)
		}
	}
	return ""
}

// canonicalTag writes a tag as BCP 47 §2.1.1 recommends: language in lower,
// region in upper case, script capitalised.
func canonicalTag(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' })
	for i, p := range parts {
		switch {
		case i == 0:
			parts[i] = strings.ToLower(p)
		case len(p) == 2:
			parts[i] = strings.ToUpper(p)
		case len(p) == 4:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		default:
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "-")
}

// sameSite reports whether an address is of the page's site, whatever its
// scheme and "www.".
func sameSite(raw string, page *url.URL) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	host := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	return host(u) == host(page)
}

// ownTail is what may follow the canonical address of a page that is only
// another form of it.
var ownTail = regexp.MustCompile(`^/?(?:amp/?|\d{1,3}/?|page/\d+/?|comment-page-\d+/?|feed/?|print/?|index\.(?:html?|php)|[a-z]{2}/?)?$`)

// canonical is the address that the page claims, if it can be believed: on
// the same site, not the home page, and not a page that this one lies under.
func (d *document) canonical() string {
	ref := d.link("canonical")
	if ref == "" {
		ref = linkHeader(d.header.Values("Link"), func(params string) bool {
			return strings.Contains(params, `rel="canonical"`) || strings.Contains(params, "rel=canonical")
		})
	}
	if ref == "" {
		return ""
	}
	c := d.absolute(ref)
	u, err := url.Parse(c)
	if c == "" || err != nil || !sameSite(c, d.url) {
		return ""
	}
	own := strings.TrimSuffix(d.url.Path, "/")
	claimed := strings.TrimSuffix(u.Path, "/")
	if claimed == "" && u.RawQuery == "" && (own != "" || d.url.RawQuery != "") {
		return ""
	}
	if tail, under := strings.CutPrefix(own, claimed+"/"); under && !ownTail.MatchString(tail) {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// linkHeader is the address of the first Link header (RFC 8288 §3) whose
// parameters ok accepts.
func linkHeader(values []string, ok func(params string) bool) string {
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			target, params, found := strings.Cut(part, ">")
			if start := strings.Index(target, "<"); found && start >= 0 && ok(strings.ToLower(params)) {
				return target[start+1:]
			}
		}
	}
	return ""
}

var (
	postClass = regexp.MustCompile(`^(?:postid|page-id)-(\d{1,10})$`)
	apiPath   = regexp.MustCompile(`wp/v2/[a-z_-]+/(\d{1,10})(?:\?.*)?$`)
)

// wordPress is the number of the post and its address in the REST API, as
// the page names them.
func (d *document) wordPress() (id int, api string) {
	for _, n := range d.links {
		if hasToken(n, "rel", "alternate") && attr(n, "type") == "application/json" {
			if m := apiPath.FindStringSubmatch(unescaped(attr(n, "href"))); m != nil && api == "" {
				api = d.absolute(attr(n, "href"))
				id, _ = strconv.Atoi(m[1]) // at most ten digits
			}
		}
	}
	if api == "" {
		ref := linkHeader(d.header.Values("Link"), func(params string) bool {
			return strings.Contains(params, "alternate") && strings.Contains(params, "application/json")
		})
		if m := apiPath.FindStringSubmatch(unescaped(ref)); m != nil {
			api = d.absolute(ref)
			id, _ = strconv.Atoi(m[1]) // at most ten digits
		}
	}
	if !sameSite(api, d.url) {
		api = ""
	}
	for class := range strings.FieldsSeq(attr(d.body, "class")) {
		if !strings.HasPrefix(class, "p") {
			continue
		}
		if m := postClass.FindStringSubmatch(class); m != nil && id == 0 {
			id, _ = strconv.Atoi(m[1]) // at most ten digits
		}
	}
	if short := d.link("shortlink"); id == 0 && strings.Contains(short, "p=") {
		u, err := url.Parse(d.absolute(short))
		if err != nil {
			return 0, api
		}
		id, _ = strconv.Atoi(u.Query().Get("p")) // 0 if it is no number
	}
	return max(id, 0), api
}

// unescaped is an address with its %2F and the like resolved, as sites
// without pretty addresses write ?rest_route=%2Fwp%2Fv2….
func unescaped(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// partial reports whether the page says that it shows only the beginning.
func (d *document) partial() bool {
	for _, n := range append([]ldNode{d.article}, d.ld.nodes...) {
		switch v := n["isAccessibleForFree"].(type) {
		case bool:
			if !v && (d.article == nil || n.is("Article", "Posting", "WebPage", "CreativeWork")) {
				return true
			}
		case string:
			if strings.HasSuffix(strings.ToLower(v), "false") {
				return true
			}
		}
	}
	tier := strings.ToLower(d.meta("article:content_tier"))
	return tier == "locked" || tier == "metered"
}

// isShell reports whether a script fills the page: little text, and an
// element that frameworks fill or a plea to switch scripts on.
func (d *document) isShell() bool {
	if !d.little {
		return false
	}
	return first(d.body, isMount) != nil || first(d.body, func(n *html.Node) bool {
		return isElement(n, atom.Noscript) && scriptPlea.MatchString(rawInnerText(n))
	}) != nil
}

// isMount recognises the elements that client-side frameworks fill.
func isMount(n *html.Node) bool {
	switch attr(n, "id") {
	case "root", "app", "__next", "__nuxt", "svelte", "main-app", "react-root", "gatsby-focus-wrapper", "___gatsby", "q-app":
		return len(strings.Fields(rawText(n))) < fewWords
	}
	return n.Data == "app-root" || strings.EqualFold(attr(n, "ng-app"), "app")
}

var scriptPlea = regexp.MustCompile(`(?i)(?:enable|requires?|need|turn on|aktivieren|activer|activar).{0,40}javascript|javascript.{0,40}(?:enable|require|disabled|aktivier)`)
