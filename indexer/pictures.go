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

// Limits of fetching pictures.
const (
	mostPictures   = 1000               // tried at once
	mostWishes     = 100                // of stories, and of books, that wait
	pictureSize    = 3 << 20            // bytes of one
	picturePixels  = 50_000_000         // of one
	bookTime       = 10 * time.Minute   // for all of a series
	storyTime      = time.Minute        // for those of a story
	pictureAgain   = 7 * 24 * time.Hour // between two tries of one that could not be had, or found no room
	pictureFailing = 20                 // failures in a row that end the work: the site does not want it
)

// PictureStore is what [Pictures] needs of the store.
type PictureStore interface {
	book.Shelf
	SeriesBySlug(ctx context.Context, slug string) (feed.Series, error)
	PictureTried(ctx context.Context, slug, url string, since time.Time) (bool, error)
	SavePicture(ctx context.Context, slug, url string, p feed.Picture) (kept bool, err error)
	DropPictures(ctx context.Context, slug string, keep map[string]bool) error
}

// Pictures fetches the pictures of a story when somebody reads it, that of a cover
// when somebody sees it, and those of a series when somebody wants its book: one at a time, politely and guarded like
// everything. Its methods are safe for concurrent use.
type Pictures struct {
	Store  PictureStore
	Fetch  Fetcher
	Logger *slog.Logger

	gathering sync.Mutex // one series at a time
	asking    sync.Mutex // one picture at a time

	mu      sync.Mutex
	stories []wish // that somebody reads
	books   []wish

	wakeStories, wakeBooks chan struct{}
}

// wish is for pictures of a series; none: for all of them.
type wish struct {
	slug string
	urls []string
}

// NewPictures makes one that is ready.
func NewPictures(s PictureStore, f Fetcher, log *slog.Logger) *Pictures {
	return &Pictures{Store: s, Fetch: f, Logger: log, wakeStories: make(chan struct{}, 1), wakeBooks: make(chan struct{}, 1)}
}

// Want notes that these pictures of a series are wanted, which a story of it must
// have, and no others; without any, that all of the series are. [Pictures.Run]
// fetches them.
func (p *Pictures) Want(slug string, urls ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	queue, wake := &p.stories, p.wakeStories
	if len(urls) == 0 {
		queue, wake = &p.books, p.wakeBooks
	}
	isKnown := func(w wish) bool { return w.slug == slug && slices.Equal(w.urls, urls) }
	if len(*queue) >= mostWishes || slices.ContainsFunc(*queue, isKnown) {
		return
	}
	*queue = append(*queue, wish{slug, urls})
	select {
	case wake <- struct{}{}:
	default:
	}
}

// Run fetches what is wanted until ctx ends. Who reads a story does not wait for
// a whole book.
func (p *Pictures) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { p.work(ctx, p.wakeStories, &p.stories) })
	both.Go(func() { p.work(ctx, p.wakeBooks, &p.books) })
	both.Wait()
}

func (p *Pictures) work(ctx context.Context, wake <-chan struct{}, queue *[]wish) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		for w, ok := p.next(queue); ok && ctx.Err() == nil; w, ok = p.next(queue) {
			if err := p.fulfil(ctx, w); err != nil && ctx.Err() == nil {
				p.Logger.Warn("pictures", "series", w.slug, "error", err)
			}
		}
	}
}

func (p *Pictures) next(queue *[]wish) (first wish, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(*queue) == 0 {
		return first, false
	}
	first = (*queue)[0]
	*queue = (*queue)[1:]
	return first, true
}

func (p *Pictures) fulfil(ctx context.Context, w wish) error {
	if len(w.urls) == 0 {
		return p.Gather(ctx, w.slug)
	}
	return p.keepAll(ctx, storyTime, w.slug, w.urls)
}

// Gather fetches the pictures of a series that are neither kept nor were tried in
// the last seven days, for ten minutes at most, and lets go of those that neither
// the series nor a story has any more. That a picture can't be had is no error.
func (p *Pictures) Gather(ctx context.Context, slug string) error {
	p.gathering.Lock()
	defer p.gathering.Unlock()
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
	return p.keepAll(ctx, bookTime, slug, urls)
}

// keepAll fetches pictures as long as there is time and room for them, and the
// site gives some.
func (p *Pictures) keepAll(ctx context.Context, limit time.Duration, slug string, urls []string) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	asked, failed := 0, 0
	for _, url := range urls {
		if asked >= mostPictures || failed >= pictureFailing {
			return nil
		}
		became, err := p.keep(limited, slug, url)
		switch {
		case limited.Err() != nil:
			return ctx.Err() // the time is over; what is missing is tried next time
		case err != nil:
			return err
		case became == noRoom:
			return nil
		case became == refused:
			failed++
			asked++
		case became == kept:
			failed = 0
			asked++
		}
	}
	return nil
}

// became is what became of a picture.
type became int

const (
	triedBefore became = iota
	kept
	refused // it can't be had
	noRoom  // for more
)

// keep fetches a picture, unless that was tried.
func (p *Pictures) keep(ctx context.Context, slug, url string) (became, error) {
	p.asking.Lock()
	defer p.asking.Unlock()
	tried, err := p.Store.PictureTried(ctx, slug, url, time.Now().Add(-pictureAgain))
	if err != nil || tried {
		return triedBefore, err
	}
	got, fault := p.fetch(ctx, url)
	switch {
	case ctx.Err() != nil:
		return refused, ctx.Err() // it says nothing of the picture
	case fault != nil:
		p.Logger.Debug("a picture can't be had", "url", url, "error", fault)
	}
	found, err := p.Store.SavePicture(ctx, slug, url, got)
	switch {
	case fault != nil || err != nil:
		return refused, err
	case !found:
		return noRoom, nil
	}
	return kept, nil
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
