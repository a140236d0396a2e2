package fetch

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

func TestGet(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"/a": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `W/"x y"`)
		w.Header().Set("Last-Modified", "Sun, 01 Mar 2026 00:00:00 GMT")
		says("<p>hello")(w, nil)
	}})
	p, err := w.get(t, "/a?q=1#part")
	if err != nil {
		t.Fatal(err)
	}
	p.Header = nil
	if diff := cmp.Diff(&Page{
		URL: w.url + "/a?q=1#part", FinalURL: w.url + "/a?q=1", Status: 200, MediaType: "text/html", Body: []byte("<p>hello"),
		ETag: `W/"x y"`, LastModified: "Sun, 01 Mar 2026 00:00:00 GMT", Fetched: w.clock.now(),
	}, p); diff != "" {
		t.Errorf("Get (-want +got):\n%s", diff)
	}
	got := w.visits()[1].header
	for name, value := range map[string]string{
		"User-Agent": "storyfeed/1.2 (+https://me.example/)", "Accept-Encoding": "gzip",
		"Cookie": "", "Authorization": "", "Referer": "", "If-None-Match": "", "If-Modified-Since": "",
	} {
		if got.Get(name) != value {
			t.Errorf("sent %s: %q, want %q", name, got.Get(name), value)
		}
	}
}

func TestConditional(t *testing.T) {
	const etag, modified = `"odd, one"`, "not even a date"
	w := newWorld(t, map[string]http.HandlerFunc{
		"/a": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") == etag && r.Header.Get("If-Modified-Since") == modified {
				w.WriteHeader(http.StatusNotModified)
			}
		},
		"/never": answers(http.StatusNotModified),
		"/moved": redirects(302, "/a"),
	})
	var n Counter
	ctx := WithCounter(t.Context(), &n)
	p, err := w.Get(ctx, Request{URL: w.url + "/a", ETag: etag, LastModified: modified})
	if err != nil || p.Status != 304 || p.Body != nil || p.ETag != etag || p.LastModified != modified {
		t.Errorf("Get with validators: %+v, %v, want 304 with them and no body", p, err)
	}
	if n.Requests() != 2 || n.NotModified() != 1 {
		t.Errorf("counted %d requests and %d not modified, want 2 (with robots.txt) and 1", n.Requests(), n.NotModified())
	}
	_, err = w.get(t, "/never")
	if e := want(t, err, ReasonStatus); e.Status != 304 {
		t.Errorf("304 to an unconditional request: %v", err)
	}

	p, err = w.Get(ctx, Request{URL: w.url + "/moved", FinalURL: w.url + "/a", ETag: etag, LastModified: modified})
	if err != nil || p.Status != 304 || p.FinalURL != w.url+"/a" {
		t.Errorf("Get of a redirect with validators: %+v, %v, want 304 of /a", p, err)
	}
	for _, v := range w.visits() {
		if v.path == "/moved" && v.header.Get("If-None-Match") != "" {
			t.Error("the validators of /a were sent to /moved")
		}
	}
	p, err = w.Get(ctx, Request{URL: w.url + "/a", FinalURL: w.url + "/elsewhere", ETag: etag, LastModified: modified})
	if err != nil || p.Status != 200 {
		t.Errorf("Get with the validators of another page: %+v, %v, want 200", p, err)
	}
	if _, err = w.Get(ctx, Request{URL: w.url + "/a", ETag: "\"broken\x00\""}); err != nil {
		t.Errorf("Get with a validator that can't be sent: %v, want the page", err)
	}
}

func TestRedirects(t *testing.T) {
	pages := map[string]http.HandlerFunc{
		"/end": says("end"), "/dir/end": says("dir"),
		"/temp": redirects(302, "/moved#frag"), "/307": redirects(307, "/end"), "/303": redirects(303, "end"),
		"/moved": redirects(301, "/308"), "/308": redirects(308, "end"), "/dir/rel": redirects(301, "./end"),
		"/circle": redirects(302, "/circle2"), "/circle2": redirects(302, "/circle"), "/self": redirects(302, ""),
		"/none": answers(301), "/bad": redirects(301, "http://[::1"), "/file": redirects(301, "file:///etc/passwd"),
		"/user": redirects(301, "http://me:secret@blog.example/"), "/inside": redirects(301, "http://169.254.169.254/latest"),
		"/hidden": redirects(301, "/private/x"), "/robots.txt": says("User-agent: *\nDisallow: /private/"),
		"/gone": redirects(301, "/nothing"), "/r6": redirects(302, "/r5"), "/r5": redirects(302, "/r4"),
		"/r4": redirects(302, "/r3"), "/r3": redirects(302, "/r2"), "/r2": redirects(302, "/r1"), "/r1": redirects(302, "/end"),
	}
	w := newWorld(t, pages)
	for _, tc := range []struct {
		path, final string
		hops        int
		permanent   bool
	}{
		{"/end", "/end", 0, false},
		{"/moved", "/end", 2, true},
		{"/temp", "/end", 3, false},
		{"/307", "/end", 1, false},
		{"/303", "/end", 1, false},
		{"/dir/rel", "/dir/end", 1, true},
		{"/r5", "/end", 5, false},
	} {
		p, err := w.get(t, tc.path)
		if err != nil {
			t.Errorf("Get(%s): %v", tc.path, err)
			continue
		}
		if p.FinalURL != w.url+tc.final || len(p.Redirects) != tc.hops || p.Permanent != tc.permanent {
			t.Errorf("Get(%s) ended at %s over %d redirects, permanent %v; want %s, %d, %v",
				tc.path, p.FinalURL, len(p.Redirects), p.Permanent, tc.final, tc.hops, tc.permanent)
		}
	}
	for path, reason := range map[string]Reason{
		"/r6": ReasonRedirect, "/circle": ReasonRedirect, "/self": ReasonRedirect, "/none": ReasonRedirect, "/bad": ReasonRedirect,
		"/file": ReasonRefused, "/user": ReasonRefused, "/inside": ReasonRefused, "/hidden": ReasonDisallowed, "/gone": ReasonStatus,
	} {
		_, err := w.get(t, path)
		e := want(t, err, reason)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("Get(%s) tells the password: %v", path, err)
		}
		if path == "/gone" && (!e.Gone() || e.URL != w.url+"/nothing" || e.From != w.url+"/gone") {
			t.Errorf("Get(%s): %+v, want gone at /nothing", path, e)
		}
	}
	if strings.Contains(w.paths(), "/private/") {
		t.Error("a redirect led past robots.txt")
	}
}

