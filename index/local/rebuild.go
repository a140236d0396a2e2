package local

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// Rebuild implements [index.Index].
//
// What Put and Delete do meanwhile goes into the serving generation at once
// and into the journal, from where it is carried over after every batch and,
// once more, while writers wait for the swap. What was carried over is not
// overwritten by what each delivers later: each may have read it earlier.
//
// Before the swap the new generation is checked as verify.go says; the file
// that names the one that serves is written after it has answered searches.
func (x *Index) Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error {
	return x.rebuild(&builder{x: x, ctx: ctx}, each)
}

// Replace implements [index.Index].
func (x *Index) Replace(ctx context.Context, each func(put func(index.Document) error) error) ([]string, error) {
	b := builder{x: x, ctx: ctx, replace: true}
	err := x.rebuild(&b, each)
	return b.differs, err
}

func (x *Index) rebuild(b *builder, each func(put func(index.Document) error) error) error {
	if !x.rebuilding.TryLock() {
		return fmt.Errorf("rebuild index: %w", feed.ErrBusy)
	}
	defer x.rebuilding.Unlock()
	if err := x.build(b, each); err != nil {
		return fmt.Errorf("rebuild index: %w", err)
	}
	return nil
}

func (x *Index) build(b *builder, each func(put func(index.Document) error) error) error {
	if err := x.openJournal(); err != nil {
		return err
	}
	defer x.closeJournal()
	next, err := createGeneration(x.dir, x.current.Load().number+1)
	if err != nil {
		return err
	}
	b.next, b.touched, b.probes = next, map[string]bool{}, probes{}
	x.offer(next)
	err = each(b.put)
	if err == nil {
		err = b.flush()
	}
	if err == nil {
		err = b.check()
	}
	if err == nil {
		settled(next.bleve, b.alive) // so that the first searches are as quick as the others
		next.readFrequent(b.alive)
		err = x.swap(b)
	}
	x.withdraw()
	if err != nil {
		next.remove(x.log)
	}
	return err
}

// offer lets searches see what is in the next generation already when the
// current one has nothing for them.
func (x *Index) offer(next *generation) {
	x.choosing.Lock()
	defer x.choosing.Unlock()
	x.building = next
	if g := x.current.Load(); g.gone.Load() || g.suspect.Load() || g.state.Load().Manifest.Count == 0 {
		x.instead.Store(next)
	}
}

func (x *Index) withdraw() {
	x.choosing.Lock()
	defer x.choosing.Unlock()
	x.building = nil
	x.instead.Store(nil)
}

// doubt notes that a generation answered a search with damage. Where another
// one is being built, that is searched from now on.
func (x *Index) doubt(g *generation) {
	x.choosing.Lock()
	defer x.choosing.Unlock()
	known := g.suspect.Swap(true)
	switch {
	case g != x.current.Load():
	case x.building != nil:
		x.instead.Store(x.building)
	case !known && x.damaged != nil:
		x.damaged()
	}
}

// lookAgain is the time between two looks for another generation.
const lookAgain = 5 * time.Millisecond

// another waits until another generation is searched than a damaged one, if
// somebody sees to that.
func (x *Index) another(ctx context.Context, than *generation) bool {
	if x.damaged == nil {
		return x.serves() != than
	}
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for x.serves() == than {
		select {
		case <-ctx.Done():
			return false
		case <-x.closing:
			return false
		case <-tick.C:
		}
	}
	return true
}

// serves is the generation that is searched now.
func (x *Index) serves() *generation {
	if g := x.instead.Load(); g != nil {
		return g
	}
	return x.current.Load()
}

// builder fills the next generation. It is used by one goroutine.
type builder struct {
	x       *Index
	ctx     context.Context // of the one call that the builder lives for
	next    *generation
	touched map[string]bool // IDs that came from the journal
	probes  probes
	puts    []index.Document
	size    int // bytes of text in puts

	replace bool     // the old generation may answer otherwise
	differs []string // how it does
}

func (b *builder) put(d index.Document) error {
	if err := check(d); err != nil {
		return err
	}
	if err := b.alive(); err != nil {
		return err
	}
	b.puts = append(b.puts, d)
	b.size += len(d.Body)
	if len(b.puts) < batchDocuments && b.size < rebuildBytes {
		return nil
	}
	return b.flush()
}

func (b *builder) alive() error {
	select {
	case <-b.x.closing:
		return errClosed
	default:
		return b.ctx.Err()
	}
}

