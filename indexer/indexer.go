package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
	"storyfeed/indexer/fetch"
)

// Fetcher gets one page, politely. [*fetch.Client] is one.
type Fetcher interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Page, error)
}

// Config is what an [Indexer] needs.
type Config struct {
	Store     Store      // required
	Fetch     Fetcher    // required
	Index     Index      // required
	Publisher *Publisher // required

	// Render gives the fetcher of one visit to a series whose pages may have to
	// be drawn by a browser; nil: Fetch gets them all, as they are.
	Render func(feed.Rendering) Fetcher

	Metrics prometheus.Registerer // nil: off

	Owner   string           // names this process in leases; required, unique among processes
	Workers int              // series crawled at once by Run; 0: 4
	Slice   time.Duration    // how long a visit of Run may take, in a back-fill or looking at known stories, before other series have their turn; 0: 3 min
	Logger  *slog.Logger     // nil: discard
	Now     func() time.Time // nil: time.Now
}

// Indexer crawls series. Its methods may be called at the same time; a series
// is crawled once at a time all the same, since the store hands out leases.
type Indexer struct {
	Config
	indexing chan struct{} // holds a token while somebody moves rows from index_pending to the index
	wake     chan struct{} // tells Run to look again at what is due
	claims   claims
	shows    shows
	fault    atomic.Pointer[error]
	metrics  *metrics
	progress atomic.Pointer[index.Progress] // of a rebuild of the index; nil: none goes on
	waiting  atomic.Pointer[index.Progress] // of moving rows from index_pending, see [Indexer.Waiting]; nil: they are few
}

