package discover

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"storyfeed/feed"
)

// A list may stand on another host than its stories: a company's page lists
// what its blog's own host has, and an archive of letters what the service that
// sends them keeps. Then one host is linked again and again, and nothing of the
// page's own is a list.

// keepers are sites that are linked in lists for what is no story: code, films,
// goods, maps, definitions.
var keepers = []string{
	"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "npmjs.com", "youtube.com", "youtu.be", "vimeo.com", "soundcloud.com", "spotify.com", "bandcamp.com", "flickr.com", "instagram.com", "tiktok.com",
	"google.com", "apple.com", "microsoft.com", "mozilla.org", "wikipedia.org", "wiktionary.org", "wikimedia.org", "imdb.com", "goodreads.com", "librarything.com", "etsy.com", "ebay.com", "paypal.com", "patreon.com", "ko-fi.com", "gumroad.com",
	"doi.org", "arxiv.org", "jstor.org", "archive.org", "web.archive.org", "discord.com", "discord.gg", "gravatar.com", "creativecommons.org",
}

// isKeeper reports that a host is one of keepers, or a shop that has a host in
// each country.
func isKeeper(host string) bool {
	return strings.HasPrefix(host, "amazon.") || slices.ContainsFunc(keepers, func(k string) bool { return host == k || strings.HasSuffix(host, "."+k) })
}

// otherHost is the host to which more links of a page's text lead than to any
// other, and to how many pages of it; few: other hosts are linked nearly as
// often.
func (v *view) otherHost() (host string, pages int, few bool) {
	counts, seen, all := map[string]int{}, map[string]bool{}, 0
	for _, a := range v.anchors {
		if a.reason != otherSite || a.cut != "" || seen[a.key] {
			continue
		}
		seen[a.key] = true
		u, err := url.Parse(a.url)
		if err != nil || strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
			continue // the site as a whole
		}
		all++
		h := hostKey(u)
		if counts[h]++; counts[h] > counts[host] {
			host = h
		}
	}
	return host, counts[host], 5*counts[host] < 3*all
}

// lookElsewhere reads a page as a list of stories of another host, if it is
// one; nil: it is not, or its own links are one.
func (w *walk) lookElsewhere(p *Page, v *view, k class) (*view, class) {
	host, n, few := v.otherHost()
	if n < minRepeat || isKeeper(host) {
		return nil, class{}
	}
	sister := sameDomain(host, v.url.Hostname())
	if !sister && (few || k.size() >= strongGroup) || sister && k.size() >= strongGroup && n < 2*k.size() {
		return nil, class{}
	}
	w.site[host] = true
	other, err := w.view(p)
	if err == nil {
		if ko := classify(other, w.source.Kind); ko.listedOn(host) && ko.size() > k.size() {
			ko.why = append(ko.why, "the stories live on "+host)
			return other, ko
		}
	}
	delete(w.site, host)
	return nil, class{}
}

// listedOn reports that a reading is a list nearly all of which is on a host.
func (c class) listedOn(host string) bool {
	links := c.list.links
	if c.kind == feed.SourceHub {
		if links = c.hub.links; c.hub.listed < strongGroup {
			return false
		}
	}
	n := 0
	for _, l := range links {
		if u, err := url.Parse(l.URL); err == nil && hostKey(u) == host {
			n++
		}
	}
	return n >= minRepeat && 5*n >= 4*len(links)
}

// sameDomain reports that two hosts belong to one registered domain.
func sameDomain(a, b string) bool {
	a, _, _ = strings.Cut(a, ":")
	one, errA := publicsuffix.EffectiveTLDPlusOne(a)
	other, errB := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(b))
	return errA == nil && errB == nil && one == other
}
