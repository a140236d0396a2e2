// Package local is the search back end for one machine: bleve on disk.
//
//	ix, err := local.Open(ctx, local.Config{Dir: "data"})
//	err = ix.Put(ctx, index.NewDocument(story))
//	res, err := ix.Search(ctx, index.Request{Query: q})
//
// The index lives in Dir/index. A generation, Dir/index/gen-N, is one bleve
// index; the file current names the one that serves. A rebuild fills the next
// generation and replaces that file. Searches are answered by the old one
// meanwhile, also when it was made by a version that indexed differently; where
// there is none they find what the new one holds already.
//
// # Decisions
//
// One field per language holds the title twice and the body: searching title
// and body as two fields ranks worse. Only languages that occur are searched,
// so that a library in one language pays for one. Every language has its stop
// words dropped from bodies and kept in titles, where "why" means something.
//
// Documents are made field by field: bleve's mappings accept far more than we
// want to pay for. Of bleve we use how it indexes, stores and merges; searches
// read its segments directly, by the interface that bleve itself uses. A query
// is worked out with sets of documents, segment by segment, and only what
// matches all of it is scored. What is asked of every match (order, facets,
// dates) stands in memory. bleve's own searchers visit and score match by match,
// look the rest up on disk, and took two to five times as long.
//
// Hits are ranked by exact BM25, all of them: the number of a word's occurrences
// and the length of the text are in the postings, how many stories have the
// word and the average length are counted over living documents, of each
// language by itself. What bleve calls bm25 is another formula than the name
// says; its tf-idf ranks worse. Authors, tags and dates say nothing about how
// well a story matches, nor does the rest of a word after a prefix; equally good
// hits are sorted newest first. The story whose title the query is comes before
// all: others that link it, by its title, may hold the words more often.
//
// Where frequent words stand in large segments is kept in memory, up to 24 MB, of
// two generations while the next one takes over: searches for them, and phrases of
// them above all, were the slow ones.
//
// The places of words in the text are not indexed, only their order: snippets
// analyse the store's text again, which costs a tenth of a millisecond, while
// the places made a quarter of the index.
//
// The manifest is written in the same batch as the documents it describes. At
// start segments are compared with their checksums, since bleve opens most
// damaged indexes without complaint.
//
// Nothing waits for bleve without end: when it meets damage while it writes, or
// does not end within a minute, the write fails and the index is opened again.
package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// Config says where the index is.
type Config struct {
	Dir    string           // the data directory; the index is Dir/index, made when missing
	Logger *slog.Logger     // nil: discard
	Now    func() time.Time // for the names of what is moved aside; nil: [time.Now]

	// Damaged is called when a search has found the index damaged, once, and
	// should see to a rebuild without waiting for it. Searches wait for its
	// beginning then, within their budget. nil: they fail at once.
	Damaged func()
}

// Limits of one batch. Larger ones cost memory: bleve takes many times as much
// as their text. Smaller ones cost time, since what they write is merged more
// often: a rebuild, which is nothing but batches, takes a third longer with half
// as much.
const (
	batchDocuments = 1000
	batchBytes     = 512 << 10 // of text
	rebuildBytes   = 1 << 20   // of text, in a rebuild
)

// searchesPerCPU bounds concurrent searches. More would only make each of
// them slower.
const searchesPerCPU = 2

// Index is an [index.Index] on disk. Make it with [Open]. It is safe for
// concurrent use.
type Index struct {
	dir   string
	log   *slog.Logger
	slots chan struct{} // one element per running search
	fresh bool

	damaged func() // nil: nobody wants to know

	serving sync.RWMutex // held for reading by searches, for writing while there is nothing to search
	current atomic.Pointer[generation]

	choosing sync.Mutex                 // held while one of these changes
	building *generation                // by the rebuild that goes on; nil: none does
	instead  atomic.Pointer[generation] // searched in place of the current one: building, or nil

	write   sync.Mutex                 // held while anything below or the current generation changes
	closed  bool                       // guarded by write
	journal map[string]*index.Document // guarded by write; see rebuild.go

	rebuilding sync.Mutex
	closing    chan struct{}
	closeOnce  sync.Once
}

