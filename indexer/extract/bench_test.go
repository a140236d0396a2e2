package extract_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"

	"storyfeed/indexer/extract"
)

// longPage is a page of ordinary size: a theme's markup around 1,500 words
// and 20 comments. Without marks the body is found by where the prose stands.
func longPage(b *testing.B, marked bool) extract.Page {
	b.Helper()
	a, err := txtar.ParseFile("testdata/wordpress-classic-ordinal.txtar")
	if err != nil {
		b.Fatal(err)
	}
	page := section(a, "page.html")
	prose := strings.Repeat(`<p>When I started, nobody told me that the first <a href="/meeting/">meeting</a> belongs to the <em>other</em> person. I talked, and I sold nothing at all for a year.</p>`, 50)
	page = strings.Replace(page, "<h3>Three habits</h3>", prose+"<h3>Three habits</h3>", 1)
	comment := `<li class="comment"><article><p class="comment-author">Jill</p><time datetime="2020-08-02T10:00:00-05:00">August 2, 2020</time><p>How true this is of everybody that I know.</p></article></li>`
	page = strings.Replace(page, `<ol class="comment-list">`, `<ol class="comment-list">`+strings.Repeat(comment, 20), 1)
	if !marked {
		page = strings.NewReplacer("entry-content", "x1", "<main class=\"content\"", "<div", "</main>", "</div>", "<article class=\"post-5 post type-post entry category-selling tag-questions\"", "<div").Replace(page)
	}
	return extract.Page{URL: "https://sellnotes.example/listening-first/", HTML: []byte(page), Now: today}
}

// columnsPage is as long, but its groups have no names and the paragraphs have
// to tell which of them is the body.
func columnsPage(b *testing.B) extract.Page {
	b.Helper()
	a, err := txtar.ParseFile("testdata/nameless-teasers.txtar")
	if err != nil {
		b.Fatal(err)
	}
	const end = "the sea.</p>"
	prose := strings.Repeat(`<p>When the water is low, the wheel stands still, and one can see, for once, what it has been turning in all the <em>other</em> days of the year.</p>`, 25)
	teasers := strings.Repeat(`<div><a href="https://other.example/9">Sluices</a> How long they last. <a href="https://other.example/9">More</a></div>`, 40)
	page := section(a, "page.html")
	page = strings.Replace(page, end, end+prose, 1)
	page = strings.Replace(page, "<div><p>We clean", "<div>"+prose+"<p>We clean", 1)
	page = strings.Replace(page, "<div>Some days", teasers+"<div>Some days", 1)
	return extract.Page{URL: "https://mill.example/n/wheel.html", HTML: []byte(page), Now: today}
}

// timesParse is how many times as long as parsing it takes to extract a
// page, by the best of interleaved rounds: other programs only make slower.
func timesParse(b *testing.B, p extract.Page) float64 {
	b.Helper()
	best := func(d time.Duration, f func() error) time.Duration {
		start := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		return min(d, time.Since(start))
	}
	parse, whole := time.Hour, time.Hour
	for range 200 {
		parse = best(parse, func() error { _, err := html.Parse(bytes.NewReader(p.HTML)); return err })
		whole = best(whole, func() error { _, err := extract.Extract(p); return err })
	}
	return float64(whole) / float64(parse)
}

// BenchmarkParse is the measure: what nobody can do without.
func BenchmarkParse(b *testing.B) {
	p := longPage(b, true)
	b.SetBytes(int64(len(p.HTML)))
	for b.Loop() {
		if _, err := html.Parse(bytes.NewReader(p.HTML)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExtract reports, beside the time, how many times as long as
// parsing the same page it takes.
func BenchmarkExtract(b *testing.B) {
	for _, bc := range []struct {
		name string
		page extract.Page
	}{{"themed", longPage(b, true)}, {"unmarked", longPage(b, false)}, {"columns", columnsPage(b)}} {
		b.Run(bc.name, func(b *testing.B) {
			times := timesParse(b, bc.page)
			b.SetBytes(int64(len(bc.page.HTML)))
			for b.Loop() {
				if _, err := extract.Extract(bc.page); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(times, "x-parse")
		})
	}
}

// BenchmarkSanitise measures what rendering a story costs once more.
func BenchmarkSanitise(b *testing.B) {
	s, err := extract.Extract(longPage(b, true))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		extract.Sanitise(s.HTML)
	}
}