// New returns an indexer. It starts nothing: see [Indexer.Run].
func New(c Config) (*Indexer, error) {
	if c.Store == nil || c.Fetch == nil || c.Index == nil || c.Publisher == nil || c.Owner == "" {
		return nil, fmt.Errorf("indexer: Store, Fetch, Index, Publisher and Owner are required")
	}
	if c.Workers == 0 {
		c.Workers = 4
	}
	if c.Slice == 0 {
		c.Slice = sliceTime
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	m, err := newMetrics(c.Metrics)
	if err != nil {
		return nil, fmt.Errorf("indexer: metrics: %w", err)
	}
	return &Indexer{Config: c, indexing: make(chan struct{}, 1), wake: make(chan struct{}, 1), metrics: m}, nil
}

// Fault is why the last attempt to save, index or publish did not succeed —
// a full disk, for example — or nil when it did.
func (ix *Indexer) Fault() error {
	if err := ix.fault.Load(); err != nil {
		return *err
	}
	return nil
}

// note remembers the outcome of saving, indexing and publishing.
func (ix *Indexer) note(err error) {
	if err == nil {
		ix.fault.Store(nil)
		return
	}
	ix.fault.Store(&err)
}

// Progress tells how far a crawl is.
type Progress struct {
	Series string `json:"series"`
	Done   int    `json:"done"`           // stories looked at
	Total  int    `json:"total"`          // stories to look at; 0 while the sources are read
	Doing  string `json:"doing"`          // what is going on, for people
	Note   string `json:"note,omitempty"` // how far a back-fill is, for people; empty: there is none
}

// claimLease is how long a worker that died keeps others from its series. A
// live one renews it three times as often.
const claimLease = 90 * time.Second

// Crawl visits a series now, whatever its timer says, and reports. It leaves no
// story for a later visit, as a scheduled crawl does, except those of which the
// site itself says that they have not changed. Progress, which may be nil, is called from one goroutine.
//
// The error is feed.ErrNotFound for an unknown series, feed.ErrBusy while it
// is being crawled by somebody else, or that of the store; a crawl that failed
// is no error but has Err set.
func (ix *Indexer) Crawl(ctx context.Context, slug string, progress func(Progress)) (feed.Crawl, error) {
	s, err := ix.claim(ctx, func() (feed.Series, error) { return ix.Store.Claim(ctx, slug, ix.Owner, claimLease) })
	if err != nil {
		return feed.Crawl{}, fmt.Errorf("crawl %s: %w", slug, err)
	}
	return ix.visit(ctx, s, everyStory, progress)
}

// visit crawls a series whose claim we hold, and gives the claim back.
func (ix *Indexer) visit(ctx context.Context, s feed.Series, which thoroughness, progress func(Progress)) (feed.Crawl, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	c := newCrawl(ix, s, which, progress)
	held, letGo := ix.keepClaim(ctx, s.Slug)
	defer letGo()
	err := c.runGuarded(held)
	unsaved := ix.unsaved(s.Slug, err)

	// What was saved is indexed and published also when the crawl was stopped
	// half-way; the shutdown must not cut that off at once.
	end, cancel := outlive(ctx, settleGrace)
	defer cancel()
	settled := c.showAtEnd(end)
	letGo()
	switch {
	case settled == nil:
	case ctx.Err() != nil:
		ix.Logger.Info("not all that was saved is indexed and published; the next start does it", "series", s.Slug, "error", settled)
	default:
		ix.Logger.Error("index and publish", "series", s.Slug, "error", settled)
		c.faulty(feed.FaultInternal, "%v", settled)
	}
	report, health := c.finish(ctx, err)
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancelLast()
	err = ix.Store.FinishCrawl(last, ix.Owner, report, health)
	ix.note(errors.Join(unsaved, settled, err))
	ix.metrics.crawled(report, health)
	if err != nil {
		ix.finishLater(report, health)
		return report, fmt.Errorf("crawl %s: %w", s.Slug, err)
	}
	if err := ix.Publisher.PublishHealth(last); err != nil {
		ix.Logger.Error("publish health", "error", err)
	}
	ix.log(report, health)
	ix.Wake()
	return report, nil
}

// unsaved logs an error of a crawl that is the store's and no site's, such as
// a full disk, and returns it.
func (ix *Indexer) unsaved(slug string, err error) error {
	var fe *store.FileError
	if !errors.As(err, &fe) {
		return nil
	}
	ix.Logger.Error("save what a crawl found", "series", slug, "error", err)
	return err
}

// What the end of a crawl may take at a shutdown, which has 10 s in all.
const (
	settleGrace   = 6 * time.Second // to index and publish what was saved
	finishTimeout = 2 * time.Second // to write the report, at any time
)

// outlive returns a context that ends a while after ctx does.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}

// keepClaim renews the claim of a series until letGo is called, which may be
// done twice. The context that it returns ends when the claim is lost: then
// somebody else crawls the series.
func (ix *Indexer) keepClaim(ctx context.Context, slug string) (held context.Context, letGo func()) {
	held, lose := context.WithCancelCause(ctx)
	renew, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(claimLease / 3)
		defer t.Stop()
		for {
			select {
			case <-renew.Done():
				return
			case <-t.C:
			}
			err := ix.Store.RenewClaim(renew, slug, ix.Owner, claimLease)
			if errors.Is(err, feed.ErrBusy) {
				lose(fmt.Errorf("the claim on series %s was lost: %w", slug, err))
			}
			if err != nil && renew.Err() == nil {
				ix.Logger.Warn("renew claim", "series", slug, "error", err)
			}
		}
	}()
	return held, func() { stop(); <-done; lose(nil) }
}

// settle brings index and feeds up to what the store has of a series. Feeds
// do not wait for an index that can't be written.
func (ix *Indexer) settle(ctx context.Context, slug string) error {
	return errors.Join(ix.ApplyPending(ctx), ix.Publisher.Publish(ctx, slug))
}

func (ix *Indexer) log(c feed.Crawl, h feed.Health) {
	attrs := []any{
		"series", c.Series, "found", c.Found, "new", c.New, "changed", c.Changed, "unchanged", c.Unchanged,
		"gone", c.Gone, "failed", c.Failed, "moved", c.Moved, "requests", c.Requests, "not_modified", c.NotModified,
		"took", c.Took.Round(time.Millisecond), "next", h.Next,
	}
	switch {
	case c.Err == stoppedEarly:
		ix.Logger.Info("crawl stopped before its end", attrs...)
		return
	case h.State == feed.StateOK:
		ix.Logger.Info("crawled", attrs...)
		return
	}
	ix.Logger.Warn("crawled with faults", append(attrs, "state", h.State, "reason", h.Reason)...)
}
