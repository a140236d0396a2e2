package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bolterrors "go.etcd.io/bbolt/errors"

	"storyfeed/feed"
	"storyfeed/index"
)

const (
	currentFile      = "current"
	generationPrefix = "gen-"
)

// current is the content of the file of that name: which generation serves.
// It is replaced by renaming, so that it always names a whole one.
type current struct {
	Generation int
	Mapping    string // fingerprint
}

// readCurrent returns a wrapped [fs.ErrNotExist] when there is no index yet.
func readCurrent(dir string) (current, error) {
	data, err := os.ReadFile(filepath.Join(dir, currentFile))
	if err != nil {
		return current{}, err
	}
	var c current
	if err := json.Unmarshal(data, &c); err != nil || c.Generation <= 0 {
		return current{}, fmt.Errorf("read %s: not what was written: %w", filepath.Join(dir, currentFile), index.ErrDamaged)
	}
	return c, nil
}

func writeCurrent(dir string, c current) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, currentFile)
	if err := writeSynced(path+".new", append(data, '\n')); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	// The file says now what it should. Should that be lost in a crash, it
	// names a generation that is gone, and the next start begins empty.
	_ = syncDir(dir)
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// generation is one bleve index on disk. Its methods that write must not be
// called concurrently.
type generation struct {
	number int
	dir    string
	bleve  bleve.Index
	state  atomic.Pointer[state]
	failed bool // a batch was not written: see [Index.reopen]
	closed bool

	columns  columnsCache
	reading  sync.Mutex  // held while frequent words are read
	gone     atomic.Bool // closed, or about to be: not to be searched
	suspect  atomic.Bool // a search met damage
	outdated bool        // made by a version that indexed differently

	resident  *resident
	watch     *watch
	patience  time.Duration
	abandoned bool // bleve still has a batch that nobody waits for
	held      bool // it could not be closed: bleve keeps its files locked
}

func newGeneration(dir string, number int) *generation {
	return &generation{number: number, dir: generationDir(dir, number), patience: patience}
}

func generationDir(dir string, number int) string {
	return filepath.Join(dir, generationPrefix+strconv.Itoa(number))
}

// generationNumber is the inverse of [generationDir]; 0 for other names.
func generationNumber(name string) int {
	digits, ok := strings.CutPrefix(name, generationPrefix)
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 {
		return 0
	}
	return n
}

// boltTimeout bounds the wait for a directory that somebody else has open.
// bleve would wait for ever.
const boltTimeout = "1s"

// bleveConfig is a new map at every call: bleve adds to it.
func bleveConfig() map[string]any {
	return map[string]any{"bolt_timeout": boltTimeout, "asyncErrorCallbackName": asyncErrorCallback}
}

// createGeneration starts an empty index.
func createGeneration(dir string, number int) (*generation, error) {
	g := newGeneration(dir, number)
	if err := os.RemoveAll(g.dir); err != nil {
		return nil, err
	}
	g.watch = startWatch(g.dir)
	b, err := bleve.NewUsing(g.dir, newMapping(), scorch.Name, scorch.Name, bleveConfig())
	if err != nil {
		g.watch.stop()
		return nil, fmt.Errorf("create index in %s: %w", g.dir, err)
	}
	g.bleve, g.resident = b, keepSmall(b, g.readFrequent)
	empty, err := state{}.encode()
	if err == nil {
		batch := b.NewBatch()
		batch.SetInternal(stateKey, empty)
		err = g.write(batch)
	}
	if err != nil {
		g.remove(slog.New(slog.DiscardHandler))
		return nil, fmt.Errorf("create index in %s: %w", g.dir, err)
	}
	g.state.Store(&state{})
	return g, nil
}

// openGeneration opens an index and looks whether it is sound. The error is a
// wrapped [index.ErrDamaged] when it is not, [feed.ErrBusy] when somebody else
// has it open, and another one when the fault lies outside the index.
func openGeneration(ctx context.Context, dir string, number int) (*generation, error) {
	g := newGeneration(dir, number)
	bad, err := badSegments(g.dir)
	if err != nil {
		return nil, fmt.Errorf("check index: %w", err)
	}
	g.watch = startWatch(g.dir)
	b, err := openBleve(g.dir)
	if err != nil {
		g.watch.stop()
		return nil, fmt.Errorf("open index in %s: %w", g.dir, classify(err))
	}
	g.bleve, g.resident = b, keepSmall(b, g.readFrequent)
	s, err := inspect(ctx, b, bad)
	if err == nil {
		g.state.Store(&s)
		err = g.warm()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("check index in %s: %w", g.dir, err), g.close())
	}
	g.resident.opened <- struct{}{}
	return g, nil
}

// readable returns an error when an index that another version made can't be
// searched: fields have the same name in all versions that write the same into
// them, and without some of them nothing is found.
func (g *generation) readable() error {
	return g.asked(func(v *view) error {
		for i, s := range v.segments {
			needed := []string{fieldKey, fieldLanguage, fieldSeries, fieldHash}
			for _, l := range v.columns[i].languages.values {
				needed = append(needed, fieldLength+l.text)
			}
			has := s.Segment().Fields()
			for _, field := range needed {
				if !slices.Contains(has, field) {
					return fmt.Errorf("without field %s: %w", field, index.ErrDamaged)
				}
			}
		}
		return nil
	})
}

// warm reads what the first search would have to read.
func (g *generation) warm() (err error) {
	defer damageGuard(&err)()
	v, err := g.view()
	if err != nil {
		return err
	}
	return v.close()
}

