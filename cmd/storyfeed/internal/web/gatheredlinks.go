package web

import (
	"slices"
	"strings"

	"storyfeed/feed"
)

// gatheredLinks offers a feed in all formats; base is its path without the
// ending, and query may be empty.
func (s *server) gatheredLinks(title, base, query string) []feedLink {
	var links []feedLink
	for _, f := range feed.Formats() {
		address := base + "." + string(f)
		if query != "" {
			address += "?" + query
		}
		mediaType, _, _ := strings.Cut(f.MediaType(), ";")
		links = append(links, feedLink{
			Title: title + " (" + f.Label() + ")", Label: f.Label(), Type: mediaType,
			Path: s.prefix + address, URL: s.base + address, Format: f,
		})
	}
	return links
}

// allLinks offers the feed of all series.
func (s *server) allLinks() []feedLink { return s.gatheredLinks("All stories", "/feed", "") }

// termLinks offers the feeds of authors or tags, without those that have none.
func (s *server) termLinks(kind feed.TermKind, names []string) []termLink {
	var terms []termLink
	for _, name := range names {
		slug := feed.TermSlug(name)
		if slug == "" || slices.ContainsFunc(terms, func(t termLink) bool { return t.slug == slug }) {
			continue
		}
		title := "Stories by " + name
		if kind == feed.TermTag {
			title = "Stories tagged “" + name + "”"
		}
		terms = append(terms, termLink{
			slug: slug, Name: name, Links: s.gatheredLinks(title, feed.TermPath(kind, slug)+"/feed", ""),
			CatchUp: s.prefix + feed.TermPath(kind, slug) + "/drip",
		})
	}
	return terms
}

// termLink is an author or a tag with its feeds.
type termLink struct {
	slug    string
	Name    string
	Links   []feedLink
	CatchUp string // where their catch-up feed is made
}

// Atom is the one of the three that is offered where there is room for one.
func (t termLink) Atom() feedLink {
	return t.Links[slices.IndexFunc(t.Links, func(l feedLink) bool { return l.Format == feed.Atom })]
}
