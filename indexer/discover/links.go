package discover

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"storyfeed/feed"
)

// site is the set of hosts that count as one: stories of a series live there.
type site map[string]bool

// hostKey is a host without "www." and default port, in lower case.
func hostKey(u *url.URL) string {
	h := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		h += ":" + p
	}
	return h
}

func newSite(urls ...string) site {
	s := site{}
	for _, raw := range urls {
		if u, err := url.Parse(raw); err == nil && u.Host != "" {
			s[hostKey(u)] = true
		}
	}
	return s
}

// judge resolves a link and says why it can't lead to a story. Links without
// any target (an anchor name, a place in the same page) give an empty address.
func (v *view) judge(href string, rel []string) (address, reason string) {
	address, _, reason = v.judgeKey(href, rel)
	return address, reason
}

// judgeKey is judge with the key of the address, where it had to be known;
// else the key is empty.
func (v *view) judgeKey(href string, rel []string) (address, key, reason string) {
	href = strings.TrimSpace(href)
	if href == "" || strings.HasPrefix(href, "#") {
		return "", "", ""
	}
	u, err := v.base.Parse(href)
	if err != nil {
		return href, "", "not an address"
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return href, "", noPage
	}
	address = feed.StripTracking(u.String())
	if !v.site[hostKey(u)] {
		if isShareHost(u) {
			return address, "", "share button"
		}
		return address, "", otherSite
	}
	key = feed.URLKey(address)
	// A reply link loses its parameter and would pass for the page itself.
	if reason := unwantedQuery(u); reason != "" {
		return address, key, reason
	}
	switch {
	case key == v.selfKey():
		if isFragmentOnly(u) {
			return "", "", ""
		}
		return address, key, ownPage
	case key == hostKey(u):
		return address, key, homePage
	}
	if reason := unwantedRel(rel); reason != "" {
		return address, key, reason
	}
	return address, key, unwantedPath(u)
}

func isFragmentOnly(u *url.URL) bool { return u.Fragment != "" }

// sisterSite is the host under the same registered domain that most links of
// the page's text lead to; empty: no such host is linked repeatedly.
func (v *view) sisterSite() string {
	own, err := publicsuffix.EffectiveTLDPlusOne(v.url.Hostname())
	if err != nil {
		return ""
	}
	counts, best := map[string]int{}, ""
	for _, a := range v.anchors {
		u, err := url.Parse(a.url)
		if err != nil || a.reason != otherSite || a.cut != "" {
			continue
		}
		if d, err := publicsuffix.EffectiveTLDPlusOne(u.Hostname()); err != nil || d != own {
			continue
		}
		h := hostKey(u)
		if counts[h]++; counts[h] > counts[best] {
			best = h
		}
	}
	if counts[best] < minRepeat {
		return ""
	}
	return best
}

const (
	otherSite = "other site"
	homePage  = "home page"
	ownPage   = "the page itself"
	sitePage  = "page of the site, not a story"
	noPage    = "not a web page"

	otherFormat = "feed or other format"
)

var shareHosts = []string{
	"facebook.com", "twitter.com", "x.com", "linkedin.com", "pinterest.com", "reddit.com", "t.me", "telegram.me",
	"wa.me", "whatsapp.com", "tumblr.com", "getpocket.com", "news.ycombinator.com", "bsky.app", "xing.com",
	"vk.com", "buffer.com", "digg.com", "stumbleupon.com", "addtoany.com", "threads.net", "line.me", "weibo.com",
}

// isShareHost: a profile on such a site is no share button, but leads as far
// away from the series.
func isShareHost(u *url.URL) bool {
	h := hostKey(u)
	return slices.ContainsFunc(shareHosts, func(s string) bool { return h == s || strings.HasSuffix(h, "."+s) })
}

// unwantedQuery knows the parameters by which blog engines address something
// else than a post, and the fragments that lead to comments.
func unwantedQuery(u *url.URL) string {
	if f := strings.ToLower(u.Fragment); f == "respond" || f == "disqus_thread" || strings.HasPrefix(f, "comment") {
		return "comments"
	}
	if u.RawQuery == "" {
		return ""
	}
	for name, values := range u.Query() {
		switch name = strings.ToLower(name); name {
		case "replytocom", "showcomment":
			return "comments"
		case "share":
			return "share button"
		case "attachment_id":
			return "attachment"
		case "cat", "category_name", "tag", "tag_id", "author", "author_name", "taxonomy":
			return "taxonomy"
		case "m", "year", "monthnum":
			return dateArchive
		case "feed":
			return otherFormat
		case "s", "q", "search":
			return "search"
		case "updated-max":
			return "page of a list"
		case "paged", "page", "cpage":
			if number.MatchString(values[0]) { // ?page=my-story is an old way to address a story
				return "page of a list"
			}
		}
	}
	return ""
}

func unwantedRel(rel []string) string {
	for _, r := range rel {
		switch r {
		case "tag", "category":
			return "taxonomy"
		case "prev", "previous", "next":
			return "post navigation"
		case "author", "me":
			return "author page"
		case "attachment":
			return "attachment"
		case "search":
			return "search"
		}
	}
	return ""
}

