package indexer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// Shelf is where the publisher finds stories and keeps documents.
// [*store.Store] is one.
type Shelf interface {
	ListSeries(ctx context.Context) ([]feed.Series, error)
	SeriesBySlug(ctx context.Context, slug string) (feed.Series, error)
	Stories(ctx context.Context, slug string, q store.StoryQuery) ([]feed.Story, int, error)
	Changes(ctx context.Context, slug string, limit int) ([]feed.Change, error)
	StoryToShow(ctx context.Context, slug, guid string) (feed.Story, error)
	Documents(ctx context.Context) ([]feed.Document, error)
	Document(ctx context.Context, path string) (feed.Document, error)
	SaveDocuments(ctx context.Context, docs []feed.Document) error
	DropDocuments(ctx context.Context, paths []string) error
	Archived(ctx context.Context, slug string) ([]store.Archived, error)
	SealArchive(ctx context.Context, slug string, number int, stories []feed.Story, docs []feed.Document) error
	Degrade(ctx context.Context, slug string, fault feed.Fault, reason string) error
}

// Publisher renders the feeds of a series when it changed, keeps them in the
// store, and hands out their bytes, those that are read much from memory. Its
// methods may be called at the same time.
type Publisher struct {
	HubURL    string              // the WebSub hub that the feeds name; empty: none; set before the first call of a method
	Published func(feed.Document) // told of each document that replaced another or is new, while the next one waits: it must be quick; nil: nobody is; set as HubURL

	shelf   Shelf
	baseURL string
	version string
	log     *slog.Logger

	mu   sync.Mutex // one publication at a time
	docs *documents
}

// NewPublisher returns a publisher of feeds whose addresses begin with
// baseURL, which has no slash at its end. It publishes nothing yet: see
// [Publisher.Load]. Without log nothing is logged.
func NewPublisher(shelf Shelf, baseURL, version string, log *slog.Logger) *Publisher {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Publisher{shelf: shelf, baseURL: baseURL, version: version, log: log, docs: newDocuments(shelf.Document)}
}

// Load brings back what was published last, so that the first request after a
// start gets the bytes, and the ETag, of the one before it, also where they
// will be written anew, as by another version or under another title: until
// they are, and for good if the gate refuses that, they are the last good ones.
// Only documents of another base URL are left out: their links to themselves
// would be wrong.
func (p *Publisher) Load(ctx context.Context) error {
	kept, err := p.kept(ctx)
	if err != nil {
		return fmt.Errorf("load published feeds: %w", err)
	}
	p.docs.replace(kept)
	return nil
}

// Adopt hands out at once what was published last of series that have come back
// or were renamed, until [Publisher.PublishAll] publishes them anew. It touches
// no other series, and waits for no publication under way.
func (p *Publisher) Adopt(ctx context.Context) error {
	kept, err := p.kept(ctx)
	if err != nil {
		return fmt.Errorf("take up published feeds: %w", err)
	}
	p.docs.adopt(kept)
	return nil
}

// kept are the documents that may be handed out here.
func (p *Publisher) kept(ctx context.Context) ([]feed.Document, error) {
	kept, err := p.shelf.Documents(ctx)
	here := p.place()
	return slices.DeleteFunc(kept, func(d feed.Document) bool {
		return !strings.HasPrefix(d.Fingerprint, here) || d.Series == "" && d.Path != feed.HealthPath
	}), err
}

// Document returns the feed at a path such as /s/selling/feed.atom, or false.
// The document is shared and must not be changed.
func (p *Publisher) Document(path string) (*feed.Document, bool) {
	d, err := p.docs.get(context.Background(), path) // at most one read of the local store
	if err != nil {
		p.log.Error("read a published feed", "path", path, "error", err)
	}
	return d, d != nil
}

// PublishAll publishes every series, and hands out no more what belongs to
// others, which were configured once. A series that can't be published keeps
// its last good documents, and its health says why; the others go on.
func (p *Publisher) PublishAll(ctx context.Context) error {
	series, err := p.shelf.ListSeries(ctx)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	p.forget(series)
	p.tellHealth(ctx)
	refused := false
	for _, s := range series {
		err := p.Publish(ctx, s.Slug)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			refused = true
			p.log.Error("publish", "series", s.Slug, "error", errors.Join(err, p.shelf.Degrade(ctx, s.Slug, feed.FaultInternal, err.Error())))
		}
	}
	if refused {
		p.tellHealth(ctx)
	}
	return nil
}

