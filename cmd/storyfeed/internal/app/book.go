package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"storyfeed/feed"
	"storyfeed/feed/book"
	"storyfeed/indexer/extract"
)

// Book implements [Operations].
func (a *App) Book(ctx context.Context, slug, format string, pictures bool, w io.Writer) (book.Written, error) {
	series, err := a.series(ctx, slug)
	if err != nil {
		return book.Written{}, err
	}
	if pictures {
		if err := a.pictures.Gather(ctx, slug); err != nil && !errors.Is(err, feed.ErrNotFound) {
			return book.Written{}, err
		}
	}
	b, err := book.Of(ctx, a.store, series, extract.Sanitise)
	if errors.Is(err, feed.ErrNotFound) {
		return book.Written{}, fmt.Errorf("series %q has no stories yet; \"storyfeed crawl %[1]s\" reads them", slug)
	}
	if err != nil {
		return book.Written{}, err
	}
	if format == "html" {
		return b.HTML(ctx, w)
	}
	return b.EPUB(ctx, w)
}

func (a *App) controlBook(w http.ResponseWriter, r *http.Request) {
	sendFile(w, func(out io.Writer) (any, error) {
		return a.Book(r.Context(), r.FormValue("series"), r.FormValue("format"), r.FormValue("pictures") == "true", out)
	})
}

// Book implements [Operations].
func (r *remote) Book(ctx context.Context, slug, format string, pictures bool, w io.Writer) (done book.Written, err error) {
	return done, r.file(ctx, "/book?"+url.Values{"series": {slug}, "format": {format}, "pictures": {strconv.FormatBool(pictures)}}.Encode(), w, &done)
}
