package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"storyfeed/cmd/storyfeed/internal/readers"
	"storyfeed/cmd/storyfeed/internal/web"
)

func TestAPIQuota(t *testing.T) {
	clock := now
	s := newSite(t, func(c *web.Config) {
		c.Quota = readers.NewQuota(3, time.Minute, func() time.Time { return clock })
	})
	ask := func(from string) *http.Response {
		r := httptest.NewRequest("GET", "/api/v1/search?q=hum", nil)
		r.RemoteAddr = from + ":1234"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Result()
	}
	for i, want := range []string{`"default";r=2;t=20`, `"default";r=1;t=40`, `"default";r=0;t=60`} {
		res := ask("203.0.113.9")
		if res.StatusCode != 200 || res.Header.Get("RateLimit") != want || res.Header.Get("RateLimit-Policy") != `"default";q=3;w=60` {
			t.Errorf("request %d: %d, RateLimit %q, RateLimit-Policy %q; want 200 and %q", i+1, res.StatusCode, res.Header.Get("RateLimit"), res.Header.Get("RateLimit-Policy"), want)
		}
	}
	clock = clock.Add(time.Millisecond)
	res := ask("203.0.113.9")
	v, err := jsonschema.UnmarshalJSON(res.Body)
	must(t, err)
	if err := describedAPI(t, newSite(t, nil)).schemas["Problem"].Validate(v); err != nil {
		t.Errorf("the refusal is no problem as described: %v", err)
	}
	if res.StatusCode != 429 || res.Header.Get("Retry-After") != "20" || res.Header.Get("RateLimit") != `"default";r=0;t=20` || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("beyond the quota: %d %v, want 429 that scripts can read, with 20 seconds to wait", res.StatusCode, res.Header)
	}
	if res := ask("203.0.113.10"); res.StatusCode != 200 {
		t.Errorf("another address: %d, want 200", res.StatusCode)
	}
	for range 5 {
		if res := ask("127.0.0.1"); res.StatusCode != 200 || res.Header.Get("RateLimit") != `"default";r=3;t=0` {
			t.Errorf("from this machine: %d, RateLimit %q; want 200, all of it left", res.StatusCode, res.Header.Get("RateLimit"))
		}
	}
}
