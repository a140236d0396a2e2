package indexer

import (
	"context"
	"errors"
	"fmt"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/index"
)

// Index is what the indexer needs of a search index. [index.Index] has it.
type Index interface {
	Put(ctx context.Context, docs ...index.Document) error
	Delete(ctx context.Context, ids ...string) error
	Manifest(ctx context.Context) (feed.Manifest, error)
	RebuildDue() bool
	Rebuild(ctx context.Context, each func(put func(index.Document) error) error) error
	Replace(ctx context.Context, each func(put func(index.Document) error) error) (differs []string, err error)
}

// Limits of what goes to the index at once: enough to make batches cheap, few
// enough to keep memory small: what the index makes of a batch while it analyses
// it is many times the text.
const (
	applyBatch = 100       // stories
	applyBytes = 192 << 10 // of text
)

// ApplyPending brings the index up to the store: rows of index_pending are
// deleted only after the index has made them durable.
func (ix *Indexer) ApplyPending(ctx context.Context) error {
	if err := ix.lockIndex(ctx); err != nil {
		return err
	}
	defer ix.unlockIndex()
	err := ix.applyPending(ctx)
	if errors.Is(err, index.ErrDamaged) {
		ix.Logger.Warn("the index is damaged and is rebuilt from the store", "error", err)
		return ix.rebuild(ctx)
	}
	return err
}

// lockIndex waits while somebody else writes the index.
func (ix *Indexer) lockIndex(ctx context.Context) error {
	select {
	case ix.indexing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the index: %w", context.Cause(ctx))
	}
}

func (ix *Indexer) unlockIndex() { <-ix.indexing }

// manyWaiting is how many stories must wait to be spoken of: a crawl brings some
// dozens, which are searchable in a moment.
const manyWaiting = 300

// Waiting tells how far the index is in taking in more stories than come by every
// day, as after an import; false: those that wait are few. New ones can't be found
// until they are in. It costs nothing.
func (ix *Indexer) Waiting() (index.Progress, bool) {
	p := ix.waiting.Load()
	if p == nil || p.Total-p.Done <= manyWaiting {
		return index.Progress{}, false
	}
	return *p, true
}

func (ix *Indexer) applyPending(ctx context.Context) error {
	defer ix.waiting.Store(nil)
	p := index.Progress{Since: ix.Now()}
	for {
		rows, err := ix.Store.Pending(ctx, applyBatch)
		if err == nil && len(rows) == applyBatch {
			err = ix.tellWaiting(ctx, &p)
		}
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		n, err := ix.apply(ctx, rows)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		p.Done += n
	}
}

// tellWaiting keeps how far applying is. It counts what waits at first, and again
// when more came meanwhile.
func (ix *Indexer) tellWaiting(ctx context.Context, p *index.Progress) error {
	if p.Done >= p.Total {
		n, err := ix.Store.Waiting(ctx)
		if err != nil {
			return err
		}
		p.Total = p.Done + n
	}
	now := *p
	ix.waiting.Store(&now)
	return nil
}

// apply brings rows, or the first of them, into the index, and returns how many
// of these were stories to put there.
func (ix *Indexer) apply(ctx context.Context, rows []store.PendingRow) (puts int, err error) {
	var docs []index.Document
	var ids []string
	seqs := make([]int64, 0, len(rows))
	bytes := 0
	for _, r := range rows {
		if bytes >= applyBytes {
			break
		}
		seqs = append(seqs, r.Seq)
		if r.Delete {
			ids = append(ids, index.DocumentID(r.Series, r.GUID))
			continue
		}
		puts++
		s, err := ix.Store.StoryIn(ctx, r.Series, r.GUID)
		switch {
		case errors.Is(err, feed.ErrNotFound), err == nil && !s.Gone.IsZero():
			ids = append(ids, index.DocumentID(r.Series, r.GUID))
		case err != nil:
			return 0, err
		default:
			docs = append(docs, index.NewDocument(s))
			bytes += len(s.Text)
		}
	}
	if len(docs) > 0 {
		if err := ix.Index.Put(ctx, docs...); err != nil {
			return 0, err
		}
	}
	if len(ids) > 0 {
		if err := ix.Index.Delete(ctx, ids...); err != nil {
			return 0, err
		}
	}
	return puts, ix.Store.DonePending(ctx, seqs)
}

// Reconcile applies what is pending and, when store and index still do not
// hold the same stories, or the index says that it is due, rebuilds the index.
// It reports whether it did.
func (ix *Indexer) Reconcile(ctx context.Context) (rebuilt bool, err error) {
	if err := ix.lockIndex(ctx); err != nil {
		return false, err
	}
	defer ix.unlockIndex()
	same, err := ix.agree(ctx)
	if same || err != nil && !errors.Is(err, index.ErrDamaged) {
		return false, err
	}
	if err != nil {
		ix.Logger.Warn("the index is damaged and is rebuilt from the store", "error", err)
		return true, ix.rebuild(ctx)
	}
	lacks, err := ix.missing(ctx)
	if err != nil {
		return false, err
	}
	if lacks > 0 {
		ix.waiting.Store(&index.Progress{Total: lacks, Since: ix.Now()})
		defer ix.waiting.Store(nil)
	}
	waiting, err := ix.Store.Waiting(ctx)
	switch {
	case lacks > 0 && err == nil && waiting >= lacks:
		ix.Logger.Info("the index is built from the store", "stories", lacks)
	case lacks > 0:
		ix.Logger.Warn("the index lacks most stories and is rebuilt from the store", "stories", lacks)
	default:
		ix.Logger.Warn("the index is rebuilt from the store: it does not match it, or was made by another version")
	}
	return true, ix.rebuild(ctx)
}

// agree applies what is pending and reports whether store and index then hold
// the same stories. To an index that lacks more than it has nothing is applied:
// all at once is quicker than story by story, and is told of while it lasts.
func (ix *Indexer) agree(ctx context.Context) (bool, error) {
	if n, err := ix.missing(ctx); n > 0 || err != nil {
		return false, err
	}
	if err := ix.applyPending(ctx); err != nil {
		return false, err
	}
	want, err := ix.Store.Manifest(ctx)
	if err != nil {
		return false, err
	}
	have, err := ix.Index.Manifest(ctx)
	if err != nil {
		return false, err
	}
	ix.Logger.Debug("compare store and index", "store", want, "index", have)
	return have == want && !ix.Index.RebuildDue(), nil
}

// missing is how many stories an index lacks that has fewer than that; 0 for
// others.
func (ix *Indexer) missing(ctx context.Context) (int, error) {
	have, err := ix.Index.Manifest(ctx)
	if err != nil {
		return 0, err
	}
	want, err := ix.Store.Manifest(ctx)
	if lacks := want.Count - have.Count; err == nil && lacks > have.Count {
		return lacks, nil
	}
	return 0, err
}
