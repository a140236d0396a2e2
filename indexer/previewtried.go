package indexer

import (
	"context"
	"errors"
	"fmt"

	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// mostTried keeps the list of what was tried readable.
const mostTried = 12

// recorder notes what was asked for while nothing was found yet.
type recorder struct {
	Fetcher
	l *look
}

// Get implements [Fetcher].
func (f recorder) Get(ctx context.Context, r fetch.Request) (*fetch.Page, error) {
	page, err := f.Fetcher.Get(ctx, r)
	if err == nil && f.l.first == nil {
		f.l.first = page
	}
	if len(f.l.tried) >= mostTried {
		return page, err
	}
	var fe *fetch.Error
	var drawn *render.Error
	switch {
	case errors.As(err, &drawn):
		f.l.tried = append(f.l.tried, fmt.Sprintf("%s: read without its scripts, which fill it; then by a browser: %v", drawn.URL, drawn.Err))
	case errors.As(err, &fe):
		f.l.tried = append(f.l.tried, fmt.Sprintf("%s: %v", fe.URL, fe.Err))
	case err == nil:
		at := r.URL
		if page.FinalURL != r.URL {
			at += " → " + page.FinalURL
		}
		f.l.tried = append(f.l.tried, fmt.Sprintf("%s: %d, %s, %s", at, page.Status, page.MediaType, kilobytes(len(page.Body))))
	}
	return page, err
}

func kilobytes(n int) string {
	if n < 10<<10 {
		return fmt.Sprintf("%.1f KB", float64(n)/1024)
	}
	return fmt.Sprintf("%d KB", n>>10)
}
