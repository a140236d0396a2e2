package web

import (
	"cmp"
	"context"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"

	"storyfeed/feed"
)

// subscribeView is what templates/subscribe.html shows.
type subscribeView struct {
	chrome
	Series  *feed.Series // nil: of no single one
	Name    string       // what the feed is about; empty: it was given by its address alone
	URL     string       // of the feed that the links are about; empty: none was chosen
	Local   bool         // services on the web can't reach it
	Online  []readerLink // services on the web
	Device  template.URL // opens a program on this device
	Servers []readerLink // of one's own; the host is to be filled in
	Command string       // for newsboat
	Sets    []feedSet    // the series' feeds in all formats
	All     []feed.Series
}

// readerLink subscribes by a click.
type readerLink struct{ Name, URL string }

// subscribe explains feeds to newcomers and leads into common readers: for the
// feed of new stories of the series that ?series= names, for the feed of ours
// that ?feed= gives by its address or path, else for all series together.
func (s *server) subscribe(w *response, r *http.Request) error {
	v := subscribeView{chrome: chrome{
		Title:       "Subscribe",
		Description: "What a feed is, and how to follow a series in your feed reader.",
	}}
	q := r.URL.Query()
	var err error
	switch {
	case q.Get("series") != "":
		err = s.subscribeSeries(r, &v, q.Get("series"))
	case q.Get("feed") != "":
		err = s.subscribeFeed(r, &v, q.Get("feed"))
	default:
		if v.All, err = s.Store.ListSeries(r.Context()); len(v.All) > 0 {
			v.Name, v.URL = "all series", s.base+"/"+feed.HeadFeed+"."+string(feed.Atom)
		}
	}
	if err != nil {
		return err
	}
	v.NoIndex = r.URL.RawQuery != ""
	if v.Name != "" && len(v.All) == 0 {
		v.Title = "Subscribe to " + v.Name
	}
	if v.URL != "" {
		v.links()
		v.Local = unreachable(s.base)
	}
	return s.show(w, r, http.StatusOK, "subscribe", &v)
}

func (s *server) subscribeSeries(r *http.Request, v *subscribeView, slug string) error {
	if !validSlug(slug) {
		return noSeries()
	}
	series, err := s.Store.SeriesBySlug(r.Context(), slug)
	if isNotFound(err) {
		return cmp.Or(s.movedSearch(r), noSeries())
	}
	if err != nil {
		return err
	}
	v.about(s, series)
	v.URL = s.base + feed.Path(slug, feed.HeadFeed, feed.Atom)
	return nil
}

// about tells of a series and all its feeds.
func (v *subscribeView) about(s *server, series feed.Series) {
	v.Series, v.Name = &series, series.Name()
	v.In, v.Feeds, v.Sets = series.Slug, s.allFeeds(series), s.feedSets(series)
}

// subscribeFeed takes feeds of ours alone: what it shows are links for
// following us, not whatever somebody makes of them.
func (s *server) subscribeFeed(r *http.Request, v *subscribeView, address string) error {
	strange := &failure{
		Status: http.StatusNotFound, Title: "That is no feed of this site",
		Detail: "The page of a series lists its feeds; their addresses begin with " + s.base + "/.",
	}
	rest, ours := strings.CutPrefix(address, s.base)
	if !ours {
		rest, ours = strings.CutPrefix(address, s.prefix)
	}
	u, err := url.ParseRequestURI(rest)
	if !ours || err != nil || path.Clean(u.Path) != u.Path {
		return strange
	}
	route := s.routeOf(r, u.EscapedPath())
	if !isFeed(route) {
		return strange
	}
	v.URL = s.base + u.EscapedPath()
	if query := u.Query().Encode(); query != "" {
		v.URL += "?" + query
	}
	rest, ofSeries := strings.CutPrefix(u.Path, "/s/")
	if !ofSeries {
		v.Name, err = s.nameFeed(r.Context(), u)
		if isNotFound(err) {
			return strange
		}
		return err
	}
	slug, _, _ := strings.Cut(rest, "/")
	series, err := s.Store.SeriesBySlug(r.Context(), slug)
	if isNotFound(err) {
		return cmp.Or(s.movedFeed(r, u), error(strange))
	}
	if err == nil {
		v.about(s, series)
	}
	return err
}

// nameFeed is what a feed of several series is about, by its address, in the
// middle of a sentence; [feed.ErrNotFound] for an author or tag of no story.
func (s *server) nameFeed(ctx context.Context, feedURL *url.URL) (string, error) {
	for _, kind := range []feed.TermKind{feed.TermAuthor, feed.TermTag} {
		if rest, ok := strings.CutPrefix(feedURL.Path, "/"+string(kind)+"s/"); ok {
			name, _, _ := strings.Cut(rest, "/")
			term, err := s.Store.Term(ctx, kind, feed.TermSlug(name))
			if kind == feed.TermTag {
				return "stories tagged “" + term.Name + "”", err
			}
			return "stories by " + term.Name, err
		}
	}
	q := readFeedSearch(feedURL.Query())
	switch {
	case feedURL.Path == feed.HealthPath:
		return "the health of all series", nil
	case !strings.HasPrefix(feedURL.Path, "/search") || !q.asked():
		return "all series", nil
	}
	list, err := s.Store.ListSeries(ctx)
	return "the search for “" + q.describe(list) + "”", err
}

// links fills in the ways into readers.
func (v *subscribeView) links() {
	address := url.QueryEscape(v.URL)
	v.Online = []readerLink{
		{"Feedly", "https://feedly.com/i/subscription/feed/" + address},
		{"Inoreader", "https://www.inoreader.com/?add_feed=" + address},
		{"NewsBlur", "https://www.newsblur.com/?url=" + address},
		{"The Old Reader", "https://theoldreader.com/feeds/subscribe?url=" + address},
		{"Feedbin", "https://feedbin.com/?subscribe=" + address},
	}
	v.Servers = []readerLink{
		{"Miniflux", "https://HOST/bookmarklet?uri=" + address},
		{"FreshRSS", "https://HOST/i/?c=feed&a=add&url_rss=" + address},
	}
	v.Device = template.URL("feed:" + v.URL) // an address of ours, escaped
	v.Command = "echo '" + strings.ReplaceAll(v.URL, "'", "%27") + "' >> ~/.newsboat/urls"
}

// unreachable reports whether a site is to be reached on this machine or its
// network only.
func unreachable(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := u.Hostname()
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || !strings.Contains(host, ".")
	}
	return addr.IsLoopback() || addr.IsPrivate() || net.IP(addr.AsSlice()).IsLinkLocalUnicast()
}
