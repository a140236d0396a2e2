package extract_test

import (
	"strings"
	"testing"

	"storyfeed/indexer/extract"
)

// Names are never thrown away because they look like a template's or because
// a word of theirs is also a role.
func TestNamesThatLookLikeRoles(t *testing.T) {
	forms := map[string][2]string{ // head, around
		"json-ld": {`<script type="application/ld+json">{"@type":"BlogPosting","headline":"A Story","author":{"@type":"Person","name":"NAME"}}</script>`, ""},
		"element": {"", `<p>by <a rel="author" href="/about-me">NAME</a></p>`},
		"byline":  {"", `<p class="byline">By NAME</p>`},
		"line":    {"", `<p>By NAME on 5 March 2024</p>`},
		"meta":    {`<meta name="author" content="NAME">`, ""},
	}
	for _, tc := range []struct{ name, meta, marked string }{
		{"Jane Doe", "Jane Doe", "Jane Doe"},
		{"John Doe", "John Doe", "John Doe"},
		{"Ann Press", "Ann Press", "Ann Press"},
		{"Ann Support", "Ann Support", "Ann Support"},
		{"Ann Owner", "Ann Owner", "Ann Owner"},
		{"Ann Test", "Ann Test", "Ann Test"},
		{"Ann Staff", "Ann Staff", "Ann Staff"},
		{"Press", "", "Press"},
		{"Staff", "", "Staff"},
		{"Editorial Team", "", "Editorial Team"},
		{"Garden Notes Staff", "", ""}, // the site itself
		{"admin", "", ""},
		{"Administrator", "", ""},
		{"WordPress", "", ""},
		{"Site Admin", "", ""},
		{"Author Name", "", ""},
		{"Unknown", "", ""},
	} {
		for form, page := range forms {
			want := tc.marked
			if form == "meta" {
				want = tc.meta
			}
			fill := strings.NewReplacer("NAME", tc.name).Replace
			s := read(t, "https://b.example/s", `<meta property="og:site_name" content="Garden Notes">`+fill(page[0]), fill(page[1]), nil)
			if got := strings.Join(s.Authors, "|"); got != want {
				t.Errorf("%s by %s: authors %q (%s), want %q", tc.name, form, got, s.AuthorSource, want)
			}
		}
	}
}

// A role stands in only where nobody is named.
func TestPersonBeforeRole(t *testing.T) {
	page := `<html><head><title>A Story</title><script type="application/ld+json">{"@type":"BlogPosting","headline":"A Story","author":{"@type":"Person","name":"Editorial Team"}}</script></head>` +
		`<body><main><article><h1>A Story</h1><p class="byline">By Ada Marsh</p><div class="entry-content">` + filler + filler + `</div></article></main></body></html>`
	s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Now: today})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Authors, "|"); got != "Ada Marsh" {
		t.Errorf("authors %q, want the person of the byline", got)
	}
}
