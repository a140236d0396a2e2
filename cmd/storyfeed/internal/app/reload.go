package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/indexer/fetch"
)

// watchEvery is the time between two looks at the configuration file. A
// change is taken up when two looks saw the same: an editor may still be
// writing.
const watchEvery = 500 * time.Millisecond

// settings are the configuration in force and what became of later ones. Its
// zero value is of no use: see newSettings.
type settings struct {
	applying sync.Mutex // one change at a time
	current  atomic.Pointer[config.Config]
	fault    atomic.Pointer[web.Problem] // why what the file says is not in force; nil: it is
	metrics  settingsMetrics
	path     string // of the file, absolute; empty: none
	taken    glance // the file when the program started
}

type settingsMetrics struct {
	inForce prometheus.Gauge
	reloads *prometheus.CounterVec
}

func newSettings(c config.Config, path string, r prometheus.Registerer) (*settings, error) {
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		path = absolute
	}
	s := &settings{path: path, taken: look(path), metrics: settingsMetrics{
		inForce: prometheus.NewGauge(prometheus.GaugeOpts{Name: "storyfeed_config_in_force", Help: "1: what the configuration file says is in force; 0: it is faulty, or part of it needs a restart."}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "storyfeed_config_reloads_total", Help: "Times that the configuration was read anew, by outcome."}, []string{"outcome"}),
	}}
	s.current.Store(&c)
	s.metrics.inForce.Set(1)
	return s, errors.Join(r.Register(s.metrics.inForce), r.Register(s.metrics.reloads))
}

// fetcher is the client of the settings in force.
type fetcher struct{ atomic.Pointer[fetch.Client] }

// Get implements [indexer.Fetcher].
func (f *fetcher) Get(ctx context.Context, r fetch.Request) (*fetch.Page, error) {
	return f.Load().Get(ctx, r)
}

// Robots implements [indexer.RobotsReader].
func (f *fetcher) Robots(ctx context.Context, address string) (fetch.Robots, error) {
	return f.Load().Robots(ctx, address)
}

// config is the configuration in force.
func (a *App) config() config.Config { return *a.settings.current.Load() }

