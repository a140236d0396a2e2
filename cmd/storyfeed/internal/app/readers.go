package app

import (
	"context"
	"time"

	"storyfeed/cmd/storyfeed/internal/readers"
)

// saveReadersEvery is the time between two savings of what was counted of
// feed readers. What a crash loses of it is of no weight: one small write in
// five minutes is, on a disk that sleeps.
const saveReadersEvery = 5 * time.Minute

// openReaders goes on with what was counted before. Counters are no reason not
// to serve: without them it begins anew.
func (a *App) openReaders(ctx context.Context) *readers.Book {
	known, err := a.store.Readers(ctx)
	if err != nil {
		a.log.Error("read the counters of readers", "error", err)
	}
	return readers.New(readers.Config{Known: known})
}

// keepReaders saves what was counted now and then, until ctx ends.
func (a *App) keepReaders(ctx context.Context, book *readers.Book) {
	tick := time.NewTicker(saveReadersEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.saveReaders(ctx, book)
		}
	}
}

// saveReaders saves what was counted, if there is anything new.
func (a *App) saveReaders(ctx context.Context, book *readers.Book) {
	if !book.Changed() {
		return
	}
	if err := a.store.SaveReaders(ctx, book.Readers()); err != nil && ctx.Err() == nil {
		a.log.Error("save the counters of readers", "error", err)
	}
}
