package web

import (
	"net/http"
	"time"

	"storyfeed/feed"
)

// opmlPath is where the list of all feeds is served.
const opmlPath = "/opml.xml"

// opmlTerms is how many authors, and how many tags, the list holds: those with
// the most stories.
const opmlTerms = 1000

// opml serves the list of all feeds, for readers that follow them at once: in
// groups, of which one drops what one does not want. It names the RSS of each
// feed, as that is what readers take an outline to be.
func (s *server) opml(w *response, r *http.Request) error {
	openToAll(w.Header())
	ctx := r.Context()
	stamp, updated, err := s.Store.Stamp(ctx)
	if err != nil {
		return err
	}
	f, err := s.rendered.of(r.Context(), opmlPath, stamp, func() (feed.Document, error) {
		list, err := s.Store.ListSeries(ctx)
		if err != nil {
			return feed.Document{}, err
		}
		groups := s.seriesGroups(list)
		for _, kind := range []feed.TermKind{feed.TermAuthor, feed.TermTag} {
			terms, err := s.Store.Terms(ctx, kind, opmlTerms)
			if err != nil {
				return feed.Document{}, err
			}
			groups = append(groups, s.termGroup(kind, terms))
		}
		return opmlDocument(updated, groups)
	})
	if err != nil {
		return err
	}
	return s.deliver(w, r, f, feedCacheHeader)
}

func opmlDocument(updated time.Time, groups []feed.ListedGroup) (feed.Document, error) {
	body, err := feed.RenderOPML("Feeds of storyfeed", updated, groups)
	if err != nil {
		return feed.Document{}, err
	}
	return feed.Document{
		Path: opmlPath, Format: feed.OPML, Body: body, Gzip: feed.Compress(body), ETag: feed.ETag(body), Modified: updated,
	}, nil
}

// seriesGroups are the feeds that all series have together, and those of each
// of them that has a story: the others answer that they are not ready.
func (s *server) seriesGroups(list []feed.Series) []feed.ListedGroup {
	top := feed.ListedGroup{Entries: []feed.ListedFeed{
		{Title: "All stories", FeedURL: s.base + "/feed.rss", HomeURL: s.base + "/", RSS: true, Description: "The newest stories of all series"},
	}}
	groups := make([]feed.ListedGroup, len(feedKinds))
	for i, kind := range feedKinds {
		groups[i].Title = "Series, " + kind.Title
		for _, series := range list {
			if series.Stories == 0 {
				continue
			}
			groups[i].Entries = append(groups[i].Entries, feed.ListedFeed{
				Title: series.Name() + ", " + kind.Title, FeedURL: s.base + feed.Path(series.Slug, kind.Name, feed.RSS),
				HomeURL: s.base + "/s/" + series.Slug, Description: series.Description, Language: series.Language, RSS: true,
			})
		}
	}
	operators := feed.ListedGroup{Title: "For operators", Entries: []feed.ListedFeed{
		{Title: "Health of all series", FeedURL: s.base + feed.HealthPath, HomeURL: s.base + "/", Language: "en"},
	}}
	return append(append([]feed.ListedGroup{top}, groups...), operators)
}

func (s *server) termGroup(kind feed.TermKind, terms []feed.Term) feed.ListedGroup {
	g := feed.ListedGroup{Title: "Authors"}
	if kind == feed.TermTag {
		g.Title = "Tags"
	}
	for _, t := range terms {
		g.Entries = append(g.Entries, feed.ListedFeed{
			Title: t.Name, FeedURL: s.base + feed.TermPath(kind, t.Slug) + "/feed.rss",
			HomeURL: s.base + feed.TermPath(kind, t.Slug), Description: count(t.Stories, "story"), RSS: true,
		})
	}
	return g
}

// opmlLink offers the list of all feeds.
func (s *server) opmlLink() feedLink {
	return feedLink{Title: "All feeds", Label: feed.OPML.Label(), Type: "text/x-opml", Path: s.prefix + opmlPath, URL: s.base + opmlPath, Format: feed.OPML}
}