// flush writes what was put and carries the journal over.
func (b *builder) flush() error {
	if err := b.alive(); err != nil {
		return err
	}
	puts := slices.DeleteFunc(lastOfEach(b.puts), func(d index.Document) bool { return b.touched[d.ID] })
	if err := b.apply(change{puts: puts}); err != nil {
		return err
	}
	b.puts, b.size = nil, 0
	return b.carry(b.x.takeJournal())
}

// carry applies a journal to the next generation.
func (b *builder) carry(journal map[string]*index.Document) error {
	var c change
	for id, d := range journal {
		b.touched[id] = true
		if d == nil {
			c.deletes = append(c.deletes, id)
		} else {
			c.puts = append(c.puts, *d)
		}
		if c.size() == batchDocuments {
			if err := b.apply(c); err != nil {
				return err
			}
			c = change{}
		}
	}
	return b.apply(c)
}

func (b *builder) apply(c change) error {
	for _, d := range c.puts {
		b.probes.add(d)
	}
	for _, id := range c.deletes {
		b.probes.remove(id)
	}
	return b.next.apply(b.ctx, c)
}

// check looks at everything that the next generation holds.
func (b *builder) check() error {
	if err := b.alive(); err != nil {
		return err
	}
	return errors.Join(b.next.audit(b.ctx), b.next.findsAll(b.ctx, b.probes.all()))
}

// recheck does so again after the last changes, as far as that is quick, and
// compares it with the old one.
func (b *builder) recheck(old *generation) error {
	if err := b.alive(); err != nil {
		return err
	}
	want := b.next.state.Load().Manifest.Count
	if n, err := b.next.bleve.DocCount(); err != nil || n != uint64(want) {
		return errors.Join(err, fmt.Errorf("the new index has %d of %d documents", n, want))
	}
	all := b.probes.all()
	err := b.next.findsAll(b.ctx, all)
	if err != nil || !old.witness(b.next) {
		return err
	}
	b.differs, err = b.next.differs(b.ctx, old, all)
	if err != nil || b.replace || len(b.differs) == 0 {
		return err
	}
	return fmt.Errorf("%s, though both hold the same stories; the old one stays (if that is the wrong one: storyfeed reindex --force)", b.differs[0])
}

// swap lets the next generation serve and removes the old one, or goes back
// to the old one when the next one does not serve as it should. Writers wait
// meanwhile, so that nothing is lost either way. Searches that run end on the
// old one, whose files stay until then.
func (x *Index) swap(b *builder) error {
	x.write.Lock()
	defer x.write.Unlock()
	if err := b.carry(x.journal); err != nil {
		return err
	}
	old := x.current.Load()
	if err := b.recheck(old); err != nil {
		return err
	}
	x.current.Store(b.next)
	err := x.trial(b)
	if err == nil {
		err = writeCurrent(x.dir, current{Generation: b.next.number, Mapping: fingerprint()})
	}
	if err != nil {
		x.current.Store(old)
		return err
	}
	old.remove(x.log)
	return nil
}

// trial searches as everybody does. That there was no time, on a busy machine,
// says nothing about the index.
func (x *Index) trial(b *builder) error {
	const asked = 4
	all := b.probes.all()
	for _, s := range all[:min(len(all), asked)] {
		for _, r := range s.requests()[:1] {
			res, err := x.Search(b.ctx, r)
			if err == nil {
				err = s.in(res)
			}
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("the new index does not serve, asked for %s: %w", describe(r), err)
			}
		}
	}
	if b.next.suspect.Load() {
		return fmt.Errorf("the new index does not serve: %w", index.ErrDamaged)
	}
	return nil
}

// openJournal starts to note changes.
func (x *Index) openJournal() error {
	x.write.Lock()
	defer x.write.Unlock()
	if x.closed {
		return errClosed
	}
	x.journal = map[string]*index.Document{}
	return nil
}

// note adds a change to the journal, if one is kept. The caller holds write.
func (x *Index) note(c change) {
	if x.journal == nil {
		return
	}
	for _, d := range c.puts {
		x.journal[d.ID] = &d
	}
	for _, id := range c.deletes {
		x.journal[id] = nil
	}
}

// takeJournal returns what was noted and starts anew.
func (x *Index) takeJournal() map[string]*index.Document {
	x.write.Lock()
	defer x.write.Unlock()
	taken := x.journal
	x.journal = map[string]*index.Document{}
	return taken
}

func (x *Index) closeJournal() {
	x.write.Lock()
	defer x.write.Unlock()
	x.journal = nil
}
