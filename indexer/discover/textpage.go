package discover

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"storyfeed/feed"
)

// continuation finds the n-th page of a text that its engine cuts into pages:
// /its-address/2/ behind the number 2.
func (v *view) continuation(n int) string {
	if v.pins.next != nil {
		return v.pinnedNext()
	}
	base := strings.TrimSuffix(v.url.Path, "/")
	if n > 2 {
		base = strings.TrimSuffix(base, fmt.Sprintf("/%d", n-1))
	}
	for _, a := range v.anchors {
		if pageText(a.text) != n {
			continue
		}
		address := v.pageAddress(attr(a.node, "href"))
		u, err := url.Parse(address)
		if err != nil || address == "" {
			continue
		}
		if strings.TrimSuffix(u.Path, "/") == fmt.Sprintf("%s/%d", base, n) || u.Path == v.url.Path && u.Query().Get("page") == strconv.Itoa(n) {
			return address
		}
	}
	return ""
}

var pageWords = regexp.MustCompile(`(?i)^[^\pL\d]*(?:(?:page|pagina|página|seite|side|sida|sidan|strona|страница|p|pg|no|nr)[^\pL\d]*)?(\d{1,4})(?:\s*(?:of|/|von|de|sur|di|van|av|из)\s*\d{1,4})?[^\pL\d]*$`)

// pageText is the number that a link's text gives to the page it leads to: "2",
// "Page 2", "2 of 9". A text with words of its own, as "Letter 2: The Boat",
// names a story and gives 0.
func pageText(s string) int {
	m := pageWords.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	return atoi(m[1])
}

// goesOnIn reports that another page is a further one of this page's text and
// no story that it links: it has the same title, or lists more of the like.
func (v *view) goesOnIn(more *view, h hub, known map[string]bool) bool {
	own, other := strings.ToLower(v.meta.title), strings.ToLower(more.meta.title)
	if own != "" && strings.HasPrefix(other, own) {
		return true
	}
	fresh := 0
	for _, l := range h.links {
		if !l.Weak && !known[feed.URLKey(l.URL)] {
			fresh++
		}
	}
	return h.listed >= strongGroup && fresh >= strongGroup
}