// watchConfig takes up changes of the configuration until ctx ends: of its
// file, or when somebody asks by a signal.
func (a *App) watchConfig(ctx context.Context) {
	if a.opts.Reload == nil {
		return
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	taken := a.settings.taken // what is in force, or was refused
	for last := taken; ; {
		select {
		case <-ctx.Done():
			return
		case <-a.opts.Reread:
			taken = look(a.settings.path)
			a.reload(ctx)
		case <-tick.C:
			now := look(a.settings.path)
			if still := now.same(last); still && !now.same(taken) {
				taken = now
				a.reload(ctx)
			}
			last = now
		}
	}
}

// glance is a file as a look at it shows it.
type glance struct {
	file os.FileInfo // nil: it is not there
}

func look(path string) glance {
	info, err := os.Stat(path) // where a link leads counts
	if path == "" || err != nil {
		return glance{}
	}
	return glance{info}
}

func (g glance) same(other glance) bool {
	if g.file == nil || other.file == nil {
		return g.file == nil && other.file == nil
	}
	return os.SameFile(g.file, other.file) && g.file.Size() == other.file.Size() && g.file.ModTime().Equal(other.file.ModTime())
}

// reload reads the configuration and puts it in force, unless it is faulty.
func (a *App) reload(ctx context.Context) {
	c, err := a.opts.Reload()
	if err == nil && c.File == "" && a.config().File != "" {
		err = fmt.Errorf("%s is not there any more", a.config().File) // and not: nothing is configured
	}
	if err == nil && c.BuiltIn && !a.config().BuiltIn {
		err = fmt.Errorf("%s names no series any more; to follow the built-in one again, restart", c.File)
	}
	if err == nil {
		err = a.apply(ctx, c)
	}
	if err != nil && ctx.Err() != nil {
		return
	}
	if err != nil {
		a.settings.metrics.reloads.WithLabelValues("refused").Inc()
		a.settings.metrics.inForce.Set(0)
		a.settings.fault.Store(&web.Problem{Part: "configuration", Text: "the one from before is in force: " + err.Error()})
		a.logRefused(err)
		return
	}
	a.settings.metrics.reloads.WithLabelValues("taken").Inc()
}

// logRefused writes a line for each fault.
func (a *App) logRefused(err error) {
	const what = "the configuration is faulty; the one from before stays in force"
	var faults *config.Faults
	if !errors.As(err, &faults) {
		a.log.Error(what, "error", err)
		return
	}
	for _, f := range faults.List {
		a.log.Error(what, "fault", f.String())
	}
}

// apply puts a configuration in force as far as that can be done while
// serving.
func (a *App) apply(ctx context.Context, c config.Config) error {
	a.settings.applying.Lock()
	defer a.settings.applying.Unlock()
	old := a.config()
	client, err := a.fetch.Load().With(a.opts.Version, c.Fetch.Contact, c.Fetch.Allow, c.Fetch.HostGap)
	if err != nil {
		return err
	}
	if err := a.store.SyncSeries(ctx, c.Series); err != nil {
		return err
	}
	if err := a.publisher.Adopt(ctx); err != nil && ctx.Err() == nil {
		a.log.Error("serve the feeds of renamed series", "error", err) // they are published below
	}
	a.fetch.Store(client)
	a.browser.Use(c.Fetch.Browser, c.Fetch.Allow)
	a.settings.current.Store(&c)
	a.indexer.Wake()
	a.tellRestart(old, &c)
	a.log.Info("configuration in force", append([]any{"file", c.File, "series", len(c.Series)}, changes(old, c)...)...)
	// Removed series leave index and feeds, returned ones come back, new titles
	// show. What is in the way is told and tried again there.
	if err := a.Reconcile(ctx); err != nil && ctx.Err() == nil {
		a.log.Error("bring index and feeds up to the configuration", "error", err)
	}
	a.hub.Recheck() // subscribers to removed series are told
	return nil
}

// tellRestart notes what of the new configuration is not in force, and leaves
// the old values in it.
func (a *App) tellRestart(old config.Config, c *config.Config) {
	var keys []string
	keep := func(key string, from string, to *string) {
		if *to != from {
			keys = append(keys, key)
			*to = from
		}
	}
	if c.BaseURL == "" || c.BaseURL == config.URLOf(c.Addr) && old.BaseURL == config.URLOf(old.Addr) {
		c.BaseURL = old.BaseURL // it follows from addr
	}
	keep("addr", old.Addr, &c.Addr)
	keep("base_url", old.BaseURL, &c.BaseURL)
	keep("data", old.Data, &c.Data)
	keep("hub.url", old.Hub.URL, &c.Hub.URL)
	a.settings.fault.Store(nil)
	a.settings.metrics.inForce.Set(1)
	if len(keys) > 0 {
		text := "a restart is needed for: " + strings.Join(keys, ", ")
		a.settings.fault.Store(&web.Problem{Part: "configuration", Text: text})
		a.settings.metrics.inForce.Set(0)
		a.log.Warn("part of the configuration needs a restart", "keys", strings.Join(keys, ", "))
	}
}

// changes tells what differs, for the log.
func changes(old, c config.Config) []any {
	var attrs []any
	list := func(name string, slugs []string) {
		if len(slugs) > 0 {
			attrs = append(attrs, name, strings.Join(slugs, ", "))
		}
	}
	var added, changed, removed []string
	for _, s := range c.Series {
		i := slices.IndexFunc(old.Series, func(o feed.Series) bool { return o.Slug == s.Slug })
		switch {
		case i < 0:
			added = append(added, s.Slug)
		case !reflect.DeepEqual(old.Series[i], s):
			changed = append(changed, s.Slug)
		}
	}
	for _, s := range old.Series {
		if !c.HasSlug(s.Slug) {
			removed = append(removed, s.Slug)
		}
	}
	list("added", added)
	list("changed", changed)
	list("removed", removed)
	if !reflect.DeepEqual(old.Fetch, c.Fetch) {
		attrs = append(attrs, "fetch", "changed")
	}
	return attrs
}
