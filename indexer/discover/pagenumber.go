package discover

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The pages of a list are numbered in their addresses: /page/2/, ?page=2,
// list2.html, /2/.

var (
	pagePath     = regexp.MustCompile(`^(.*?)[/;](?:page|seite|pagina|página|p|pg|side|sida|strona|oldal|sivu|sayfa|trang|стр|страница|ページ|页|頁)[-/:=_]?(\d{1,5})(?:/|\.html?)?$`)
	numberInName = regexp.MustCompile(`(?i)(?:page|index|archive|log|blog|list|older)[-_]?\d{1,4}(?:\.\w{2,5})?/?$`)
	fileNumber   = regexp.MustCompile(`(?i)^(.*?(?:page|index|archive|blog|list))[-_]?(\d{1,4})(?:\.\w{2,5})?$`)
)

// pageParams are the query parameters that number pages.
var pageParams = []string{"paged", "page", "p", "pg", "pageno", "page_no", "pagenum", "pagenumber", "seite", "pagina", "start", "offset", "skip", "from", "startat", "first"}

// noNumber and more are no number of a page, but a moment in milliseconds or
// the like, which falls where the list goes on.
const noNumber = 1_000_000

// skipParams are those of pageParams that count entries, not pages.
var skipParams = []string{"start", "offset", "skip", "from", "startat", "first"}

// countsEntries reports that the numbers of a stem count entries.
func countsEntries(stem string) bool {
	return slices.ContainsFunc(skipParams, func(name string) bool { return strings.Contains(stem, "|"+name+"|") })
}

// pageNumber reads the number of a list's page from its address, and what the
// addresses of all its pages have in common.
func pageNumber(u *url.URL) (stem string, n int) {
	if !mayBeNumbered(u) {
		return "", 0
	}
	if m := pagePath.FindStringSubmatch(u.Path); m != nil {
		return strings.TrimSuffix(m[1], "/") + "|path|" + u.RawQuery, atoi(m[2])
	}
	if u.RawQuery != "" {
		q := u.Query()
		for _, name := range pageParams {
			if i := countOf(q, name); i < noNumber && i > 0 {
				q.Del(name)
				return strings.TrimSuffix(u.Path, "/") + "|" + name + "|" + q.Encode(), i
			}
		}
	}
	if m := fileNumber.FindStringSubmatch(u.Path); m != nil {
		return m[1] + "|file|", atoi(m[2])
	}
	return "", 0
}

// countOf is the number that a query gives a parameter; 0: none. Behind p,
// engines write the number of a post.
func countOf(q url.Values, name string) int {
	value := q.Get(name)
	if value == "" || name == "p" { // the error of Atoi is dear on a page of many links
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0
	}
	return n
}

// mayBeNumbered rules out most addresses cheaply: one that numbers a page has a
// query, or its path ends in a digit but for a slash or an ending.
func mayBeNumbered(u *url.URL) bool {
	p := strings.TrimSuffix(u.Path, "/")
	return u.RawQuery != "" || endsInDigit(p) || endsInDigit(strings.TrimSuffix(p, path.Ext(p)))
}

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

// numberedURL resolves a link that may number a page of this site; nil: it
// can't.
func (v *view) numberedURL(href string) *url.URL {
	u, err := v.base.Parse(strings.TrimSpace(href))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !v.site[hostKey(u)] || !mayBeNumbered(u) {
		return nil
	}
	return v.pageURL(u.String())
}

var barePath = regexp.MustCompile(`^(.*)/(\d{1,3})(?:/|\.html?)?$`)

// bareNumber reads /blog/2/, the second page of /blog/ for some engines and a
// story for others: what links it must say so.
func bareNumber(u *url.URL) (stem string, n int) {
	m := barePath.FindStringSubmatch(u.Path)
	if m == nil {
		return "", 0
	}
	return m[1] + "|bare|" + u.RawQuery, atoi(m[2])
}

// sameBare reports that a stem of bare numbers is that of this page, or has
// this page as its first.
func (v *view) sameBare(stem string) bool {
	own, n := bareNumber(v.url)
	return n > 0 && own == stem || v.sameList(stem)
}

// numberOf is the number of the page of a list that a link leads to.
func (v *view) numberOf(a *anchor, u *url.URL) (stem string, n int) {
	if stem, n = pageNumber(u); n > 0 {
		return stem, n
	}
	if stem, n = bareNumber(u); n > 0 && pageText(a.text) == n && v.sameBare(stem) {
		return stem, n
	}
	return "", 0
}

