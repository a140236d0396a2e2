package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"storyfeed/feed"
)

// Feeds of stories of several series. There are as many as there are authors,
// tags and queries, so they are made when somebody asks, and again when the
// stamp of what they show changed.

const (
	gatheredStories = 50 // that a feed of several series shows, the newest
	gatheredEvery   = 15 * time.Minute
)

// gathering is what a feed of stories of several series says of itself.
type gathering struct {
	Name   string // permanent, by which the feed is known wherever it is served: "all", "author/ada-marsh"
	Path   string // of the document, with its query, without the prefix of the site
	Format feed.Format
	Title  string
	About  string
	Author string // who stands for the whole; empty: we do
	Home   string // absolute URL of the page that shows the same
	Found  *feed.Found
}

// logged is the feed's address for the log, without what somebody searched for.
func (g gathering) logged() string {
	address, _, _ := strings.Cut(g.Path, "?")
	return address
}

// allFeed serves the newest stories of all series.
func (s *server) allFeed(w *response, r *http.Request) error {
	return s.gathered(w, r, s.allGathering(formatOf(r)), "", "")
}

func (s *server) allGathering(f feed.Format) gathering {
	return gathering{
		Name: "all", Path: "/feed." + string(f), Format: f, Title: "All stories", Home: s.base + "/",
		About: "The newest stories of all series that are followed here.",
	}
}

func noStories() error {
	return &failure{
		Status: http.StatusServiceUnavailable, Title: "This feed is not ready yet", Retry: firstFeedRetry,
		Detail: "No story has been read yet. Please ask again in a minute.",
	}
}

// termFeed serves the newest stories of an author or a tag.
func (s *server) termFeed(kind feed.TermKind) handler {
	return func(w *response, r *http.Request) error {
		openToAll(w.Header())
		slug, moved, err := s.termAsked(kind, r)
		if err != nil || moved != "" {
			return s.redirected(w, r, moved, err)
		}
		return s.gathered(w, r, termGathering(kind, slug, formatOf(r)), kind, slug)
	}
}

func termGathering(kind feed.TermKind, slug string, f feed.Format) gathering {
	return gathering{Name: string(kind) + "/" + slug, Path: feed.TermPath(kind, slug) + "/feed." + string(f), Format: f}
}

// formatOf is the format that the path ends with.
func formatOf(r *http.Request) feed.Format {
	return feed.Format(strings.TrimPrefix(path.Ext(r.URL.Path), "."))
}

// gathered answers with the newest stories of a term, or of all for none.
func (s *server) gathered(w *response, r *http.Request, g gathering, kind feed.TermKind, slug string) error {
	openToAll(w.Header())
	f, err := s.gatheredFeed(r.Context(), g, kind, slug)
	if err != nil {
		return err
	}
	named := *f // the one that is kept is everybody's
	named.hub = s.hubOf(g.Path)
	return s.deliver(w, r, &named, feedCacheHeader)
}

// gatheredFeed is the feed with the newest stories of a term, or of all for
// none. The error is a failure when there is no story.
func (s *server) gatheredFeed(ctx context.Context, g gathering, kind feed.TermKind, slug string) (*preparedFeed, error) {
	stamp, _, err := s.Store.Stamp(ctx)
	if err != nil {
		return nil, err
	}
	return s.rendered.of(ctx, g.Path, stamp, func() (feed.Document, error) {
		stories, err := s.Store.Gathered(ctx, kind, slug, gatheredStories)
		if err != nil {
			return feed.Document{}, err
		}
		switch {
		case len(stories) > 0:
		case kind == "":
			return feed.Document{}, noStories()
		default:
			return feed.Document{}, noTerm(kind)
		}
		gone, err := s.Store.Removed(ctx, kind, slug, feed.MaxRemovals)
		if err != nil {
			return feed.Document{}, err
		}
		if kind != "" {
			s.nameTerm(&g, kind, spelled(stories, kind, slug))
		}
		return s.gather(ctx, g, stories, gone)
	})
}

// nameTerm titles the feed of an author or tag.
func (s *server) nameTerm(g *gathering, kind feed.TermKind, name string) {
	g.Home = s.base + feed.TermPath(kind, feed.TermSlug(name))
	switch kind {
	case feed.TermAuthor:
		g.Title, g.Author = "Stories by "+name, name
		g.About = "The newest stories by " + name + ", of all series that are followed here."
	case feed.TermTag:
		g.Title = "Stories tagged “" + name + "”"
		g.About = "The newest stories with the tag “" + name + "”, of all series that are followed here."
	}
}

