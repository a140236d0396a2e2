package app

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"storyfeed/cmd/storyfeed/internal/config"
	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/index"
	"storyfeed/index/local"
)

// Reindexed tells of a finished rebuild.
type Reindexed struct {
	Stories int           `json:"stories"`
	Took    time.Duration `json:"took_ns"`
	Differs []string      `json:"differs,omitempty"` // how the old index answered otherwise, see [index.Index.Replace]
}

// beside is the index for whoever rebuilds it while others search.
type beside struct{ *local.Index }

// roomier is how many times as many goroutines as usual may run at the same
// time during a rebuild. The collector of garbage takes a quarter of them: with
// four times as many it would have both processors of a small machine.
const roomier = 2

// Rebuild implements [indexer.Index].
//
// Go lets a goroutine run for up to 10 ms before another one has its turn, so
// that searches would wait for the few that index. With more threads than
// processors it is the system that shares these out, and it soon gives one to
// whoever has waited. On two processors the slowest hundredth of searches takes
// 2.2 to 2.4 times as long as at rest so, 3.6 times without it.
func (b beside) Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error {
	defer roomy()()
	return b.Index.Rebuild(ctx, each)
}

// Replace implements [indexer.Index], as Rebuild does.
func (b beside) Replace(ctx context.Context, each func(put func(index.Document) error) error) ([]string, error) {
	defer roomy()()
	return b.Index.Replace(ctx, each)
}

// roomy lets more goroutines run, and more memory be used than saves it, until
// its result is called: within the limit of a service that is at rest a rebuild
// would collect garbage for most of its time, and take some four times as long. There
// is one index in a process and one rebuild at a time: the indexer sees to that.
func roomy() (usual func()) {
	n := runtime.GOMAXPROCS(roomier * runtime.GOMAXPROCS(0))
	limit := debug.SetMemoryLimit(-1)
	if !config.LimitsMemory() { // else the operator knows better
		debug.SetMemoryLimit(math.MaxInt64)
	}
	return func() {
		runtime.GOMAXPROCS(n)
		debug.SetMemoryLimit(limit)
	}
}

// tellEvery is the time between two reports of how far a rebuild is.
const tellEvery = 200 * time.Millisecond

// Reindex implements [Operations].
func (a *App) Reindex(ctx context.Context, force bool, progress func(index.Progress)) (Reindexed, error) {
	start := time.Now()
	var made Reindexed
	done := make(chan error, 1)
	go func() {
		var err error
		if force {
			made.Stories, made.Differs, err = a.indexer.ReindexAnyway(ctx)
		} else {
			made.Stories, err = a.indexer.Reindex(ctx)
		}
		done <- err
	}()
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err == nil {
				a.behind.Store(nil)
			}
			made.Took = time.Since(start)
			return made, err
		case <-tick.C:
			// It may be that of a rebuild that has to end first.
			if p, ok := a.indexer.Rebuilding(); ok && progress != nil {
				progress(p)
			}
		}
	}
}

// rebuilding tells how far the index is that is being built; false: none is,
// and all that should be found is found.
func (a *App) rebuilding() (index.Progress, bool) {
	p, ok := a.indexer.Rebuilding()
	if !ok && a.behind.Load() != nil {
		// It will be in a moment.
		n, err := a.index.Count(context.Background())
		return index.Progress{Partial: true}, err == nil && n == 0
	}
	p.Partial = a.index.Partial()
	return p, ok
}

// askForRepair is called by searches.
func (a *App) askForRepair() {
	select {
	case a.repair <- struct{}{}:
	default: // somebody asked already
	}
}

// keepRepairing rebuilds the index whenever a search found it damaged.
func (a *App) keepRepairing(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.repair:
		}
		a.log.Warn("a search found the index damaged")
		a.behind.Store(&web.Problem{Part: "index", Text: "it was found damaged and is rebuilt from the store"})
		if !a.catchUp(ctx, firstRetry) {
			a.keepCatchingUp(ctx)
		}
	}
}

func (a *App) controlReindex(w http.ResponseWriter, r *http.Request) {
	send := sender(w)
	done, err := a.Reindex(r.Context(), r.FormValue("force") == "true", func(p index.Progress) { send(event{Rebuild: &p}) })
	if err != nil {
		send(event{Error: err.Error()})
		return
	}
	send(event{Reindexed: &done})
}

// Reindex implements [Operations].
func (r *remote) Reindex(ctx context.Context, force bool, progress func(index.Progress)) (Reindexed, error) {
	var done *Reindexed
	err := r.events(ctx, "reindex", "/reindex?"+url.Values{"force": {strconv.FormatBool(force)}}.Encode(), nil, func(e event) {
		switch {
		case e.Reindexed != nil:
			done = e.Reindexed
		case e.Rebuild != nil && progress != nil:
			progress(*e.Rebuild)
		}
	})
	if err == nil && done == nil {
		err = errors.New("reindex: the serving process broke off")
	}
	if err != nil {
		return Reindexed{}, err
	}
	return *done, nil
}
