package extract

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The dates of other stories, announced below one that shows none, are not its
// own, however they are laid out. Its own may stand below it, too.
func TestDatesOfOtherStories(t *testing.T) {
	prose := strings.Repeat("<p>The harbour was quiet that morning, and we went down to the quay with the letters and the bread as we did every day of the week.</p>", 6)
	pages := []string{
		"<main><article><h1>The Story</h1>%s</article>%s</main>",
		"<div><h1>The Story</h1>%s%s</div>",
		"<div><h1>The Story</h1><div>%s</div></div><div>%s</div>",
		"<table><tr><td><h2>The Story</h2>%s%s</td></tr></table>",
	}
	for name, below := range map[string]string{
		"cards that are links":      `<div><div>Read next</div><a href="/x"><div>Other one</div><div>Ann Lee · Mar 5, 2025</div></a><a href="/y"><div>Other two</div><div>Ann Lee · Apr 5, 2025</div></a></div>`,
		"one card that is a link":   `<div><a href="/x"><div>Other one</div><div>Mar 5, 2025</div></a></div>`,
		"under an unknown heading":  `<div><h4>Elsewhere on the quay</h4><div><h3><a href="/x">Other one</a></h3><span>Mar 5, 2025</span></div><div><h3><a href="/y">Other two</a></h3><span>Apr 5, 2025</span></div></div>`,
		"with elements for dates":   `<section><h2>Read next</h2><div><h3><a href="/x">Other one</a></h3><time datetime="2025-03-05">5 Mar</time></div><div><h3><a href="/y">Other two</a></h3><time datetime="2025-04-05">5 Apr</time></div></section>`,
		"a single one":              `<section><p>Read next</p><div><a href="/x">Other one</a> <span class="date">Mar 5, 2025</span></div></section>`,
		"a list":                    `<h3>More tales</h3><ul><li><a href="/x">Other one</a> (5 March 2025)</li><li><a href="/y">Other two</a> (5 April 2025)</li></ul>`,
		"a table":                   `<table><tr><th><a href="/18">Other one</a></th><td>2024.01.01</td></tr><tr><th><a href="/19">Other two</a></th><td>2024.02.01</td></tr></table>`,
		"the ones before and after": `<div><div>Previous: <a href="/x">Other one</a>, Mar 5, 2025</div><div>Next: <a href="/y">Other two</a>, Apr 5, 2025</div></div>`,
		"with pictures":             `<div><div><a href="/x"><img src="/a.png"></a><div><p class="date">Mar 5, 2025</p><a href="/x">Other one</a></div></div><div><a href="/y"><img src="/a.png"></a><div><p class="date">Apr 5, 2025</p><a href="/y">Other two</a></div></div></div>`,
	} {
		for _, page := range pages {
			if got := dayOf(t, fmt.Sprintf(page, prose, below)); got != "" {
				t.Errorf("%s in %.30s: dated %s, want no date", name, page, got)
			}
		}
	}
	for name, own := range map[string]string{
		"a line":                   `<p>Filed 5 March 2025</p>`,
		"with its category":        `<p>Mar 5, 2025 in <a href="/category/tales">Tales</a></p>`,
		"as a link to itself":      `<p><a href="/self">Mar 5, 2025</a></p>`,
		"with its author":          `<div><time datetime="2025-03-05">Mar 5</time> · <a href="/author/x">Ann Lee</a></div>`,
		"beside the way back":      `<p>5 March 2025 · <a href="/">Home</a></p>`,
		"before the announcements": `<p>Published 5 March 2025</p><h3>More stories</h3><ul><li><a href="/x">Other one</a> (5 April 2025)</li><li><a href="/y">Other two</a> (6 April 2025)</li></ul>`,
	} {
		for _, page := range pages {
			if got := dayOf(t, fmt.Sprintf(page, prose, own)); got != "2025-03-05" {
				t.Errorf("%s in %.30s: dated %q, want 2025-03-05", name, page, got)
			}
		}
	}
}

func dayOf(t *testing.T, body string) string {
	t.Helper()
	s, err := Extract(Page{
		URL:  "https://quay.example/self",
		HTML: []byte(`<html lang="en"><head><title>The Story</title></head><body><header><a href="/">Quay</a></header>` + body + `<footer>© 2023 Quay</footer></body></html>`),
		Now:  time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Published.IsZero() {
		return ""
	}
	return s.Published.Time.Format(time.DateOnly)
}
