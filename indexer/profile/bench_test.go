package profile_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"storyfeed/indexer/extract"
	"storyfeed/indexer/profile"
)

// weighty is a family's page with what real themes put around a story: a head
// full of links and styles, a menu, a sidebar, a footer. The story has about
// 900 words.
func weighty(f family) family {
	page := f.page
	f.grown = func(s story) story {
		for i := range 3 {
			s.parts = append(s.parts, tell(2000+3*s.i+i).parts...)
		}
		return s
	}
	f.page = func(s story) string {
		head := strings.Repeat(`<link rel="stylesheet" href="/wp-content/plugins/x/style.css?ver=6.4"><meta name="generator" content="A plugin">`, 12) +
			`<style>` + strings.Repeat(".wp-block-image{margin:0 0 1em} ", 120) + `</style>`
		item := `<li class="menu-item menu-item-type-post_type"><a href="/topics/x/" class="menu-link"><span class="menu-text">A topic of ours</span></a></li>`
		around := `<nav class="mega"><ul class="menu">` + strings.Repeat(item, 40) + `</ul></nav><div class="side">` +
			strings.Repeat(`<div class="card"><a href="/p/"><img src="/i.jpg" alt="" width="80" height="80" loading="lazy" class="thumb"></a><h4 class="card-title"><a href="/p/">Another story of ours</a></h4><span class="card-date">a while ago</span></div>`, 20) + `</div>`
		out := strings.Replace(page(f.grown(s)), "</head>", head+"</head>", 1)
		return strings.Replace(out, "</body>", around+"<script>var settings = {"+strings.Repeat(`"key":"value",`, 200)+`};</script></body>`, 1)
	}
	return f
}

// timesParse is how many times as long as parsing it takes to read a page, by
// the best of interleaved rounds: other programs only make slower.
func timesParse(b *testing.B, page []byte, read func() error) float64 {
	b.Helper()
	best := func(d time.Duration, f func() error) time.Duration {
		start := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		return min(d, time.Since(start))
	}
	parse, whole := time.Hour, time.Hour
	for range 100 {
		parse = best(parse, func() error { _, err := html.Parse(bytes.NewReader(page)); return err })
		whole = best(whole, read)
	}
	return float64(whole) / float64(parse)
}

// BenchmarkExtract reads pages of known templates; ×parse is how many times as
// long it takes as parsing them, with all of it counted.
func BenchmarkExtract(b *testing.B) {
	for _, f := range families {
		if f.name == "nothing but the story" {
			continue // weight makes it another template: menus beside bare paragraphs, whose body has no place of its own
		}
		f = weighty(f)
		b.Run(strings.ReplaceAll(f.name, " ", "-"), func(b *testing.B) {
			set := learn(b, f.samples(b, 0, 12, profile.ByFeed), options())
			s := tell(30)
			p := extract.Page{URL: f.url(s), HTML: []byte(f.page(s)), Now: now, Profile: set}
			v, err := extract.Extract(p)
			if err != nil || !v.Profile.Alone {
				b.Fatalf("not read by the profile alone: %v %+v", err, v.Profile)
			}
			times := timesParse(b, p.HTML, func() error { _, err := extract.Extract(p); return err })
			b.SetBytes(int64(len(p.HTML)))
			for b.Loop() {
				if _, err := extract.Extract(p); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(times, "×parse")
		})
	}
}

// BenchmarkApply is the profile's own part of that.
func BenchmarkApply(b *testing.B) {
	f := weighty(families[0])
	set := learn(b, f.samples(b, 0, 12, profile.ByFeed), options())
	doc := f.parse(b, tell(30))
	for b.Loop() {
		set.Apply(doc, profile.Hints{URL: "https://x.example/", Language: "en", ReadDate: extract.ReadDate})
	}
}

// BenchmarkLearn learns from twelve pages.
func BenchmarkLearn(b *testing.B) {
	f := weighty(families[0])
	samples := f.samples(b, 0, 12, profile.ByFeed)
	for b.Loop() {
		learn(b, samples, options())
	}
}
