package indexer

import (
	"bytes"
	"context"
	"errors"
	"image"
	_ "image/gif"  // so that their headers can be read
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/book"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/fetch"
)

// Limits of the pictures of a series.
const (
	mostPictures   = 1000             // tried at once
	pictureSize    = 3 << 20          // bytes of one
	picturePixels  = 50_000_000       // of one
	pictureTime    = 10 * time.Minute // for all
	pictureAgain   = 7 * 24 * time.Hour
	pictureFailing = 20 // failures in a row that end the work: the site does not want it
)

// PictureStore is what [Pictures] needs of the store.
type PictureStore interface {
	book.Shelf
	SeriesBySlug(ctx context.Context, slug string) (feed.Series, error)
	PicturesTried(ctx context.Context, slug string, since time.Time) (map[string]bool, error)
	SavePicture(ctx context.Context, slug, url string, p feed.Picture) (kept bool, err error)
	DropPictures(ctx context.Context, slug string, keep map[string]bool) error
}

// Pictures fetches the pictures of stories for their books, when somebody wants
// one: politely and guarded like everything. Its methods are safe for concurrent
// use.
type Pictures struct {
	Store  PictureStore
	Fetch  Fetcher
	Logger *slog.Logger

	working sync.Mutex // one series at a time
	mu      sync.Mutex
	wanted  []string
	first   map[string][]string // of a series that is wanted, those that somebody waits for
	wake    chan struct{}
}

// NewPictures makes one that is ready.
func NewPictures(s PictureStore, f Fetcher, log *slog.Logger) *Pictures {
	return &Pictures{Store: s, Fetch: f, Logger: log, wake: make(chan struct{}, 1)}
}

// mostFirst is how many pictures of a series are fetched before the others.
const mostFirst = 100

// Want notes that the pictures of a series are wanted, and which of them
// somebody waits for: these come first. [Pictures.Run] fetches them.
func (p *Pictures) Want(slug string, first ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.first[slug]; len(known)+len(first) <= mostFirst {
		if p.first == nil {
			p.first = map[string][]string{}
		}
		p.first[slug] = append(known, first...)
	}
	for _, s := range p.wanted {
		if s == slug {
			return
		}
	}
	p.wanted = append(p.wanted, slug)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run fetches what is wanted until ctx ends.
func (p *Pictures) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		for slug := p.next(); slug != "" && ctx.Err() == nil; slug = p.next() {
			if err := p.Gather(ctx, slug); err != nil && ctx.Err() == nil {
				p.Logger.Warn("pictures for a book", "series", slug, "error", err)
			}
		}
	}
}

func (p *Pictures) next() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.wanted) == 0 {
		return ""
	}
	slug := p.wanted[0]
	p.wanted = p.wanted[1:]
	return slug
}

// Gather fetches the pictures of a series that are neither kept nor were tried in
// the last seven days, for ten minutes at most, and lets go of those that no
// story has any more. That a picture can't be had is no error.
func (p *Pictures) Gather(ctx context.Context, slug string) error {
	p.working.Lock()
	defer p.working.Unlock()
	series, err := p.Store.SeriesBySlug(ctx, slug)
	if err != nil {
		return err
	}
	b, err := book.Of(ctx, p.Store, series, extract.Sanitise)
	if err != nil {
		return err
	}
	urls, err := b.PictureURLs(ctx)
	if err != nil {
		return err
	}
	keep := make(map[string]bool, len(urls))
	for _, u := range urls {
		keep[u] = true
	}
	if err := p.Store.DropPictures(ctx, slug, keep); err != nil {
		return err
	}
	tried, err := p.Store.PicturesTried(ctx, slug, time.Now().Add(-pictureAgain))
	if err != nil {
		return err
	}
	p.mu.Lock()
	first := p.first[slug]
	delete(p.first, slug)
	p.mu.Unlock()
	urls = slices.Concat(
		slices.DeleteFunc(slices.Clone(first), func(u string) bool { return !keep[u] }), // of a story that changed
		slices.DeleteFunc(urls, func(u string) bool { return slices.Contains(first, u) }))
	return p.fetchAll(ctx, slug, urls, tried)
}

func (p *Pictures) fetchAll(ctx context.Context, slug string, urls []string, tried map[string]bool) error {
	limited, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	asked, failed := 0, 0
	for _, url := range urls {
		if tried[url] {
			continue
		}
		if asked++; asked > mostPictures || failed >= pictureFailing {
			return nil
		}
		picture, err := p.fetch(limited, url)
		switch {
		case limited.Err() != nil:
			return ctx.Err() // the time is over; what is missing is tried next time
		case err != nil:
			failed++
			p.Logger.Debug("a picture can't be had", "url", url, "error", err)
		default:
			failed = 0
		}
		kept, err := p.Store.SavePicture(ctx, slug, url, picture)
		if err != nil {
			return err
		}
		if !kept && picture.MediaType != "" {
			return nil // no room for more
		}
	}
	return nil
}

// fetch gets a picture; what it is, its bytes say.
func (p *Pictures) fetch(ctx context.Context, url string) (feed.Picture, error) {
	page, err := p.Fetch.Get(ctx, fetch.Request{URL: url, Accept: "image/jpeg,image/png,image/gif,image/webp"})
	if err != nil {
		return feed.Picture{}, err
	}
	return readPicture(page.Body)
}

// readPicture tells what kind of picture a file is, if it may stand in a book.
func readPicture(body []byte) (feed.Picture, error) {
	if len(body) > pictureSize {
		return feed.Picture{}, errors.New("it is larger than 3 MB")
	}
	kind := http.DetectContentType(body)
	switch kind {
	case "image/webp":
		return feed.Picture{MediaType: kind, Bytes: body}, nil
	case "image/jpeg", "image/png", "image/gif":
		c, _, err := image.DecodeConfig(bytes.NewReader(body))
		if err != nil {
			return feed.Picture{}, err
		}
		if int64(c.Width)*int64(c.Height) > picturePixels || c.Width < 1 || c.Height < 1 {
			return feed.Picture{}, errors.New("it has too many pixels")
		}
		return feed.Picture{MediaType: kind, Bytes: body}, nil
	}
	return feed.Picture{}, errors.New("it is " + kind)
}
