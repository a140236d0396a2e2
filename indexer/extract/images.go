package extract

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	widest  = 1600 // pixels; wider pictures are for print and zooming
	heroMin = 200  // pixels; smaller pictures are icons
	tiny    = 3    // pixels; what is not larger counts visitors
)

// lazySources are where scripts that load pictures late keep the address, in
// the order in which they are believed.
var (
	lazySources = []string{"data-src", "data-lazy-src", "data-original", "data-orig-src", "data-lazy", "data-image", "data-full-src", "data-hi-res-src", "data-actualsrc", "data-url", "data-large-file", "data-orig-file"}
	lazySets    = []string{"data-srcset", "data-lazy-srcset", "data-original-set"}
)

// tracker recognises pictures that count readers, and ornaments.
var tracker = regexp.MustCompile(`(?i)pixel\.wp\.com|stats\.wordpress\.com|/b\.gif\?|feedburner\.com/~|feeds\.wordpress\.com|doubleclick\.net|facebook\.com/tr\b|google-analytics\.com|scorecardresearch|quantserve|amazon-adsystem|assoc-amazon|/pixel\.(?:gif|png)|/(?:track|tracking|beacon)(?:ing)?(?:[/.?]|$)|[/_.-]1x1\.|medium\.com/_/stat|matomo\.php|piwik\.php|mailchimp\.com/.*open`)

func isTracker(src string) bool { return trackerStems.anywhere(src) && tracker.MatchString(src) }

// trackerStems are what tracker can't do without, in lower case.
var trackerStems = phrasesOf([]string{
	"pixel.", "wordpress.com", "/b.gif", "feedburner", "doubleclick", "facebook", "analytics", "scorecard", "quantserve", "amazon-adsystem",
	"assoc-amazon", "/track", "/beacon", "1x1", "/_/stat", "matomo", "piwik", "mailchimp",
})

// stand-in pictures that are shown until a script has loaded the right one.
var standIn = regexp.MustCompile(`(?i)(?:^|[/_.-])(?:blank|spacer|transparent|placeholder|lazy[_-]?(?:load|placeholder)?|loading|grey|gray|clear|pixel|trans|dot)\.(?:gif|png|svg|jpe?g)(?:\?|$)`)

func isStandInName(src string) bool { return standInStems.anywhere(src) && standIn.MatchString(src) }

// standInStems are what standIn can't do without, in lower case.
var standInStems = phrasesOf([]string{"blank.", "spacer.", "trans.", "transparent.", "placeholder.", "lazy.", "lazy-.", "lazy_.", "load.", "loading.", "grey.", "gray.", "clear.", "pixel.", "dot."})

// unwrapNoscript puts the pictures of <noscript> in place of the stand-ins
// before them, and drops whatever else it says.
func (d *document) unwrapNoscript() {
	for _, n := range d.noscripts {
		img := noscriptImage(n)
		if img == nil {
			remove(n)
			continue
		}
		if prev := previousImage(n); prev != nil && (d.isStandIn(prev) || d.sameImage(prev, img)) {
			replace(prev, img)
			remove(n)
			continue
		}
		if next := nextImage(n); next != nil && (d.isStandIn(next) || d.sameImage(next, img)) {
			replace(next, img)
			remove(n)
			continue
		}
		replace(n, img)
	}
}

// noscriptImage is the first picture in a <noscript>, which the parser keeps
// as text because it thinks like a browser with scripts.
func noscriptImage(n *html.Node) *html.Node {
	if img := firstTag(n, atom.Img); img != nil {
		remove(img)
		return img
	}
	text := rawInner(n)
	if !strings.Contains(strings.ToLower(text), "<img") {
		return nil
	}
	nodes, err := parseFragment(text)
	if err != nil {
		return nil
	}
	box := element(atom.Div, nodes...)
	img := firstTag(box, atom.Img)
	if img != nil {
		remove(img)
	}
	return img
}

func rawInner(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func previousImage(n *html.Node) *html.Node {
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if s.Type == html.ElementNode {
			return soleImage(s)
		}
	}
	return nil
}

func nextImage(n *html.Node) *html.Node {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.ElementNode {
			return soleImage(s)
		}
	}
	return nil
}

// soleImage is n if it is a picture, or the picture in it if there is nothing else.
func soleImage(n *html.Node) *html.Node {
	if isElement(n, atom.Img) {
		return n
	}
	if isElement(n, atom.Picture, atom.Span, atom.A, atom.Div) && lineText(n) == "" {
		return firstTag(n, atom.Img)
	}
	return nil
}

// isStandIn reports whether a picture shows nothing until a script runs.
func (d *document) isStandIn(img *html.Node) bool {
	src := attr(img, "src")
	return src == "" || strings.HasPrefix(src, "data:") || strings.HasPrefix(src, "about:") || isStandInName(src)
}

func (d *document) sameImage(a, b *html.Node) bool {
	u := d.imageURL(a)
	return u != "" && u == d.imageURL(b)
}

// fixImages resolves the pictures of a body: emoji become characters, late
// ones get their address, sets the widest that is useful, trackers go.
func (d *document) fixImages(body *html.Node) {
	for _, img := range findTags(body, atom.Img) {
		if c := emojiAlt(img); c != "" {
			replace(img, textNode(c))
			continue
		}
		src := d.imageURL(img)
		if src == "" || isTiny(img) || isTracker(src) {
			remove(img)
			continue
		}
		keep := []html.Attribute{{Key: "src", Val: src}, {Key: "alt", Val: feed.CleanLine(attr(img, "alt"))}}
		for _, key := range []string{"width", "height"} {
			if v := attr(img, key); isDigits(v) && len(v) < 6 {
				keep = append(keep, html.Attribute{Key: key, Val: v})
			}
		}
		img.Attr = keep
	}
	for _, n := range findTags(body, atom.Picture) {
		for _, s := range findTags(n, atom.Source) {
			remove(s)
		}
		unwrap(n)
	}
}

