package render

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/cdp"
	devtools "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"storyfeed/indexer/fetch"
)

// What the scripts of one page may cost, beside the page itself.
const (
	maxRequests = 48
	maxBytes    = 20 << 20
	maxNetwork  = 30 * time.Second // of network time; waiting for a host's turn is not counted
	maxTrips    = 3                // navigations after the first one
)

// loader answers the paused requests of one page.
type loader struct {
	get     Getter
	memory  *memory
	allow   map[string]bool // host:port pairs that only pages of such hosts may ask
	page    *fetch.Page     // the page itself, fetched before
	counter *fetch.Counter

	mu       sync.Mutex
	under    int       // requests under way
	idle     time.Time // since when there is none
	requests int
	bytes    int
	trips    int // navigations to other documents
	data     []answer
	refused  error // the first request that was not answered, though the page may need it
}

func newLoader(b *Browser, page *fetch.Page, m *memory) *loader {
	return &loader{get: b.fetch, memory: m, allow: b.use.Load().allow, page: page, counter: new(fetch.Counter), idle: time.Now()}
}

// quiet is how long no request has been under way, and the first that was
// refused.
func (l *loader) quiet() (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.under > 0 {
		return 0, l.refused
	}
	return time.Since(l.idle), l.refused
}

// handle is called for each event of the page and must not block.
func (l *loader) handle(ctx context.Context, t *chromedp.Target, main cdp.FrameID, ev *devtools.EventRequestPaused) {
	l.mu.Lock()
	l.under++
	l.mu.Unlock()
	go func() {
		defer func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.under--
			l.idle = time.Now()
		}()
		// An error is one of a page that is gone, or of the browser, whose end
		// whoever waits for the page learns by himself.
		_ = l.answer(ctx, t, main, ev)
	}()
}

// answer fulfils, fails or, where no network is involved, continues a request.
func (l *loader) answer(ctx context.Context, t *chromedp.Target, main cdp.FrameID, ev *devtools.EventRequestPaused) error {
	u, err := url.Parse(ev.Request.URL)
	if err != nil {
		return refuse(ctx, t, ev)
	}
	switch u.Scheme {
	case "data", "blob", "about":
		_, err := cdp.Call(ctx, t, devtools.ContinueRequest, devtools.ContinueRequestParams{RequestID: ev.RequestID})
		return err
	case "http", "https":
	default:
		return refuse(ctx, t, ev)
	}
	if ev.Request.Method == http.MethodOptions { // a preflight: the request itself is decided on when it comes
		return fulfil(ctx, t, ev, reply{status: http.StatusNoContent, headers: l.crossOrigin(ev)})
	}
	if ev.Request.Method != http.MethodGet {
		l.note(fmt.Errorf("its scripts send %s to %s, and only GET is sent to other people's servers", ev.Request.Method, u.Redacted()))
		return refuse(ctx, t, ev)
	}
	switch ev.ResourceType {
	case network.ResourceTypeDocument:
		if ev.FrameID != main {
			return refuse(ctx, t, ev)
		}
		return l.document(ctx, t, ev)
	case network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch:
		return l.resource(ctx, t, ev)
	case network.ResourceTypeStylesheet:
		return fulfil(ctx, t, ev, reply{status: http.StatusOK, media: "text/css", headers: l.crossOrigin(ev)})
	case network.ResourceTypeImage:
		return fulfil(ctx, t, ev, reply{status: http.StatusOK, media: "image/gif", body: pixel, headers: l.crossOrigin(ev)})
	}
	return refuse(ctx, t, ev)
}

// pixel is a transparent picture: a page that can't load its pictures may
// replace them.
var pixel = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b")

// mayGo counts navigations.
func (l *loader) mayGo() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trips++
	return l.trips <= maxTrips
}

// note keeps the first reason why the page may lack something.
func (l *loader) note(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refused == nil {
		l.refused = err
	}
}

// document answers a navigation: the first one with the page that we have. One
// that leads nowhere leaves the page that is shown where it is (RFC 9110
// §15.3.5), in the place of the browser's own page about the error.
func (l *loader) document(ctx context.Context, t *chromedp.Target, ev *devtools.EventRequestPaused) error {
	page := l.page
	if sameDocument(ev.Request.URL, page.FinalURL) {
		return fulfil(ctx, t, ev, documentOf(page))
	}
	stay := reply{status: http.StatusNoContent}
	if !l.mayGo() {
		return fulfil(ctx, t, ev, stay)
	}
	page, err := l.fetch(ctx, fetch.Request{URL: ev.Request.URL})
	if err != nil || !isHTML(page) {
		return fulfil(ctx, t, ev, stay)
	}
	if !sameDocument(page.FinalURL, ev.Request.URL) {
		return fulfil(ctx, t, ev, reply{status: http.StatusFound, headers: []*devtools.HeaderEntry{{Name: "Location", Value: page.FinalURL}}})
	}
	return fulfil(ctx, t, ev, documentOf(page))
}

func documentOf(page *fetch.Page) reply {
	return reply{status: http.StatusOK, media: page.MediaType, body: page.Body, headers: []*devtools.HeaderEntry{
		{Name: "Content-Security-Policy", Value: policy}, {Name: "Referrer-Policy", Value: "no-referrer"},
	}}
}

