package indexer

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"storyfeed/feed"
)

// maxInMemory is up to how many bytes of published feeds, in both codings, are
// kept in memory: those that were asked for last. The others are read from the
// store.
const maxInMemory = 16 << 20

// documents are the published feeds: what each of them is, and the bytes of
// those that are read much. Safe for concurrent use.
type documents struct {
	load func(ctx context.Context, path string) (feed.Document, error)

	mu    sync.Mutex
	heads map[string]feed.Document // without bytes, by path
	bytes int
	whole *simplelru.LRU[string, *feed.Document]
}

func newDocuments(load func(context.Context, string) (feed.Document, error)) *documents {
	const most = 100_000 // documents: the bytes are what counts
	d := &documents{load: load, heads: map[string]feed.Document{}}
	d.whole, _ = simplelru.NewLRU(most, func(_ string, doc *feed.Document) { d.bytes -= weight(doc) }) // fails only for a negative size
	return d
}

func weight(d *feed.Document) int { return len(d.Body) + len(d.Gzip) }

// head is a document without its bytes.
func (d *documents) head(path string) (feed.Document, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h, ok := d.heads[path]
	return h, ok
}

// get returns a document with its bytes; nil if there is none.
func (d *documents) get(ctx context.Context, path string) (*feed.Document, error) {
	d.mu.Lock()
	doc, ok := d.whole.Get(path)
	_, published := d.heads[path]
	d.mu.Unlock()
	if ok || !published {
		return doc, nil
	}
	read, err := d.load(ctx, path)
	if err != nil {
		return nil, err
	}
	read = read.Slim()
	d.mu.Lock()
	defer d.mu.Unlock()
	if h := d.heads[path]; h.ETag == read.ETag { // else another one was published meanwhile
		d.keep(&read)
	}
	return &read, nil
}

// put publishes a document, and reports whether it has other bytes than the
// one that it replaces.
func (d *documents) put(doc feed.Document) (changed bool) {
	doc = doc.Slim()
	d.mu.Lock()
	defer d.mu.Unlock()
	last, had := d.heads[doc.Path]
	d.announce(doc)
	d.keep(&doc)
	return !had || last.ETag != doc.ETag
}

// announce makes a document known, whose bytes are in the store.
func (d *documents) announce(doc feed.Document) {
	doc.Body, doc.Gzip = nil, nil
	d.heads[doc.Path] = doc
	d.whole.Remove(doc.Path)
}

func (d *documents) keep(doc *feed.Document) {
	d.whole.Remove(doc.Path)
	d.whole.Add(doc.Path, doc)
	for d.bytes += weight(doc); d.bytes > maxInMemory && d.whole.Len() > 1; {
		d.whole.RemoveOldest()
	}
}

// replace makes the documents given, without bytes, all that there are.
func (d *documents) replace(heads []feed.Document) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heads = map[string]feed.Document{}
	d.whole.Purge()
	for _, h := range heads {
		d.announce(h)
	}
}

// adopt makes the documents of series known of which none is, without bytes.
func (d *documents) adopt(heads []feed.Document) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := map[string]bool{"": true}
	for _, h := range d.heads {
		known[h.Series] = true
	}
	for _, h := range heads {
		if !known[h.Series] {
			d.announce(h)
		}
	}
}

// drop withdraws the documents that are chosen by their heads, and returns
// their paths.
func (d *documents) drop(chosen func(feed.Document) bool) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for path, h := range d.heads {
		if chosen(h) {
			out = append(out, path)
			delete(d.heads, path)
			d.whole.Remove(path)
		}
	}
	return out
}
