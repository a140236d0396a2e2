package discover

import (
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"storyfeed/feed"
)

// meta is what a page says about itself.
type meta struct {
	title       string // without the site's name
	siteName    string
	description string
	language    string
	image       string
	feedURL     string
	wordPress   bool
	apiRoot     string   // WordPress: address of the REST API; empty: not announced
	apiSelf     string   // WordPress: this page in the REST API
	generator   string   // lower case
	classes     []string // of body
	ogType      string
	published   bool     // article:published_time is there
	types       []string // schema.org types of the page in JSON-LD and microdata, lower case
}

func readMeta(v *view) meta {
	d, h := v.doc, v.head
	m := meta{
		wordPress: h.Filter("link[href*='/wp-content/'], link[href*='/wp-includes/']").Length() > 0,
		generator: strings.ToLower(content(h, "meta[name=generator]")),
		classes:   strings.Fields(d.Find("body").First().AttrOr("class", "")),
		ogType:    strings.ToLower(content(h, "meta[property='og:type']")),
		published: content(h, "meta[property='article:published_time']") != "",
	}
	var ldSite string
	m.types, ldSite = readLinkedData(d)
	m.siteName = firstOf(content(h, "meta[property='og:site_name']"), ldSite, content(h, "meta[name=application-name]"),
		line1(d.Find(".site-title, .site-name, #site-title, #logo").First().Text()))
	m.apiRoot, m.apiSelf = readAPI(v)
	m.wordPress = m.wordPress || m.apiRoot != "" || strings.HasPrefix(m.generator, "wordpress")
	m.title = readTitle(v, m.siteName)
	m.description = firstOf(line1(d.Find(".archive-description, .taxonomy-description, .category-description").First().Text()),
		content(h, "meta[property='og:description']"), content(h, "meta[name=description]"))
	m.language = language(firstOf(d.Find("html").AttrOr("lang", ""), content(h, "meta[http-equiv=content-language]"),
		content(h, "meta[property='og:locale']")))
	m.image = v.absolute(firstOf(content(h, "meta[property='og:image:secure_url']"), content(h, "meta[property='og:image']"),
		content(h, "meta[name='twitter:image']")))
	m.feedURL = readFeedURL(v, m)
	return m
}

// content reads one of the page's meta elements.
func content(head *goquery.Selection, selector string) string {
	return line1(head.Filter(selector).First().AttrOr("content", ""))
}

