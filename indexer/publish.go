package indexer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"storyfeed/feed"
	"storyfeed/feed/store"
)

// headStories is how many stories the subscribed feed shows, newest first.
const headStories = 50

// Shelf is where the publisher finds stories and keeps documents.
// [*store.Store] is one.
type Shelf interface {
	ListSeries(ctx context.Context) ([]feed.Series, error)
	SeriesBySlug(ctx context.Context, slug string) (feed.Series, error)
	Stories(ctx context.Context, slug string, q store.StoryQuery) ([]feed.Story, int, error)
	Changes(ctx context.Context, slug string, limit int) ([]feed.Change, error)
	StoryToShow(ctx context.Context, slug, guid string) (feed.Story, error)
	Documents(ctx context.Context) ([]feed.Document, error)
	SaveDocuments(ctx context.Context, docs []feed.Document) error
}

// Publisher renders the feeds of a series when it changed, keeps them in the
// store, and hands out the bytes from memory. Its methods may be called at the
// same time.
type Publisher struct {
	HubURL    string              // the WebSub hub that the feeds name; empty: none; set before the first call of a method
	Published func(feed.Document) // told of each document that replaced another or is new, while the next one waits: it must be quick; nil: nobody is; set as HubURL

	shelf   Shelf
	baseURL string
	version string
	log     *slog.Logger

	mu   sync.Mutex // one publication at a time
	docs atomic.Pointer[map[string]*feed.Document]
}

// NewPublisher returns a publisher of feeds whose addresses begin with
// baseURL, which has no slash at its end. It publishes nothing yet: see
// [Publisher.Load].
func NewPublisher(shelf Shelf, baseURL, version string, log *slog.Logger) *Publisher {
	p := &Publisher{shelf: shelf, baseURL: baseURL, version: version, log: log}
	p.docs.Store(&map[string]*feed.Document{})
	return p
}

// Load brings back what was published last, so that the first request after a
// start gets the bytes, and the ETag, of the one before it. Documents of
// another base URL are left out: their links to themselves would be wrong.
func (p *Publisher) Load(ctx context.Context) error {
	kept, err := p.shelf.Documents(ctx)
	if err != nil {
		return fmt.Errorf("load published feeds: %w", err)
	}
	series, err := p.shelf.ListSeries(ctx)
	if err != nil {
		return fmt.Errorf("load published feeds: %w", err)
	}
	prints := map[string]string{"": p.healthFingerprint()}
	for _, s := range series {
		prints[s.Slug] = p.fingerprint(s)
	}
	docs := map[string]*feed.Document{}
	for i := range kept {
		if d := kept[i].Slim(); prints[d.Series] == d.Fingerprint && (d.Series != "" || d.Path == feed.HealthPath) {
			docs[d.Path] = &d
		}
	}
	p.docs.Store(&docs)
	return nil
}

// Document returns the feed at a path such as /s/selling/feed.atom, or false.
// The document is shared and must not be changed.
func (p *Publisher) Document(path string) (*feed.Document, bool) {
	d, ok := (*p.docs.Load())[path]
	return d, ok
}

// PublishAll publishes every series, and hands out no more what belongs to
// others, which were configured once. A series that can't be published keeps
// its last good documents; the others go on.
func (p *Publisher) PublishAll(ctx context.Context) error {
	series, err := p.shelf.ListSeries(ctx)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	p.forget(series)
	if err := p.PublishHealth(ctx); err != nil && ctx.Err() == nil {
		p.log.Error("publish health", "error", err)
	}
	for _, s := range series {
		if err := p.Publish(ctx, s.Slug); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.log.Error("publish", "series", s.Slug, "error", err)
		}
	}
	return nil
}

// forget drops the documents of series that are not among those given. The
// store keeps them, for when the series comes back.
func (p *Publisher) forget(series []feed.Series) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := maps.Clone(*p.docs.Load())
	maps.DeleteFunc(next, func(_ string, d *feed.Document) bool {
		return d.Series != "" && !slices.ContainsFunc(series, func(s feed.Series) bool { return s.Slug == d.Series })
	})
	p.docs.Store(&next)
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
	if _, published := p.Document(feed.Path(s.Slug, feed.HeadFeed, feed.Atom)); s.Stories == 0 && !published {
		return nil // the first crawl is under way: there is nothing to be read yet
	}
	if p.current(s) {
		return nil
	}
	if err := p.render(ctx, s); err != nil {
		return fmt.Errorf("publish %s: %w", slug, err)
	}
	return nil
}

