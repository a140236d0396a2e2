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
	quietAfter    = 5 * time.Second // the last write
)

// resident keeps what a generation has in memory of its segments small, and of
// them what is worth it.
type resident struct {
	written chan struct{} // holds one element after a write
	opened  chan struct{} // likewise after the look at all segments
	stop    chan struct{}
	done    chan struct{}            // closed when nothing is done any more
	quiet   func(alive func() error) // called when all is written and merged; to end once alive returns an error
}

func keepSmall(b bleve.Index, quiet func(alive func() error)) *resident {
	r := &resident{written: make(chan struct{}, 1), opened: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}), quiet: quiet}
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
			r.whileWritten(b)
		case <-r.opened:
			r.quiet(r.alive)
			_ = giveBack(b) // where that fails others will say so
		case <-r.stop:
			return
		}
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
			return // as above
		}
	}
}

// alive returns an error when the generation is to be closed or was written to.
func (r *resident) alive() error {
	select {
	case <-r.stop:
		return errClosed
	default:
	}
	if len(r.written) > 0 {
		return errWritten
	}
	return nil
}

var errWritten = errors.New("index written to")

// settled waits until bleve has merged what it got, but not for long.
func settled(b bleve.Index, alive func() error) {
	const long = 10 * time.Second
	for end := time.Now().Add(long); merges(b) && alive() == nil && time.Now().Before(end); {
		time.Sleep(giveBackEvery / 10)
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
		err = errors.Join(err, giveBackSegment(s))
	}
	return errors.Join(err, snapshot.Close())
}

func giveBackSegment(s *scorch.SegmentSnapshot) error {
	onDisk, ok := s.Segment().(interface {
		Path() string
		Data() []byte
	})
	if !ok {
		return nil
	}
	return dropPages(onDisk.Data())
}