// renumber is the address of the n-th page of the list that u, an address with
// a page's number, belongs to.
func renumber(u *url.URL, n int) string {
	to := *u
	q := u.Query()
	for _, name := range pageParams {
		if countOf(q, name) > 0 && pagePath.FindString(u.Path) == "" {
			q.Set(name, strconv.Itoa(n))
			to.RawQuery = q.Encode()
			return to.String()
		}
	}
	written := u.EscapedPath()
	m := pagePath.FindStringSubmatchIndex(written)
	if m == nil {
		m = fileNumber.FindStringSubmatchIndex(written)
	}
	if m == nil {
		m = barePath.FindStringSubmatchIndex(written)
	}
	if m == nil {
		return ""
	}
	number := strconv.Itoa(n)
	if written[m[4]] == '0' { // page02 after page01
		number = fmt.Sprintf("%0*d", m[5]-m[4], n)
	}
	to.RawPath = written[:m[4]] + number + written[m[5]:]
	var err error
	if to.Path, err = url.PathUnescape(to.RawPath); err != nil {
		return ""
	}
	return to.String()
}

// bareSelf is the number of this page where its address ends in a bare number
// and it links its first page; a story at /stories/12/ is no page of a list.
func (v *view) bareSelf() (stem string, n int) {
	stem, n = bareNumber(v.url)
	if n == 0 {
		return "", 0
	}
	first, _, _ := strings.Cut(stem, "|")
	for _, a := range v.anchors {
		u, err := url.Parse(v.absolute(attr(a.node, "href")))
		if err == nil && u.Host == v.url.Host && strings.TrimSuffix(u.Path, "/") == first {
			return stem, n
		}
	}
	return "", 0
}

// firstPage is the address of the first page of the list whose second or later
// page this is; empty: it is none, or links no first one.
func (v *view) firstPage() string {
	stem, n := pageNumber(v.url)
	if n == 0 {
		stem, n = v.bareSelf()
	}
	if n < 2 {
		return ""
	}
	parts := strings.SplitN(stem, "|", 3)
	for _, a := range v.anchors {
		address := v.pageAddress(attr(a.node, "href"))
		u, err := url.Parse(address)
		if err != nil || address == "" {
			continue
		}
		if s, n := pageNumber(u); n == 1 && s == stem {
			return address
		}
		self := strings.TrimSuffix(u.Path, "/")
		if parts[1] == "file" {
			self = fileEnding.ReplaceAllString(self, "")
		}
		if (self == parts[0] || parts[1] == "file" && self+"/index" == parts[0]) && u.RawQuery == parts[2] {
			return address
		}
	}
	return ""
}

var (
	fileEnding = regexp.MustCompile(`\.\w{2,5}$`)
	fileName   = regexp.MustCompile(`^(.*/[^/]*?[^/\d_-])[-_]?(\d{0,3})(\.[A-Za-z]{2,5})$`)
)

// fileAfter knows the pages of hand-made lists: after news.htm comes
// news2.htm, then news3.htm. self is how fileName reads this page's address,
// nil where it does not. It returns the number, or 0.
func (v *view) fileAfter(self []string, u *url.URL) int {
	if self == nil {
		return 0
	}
	other := fileName.FindStringSubmatch(u.Path)
	if other == nil || self[1] != other[1] || self[3] != other[3] || u.RawQuery != v.url.RawQuery {
		return 0
	}
	if n := atoi(other[2]); n == max(1, atoi(self[2]))+1 {
		return n
	}
	return 0
}

// sameList reports that the pages of a stem belong to the list that this page
// is the first of.
func (v *view) sameList(stem string) bool {
	where, kind, _ := strings.Cut(stem, "|")
	self := strings.TrimSuffix(v.url.Path, "/")
	if ext := strings.LastIndexByte(self, '.'); ext > strings.LastIndexByte(self, '/') {
		self = self[:ext]
	}
	if dir, name := path.Split(where); kind == "file|" && strings.HasSuffix(name, "page") && where != self {
		return dir == path.Dir(self)+"/"
	}
	return strings.TrimSuffix(where, "/index") == strings.TrimSuffix(self, "/index")
}
