package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/index"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestAPI compares whole answers with the files in testdata/api: names and
// shapes are a promise.
func TestAPI(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Sanitise = strings.Clone }) // how HTML is cleaned is tested elsewhere
	for name, path := range map[string]string{
		"series_list": "/api/v1/series",
		"series":      "/api/v1/series/bees",
		"failing":     "/api/v1/series/night-trains",
		"stories":     "/api/v1/series/bees/stories?offset=4&limit=3",
		"newest":      "/api/v1/series/bees/stories?order=newest&limit=1",
		"beyond":      "/api/v1/series/bees/stories?offset=1000",
		"story":       "/api/v1/stories/" + feed.GUID("https://garden.example/letter-12"),
		"search":      "/api/v1/search?q=neighbours&series=bees&author=ada+marsh&tag=bees&after=2025&before=2026&sort=newest&limit=5",
		"gone":        "/api/v1/stories/" + feed.GUID("https://garden.example/letter-11"),
		"bad_limit":   "/api/v1/search?limit=0",
	} {
		t.Run(name, func(t *testing.T) {
			got := golden(t, body(t, s.get(path)))
			file := filepath.Join("testdata", "api", name+".json")
			if *update {
				must(t, os.MkdirAll(filepath.Dir(file), 0o755))
				must(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			must(t, err)
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("GET %s differs from %s (-want +got):\n%s", path, file, diff)
			}
		})
	}
}

// golden is an answer for reading, without what differs from run to run.
func golden(t *testing.T, answer string) []byte {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		t.Fatalf("no JSON object: %v\n%s", err, answer)
	}
	if _, ok := v["request_id"]; ok {
		v["request_id"] = "…"
	}
	if hits, ok := v["hits"].([]any); ok {
		for _, h := range hits {
			h.(map[string]any)["score"] = "…"
		}
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	must(t, enc.Encode(v))
	return buf.Bytes()
}

func TestAPIBadParameters(t *testing.T) {
	s := newSite(t, nil)
	for _, tc := range []struct{ query, parameter, remedy string }{
		{"limit=0", "limit", "from 1 to 100"},
		{"limit=101", "limit", "from 1 to 100"},
		{"limit=ten", "limit", "whole number"},
		{"limit=", "limit", "whole number"},
		{"limit=1e9", "limit", "whole number"},
		{"limit=99999999999999999999", "limit", "from 1 to 100"},
		{"offset=-1", "offset", "from 0 to 10000"},
		{"offset=10001", "offset", "from 0 to 10000"},
		{"offset=9950&limit=100", "offset", "narrow the search"},
		{"sort=best", "sort", "relevance, newest, oldest"},
		{"after=yesterday", "after", "2020-07-27"},
		{"before=2020-13", "before", "2020-07-27"},
		{"before=2020-02-30", "before", "2020-07-27"},
		{"after=2021&before=2020", "before", "later than after"},
		{"after=2021&before=2021", "before", "later than after"},
	} {
		res := s.get("/api/v1/search?" + tc.query)
		var got struct {
			Type, Title, Detail, Parameter string
			Status                         int
		}
		must(t, json.NewDecoder(res.Body).Decode(&got))
		if res.StatusCode != 400 || got.Status != 400 || got.Title != "Bad Request" || got.Type != "about:blank" || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("?%s: %d %+v, want a problem with status 400", tc.query, res.StatusCode, got)
		}
		if got.Parameter != tc.parameter || !strings.Contains(got.Detail, tc.remedy) {
			t.Errorf("?%s blames %q: %q; want %q and the words %q", tc.query, got.Parameter, got.Detail, tc.parameter, tc.remedy)
		}
	}
	if res := s.get("/api/v1/search?q=%zz"); res.StatusCode != 400 {
		t.Errorf("?q=%%zz: %d, want 400", res.StatusCode)
	}
	if res := s.get("/api/v1/series/bees/stories?order=random"); res.StatusCode != 400 {
		t.Errorf("?order=random: %d, want 400", res.StatusCode)
	}
}

// TestAPIPaging follows next from the first to the last answer.
func TestAPIPaging(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/api/v1/series/bees/stories?limit=5", "/api/v1/series/bees/stories?limit=4&order=newest", "/api/v1/search?q=hum&limit=5&sort=oldest"} {
		seen := map[string]bool{}
		total := 0
		for next := path; next != ""; {
			var page struct {
				Total, Offset, Limit int
				Next                 string
				Stories, Hits        []struct{ GUID string }
			}
			res := s.get(strings.TrimPrefix(next, baseURL))
			must(t, json.NewDecoder(res.Body).Decode(&page))
			for _, story := range append(page.Stories, page.Hits...) {
				if seen[story.GUID] {
					t.Errorf("%s: %s comes twice", path, story.GUID)
				}
				seen[story.GUID] = true
			}
			next, total = page.Next, page.Total
		}
		if len(seen) != total || total < 12 {
			t.Errorf("%s: %d of %d stories", path, len(seen), total)
		}
	}
}

func TestAPIStory(t *testing.T) {
	s := newSite(t, nil)
	guid := feed.GUID("https://garden.example/letter-8")
	for _, path := range []string{"/api/v1/stories/" + guid, "/api/v1/stories/" + url.QueryEscape(guid)} {
		res := s.get(path)
		var got struct{ GUID, Title, HTML, Text string }
		must(t, json.NewDecoder(res.Body).Decode(&got))
		if res.StatusCode != 200 || got.GUID != guid || got.Title != "Hostile" {
			t.Errorf("GET %s: %d %+v", path, res.StatusCode, got)
		}
		for _, bad := range []string{"<script", "onclick", "onerror", "javascript:", "<iframe"} {
			if strings.Contains(got.HTML, bad) {
				t.Errorf("GET %s: html holds %s: %s", path, bad, got.HTML)
			}
		}
	}
	if res := s.get("/api/v1/stories/" + feed.GUID("https://garden.example/letter-11")); res.StatusCode != 410 {
		t.Errorf("a story that is gone: %d, want 410", res.StatusCode)
	}
}

func TestAPIHeaders(t *testing.T) {
	s := newSite(t, nil)
	res := s.get("/api/v1/search?q=hum", "Accept-Encoding", "gzip")
	for name, want := range map[string]string{
		"Content-Type":                "application/json",
		"Content-Encoding":            "gzip",
		"Access-Control-Allow-Origin": "*",
		"Vary":                        "Accept-Encoding",
		"Cache-Control":               "no-cache",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if again := s.get("/api/v1/search?q=hum", "Accept-Encoding", "gzip", "If-None-Match", res.Header.Get("Etag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same answer again: %d, want 304", again.StatusCode)
	}
	if res := s.get("/api/v1/search?limit=0"); res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a problem carries %v, want it readable for scripts and not stored", res.Header)
	}
}

// slow is an index that never has the time.
type slow struct{ web.Searcher }

func (slow) Search(context.Context, index.Request) (index.Results, error) {
	return index.Results{}, fmt.Errorf("search: %w", context.DeadlineExceeded)
}

func TestSearchTakesTooLong(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Index = slow{c.Index} })
	for _, path := range []string{"/search?q=hum", "/api/v1/search?q=hum"} {
		res := s.get(path)
		if text := body(t, res); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "took too long") {
			t.Errorf("GET %s: %d, Retry-After %q; want 503 that says why", path, res.StatusCode, res.Header.Get("Retry-After"))
		}
	}
}
