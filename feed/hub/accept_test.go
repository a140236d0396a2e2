package hub_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"storyfeed/feed/hub"
)

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	w.close()
	w.config.Permit = func(address string) error {
		if strings.Contains(address, "10.0.0.1") {
			return errors.New("10.0.0.1 is a private address")
		}
		return nil
	}
	w.open()
	for name, tc := range map[string]struct {
		change url.Values // nil value: the field is left out
		status int
		text   string
	}{
		"no mode":           {url.Values{"hub.mode": nil}, 400, "hub.mode is missing"},
		"another mode":      {url.Values{"hub.mode": {"Subscribe"}}, 400, `"Subscribe"`},
		"a publisher":       {url.Values{"hub.mode": {"publish"}, "hub.url": {topic}}, 400, "own site alone"},
		"no topic":          {url.Values{"hub.topic": nil}, 400, "hub.topic is missing"},
		"another's topic":   {url.Values{"hub.topic": {"https://other.example" + path}}, 404, "no feed of this site"},
		"a topic like ours": {url.Values{"hub.topic": {base + ".example" + path}}, 404, "no feed of this site"},
		"no feed":           {url.Values{"hub.topic": {base + "/s/boats"}}, 404, "rel=self"},
		"no callback":       {url.Values{"hub.callback": nil}, 400, "hub.callback is missing"},
		"a relative one":    {url.Values{"hub.callback": {"/callback"}}, 400, "no absolute http"},
		"another scheme":    {url.Values{"hub.callback": {"ftp://a.example/"}}, 400, "no absolute http"},
		"a fragment":        {url.Values{"hub.callback": {"http://a.example/#"}}, 400, "fragment"},
		"a line break":      {url.Values{"hub.callback": {"http://a.example/\n"}}, 400, "no absolute http"},
		"a long one":        {url.Values{"hub.callback": {"http://a.example/" + strings.Repeat("a", 2048)}}, 400, "2065 bytes"},
		"a private one":     {url.Values{"hub.callback": {"http://10.0.0.1/"}}, 400, "private address"},
		"a lease of 0":      {url.Values{"hub.lease_seconds": {"0"}}, 400, "hub.lease_seconds"},
		"a negative lease":  {url.Values{"hub.lease_seconds": {"-5"}}, 400, "hub.lease_seconds"},
		"a lease in words":  {url.Values{"hub.lease_seconds": {"10 days"}}, 400, "hub.lease_seconds"},
		"a long secret":     {url.Values{"hub.secret": {strings.Repeat("x", 200)}}, 400, "less than 200"},
		"no subscription":   {url.Values{"hub.mode": {"unsubscribe"}, "hub.topic": {base + "/s/gone/feed.atom"}}, 404, "no feed"},
	} {
		form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {"http://a.example/"}}
		for field, values := range tc.change {
			form[field] = values
			if values == nil {
				form.Del(field)
			}
		}
		err := w.Accept(t.Context(), form)
		var r *hub.Refusal
		if !errors.As(err, &r) || r.Status != tc.status || !strings.Contains(r.Text, tc.text) {
			t.Errorf("%s: %v (%+v), want %d with %q", name, err, r, tc.status, tc.text)
		}
	}
	if _, pending := w.active(); pending != 0 {
		t.Errorf("%d wishes of refused requests are kept", pending)
	}
	w.ask("subscribe", "http://a.example/", "hub.secret", strings.Repeat("x", 199))
}

func TestLimits(t *testing.T) {
	limited := func(t *testing.T, l hub.Limits) *world {
		w := newWorld(t)
		w.close()
		w.config.Limits = l
		w.open()
		return w
	}
	wantRefused := func(t *testing.T, w *world, callback string, status int) {
		t.Helper()
		err := w.Accept(t.Context(), url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {callback}})
		var r *hub.Refusal
		if !errors.As(err, &r) || r.Status != status || r.Retry <= 0 {
			t.Errorf("%s: %v (%+v), want %d and when to come again", callback, err, r, status)
		}
	}
	t.Run("pending", func(t *testing.T) {
		w := limited(t, hub.Limits{Pending: 3, PendingOfHost: 2})
		w.ask("subscribe", "http://a.example/1")
		w.ask("subscribe", "http://a.example/2")
		w.ask("subscribe", "http://b.example/1")
		wantRefused(t, w, "http://c.example/1", 429)
		w = limited(t, hub.Limits{Pending: 3, PendingOfHost: 2})
		w.ask("subscribe", "http://a.example/1")
		w.ask("subscribe", "http://a.example/2")
		wantRefused(t, w, "http://A.example:80/3", 429)
		w.ask("subscribe", "http://b.example/1")
	})
	t.Run("rate", func(t *testing.T) {
		w := limited(t, hub.Limits{Rate: 4, RateOfHost: 3})
		for range 3 {
			w.ask("subscribe", "http://a.example/1")
		}
		wantRefused(t, w, "http://a.example/1", 429)
		w.ask("subscribe", "http://b.example/1")
		wantRefused(t, w, "http://c.example/1", 429)
		w.wait(time.Minute)
		w.ask("subscribe", "http://a.example/1")
	})
	for name, l := range map[string]hub.Limits{"in all": {Subscriptions: 2}, "of a topic": {OfTopic: 2}, "of a host": {OfHost: 2}} {
		t.Run(name, func(t *testing.T) {
			w, r := limited(t, l).run(), newReader(t)
			for i := range 2 {
				w.ask("subscribe", fmt.Sprint(r.url, i))
				w.settled()
			}
			wantRefused(t, w, r.url+"3", 503)
			w.ask("subscribe", r.url+"1") // a renewal needs no room
			w.ask("unsubscribe", r.url+"0")
			if n := w.settled(); n != 1 {
				t.Fatalf("%d subscriptions, want 1", n)
			}
			w.ask("subscribe", r.url+"3")
		})
	}
}