// line1 is a text of a page as one line of reasonable length.
func line1(s string) string {
	const most = 1000
	if len(s) > 8*most {
		s = s[:8*most]
	}
	s = feed.CleanLine(s)
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return s
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// absolute resolves an address of the page; other schemes than http and https
// give nothing.
func (v *view) absolute(ref string) string {
	if ref == "" {
		return ""
	}
	u, err := v.base.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$`)

// language makes a BCP 47 tag of what pages write, or nothing.
func language(s string) string {
	s, _, _ = strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), ",")
	if !languageTag.MatchString(s) {
		return ""
	}
	return s
}

// pageTypes are the schema.org types that say what a page is.
var articleTypes = []string{"article", "blogposting", "newsarticle", "techarticle", "report"}

var listTypes = []string{"blog", "collectionpage", "searchresultspage", "profilepage"}

// readLinkedData returns the types of the page's JSON-LD and the site's name.
// Broken JSON is passed over: everything here is evidence only.
func readLinkedData(d *goquery.Document) (types []string, siteName string) {
	d.Find("script[type='application/ld+json']").EachWithBreak(func(i int, s *goquery.Selection) bool {
		var doc any
		if json.Unmarshal([]byte(s.Text()), &doc) != nil {
			return i < 20
		}
		for _, node := range graph(doc) {
			kinds := stringsOf(node["@type"])
			for _, k := range kinds {
				types = append(types, strings.ToLower(k))
			}
			if slices.Contains(kinds, "WebSite") && siteName == "" {
				name, _ := node["name"].(string)
				siteName = line1(name)
			}
		}
		return i < 20
	})
	return types, siteName
}

// graph lists the top objects of a JSON-LD document.
func graph(doc any) []map[string]any {
	var nodes []map[string]any
	switch t := doc.(type) {
	case []any:
		for _, e := range t {
			if m, ok := e.(map[string]any); ok {
				nodes = append(nodes, m)
			}
		}
	case map[string]any:
		nodes = append(nodes, t)
		if g, ok := t["@graph"].([]any); ok {
			nodes = append(nodes, graph(g)...)
		}
	}
	return nodes
}

func stringsOf(v any) []string {
	switch t := v.(type) {
	case string:
		return []string{t}
	case []any:
		var all []string
		for _, e := range t {
			if s, ok := e.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

// readFeedURL chooses among the feeds that a page announces: not that of
// comments, rather that of this list than that of the whole site.
func readFeedURL(v *view, m meta) string {
	self := strings.TrimSuffix(v.url.Path, "/")
	single := isSingle(m)
	best, bestScore := "", 0
	v.head.Filter("link[rel~=alternate][href]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		score := 0
		switch strings.ToLower(strings.TrimSpace(s.AttrOr("type", ""))) {
		case "application/rss+xml", "application/rdf+xml":
			score = 2
		case "application/atom+xml":
			score = 3 // carries when a story was changed
		case "application/feed+json":
			score = 1
		}
		u, err := v.base.Parse(strings.TrimSpace(s.AttrOr("href", "")))
		if score == 0 || err != nil || isCommentFeed(u, s.AttrOr("title", "")) {
			return i < 100
		}
		if own := self != "" && strings.HasPrefix(u.Path, self+"/"); own && single {
			return i < 100 // the comments on this page, whatever the language of its title
		} else if own {
			score += 10
		}
		if score > bestScore {
			best, bestScore = v.absolute(u.String()), score
		}
		return i < 100
	})
	return best
}

// linkedFeed is the feed that a page without an announced one links for people.
func (v *view) linkedFeed() string {
	for _, a := range v.anchors {
		if a.reason != otherFormat || a.cut == "comments" {
			continue
		}
		if u, err := url.Parse(a.url); err == nil && !isCommentFeed(u, a.text) {
			return a.url
		}
	}
	return ""
}

func isCommentFeed(u *url.URL, title string) bool {
	p := strings.ToLower(u.Path)
	return containsFold(title, "comment") || strings.Contains(p, "/comments/") || path.Base(path.Dir(p)) == "comments"
}

// isSingle reports that the page says of itself to be one post or page.
func isSingle(m meta) bool {
	if slices.ContainsFunc(m.classes, func(c string) bool { return c == "single" || c == "page" || c == "post-template" || c == "singular" }) {
		return !slices.Contains(m.classes, "blog") && !slices.Contains(m.classes, "archive")
	}
	return m.ogType == "article" || m.published || slices.ContainsFunc(m.types, func(t string) bool { return slices.Contains(articleTypes, t) })
}

// surelySingle reports that more than og:type says so: many sites call all
// their pages articles there.
func surelySingle(m meta) bool {
	m.ogType = ""
	return isSingle(m)
}

// isListing reports that the page says of itself to be a list of posts.
func isListing(m meta) bool { return surelyListing(m) || claimsListing(m) }

// surelyListing reports that the engine's classes say so.
func surelyListing(m meta) bool {
	return slices.ContainsFunc(m.classes, func(c string) bool {
		switch c {
		case "archive", "blog", "category", "tag", "author", "date", "search", "tag-template", "author-template":
			return true
		}
		return strings.HasPrefix(c, "tax-") || strings.HasPrefix(c, "post-type-archive")
	})
}

// claimsListing reports that the page's linked data says so, or that it is a
// home page. Some themes tell search engines on every page that it is a blog,
// or give every page the class of the first.
func claimsListing(m meta) bool {
	if slices.Contains(m.classes, "home-template") {
		return true
	}
	return m.ogType != "article" && slices.ContainsFunc(m.types, func(t string) bool { return slices.Contains(listTypes, t) })
}