// spelled is a term as the most of the stories spell it, of several the one
// that comes first.
func spelled(stories []feed.Story, kind feed.TermKind, slug string) string {
	best, count := slug, map[string]int{}
	for _, st := range stories {
		for _, name := range kind.Names(st) {
			if feed.TermSlug(name) == slug {
				count[name]++
			}
		}
	}
	for _, st := range stories {
		for _, name := range kind.Names(st) {
			if count[name] > count[best] {
				best = name
			}
		}
	}
	return best
}

// gather makes the document of stories of several series.
func (s *server) gather(ctx context.Context, g gathering, stories []feed.Story, gone []feed.Tombstone) (feed.Document, error) {
	list, err := s.Store.ListSeries(ctx)
	if err != nil {
		return feed.Document{}, err
	}
	c := s.gatheredChannel(g, list)
	c.Gone = feed.RecentlyGone(gone, c.Series.Updated)
	c.Found = g.Found
	for _, t := range gone {
		c.Updated = latest(c.Updated, t.When)
	}
	stories = slices.Clone(stories)
	for i := range stories {
		// A story that was found late is a change, however old it is.
		c.Updated = latest(c.Updated, stories[i].Fetched)
	}
	asInTheirSeries(&c, stories, list)
	doc, err := feed.NewDocument(g.Path, g.Format, c, feed.FitNewest(c, stories))
	if err != nil {
		return doc, fmt.Errorf("feed %s: %w", g.logged(), err)
	}
	return doc, nil
}

// gatheredChannel is what a document of stories of several series says of itself.
func (s *server) gatheredChannel(g gathering, list []feed.Series) feed.Channel {
	changed := time.Time{} // up to here a story can have been edited
	for _, s := range list {
		changed = latest(changed, s.Updated)
	}
	return feed.Channel{
		ID: feed.GUID("storyfeed:" + g.Name),
		Series: feed.Series{
			Title: cmp.Or(g.Author, "storyfeed"), Description: g.About, Every: gatheredEvery, Updated: changed,
		},
		Title: g.Title, SelfURL: s.base + g.Path, HomeURL: g.Home, Generator: s.Version, HubURL: s.hubOf(g.Path), StyleURL: feed.StylePath(s.base), Rights: feed.Rights,
		Origin: func(slug string) feed.Origin { return s.origin(list, slug, g.Format) },
	}
}

// asInTheirSeries gives the stories of a channel what the feeds of their own
// series say of them, and the channel their language and the time of the last
// change that any of them can have had.
func asInTheirSeries(c *feed.Channel, stories []feed.Story, list []feed.Series) {
	for i := range stories {
		asInItsSeries(&stories[i], list)
		c.Series.Updated = latest(c.Series.Updated, seriesNamed(list, stories[i].Series).Updated)
	}
	c.Series.Language = mostlyIn(stories)
}

// asInItsSeries gives a story what its own series' feed says of it.
func asInItsSeries(st *feed.Story, list []feed.Series) {
	series := seriesNamed(list, st.Series)
	if len(st.Authors) == 0 {
		st.Authors = []string{series.Name()}
	}
	if st.Language == "" {
		st.Language = series.Language
	}
	if series.Content == feed.ContentSummary {
		st.HTML = ""
	}
}

func (s *server) origin(list []feed.Series, slug string, f feed.Format) feed.Origin {
	series := seriesNamed(list, slug)
	address := s.base + feed.Path(slug, feed.HeadFeed, f)
	return feed.Origin{ID: feed.SeriesID(series, address), Title: series.Name(), HomeURL: s.base + "/s/" + slug, FeedURL: address}
}

// mostlyIn is the language of the most of the stories, of several the one that
// comes first. Without stories there are but our own words.
func mostlyIn(stories []feed.Story) string {
	best, count := "en", map[string]int{}
	for _, st := range stories {
		count[st.Language]++
	}
	for _, st := range stories {
		if count[st.Language] > count[best] {
			best = st.Language
		}
	}
	return best
}

// seriesNamed is the series of that slug, or one of that name only.
func seriesNamed(list []feed.Series, slug string) feed.Series {
	for _, one := range list {
		if one.Slug == slug {
			return one
		}
	}
	return feed.Series{Slug: slug}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
