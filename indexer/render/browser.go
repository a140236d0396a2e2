package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// Config is what a [Browser] needs.
type Config struct {
	Fetch   Getter           // required; all requests of all pages go through it
	Browser string           // program or DevTools address; empty: found on PATH; [None]: there is none
	Dir     string           // for the browser's profile, emptied at each start; empty: a temporary one
	Allow   []string         // private host:port pairs that may be fetched; pages of other hosts can't have them asked
	Idle    time.Duration    // after which the process is ended; 0: 1 min
	Logger  *slog.Logger     // nil: discard
	Now     func() time.Time // nil: time.Now
}

// Limits of a browser process.
const (
	startTime   = 30 * time.Second // to be there
	endTime     = 3 * time.Second  // to end by itself
	pagesATime  = 200              // drawn by one process: browsers leak
	defaultIdle = time.Minute
)

// Browser draws pages, one at a time. It is safe for concurrent use. It
// starts a process when one is needed, and a goroutine only as long as that
// lives.
type Browser struct {
	Config
	fetch Getter
	use   atomic.Pointer[use]
	now   func() time.Time
	log   *slog.Logger

	turn    chan struct{} // holds a token while somebody draws; guards what follows
	ended   bool
	drawn   int
	timer   *time.Timer
	stop    func()          // ends the process; nil: there is none
	program string          // the configured one of which it is
	process context.Context // chromedp's, of the process
}

// New returns a browser. It starts nothing, and does not look for a program
// before a page needs one.
func New(c Config) (*Browser, error) {
	if c.Fetch == nil {
		return nil, errors.New("render: Config.Fetch is nil")
	}
	b := &Browser{Config: c, fetch: c.Fetch, now: c.Now, log: c.Logger, turn: make(chan struct{}, 1)}
	b.Use(c.Browser, c.Allow)
	if b.now == nil {
		b.now = time.Now
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.Idle <= 0 {
		b.Idle = defaultIdle
	}
	return b, nil
}

// use is what of the configuration may change.
type use struct {
	program string
	allow   map[string]bool
}

// Use replaces [Config.Browser] and [Config.Allow] from the next page on.
func (b *Browser) Use(program string, allow []string) {
	u := use{program, map[string]bool{}}
	for _, host := range allow {
		u.allow[strings.ToLower(host)] = true
	}
	b.use.Store(&u)
}

// Available reports whether a browser is there: [ErrNoBrowser] when not. It
// does not start one.
func (b *Browser) Available() error {
	_, err := find(b.use.Load().program)
	return err
}

// Close ends the process, if there is one, after the page that is being
// drawn. Nothing is drawn afterwards.
func (b *Browser) Close() error {
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	b.ended = true
	b.end()
	return nil
}

// take waits for its turn and sees to it that the process runs. The turn must
// be given back, with whether the process is worth keeping.
func (b *Browser) take(ctx context.Context) (give func(good bool), err error) {
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err := b.ready(ctx); err != nil {
		<-b.turn
		return nil, err
	}
	b.timer.Stop()
	return func(good bool) {
		if b.drawn++; !good || b.drawn >= pagesATime {
			b.end()
		} else {
			b.timer.Reset(b.Idle)
		}
		<-b.turn
	}, nil
}

// ready starts the process where there is none, or where it has died.
func (b *Browser) ready(ctx context.Context) error {
	if b.ended {
		return errors.New("the browser was closed")
	}
	program := b.use.Load().program
	if b.stop != nil && b.program != program {
		b.end()
	}
	if b.stop != nil {
		select {
		case <-chromedp.FromContext(b.process).Browser.LostConnection:
			b.end()
		default:
			return nil
		}
	}
	at, err := find(program)
	if err != nil {
		return err
	}
	b.program = program
	return b.start(ctx, at)
}

func (b *Browser) start(ctx context.Context, at where) error {
	begin := time.Now()
	output := &tail{}
	allocator, free, clean, err := b.allocator(at, output)
	if err != nil {
		return fmt.Errorf("start the browser: %w", err)
	}
	quiet := func(format string, args ...any) { b.log.Debug("browser", "message", fmt.Sprintf(format, args...)) }
	process, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(quiet), chromedp.WithLogf(quiet), chromedp.WithBrowserOption(chromedp.WithBrowserErrorf(quiet)))
	stop := func() {
		end, done := context.WithTimeout(process, endTime)
		_ = chromedp.Cancel(end) // it is killed if it does not end by itself
		done()
		cancel()
		free()
		clean()
	}
	late := time.AfterFunc(startTime, cancel)
	forget := context.AfterFunc(ctx, cancel)
	if err := chromedp.Do(process); err != nil || !late.Stop() || !forget() {
		stop()
		if err == nil {
			err = context.Canceled
		}
		return fmt.Errorf("start the browser %s: %w%s", at.path+at.address, err, output)
	}
	b.process, b.stop, b.drawn = process, stop, 0
	b.timer = time.AfterFunc(b.Idle, b.endIdle)
	b.timer.Stop()
	b.log.Debug("browser started", "at", at.path+at.address, "took", time.Since(begin))
	return nil
}

// allocator is chromedp's word for how to come by a process. Clean removes
// what it leaves on disk.
func (b *Browser) allocator(at where, output *tail) (ctx context.Context, free, clean func(), err error) {
	// The process outlives the page, and the visit, that needed it first.
	if at.address != "" {
		ctx, free := remote.NewAllocator(context.Background(), at.address)
		return ctx, free, func() {}, nil
	}
	dir, err := b.profile()
	if err != nil {
		return nil, nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)], switches()...)
	options = append(options, chromedp.ExecPath(at.path), chromedp.UserDataDir(dir), chromedp.CombinedOutput(output),
		chromedp.Env("XDG_CONFIG_HOME="+dir, "XDG_CACHE_HOME="+dir), chromedp.Flag("no-sandbox", isRoot()))
	ctx, free = chromedp.NewExecAllocator(context.Background(), options...)
	return ctx, free, func() {
		if err := os.RemoveAll(dir); err != nil {
			b.log.Warn("remove the browser's profile", "dir", dir, "error", err)
		}
	}, nil
}

// profile makes an empty directory for a process. In a directory of our own
// the last one is removed first: it is there if we were killed.
func (b *Browser) profile() (string, error) {
	if b.Dir == "" {
		return os.MkdirTemp("", "storyfeed-browser-")
	}
	dir, err := filepath.Abs(b.Dir)
	if err == nil {
		err = os.RemoveAll(dir)
	}
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	return dir, err
}

// endIdle ends a process that nobody uses.
func (b *Browser) endIdle() {
	select {
	case b.turn <- struct{}{}:
		b.end()
		<-b.turn
	default: // somebody does
	}
}

// end ends the process. The turn is the caller's.
func (b *Browser) end() {
	if b.stop == nil {
		return
	}
	b.timer.Stop()
	b.stop()
	b.process, b.stop = nil, nil
	b.log.Debug("browser ended", "pages", b.drawn)
}

// tail keeps the last that a process wrote, to say why it does not run.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.buf.Len() > 16<<10 {
		t.buf.Reset()
	}
	return t.buf.Write(p)
}

// String is the last line, as the end of a message.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(t.buf.String()), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if last == "" {
		return ""
	}
	return fmt.Sprintf(": %.300s", last)
}
