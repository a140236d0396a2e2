package web

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/diff"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pageNames are the templates, each of which fills the blocks of base.html.
var pageNames = []string{"home", "series", "story", "gone", "revisions", "drip", "search", "help", "status", "subscribe", "terms", "term", "error"}

// chrome is what every page shows around its content. The page structs embed
// it, so that templates/base.html finds it in each of them.
type chrome struct {
	Title       string // without the name of the site
	Description string // for meta; empty: none
	Canonical   string // absolute URL; empty: none
	NoIndex     bool
	Section     string     // of the site, for its navigation: "series", "authors", "tags"; empty: none of them
	Query       string     // what stands in the search box of the header
	In          string     // slug that the search box is limited to; empty: all
	NoSearch    bool       // the page has a search box of its own
	Prev, Next  string     // relative addresses for link elements; empty: none
	Feeds       []feedLink // autodiscovery
	JSON        string     // the same as JSON; empty: none
}

// feedLink offers one feed document.
type feedLink struct {
	Title  string // "Why I Sell, in reading order (Atom)"
	Label  string // "Atom"
	Type   string // media type without parameters
	Path   string // with the prefix of the site
	URL    string // absolute
	Format feed.Format
}

// feedKind is one of the two feeds of a series.
type feedKind struct {
	Name  string // first part of the file name
	Title string // what it is, after the name of the series
}

var feedKinds = []feedKind{
	{feed.HeadFeed, "newest first"},
	{feed.ReadingFeed, "in reading order"},
}

// feedLinks offers a feed of a series in all formats.
func (s *server) feedLinks(series feed.Series, kind feedKind) []feedLink {
	var links []feedLink
	for _, f := range feed.Formats() {
		path := feed.Path(series.Slug, kind.Name, f)
		mediaType, _, _ := strings.Cut(f.MediaType(), ";")
		links = append(links, feedLink{
			Title:  fmt.Sprintf("%s, %s (%s)", series.Name(), kind.Title, f.Label()),
			Label:  f.Label(),
			Type:   mediaType,
			Path:   s.prefix + path,
			URL:    s.base + path,
			Format: f,
		})
	}
	return links
}

// healthLink offers the feed of health, which is about all series.
func (s *server) healthLink() feedLink {
	mediaType, _, _ := strings.Cut(feed.Atom.MediaType(), ";")
	return feedLink{
		Title: "Health of all series, for operators (Atom)", Label: feed.Atom.Label(), Type: mediaType,
		Path: s.prefix + feed.HealthPath, URL: s.base + feed.HealthPath, Format: feed.Atom,
	}
}

// allFeeds offers both feeds of a series in all formats.
func (s *server) allFeeds(series feed.Series) []feedLink {
	var links []feedLink
	for _, k := range feedKinds {
		links = append(links, s.feedLinks(series, k)...)
	}
	return links
}

// parseTemplates parses every page and runs it once on nothing, so that a
// slip in a template shows at start and not to a reader.
func (s *server) parseTemplates() (map[string]*template.Template, error) {
	base, err := template.New("base.html").Funcs(s.templateFuncs()).ParseFS(templateFiles, "templates/base.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, name := range pageNames {
		t, err := base.Clone()
		if err == nil {
			t, err = t.ParseFS(templateFiles, "templates/"+name+".html")
		}
		if err != nil {
			return nil, err
		}
		pages[name] = t
	}
	return pages, nil
}

