package indexer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer/discover"
	"storyfeed/indexer/fetch"
)

// pauseFor is how long the walk of a list may pause for every page that was
// read. After longer pauses it begins anew: what was read costs less than it
// would help.
const pauseFor = 10 * time.Minute

// sourcePages fetches the pages of one source for package discover.
//
// Only the first page of a list that was read to its end is asked for
// conditionally: a later page that answered 304 would hide where the list goes
// on. Pages of one that was not are kept, and the next visit reads them again
// from there: it goes on where this one ends, or was ended, by a deadline, a
// page that fails or a power cut. The zero value keeps nothing.
type sourcePages struct {
	c      *crawl
	source feed.Source
	keeps  bool        // pages
	first  *store.Page // what to remember of the first page; nil: it did not answer 200
	pages  int         // of the list
	last   string      // the last page, when it was answered
	cut    bool        // the slice is over
}

// openList returns the pages of a source. What was kept too long ago is let go.
func (c *crawl) openList(ctx context.Context, src feed.Source) (*sourcePages, error) {
	p := &sourcePages{c: c, source: src, keeps: !src.Complete}
	if !p.keeps {
		return p, nil
	}
	n, latest, err := c.ix.Store.ListPages(ctx, c.series.Slug, src.URL)
	if err == nil && n > 0 && c.ix.Now().Sub(latest) > time.Duration(n)*pauseFor {
		err = p.drop(ctx)
	}
	return p, err
}

// Get implements [discover.Fetcher].
func (p *sourcePages) Get(ctx context.Context, url string) (*discover.Page, error) {
	c := p.c
	if kept, err := p.kept(ctx, url); kept != nil || err != nil {
		return kept, err
	}
	if p.cut = p.cut || c.spent(); p.cut {
		return nil, errSlice
	}
	if p.keeps {
		c.progress(Progress{Series: c.series.Slug, Doing: fmt.Sprintf("reading page %d of the list", p.pages+1), Note: c.fill.String()})
	}
	p.last = ""
	req := fetch.Request{URL: url}
	// Where a chain goes on is only to be read from its last part, which may be
	// its source.
	if url == p.source.URL && p.source.Complete && p.source.Kind != feed.SourceChain {
		c.validate(ctx, &req)
	}
	page, err := c.fetch.Get(ctx, req)
	if err != nil {
		p.cut = c.busy(err)
		return nil, err
	}
	c.fill.fetched++
	p.pages++
	if url == p.source.URL && page.Status == http.StatusOK {
		first := c.record(url, page)
		p.first = &first
		c.noteSkeleton(url, page)
	}
	if err := p.keep(ctx, url, page); err != nil {
		return nil, err
	}
	p.last = url
	answer := &discover.Page{
		FinalURL: page.FinalURL, Header: page.Header, MediaType: page.MediaType,
		Body: page.Body, NotModified: page.Status == http.StatusNotModified,
	}
	c.feedTexts.keep(answer)
	return answer, nil
}

// kept returns a page that an earlier visit read; nil: none did.
func (p *sourcePages) kept(ctx context.Context, url string) (*discover.Page, error) {
	if !p.keeps {
		return nil, nil
	}
	k, err := p.c.ix.Store.ListPage(ctx, p.c.series.Slug, p.source.URL, url)
	if errors.Is(err, feed.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p.pages++
	p.last = url
	if url == p.source.URL {
		p.first = &store.Page{
			Series: p.c.series.Slug, URL: url, ETag: k.Header.Get("ETag"), LastModified: k.Header.Get("Last-Modified"),
			FinalURL: k.FinalURL, Fetched: k.Fetched,
		}
	}
	return &discover.Page{FinalURL: k.FinalURL, Header: k.Header, MediaType: k.MediaType, Body: k.Body, Kept: true}, nil
}

// keep stores a page of a list that was never read to its end.
func (p *sourcePages) keep(ctx context.Context, url string, page *fetch.Page) error {
	if !p.keeps || page.Status != http.StatusOK {
		return nil
	}
	header := page.Header.Clone()
	header.Del("Set-Cookie")
	err := p.c.ix.Store.SaveListPage(ctx, store.ListPage{
		Series: p.c.series.Slug, Source: p.source.URL, URL: url, FinalURL: page.FinalURL, MediaType: page.MediaType,
		Header: header, Body: page.Body, Fetched: page.Fetched,
	})
	if err == nil && p.c.fill.Active() && !p.c.fill.resumed {
		p.c.fill.Pages++
		if p.c.fill.Pages == 1 {
			err = p.c.noteFill(ctx)
		}
	}
	return err
}

// forgetLast lets go of a page that was answered but could not be understood:
// it is to be fetched again.
func (p *sourcePages) forgetLast(ctx context.Context) error {
	if p.last == "" || !p.keeps {
		return nil
	}
	return p.c.ix.Store.DropListPage(ctx, p.c.series.Slug, p.source.URL, p.last)
}

// drop lets go of what was kept.
func (p *sourcePages) drop(ctx context.Context) error {
	if !p.keeps {
		return nil
	}
	return p.c.ix.Store.DropListPages(ctx, p.c.series.Slug, p.source.URL)
}
