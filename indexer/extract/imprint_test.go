package extract_test

import (
	"strings"
	"testing"

	"storyfeed/indexer/extract"
)

// A box that repeats what and where a story is does not belong to its text; an
// address that the text itself gives does.
func TestImprint(t *testing.T) {
	for _, tc := range []struct {
		name, box string
		kept      bool
	}{
		{"title, address, author, day", `<hr><div class="box"><div>A Story</div><div>https://b.example/s</div><div>Author</div><div>Jane Roe</div><div>Posted on</div><div>5 March 2024</div><div>Licensed under <a href="https://creativecommons.org/licenses/by/4.0/">BY</a></div></div>`, false},
		{"behind a label", `<ul><li>Post author: Jane Roe</li></ul><p>Post link: <a href="https://b.example/s">https://b.example/s/</a></p><p>All posts here are licensed.</p>`, false},
		{"in Chinese", `<div>本文链接：https://b.example/s</div><div>转载请注明出处</div>`, false},
		{"another page's address", `<p>Her chart is at https://b.example/chart</p><p>Licensed under nothing</p>`, true},
		{"in a sentence", `<p>You read https://b.example/s until its end, licensed to nobody.</p>`, true},
	} {
		page := `<html><head><title>A Story</title></head><body><main><article><h1>A Story</h1><p>by Jane Roe, 5 March 2024</p><div>` + strings.Repeat(filler, 8) + tc.box + `</div></article></main></body></html>`
		s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Now: today})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		end := s.Text[max(0, len(s.Text)-300):]
		if got := strings.Contains(end, "b.example") && strings.Contains(strings.ToLower(end), "licensed"); got != tc.kept {
			t.Errorf("%s: kept %v, want %v: …%q", tc.name, got, tc.kept, end)
		}
		if !tc.kept && (strings.Contains(end, "5 March") || strings.Contains(end, "转载") || len(s.Text) < 800) {
			t.Errorf("%s: the text ends in %q", tc.name, end)
		}
	}
}
