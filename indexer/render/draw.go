package render

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	devtools "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"storyfeed/feed"
	"storyfeed/indexer/fetch"
)

// How long a page may take.
const (
	quietFor   = 500 * time.Millisecond // without request or change: it is ready
	scriptTime = 10 * time.Second       // without a request under way, in all: then it is taken as it is
	hungAfter  = 5 * time.Second        // without an answer: a script of the page does not end
	wholeTime  = 3 * time.Minute        // with all waiting for the hosts' turns
	lookEvery  = 50 * time.Millisecond
	maxDrawn   = 10 << 20 // bytes of a drawn document
)

// draw runs a page's scripts and returns what they made of it.
func (b *Browser) draw(ctx context.Context, p *fetch.Page, m *memory) (*fetch.Page, error) {
	give, err := b.take(ctx)
	if err != nil {
		return nil, &Error{p.FinalURL, err}
	}
	loader := newLoader(b, p, m)
	copied, err := b.tab(ctx, loader)
	// A page that hangs, or a tab that can't be made, says nothing good about
	// the process.
	give(err == nil)
	_, refused := loader.quiet()
	switch {
	case ctx.Err() != nil:
		return nil, &Error{p.FinalURL, context.Cause(ctx)}
	case err != nil:
		return nil, &Error{p.FinalURL, err}
	case copied.HTML == "":
		return nil, &Error{p.FinalURL, fmt.Errorf("they make %d MB of it", copied.Length>>20)}
	case refused != nil && copied.Words < fewWords/4:
		// Not %w: that a page's data is gone, say, is not that the page is.
		return nil, &Error{p.FinalURL, fmt.Errorf("they drew no text: %s", withoutVerb(refused))}
	}
	return drawn(p, copied, loader.carry([]byte(copied.HTML)), b.now()), nil
}

// withoutVerb is why something that the scripts asked for did not come.
func withoutVerb(err error) string {
	if fe, ok := errors.AsType[*fetch.Error](err); ok {
		return fmt.Sprintf("%s %v", fe.URL, fe.Err)
	}
	return err.Error()
}

// drawn is the page as its scripts left it.
func drawn(p *fetch.Page, c document, body []byte, now time.Time) *fetch.Page {
	d := *p
	d.Body, d.MediaType = body, "text/html"
	// What validates the shell does not validate what was drawn into it.
	d.ETag, d.LastModified = "", ""
	d.Header = p.Header.Clone()
	d.Header.Del("ETag")
	d.Header.Del("Last-Modified")
	d.Fetched = now.UTC()
	if at, ok := movedTo(p.FinalURL, c.URL); ok {
		d.FinalURL = at
		d.Redirects = append(append([]string(nil), p.Redirects...), at)
		d.Permanent = false // scripts promise nothing
	}
	return &d
}

// movedTo is the address to which a page's scripts led, if that is another
// one that can be asked for.
func movedTo(from, to string) (string, bool) {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), feed.URLKey(u.String()) != feed.URLKey(from)
}

// document is what copy.js gives.
type document struct {
	HTML   string `json:"html"`
	Length int    `json:"length"`
	Words  int    `json:"words"` // that a reader sees
	URL    string `json:"url"`
}

//go:embed script/copy.js
var copyScript string

// tab draws a page in a tab and a browser context of its own.
func (b *Browser) tab(ctx context.Context, l *loader) (document, error) {
	var none document
	var at struct {
		target *chromedp.Target
		frame  cdp.FrameID
	}
	var tab context.Context
	listen := func(ev any) {
		switch ev := ev.(type) {
		case *devtools.EventRequestPaused:
			l.handle(tab, at.target, at.frame, ev)
		case *page.EventJavascriptDialogOpening:
			go func() {
				_, _ = cdp.Call(tab, at.target, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
			}() // as in handle
		}
	}
	tab, cancel := chromedp.NewContext(b.process, chromedp.WithNewBrowserContext(wallIn), chromedp.WithListener(listen))
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	defer time.AfterFunc(wholeTime, cancel).Stop()
	// The counter of the visit counts what the page has fetched.
	tab = withValues{tab, ctx}
	if err := chromedp.Do(tab); err != nil {
		return none, fmt.Errorf("open a tab: %w", err)
	}
	c := chromedp.FromContext(tab)
	at.target, at.frame = c.Target, cdp.FrameID(c.Target.TargetID)
	key, err := guardTab(tab, c.Target, c.BrowserContextID)
	if err != nil {
		return none, fmt.Errorf("prepare a tab: %w", err)
	}
	nav, err := cdp.Call(tab, c.Target, page.Navigate, page.NavigateParams{URL: l.page.FinalURL})
	if err == nil && nav.ErrorText != "" {
		err = errors.New(nav.ErrorText)
	}
	if err != nil {
		return none, fmt.Errorf("show the page: %w", err)
	}
	if err := waitQuiet(tab, c.Target, key, l); err != nil {
		return none, err
	}
	return evaluate[document](tab, c.Target, strings.ReplaceAll(copyScript, "LIMIT", fmt.Sprint(maxDrawn)))
}

// waitQuiet waits until nothing has happened for a while, or the page has had
// its time: then what there is will have to do.
func waitQuiet(ctx context.Context, t *chromedp.Target, key string, l *loader) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	spent, last := time.Duration(0), time.Now()
	for spent < scriptTime {
		select {
		case <-ctx.Done():
			return fmt.Errorf("they are not done within %v", wholeTime)
		case <-look.C:
		}
		idle, _ := l.quiet()
		if idle > 0 {
			spent += min(idle, time.Since(last))
		}
		last = time.Now()
		if idle < quietFor {
			continue
		}
		state, err := evaluate[struct {
			Quiet float64 `json:"quiet"` // ms
			Ready bool    `json:"ready"`
		}](ctx, t, "window."+key+"?.() ?? {quiet: 0, ready: false}")
		switch {
		case errors.Is(err, errHung):
			return err
		case err != nil: // the document is just giving way to another
		case state.Ready && time.Duration(state.Quiet)*time.Millisecond >= quietFor:
			return nil
		}
	}
	return nil
}

var errHung = errors.New("they do not come to an end")

// evaluate runs our script in the page.
func evaluate[T any](ctx context.Context, t *chromedp.Target, script string) (T, error) {
	var result T
	bounded, cancel := context.WithTimeoutCause(ctx, hungAfter, errHung)
	defer cancel()
	yes := true
	r, err := cdp.Call(bounded, t, runtime.Evaluate, runtime.EvaluateParams{Expression: script, ReturnByValue: &yes, Silent: &yes})
	switch {
	case bounded.Err() != nil && ctx.Err() == nil:
		return result, errHung
	case err != nil:
		return result, fmt.Errorf("read the page: %w", err)
	case r.ExceptionDetails != nil:
		return result, fmt.Errorf("read the page: %s", r.ExceptionDetails.Text)
	}
	return result, json.Unmarshal([]byte(r.Result.Value), &result)
}

// withValues is a context that ends as one does and holds the values of two.
type withValues struct {
	context.Context
	more context.Context
}

func (c withValues) Value(key any) any {
	if v := c.Context.Value(key); v != nil {
		return v
	}
	return c.more.Value(key)
}
