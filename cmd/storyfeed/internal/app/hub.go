package app

import (
	"context"
	"net/http"
	"strings"

	"storyfeed/feed"
	"storyfeed/feed/hub"
)

// openHub makes the hub that the feeds name. One that is switched off or
// replaced still has to tell its subscribers so.
func (a *App) openHub() (err error) {
	c := a.opts.Config
	a.publisher.HubURL = hub.URLOf(c.BaseURL, c.Hub.Outside(), c.Hub.Off())
	if c.BaseURL == "" {
		return nil
	}
	a.hub, err = hub.New(hub.Config{
		BaseURL: c.BaseURL, Off: c.Hub.Off(), Outside: c.Hub.Outside(),
		Store: a.store, Client: callbacks{a.fetch}, Permit: func(address string) error { return a.fetch.Load().Permit(address) },
		Document: a.topic, Maker: maker{a}, Gone: a.followedNoMore, Logger: a.log, Metrics: a.opts.Registry,
	})
	if err == nil {
		a.publisher.Published = func(d feed.Document) {
			if !sealed(d.Path) {
				a.hub.Published(d)
			}
		}
	}
	return err
}

// topic is the feed at a path, if it is one that changes.
func (a *App) topic(path string) (*feed.Document, bool) {
	if sealed(path) {
		return nil, false
	}
	return a.publisher.Document(path)
}

// sealed reports whether a path is that of an archive, which never changes:
// see [feed.ArchivePath].
func sealed(path string) bool {
	rest, ok := strings.CutPrefix(path, "/s/")
	_, name, _ := strings.Cut(rest, "/")
	return ok && strings.HasPrefix(name, "archive/")
}

// followedNoMore reports whether a path is one of a series that is not
// configured.
func (a *App) followedNoMore(path string) bool {
	rest, ok := strings.CutPrefix(path, "/s/")
	slug, _, _ := strings.Cut(rest, "/")
	return ok && !a.config().HasSlug(slug)
}

// maker makes the feeds that are not published, once there is a site.
type maker struct{ *App }

// Makes implements [hub.Maker].
func (m maker) Makes(path string) bool { return m.site != nil && m.site.Makes(path) }

// Make implements [hub.Maker].
func (m maker) Make(ctx context.Context, path string) (*feed.Document, error) {
	return m.site.Make(ctx, path)
}

// callbacks calls those that asked for it, by the settings in force.
type callbacks struct{ *fetcher }

// Do implements [hub.Doer].
func (c callbacks) Do(r *http.Request) (*http.Response, error) { return c.Load().Direct().Do(r) }