// resource answers what scripts ask for. An error of the site's is passed on:
// scripts know what to do about their missing data.
func (l *loader) resource(ctx context.Context, t *chromedp.Target, ev *devtools.EventRequestPaused) error {
	accept, _ := ev.Request.Headers["Accept"].(string)
	if accept == "" {
		accept = "*/*"
	}
	page, err := l.fetch(ctx, fetch.Request{URL: ev.Request.URL, Accept: accept})
	if fe, ok := errors.AsType[*fetch.Error](err); ok && fe.Status != 0 {
		return fulfil(ctx, t, ev, reply{status: fe.Status, headers: l.crossOrigin(ev)})
	}
	if err != nil {
		return refuse(ctx, t, ev)
	}
	if ev.ResourceType != network.ResourceTypeScript {
		l.keep(ev.Request.URL, page)
	}
	headers := l.crossOrigin(ev)
	if !sameDocument(page.FinalURL, ev.Request.URL) {
		// Modules resolve what they import against where they came from.
		headers = append(headers, &devtools.HeaderEntry{Name: "Location", Value: page.FinalURL})
		return fulfil(ctx, t, ev, reply{status: http.StatusFound, headers: headers})
	}
	return fulfil(ctx, t, ev, reply{status: http.StatusOK, media: page.MediaType, body: page.Body, headers: headers})
}

// crossOrigin lets the page read the answer. What we fetch is public, without
// cookies, and what is not is refused by [loader.permit].
func (l *loader) crossOrigin(ev *devtools.EventRequestPaused) []*devtools.HeaderEntry {
	origin, _ := ev.Request.Headers["Origin"].(string)
	if origin == "" {
		if u, err := url.Parse(l.page.FinalURL); err == nil {
			origin = u.Scheme + "://" + u.Host
		}
	}
	headers := []*devtools.HeaderEntry{{Name: "Access-Control-Allow-Origin", Value: origin}, {Name: "Access-Control-Allow-Credentials", Value: "true"}}
	if wanted, ok := ev.Request.Headers["Access-Control-Request-Headers"].(string); ok {
		headers = append(headers, &devtools.HeaderEntry{Name: "Access-Control-Allow-Headers", Value: wanted})
	}
	return headers
}

// fetch gets one address within the page's budget, or what the visit has of
// it, under both its names where it redirects.
func (l *loader) fetch(ctx context.Context, r fetch.Request) (*fetch.Page, error) {
	if page := l.memory.get(r.URL); page != nil {
		return page, nil
	}
	err := l.permit(r.URL)
	var page *fetch.Page
	if err == nil {
		page, err = l.get.Get(fetch.WithCounter(ctx, l.counter), r)
	}
	if err != nil {
		if ctx.Err() == nil {
			l.note(err)
		}
		return nil, err
	}
	l.mu.Lock()
	l.bytes += len(page.Body)
	l.mu.Unlock()
	l.memory.put(r.URL, page)
	l.memory.put(page.FinalURL, page)
	return page, nil
}

// permit counts a request, or says why it is not made. Hosts that are private
// and allowed by configuration are there for the series on them: a page from
// elsewhere must not have them asked and read what they say.
func (l *loader) permit(address string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.allow[hostPort(address)] && !l.allow[hostPort(l.page.FinalURL)] {
		return fmt.Errorf("its scripts ask for %s, which only pages of allowed hosts may", address)
	}
	switch l.requests++; {
	case l.requests > maxRequests:
		return fmt.Errorf("its scripts make more than %d requests", maxRequests)
	case l.bytes > maxBytes:
		return fmt.Errorf("its scripts load more than %d MB", maxBytes>>20)
	case l.counter.Took() > maxNetwork:
		return fmt.Errorf("what its scripts load takes longer than %v", maxNetwork)
	}
	return nil
}

// reply is an answer to the browser.
type reply struct {
	status  int
	media   string
	body    []byte
	headers []*devtools.HeaderEntry
}

func fulfil(ctx context.Context, t *chromedp.Target, ev *devtools.EventRequestPaused, r reply) error {
	if r.media != "" {
		if utf8.Valid(r.body) && !strings.HasPrefix(r.media, "image/") {
			r.media += "; charset=utf-8" // as the fetcher made it
		}
		r.headers = append(r.headers, &devtools.HeaderEntry{Name: "Content-Type", Value: r.media})
	}
	_, err := cdp.Call(ctx, t, devtools.FulfillRequest, devtools.FulfillRequestParams{
		RequestID: ev.RequestID, ResponseCode: int64(r.status), ResponseHeaders: r.headers, Body: r.body,
	})
	return err
}

func refuse(ctx context.Context, t *chromedp.Target, ev *devtools.EventRequestPaused) error {
	_, err := cdp.Call(ctx, t, devtools.FailRequest, devtools.FailRequestParams{RequestID: ev.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
	return err
}

// sameDocument compares addresses without their fragments.
func sameDocument(a, b string) bool {
	a, _, _ = strings.Cut(a, "#")
	b, _, _ = strings.Cut(b, "#")
	return a == b
}

// hostPort is the host of an address with its port, in lower case.
func hostPort(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}
