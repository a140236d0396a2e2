package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed/store"
	"storyfeed/indexer/extract"
)

// Serve answers HTTP on the listener, takes commands on the control socket and
// crawls what is due, until ctx ends. Then it takes no new requests, lets
// those under way end, and returns when everything has stopped. It closes the
// listener.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	book := a.openReaders(ctx)
	handler, err := a.handler(book)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	a.site = handler
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	var work sync.WaitGroup
	defer work.Wait()
	listen := func(s *http.Server, l net.Listener) {
		work.Go(func() {
			if err := newServer(s).serveUntil(ctx, l); err != nil {
				cancel(err)
			}
		})
	}
	listen(web.Server(handler), l)
	if c, err := listenControl(a.opts.Config.Data); err != nil {
		a.log.Warn("commands such as crawl can't be taken while this process runs", "error", err)
	} else {
		listen(&http.Server{Handler: a.control(), ReadHeaderTimeout: drain, BaseContext: func(net.Listener) context.Context { return ctx }}, c)
	}
	work.Go(func() { a.watchConfig(ctx) })
	work.Go(func() { a.hub.Run(ctx) })
	work.Go(func() { a.pictures.Run(ctx) })
	work.Go(func() { a.keepReaders(ctx, book) })
	work.Go(func() { a.keepSizes(ctx, book) })
	work.Go(func() { a.keepRepairing(ctx) })
	work.Go(func() {
		// What is in the way of the index, such as a full disk, is no reason not
		// to crawl: it is tried again beside that.
		if !a.catchUp(ctx, firstRetry) {
			work.Go(func() { a.keepCatchingUp(ctx) })
		}
		a.indexer.Run(ctx)
	})

	<-ctx.Done()
	work.Wait()
	a.saveReaders(context.WithoutCancel(ctx), book) // after the last answer
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// Limits of the time between two attempts to bring the index up to the store.
const (
	firstRetry = 10 * time.Second
	lastRetry  = 5 * time.Minute
)

// catchUp reconciles and, when that does not succeed, tells the log and
// /readyz why and when it is tried again.
func (a *App) catchUp(ctx context.Context, again time.Duration) bool {
	err := a.Reconcile(ctx)
	if err == nil || ctx.Err() != nil {
		return true
	}
	next := time.Now().Add(again).UTC().Truncate(time.Second)
	a.log.Error("bring the index up to the store", "error", err, "next", next)
	a.behind.Store(&web.Problem{Part: "index", Text: "it does not show every story: " + err.Error(), NextTry: next})
	return false
}

func (a *App) keepCatchingUp(ctx context.Context) {
	for wait := firstRetry; ctx.Err() == nil; wait = min(2*wait, lastRetry) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		if a.catchUp(ctx, min(2*wait, lastRetry)) {
			return
		}
	}
}

// handler is the public site.
func (a *App) handler(book *readers.Book) (web.Site, error) {
	reg := a.opts.Registry
	for _, c := range []prometheus.Collector{collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newGauges(a.store), newRebuildGauges(a.rebuilding)} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	return web.New(web.Config{
		Store: a.store, Index: a.index, Documents: a.publisher.Document, Sanitise: extract.Sanitise,
		WantPictures: a.pictures.Want,
		Hub:          a.hub, HubURL: a.publisher.HubURL,
		BaseURL: a.opts.Config.BaseURL, Version: a.opts.Version, Logger: a.log,
		Ready: a.problems, Readers: book, Registerer: reg,
		Sizes:      func(ctx context.Context) (store.Sizes, error) { return a.measure(ctx, book) },
		Rebuilding: a.rebuilding, Waiting: a.indexer.Waiting,
		Metrics: promhttp.HandlerFor(reg, promhttp.HandlerOpts{}),
	})
}
