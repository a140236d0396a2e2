package indexer

import (
	"context"
	"fmt"

	"storyfeed/feed"
	"storyfeed/index"
)

// Reindex rebuilds the index from the store, without network, while the old
// one goes on answering. It returns how many stories it holds. After an error
// the old one stays, also when the new one does not hold what the store has, or
// does not answer as it should.
func (ix *Indexer) Reindex(ctx context.Context) (int, error) {
	return ix.reindex(ctx, ix.Index.Rebuild)
}

// ReindexAnyway is Reindex for who knows that the old index is wrong: that the
// new one answers otherwise is told and does not keep the old one, see
// [index.Index.Replace].
func (ix *Indexer) ReindexAnyway(ctx context.Context) (n int, differs []string, err error) {
	n, err = ix.reindex(ctx, func(ctx context.Context, each source) error {
		differs, err = ix.Index.Replace(ctx, each)
		if err != nil {
			return err
		}
		for _, what := range differs {
			ix.Logger.Warn("the index was replaced by one that answers otherwise", "difference", what)
		}
		return nil
	})
	return n, differs, err
}

// source hands every story of the store to put.
type source = func(put func(index.Document) error) error

func (ix *Indexer) reindex(ctx context.Context, replace func(context.Context, source) error) (int, error) {
	if err := ix.lockIndex(ctx); err != nil {
		return 0, err
	}
	defer ix.unlockIndex()
	if err := ix.rebuildBy(ctx, replace); err != nil {
		return 0, err
	}
	m, err := ix.Index.Manifest(ctx)
	return m.Count, err
}

// Rebuilding tells how far the rebuild of the index is; false: none goes on.
func (ix *Indexer) Rebuilding() (index.Progress, bool) {
	p := ix.progress.Load()
	if p == nil {
		return index.Progress{}, false
	}
	return *p, true
}

func (ix *Indexer) rebuild(ctx context.Context) error { return ix.rebuildBy(ctx, ix.Index.Rebuild) }

func (ix *Indexer) rebuildBy(ctx context.Context, replace func(context.Context, source) error) error {
	covered, err := ix.Store.Pending(ctx, 0) // the store is read after it
	if err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	err = ix.fill(ctx, replace)
	ix.metrics.rebuilt(err)
	if err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	seqs := make([]int64, len(covered))
	for i, row := range covered {
		seqs[i] = row.Seq
	}
	if err := ix.Store.DonePending(ctx, seqs); err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	// Rows that came while the store was read are applied again: harmless, and
	// none is missed.
	return ix.applyPending(ctx)
}

// fill fills a new index with what the store has, and tells how far it is.
func (ix *Indexer) fill(ctx context.Context, replace func(context.Context, source) error) error {
	defer ix.progress.Store(nil)
	before, err := ix.Store.Manifest(ctx)
	if err != nil {
		return err
	}
	p := index.Progress{Total: before.Count, Since: ix.Now()}
	tell := func() {
		now := p
		ix.progress.Store(&now)
	}
	tell()
	return replace(ctx, func(put func(index.Document) error) error {
		var read feed.Manifest
		err := ix.Store.Each(ctx, func(s feed.Story) error {
			if err := put(index.NewDocument(s)); err != nil {
				return err
			}
			read.Add(s.Series, s.GUID, s.Hash)
			p.Done = read.Count
			tell()
			return nil
		})
		if err != nil {
			return err
		}
		return ix.allRead(ctx, before, read)
	})
}

// allRead compares what was read of the store with what it says it has. Stories
// that came meanwhile are pending, so that nothing can be told then.
func (ix *Indexer) allRead(ctx context.Context, before, read feed.Manifest) error {
	after, err := ix.Store.Manifest(ctx)
	if err != nil || before != after || read == after {
		return err
	}
	return fmt.Errorf("the store has %v and handed out %v; the old index stays", after, read)
}