var _ index.Index = (*Index)(nil)

// Open opens the index in c.Dir. An index that is damaged is moved aside
// within that directory, the log says so, and an empty one takes its place:
// see [Index.Fresh]. One that was made by a version that indexed differently
// is searched as well as it can be, see [Index.RebuildDue], or else moved aside
// too. While
// another process has the index open, Open fails within about a second with
// [feed.ErrBusy], wrapped. Other errors mean that the directory can't be used
// (permissions, a full disk); nothing was moved then.
func Open(ctx context.Context, c Config) (*Index, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	x := &Index{
		dir:     filepath.Join(c.Dir, "index"),
		log:     c.Logger,
		slots:   make(chan struct{}, searchesPerCPU*runtime.GOMAXPROCS(0)),
		closing: make(chan struct{}),
		damaged: c.Damaged,
	}
	stamp := c.Now().UTC().Format("20060102T150405")
	if err := x.makeDir(stamp); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	g, err := x.open(ctx, stamp)
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	x.current.Store(g)
	removeLeftovers(x.dir, g.number, x.log)
	return x, nil
}

// makeDir makes the index's directory. Something else of its name is damage
// like any other, and moved aside.
func (x *Index) makeDir(stamp string) error {
	if fi, err := os.Stat(x.dir); err == nil && !fi.IsDir() {
		to := x.dir + ".damaged-" + stamp
		if err := os.Rename(x.dir, to); err != nil {
			return err
		}
		x.log.Warn("index is no directory, was moved aside and starts empty", "dir", x.dir, "moved", to)
	}
	return os.MkdirAll(x.dir, 0o700)
}

// open returns the generation that serves: the current one, or else a new one.
func (x *Index) open(ctx context.Context, stamp string) (*generation, error) {
	now, err := readCurrent(x.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return x.startEmpty(0)
	case errors.Is(err, index.ErrDamaged):
		x.log.Warn("index is damaged and starts empty", "dir", x.dir, "error", err)
		return x.startEmpty(0)
	case err != nil:
		return nil, err
	}
	g, err := openGeneration(ctx, x.dir, now.Generation)
	if now.Mapping != fingerprint() {
		return x.openOutdated(g, err, now.Generation, stamp)
	}
	if errors.Is(err, index.ErrDamaged) {
		return x.replace(now.Generation, "damaged", stamp, err)
	}
	return g, err
}

// openOutdated goes on with a generation of another version, if it can be
// searched. g is nil when err is not.
func (x *Index) openOutdated(g *generation, err error, number int, stamp string) (*generation, error) {
	if err == nil {
		if err = g.readable(); err == nil {
			g.outdated = true
			x.log.Warn("index was made by another version and serves until a new one is built", "dir", g.dir)
			return g, nil
		}
		err = errors.Join(err, g.close())
	}
	if errors.Is(err, index.ErrDamaged) {
		return x.replace(number, "outdated", stamp, fmt.Errorf("it was made by another version: %w", err))
	}
	return nil, err
}

// replace moves a generation aside and starts an empty one.
func (x *Index) replace(number int, why, stamp string, cause error) (*generation, error) {
	to, err := setAside(x.dir, number, why, stamp)
	if err != nil {
		return nil, fmt.Errorf("move the %s index aside: %w", why, err)
	}
	x.log.Warn("index can't be used, was moved aside and starts empty", "why", why, "error", cause, "moved", to)
	return x.startEmpty(number)
}

// startEmpty makes the first generation after the given one.
func (x *Index) startEmpty(after int) (*generation, error) {
	g, err := createGeneration(x.dir, after+1)
	if err != nil {
		return nil, err
	}
	if err := writeCurrent(x.dir, current{Generation: g.number, Mapping: fingerprint()}); err != nil {
		g.remove(x.log)
		return nil, err
	}
	x.fresh = true
	return g, nil
}

// Fresh reports whether Open started an empty index, because there was none or
// because it could not be used. It does not change until Close.
func (x *Index) Fresh() bool { return x.fresh }

// RebuildDue implements [index.Index].
func (x *Index) RebuildDue() bool {
	g := x.current.Load()
	return g.outdated || g.suspect.Load()
}

