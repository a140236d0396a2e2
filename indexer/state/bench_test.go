package state

import (
	"fmt"
	"strings"
	"testing"
)

// plainPage is an ordinary page of about 50 KB that carries no data: text,
// links, pictures and the scripts that every page has.
func plainPage() []byte {
	return []byte(`<!doctype html><html><head><title>Tides</title><script src="/app.js"></script><script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date());</script></head><body><main>` +
		strings.Repeat(`<p class="text">The keeper of the light counted the waves, <a href="/tides?year=1911" rel="next">as before</a>, and <em>went to bed</em>.</p><img src="/tide.jpg" alt="The tide">`, 260) + `</main></body></html>`)
}

// dataPage is the same page with about 500 KB of data in it.
func dataPage() []byte {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, `,{"slug":"tide-%d","title":"Tide %d","publishedAt":"2024-03-01T10:00:00Z","author":{"name":"Ann Reef"},"body":"<p>%s</p>"}`, i, i, strings.Repeat("the water rose again. ", 39))
	}
	data := `<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"posts":[` + b.String()[1:] + `]}}}</script></body>`
	return []byte(strings.Replace(string(plainPage()), "</body>", data, 1))
}

// BenchmarkRead is the cost that every page of a blog pays, and that of a page
// with data.
func BenchmarkRead(b *testing.B) {
	for name, page := range map[string][]byte{"without data": plainPage(), "with data": dataPage()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				Read(page).Lists()
			}
		})
	}
}
