package web

import (
	"net/http"
	"strings"
)

// A browser shows a feed by the style sheet that it names, but only as XML:
// of the types of RSS and Atom, Chromium shows the source and Firefox a
// dialogue for saving it. So whoever clicks a feed gets the same bytes under
// the general type of XML. Such an answer is for that browser alone: shared
// caches keep what readers get, whose answers do not vary by it.
var (
	pageTypeHeader  = []string{"application/xml; charset=utf-8"}
	pageCacheHeader = []string{"private, no-cache"}
	varyClickHeader = []string{"Accept-Encoding, Sec-Fetch-Dest, Upgrade-Insecure-Requests"}
)

// clicked reports whether a person opens this address in a browser, and no
// program reads it: browsers say so in Sec-Fetch-Dest (W3C Fetch Metadata §2.1),
// to sites without TLS in Upgrade-Insecure-Requests alone.
func clicked(r *http.Request) bool {
	if dest := r.Header["Sec-Fetch-Dest"]; dest != nil {
		return dest[0] == "document"
	}
	return r.Header["Upgrade-Insecure-Requests"] != nil
}

func isXMLFeed(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/rss+xml") || strings.HasPrefix(mediaType, "application/atom+xml")
}
