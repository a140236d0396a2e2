package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"storyfeed/index"
)

// movedSlug is what a series is called now that was called slug once; empty: it
// is still called so, or no series ever was.
func (s *server) movedSlug(ctx context.Context, slug string) (string, error) {
	if !validSlug(slug) {
		return "", nil
	}
	if _, err := s.Store.SeriesBySlug(ctx, slug); !isNotFound(err) {
		return "", err
	}
	now, err := s.Store.MovedSlug(ctx, slug)
	if isNotFound(err) {
		return "", nil
	}
	return now, err
}

func movedTo(address string) error {
	return &failure{
		Status: http.StatusMovedPermanently, Title: "This series has another name now",
		Detail: "What you asked for is at " + address, Location: address,
	}
}

// movedSearch fails with the address of the same search where a series that it
// names, as a filter or in the query, is called otherwise by now: under its old
// name nothing would be found, and subscribers would be left with an empty feed.
func (s *server) movedSearch(r *http.Request) error {
	in := r.URL.Query()
	moved := false
	if now, err := s.movedSlug(r.Context(), text(in, "series")); err != nil {
		return err
	} else if now != "" {
		in.Set("series", now)
		moved = true
	}
	q, err := s.movedInQuery(r.Context(), text(in, "q"))
	if err != nil {
		return err
	}
	if q != "" {
		in.Set("q", q)
		moved = true
	}
	if !moved {
		return nil
	}
	return movedTo(s.base + r.URL.EscapedPath() + "?" + in.Encode())
}

// namedSeries is how a query names a series.
var namedSeries = regexp.MustCompile(`(?i)\bseries:\s*"?([a-z0-9-]+)`)

// movedInQuery is a query with the new names of the series that it names by
// their old ones; empty: there are none.
func (s *server) movedInQuery(ctx context.Context, typed string) (string, error) {
	now := map[string]string{}
	var failed error
	parsed, _ := index.ParseQuery(typed) // which bounds how many there are
	parsed.Leaves(func(leaf index.Node, _ bool) {
		var slug string
		switch n := leaf.(type) {
		case index.Word:
			slug = n.Text
		case index.Phrase:
			slug = n.Text
		}
		slug = strings.ToLower(slug)
		if failed != nil || !strings.HasPrefix(strings.ToLower(leaf.String()), string(index.FieldSeries)+":") || now[slug] != "" {
			return
		}
		now[slug], failed = s.movedSlug(ctx, slug)
	})
	if failed != nil {
		return "", failed
	}
	again := namedSeries.ReplaceAllStringFunc(typed, func(found string) string {
		slug := namedSeries.FindStringSubmatch(found)[1]
		if to := now[strings.ToLower(slug)]; to != "" {
			return strings.TrimSuffix(found, slug) + to
		}
		return found
	})
	if again == typed {
		return "", nil
	}
	return again, nil
}

// movedFeed fails with the page for subscribing to a feed of a series by the
// series' new name, where the feed's path, which begins with /s/, names it by an
// old one.
func (s *server) movedFeed(r *http.Request, feedURL *url.URL) error {
	slug, rest, _ := strings.Cut(strings.TrimPrefix(feedURL.EscapedPath(), "/s/"), "/")
	now, err := s.movedSlug(r.Context(), slug)
	if err != nil || now == "" {
		return err
	}
	address := s.base + "/s/" + now + "/" + rest
	if query := feedURL.Query().Encode(); query != "" {
		address += "?" + query
	}
	in := r.URL.Query()
	in.Set("feed", address)
	return movedTo(s.base + r.URL.EscapedPath() + "?" + in.Encode())
}
