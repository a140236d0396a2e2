package discover

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/url"
	"slices"
	"strings"
)

// Limits of what is read of a site's sitemaps (sitemaps.org; 50,000 addresses
// a file). They only say what a list may lack, so a part of them will do.
const (
	maxSitemaps    = 12       // files
	maxSitemapURLs = 50_000   // addresses kept
	maxSitemapSize = 20 << 20 // bytes of a file, unpacked
)

// sitemap is what a site says it has.
type sitemap struct {
	at   string   // where it was found first; empty: nowhere
	urls []string // absolute, of this site; may hold duplicates
}

// sitemapNames are where sitemaps are kept that robots.txt does not name.
var sitemapNames = []string{"/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap-index.xml"}

// sitemap reads the site's sitemaps, once a walk.
func (w *walk) sitemap(v *view) sitemap {
	if w.siteMap != nil {
		return *w.siteMap
	}
	w.siteMap = &sitemap{}
	m := w.siteMap
	origin := v.url.Scheme + "://" + v.url.Host
	queue := w.robotsSitemaps(origin)
	named := len(queue)
	for _, name := range sitemapNames {
		queue = append(queue, origin+name)
	}
	asked := map[string]bool{}
	for i := 0; i < len(queue) && len(asked) < maxSitemaps && w.ctx.Err() == nil; i++ {
		address := queue[i]
		if asked[address] || m.at != "" && i >= named && slices.Contains(sitemapNames, strings.TrimPrefix(address, origin)) {
			continue
		}
		asked[address] = true
		p, err := w.fetch.Get(w.ctx, address)
		if err != nil || p.NotModified {
			continue
		}
		pages, more := readSitemap(p.Body)
		if len(pages)+len(more) == 0 {
			continue
		}
		m.at = firstOf(m.at, address)
		for _, u := range pages {
			if own := v.ownAddress(u); own != "" && len(m.urls) < maxSitemapURLs {
				m.urls = append(m.urls, own)
			}
		}
		for _, u := range sortSitemaps(more) {
			if own := v.ownAddress(u); own != "" {
				queue = append(queue, own)
			}
		}
	}
	return *m
}

// robotsSitemaps are the sitemaps that robots.txt names (sitemaps.org,
// "Submitting"; RFC 9309 §2.2.4).
func (w *walk) robotsSitemaps(origin string) []string {
	p, err := w.fetch.Get(w.ctx, origin+"/robots.txt")
	if err != nil || p.NotModified {
		return nil
	}
	const most = 10
	var found []string
	for line := range strings.Lines(string(p.Body[:min(len(p.Body), 1<<19)])) {
		name, value, ok := strings.Cut(line, ":")
		value, _, _ = strings.Cut(value, "#")
		if u, err := url.Parse(strings.TrimSpace(value)); ok && err == nil && u.Host != "" && strings.EqualFold(strings.TrimSpace(name), "sitemap") && len(found) < most {
			found = append(found, u.String())
		}
	}
	return found
}

// sortSitemaps puts those of posts before those of pages, tags and pictures.
func sortSitemaps(list []string) []string {
	rank := func(u string) int {
		u = strings.ToLower(u)
		switch {
		case strings.Contains(u, "post") && !strings.Contains(u, "tag") || strings.Contains(u, "article") || strings.Contains(u, "blog"):
			return 0
		case strings.Contains(u, "tag") || strings.Contains(u, "categor") || strings.Contains(u, "author") || strings.Contains(u, "image") || strings.Contains(u, "video") || strings.Contains(u, "user"):
			return 2
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b string) int { return rank(a) - rank(b) })
	return list
}

// readSitemap reads a sitemap, or an index of such; packed or as plain text,
// too.
func readSitemap(body []byte) (pages, more []string) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, nil
		}
		body, _ = io.ReadAll(io.LimitReader(z, maxSitemapSize)) // what could be unpacked will do
	}
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = false
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // is UTF-8 already
	inside := ""
	for len(pages)+len(more) < maxSitemapURLs {
		t, err := dec.Token()
		if err != nil {
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "html":
			return nil, nil
		case "image", "video", "news", "link": // have addresses of their own
			if dec.Skip() != nil {
				return pages, more
			}
		case "url", "sitemap":
			inside = start.Name.Local
		case "loc":
			var loc string
			if dec.DecodeElement(&loc, &start) != nil {
				continue
			}
			switch loc = strings.TrimSpace(loc); inside {
			case "url":
				pages = append(pages, loc)
			case "sitemap":
				more = append(more, loc)
			}
			inside = ""
		}
	}
	return pages, more
}
