package hub_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"storyfeed/feed/hub"
)

func TestSubscribeAndPush(t *testing.T) {
	w, r := newWorld(t).run(), newReader(t)
	w.ask("subscribe", r.url+"?who=me&hub.mode=mine", "hub.secret", "k€y", "hub.lease_seconds", "3600", "hub.unknown", "x")
	q := r.isAsked(t)
	if got := q["hub.mode"]; len(got) != 2 || got[0] != "mine" || got[1] != "subscribe" || q.Get("who") != "me" {
		t.Errorf("the callback was asked with %v, want its own parameters first", q)
	}
	if q.Get("hub.topic") != topic || q.Get("hub.lease_seconds") != "3600" || len(q.Get("hub.challenge")) < 20 {
		t.Errorf("the callback was asked with %v, want topic, lease and challenge", q)
	}
	if n := w.settled(); n != 1 {
		t.Fatalf("%d subscriptions, want 1", n)
	}

	begin := time.Now()
	w.change(path, "second")
	p := r.gets(t)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the push took %v", took)
	}
	mac := hmac.New(sha256.New, []byte("k€y"))
	mac.Write([]byte("<feed>second</feed>"))
	want := http.Header{
		"Content-Type": {"application/atom+xml; charset=utf-8"}, "Content-Length": {"19"},
		"Link":            {`<https://stories.example/hub>; rel="hub", <` + topic + `>; rel="self"`},
		"X-Hub-Signature": {"sha256=" + hex.EncodeToString(mac.Sum(nil))},
	}
	for name := range want {
		if p.header.Get(name) != want.Get(name) {
			t.Errorf("%s: %q, want %q", name, p.header.Get(name), want.Get(name))
		}
	}
	if p.body != "<feed>second</feed>" || p.query != "who=me&hub.mode=mine" {
		t.Errorf("delivered %q to ?%s, want the whole document to the callback as it was given", p.body, p.query)
	}

	// Of a large document only the packed form is kept.
	large := strings.Repeat("a long story. ", 1<<17)
	w.change(path, large)
	if doc, _ := w.document(path); doc.Body != nil {
		t.Fatal("the large document is not large enough to be kept packed alone")
	}
	if p := r.gets(t); p.body != "<feed>"+large+"</feed>" {
		t.Errorf("a large document came as %d bytes, want %d", len(p.body), len(large)+13)
	}
	if n, _ := w.active(); n != 1 {
		t.Errorf("%d subscriptions, want 1", n)
	}
}

// TestVerification: whatever a callback answers but the challenge leaves
// everything as it was.
func TestVerification(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, url.Values){
		"another challenge":         func(w http.ResponseWriter, _ url.Values) { fmt.Fprint(w, "challenge") },
		"more than the challenge":   func(w http.ResponseWriter, q url.Values) { fmt.Fprintln(w, q.Get("hub.challenge")) },
		"a part of it":              func(w http.ResponseWriter, q url.Values) { fmt.Fprint(w, q.Get("hub.challenge")[1:]) },
		"nothing":                   func(http.ResponseWriter, url.Values) {},
		"the challenge, not found":  func(w http.ResponseWriter, q url.Values) { w.WriteHeader(404); echo(w, q) },
		"the challenge, in a fault": func(w http.ResponseWriter, q url.Values) { w.WriteHeader(500); echo(w, q) },
		"a redirect to a right page": func(w http.ResponseWriter, q url.Values) {
			w.Header().Set("Location", "/?"+q.Encode())
			w.WriteHeader(302)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := newWorld(t).run(), newReader(t)
			r.answers(answer, nil)
			w.ask("subscribe", r.url)
			r.isAsked(t)
			if n := w.settled(); n != 0 {
				t.Errorf("%d subscriptions, want none", n)
			}
			r.answers(echo, nil)
			w.ask("subscribe", r.url)
			if n := w.settled(); n != 1 {
				t.Fatalf("%d subscriptions after a right answer, want 1", n)
			}
			r.answers(answer, nil)
			w.ask("unsubscribe", r.url)
			if n := w.settled(); n != 1 {
				t.Errorf("%d subscriptions after an unsubscription that nobody confirmed, want 1", n)
			}
		})
	}
}

func TestVerificationWithoutAnswer(t *testing.T) {
	w, r := newWorld(t).run(), newReader(t)
	cut := func(w http.ResponseWriter, _ url.Values) { panic(http.ErrAbortHandler) }
	r.answers(cut, nil)
	w.ask("subscribe", r.url)
	r.isAsked(t)
	r.answers(echo, nil)
	await(t, "another try", func() bool {
		w.wait(10 * time.Second)
		n, _ := w.active()
		return n == 1
	})
	r.answers(cut, nil)
	w.ask("unsubscribe", r.url)
	await(t, "the last try", func() bool {
		w.wait(10 * time.Second)
		_, pending := w.active()
		return pending == 0
	})
	if n, _ := w.active(); n != 1 {
		t.Errorf("%d subscriptions, want the one that nobody ended", n)
	}
	if tries := len(r.asks); tries != 1+3 {
		t.Errorf("the callback was asked %d times after the first, want 1 for the subscription and 3 to end it", tries)
	}
}