// emojiAlt is the character that a picture of an emoji stands for.
func emojiAlt(img *html.Node) string {
	alt := feed.CleanLine(attr(img, "alt"))
	src := attr(img, "src")
	emoji := strings.Contains(src, "s.w.org/images/core/emoji") || strings.Contains(src, "/twemoji") || strings.Contains(src, "/emoji/") ||
		anyName(img, func(s string) bool { return s == "emoji" || s == "wp-smiley" || s == "emojione" || s == "smiley" })
	if emoji && len([]rune(alt)) <= 12 {
		return alt
	}
	return ""
}

func isTiny(n *html.Node) bool {
	for _, key := range []string{"width", "height"} {
		if v, err := strconv.Atoi(strings.TrimSuffix(attr(n, key), "px")); err == nil && v <= tiny {
			return true
		}
	}
	return false
}

// imageURL is the best address of a picture: of its set, of the <picture>
// around it, of where scripts keep it, its own. Empty if there is none.
func (d *document) imageURL(img *html.Node) string {
	sets := []string{attr(img, "srcset")}
	for _, key := range lazySets {
		sets = append(sets, attr(img, key))
	}
	if p := img.Parent; isElement(p, atom.Picture) {
		for _, s := range findTags(p, atom.Source) {
			sets = append(sets, attr(s, "srcset"), attr(s, "data-srcset"))
		}
	}
	for _, set := range sets {
		if u := d.widestOf(set); u != "" {
			return u
		}
	}
	for _, key := range lazySources {
		if u := attr(img, key); u != "" && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "{") {
			if u = d.absolute(u); u != "" && looksLikeImage(u) {
				return u
			}
		}
	}
	if d.isStandIn(img) {
		return ""
	}
	return d.absolute(attr(img, "src"))
}

// looksLikeImage keeps attributes such as data-url, which may hold any
// address, from replacing a picture by a page.
func looksLikeImage(u string) bool {
	p, err := url.Parse(u)
	return err == nil && !strings.HasSuffix(p.Path, "/") && !strings.HasSuffix(p.Path, ".html")
}

// candidate of an image set: an address with its width, or its density in
// thousandths of the smallest useful width.
var setEntry = regexp.MustCompile(`\s*(\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)`)

// widestOf chooses from a srcset the widest picture of at most 1600 pixels,
// or the narrowest if all are wider. Addresses in it may hold commas.
func (d *document) widestOf(set string) string {
	best, bestWidth := "", -1.0
	for _, m := range setEntry.FindAllStringSubmatch(set, 50) {
		u := m[1]
		if strings.HasPrefix(u, "data:") || isStandInName(u) {
			continue
		}
		width, err := strconv.ParseFloat(m[2], 64)
		switch {
		case err != nil:
			width = 1
		case m[3] == "x":
			width = math.Min(width, 2) // 3x is for telephones held to the nose
		}
		better := width > bestWidth && (width <= widest || bestWidth < 0)
		if bestWidth > widest {
			better = width < bestWidth
		}
		if abs := d.absolute(u); better && abs != "" {
			best, bestWidth = abs, width
		}
	}
	return best
}

// noHero are pictures of the site or of people, not of the story.
var noHero = regexp.MustCompile(`(?i)(?:^|[/_.-])(?:logos?|avatars?|gravatar|favicon|icons?|apple-touch|sprite|placeholder|blank|default[_-]?(?:image|og|share|social|thumb\w*)|site[_-]?image|og[_-]?default|wp-includes/images)(?:[/_.-]|\d|$)|gravatar\.com|s0\.wp\.com/i/`)

// noHeroHeads are what noHero's words begin with.
var noHeroHeads = phrasesOf(strings.Fields("logo avatar gravatar favicon icon apple-touch sprite placeholder blank default site og wp-includes s0.wp"))

// hero is the picture that stands for the story: og:image, JSON-LD's image,
// else the first sizeable picture of the body.
func (d *document) hero(b Body) string {
	if w, err := strconv.Atoi(d.meta("og:image:width")); err != nil || w >= heroMin {
		for _, name := range []string{"og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"} {
			if u := d.heroURL(d.meta(name)); u != "" {
				return u
			}
		}
	}
	for _, key := range []string{"image", "thumbnailUrl"} {
		if u := d.heroURL(d.ld.urlOf(d.article[key])); u != "" {
			return u
		}
	}
	for _, img := range b.images {
		w, err := strconv.Atoi(attr(img, "width"))
		if err == nil && w < heroMin {
			continue
		}
		if u := d.heroURL(attr(img, "src")); u != "" {
			return u
		}
	}
	return ""
}

func (d *document) heroURL(ref string) string {
	u := d.absolute(ref)
	if u == "" || noHeroHeads.in(u) && noHero.MatchString(u) || isTracker(u) {
		return ""
	}
	for _, n := range d.ld.nodes {
		if n.is("Organization") && d.absolute(d.ld.urlOf(n["logo"])) == u {
			return ""
		}
	}
	return u
}