// Partial reports whether searches find only what a rebuild has put in so far,
// since there is no older index that could answer.
func (x *Index) Partial() bool { return x.instead.Load() != nil }

// Put implements [index.Index].
func (x *Index) Put(ctx context.Context, docs ...index.Document) error {
	for _, d := range docs {
		if err := check(d); err != nil {
			return err
		}
	}
	for len(docs) > 0 {
		n, size := 0, 0
		for ; n < len(docs) && n < batchDocuments && (n == 0 || size < batchBytes); n++ {
			size += len(docs[n].Body)
		}
		if err := x.apply(ctx, change{puts: lastOfEach(docs[:n])}); err != nil {
			return err
		}
		docs = docs[n:]
	}
	return nil
}

// check refuses documents that could not be found again.
func check(d index.Document) error {
	if d.Series == "" || d.GUID == "" || strings.Contains(d.Series, "/") || d.ID != index.DocumentID(d.Series, d.GUID) {
		return fmt.Errorf("index document %q: series %q and GUID %q do not make this ID", d.ID, d.Series, d.GUID)
	}
	return nil
}

// Delete implements [index.Index].
func (x *Index) Delete(ctx context.Context, ids ...string) error {
	for len(ids) > 0 {
		n := min(len(ids), batchDocuments)
		unique := slices.Compact(slices.Sorted(slices.Values(ids[:n])))
		if err := x.apply(ctx, change{deletes: unique}); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

var errClosed = errors.New("index closed")

// apply makes one change to the current generation and notes it for the one
// that is being built.
func (x *Index) apply(ctx context.Context, c change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	x.write.Lock()
	defer x.write.Unlock()
	if x.closed {
		return errClosed
	}
	if g := x.current.Load(); g.failed {
		if err := x.reopen(ctx, g); err != nil {
			return err
		}
	}
	g := x.current.Load()
	if err := g.apply(ctx, c); err != nil {
		if g.failed {
			err = errors.Join(err, x.reopen(ctx, g))
		}
		return err
	}
	x.note(c)
	return nil
}

// reopen goes back to what is on disk after a batch could not be written, for
// instance to a full disk. bleve would go on to show the batch, try to write
// it again without pause, and panic when it is searched. Searches wait
// meanwhile; where reopening fails they find the index damaged, until a
// rebuild. The caller holds write.
func (x *Index) reopen(ctx context.Context, failed *generation) error {
	x.serving.Lock()
	defer x.serving.Unlock()
	if err := failed.close(); err != nil {
		x.log.Warn("close index after a failed write", "dir", failed.dir, "error", err)
	}
	if failed.held {
		return fmt.Errorf("reopen index after a failed write: bleve does not let go of %s: %w", failed.dir, index.ErrDamaged)
	}
	g, err := openGeneration(context.WithoutCancel(ctx), x.dir, failed.number)
	if err != nil {
		return fmt.Errorf("reopen index after a failed write: %w", err)
	}
	g.outdated = failed.outdated
	x.current.Store(g)
	return nil
}

// languageOfDocument is the language whose fields a document is put into.
func languageOfDocument(d index.Document) *language {
	const sampled = 2000 // bytes of the body: enough to see the script
	return languageOf(d.Language, d.Title+" "+d.Body[:min(len(d.Body), sampled)])
}

// Count implements [index.Index].
func (x *Index) Count(ctx context.Context) (int, error) {
	m, err := x.Manifest(ctx)
	return m.Count, err
}

// Manifest implements [index.Index].
func (x *Index) Manifest(ctx context.Context) (feed.Manifest, error) {
	select {
	case <-x.closing:
		return feed.Manifest{}, errClosed
	default:
		return x.current.Load().state.Load().Manifest, ctx.Err()
	}
}

// Generation implements [index.Index].
func (x *Index) Generation() int { return x.current.Load().number }

// Close implements [index.Index].
func (x *Index) Close() (err error) {
	x.closeOnce.Do(func() {
		close(x.closing)
		x.rebuilding.Lock()
		defer x.rebuilding.Unlock()
		x.write.Lock()
		defer x.write.Unlock()
		x.closed = true
		err = x.current.Load().close()
	})
	return err
}
