package local

import (
	"errors"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// Segments are mapped into memory, and whatever is read of them stays there
// until the system wants it back: a merge reads all of its segments to their
// ends. So while an index is written, and as long as bleve merges, what was read
// is given back soon. It stays in the system's cache.
const (
	giveBackEvery = 200 * time.Millisecond
	quietAfter    = 500 * time.Millisecond // the last write
	mergedAfter   = 30 * time.Second       // the last write, at the latest
)

// resident keeps what a generation has in memory of its segments small.
type resident struct {
	written chan struct{}              // holds one element after a write
	quiet   func(stop <-chan struct{}) // called when all is written and merged
	stop    chan struct{}
}

func keepSmall(b bleve.Index, quiet func(stop <-chan struct{})) *resident {
	r := &resident{written: make(chan struct{}, 1), quiet: quiet, stop: make(chan struct{})}
	go r.run(b)
	return r
}

// note is called at each write; it does not wait.
func (r *resident) note() {
	select {
	case r.written <- struct{}{}:
	default: // it is known already
	}
}

func (r *resident) run(b bleve.Index) {
	for {
		select {
		case <-r.written:
		case <-r.stop:
			return
		}
		r.whileWritten(b)
	}
}

func (r *resident) whileWritten(b bleve.Index) {
	tick := time.NewTicker(giveBackEvery)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-r.written:
			last = time.Now()
			continue
		case <-tick.C:
		case <-r.stop:
			return
		}
		still := time.Since(last)
		over := still >= mergedAfter || still >= quietAfter && !merges(b)
		if over {
			r.quiet(r.stop)
		}
		if err := giveBack(b); err != nil || over {
			return // if it is closed, or broken, others will say so
		}
	}
}

// merges reports whether bleve still writes or merges what it got.
func merges(b bleve.Index) bool {
	stats, _ := b.StatsMap()["index"].(map[string]any)
	busy, _ := stats["index_bgthreads_active"].(bool)
	return busy
}

// giveBack takes the segments of an index out of this process's memory. Whoever
// reads them gets them back, from the system's cache or from disk.
func giveBack(b bleve.Index) error {
	raw, err := b.Advanced()
	if err != nil {
		return err
	}
	reader, err := raw.Reader()
	if err != nil {
		return err
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok || snapshot == nil {
		return errors.New("no snapshot")
	}
	// While the snapshot is held, its segments stay mapped.
	for _, s := range snapshot.Segments() {
		if onDisk, ok := s.Segment().(interface {
			Path() string
			Data() []byte
		}); ok && err == nil {
			err = dropPages(onDisk.Data())
		}
	}
	return errors.Join(err, snapshot.Close())
}
