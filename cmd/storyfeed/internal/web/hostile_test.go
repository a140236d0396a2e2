package web_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/index"
)

// hostileQueries are what costs search engines dearly, or breaks them.
func hostileQueries() map[string]string {
	return map[string]string{
		"3000 required words":  strings.Repeat("%2Bword+", 1200),
		"nested brackets":      strings.Repeat("(", 12_000),
		"a regular expression": escape("/.{1000}.{1000}/"),
		"wildcards":            escape("*a* a* ?a *** w*o*r*d*"),
		"many prefixes":        escape("wo* wor* word* word1* word2* word3* word4* word5* title:wo* title:wor* title:word* author:a* author:au* tag:t* tag:ta* series:ma*"),
		"one prefix, often":    escape(strings.Repeat("wo* ", 400)),
		"many negations":       escape("-wo* -wor* -word* -word1* -word2* -word3* -word4* -word5* -title:wo* -author:a* -tag:t* -series:ma* -part:1.. -lang:en"),
		"many alternatives":    escape(strings.Repeat("word1 OR ", 300)),
		"all words at once":    escape(manyWords(128)),
		"many phrases":         escape(strings.Repeat(`"word1 word2 word3" `, 80)),
		"a long phrase":        escape(`"` + strings.Repeat("word1 ", 300) + `"`),
		"many spans":           escape(strings.Repeat("part:1.. OR published:..2030 OR ", 16)),
		"everything negated":   escape("-word1 -part:1.. -lang:en -published:..2030 -series:x -title:word* -author:a*"),
		"another syntax":       escape(`title:x^5 author:>=3 "a"~2 [1 TO 2] fuzzy~2 _exists_:x`),
		"a single long word":   strings.Repeat("x", 12_000),
		"NUL":                  "a%00b%00",
		"invalid UTF-8":        "%ff%fe%c3%28",
		"combining marks":      escape("e" + strings.Repeat("\u0301", 1000)),
		"joined emoji":         escape(strings.Repeat("👩\u200d", 500)),
		"bidi":                 escape("\u202eabc\u202c"),
		"markup":               escape(`<script>alert(1)</script>`),
		"a template":           escape("{{.}} ${x} %{y} {searchTerms}"),
	}
}

func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "word%d ", i)
	}
	return b.String()
}

// addToIndex adds stories of words that are as common as those of a language.
func (s *site) addToIndex(t *testing.T, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	zipf := rand.NewZipf(r, 1.2, 4, 5000)
	docs := make([]index.Document, n)
	for i := range docs {
		var b strings.Builder
		for range 60 {
			fmt.Fprintf(&b, "word%d ", zipf.Uint64())
		}
		guid := feed.GUID(fmt.Sprint("https://many.example/", i))
		docs[i] = index.Document{
			ID: index.DocumentID("many", guid), Series: "many", GUID: guid, Title: fmt.Sprintf("word%d word%d", zipf.Uint64(), zipf.Uint64()), Body: b.String(),
			Language: "en", Authors: []string{fmt.Sprint("Author ", i%500)}, Tags: []string{fmt.Sprint("tag ", i%900)}, Part: i + 1, Published: now.AddDate(0, 0, -i),
		}
		docs[i].Hash = feed.ContentHash(docs[i].Title, docs[i].Body)
	}
	must(t, s.index.Put(t.Context(), docs...))
}

// TestHostileQueries asks them, of the page, the API, the feed and the
// suggestions, over an index of some thousand stories; then all at once.
func TestHostileQueries(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	s := newSite(t, nil)
	s.addToIndex(t, 3000)
	const slack = 500 * time.Millisecond // for what else the machine does
	ask := func(path string) (status int, took time.Duration) {
		start := time.Now()
		res := s.get(path)
		_, err := io.Copy(io.Discard, res.Body)
		must(t, err)
		return res.StatusCode, time.Since(start)
	}
	for name, q := range hostileQueries() {
		for _, path := range []string{"/search?q=", "/search?sort=oldest&q=", "/api/v1/search?q=", "/search.atom?q=", "/suggest?q="} {
			if status, took := ask(path + q); status >= 500 && status != 503 || took > index.Budget+slack {
				t.Errorf("%s: %s… answers %d after %v, want an answer within %v", name, path, status, took, index.Budget)
			}
		}
	}
	for _, path := range []string{
		"/api/v1/search?q=word1&limit=1000000000", "/api/v1/search?q=word1&offset=-1", "/api/v1/search?q=word1&offset=99999999999999999999",
		"/search?q=word1&page=1000000000", "/search?q=word1&page=-1", "/search?year=99999&author=" + strings.Repeat("x", 9000),
	} {
		if status, took := ask(path); status >= 500 || took > index.Budget+slack {
			t.Errorf("%s: %d after %v", path, status, took)
		}
	}
	var wg sync.WaitGroup
	for range 10 {
		for name, q := range hostileQueries() {
			wg.Go(func() {
				// Refused, with 503, is fine: what counts is that it ends.
				if status, took := ask("/search?q=" + q); status >= 500 && status != 503 || took > 2*index.Budget+10*slack {
					t.Errorf("%s among others: %d after %v", name, status, took)
				}
			})
		}
	}
	wg.Wait()
	if status, took := ask("/search?q=hum"); status != 200 || took > index.Budget+slack {
		t.Errorf("an ordinary query afterwards: %d after %v", status, took)
	}
}
