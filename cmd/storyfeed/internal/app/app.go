// Package app builds the program out of its parts and takes it apart again.
//
// [Open] wires from the bottom up — data directory, store, index, fetcher,
// publisher, indexer — and [App.Close] undoes it in reverse. An open App
// crawls, reindexes and searches; [App.Serve] does so on a schedule and
// answers HTTP.
//
// One process holds a data directory. A command that finds it held works
// through the holder instead: [Connect] returns the one or the other as
// [Operations].
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/hub"
	"storyfeed/feed/store"
	"storyfeed/index/local"
	"storyfeed/indexer"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// Options is what an [App] needs.
type Options struct {
	Config   config.Config
	Version  string               // for the User-Agent, the feeds and the pages
	Logger   *slog.Logger         // nil: discard
	Registry *prometheus.Registry // takes all metrics; nil: a new one

	// How [App.Serve] takes up changes of the configuration.
	Reload     func() (config.Config, error) // reads it anew; nil: changes are not taken up
	ConfigFile string                        // the file whose changes call for that; empty: none
	Reread     <-chan os.Signal              // calls for it too; nil: nobody does
}

// App is an open data directory with everything that works on it.
type App struct {
	opts      Options
	log       *slog.Logger
	store     *store.Store
	index     *local.Index
	publisher *indexer.Publisher
	indexer   *indexer.Indexer
	previewer *indexer.Previewer
	pictures  *indexer.Pictures
	fetch     *fetcher
	browser   *render.Browser
	hub       *hub.Hub // nil: no base URL is known, so nothing is served
	site      web.Site // nil: nothing is served yet
	settings  *settings

	repair chan struct{} // holds one element when a search found the index damaged

	closers []func() error
	behind  atomic.Pointer[web.Problem] // why the index may not show everything yet; nil: it does
}

// Held returns the [*store.LockedError] of a data directory in which another
// process works, and nil otherwise. It makes and changes no file.
func Held(dir string) error {
	if locked := store.Locked(dir); locked != nil {
		return locked
	}
	return nil
}

// Open locks the data directory and opens everything in it. It asks no site
// and does not wait for long: an index that does not match the store is
// rebuilt by [App.Serve], or by [App.Reconcile].
//
// The error is a [*store.LockedError] when another process holds the
// directory.
func Open(ctx context.Context, opts Options) (a *App, err error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Registry == nil {
		opts.Registry = prometheus.NewRegistry()
	}
	a = &App{opts: opts, log: opts.Logger, repair: make(chan struct{}, 1)}
	a.behind.Store(&web.Problem{Part: "index", Text: catchingUp})
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
			a = nil
		}
	}()
	if a.settings, err = newSettings(opts.Config, opts.ConfigFile, opts.Registry); err != nil {
		return a, err
	}
	if err = a.openData(ctx); err != nil {
		return a, err
	}
	return a, a.openIndexer(ctx)
}

// openData opens what lies in the data directory.
func (a *App) openData(ctx context.Context) error {
	dir := a.opts.Config.Data
	lock, err := store.Lock(dir)
	if err != nil {
		return err
	}
	a.onClose(lock.Release)
	if a.store, err = store.Open(ctx, store.Config{Dir: dir, Logger: a.log}); err != nil {
		return err
	}
	a.onClose(a.store.Close)
	if err := a.store.ClearLeases(ctx); err != nil {
		return err
	}
	if err := a.store.SyncSeries(ctx, a.opts.Config.Series); err != nil {
		return err
	}
	if a.index, err = local.Open(ctx, local.Config{Dir: dir, Logger: a.log, Damaged: a.askForRepair}); err != nil {
		return err
	}
	a.onClose(a.index.Close)
	return nil
}

