package web

import (
	"net/http"

	"storyfeed/feed"
)

// routes is the map of the site. All of it but the hub is read-only: GET and
// HEAD, and OPTIONS where scripts of other sites may ask.
func (s *server) routes() {
	s.routePages()
	s.routeFeeds()
	s.handlePost("hub", asText, "/hub", s.hub) // hub.Path

	for _, e := range s.endpoints() {
		s.handle(e.name, asProblem, e.path, s.json(e))
	}

	s.handle("status", asPage, "/status", s.status)
	s.handle("healthz", asText, "/healthz", s.healthz)
	s.handle("readyz", asText, "/readyz", s.readyz)
	if s.Metrics != nil {
		s.handle("metrics", asText, "/metrics", s.serveMetrics)
	}
	for path := range s.static {
		s.handle("static", asText, path, s.serveStatic)
	}
	s.mux.HandleFunc("/", s.wrap(unmatched, asPage, s.unmatched))
}

func (s *server) routePages() {
	s.handle("home", asPage, "/{$}", s.home)
	s.handle("series", asPage, "/s/{series}", s.series)
	s.handle("cover", asText, "/s/{series}/cover.svg", s.cover)
	s.handle("picture", asText, "/s/{series}/picture", s.picture)
	s.handle("authors", asPage, "/authors", s.terms(feed.TermAuthor))
	s.handle("author", asPage, "/authors/{author}", s.term(feed.TermAuthor))
	s.handle("tags", asPage, "/tags", s.terms(feed.TermTag))
	s.handle("tag", asPage, "/tags/{tag}", s.term(feed.TermTag))
	s.handle("story", asPage, "/s/{series}/{part}", s.story)
	s.handle("book", asPage, "/s/{series}/book.epub", s.epub)
	s.handle("book", asPage, "/s/{series}/book.html", s.bookPage)
	s.handle("revisions", asPage, "/s/{series}/{part}/revisions", s.revisions)
	s.handle("drip_maker", asPage, "/s/{series}/drip", s.makeDrip)
	s.handle("drip_maker", asPage, "/authors/{author}/drip", s.makeTermDrip(feed.TermAuthor))
	s.handle("drip_maker", asPage, "/tags/{tag}/drip", s.makeTermDrip(feed.TermTag))
	s.handle("drip_maker", asPage, "/search/drip", s.makeSearchDrip)
	s.handle("subscribe", asPage, "/subscribe", s.subscribe)
	s.handle("search", asPage, "/search", s.searchPage)
	s.handle("search_help", asPage, "/search/help", s.searchHelp)
	s.handle("suggest", asText, "/suggest", s.suggest)
	s.handle("opensearch", asText, "/opensearch.xml", s.openSearch) // openSearchPath
}

func (s *server) routeFeeds() {
	for _, f := range feed.Formats() {
		s.handle("feed", asText, "/s/{series}/feed."+string(f), s.feed)
		s.handle("reading", asText, "/s/{series}/reading."+string(f), s.feed)
		s.handle("reading", asText, "/s/{series}/reading/{page}/feed."+string(f), s.readingPage)
		s.handle("archive", asText, "/s/{series}/archive/{number}/feed."+string(f), s.archive)
		s.handle("drip", asText, "/s/{series}/drip/{start}/{pace}/feed."+string(f), s.drip)
		s.handle("drip", asText, "/authors/{author}/drip/{start}/{pace}/feed."+string(f), s.termDrip(feed.TermAuthor))
		s.handle("drip", asText, "/tags/{tag}/drip/{start}/{pace}/feed."+string(f), s.termDrip(feed.TermTag))
		s.handle("drip", asText, "/search/drip/{start}/{pace}/feed."+string(f), s.searchDrip)
		s.handle("all_feed", asText, "/feed."+string(f), s.allFeed)
		s.handle("author_feed", asText, "/authors/{author}/feed."+string(f), s.termFeed(feed.TermAuthor))
		s.handle("tag_feed", asText, "/tags/{tag}/feed."+string(f), s.termFeed(feed.TermTag))
		s.handle("search_feed", asText, "/search."+string(f), s.searchFeed)
	}
	s.refuseUndated("/s/{series}", "series")
	s.refuseUndated("/authors/{author}", "author")
	s.refuseUndated("/tags/{tag}", "tag")
	s.refuseUndated("/search", "")

	s.handle("opml", asText, "/opml.xml", s.opml)
	s.handle("health", asText, "/health.atom", s.feed) // feed.HealthPath
}

func (s *server) serveMetrics(w *response, r *http.Request) error {
	s.Metrics.ServeHTTP(w, r)
	return nil
}
