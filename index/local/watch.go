package local

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"storyfeed/index"
)

const (
	// patience bounds the wait for a batch to be on disk, and for an index to
	// close. It is far beyond what either takes on a slow disk.
	patience = time.Minute

	// patienceWithBroken bounds the wait for the closing of an index that is
	// known to be broken. Searches wait meanwhile.
	patienceWithBroken = 5 * time.Second
)

// watch learns whether one of the goroutines has ended by which bleve writes
// and merges an index. They end when they panic, on damaged files. bleve
// recovers that and tells nobody but a callback: what waits for the goroutine
// then waits for ever.
type watch struct {
	path   string        // as bleve knows it
	broken chan struct{} // closed when a goroutine has ended
	once   sync.Once
	err    error // set before broken is closed
}

// asyncErrorCallback is the name under which the one callback is registered.
const asyncErrorCallback = "storyfeed"

// watches registers bleve's callback and returns the watches that it tells,
// as keys. The registration is global since bleve's registry is: callbacks are
// looked up by name, and none may be added once an index was opened.
var watches = sync.OnceValue(func() *sync.Map {
	var all sync.Map
	scorch.RegistryAsyncErrorCallbacks[asyncErrorCallback] = func(err error, path string) {
		// Other errors are temporary, such as those of a full disk. The batch
		// that meets them returns them.
		if !errors.Is(err, scorch.ErrAsyncPanic) {
			return
		}
		all.Range(func(key, _ any) bool {
			if w := key.(*watch); w.path == path {
				w.report(err)
			}
			return true
		})
	}
	return &all
})

// startWatch must be called before bleve opens the index in dir.
func startWatch(dir string) *watch {
	const store = "/store" // below a bleve index, where scorch keeps its files
	w := &watch{path: dir + store, broken: make(chan struct{})}
	watches().Store(w, nil)
	return w
}

func (w *watch) stop() { watches().Delete(w) }

func (w *watch) report(err error) {
	w.once.Do(func() {
		w.err = fmt.Errorf("%w: %w", index.ErrDamaged, err)
		close(w.broken)
	})
}

// fault is a wrapped [index.ErrDamaged] once a goroutine has ended.
func (w *watch) fault() error {
	select {
	case <-w.broken:
		return w.err
	default:
		return nil
	}
}

// errAbandoned is returned by [attempt] while what it attempts goes on.
var errAbandoned = errors.New("bleve does not end it")

// attempt calls a function of bleve that may never return, and gives up
// waiting for it when broken is closed or the limit is over. A panic becomes
// an error as in [damageGuard].
func attempt(f func() error, broken <-chan struct{}, limit time.Duration) error {
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer damageGuard(&err)()
		err = f()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-broken:
	case <-timer.C:
	}
	return errAbandoned
}
