package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// subscriber is a feed reader that knows WebSub and nothing of us: it finds the
// hub by the feed's headers.
type subscriber struct {
	*httptest.Server
	secret string
	pushes chan pushed

	mu    sync.Mutex
	wants map[string]bool // "mode topic" of what it asked for and confirms
	asked []url.Values
}

type pushed struct {
	at     time.Time
	header http.Header
	body   []byte
}

func newSubscriber(t *testing.T, secret string) *subscriber {
	s := &subscriber{secret: secret, pushes: make(chan pushed, 20), wants: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *subscriber) host() string { return strings.TrimPrefix(s.URL, "http://") }

func (s *subscriber) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body) // the test sees what is missing
		s.pushes <- pushed{time.Now(), r.Header, body}
		return
	}
	q := r.URL.Query()
	s.mu.Lock()
	s.asked = append(s.asked, q)
	wanted := s.wants[q.Get("hub.mode")+" "+q.Get("hub.topic")]
	s.mu.Unlock()
	if !wanted {
		http.NotFound(w, r) // §5.3
		return
	}
	fmt.Fprint(w, q.Get("hub.challenge"))
}

// answered counts the calls of one mode.
func (s *subscriber) answered(mode string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, q := range s.asked {
		if q.Get("hub.mode") == mode {
			n++
		}
	}
	return n
}

var linkOf = regexp.MustCompile(`<([^>]*)>; *rel="?([a-z]+)"?`)

