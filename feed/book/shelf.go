package book

import (
	"context"
	"time"

	"storyfeed/feed"
)

// Shelf is what a book is made of.
type Shelf interface {
	// Chapters returns the contents of a series in reading order.
	Chapters(ctx context.Context, slug string) ([]feed.Chapter, error)
	// Addresses returns the parts of its stories by the keys of their addresses.
	Addresses(ctx context.Context, slug string) (map[string]int, error)
	// StoryToShow returns a story, without its body if that is damaged.
	StoryToShow(ctx context.Context, slug, guid string) (feed.Story, error)
	// Picture returns what is kept of a picture; nil: nothing is.
	Picture(ctx context.Context, slug, url string) (*feed.Picture, error)
	// PicturesKept returns how many pictures of a series are kept, and when the
	// last of them came.
	PicturesKept(ctx context.Context, slug string) (n int, newest time.Time, err error)
}

// Of makes the book of a series as a shelf has it now. [feed.ErrNotFound] when it
// has no story. Sanitise is applied to every body.
func Of(ctx context.Context, shelf Shelf, series feed.Series, sanitise func(string) string) (Book, error) {
	b := Book{Series: series, Modified: series.Updated, Sanitise: sanitise}
	var err error
	if b.Chapters, err = shelf.Chapters(ctx, series.Slug); err != nil {
		return b, err
	}
	if len(b.Chapters) == 0 {
		return b, feed.ErrNotFound
	}
	if b.Addresses, err = shelf.Addresses(ctx, series.Slug); err != nil {
		return b, err
	}
	var newest time.Time
	if b.Kept, newest, err = shelf.PicturesKept(ctx, series.Slug); err != nil {
		return b, err
	}
	if newest.After(b.Modified) {
		b.Modified = newest
	}
	b.Picture = func(ctx context.Context, url string) (*feed.Picture, error) {
		return shelf.Picture(ctx, series.Slug, url)
	}
	b.Story = func(ctx context.Context, guid string) (feed.Story, error) {
		return shelf.StoryToShow(ctx, series.Slug, guid)
	}
	return b, nil
}