func (s *server) templateFuncs() template.FuncMap {
	return template.FuncMap{
		"link":    func(path string) string { return s.prefix + path },
		"series":  func(slug string) string { return s.prefix + "/s/" + url.PathEscape(slug) },
		"part":    s.partPath,
		"api":     func(path string) string { return s.prefix + "/api/v1" + path },
		"static":  s.hashedPath,
		"term":    s.termURL,
		"read":    s.readKey,
		"search":  func(name, value string) string { return s.searchPath(url.Values{name: {value}}) },
		"version": func() string { return s.Version },
		"date":    showDate,
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"moment":  func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
		"day":     func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"ago":     func(t time.Time) string { return ago(s.Now().Sub(t)) },
		"until":   func(t time.Time) string { return until(t.Sub(s.Now())) },
		"count":   count,
		"number":  feed.Thousands,
		"bytes":   byteCount,
		"pause":   pause,
		"names":   names,
		"host":    hostOf,
		"join":    strings.Join,
		"removed": func(op diff.Op) bool { return op == diff.Removed },
		"added":   func(op diff.Op) bool { return op == diff.Added },
		"anchor":  func(c feed.Change) string { return c.Anchor() },
	}
}

// partPath is the address of a story's page.
func (s *server) partPath(slug string, part int) string {
	return s.prefix + "/s/" + url.PathEscape(slug) + "/" + strconv.Itoa(part)
}

// termURL is the address of the page of an author or tag; one whose name has
// none, as it has no letters, is searched for.
func (s *server) termURL(kind feed.TermKind, name string) string {
	if slug := feed.TermSlug(name); slug != "" {
		return s.prefix + feed.TermPath(kind, slug)
	}
	return s.searchPath(url.Values{string(kind): {name}})
}

// readKey names a series where browsers keep what was read of it: it stays
// when the series is renamed.
func (s *server) readKey(series feed.Series) string {
	return s.prefix + "/" + cmp.Or(series.FirstSlug, series.Slug)
}

// render runs a page's template. The data must be a pointer to the page's
// struct.
func (s *server) render(name string, data any) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(16 << 10)
	if err := s.templates[name].Execute(&buf, data); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return buf.Bytes(), nil
}

// show answers with a page. Pages change with every crawl: caches keep them
// but ask (RFC 9111 §5.2.2.4).
func (s *server) show(w *response, r *http.Request, status int, name string, data any) error {
	body, err := s.render(name, data)
	if err != nil {
		return err
	}
	send(w, r, answer{status: status, mediaType: "text/html; charset=utf-8", cacheControl: "no-cache", body: body})
	return nil
}

// findSeries returns the series that the path names.
func (s *server) findSeries(r *http.Request) (feed.Series, error) {
	slug := r.PathValue("series")
	if !validSlug(slug) {
		return feed.Series{}, noSeries()
	}
	series, err := s.Store.SeriesBySlug(r.Context(), slug)
	if !isNotFound(err) {
		return series, err
	}
	now, err := s.movedSlug(r.Context(), slug)
	if err != nil {
		return feed.Series{}, err
	}
	if now == "" {
		return feed.Series{}, noSeries()
	}
	to := r.URL.EscapedPath()
	for _, root := range []string{"/s/", "/api/v1/series/"} {
		if rest, ok := strings.CutPrefix(to, root+slug); ok {
			to = s.base + root + now + rest
			break
		}
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	return feed.Series{}, movedTo(to)
}

// pager leads through a list that is longer than a page.
type pager struct {
	Page, Pages int    // from 1
	Prev, Next  string // addresses; empty: there is none
	First, Last string // likewise, where they differ from Prev and Next
}

// newPager makes the pager of page (from 1) of total things; address gives
// the address of a page.
func newPager(page, size, total int, address func(page int) string) pager {
	p := pager{Page: page, Pages: (total + size - 1) / size}
	if page > 1 {
		p.Prev = address(page - 1)
	}
	if page > 2 {
		p.First = address(1)
	}
	if page < p.Pages {
		p.Next = address(page + 1)
	}
	if page < p.Pages-1 {
		p.Last = address(p.Pages)
	}
	return p
}

// pageNumber reads ?page=, from 1 to last; anything else is the nearest page
// that exists: a list has no error page.
func pageNumber(q url.Values, last int) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		return 1
	}
	return max(1, min(n, last))
}
