package discover

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"storyfeed/feed"
)

// parseFeed reads a feed of any kind. The text is UTF-8 already, whatever its
// XML declaration says, so that goes first. A panic of the parser is an error
// like any other: feeds come from anywhere.
func parseFeed(body []byte) (f *gofeed.Feed, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("%v", r)
		}
	}()
	body = bytes.TrimLeft(body, "\ufeff \t\r\n")
	if bytes.HasPrefix(body, []byte("<?xml")) {
		if i := bytes.Index(body, []byte("?>")); i >= 0 {
			body = body[i+2:]
		}
	}
	if f, err = gofeed.NewParser().Parse(bytes.NewReader(body)); err != nil {
		return nil, err
	}
	return f, nil
}

// readFeed takes over the entries of a feed and follows it to its older pages.
func (w *walk) readFeed(p *Page) error {
	f, err := parseFeed(p.Body)
	if err != nil {
		return &NoSource{Kind: TroubleBroken, Reason: err.Error()}
	}
	w.describeFeed(f, p)
	w.why(fmt.Sprintf("feed: %s %s with %d entries", f.FeedType, f.FeedVersion, len(f.Items)))
	w.nothing = "the feed has no entries with links to its own site"
	at := firstOf(p.FinalURL, w.source.URL)
	seen, visited := map[string]bool{}, map[string]bool{at: true, w.source.URL: true}
	for n := 1; ; n++ {
		links, drops := entries(f, w.feedSite(f, at), at)
		added, fresh := w.addListed(listing{links: links, drops: drops}, seen, n)
		if !w.goesOn(links, added, false) || w.opt.Complete && fresh == 0 {
			break
		}
		next := nextFeed(p.Body, f, at, n)
		if next == "" || visited[next] {
			break
		}
		if n >= w.opt.MaxPages {
			w.result.Incomplete = fmt.Sprintf("stopped after %d pages", n)
			break
		}
		visited[next] = true
		if p, err = w.get(next); err != nil {
			return err
		}
		if p == nil {
			break
		}
		if f, err = parseFeed(p.Body); err != nil {
			w.why(fmt.Sprintf("%s is no further page of the feed", next))
			break
		}
	}
	w.result.Complete = w.result.Incomplete == ""
	w.orderArchive()
	return nil
}

func (w *walk) describeFeed(f *gofeed.Feed, p *Page) {
	r := &w.result
	at := firstOf(p.FinalURL, w.source.URL)
	r.Kind, r.FeedURL = feed.SourceFeed, at
	r.Title, r.Description = line1(html.UnescapeString(f.Title)), line1(html.UnescapeString(tags.ReplaceAllString(f.Description, " ")))
	r.HomeURL = firstOf(resolve(at, f.Link), at)
	r.Language = language(f.Language)
	if f.Image != nil {
		r.ImageURL = resolve(at, f.Image.URL)
	}
	r.WordPress = isWordPressFeed(f)
}

func isWordPressFeed(f *gofeed.Feed) bool { return containsFold(f.Generator, "wordpress") }

// feedSite is where the entries of a feed live: the site that it is the feed
// of. A feed that some service hands on may name neither; then it is where
// most entries lead.
func (w *walk) feedSite(f *gofeed.Feed, at string) site {
	s := newSite(at, w.source.URL, resolve(at, f.Link))
	hosts := map[string]int{}
	for _, it := range f.Items {
		if u, err := url.Parse(resolve(at, entryLink(it))); err == nil {
			hosts[hostKey(u)]++
		}
	}
	best := ""
	for h, n := range hosts {
		if s[h] {
			return s
		}
		if n > hosts[best] || n == hosts[best] && h < best {
			best = h
		}
	}
	s[best] = true
	return s
}

// entries makes links of a feed's entries, in the feed's order.
func entries(f *gofeed.Feed, s site, at string) (links []Link, drops []feed.Drop) {
	base := firstOf(resolve(at, f.Link), at)
	for _, it := range f.Items {
		address := feed.StripTracking(resolve(base, entryLink(it)))
		title := line1(html.UnescapeString(it.Title))
		u, err := url.Parse(address)
		switch {
		case err != nil || u.Host == "":
			drops = append(drops, feed.Drop{URL: entryLink(it), Anchor: title, Reason: "no web address"})
		case !s[hostKey(u)]:
			drops = append(drops, feed.Drop{URL: address, Anchor: title, Reason: "other site"})
		default:
			l := Link{URL: address, Anchor: title, Published: feedDate(it.PublishedParsed), Authors: entryAuthors(it), Evidence: []string{"feed entry"}}
			if it.UpdatedParsed != nil {
				l.Modified = it.UpdatedParsed.UTC().Truncate(time.Second)
			}
			links = append(links, l)
		}
	}
	return links, drops
}

// entryLink prefers the address behind a counting service, then the link, then
// a GUID that is one.
func entryLink(it *gofeed.Item) string {
	if ext := it.Extensions["feedburner"]["origLink"]; len(ext) > 0 && ext[0].Value != "" {
		return strings.TrimSpace(ext[0].Value)
	}
	if link := strings.TrimSpace(it.Link); link != "" {
		return link
	}
	if strings.HasPrefix(it.GUID, "http://") || strings.HasPrefix(it.GUID, "https://") {
		return it.GUID
	}
	return ""
}

func feedDate(t *time.Time) feed.Date {
	if t == nil || t.Year() < 1970 || t.Year() > 2100 {
		return feed.Date{}
	}
	return feed.Date{Time: t.UTC().Truncate(time.Second), Precision: feed.PrecisionSecond, Source: fromFeed}
}

// resolve makes an address absolute; other schemes than http and https give
// nothing.
func resolve(base, ref string) string {
	if strings.TrimSpace(ref) == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u, err := b.Parse(strings.TrimSpace(ref))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

var (
	linkTag  = regexp.MustCompile(`<(?:[\w-]+:)?link\b[^>]{1,900}>`)
	nextRel  = regexp.MustCompile(`rel\s*=\s*["'](?:next|prev-archive)["']`)
	hrefAttr = regexp.MustCompile(`href\s*=\s*["']([^"']+)["']`)
	jsonNext = regexp.MustCompile(`"next_url"\s*:\s*("(?:[^"\\]|\\.)*")`)
)

// nextFeed is the address of the older part of a feed: as the feed says
// (RFC 5005 §3 and §4, JSON Feed 1.1 next_url), or as WordPress numbers it.
func nextFeed(body []byte, f *gofeed.Feed, at string, n int) string {
	if f.FeedType == "json" {
		if m := jsonNext.FindSubmatch(body); m != nil {
			s, err := strconv.Unquote(strings.ReplaceAll(string(m[1]), `\/`, "/"))
			if err == nil {
				return sameHost(at, resolve(at, s))
			}
		}
		return ""
	}
	for _, tag := range linkTag.FindAll(body, 2000) {
		if !nextRel.Match(tag) {
			continue
		}
		if m := hrefAttr.FindSubmatch(tag); m != nil {
			return sameHost(at, resolve(at, html.UnescapeString(string(m[1]))))
		}
	}
	if isWordPressFeed(f) && len(f.Items) > 0 {
		return withQuery(at, "paged", strconv.Itoa(n+1))
	}
	return ""
}

func sameHost(at, address string) string {
	a, errA := url.Parse(at)
	b, errB := url.Parse(address)
	if errA != nil || errB != nil || hostKey(a) != hostKey(b) {
		return ""
	}
	return address
}