var (
	mediaFile = regexp.MustCompile(`(?i)\.(?:jpe?g|png|gif|webp|avif|svg|bmp|ico|tiff?|pdf|docx?|xlsx?|pptx?|odt|ods|odp|epub|mobi|zip|gz|tgz|rar|7z|mp3|m4a|ogg|wav|flac|mp4|m4v|mov|avi|webm|css|js|txt|csv|ics|apk|exe|dmg)$`)
	feedFile  = regexp.MustCompile(`(?i)^(?:feed|rss|atom|rdf|index)\.(?:xml|rss|atom|rdf|json)$|\.(?:rss|atom|rdf)$`)
	yearPart  = regexp.MustCompile(`^(?:19|20)\d\d$`)
	twoDigits = regexp.MustCompile(`^\d{1,2}$`)
	number    = regexp.MustCompile(`^\d+$`)
)

// pagesFolder is where engines keep what is no post, or one of a site's
// languages.
var pagesFolder = regexp.MustCompile(`^(?:pages?|static|[a-z]{2}(?:-[a-z]{2})?)$`)

// sitePages are the last parts of addresses that every site uses for what is
// no story. They count at the top of the site only.
var sitePages = []string{
	"about", "about-us", "about-me", "ueber", "ueber-uns", "a-propos", "contact", "contact-us", "kontakt", "impressum", "imprint",
	"privacy", "privacy-policy", "datenschutz", "legal", "terms", "terms-of-service", "terms-of-use", "cookies", "cookie-policy",
	"disclaimer", "subscribe", "newsletter", "search", "login", "signin", "sign-in", "signup", "sign-up", "register", "account", "cart",
	"checkout", "shop", "donate", "archive", "archives", "blog", "home", "index", "sitemap", "tags", "categories", "authors", "feed", "rss",
	"comments", "advertise", "faq", "pricing", "docs", "careers", "download", "downloads", "now", "uses", "blogroll", "links", "guestbook", "guest-book", "wp-login.php", "xmlrpc.php",
}

// unwantedPath knows the addresses of lists and machinery.
func unwantedPath(u *url.URL) string {
	segs := strings.FieldsFunc(strings.ToLower(u.Path), func(r rune) bool { return r == '/' })
	if len(segs) == 0 {
		return ""
	}
	if strings.HasPrefix(segs[0], "~") && len(segs) > 1 { // a home directory is a site of its own
		segs = segs[1:]
	}
	last := segs[len(segs)-1]
	dotted := strings.Contains(last, ".") // the expressions for endings are dear
	switch {
	case segs[0] == "wp-content" || segs[0] == "wp-includes" || segs[0] == "cdn-cgi":
		return "media file"
	case segs[0] == "wp-admin" || segs[0] == "wp-json" || segs[0] == "wp-login.php" || segs[0] == "ghost":
		return "site machinery"
	case dotted && feedFile.MatchString(last) || len(segs) > 1 && (last == "feed" || last == "rss" || last == "atom") || segs[0] == "feeds":
		return otherFormat
	case dotted && mediaFile.MatchString(last):
		return "media file"
	case len(segs) > 1 && slices.Contains(segs, "attachment"):
		return "attachment"
	case len(segs) > 1 && segs[len(segs)-2] == "page" && number.MatchString(last):
		return "page of a list"
	case isDateArchive(segs):
		return dateArchive
	case isTaxonomy(segs):
		return "taxonomy"
	case strings.HasPrefix(last, "comment-page-") || len(segs) > 1 && last == "comments":
		return "comments"
	case (len(segs) == 1 || len(segs) == 2 && pagesFolder.MatchString(segs[0])) && u.RawQuery == "" && slices.Contains(sitePages, strings.TrimSuffix(last, path.Ext(last))):
		return sitePage
	case len(segs) == 1 && strings.HasPrefix(last, "@"):
		return "author page"
	}
	return ""
}

const dateArchive = "date archive"

// namesTime reports that a text is the name of a year, month or day.
func namesTime(text string) bool {
	if text == "" || strings.ContainsAny(text, "0123456789") {
		return true
	}
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(text), notLetter), func(w string) bool { return months[w] != 0 })
}

// isDateArchive: a year, perhaps with month and day, and nothing behind it.
func isDateArchive(segs []string) bool {
	for i, s := range segs {
		if !yearPart.MatchString(s) {
			continue
		}
		rest := segs[i+1:]
		return len(rest) <= 2 && !slices.ContainsFunc(rest, func(s string) bool { return !twoDigits.MatchString(s) })
	}
	return false
}

// isTaxonomy: the engines' words for lists of posts, followed by the name of
// one. Deeper addresses under an author or tag are left to be judged by the
// page, since some blogs keep posts there.
func isTaxonomy(segs []string) bool {
	for i, s := range segs[:len(segs)-1] {
		rest := len(segs) - i - 1
		switch s {
		case "category", "categories", "label", "labels":
			return true
		case "tag", "tags", "author", "authors", "topic", "profile", "user", "users", "contributors":
			return rest == 1 || rest == 3 && segs[i+2] == "page"
		}
	}
	return false
}
