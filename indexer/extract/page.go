package extract

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

// Limits of what is read as a page; beyond them it is refused. They keep a
// hostile page under five seconds of CPU.
const (
	maxBytes      = 10 << 20 // of a page, decoded
	maxTags       = 300_000  // "<" in the bytes: cheaper to count than nodes, and before they cost anything
	maxElements   = 120_000  // long novels on one page have about 20,000
	maxAttrs      = 64       // of one element; the rest is dropped
	maxTitleBytes = 4 << 10  // of <title>
	maxSites      = 20       // names that a site may have
	maxTimes      = 50       // <time>s that may date a story which nothing else dates
	maxTops       = 2        // headings that may be a notice
	maxAttr       = 64 << 10 // bytes of one attribute's value; longer ones (data: images) are dropped
)

// meta is one <meta>: its name, property or itemprop in lower case, and its
// content.
type meta struct{ name, content string }

// document is a page being read. The steps of [Extract] fill it from top to
// bottom; nothing of it outlives the call.
type document struct {
	url  *url.URL // final address
	base *url.URL // what relative addresses are relative to
	now  time.Time

	root, body *html.Node
	metas      []meta
	links      []*html.Node // <link>s of the page, wherever they stand
	ld         linkedData
	kinds      memo[furniture]
	contents   memo[bool]   // whether names are those of a story's text
	programs   []string     // texts of the other scripts
	times      []*html.Node // <time>s of the page, also of what is cut
	anchors    []*html.Node // <a>s and <area>s of the whole page
	noscripts  []*html.Node
	unbranded  lately       // names that are not the site's
	brands     []*html.Node // elements of the body that are named as the site's name is
	firsts     []*html.Node // headings of the first rank
	tops       []*html.Node // the first headings of the first two ranks
	little     bool         // there are few words on the page
	columns    []*html.Node // side columns that were cut
	title      string       // of <title>
	header     http.Header
	anchor     string
	sites      []string // what the site is called, without duplicates

	article      ldNode // the JSON-LD object that describes the story, or nil
	sizes        map[*html.Node]size
	measured     *html.Node   // where sizes begin: d.body, or the content alone
	elements     int          // of the page
	total        int          // letters of prose on the page
	heading      *html.Node   // the story's heading, or nil
	source       []byte       // the page as it came
	content      *html.Node   // what holds the body, or nil
	prose        *html.Node   // the first long text of it, once asked for, or nil
	themed       bool         // content was found by the theme's own name for it
	lines        []byline     // of the page, see pageLines
	scopeLines   []byline     // of scope, see linesAround
	account      string       // what is named as author and is no name of anybody
	scope        *html.Node   // what holds the story with its byline, date and tags
	dateElements []*html.Node // around the story that are made for a date and name no day
	shell        bool         // a script fills the page
	answers      bool         // the page holds data that scripts asked for

	listOfLinks int // pages of the site that the content links, where it does little else
}

// parse reads the bytes and everything that stands in the head, and drops
// what no later step may see: scripts, styles, comments.
func parse(p Page) (*document, error) {
	if len(p.HTML) > maxBytes {
		return nil, fmt.Errorf("page of %d bytes, at most %d are read", len(p.HTML), maxBytes)
	}
	if len(p.HTML) > maxTags { // else it can't hold so many
		if n := bytes.Count(p.HTML, []byte{'<'}); n > maxTags {
			return nil, fmt.Errorf("page of %d tags, at most %d are read", n, maxTags)
		}
	}
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("page address %q is not absolute", p.URL)
	}
	root, err := html.Parse(bytes.NewReader(p.HTML))
	if err != nil {
		return nil, fmt.Errorf("unparseable: %w", err)
	}
	d := &document{url: u, base: u, now: p.Now, root: root, source: p.HTML, header: p.Header, anchor: feed.CleanLine(p.Anchor)}
	if d.now.IsZero() {
		d.now = time.Now()
	}
	if err := d.collect(); err != nil {
		return nil, err
	}
	if d.body == nil {
		return nil, errors.New("unparseable: page without body")
	}
	d.little = !hasWords(d.body, noteWords)
	d.shell = d.isShell()
	d.article = d.findArticle()
	d.sites = d.siteNames(p.SiteTitle)
	return d, nil
}

// collect goes once over all nodes.
func (d *document) collect() error {
	d.collectBelow(d.root)
	if d.elements > maxElements {
		return fmt.Errorf("page of %d elements, at most %d are read", d.elements, maxElements)
	}
	return nil
}

func (d *document) collectBelow(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.CommentNode:
			n.RemoveChild(c)
		case html.ElementNode:
			d.elements++
			if boundAttrs(c); d.collectElement(c) {
				d.collectBelow(c)
			} else {
				n.RemoveChild(c)
			}
		}
		c = next
	}
}

