package discover

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
)

// WordPress lists the posts of a category, tag or author through its REST API,
// a hundred at once and with exact dates (developer.wordpress.org, REST API
// handbook, "Posts"). Many sites shut it; then the pages are read instead.

// perPage is the most that WordPress gives at once.
const perPage = 100

// post is an element of the collection wp/v2/posts.
type post struct {
	Link     string          `json:"link"`
	Date     string          `json:"date_gmt"`
	Modified string          `json:"modified_gmt"`
	Title    json.RawMessage `json:"title"` // {"rendered": "…"}
	Embedded json.RawMessage `json:"_embedded"`
}

// parsePosts reads one page of the collection.
func parsePosts(body []byte) ([]Link, error) {
	var posts []post
	if err := json.Unmarshal(body, &posts); err != nil {
		return nil, fmt.Errorf("read the list of posts: %w", err)
	}
	links := make([]Link, 0, len(posts))
	for _, p := range posts {
		u, err := url.Parse(p.Link)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errors.New("the list of posts holds an element without a link")
		}
		links = append(links, Link{
			URL: feed.StripTracking(p.Link), Anchor: p.title(), Published: restDate(p.Date), Modified: restDate(p.Modified).Time, Authors: postAuthors(p.Embedded),
			Evidence: []string{"REST API"},
		})
	}
	return links, nil
}

func (p post) title() string {
	var t struct {
		Rendered string `json:"rendered"`
	}
	if json.Unmarshal(p.Title, &t) != nil {
		return ""
	}
	return line1(html.UnescapeString(tags.ReplaceAllString(t.Rendered, "")))
}

var tags = regexp.MustCompile(`<[^>]*>`)

// restDate reads date_gmt, which is UTC without saying so; drafts have zeros.
func restDate(s string) feed.Date {
	t, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(s, "Z"))
	if err != nil || t.Year() < 1970 {
		return feed.Date{}
	}
	return feed.Date{Time: t, Precision: feed.PrecisionSecond, Source: fromREST}
}

var linkHeader = regexp.MustCompile(`<([^<>]{1,900})>([^<]*)`)

// readAPI reads where a WordPress page announces the REST API and itself in
// it, in Link headers (RFC 8288) or link elements.
func readAPI(v *view) (root, self string) {
	for _, h := range v.header.Values("Link") {
		for _, m := range linkHeader.FindAllStringSubmatch(h, 20) {
			switch {
			case strings.Contains(m[2], "https://api.w.org/"):
				root = firstOf(root, v.ownAddress(m[1]))
			case strings.Contains(m[2], "alternate") && strings.Contains(m[2], "application/json"):
				self = firstOf(self, v.ownAddress(m[1]))
			}
		}
	}
	if href, ok := v.head.Filter("link[rel='https://api.w.org/']").First().Attr("href"); ok {
		root = firstOf(root, v.ownAddress(href))
	}
	if href, ok := v.head.Filter("link[rel=alternate][type='application/json']").First().Attr("href"); ok {
		self = firstOf(self, v.ownAddress(href))
	}
	return root, self
}

// ownAddress resolves an address and drops it when it is another site's.
func (v *view) ownAddress(ref string) string {
	address := v.absolute(ref)
	if u, err := url.Parse(address); err != nil || !v.site[hostKey(u)] {
		return ""
	}
	return address
}

var (
	apiTerm   = regexp.MustCompile(`wp/v2/([a-z][a-z0-9_-]*)/(\d+)/?$`)
	classTerm = regexp.MustCompile(`^(category|tag|author)-(\d+)$`)
)

// collection builds the REST address of the posts that an archive page lists,
// without the page number; empty: the page does not say what it lists.
func (v *view) collection() string {
	if v.meta.apiRoot == "" {
		return ""
	}
	param, id, ok := v.term()
	if !ok {
		return ""
	}
	u, err := url.Parse(v.meta.apiRoot)
	if err != nil {
		return ""
	}
	q := u.Query()
	if route := q.Get("rest_route"); route != "" { // sites without pretty permalinks
		q.Set("rest_route", strings.TrimSuffix(route, "/")+"/wp/v2/posts")
	} else {
		u = u.JoinPath("wp/v2/posts")
	}
	if param != "" {
		q.Set(param, id)
	}
	q.Set("per_page", strconv.Itoa(perPage))
	q.Set("_fields", "id,link,date_gmt,modified_gmt,title,_links")
	q.Set("_embed", "author")
	u.RawQuery = q.Encode()
	return u.String()
}

