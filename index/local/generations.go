package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

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

// createGeneration starts an empty index.
func createGeneration(dir string, number int) (*generation, error) {
	g := &generation{number: number, dir: generationDir(dir, number)}
	if err := os.RemoveAll(g.dir); err != nil {
		return nil, err
	}
	b, err := bleve.NewUsing(g.dir, newMapping(), scorch.Name, scorch.Name, map[string]any{"bolt_timeout": boltTimeout})
	if err != nil {
		return nil, fmt.Errorf("create index in %s: %w", g.dir, err)
	}
	g.bleve = b
	empty, err := state{}.encode()
	if err == nil {
		err = b.SetInternal(stateKey, empty)
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
	g := &generation{number: number, dir: generationDir(dir, number)}
	bad, err := badSegments(g.dir)
	if err != nil {
		return nil, fmt.Errorf("check index: %w", err)
	}
	b, err := openBleve(g.dir)
	if err != nil {
		return nil, fmt.Errorf("open index in %s: %w", g.dir, classify(err))
	}
	g.bleve = b
	s, err := inspect(ctx, b, bad)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("check index in %s: %w", g.dir, err), g.close())
	}
	g.state.Store(&s)
	return g, nil
}

func openBleve(dir string) (b bleve.Index, err error) {
	defer damageGuard(&err)()
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	return bleve.OpenUsing(dir, map[string]any{"bolt_timeout": boltTimeout})
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
	if err := g.bleve.Batch(batch); err != nil {
		g.failed = true
		return fmt.Errorf("write index in %s: %w", g.dir, err)
	}
	g.state.Store(&next)
	return nil
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

// close may be called again.
func (g *generation) close() (err error) {
	if g.closed {
		return nil
	}
	g.closed = true
	defer damageGuard(&err)()
	return g.bleve.Close()
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
