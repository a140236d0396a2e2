package index

import (
	"context"
	"errors"

	"storyfeed/feed"
)

// ErrDamaged is returned, wrapped, when the index answers with what no sound
// index would. [Index.Rebuild] repairs it.
var ErrDamaged = errors.New("index damaged")

// Index is a search back end. All methods may be called concurrently.
type Index interface {
	// Put adds documents, or replaces those with the same ID; of two with
	// one ID the later counts. It returns after they are durable and visible
	// to the next search. Documents beyond one batch are written in several:
	// after an error some of them may be in. The manifest agrees with what is
	// in at every moment, crashes included.
	Put(ctx context.Context, docs ...Document) error

	// Delete removes documents by their ID. Unknown ones are no error. The
	// rest is as with Put.
	Delete(ctx context.Context, ids ...string) error

	// Search answers a request. It takes at most [Budget], waiting for its
	// turn included, and then fails with [context.DeadlineExceeded], wrapped.
	Search(ctx context.Context, r Request) (Results, error)

	// Similar finds the stories that have most in common with a document, by
	// its most telling words; best first, at most limit (1 to [MaxLimit]). It
	// looks among those of the document's language, and leaves out the
	// document's own GUID and second copies of one story. The document need
	// not be in the index. Time is bounded as with Search.
	Similar(ctx context.Context, d Document, limit int) ([]Hit, error)

	// Suggest completes what somebody is typing to titles, authors and tags:
	// those that hold all its words, the last of which may go on, whatever
	// case and accents; best first, at most limit (1 to [MaxLimit]). A text
	// without letters and digits completes to nothing. Time is bounded as
	// with Search.
	Suggest(ctx context.Context, text string, limit int) ([]Suggestion, error)

	// Marker marks in texts what the query matches.
	Marker(q Query) Marker

	// Count is the number of documents.
	Count(ctx context.Context) (int, error)

	// Manifest is the fingerprint of the documents, to be compared with the
	// store's: where they differ a rebuild is due.
	Manifest(ctx context.Context) (feed.Manifest, error)

	// Generation tells one content from the next: it is another number after
	// every Rebuild and Replace that took place.
	Generation() int

	// RebuildDue reports whether the index must be rebuilt, whatever its
	// manifest says: a version that indexed differently made it, or a search
	// met damage. It answers as well as it can until then.
	RebuildDue() bool

	// Rebuild replaces the whole content by what each hands to put, while
	// searches are answered from the old content, or, where that is empty or
	// damaged, from what is in already. Put and Delete may be
	// called meanwhile; what they did counts more than what each delivers.
	// put is for one goroutine, and only until each returns.
	// The new content must agree with what was put and, where it is the same
	// as the old one, answer as that does. If it does not, after another
	// error, or when ctx ends, the old content stays. A second
	// Rebuild at the same time fails with [feed.ErrBusy].
	Rebuild(ctx context.Context, each func(put func(Document) error) error) error

	// Replace is Rebuild for who knows that the old content is wrong: that the
	// new one, though it is the same, answers otherwise does not keep the old
	// one. It tells for people what both were asked and how they differ, at most
	// some dozens, also after an error. All else must hold as with Rebuild.
	Replace(ctx context.Context, each func(put func(Document) error) error) (differs []string, err error)

	// Close waits for what is under way and releases everything. All methods
	// fail afterwards, except Marker and Close.
	Close() error
}