// term says by what the posts of an archive page are chosen: a taxonomy or
// author with its number, or nothing for the page that lists all posts.
func (v *view) term() (param, id string, ok bool) {
	if m := apiTerm.FindStringSubmatch(apiRoute(v.meta.apiSelf)); m != nil {
		switch m[1] {
		case "posts", "pages", "media":
			return "", "", false
		case "users":
			return "author", m[2], true
		}
		return m[1], m[2], true
	}
	for _, c := range v.meta.classes {
		if m := classTerm.FindStringSubmatch(c); m != nil { // before WordPress 5.5
			return map[string]string{"category": "categories", "tag": "tags", "author": "author"}[m[1]], m[2], true
		}
	}
	for _, c := range v.meta.classes {
		if c == "blog" {
			return "", "", true
		}
	}
	return "", "", false
}

func apiRoute(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if route := u.Query().Get("rest_route"); route != "" {
		return route
	}
	return u.Path
}

// readREST reads an archive through the REST API. It reports false when the
// page has to be read by itself.
func (w *walk) readREST(v *view, shown listing) (bool, error) {
	addresses := v.restAddresses()
	if len(addresses) == 0 {
		return false, nil
	}
	base, p, links, err := w.getPosts(addresses)
	switch {
	case w.ctx.Err() != nil:
		return false, w.ctx.Err()
	case err != nil:
		w.why(fmt.Sprintf("the site's WordPress API is not used: %v", cmp.Or(errors.Unwrap(err), err))) // without the address
		return false, nil
	case !agrees(links, shown):
		w.why("the site's WordPress API is not used: it lists other posts than the page")
		return false, nil
	}
	w.turned(p)
	w.drop(shown.drops...)
	w.why(fmt.Sprintf("listed by the site's WordPress API, %s posts", firstOf(p.Header.Get("X-WP-Total"), "an unknown number of")))
	return true, w.readPosts(base, p, links)
}

// agrees reports that the API lists what the page shows: a page may leave
// categories out, or a plug-in may change what it lists.
func agrees(links []Link, shown listing) bool {
	if len(links) == 0 {
		return false
	}
	onPage, inAPI := map[string]bool{}, map[string]bool{}
	for _, l := range shown.links {
		onPage[feed.URLKey(l.URL)] = true
	}
	newest := 0
	for i, l := range links {
		key := feed.URLKey(l.URL)
		inAPI[key] = true
		if i < len(onPage) && onPage[key] {
			newest++
		}
	}
	found := 0
	for key := range onPage {
		if inAPI[key] {
			found++
		}
	}
	const tolerance = 5 // one in so many may be pinned or of another kind
	n := len(onPage)
	return tolerance*found >= (tolerance-1)*n && tolerance*newest >= (tolerance-2)*min(n, len(links))
}

// readPosts goes on through a collection whose first page has been read.
func (w *walk) readPosts(base string, p *Page, links []Link) error {
	total := totalPages(p)
	size := len(links)
	seen := map[string]bool{}
	for n := 2; ; n++ {
		added, fresh := w.addListed(listing{links: links}, seen, n-1)
		if !w.goesOn(links, added, total > 0) || w.opt.Complete && fresh == 0 {
			break
		}
		if total > 0 && n > total || total == 0 && len(links) < size {
			break
		}
		if n > w.opt.MaxPages {
			w.result.Incomplete = fmt.Sprintf("stopped after %d pages", n-1)
			break
		}
		next, err := w.get(withQuery(base, "page", strconv.Itoa(n)))
		if err != nil {
			return err
		}
		if next == nil {
			if total == 0 {
				w.result.Incomplete = "" // without a count the page after the last one is an error
			}
			break
		}
		if links, err = parsePosts(next.Body); err != nil {
			w.result.Incomplete = err.Error()
			break
		}
		total = max(total, totalPages(next)) // posts that were published meanwhile
	}
	w.result.Complete = w.result.Incomplete == ""
	w.orderArchive()
	return nil
}

// totalPages is how many pages a collection says to have; 0: it does not.
func totalPages(p *Page) int {
	n, _ := strconv.Atoi(p.Header.Get("X-WP-TotalPages"))
	return n
}

// readCollection reads a source that is a collection of the API itself.
func (w *walk) readCollection(p *Page) error {
	links, err := parsePosts(p.Body)
	if err != nil {
		return err
	}
	w.result.Kind, w.result.HomeURL, w.result.WordPress = feed.SourceAPI, w.source.URL, true
	w.nothing = "the collection is empty"
	w.why("a JSON list of posts")
	return w.readPosts(w.source.URL, p, links)
}

func withQuery(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}