// openIndexer makes what works on the data.
func (a *App) openIndexer(ctx context.Context) error {
	owner := fmt.Sprintf("pid %d", os.Getpid())
	cfg := a.opts.Config
	client, err := fetch.New(fetch.Config{
		Hosts: a.store, Allow: cfg.Fetch.Allow, HostGap: cfg.Fetch.HostGap, Contact: cfg.Fetch.Contact,
		Version: a.opts.Version, Owner: owner, Logger: a.log, Metrics: a.opts.Registry,
	})
	if err != nil {
		return err
	}
	a.fetch = new(fetcher)
	a.fetch.Store(client)
	a.browser, err = render.New(render.Config{
		Fetch: a.fetch, Browser: cfg.Fetch.Browser, Dir: filepath.Join(cfg.Data, browserDir), Allow: cfg.Fetch.Allow, Logger: a.log,
	})
	if err != nil {
		return err
	}
	a.onClose(a.browser.Close)
	drawn := func(mode feed.Rendering) indexer.Fetcher { return a.browser.Fetcher(mode) }
	a.publisher = indexer.NewPublisher(a.store, cfg.BaseURL, a.opts.Version, a.log)
	if err := a.openHub(); err != nil {
		return err
	}
	if err := a.publisher.Load(ctx); err != nil {
		return err
	}
	a.indexer, err = indexer.New(indexer.Config{
		Store: a.store, Fetch: a.fetch, Index: beside{a.index}, Publisher: a.publisher,
		Render: drawn, Owner: owner, Logger: a.log, Metrics: a.opts.Registry,
	})
	a.pictures = indexer.NewPictures(a.store, a.fetch, a.log)
	a.previewer = &indexer.Previewer{Fetch: a.fetch, Render: drawn, Robots: a.fetch, Logger: a.log}
	return err
}

// browserDir holds the profile of the browser that draws pages, in the data
// directory: nobody else works there, so that what a killed process left can be
// removed.
const browserDir = "browser"

// Close releases everything in reverse order. It is called when nothing uses
// the App any more.
func (a *App) Close() error {
	var errs []error
	for _, f := range slices.Backward(a.closers) {
		errs = append(errs, f())
	}
	a.closers = nil
	return errors.Join(errs...)
}

func (a *App) onClose(f func() error) { a.closers = append(a.closers, f) }

// catchingUp is what /readyz says before the first look of [App.Reconcile].
const catchingUp = "index and feeds are being brought up to the store"

// Reconcile brings index and feeds up to the store, as after a crash.
func (a *App) Reconcile(ctx context.Context) error {
	var published, indexed error
	var both sync.WaitGroup // many new stories take minutes in each
	both.Go(func() { published = a.publisher.PublishAll(ctx) })
	both.Go(func() { _, indexed = a.indexer.Reconcile(ctx) })
	both.Wait()
	if err := errors.Join(published, indexed); err != nil {
		return err
	}
	a.behind.Store(nil)
	return nil
}

// Crawl implements [Operations].
func (a *App) Crawl(ctx context.Context, slugs []string, progress func(indexer.Progress), done func(feed.Crawl)) error {
	var configured []string
	for _, s := range a.config().Series {
		configured = append(configured, s.Slug)
	}
	if len(slugs) == 0 {
		slugs = configured
	}
	for _, slug := range slugs { // a typing error must not cost a crawl first
		if _, err := a.series(ctx, slug); err != nil {
			return err
		}
	}
	for i, slug := range slugs {
		if slices.Contains(slugs[:i], slug) {
			continue
		}
		c, err := a.indexer.Crawl(ctx, slug, progress)
		if errors.Is(err, feed.ErrBusy) {
			return fmt.Errorf("series %q is being crawled already; try again when that has ended", slug)
		}
		if err != nil {
			return err
		}
		done(c)
	}
	return nil
}

// series is a configured one; the error says which there are.
func (a *App) series(ctx context.Context, slug string) (feed.Series, error) {
	s, err := a.store.SeriesBySlug(ctx, slug)
	if !errors.Is(err, feed.ErrNotFound) {
		return s, err
	}
	var configured []string
	for _, s := range a.config().Series {
		configured = append(configured, s.Slug)
	}
	return s, fmt.Errorf("no series %q; configured are: %s", slug, strings.Join(configured, ", "))
}
