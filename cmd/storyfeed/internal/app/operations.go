package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/book"
	"storyfeed/feed/store"
	"storyfeed/index"
	"storyfeed/indexer"
)

// Operations is what commands do with a data directory, whoever holds it.
type Operations interface {
	// Crawl visits the named series, or all, one after the other, and hands
	// each report to done. It stops at the first error; a crawl that failed is
	// none. Progress may be nil.
	Crawl(ctx context.Context, slugs []string, progress func(indexer.Progress), done func(feed.Crawl)) error
	// Reindex rebuilds the index from the store; force: also where the old one
	// answers otherwise, see [indexer.Indexer.ReindexAnyway]. Progress may be nil.
	Reindex(ctx context.Context, force bool, progress func(index.Progress)) (Reindexed, error)
	// Search answers a query in the query language of package index; exact: with
	// nothing else instead, see [index.Request.AsTyped].
	Search(ctx context.Context, query string, limit int, exact bool) (Answer, error)
	// Export writes everything that the store has, see [store.Store.Export].
	Export(ctx context.Context, w io.Writer) (store.Exported, error)
	// Import adds what an export has and the store has not, see
	// [store.Store.Import].
	Import(ctx context.Context, r io.Reader) (store.Imported, error)
	// Book writes a series as a book; format is "epub" or "html". With pictures,
	// those that are not kept yet are fetched first.
	Book(ctx context.Context, slug, format string, pictures bool, w io.Writer) (book.Written, error)
	// Close lets go of the directory, or of its holder.
	Close() error
}

// Answer is what a search found, ready for a terminal.
type Answer struct {
	Total   int      `json:"total"`
	Instead string   `json:"instead,omitempty"` // the query that was searched instead, see [index.Results]
	Hints   []string `json:"hints,omitempty"`   // what of the query was not understood
	Hits    []Hit    `json:"hits"`
}

// Hit is one story of an [Answer].
type Hit struct {
	Series    string       `json:"series"`
	Part      int          `json:"part"`
	Permalink string       `json:"permalink"`
	Authors   []string     `json:"authors,omitempty"`
	Published time.Time    `json:"published,omitzero"`
	Title     []index.Span `json:"title"`
	Snippet   []index.Span `json:"snippet"`
}

// Connect opens the data directory or, when another process serves it,
// reaches that process.
func Connect(ctx context.Context, opts Options) (Operations, error) {
	a, err := Open(ctx, opts)
	var locked *store.LockedError
	if errors.As(err, &locked) {
		return dial(ctx, opts.Config.Data, locked)
	}
	if err != nil {
		return nil, err
	}
	return direct{a}, nil
}

// direct are the operations on a directory that no service looks after.
type direct struct{ *App }

// Search implements [Operations]. What a crash left is indexed first; if that
// can't be done, an answer from an older index is better than none.
func (d direct) Search(ctx context.Context, query string, limit int, exact bool) (Answer, error) {
	if err := d.Reconcile(ctx); err != nil {
		d.log.Error("bring the index up to the store", "error", err)
	}
	return d.App.Search(ctx, query, limit, exact)
}

// Search implements [Operations].
func (a *App) Search(ctx context.Context, query string, limit int, exact bool) (Answer, error) {
	q, hints := index.ParseQuery(query)
	results, err := a.index.Search(ctx, index.Request{Query: q, Limit: limit, NoFacets: true, AsTyped: exact})
	if err != nil {
		return Answer{}, fmt.Errorf("search: %w", err)
	}
	if hint := results.Hint(); hint != "" {
		hints = append(hints, hint)
	}
	rebuilt, rebuilding := a.rebuilding()
	taken, many := a.indexer.Waiting()
	switch {
	case rebuilding && rebuilt.Partial:
		hints = append(hints, "The index is being built, and finds only what is in already: "+rebuilt.Text(time.Now())+".")
	case many && rebuilding:
		hints = append(hints, "The index is being built anew with many new stories, which are not found before: "+rebuilt.Text(time.Now())+".")
	case many:
		hints = append(hints, "The index is taking in new and changed stories, and does not find the others yet: "+taken.Text(time.Now())+".")
	}
	answer := Answer{Total: results.Total, Instead: results.Instead.String(), Hints: hints, Hits: []Hit{}}
	if !results.Instead.Empty() {
		q = results.Instead
	}
	keys := make([]store.Key, len(results.Hits))
	for i, h := range results.Hits {
		keys[i] = store.Key{Series: h.Series, GUID: h.GUID}
	}
	stories, err := a.store.Named(ctx, keys, true) // without those that were removed since
	if err != nil {
		return Answer{}, fmt.Errorf("search: %w", err)
	}
	marker := a.index.Marker(q)
	for _, s := range stories {
		answer.Hits = append(answer.Hits, Hit{
			Series: s.Series, Part: s.Part, Permalink: s.Permalink, Authors: s.Authors, Published: s.Published.Time,
			Title: marker.Mark(s.Language, s.Title).Spans, Snippet: marker.Snippet(s.Language, s.Text).Spans,
		})
	}
	return answer, nil
}