func TestStatusErrors(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"/410": answers(410), "/403": answers(403), "/500": answers(500), "/204": answers(204), "/206": answers(206),
	})
	for path, temporary := range map[string]bool{"/404": false, "/410": false, "/403": false, "/500": true, "/204": false, "/206": false} {
		_, err := w.get(t, path)
		e := want(t, err, ReasonStatus)
		if got := e.Gone(); got != (path == "/404" || path == "/410") {
			t.Errorf("%s: Gone() = %v", path, got)
		}
		if e.Temporary() != temporary || !e.NextTry.IsZero() || !strings.Contains(err.Error(), "answered "+path[1:]) {
			t.Errorf("%s: %v, temporary %v; want temporary %v without next try", path, err, e.Temporary(), temporary)
		}
	}
}

func TestSetCookieIsForgotten(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		"/a": func(w http.ResponseWriter, r *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
			redirects(302, "/b")(w, r)
		},
		"/b": says("b"),
	})
	if _, err := w.get(t, "/a"); err != nil {
		t.Fatal(err)
	}
	for _, v := range w.visits() {
		if v.header.Get("Cookie") != "" || v.header.Get("Referer") != "" {
			t.Errorf("%s was sent a cookie or referrer: %v", v.path, v.header)
		}
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t, map[string]http.HandlerFunc{"/a": func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}})
	_, err := w.Get(ctx, Request{URL: w.url + "/a"})
	want(t, err, ReasonCanceled)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Get: %v, want context.Canceled inside", err)
	}
	// The host was given back, so the next one is not kept waiting for the lease.
	before := w.clock.now()
	if _, err := w.get(t, "/b"); err == nil || w.clock.now().Sub(before) > w.budget.total {
		t.Errorf("the host was free again after %v", w.clock.now().Sub(before))
	}
}

func TestNewRefusesBadConfiguration(t *testing.T) {
	hosts := NewMemoryHosts(nil)
	reg := prometheus.NewRegistry()
	for name, tc := range map[string]struct {
		cfg  Config
		want string
	}{
		"no hosts":                  {Config{}, "Hosts"},
		"allow without a port":      {Config{Hosts: hosts, Allow: []string{"127.0.0.1"}}, `"127.0.0.1"`},
		"allow with a scheme":       {Config{Hosts: hosts, Allow: []string{"http://127.0.0.1:80"}}, "host:port"},
		"allow with a network":      {Config{Hosts: hosts, Allow: []string{"10.0.0.0/8:80"}}, "10.0.0.0/8"},
		"contact with a line break": {Config{Hosts: hosts, Contact: "a\r\nCookie: b"}, "User-Agent"},
	} {
		if _, err := New(tc.cfg); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: New: %v, want an error with %q", name, err, tc.want)
		}
	}
	if _, err := New(Config{Hosts: hosts, Metrics: reg}); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{Hosts: hosts, Metrics: reg}); err == nil {
		t.Error("two clients on one registry: want an error, got none")
	}
}

func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	m, err := newMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, map[string]http.HandlerFunc{"/a": says("a")})
	w.metrics = m
	for _, path := range []string{"/a", "/b"} {
		_, _ = w.get(t, path) // /b is missing, and counted so
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	want := map[string]float64{
		"storyfeed_fetch_requests_total 2xx": 1, "storyfeed_fetch_requests_total 4xx": 2, "storyfeed_fetch_failures_total status": 1,
		"storyfeed_fetch_received_bytes_total": 1, "storyfeed_fetch_request_duration_seconds": 3, "storyfeed_fetch_wait_seconds": 3,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}
