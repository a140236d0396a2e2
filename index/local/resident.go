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
)

// resident keeps what a generation has in memory of its segments small.
type resident struct {
	written chan struct{} // holds one element after a write
	stop    chan struct{}
	done    chan struct{}            // closed when nothing is done any more
	quiet   func(alive func() error) // called when all is written and merged; to end when alive returns an error
}

func keepSmall(b bleve.Index, quiet func(alive func() error)) *resident {
	r := &resident{written: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}), quiet: quiet}
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
	defer close(r.done)
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
		over := time.Since(last) >= quietAfter && !merges(b)
		if over {
			r.quiet(r.alive)
		}
		if err := giveBack(b); err != nil || over {
			return // if it is closed, or broken, others will say so
		}
	}
}

// alive returns an error once the generation is to be closed.
func (r *resident) alive() error {
	select {
	case <-r.stop:
		return errClosed
	default:
		return nil
	}
}

// merges reports whether bleve still writes or merges what it got: it counts
// states of the index, and tells (scorch.Scorch.StatsMap) which is the current
// one, 0 until something is written, and which were written and merged last.
func merges(b bleve.Index) bool {
	stats, _ := b.StatsMap()["index"].(map[string]any)
	current, _ := stats["CurRootEpoch"].(uint64)
	written, _ := stats["LastPersistedEpoch"].(uint64)
	merged, _ := stats["LastMergedEpoch"].(uint64)
	return min(written, merged) < max(current, 1)
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