// put publishes one document. One after the other needs half the memory of all
// at once; those that a crash left behind are published at the next start.
func (p *Publisher) put(ctx context.Context, d feed.Document) error {
	d = d.Slim()
	if err := p.shelf.SaveDocuments(ctx, []feed.Document{d}); err != nil {
		return err
	}
	p.show(&d)
	return nil
}

// show hands a document out from now on.
func (p *Publisher) show(d *feed.Document) {
	last, had := p.Document(d.Path)
	next := maps.Clone(*p.docs.Load())
	next[d.Path] = d
	p.docs.Store(&next)
	if p.Published != nil && (!had || last.ETag != d.ETag) {
		p.Published(*d)
	}
}

// current reports whether all feeds of a series show its present version.
func (p *Publisher) current(s feed.Series) bool {
	print := p.fingerprint(s)
	for _, f := range feed.Formats() {
		for _, name := range []string{feed.HeadFeed, feed.ReadingFeed} {
			d, ok := p.Document(feed.Path(s.Slug, name, f))
			if !ok || d.Version != s.Version || d.Fingerprint != print {
				return false
			}
		}
	}
	return true
}

func (p *Publisher) render(ctx context.Context, s feed.Series) error {
	newest, total, err := p.shelf.Stories(ctx, s.Slug, store.StoryQuery{Order: store.OrderNewest, Limit: headStories})
	if err != nil {
		return err
	}
	reading, _, err := p.shelf.Stories(ctx, s.Slug, store.StoryQuery{Order: store.OrderReading, WithGone: true, WithoutBody: true})
	if err != nil {
		return err
	}
	gone := map[string]bool{}
	reading = slices.DeleteFunc(reading, func(s feed.Story) bool {
		if s.Gone.IsZero() {
			return false
		}
		gone[s.GUID] = true
		return true
	})
	head := p.channel(s, s.Name())
	newest = feed.FitNewest(head, newest)
	head.Complete = len(newest) == total
	if err := p.renderEach(ctx, feed.HeadFeed, head, newest, gone); err != nil {
		return err
	}
	whole := p.channel(s, s.Name()+", in reading order")
	reading, whole.Complete, err = feed.FitAll(whole, reading, feed.MaxBytes, func(one feed.Story) (feed.Story, error) {
		return p.shelf.StoryToShow(ctx, s.Slug, one.GUID)
	})
	if err != nil {
		return err
	}
	return p.renderEach(ctx, feed.ReadingFeed, whole, reading, gone)
}

// renderEach publishes one of the two feeds in all formats.
func (p *Publisher) renderEach(ctx context.Context, name string, c feed.Channel, stories []feed.Story, gone map[string]bool) error {
	for _, f := range feed.Formats() {
		path := feed.Path(c.Series.Slug, name, f)
		c.SelfURL = p.baseURL + path
		d, err := feed.NewDocument(path, f, c, stories)
		if err == nil && c.Complete {
			err = p.keeps(d, gone)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		d.Fingerprint = p.fingerprint(c.Series)
		if err := p.put(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// keeps checks that a document with every story lost none that the published
// one has, except by a tombstone.
func (p *Publisher) keeps(d feed.Document, gone map[string]bool) error {
	last, ok := p.Document(d.Path)
	if !ok {
		return nil
	}
	kept, err := publishedGUIDs(last)
	if err != nil {
		return nil // what stands there can't be read, so anything is better
	}
	kept = slices.DeleteFunc(kept, func(guid string) bool { return gone[guid] })
	return feed.Check(d.Format, d.Body, feed.Expectation{Kept: kept})
}

func publishedGUIDs(d *feed.Document) ([]string, error) {
	r, err := d.Identity()
	if err != nil {
		return nil, err
	}
	body := bytes.NewBuffer(make([]byte, 0, d.Size()+bytes.MinRead))
	if _, err := body.ReadFrom(r); err != nil {
		return nil, err
	}
	return feed.GUIDs(d.Format, body.Bytes())
}

func (p *Publisher) channel(s feed.Series, title string) feed.Channel {
	return feed.Channel{
		Series: s, Title: title, Generator: p.version, Updated: s.Updated,
		HomeURL: p.baseURL + "/s/" + s.Slug, HubURL: p.HubURL,
	}
}

// fingerprint stands for everything but the stories that shapes a document.
func (p *Publisher) fingerprint(s feed.Series) string {
	b, err := json.Marshal([]any{feed.RendererVersion, p.version, p.baseURL, p.HubURL, s.Title, s.HomeURL, s.Description, s.Language, s.ImageURL, s.Content, s.Every})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
