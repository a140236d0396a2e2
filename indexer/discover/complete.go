package discover

import (
	"context"
	"net/url"
	"path"
	"strings"

	"storyfeed/feed"
)

// SitemapCheck compares a list with what the site's sitemap has.
type SitemapCheck struct {
	URL       string   // of the sitemap; empty: none was found
	Addresses int      // that it holds, at most 50,000
	Like      int      // of these, of the form that the list's addresses have
	Missing   int      // of these, not in the list
	Examples  []string // of what is missing, at most 3
}

// CheckSitemap looks for addresses in the site's sitemaps that are like those
// of a list and are not in it. That says nothing of membership or order: drafts,
// pages and other series may have the same form. It costs a dozen requests at
// most; so it is for people who look at a list for the first time.
//
// Lists whose addresses have no form of their own, as below the root of the
// site, can't be compared: Like is 0 then.
func CheckSitemap(ctx context.Context, f Fetcher, r Result) (SitemapCheck, error) {
	var c SitemapCheck
	if len(r.Links) == 0 {
		return c, nil
	}
	u, err := url.Parse(r.Links[0].URL)
	if err != nil {
		return c, err
	}
	w := &walk{ctx: ctx, fetch: f}
	m := w.sitemap(&view{url: u, base: u, site: newSite(r.Links[0].URL)})
	c.URL, c.Addresses = m.at, len(m.urls)
	form := formOf(r.Links)
	if form == "" {
		return c, ctx.Err()
	}
	listed := map[string]bool{}
	for _, l := range append(r.Links, Link{URL: r.HomeURL}) {
		listed[feed.URLKey(l.URL)] = true
	}
	for _, address := range m.urls {
		key := feed.URLKey(address)
		u, err := url.Parse(address)
		if err != nil || pathForm(u) != form || unwantedPath(u) != "" {
			continue
		}
		c.Like++
		if !listed[key] {
			listed[key] = true
			c.Missing++
			if len(c.Examples) < 3 {
				c.Examples = append(c.Examples, address)
			}
		}
	}
	return c, ctx.Err()
}

// formOf is the form that at least four of five addresses of a list have;
// empty: none, or that of any page.
func formOf(links []Link) string {
	counts := map[string]int{}
	best := ""
	for _, l := range links {
		u, err := url.Parse(l.URL)
		if err != nil {
			continue
		}
		form := pathForm(u)
		if counts[form]++; counts[form] > counts[best] {
			best = form
		}
	}
	if best == "/*" || 5*counts[best] < 4*len(links) {
		return ""
	}
	return best
}

// pathForm is a path with its numbers and its last part left open:
// /2020/02/tides → /0/0/*.
func pathForm(u *url.URL) string {
	dir, _ := path.Split(strings.TrimSuffix(u.Path, "/"))
	segs := strings.Split(strings.Trim(dir, "/"), "/")
	for i, s := range segs {
		if number.MatchString(s) {
			segs[i] = "0"
		}
	}
	return strings.TrimSuffix("/"+strings.Join(segs, "/"), "/") + "/*"
}
