package web

import (
	"context"
	"net/url"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/hub"
)

// Makes implements [hub.Maker]: the feeds of all series, of an author and of a
// tag can be subscribed to. Those of searches can't: to know whether one has
// changed, each would have to be searched anew.
func (s *server) Makes(path string) bool {
	_, _, _, ok := s.made(path)
	return ok
}

// Make implements [hub.Maker].
func (s *server) Make(ctx context.Context, path string) (*feed.Document, error) {
	g, kind, slug, ok := s.made(path)
	if !ok {
		return nil, feed.ErrNotFound
	}
	f, err := s.gatheredFeed(ctx, g, kind, slug)
	if err != nil {
		return nil, err
	}
	return f.doc, nil
}

// made reads the path of a feed of stories of several series, as the feed
// itself names it.
func (s *server) made(path string) (g gathering, kind feed.TermKind, slug string, ok bool) {
	of, file, ok := cutLast(path, "/feed.")
	f := feed.Format(file)
	if !ok || !knownFormat(f) {
		return g, "", "", false
	}
	if of == "" {
		return s.allGathering(f), "", "", true
	}
	for _, kind := range []feed.TermKind{feed.TermAuthor, feed.TermTag} {
		name, found := strings.CutPrefix(of, "/"+string(kind)+"s/")
		slug, err := url.PathUnescape(name)
		if found && err == nil && slug != "" && slug == feed.TermSlug(slug) && of == feed.TermPath(kind, slug) {
			return termGathering(kind, slug, f), kind, slug, true
		}
	}
	return g, "", "", false
}

func knownFormat(f feed.Format) bool {
	for _, known := range feed.Formats() {
		if f == known {
			return true
		}
	}
	return false
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+len(sep):], true
}

// hubOf is the hub that a feed names which is made when somebody asks; empty:
// none. A hub of others is told of published documents alone.
func (s *server) hubOf(path string) string {
	if s.HubURL == s.base+hub.Path && s.Makes(path) {
		return s.HubURL
	}
	return ""
}