func TestUnsubscribe(t *testing.T) {
	w, r, other := newWorld(t).run(), newReader(t), newReader(t)
	w.ask("subscribe", r.url)
	w.ask("subscribe", other.url)
	if n := w.settled(); n != 2 {
		t.Fatalf("%d subscriptions, want 2", n)
	}
	r.isAsked(t)
	w.ask("unsubscribe", r.url, "hub.lease_seconds", "what", "hub.secret", strings.Repeat("x", 300)) // no matter
	if q := r.isAsked(t); q.Get("hub.mode") != "unsubscribe" || q.Has("hub.lease_seconds") || q.Get("hub.topic") != topic {
		t.Errorf("the callback was asked with %v", q)
	}
	if n := w.settled(); n != 1 {
		t.Errorf("%d subscriptions, want 1", n)
	}
	w.change(path, "second")
	if p := other.gets(t); p.header.Get("X-Hub-Signature") != "" {
		t.Errorf("signed without a secret: %v", p.header)
	}
	r.getsNothing(t, "after its subscription was ended")
}

// TestRenewal: a subscription that is asked for again goes on, once, with the
// newer lease and secret.
func TestRenewal(t *testing.T) {
	w, r := newWorld(t).run(), newReader(t)
	for _, secret := range []string{"old", "new"} {
		w.ask("subscribe", r.url, "hub.secret", secret, "hub.lease_seconds", "600")
		if n := w.settled(); n != 1 {
			t.Fatalf("%d subscriptions, want 1", n)
		}
		w.wait(9 * time.Minute)
	}
	w.change(path, "second")
	p := r.gets(t)
	mac := hmac.New(sha256.New, []byte("new"))
	mac.Write([]byte(p.body))
	if got := p.header.Get("X-Hub-Signature"); got != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("signature %s, want one with the newer secret", got)
	}
	w.wait(2 * time.Minute) // beyond the second lease
	w.change(path, "third")
	await(t, "the lease to end", func() bool { n, _ := w.active(); return n == 0 })
	r.getsNothing(t, "after the end of the lease, and once before")
}

func TestLease(t *testing.T) {
	for asked, want := range map[string]string{
		"": "864000", "1": "300", "300": "300", "86400": "86400", "2592000": "2592000", "2592001": "2592000", "99999999999999999999": "2592000",
	} {
		w, r := newWorld(t).run(), newReader(t)
		w.ask("subscribe", r.url, "hub.lease_seconds", asked)
		if got := r.isAsked(t).Get("hub.lease_seconds"); got != want {
			t.Errorf("asked for %q s, granted %s, want %s", asked, got, want)
		}
	}
}

// TestChangeDuringVerification: what changes between the request and its
// verification is not lost.
func TestChangeDuringVerification(t *testing.T) {
	w, r := newWorld(t), newReader(t)
	w.ask("subscribe", r.url)
	w.change(path, "second")
	w.run()
	if p := r.gets(t); p.body != "<feed>second</feed>" {
		t.Errorf("got %q, want the second version", p.body)
	}
}

func TestEndedFeedsAreDenied(t *testing.T) {
	for _, tc := range []struct {
		name, reason string
		change       func(w *world)
	}{
		{"the series is followed no more", "not here any more", func(w *world) { w.gone[path] = true }},
		{"another base URL", "moved", func(w *world) { w.config.BaseURL = "https://other.example" }},
		{"the hub was switched off", "switched off", func(w *world) { w.config.Off = true }},
		{"another hub", "another hub", func(w *world) { w.config.Outside = "http://127.0.0.1:1/hub" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, r := newWorld(t).run(), newReader(t)
			w.ask("subscribe", r.url)
			if n := w.settled(); n != 1 {
				t.Fatalf("%d subscriptions, want 1", n)
			}
			r.isAsked(t)
			w.close()
			tc.change(w)
			w.open()
			w.run()
			if q := r.isAsked(t); q.Get("hub.mode") != "denied" || q.Get("hub.topic") != topic || !strings.Contains(q.Get("hub.reason"), tc.reason) {
				t.Errorf("the callback was told %v, want a denial", q)
			}
			await(t, "the subscription to end", func() bool { n, _ := w.active(); return n == 0 })
		})
	}
}

func TestOutsideHub(t *testing.T) {
	w, outside := newWorld(t), newReader(t)
	w.close()
	w.config.Outside = outside.url
	w.open()
	w.run()
	if err := w.Accept(t.Context(), url.Values{}); err == nil || !strings.Contains(err.Error(), "no hub here") {
		t.Errorf("a request to the hub that is not there: %v", err)
	}
	outside.answers(nil, status(500))
	w.change(path, "second")
	outside.gets(t)
	outside.answers(nil, status(204))
	await(t, "the ping to be tried again", func() bool { w.wait(time.Minute); return len(outside.pushes) > 0 })
	p := outside.gets(t)
	if form, err := url.ParseQuery(p.body); err != nil || form.Encode() != "hub.mode=publish&hub.url="+url.QueryEscape(topic) ||
		p.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("the hub was told %q %v, want a publisher's ping", p.body, p.header)
	}
	w.change("/s/boats/feed.rss", "second")
	outside.gets(t)

	w.close()
	w.change(path, "third") // by a command, without a hub that is told
	w.open()
	w.run()
	if p := outside.gets(t); !strings.Contains(p.body, url.QueryEscape(topic)) {
		t.Errorf("after a restart the hub was told %q", p.body)
	}
	outside.getsNothing(t, "of what did not change")
}

func TestURLOf(t *testing.T) {
	for _, tc := range []struct {
		base, outside string
		off           bool
		want          string
	}{
		{base, "", false, base + "/hub"},
		{base, "https://hub.example/", false, "https://hub.example/"},
		{base, "", true, ""},
		{"", "", false, ""},
	} {
		if got := hub.URLOf(tc.base, tc.outside, tc.off); got != tc.want {
			t.Errorf("URLOf(%q, %q, %v) = %q, want %q", tc.base, tc.outside, tc.off, got, tc.want)
		}
	}
}
