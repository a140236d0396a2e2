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
	if err := ix.lockIndex(ctx); err != nil {
		return 0, err
	}
	defer ix.unlockIndex()
	if err := ix.rebuild(ctx); err != nil {
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

func (ix *Indexer) rebuild(ctx context.Context) error {
	covered, err := ix.Store.Pending(ctx, 0) // the store is read after it
	if err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	err = ix.fill(ctx)
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
func (ix *Indexer) fill(ctx context.Context) error {
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
	return ix.Index.Rebuild(ctx, func(put func(index.Document) error) error {
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