func openBleve(dir string) (b bleve.Index, err error) {
	defer damageGuard(&err)()
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	return bleve.OpenUsing(dir, bleveConfig())
}

// classify tells damage from faults that a new index would meet as well.
func classify(err error) error {
	for _, outside := range []error{
		fs.ErrPermission, syscall.ENOSPC, syscall.EROFS, syscall.EMFILE, syscall.ENFILE, syscall.EIO, syscall.ENOMEM,
		context.Canceled, context.DeadlineExceeded, index.ErrDamaged,
	} {
		if errors.Is(err, outside) {
			return err
		}
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		return fmt.Errorf("another process has it open: %w", feed.ErrBusy)
	}
	return fmt.Errorf("%v: %w", err, index.ErrDamaged)
}

// damageGuard is deferred where bleve reads its files, as
//
//	defer damageGuard(&err)()
//
// A panic, which is how bleve meets a damaged file, becomes an error; so does
// the fault of reading beyond the end of a file that was truncated.
func damageGuard(err *error) func() {
	old := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(old)
		if p := recover(); p != nil {
			*err = fmt.Errorf("%w: %v", index.ErrDamaged, p)
		}
	}
}

// apply writes one batch and the state after it. It returns when both are on
// disk.
func (g *generation) apply(ctx context.Context, c change) (err error) {
	if c.size() == 0 {
		return nil
	}
	next, err := g.next(ctx, c)
	if err != nil {
		return err
	}
	encoded, err := next.encode()
	if err != nil {
		return err
	}
	batch := g.bleve.NewBatch()
	for _, d := range c.puts {
		if err := batch.IndexAdvanced(newDocument(d, languageOfDocument(d))); err != nil {
			return fmt.Errorf("index %s: %w", d.ID, err)
		}
	}
	for _, id := range c.deletes {
		batch.Delete(id)
	}
	batch.SetInternal(stateKey, encoded)
	if err := g.write(batch); err != nil {
		return fmt.Errorf("write index in %s: %w", g.dir, err)
	}
	g.state.Store(&next)
	return nil
}

// write returns when a batch is on disk. After an error nothing can be written
// any more: see [Index.reopen]. The error is a wrapped [index.ErrDamaged] when
// bleve has given up on the index.
func (g *generation) write(batch *bleve.Batch) error {
	g.resident.note()
	err := g.watch.fault()
	if err == nil {
		err = attempt(func() error { return g.bleve.Batch(batch) }, g.watch.broken, g.patience)
	}
	if errors.Is(err, errAbandoned) {
		g.abandoned = true
		err = cmp.Or(g.watch.fault(), fmt.Errorf("not on disk after %v: %w", g.patience, err))
	}
	g.failed = err != nil
	return err
}

// next is the state that the change will lead to.
func (g *generation) next(ctx context.Context, c change) (s state, err error) {
	defer damageGuard(&err)()
	raw, err := g.bleve.Advanced()
	if err != nil {
		return state{}, err
	}
	r, err := raw.Reader()
	if err != nil {
		return state{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return g.state.Load().replaced(ctx, r, c)
}

// close may be called again. It waits for bleve no longer than it must: one of
// bleve's goroutines that panicked may have left locks behind.
func (g *generation) close() error {
	if g.closed {
		return nil
	}
	g.closed = true
	g.gone.Store(true)
	close(g.resident.stop)
	defer g.watch.stop()
	limit := g.patience
	if g.abandoned || g.watch.fault() != nil {
		limit = min(limit, patienceWithBroken)
	}
	select {
	case <-g.resident.done:
	case <-time.After(limit):
	}
	err := attempt(g.closeBleve, nil, limit)
	if g.held = errors.Is(err, errAbandoned); g.held {
		return fmt.Errorf("not closed after %v: %w", limit, err)
	}
	return err
}

func (g *generation) closeBleve() error {
	if !g.abandoned {
		return g.bleve.Close()
	}
	// That would wait for the batch. What lies below can be closed without; the
	// batch's goroutine remains, since nothing can end it.
	raw, err := g.bleve.Advanced()
	if err != nil {
		return err
	}
	return raw.Close()
}

// remove closes a generation and deletes it.
func (g *generation) remove(log *slog.Logger) {
	if err := g.close(); err != nil {
		log.Warn("close old index", "dir", g.dir, "error", err)
	}
	if err := os.RemoveAll(g.dir); err != nil {
		log.Warn("remove old index", "dir", g.dir, "error", err)
	}
}

// removeLeftovers deletes generations that a crash left unfinished or
// unremoved.
func removeLeftovers(dir string, keep int, log *slog.Logger) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		log.Warn("look for old indexes", "dir", dir, "error", err)
	}
	for _, e := range entries {
		if n := generationNumber(e.Name()); n == 0 || n == keep {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			log.Warn("remove old index", "dir", filepath.Join(dir, e.Name()), "error", err)
		}
	}
}

// setAside moves a generation out of the way under a name that says why, for
// whoever wants to know what happened to it. Of earlier ones none is kept: an
// index can always be rebuilt, and disks are finite.
func setAside(dir string, number int, why string, stamp string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if _, suffix, ok := strings.Cut(e.Name(), "."); ok && strings.HasPrefix(e.Name(), generationPrefix) && suffix != "" {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return "", err
			}
		}
	}
	from := generationDir(dir, number)
	to := from + "." + why + "-" + stamp
	if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return to, nil
}
