package app

import (
	"context"
	"time"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/feed/store"
)

// measureEvery is the time between two measurements of what there is, for the
// figures of the day.
const measureEvery = 10 * time.Minute

// keepSizes measures what there is now and then, until ctx ends.
func (a *App) keepSizes(ctx context.Context, book *readers.Book) {
	tick := time.NewTicker(measureEvery)
	defer tick.Stop()
	var last store.Sizes
	for wait := time.After(firstMeasure); ; {
		select {
		case <-ctx.Done():
			return
		case <-wait:
			wait = nil
		case <-tick.C:
		}
		m, err := a.measure(ctx, book)
		if err == nil && m != last { // a disk that sleeps is left alone
			last, err = m, a.store.SaveSizes(ctx, m)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Error("measure what there is", "error", err)
		}
	}
}

// firstMeasure is when the first crawls of a new directory have ended, about.
const firstMeasure = 20 * time.Second

func (a *App) measure(ctx context.Context, book *readers.Book) (m store.Sizes, err error) {
	list, err := a.store.ListSeries(ctx)
	if err != nil {
		return m, err
	}
	for _, one := range list {
		m.Stories += one.Stories
	}
	stats, err := a.store.Stats(ctx)
	if err != nil {
		return m, err
	}
	for _, r := range book.Readers() {
		m.Polls += r.Requests
	}
	m.StoreBytes = stats.Bytes
	m.IndexBytes, err = a.index.Size()
	return m, err
}
