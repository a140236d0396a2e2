package extract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"storyfeed/indexer/extract"
)

// budget is the CPU time that one document may cost.
const budget = 5 * time.Second

// TestHostilePages: pages built to be slow end in time, whatever they give.
func TestHostilePages(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("measures time, and takes some")
	}
	head := `<html><head><title>A story</title></head><body><article><h1>A story</h1>`
	attrs := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ` a%d="x"`, i)
		}
		return b.String()
	}
	for _, tc := range []struct{ name, page string }{
		{"100,000 attributes", head + `<p` + attrs(100_000) + `>text</p>`},
		{"50,000 elements with ten attributes", head + strings.Repeat(`<p class="comment share related meta" id="a" b="c" d="e" f="g" h="i" j="k" l="m" n="o" p="q">x</p>`, 50_000)},
		{"110,000 flat paragraphs", head + strings.Repeat(`<p>x`, 110_000)},
		{"400,000 flat paragraphs", strings.Repeat(`<p>x`, 400_000)},
		{"100,000 nested divs", strings.Repeat(`<div>`, 100_000)},
		{"500 open elements, many leaves", head + strings.Repeat(`<div>`, 480) + strings.Repeat(`<p>text, and more text.</p>`, 50_000)},
		{"deep and wide", head + strings.Repeat(strings.Repeat(`<div class="post">`, 100)+`text`+strings.Repeat(`</div>`, 100), 1000)},
		{"formatting elements", head + strings.Repeat(`<b><i><u><a href="/x">x`, 100) + strings.Repeat(`<p>x`, 3000)},
		{"misnested formatting", head + strings.Repeat(`<b><p>x</b>`, 20_000)},
		{"misnested tables", head + strings.Repeat(`<table><a href=/x>x<tr>y`, 100) + strings.Repeat(`<table>x</table>`, 10_000)},
		{"one table of 100,000 cells", head + `<table><tr>` + strings.Repeat(`<td>x`, 100_000) + `</table>`},
		{"3,000 tables", head + strings.Repeat(`<table><tr><td>1<td><pre>x</pre></table>`, 3000)},
		{"nested tables", head + strings.Repeat(`<table><tr><td>`, 120) + strings.Repeat(`<table><tr><td>x</table>`, 2000)},
		{"nested lists", head + strings.Repeat(`<ul><li>`, 200) + strings.Repeat(`<li>x`, 50_000)},
		{"nested quotations", head + strings.Repeat(`<blockquote>`, 400) + strings.Repeat(`<p>x`, 50_000)},
		{"100,000 headings with links", head + strings.Repeat(`<h2><a href="/x">y</a></h2>`, 35_000)},
		{"100,000 links", head + strings.Repeat(`<a href="/x?a=1">y</a> `, 100_000)},
		{"50,000 pictures with sets", head + strings.Repeat(`<img srcset="a.jpg 1w, b.jpg 2w, c.jpg 3w" data-src=x>`, 50_000)},
		{"one huge srcset", head + `<img srcset="` + strings.Repeat(`a.jpg 1w, `, 6000) + `">`},
		{"50,000 noscripts", head + strings.Repeat(`<img><noscript><img src=x.jpg></noscript>`, 40_000)},
		{"50,000 code blocks", head + strings.Repeat(`<pre><code>x</code></pre>`, 50_000)},
		{"one word of 9 MB", head + `<p>` + strings.Repeat(`x`, 9<<20)},
		{"9 MB of text", head + `<p>` + strings.Repeat(`some words of text, `, 450_000)},
		{"9 MB of entities", head + `<p>` + strings.Repeat(`&amp;&#8217;`, 800_000)},
		{"8 MB title", `<title>` + strings.Repeat(`a | b – `, 800_000) + `</title><article><p>x`},
		{"9 MB heading", `<article><h1>` + strings.Repeat(`by Jane Roe on 6 January 2026, `, 300_000) + `</h1><p>x`},
		{"byline flood", head + strings.Repeat(`<p class="byline">by Jane Roe on 6 January 2026</p>`, 30_000)},
		{"author flood", head + strings.Repeat(`<span itemprop="author"><span itemprop="name">x</span></span>`, 30_000)},
		{"nested authors", head + strings.Repeat(`<span itemprop="author"><b itemprop="name">`, 200) + strings.Repeat(`<span itemprop="name" class="fn">x</span>`, 3000)},
		{"time flood", head + strings.Repeat(`<time datetime="2026-01-0x">x</time>`, 50_000)},
		{"different dates", head + manyDates(3000)},
		{"content flood", head + strings.Repeat(`<div class="entry-content">x</div>`, 50_000)},
		{"nested contents", head + strings.Repeat(`<div class="entry-content">x`, 400) + strings.Repeat(`<div class="entry-content">x</div>`, 3000)},
		{"huge JSON-LD", `<script type="application/ld+json">` + strings.Repeat(`[`, 4<<20) + `</script>` + head},
		{"wide JSON-LD", `<script type="application/ld+json">[` + strings.Repeat(`{"@type":"Article","author":[["x"]]},`, 25_000) + `{}]</script>` + head + `<p>x`},
		{"many JSON-LD", strings.Repeat(`<script type="application/ld+json">{"@type":"Article","headline":"x","@id":"y"}</script>`, 50_000) + head + `<p>x`},
		{"self-referring JSON-LD", `<script type="application/ld+json">{"@graph":[{"@id":"a","@type":"Article","author":{"@id":"a"},"image":{"@id":"a"},"x":1}]}</script>` + head + `<p>x`},
		{"meta flood", strings.Repeat(`<meta property="article:tag" content="a,b,c">`, 100_000) + head + `<p>x`},
		{"comment flood", head + strings.Repeat(`<!-- x -->`, 250_000)},
		{"brand flood", head + strings.Repeat(`<a class="logo site-title">x</a>`, 5000) + distinctBrands(20_000)},
		{"select and option", head + `<select>` + strings.Repeat(`<option>x`, 100_000)},
		{"foreign content", head + strings.Repeat(`<svg><foreignObject><math><mi>`, 120) + strings.Repeat(`<p>x</p>`, 20_000)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			start := cpuTime()
			_, err := extract.Extract(extract.Page{URL: "https://b.example/story", HTML: []byte(tc.page), Now: today})
			if took := cpuTime() - start; took > budget {
				t.Errorf("Extract took %v, want at most %v (error: %v)", took, budget, err)
			} else if took > time.Second {
				t.Logf("%v (%v)", took, err)
			}
		})
	}
}

func manyDates(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<time itemprop="datePublished" datetime="%d-%02d-%02d">x</time>`, 1996+i%28, 1+i%12, 1+i%28)
	}
	return b.String()
}

func distinctBrands(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<b class="logo">x%d</b>`, i)
	}
	return b.String()
}
