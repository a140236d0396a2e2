package render

import (
	"context"
	"net/http"
	"strings"

	"storyfeed/feed"
	"storyfeed/indexer/fetch"
)

// Getter gets one page, politely. [*fetch.Client] is one.
type Getter interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Page, error)
}

// Fetcher gets the pages of one visit to a site, and draws those that need it.
// It is safe for concurrent use; it keeps answers for some minutes, so nobody
// should keep it for longer than a visit.
type Fetcher struct {
	browser *Browser
	mode    feed.Rendering
	memory  *memory
	drawn   hosts // where scripts were seen to draw pages
}

// Fetcher returns one that draws as mode says; the zero mode is auto.
func (b *Browser) Fetcher(mode feed.Rendering) *Fetcher {
	return &Fetcher{browser: b, mode: mode, memory: newMemory(b.now)}
}

// Get fetches a page as its [Getter] does. One that must be drawn comes back
// with the drawn document as its body and without validators, and with the
// address to which its scripts led, as if by a temporary redirect.
//
// The error is an [*Error] for a page that was fetched and could not be drawn.
func (f *Fetcher) Get(ctx context.Context, r fetch.Request) (*fetch.Page, error) {
	page, err := f.browser.fetch.Get(ctx, r)
	if err != nil || page.Status != http.StatusOK || !f.wants(r, page) {
		return page, err
	}
	drawn, err := f.browser.draw(ctx, page, f.memory)
	if err != nil {
		return nil, err
	}
	f.drawn.add(page.FinalURL)
	return drawn, nil
}

// wants reports whether a page is to be drawn.
func (f *Fetcher) wants(r fetch.Request, page *fetch.Page) bool {
	if f.mode == feed.RenderNever || !isHTML(page) || r.Accept != "" && !strings.Contains(r.Accept, "html") {
		return false
	}
	return f.mode == feed.RenderAlways || isShell(page.Body, f.drawn.has(page.FinalURL))
}

func isHTML(page *fetch.Page) bool {
	return page.MediaType == "text/html" || page.MediaType == "application/xhtml+xml"
}
