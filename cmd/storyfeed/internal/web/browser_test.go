package web_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"storyfeed/cmd/storyfeed/internal/web"
)

// tab is a page of a real browser that looks at the site.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string // of the site

	mu       sync.Mutex
	faults   []string // what scripts and the security policy complained about
	requests []string // addresses asked for
}

// browse starts a browser that can reach the site and nobody else.
func browse(t *testing.T, edit func(*web.Config)) (*site, *tab) {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("NO CHROMIUM HERE: THE PAGES ARE NOT TESTED IN A BROWSER")
	}
	s := newSite(t, edit)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.Flag("disable-dev-shm-usage", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	b := &tab{t: t, url: server.URL}
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	b.run()
	call(b, network.Enable, network.EnableParams{})
	call(b, runtime.Enable, cdp.Empty{})
	return s, b
}

// call sends the browser a command about the page.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := cdp.Call(b.ctx, chromedp.FromContext(b.ctx).Target, command, params); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.faults = append(b.faults, "the console got a message of kind "+string(e.Type))
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// open shows a page, which is loaded when it returns.
func (b *tab) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.url + path))
}

// look makes the window of a size, and colours light or dark.
func (b *tab) look(width int64, scheme string) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, 800))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// eval returns what an expression is on the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// do lets the page do something.
func (b *tab) do(script string) {
	b.t.Helper()
	eval[bool](b, "{"+script+"}; true")
}

// until waits for an expression to be true, on this page or on one that comes.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)) // it fails while a page is left
		if err == nil && is {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("%s is not so on %s: %v", expression, eval[string](b, "location.href"), err)
		case <-tick.C:
		}
	}
}

func (b *tab) keys(keys string) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(keys))
}

// quiet tells whether scripts or the policy complained.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Errorf("a page complained: %s", f)
	}
}
