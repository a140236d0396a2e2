package extract_test

import (
	"strings"
	"testing"

	"storyfeed/indexer/extract"
)

// TestBodyBounds: what belongs to a story though it stands outside its
// container, and what does not though it stands within.
func TestBodyBounds(t *testing.T) {
	prose := "<p>" + strings.Repeat("The ferry leaves at seven and whoever is late waits on the quay. ", 6) + "</p>"
	for _, tc := range []struct {
		name, between, within string
		keeps, drops          string
	}{
		{"lead by name", `<div class="article-lead">The harbour will be shut for three weeks, the office said on Monday.</div>`, "", "shut for three weeks", ""},
		{"excerpt of a blog", `<p class="article-excerpt">The harbour will be shut for three weeks, and I say what I think of that, which is not much, nor kind.</p>`, "", "", "shut for three weeks"},
		{"byline is no lead", `<div class="intro-meta">by Jill Roe on 4 March 2024 · 5 min read · 12 comments</div>`, "", "", "min read"},
		{"line that leads away", "", `<p>Read more: <a href="/other">The crane that fell into the harbour</a></p>`, "", "crane"},
		{"sentence that begins so", "", `<p>Read more books, my mother said, and I did so for the next <a href="/years">years</a> of my life at the harbour.</p>`, "mother said", ""},
		{"teaser card", "", `<div class="c-teaser"><a href="/other">The crane that fell</a></div>`, "", "crane"},
		{"card that an author set", "", `<div class="kg-bookmark-card"><a href="https://other.example/">On flour</a></div>`, "On flour", ""},
		{"caption that names the owner", "", `<figure><img src="/a.jpg"><figcaption>Photo: Jill Roe/Shutterstock</figcaption></figure>`, "", "Shutterstock"},
		{"caption that tells", "", `<figure><img src="/a.jpg"><figcaption>The ferry in winter, when nobody waits.</figcaption></figure>`, "in winter", ""},
	} {
		page := `<html><head><title>The Ferry</title></head><body><article><h1>The Ferry</h1>` + tc.between + `<div class="entry-content">` + prose + tc.within + prose + `</div></article></body></html>`
		s, err := extract.Extract(extract.Page{URL: "https://b.example/ferry", HTML: []byte(page), Now: today})
		if err != nil {
			t.Errorf("%s: Extract: %v", tc.name, err)
			continue
		}
		if !strings.Contains(s.Text, tc.keeps) {
			t.Errorf("%s: text lacks %q: %s", tc.name, tc.keeps, s.Text)
		}
		if tc.drops != "" && strings.Contains(s.Text, tc.drops) {
			t.Errorf("%s: text has %q: %s", tc.name, tc.drops, s.Text)
		}
	}
}
