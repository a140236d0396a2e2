package extract

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"storyfeed/feed"
)

const (
	maxLinks = 5000
	maxURL   = 2000 // bytes; longer addresses are data or attacks
)

func isWeb(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

var (
	// Browsers drop line ends and tabs within an address.
	lineEnds = strings.NewReplacer("\n", "", "\r", "", "\t", "")
	// Quotes are legal in some places of an address, but no feed wants them.
	marks = strings.NewReplacer("'", "%27", `"`, "%22", "<", "%3C", ">", "%3E")
)

// absolute resolves an address as a browser would, against <base> and the
// page's own. It is empty for what is not http or https.
func (d *document) absolute(ref string) string { return resolve(d.base, ref) }

func resolve(base *url.URL, ref string) string {
	if isPlainPath(ref) && isWeb(base) && base.User == nil && len(ref) < maxURL/2 {
		return base.Scheme + "://" + base.Host + ref // what resolving it comes to
	}
	if isPlainAddress(ref) && len(ref) < maxURL/2 {
		return ref
	}
	ref = lineEnds.Replace(strings.TrimSpace(feed.CleanText(ref)))
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	u, err := base.Parse(strings.ReplaceAll(ref, " ", "%20"))
	if err != nil || !isWeb(u) || u.User != nil {
		return ""
	}
	s := marks.Replace(u.String())
	if len(s) > maxURL {
		return ""
	}
	return s
}

// isPlainPath reports whether a reference is a path from the root that has
// nothing to be escaped, resolved or cleaned.
func isPlainPath(ref string) bool {
	if len(ref) == 0 || ref[0] != '/' {
		return false
	}
	for i := range len(ref) {
		switch c := ref[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		case c == '/' && (i == 0 || ref[i-1] != '/'):
		case c == '.' && i > 0 && ref[i-1] != '/' && ref[i-1] != '.':
		default:
			return false
		}
	}
	return true
}

// isPlainAddress reports whether a reference is a whole address of the web
// that has nothing to be escaped, resolved or cleaned.
func isPlainAddress(ref string) bool {
	rest, ok := strings.CutPrefix(ref, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(ref, "http://"); !ok {
			return false
		}
	}
	end := 0
	for end < len(rest) && (rest[end] >= 'a' && rest[end] <= 'z' || rest[end] >= '0' && rest[end] <= '9' || rest[end] == '-' || rest[end] == '.') {
		end++
	}
	return end > 0 && (end == len(rest) || isPlainPath(rest[end:]))
}

// refs lists the addresses that the page links, as written.
func (d *document) refs() []string {
	out := make([]string, 0, len(d.anchors))
	for _, a := range d.anchors {
		if href := attr(a, "href"); href != "" {
			out = append(out, href)
		}
	}
	return out
}

// LinksTo lists every address that the page links, at most 5,000, in page
// order, without fragments and duplicates.
func (s *Story) LinksTo() []string {
	seen := make(map[string]bool, len(s.refs))
	var out []string
	for _, href := range s.refs {
		if href == "" || seen[href] {
			continue // a menu is on most pages twice
		}
		seen[href] = true
		u, _, _ := strings.Cut(resolve(s.base, href), "#")
		if u != "" && (u == href || !seen[u]) && len(out) < maxLinks {
			seen[u] = true
			out = append(out, u)
		}
	}
	return out
}

// fixLinks makes the links of a body absolute. Links to a place in the story
// lead to that place in the original, for ids do not survive; marks that
// only point back or to themselves go.
func (d *document) fixLinks(body *html.Node) {
	for _, a := range findTags(body, atom.A) {
		href := attr(a, "href")
		switch {
		case isPermalinkMark(a) || isBackReference(a):
			remove(a)
		case strings.HasPrefix(href, "#"):
			if len(href) == 1 {
				a.Attr = nil
				continue
			}
			own := *d.url
			own.Fragment, own.RawFragment = "", ""
			setAttr(a, "href", own.String()+resolveFragment(href))
		case strings.HasPrefix(strings.ToLower(href), "mailto:"):
			setAttr(a, "href", mailto(href))
		default:
			setAttr(a, "href", d.absolute(href))
		}
	}
	for _, n := range findTags(body, atom.Blockquote, atom.Q, atom.Del, atom.Ins) {
		if hasAttr(n, "cite") {
			setAttr(n, "cite", d.absolute(attr(n, "cite")))
		}
	}
}

func resolveFragment(ref string) string {
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	return (&url.URL{Fragment: u.Fragment}).String()
}

// mailto keeps the address alone: subject and body are the site's words.
func mailto(href string) string {
	address, _, _ := strings.Cut(href[len("mailto:"):], "?")
	if address == "" || strings.ContainsAny(address, " <>\"'\n\t") {
		return ""
	}
	return "mailto:" + address
}

// isPermalinkMark recognises the "#" and "¶" that themes hang on headings.
func isPermalinkMark(n *html.Node) bool {
	if !isElement(n, atom.A) {
		return false
	}
	for _, name := range names(n) {
		switch name {
		case "headerlink", "hash-link", "heading-anchor", "header-anchor", "anchorjs-link", "anchor-link":
			return true
		}
	}
	text := strings.TrimSpace(rawText(n))
	href := attr(n, "href")
	return strings.Contains(href, "#") && (text == "#" || text == "¶" || text == "§" || text == "🔗" || text == "" && firstTag(n, atom.Img) == nil && closest(n, isHeading) != nil)
}

// isBackReference recognises the arrow after a footnote.
func isBackReference(n *html.Node) bool {
	if !strings.Contains(attr(n, "href"), "#") {
		return false
	}
	text := strings.Trim(strings.TrimSpace(rawText(n)), "\ufe0e\ufe0f")
	switch text {
	case "↩", "↑", "^", "↵", "⤴", "⏎", "↖":
		return true
	}
	return anyName(n, func(s string) bool { return s == "footnote-backref" || s == "reversefootnote" || s == "footnote-back" })
}

// video hosts: pattern of the player's address, address of the video's page,
// address of a picture of it where that is known.
var videoHosts = []struct {
	player         *regexp.Regexp
	page, thumb    string
	thumbFromVideo bool
}{
	{regexp.MustCompile(`^(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|v|shorts)/([\w-]{6,20})`), "https://www.youtube.com/watch?v=$1", "https://i.ytimg.com/vi/$1/hqdefault.jpg", true},
	{regexp.MustCompile(`^player\.vimeo\.com/video/(\d+)`), "https://vimeo.com/$1", "", false},
	{regexp.MustCompile(`^(?:www\.|geo\.)?dailymotion\.com/(?:embed/video|player\.html\?video=)/?(\w+)`), "https://www.dailymotion.com/video/$1", "https://www.dailymotion.com/thumbnail/video/$1", true},
	{regexp.MustCompile(`^embed\.ted\.com/talks/(?:lang/\w+/)?([\w-]+)`), "https://www.ted.com/talks/$1", "", false},
	{regexp.MustCompile(`^(?:www\.)?loom\.com/embed/(\w+)`), "https://www.loom.com/share/$1", "", false},
	{regexp.MustCompile(`^(?:fast|home)\.wistia\.(?:net|com)/embed/(?:iframe|medias)/(\w+)`), "https://fast.wistia.net/embed/iframe/$1", "", false},
}

// noEmbed are frames that show nothing of the story.
var noEmbed = regexp.MustCompile(`(?i)googletagmanager|doubleclick|googlesyndication|amazon-adsystem|facebook\.com/plugins|platform\.twitter\.com/widgets|disqus|addthis|sharethis|recaptcha|google\.com/recaptcha|substack\.com/embed|convertkit|mailchimp|list-manage|criteo|taboola|outbrain|/subscribe|utteranc|giscus|likes\.html|jetpack\.wordpress\.com|public-api\.wordpress\.com`)

// fixEmbeds turns players and frames, which no feed may carry, into links.
func (d *document) fixEmbeds(body *html.Node) {
	for _, n := range find(body, func(n *html.Node) bool {
		return isElement(n, atom.Iframe, atom.Embed, atom.Object, atom.Video, atom.Audio) || n.Data == "lite-youtube"
	}) {
		if closest(n.Parent, func(p *html.Node) bool { return isElement(p, atom.Object, atom.Video, atom.Audio) }) != nil {
			continue // the fallback within a player
		}
		if link := d.embedLink(n); link != nil {
			replace(n, link)
		} else {
			remove(n)
		}
	}
}

// embedLink is what stands for an embedded document; nil where that is
// nothing a reader would miss.
func (d *document) embedLink(n *html.Node) *html.Node {
	src := ""
	if n.Data == "lite-youtube" {
		src = "https://www.youtube.com/embed/" + url.PathEscape(attr(n, "videoid"))
	}
	for _, key := range []string{"src", "data-src", "data-lazy-src", "data-litespeed-src", "data"} {
		if src == "" || strings.HasPrefix(src, "about:") {
			src = attr(n, key)
		}
	}
	if s := firstTag(n, atom.Source); s != nil && src == "" {
		src = attr(s, "src")
	}
	target := d.absolute(src)
	if target == "" || noEmbed.MatchString(target) || isTiny(n) {
		return nil
	}
	label, picture := "embedded: "+target, d.absolute(attr(n, "poster"))
	_, rest, _ := strings.Cut(target, "//")
	for _, h := range videoHosts {
		m := h.player.FindStringSubmatchIndex(rest)
		if m == nil {
			continue
		}
		target = string(h.player.ExpandString(nil, h.page, rest, m))
		label = "embedded: " + target
		if h.thumbFromVideo {
			picture = string(h.player.ExpandString(nil, h.thumb, rest, m))
		}
		break
	}
	a := element(atom.A)
	setAttr(a, "href", target)
	if picture != "" {
		img := element(atom.Img)
		setAttr(img, "src", picture)
		setAttr(img, "alt", "Video")
		a.AppendChild(img)
	} else {
		a.AppendChild(textNode(label))
	}
	return element(atom.P, a)
}
