package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"storyfeed/feed"
)

// Translation is a page that a story's page names as the same in a language;
// it may be the page itself.
type Translation struct {
	Language string // BCP 47, in lower case
	URL      string
}

// maxTranslations is more languages than a site has.
const maxTranslations = 100

// translations are the pages that the head, or a menu of languages, names so.
func (d *document) translations() []Translation {
	var found []Translation
	for _, n := range slices.Concat(d.links, d.anchors) {
		lang := strings.ToLower(strings.TrimSpace(attr(n, "hreflang")))
		if lang == "" || lang == "x-default" || len(lang) > 35 || n.Data == "link" && !isAlternate(n) {
			continue
		}
		if u := d.absolute(attr(n, "href")); u != "" && len(found) < maxTranslations {
			found = append(found, Translation{lang, feed.StripTracking(u)})
		}
	}
	return found
}

// isAlternate leaves out the feeds of a site's languages.
func isAlternate(n *html.Node) bool {
	kind := attr(n, "type")
	return hasToken(n, "rel", "alternate") && (kind == "" || strings.Contains(kind, "html"))
}
