package discover

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"storyfeed/feed"
)

// view is a page made ready for questions: its links in the order of the page,
// each with the line it stands on and the furniture it is part of. It is built
// in one pass over the tree, so that a page of 100,000 links is no trouble.
type view struct {
	url    *url.URL // after redirects
	base   *url.URL // what relative links refer to
	header http.Header
	doc    *goquery.Document
	head   *goquery.Selection // title, base, meta and link elements, wherever they stand
	site   site
	meta   meta
	pins   pins

	anchors   []*anchor
	extents   []extent
	at        map[*html.Node]int32  // of elements, in extents
	cut       map[*html.Node]string // roots of furniture
	postRoots map[*html.Node]bool   // see isListedPost; nil: not asked yet
	under     map[*html.Node]bool   // posts below a heading under which the text wanders off
	letters   int                   // runes of text on the whole page, furniture included

	own    string   // see selfKey; empty: not asked yet
	self   string   // see address; empty: not asked yet
	onward *further // see next; nil: not asked yet
}

// address is the page's own.
func (v *view) address() string {
	if v.self == "" {
		v.self = v.url.String()
	}
	return v.self
}

// selfKey is the key of the page's own address.
func (v *view) selfKey() string {
	if v.own == "" {
		v.own = feed.URLKey(v.url.String())
	}
	return v.own
}

// anchor is one link of a page.
type anchor struct {
	node    *html.Node
	index   int    // in view.anchors
	url     string // absolute, cleaned; empty: leads nowhere
	key     string // feed.URLKey of url
	reason  string // why it can't lead to a story; empty: it may
	text    string // one line
	rel     []string
	cut     string // the furniture it is part of; empty: none
	section string // text of the heading above it, when the text wanders off there
	year    int    // the last year heading above it; 0: none
	period  int    // twelve times that year plus the month heading, for comparison; 0: none
	heading *html.Node
	blocks  bool // it wraps whole blocks: a card

	line       *line
	start, end int        // in line.text
	block      *html.Node // the nearest element around it that makes a line
	lineOne    bool       // its line is the first of its list item, or of its table cell
	onLine     int        // index in line.anchors
	lead       int8       // 1: it is what its line is about, -1: it is not, 0: not asked yet
}

// line is text that stands on one line as far as the page decides it.
type line struct {
	text    string
	anchors []*anchor
	block   *html.Node
}

const (
	linkWeight = 20  // what a link weighs against runes of text
	maxAnchor  = 300 // bytes kept of a link's text
)

// newView parses a page. The source's own address counts as the same site as
// the one that it redirected to.
func newView(p *Page, source string) (*view, error) {
	return viewOf(p, newSite(source), false)
}

// viewOf parses a page as one of a site; its own host belongs to that. When
// relaxed, only what can never be a text is taken for furniture.
func viewOf(p *Page, s site, relaxed bool) (*view, error) {
	u, err := url.Parse(p.FinalURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is not the address of a page", p.FinalURL)
	}
	s = maps.Clone(s)
	s[hostKey(u)] = true
	root, err := parseHTML(p.Body)
	if err != nil {
		return nil, err
	}
	linkify(root)
	v := &view{
		url: u, base: u, header: p.Header, doc: goquery.NewDocumentFromNode(root), site: s,
		at: make(map[*html.Node]int32, countElements(root)), cut: map[*html.Node]string{}, under: map[*html.Node]bool{},
	}
	v.head = v.doc.Find("title, base, meta, link")
	if href, ok := v.head.Filter("base[href]").First().Attr("href"); ok {
		if b, err := u.Parse(strings.TrimSpace(href)); err == nil && b.Host != "" {
			v.base = b
		}
	}
	v.meta = readMeta(v)
	sc := scanner{v: v, relaxed: relaxed, kept: keptNodes(v), items: map[*html.Node]bool{}}
	sc.total = sc.measure(root)
	sc.node(root, scope{})
	sc.endLine()
	sc.menu.close()
	v.openDays()
	v.dropWords()
	v.meta.feedURL = firstOf(v.meta.feedURL, v.linkedFeed())
	return v, nil
}

// keptNodes are the elements that hold the page's subject: whatever their
// classes say, they are no furniture.
func keptNodes(v *view) map[*html.Node]bool {
	kept := map[*html.Node]bool{}
	main := v.doc.Find("main, [role=main], #main, #content, #primary, [itemprop=articleBody]")
	nodes := slices.Concat(main.Nodes[:min(20, len(main.Nodes))], titleHeadings(v))
	for _, n := range nodes {
		for ; n != nil && !kept[n]; n = n.Parent {
			kept[n] = true
		}
	}
	return kept
}

// titleHeadings are the headings that repeat the page's own title.
func titleHeadings(v *view) []*html.Node {
	var found []*html.Node
	want := feed.CleanLine(v.meta.title)
	v.doc.Find("h1, h2").EachWithBreak(func(_ int, h *goquery.Selection) bool {
		if want != "" && feed.CleanLine(h.Text()) == want {
			found = append(found, h.Nodes[0])
		}
		return len(found) < 3
	})
	return found
}
