package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// Previews shows what following an address would give.
type Previews interface {
	// Preview implements [indexer.Previewer.Preview].
	Preview(ctx context.Context, r indexer.PreviewRequest, progress func(indexer.Progress)) (indexer.Preview, error)
	Close() error
}

// ConnectPreviews reaches the process that serves the data directory, so that
// both together ask a host no faster than one. Where none does, it asks by
// itself and touches no file. While another command works in the directory,
// which takes no orders, the error is its [*store.LockedError].
func ConnectPreviews(ctx context.Context, opts Options) (Previews, error) {
	var locked *store.LockedError
	if errors.As(Held(opts.Config.Data), &locked) {
		r, err := dial(ctx, opts.Config.Data, locked)
		if err != nil {
			return nil, err
		}
		return r, nil
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	f := opts.Config.Fetch
	client, err := fetch.New(fetch.Config{
		Hosts: fetch.NewMemoryHosts(nil), Allow: f.Allow, HostGap: f.HostGap, Contact: f.Contact,
		Version: opts.Version, Logger: opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	browser, err := render.New(render.Config{Fetch: client, Browser: f.Browser, Allow: f.Allow, Logger: opts.Logger})
	if err != nil {
		return nil, err
	}
	drawn := func(mode feed.Rendering) indexer.Fetcher { return browser.Fetcher(mode) }
	return &alone{indexer.Previewer{Fetch: client, Render: drawn, Robots: client, Logger: opts.Logger}, browser}, nil
}

// alone previews without a data directory.
type alone struct {
	indexer.Previewer
	browser *render.Browser
}

// Close implements [Previews].
func (a *alone) Close() error { return a.browser.Close() }

// maxAsk bounds what is asked for over the control socket, in bytes.
const maxAsk = 64 << 10

func (a *App) controlPreview(w http.ResponseWriter, r *http.Request) {
	var ask indexer.PreviewRequest
	if err := json.NewDecoder(io.LimitReader(r.Body, maxAsk)).Decode(&ask); err != nil {
		http.Error(w, fmt.Sprintf("preview: the question can't be read: %v", err), http.StatusBadRequest)
		return
	}
	send := sender(w)
	p, err := a.previewer.Preview(r.Context(), ask, func(p indexer.Progress) { send(event{Progress: &p}) })
	if err != nil {
		send(event{Error: err.Error()})
		return
	}
	send(event{Preview: &p})
}

// Preview implements [Previews].
func (r *remote) Preview(ctx context.Context, ask indexer.PreviewRequest, progress func(indexer.Progress)) (indexer.Preview, error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return indexer.Preview{}, err
	}
	var p *indexer.Preview
	err = r.events(ctx, "preview", "/preview", bytes.NewReader(body), func(e event) {
		switch {
		case e.Preview != nil:
			p = e.Preview
		case e.Progress != nil && progress != nil:
			progress(*e.Progress)
		}
	})
	if err == nil && p == nil {
		err = errors.New("preview: the serving process ended before it was done")
	}
	if err != nil {
		return indexer.Preview{}, err
	}
	return *p, nil
}