// collectElement takes from an element what later steps want, and reports
// whether it stays on the page.
func (d *document) collectElement(n *html.Node) bool {
	if d.body != nil && len(n.Attr) > 0 && n.DataAtom != atom.Header && d.isBranded(n) {
		d.brands = append(d.brands, n)
	}
	switch n.DataAtom {
	case atom.Body:
		if d.body == nil {
			d.body = n
		}
	case atom.A, atom.Area:
		d.anchors = append(d.anchors, n)
	case atom.H1, atom.H2:
		if n.DataAtom == atom.H1 && d.body != nil {
			d.firsts = append(d.firsts, n)
		}
		if len(d.tops) < maxTops {
			d.tops = append(d.tops, n)
		}
	case atom.Noscript:
		if d.body != nil {
			d.noscripts = append(d.noscripts, n)
		}
	case atom.Meta:
		d.addMeta(n)
	case atom.Link:
		d.links = append(d.links, n)
	case atom.Base:
		if b, err := d.url.Parse(attr(n, "href")); err == nil && isWeb(b) && d.base == d.url && hasAttr(n, "href") {
			d.base = b
		}
	case atom.Title:
		if n.Namespace == "" && d.title == "" {
			t := rawText(n)
			d.title = feed.CleanLine(t[:min(len(t), maxTitleBytes)])
		}
	case atom.Script:
		if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil {
			d.ld.add(n.FirstChild.Data)
		}
		if n.FirstChild != nil {
			d.programs = append(d.programs, n.FirstChild.Data)
		}
		d.answers = d.answers || isAnswer(n)
		return strings.HasPrefix(attr(n, "type"), "math/tex")
	case atom.Time:
		if len(d.times) < maxTimes {
			d.times = append(d.times, n)
		}
	case atom.Style, atom.Template:
		return false
	}
	return true
}

func (d *document) addMeta(n *html.Node) {
	content := attr(n, "content")
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		if name := strings.ToLower(attr(n, key)); name != "" && content != "" {
			d.metas = append(d.metas, meta{name, content})
		}
	}
}

// boundAttrs drops attributes that only cost: too many, too long.
func boundAttrs(n *html.Node) {
	if len(n.Attr) > maxAttrs {
		n.Attr = n.Attr[:maxAttrs]
	}
	for i := range n.Attr {
		if len(n.Attr[i].Val) > maxAttr {
			n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return len(a.Val) > maxAttr })
			return
		}
	}
}

// meta is the content of the first <meta> with one of the names, tried in
// the order given, as one clean line.
func (d *document) meta(names ...string) string {
	for _, name := range names {
		for _, m := range d.metas {
			if m.name == name {
				if s := feed.CleanLine(m.content); s != "" {
					return s
				}
			}
		}
	}
	return ""
}

// metaAll is the content of every <meta> of that name, in page order.
func (d *document) metaAll(name string) []string {
	var out []string
	for _, m := range d.metas {
		if m.name == name {
			out = append(out, m.content)
		}
	}
	return out
}

// link is the address of the first <link> with that relation, as written.
func (d *document) link(rel string) string {
	for _, n := range d.links {
		if hasToken(n, "rel", rel) && attr(n, "href") != "" {
			return attr(n, "href")
		}
	}
	return ""
}

// findArticle is the JSON-LD object of the story: the only article of the
// page, or the one that bears the page's address or title.
func (d *document) findArticle() ldNode {
	var found []ldNode
	for _, n := range d.ld.nodes {
		if n.is("Article", "Posting") {
			found = append(found, n)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	for _, n := range found {
		for _, key := range []string{"url", "mainEntityOfPage", "@id"} {
			if u := d.absolute(d.ld.urlOf(n[key])); u != "" && feed.URLKey(u) == feed.URLKey(d.url.String()) {
				return n
			}
		}
		if h := n.str("headline"); h != "" && strings.HasPrefix(fold(d.title), fold(h)) {
			return n
		}
	}
	return nil
}

// siteNames is what the site calls itself, from the surest source on.
func (d *document) siteNames(known string) []string {
	candidates := []string{known, d.meta("og:site_name"), d.meta("application-name", "apple-mobile-web-app-title")}
	for _, n := range d.ld.nodes {
		if n.is("WebSite", "Blog", "Organization") {
			candidates = append(candidates, n.str("name"))
		}
	}
	if d.article != nil {
		for _, p := range d.ld.resolve(d.article["publisher"]) {
			// Some blogs are published by their only author, who is no site.
			if !p.is("Person") {
				candidates = append(candidates, p.str("name"))
			}
		}
	}
	own := ""
	if len(candidates) > 1 && candidates[1] != "" {
		own, _, _ = strings.Cut(fold(d.title), " "+fold(candidates[1]))
	}
	for _, n := range d.brands {
		// A theme may call the story's own heading the site's title.
		if s := lineText(n); len(candidates) < 2*maxSites && len(s) < 100 && (own == "" || fold(s) != own) {
			candidates = append(candidates, s)
		}
	}
	candidates = append(candidates, d.headerName())
	var out []string
	for _, c := range candidates {
		if c = feed.CleanLine(c); c != "" && len(c) < maxTitleBytes && len(out) < maxSites && !slices.ContainsFunc(out, func(o string) bool { return fold(o) == fold(c) }) {
			out = append(out, c)
		}
	}
	return out
}

// isBranded reports whether an element is named as the site's name is.
func (d *document) isBranded(n *html.Node) bool {
	for i := range n.Attr {
		if a := &n.Attr[i]; (a.Key == "class" || a.Key == "id") && a.Val != "" {
			if last := d.unbranded.of(a.Val); *last != a.Val {
				if anyNameIn(a.Val, isBrand) {
					return true
				}
				*last = a.Val
			}
		}
	}
	return false
}

// lately are lists of names that were met, a few dozen of them: templates repeat
// themselves.
type lately [64]string

// of is the place of a list that is not empty.
func (l *lately) of(names string) *string {
	n := len(names)
	return &l[(n+31*int(names[0])+7*int(names[n/2])+3*int(names[n-1]))%len(l)]
}

func isBrand(name string) bool {
	switch name {
	case "site-title", "site-name", "blog-title", "wp-block-site-title", "navbar-brand", "site-logo", "gh-head-logo", "logo":
		return true
	}
	return false
}

// isSite reports whether s is the site's name.
func (d *document) isSite(s string) bool {
	f := fold(s)
	return slices.ContainsFunc(d.sites, func(site string) bool { return fold(site) == f })
}