func (p *Publisher) tellHealth(ctx context.Context) {
	if err := p.PublishHealth(ctx); err != nil && ctx.Err() == nil {
		p.log.Error("publish health", "error", err)
	}
}

// forget withdraws the documents of series that are not among those given. The
// store keeps them, for when the series comes back.
func (p *Publisher) forget(series []feed.Series) {
	p.docs.drop(func(d feed.Document) bool {
		return d.Series != "" && !slices.ContainsFunc(series, func(s feed.Series) bool { return s.Slug == d.Series })
	})
}

// Publish renders the feeds of a series unless they show its present version
// already. A document that the gate refuses does not replace the last good
// one; the error says why.
func (p *Publisher) Publish(ctx context.Context, slug string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := p.shelf.SeriesBySlug(ctx, slug)
	if err != nil {
		return fmt.Errorf("publish %s: %w", slug, err)
	}
	if _, published := p.docs.head(feed.Path(s.Slug, feed.HeadFeed, feed.Atom)); s.Stories == 0 && !published {
		return nil // the first crawl is under way: there is nothing to be read yet
	}
	if p.current(s) {
		return nil
	}
	e, err := p.edition(ctx, s)
	if err == nil {
		err = e.publish(ctx)
	}
	if err != nil {
		return fmt.Errorf("publish %s: %w", slug, err)
	}
	return nil
}

// put publishes documents, all or none of them: those of one feed in all formats,
// as each transaction waits for the disk. All of a series at once would need
// several times the memory; those that a crash left behind are published at the
// next start.
func (p *Publisher) put(ctx context.Context, docs ...feed.Document) error {
	for i, d := range docs {
		if last, ok := p.docs.head(d.Path); ok {
			docs[i].Modified = modified(d, last)
		}
	}
	if err := p.shelf.SaveDocuments(ctx, docs); err != nil {
		return err
	}
	for _, d := range docs {
		p.show(d)
	}
	return nil
}

// modified is when a document got its bytes: later than the one that it
// replaces, by which some readers know that it is another one.
func modified(d, last feed.Document) time.Time {
	switch {
	case d.ETag == last.ETag:
		return last.Modified
	case d.Modified.After(last.Modified):
		return d.Modified
	}
	return last.Modified.Add(time.Second)
}

// show hands a document out from now on.
func (p *Publisher) show(d feed.Document) {
	if p.docs.put(d) && p.Published != nil {
		p.Published(d)
	}
}

// current reports whether the feeds of a series show its present version: the
// documents of the newest stories are written last.
func (p *Publisher) current(s feed.Series) bool {
	print := p.fingerprint(s)
	for _, f := range feed.Formats() {
		d, ok := p.docs.head(feed.Path(s.Slug, feed.HeadFeed, f))
		if !ok || d.Version != s.Version || d.Fingerprint != print {
			return false
		}
	}
	return true
}

func (p *Publisher) channel(s feed.Series, title string) feed.Channel {
	return feed.Channel{
		Series: s, Title: title, Generator: p.version, Updated: s.Updated,
		HomeURL: p.baseURL + "/s/" + s.Slug, HubURL: p.HubURL, StyleURL: feed.StylePath(p.baseURL), Rights: s.Rights(),
	}
}

// fingerprint stands for everything but the stories that shapes a document.
func (p *Publisher) fingerprint(s feed.Series) string {
	return p.place() + digest(feed.RendererVersion, p.version, p.HubURL, s.Title, s.HomeURL, s.Description, s.Language, s.ImageURL, s.Content, s.Every)
}

// place is what the fingerprints of all documents of a base URL begin with.
func (p *Publisher) place() string { return digest(p.baseURL) + "-" }

// digest is a short fingerprint of values.
func digest(values ...any) string {
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings, numbers and times always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