// discover reads hub and topic from the headers of a feed (§4).
func discover(t *testing.T, feedURL string) (hub, topic string) {
	t.Helper()
	resp, err := client.Head(feedURL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, m := range linkOf.FindAllStringSubmatch(strings.Join(resp.Header.Values("Link"), ", "), -1) {
		switch m[2] {
		case "hub":
			hub = m[1]
		case "self":
			topic = m[1]
		}
	}
	if hub == "" || topic == "" {
		t.Fatalf("the feed's headers name no hub: %v", resp.Header)
	}
	return hub, topic
}

// ask sends a request to the hub and returns its status and words.
func ask(t *testing.T, hub, mode, topic, callback, secret string) (int, string) {
	t.Helper()
	form := url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {callback}}
	if secret != "" {
		form.Set("hub.secret", secret)
	}
	resp, err := client.PostForm(hub, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// want makes the subscriber confirm a wish from now on, and tells the hub.
func (s *subscriber) want(t *testing.T, hub, mode, topic string) {
	t.Helper()
	s.mu.Lock()
	s.wants[mode+" "+topic] = true
	s.mu.Unlock()
	if status, text := ask(t, hub, mode, topic, s.URL+"/cb?n=1", s.secret); status != http.StatusAccepted {
		t.Fatalf("%s: %d %s, want 202", mode, status, text)
	}
}

// next waits for a push and checks that it is the feed as it is served now,
// signed.
func (s *subscriber) next(t *testing.T, p *process, topic string) pushed {
	t.Helper()
	var got pushed
	select {
	case got = <-s.pushes:
	case <-time.After(patience):
		t.Fatal("no push came")
	}
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write(got.body)
	want := ""
	if s.secret != "" {
		want = "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	if sign := got.header.Get("X-Hub-Signature"); sign != want {
		t.Errorf("signature %q, want %q", sign, want)
	}
	if link := got.header.Get("Link"); !strings.Contains(link, "<"+topic+`>; rel="self"`) || !strings.Contains(link, `/hub>; rel="hub"`) {
		t.Errorf("Link: %s", link)
	}
	_, served := p.get(strings.TrimPrefix(topic, p.url))
	if !bytes.Equal(got.body, served) {
		t.Errorf("the push has %d bytes, the feed %d, and they differ", len(got.body), len(served))
	}
	return got
}

// metric is the value of a line of /metrics.
func (p *process) metric(line string) string {
	p.t.Helper()
	_, body := p.get("/metrics")
	for l := range strings.Lines(string(body)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(l), line+" "); ok {
			return value
		}
	}
	return ""
}

// TestWebSub subscribes to a served series and follows it through edits, dead
// neighbours, a kill and an end.
func TestWebSub(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 5)
	me, quiet, liar, all := newSubscriber(t, "between us"), newSubscriber(t, ""), newSubscriber(t, "x"), newSubscriber(t, "all of them")
	dead, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	inside := newSubscriber(t, "") // not allowed: it stands for a private service
	dir, addr := t.TempDir(), freeAddr(t)
	text := fmt.Sprintf("addr = %q\n[fetch]\nallow = [%q, %q, %q, %q, %q, %q]\nhost_gap = \"1ms\"\n[[series]]\nslug = \"harbour\"\nsources = [%q]\nevery = \"24h\"\n",
		addr, blog.Host, me.host(), quiet.host(), liar.host(), all.host(), dead.Addr(), blog.URL+hubPath)
	if err := os.WriteFile(filepath.Join(dir, "storyfeed.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	serve := func() *process { return start(t, dir, nil, "serve").awaitServing() }
	p := serve()
	await(t, "the first crawl", func() bool { return strings.Contains(p.log.String(), "msg=crawled") })
	hub, topic := discover(t, p.url+"/s/harbour/feed.atom")
	_, body := p.get("/s/harbour/feed.atom")
	if !bytes.Contains(body, []byte(`href="`+hub+`" rel="hub"`)) && !bytes.Contains(body, []byte(`rel="hub" href="`+hub+`"`)) {
		t.Errorf("the document does not name the hub %s:\n%.800s", hub, body)
	}

	if status, text := ask(t, hub, "subscribe", topic, inside.URL, ""); status != 400 || !strings.Contains(text, "in fetch.allow") {
		t.Errorf("a private callback: %d %s, want 400 and why", status, text)
	}
	me.want(t, hub, "subscribe", topic)
	quiet.want(t, hub, "subscribe", topic)
	_, everything := discover(t, p.url+"/feed.atom") // made when somebody asks
	all.want(t, hub, "subscribe", everything)
	if status, _ := ask(t, hub, "subscribe", topic, liar.URL, "x"); status != http.StatusAccepted { // it did not ask itself, and so says no
		t.Errorf("somebody subscribes another: %d, want 202", status)
	}
	if status, _ := ask(t, hub, "subscribe", topic, "http://"+dead.Addr().String()+"/", ""); status != http.StatusAccepted {
		t.Errorf("a dead callback: %d, want 202", status)
	}
	await(t, "the verifications", func() bool {
		return p.metric("storyfeed_hub_subscriptions") == "3" && p.metric(`storyfeed_hub_verifications_total{outcome="refused"}`) == "1"
	})

	changeAndCrawl := func(n int) time.Time {
		t.Helper()
		blog.edit(n)
		if code, out, log := command(t, dir, "crawl"); code != 0 {
			t.Fatalf("crawl: %d\n%s%s", code, out, log)
		}
		return time.Now()
	}
	end := changeAndCrawl(2)
	for _, s := range []*subscriber{me, quiet} {
		if got := s.next(t, p, topic); got.at.Sub(end) > 2*time.Second {
			t.Errorf("the push came %v after the end of the crawl", got.at.Sub(end))
		} else {
			t.Logf("the push came %v after the end of the crawl", got.at.Sub(end))
		}
		if n := len(s.pushes); n > 0 {
			t.Errorf("%d more pushes came for one change", n)
		}
	}
	if got := all.next(t, p, everything); got.at.Sub(end) > 2*time.Second {
		t.Errorf("the push of all series came %v after the end of the crawl", got.at.Sub(end))
	}

	// A push that is not recorded yet when the process is killed comes again.
	await(t, "the record of the pushes", func() bool { return p.metric(`storyfeed_hub_deliveries_total{result="ok"}`) == "3" })
	// Killed with a wish that is not verified yet; a story changes meanwhile.
	quiet.want(t, hub, "unsubscribe", topic)
	p.kill()
	blog.edit(3)
	p = serve()
	await(t, "the unsubscription", func() bool { return p.metric("storyfeed_hub_subscriptions") == "2" })
	if code, out, log := command(t, dir, "crawl"); code != 0 {
		t.Fatalf("crawl: %d\n%s%s", code, out, log)
	}
	me.next(t, p, topic)
	p.stop()

	// A crawl while nobody serves is told of by the next who does.
	changeAndCrawl(4)
	p = serve()
	me.next(t, p, topic)
	if len(quiet.pushes)+len(liar.pushes)+len(inside.pushes)+inside.answered("subscribe") > 0 {
		t.Errorf("pushes came to who had left (%d), who had said no (%d), or calls to a private address (%d)", len(quiet.pushes), len(liar.pushes), inside.answered("subscribe"))
	}

	// The series is followed no more, while the service runs.
	other := strings.ReplaceAll(text, `slug = "harbour"`, `slug = "quay"`)
	if err := os.WriteFile(filepath.Join(dir, "storyfeed.toml"), []byte(other), 0o644); err != nil {
		t.Fatal(err)
	}
	await(t, "the denial", func() bool { return me.answered("denied") == 1 })
	await(t, "the end of the subscription", func() bool { return p.metric("storyfeed_hub_subscriptions") == "1" })
	p.stop()
}

// TestOutsideHub names another hub, and then none.
func TestOutsideHub(t *testing.T) {
	t.Parallel()
	blog := newHarbour(t, 3)
	outside := newSubscriber(t, "")
	dir, addr := t.TempDir(), freeAddr(t)
	text := fmt.Sprintf("addr = %q\n[fetch]\nallow = [%q, %q]\nhost_gap = \"1ms\"\n[[series]]\nslug = \"harbour\"\nsources = [%q]\nevery = \"24h\"\n",
		addr, blog.Host, outside.host(), blog.URL+hubPath)
	if err := os.WriteFile(filepath.Join(dir, "storyfeed.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p := start(t, dir, nil, "serve", "--hub-url", outside.URL+"/ping").awaitServing()
	await(t, "the first crawl", func() bool { return strings.Contains(p.log.String(), "msg=crawled") })
	hub, topic := discover(t, p.url+"/s/harbour/feed.atom")
	if hub != outside.URL+"/ping" {
		t.Errorf("the feed names the hub %s, want the one outside", hub)
	}
	if status, text := ask(t, p.url+"/hub", "subscribe", topic, outside.URL, ""); status != http.StatusNotFound {
		t.Errorf("a request to the built-in hub: %d %s, want 404", status, text)
	}
	told := map[string]bool{}
	for len(told) < 6+1 { // two feeds in three formats, and the health
		select {
		case got := <-outside.pushes:
			form, err := url.ParseQuery(string(got.body))
			if err != nil || form.Get("hub.mode") != "publish" {
				t.Errorf("the hub got %s, %v", got.body, err)
			}
			told[form.Get("hub.url")] = true
		case <-time.After(patience):
			t.Fatalf("the hub was told of %v alone", told)
		}
	}
	if !told[topic] || !told[p.url+"/s/harbour/reading.json"] {
		t.Errorf("the hub was told of %v", told)
	}
	p.stop()

	p = start(t, dir, nil, "serve", "--hub-url", "none").awaitServing()
	await(t, "feeds without a hub", func() bool {
		resp, err := client.Get(p.url + "/s/harbour/feed.atom")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode == http.StatusOK && resp.Header.Get("Link") == "" && !bytes.Contains(body, []byte(`"hub"`))
	})
	p.stop()
}

// freeAddr is an address that nobody listens on.
func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
