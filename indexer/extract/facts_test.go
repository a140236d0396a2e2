package extract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
)

// read extracts a page made of a head and something beside a plain story.
func read(t *testing.T, url, head, around string, header http.Header) extract.Story {
	t.Helper()
	page := `<html><head><title>A Story</title>` + head + `</head><body><main><article><h1>A Story</h1>` + around + `<div class="entry-content">` + filler + filler + `</div></article></main></body></html>`
	s, err := extract.Extract(extract.Page{URL: url, HTML: []byte(page), Header: header, Now: today})
	if err != nil {
		t.Fatalf("Extract: %v", err)
	}
	return s
}

func TestCanonical(t *testing.T) {
	for _, tc := range []struct{ name, url, canonical, want string }{
		{"itself", "https://b.example/s/", "https://b.example/s/", "https://b.example/s/"},
		{"relative", "https://b.example/s/?utm_source=x", "/s/", "https://b.example/s/"},
		{"other scheme and www", "https://b.example/s/", "http://www.b.example/s/", "http://www.b.example/s/"},
		{"AMP copy", "https://b.example/s/amp/", "https://b.example/s/", "https://b.example/s/"},
		{"second page of a story", "https://b.example/s/2/", "https://b.example/s/", "https://b.example/s/"},
		{"moved within the site", "https://b.example/?p=9", "https://b.example/2024/s/", "https://b.example/2024/s/"},
		{"other site", "https://b.example/s/", "https://evil.example/s/", ""},
		{"other port", "http://127.0.0.1:9001/s", "http://127.0.0.1:9002/s", ""},
		{"home page", "https://b.example/s/", "https://b.example/", ""},
		{"page above", "https://b.example/series/part-1/", "https://b.example/series/", ""},
		{"script", "https://b.example/s/", "javascript:alert(1)", ""},
		{"empty", "https://b.example/s/", "", ""},
	} {
		if got := read(t, tc.url, `<link rel="canonical" href="`+tc.canonical+`">`, "", nil).CanonicalURL; got != tc.want {
			t.Errorf("%s: canonical %q of %s = %q, want %q", tc.name, tc.canonical, tc.url, got, tc.want)
		}
	}
}

func TestWordPress(t *testing.T) {
	api := "https://b.example/wp-json/wp/v2/posts/12"
	for _, tc := range []struct {
		name, head string
		header     http.Header
		id         int
		api        string
	}{
		{"alternate link", `<link rel="alternate" type="application/json" href="` + api + `">`, nil, 12, api},
		{"plain addresses", `<link rel="alternate" type="application/json" href="https://b.example/index.php?rest_route=%2Fwp%2Fv2%2Fposts%2F12">`, nil, 12, "https://b.example/index.php?rest_route=%2Fwp%2Fv2%2Fposts%2F12"},
		{"header", "", http.Header{"Link": {`<https://b.example/wp-json/>; rel="https://api.w.org/", <` + api + `>; rel="alternate"; title="JSON"; type="application/json"`, `<https://b.example/?p=12>; rel=shortlink`}}, 12, api},
		{"short link", `<link rel="shortlink" href="https://b.example/?p=12">`, nil, 12, ""},
		{"a feed in JSON is no post", `<link rel="alternate" type="application/json" href="/feed.json">`, nil, 0, ""},
		{"API of another site", `<link rel="alternate" type="application/json" href="https://evil.example/wp-json/wp/v2/posts/12">`, nil, 12, ""},
		{"nothing", "", nil, 0, ""},
	} {
		s := read(t, "https://b.example/s/", tc.head, "", tc.header)
		if s.WordPressID != tc.id || s.APIURL != tc.api {
			t.Errorf("%s: WordPress %d, %q, want %d, %q", tc.name, s.WordPressID, s.APIURL, tc.id, tc.api)
		}
	}
}

// TestGuessedDates: where nothing dates a story, the likeliest date of the
// page is taken, and says of itself that it is a guess.
func TestGuessedDates(t *testing.T) {
	for _, tc := range []struct{ name, head, around, want string }{
		{"data of a script", `<script>window.state = {"article":{"publishedAt":"2024-03-04T10:00:00Z","title":"x"}}</script>`, "", "2024-03-04"},
		{"escaped data", `<script>load("{\"datePublished\":\"2024-03-04\"}")</script>`, "", "2024-03-04"},
		{"line that tells more", "", `<p>This article, which took us a long while to write and longer to check, was finally published on 4 March 2024 at the harbour office by all of us.</p>`, "2024-03-04"},
		{"line before the heading", `<p>Harbour news, 4 March 2024, all the news of the quay</p>`, "", "2024-03-04"},
		{"picture filed by the day", `<meta property="og:image" content="https://b.example/media/2024/03/04/boat.jpg">`, "", "2024-03-04"},
		{"picture named by the clock", `<meta property="og:image" content="https://b.example/media/20240304121314.jpg">`, "", "2024-03-04"},
		{"future data", `<script>x = {"publishedAt":"2099-03-04T10:00:00Z"}</script>`, "", ""},
	} {
		s := read(t, "https://b.example/s", tc.head, tc.around, nil)
		got := ""
		if !s.Published.IsZero() {
			got = s.Published.Time.Format(time.DateOnly)
		}
		if got != tc.want || s.Published.Guessed() != (tc.want != "") {
			t.Errorf("%s: published %q from %q, want %q as a guess", tc.name, got, s.Published.Source, tc.want)
		}
	}
}

// TestDay: the day of a story is the one that its readers saw, whatever day
// it was in UTC.
func TestDay(t *testing.T) {
	for _, tc := range []struct{ name, url, published, around, want string }{
		{"zone of the page", "/s", "2024-03-04T23:10:00-05:00", "", "2024-03-04"},
		{"address in the author's zone", "/2024/03/04/s", "2024-03-05T04:10:00+00:00", "", "2024-03-04"},
		{"byline in the author's zone", "/s", "2024-03-05T04:10:00Z", `<p class="byline">by Jane Roe, 4 March 2024</p>`, "2024-03-04"},
	} {
		s := read(t, "https://b.example"+tc.url, `<meta property="article:published_time" content="`+tc.published+`">`, tc.around, nil)
		if got := s.Day.Format(time.DateOnly); got != tc.want || s.Published.Time.Format(time.RFC3339) != "2024-03-05T04:10:00Z" {
			t.Errorf("%s: day %s of %s, want %s", tc.name, got, s.Published.Time, tc.want)
		}
	}
}

func TestDates(t *testing.T) {
	for _, tc := range []struct{ name, url, head, around, want, updated string }{
		{"meta", "/s", `<meta property="article:published_time" content="2024-03-04T10:00:00Z">`, "", "2024-03-04T10:00:00Z", ""},
		{"future is refused", "/s", `<meta property="article:published_time" content="2099-03-04T10:00:00Z">`, "", "", ""},
		{"before the web is refused", "/s", `<meta property="article:published_time" content="1970-01-01T00:00:00Z">`, "", "", ""},
		{"future gives way to the byline", "/s", `<meta property="article:published_time" content="2099-03-04T10:00:00Z">`, `<p class="byline">by Jane Roe, 5 March 2024</p>`, "2024-03-05", ""},
		{"two agree against one", "/2024/03/05/s", `<meta property="article:published_time" content="2025-01-01T10:00:00Z">`, `<p class="byline">by Jane Roe, 5 March 2024</p>`, "2024-03-05", ""},
		{"the exact one of those that agree", "/2024/03/05/s", `<meta property="article:published_time" content="2024-03-05T23:10:00-05:00">`, `<p class="byline">by Jane Roe, March 5, 2024</p>`, "2024-03-06T04:10:00Z", ""},
		{"address", "/2024/03/05/s", "", "", "2024-03-05", ""},
		{"updated element", "/s", "", `<p>Published <time datetime="2024-03-05">5 March 2024</time>, updated <time datetime="2024-04-05">5 April 2024</time></p>`, "2024-03-05", "2024-04-05"},
		{"updated in a byline", "/s", "", `<p>By Jane Roe · 5 March 2024 · Last updated: 6 April 2024</p>`, "2024-03-05", "2024-04-06"},
		{"edited by somebody", "/s", "", `<p>By Jane Doe, 5 May 2020</p><p>Edited by Bob Roe on <time datetime="2021-02-03">3 February 2021</time></p>`, "2020-05-05", "2021-02-03"},
		{"update only after publishing", "/s", `<meta property="article:published_time" content="2024-03-04T10:00:00Z"><meta property="article:modified_time" content="2024-03-04T10:00:00Z">`, "", "2024-03-04T10:00:00Z", ""},
		{"old blogs' abbr", "/s", "", `<abbr class="published" title="2010-03-04T10:00:00+01:00">Thursday</abbr>`, "2010-03-04T09:00:00Z", ""},
		{"sentence that mentions a date", "/s", "", `<p>On 5 March 2019 we all went to the sea together and nobody came home dry, which was the point.</p>`, "", ""},
		{"related post's date", "/s", "", `<aside class="related-posts"><a href="/x">x</a><time datetime="2020-01-01">1 January 2020</time></aside>`, "", ""},
		{"comment's date", "/s", "", `<div class="comments"><time datetime="2020-01-01">1 January 2020</time></div>`, "", ""},
		{"none", "/s", "", "", "", ""},
	} {
		s := read(t, "https://b.example"+tc.url, tc.head, tc.around, nil)
		if got := known(map[string]string{"published": ""}, s)["published"]; got != tc.want {
			t.Errorf("%s: published %q (%s), want %q", tc.name, got, s.Published.Source, tc.want)
		}
		if got := known(map[string]string{"updated": ""}, s)["updated"]; got != tc.updated {
			t.Errorf("%s: updated %q (%s), want %q", tc.name, got, s.Updated.Source, tc.updated)
		}
		if s.Published.IsZero() != (s.Published.Source == "") || s.Published != (feed.Date{}) && s.Published.Precision == "" {
			t.Errorf("%s: date without source or precision: %+v", tc.name, s.Published)
		}
	}
}

func TestTags(t *testing.T) {
	for _, tc := range []struct {
		name, head, around string
		want               []string
	}{
		{"links marked as tags", "", `<p><a rel="tag" href="/tag/a">A</a> <a rel="tag" href="/tag/b">b</a> <a rel="tag" href="/tag/a">a</a></p>`, []string{"A", "b"}},
		{"categories are none", "", `<p><a rel="category tag" href="/category/c">C</a> <a rel="tag" href="/category/d">D</a><a rel="tag" href="/tag/a">a</a></p>`, []string{"a"}},
		{"article:tag without the section", `<meta property="article:tag" content="c"><meta property="article:tag" content="a"><meta property="article:section" content="C">`, "", []string{"a"}},
		{"keywords of JSON-LD", `<script type="application/ld+json">{"@type":"BlogPosting","keywords":"a, b ,Uncategorized","articleSection":"b"}</script>`, "", []string{"a"}},
		{"names of lists", "", `<ul class="post-tags"><li><a href="/t/x">#x</a></li></ul>`, []string{"x"}},
		{"a labelled line", "", `<p>Tags: boats, night shift, <b>rope</b></p>`, []string{"boats", "night shift", "rope"}},
		{"a labelled line of links", "", `<p>tags: <a href="/tag/boats.html">boats</a> <a href="/tag/rope.html">rope</a></p>`, []string{"boats", "rope"}},
		{"in German", "", `<p>Schlagwörter: <a href="/s/boote">Boote</a>, <a href="/s/seile">Seile</a></p>`, []string{"Boote", "Seile"}},
		{"in French", "", `<p>Mots-clés : bateaux, cordes</p>`, []string{"bateaux", "cordes"}},
		{"in Spanish", "", `<p>Etiquetas: <a href="/search/label/barcos" rel="tag">barcos</a></p>`, []string{"barcos"}},
		{"in Chinese", "", `<p>标签：船，绳子</p>`, []string{"船", "绳子"}},
		{"below a label", "", `<h4>Tags</h4><ul><li><a href="/topics/boats">boats</a></li><li><a href="/topics/rope">rope</a></li></ul><h4>More</h4><p><a href="/x">Another</a></p>`, []string{"boats", "rope"}},
		{"with the number of stories", "", `<p>Tags: <a href="/tag/boats">boats <sup>12</sup></a> <a href="/tag/2024">2024</a></p>`, []string{"boats", "2024"}},
		{"in a side column, in the keywords, too", `<meta name="keywords" content="Boats, rope">`, `<section class="sidebar"><h4>Tags</h4><ul><li><a href="/tags.html#boats">boats</a></li></ul></section>`, []string{"boats"}},
		{"in the article's side column", "", `<section id="article-sidebar"><h4>Tags</h4><ul><li><a href="/tags.html#boats">boats</a></li></ul></section>`, []string{"boats"}},
		{"in a side column that tells of the site", "", `<section class="sidebar"><h4>Tags</h4><ul><li><a href="/tags.html#boats">boats</a></li></ul></section>`, nil},
		{"in a side column, beside a byline", "", `<section class="sidebar"><h2>6 January 2026</h2><ul><li>Author: <a href="/author/jane">Jane Roe</a></li><li>Tags: <a href="/tag/boats">boats</a> <a href="/tag/rope">rope</a></li></ul><h3>Recent</h3><p><a href="/x">X</a></p><h3>Latest</h3><p>Much</p><h3>Tags</h3><ul><li><a href="/tag/ice">ice</a></li></ul></section>`, []string{"boats", "rope"}},
		{"plain, one element each", "", `<div class="tags"><span>boats</span> <span>#night shift</span></div>`, []string{"boats", "night shift"}},
		{"plain, each called a tag", "", `<div><span class="tag">boats</span><span class="tag">rope</span></div>`, []string{"boats", "rope"}},
		{"plain, in a list behind its label", "", `<ul class="post-tags"><li>Tags:</li><li>boats</li><li>rope</li></ul>`, []string{"boats", "rope"}},
		{"plain, between commas", "", `<p class="entry-tags">boats, night shift</p>`, []string{"boats", "night shift"}},
		{"a sentence that is called tags", "", `<p class="tags">Nothing here is tagged with anything. Be patient.</p>`, nil},
		{"a label that leads to all tags", "", `<div><a href="/tags"><div>14</div><div>Tags</div></a><a href="/categories"><div>4</div><div>Categories</div></a></div>`, nil},
		{"a label without tags before a pager", "", `<div><span>Tags: </span></div><ul><li><a href="/u">Previous Post</a></li><li><a href="/t">Next Post</a></li></ul>`, nil},
		{"a sentence behind a label", "", `<p>Tags: these are what nobody ever reads at the end of a page. We leave them out.</p>`, nil},
		{"a word that is no label", "", `<p>Tagsüber: Boote, Seile</p>`, nil},
		{"a category behind its label", "", `<p>Category: <a href="/category/harbour">Harbour</a></p><p>Tags: <a href="/tag/rope">rope</a></p>`, []string{"rope"}},
		{"a tag cloud is none", "", `<aside class="widget"><div class="tagcloud"><a href="/tag/q">q</a></div></aside>`, nil},
	} {
		if diff := cmp.Diff(tc.want, read(t, "https://b.example/s", tc.head, tc.around, nil).Tags); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// Stories of the page's own folder are none of its tags.
func TestTagsBeforeOtherStories(t *testing.T) {
	const around = `<div><span>Tags:</span></div><ul><li><a href="/notes/weir">The weir</a></li><li><a href="/marks/ice">ice</a></li></ul>`
	for url, want := range map[string][]string{"https://b.example/notes/s": nil, "https://b.example/s": {"The weir", "ice"}} {
		if diff := cmp.Diff(want, read(t, url, "", around, nil).Tags); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
	}
}

func TestHero(t *testing.T) {
	for _, tc := range []struct{ name, head, want string }{
		{"og:image", `<meta property="og:image" content="/a.jpg">`, "https://b.example/a.jpg"},
		{"the safe address first", `<meta property="og:image" content="http://b.example/a.jpg"><meta property="og:image:secure_url" content="https://b.example/a.jpg">`, "https://b.example/a.jpg"},
		{"a logo is none", `<meta property="og:image" content="/img/logo.png">`, ""},
		{"a small picture is none", `<meta property="og:image" content="/a.jpg"><meta property="og:image:width" content="90">`, ""},
		{"JSON-LD", `<script type="application/ld+json">{"@type":"BlogPosting","image":[{"@type":"ImageObject","url":"https://b.example/b.jpg"}]}</script>`, "https://b.example/b.jpg"},
		{"data is none", `<meta property="og:image" content="data:image/png;base64,AAAA">`, ""},
	} {
		if got := read(t, "https://b.example/s", tc.head, "", nil).ImageURL; got != tc.want {
			t.Errorf("%s: hero %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestLinksTo(t *testing.T) {
	s := read(t, "https://b.example/s", "", `<nav><a href="/hub/#x">Hub</a></nav><p><a href="/hub/">again</a> <a href="#y">y</a> <a href="mailto:a@b.example">m</a> <a href="//c.example/z?a=1&amp;b=2">z</a> <a href="https://user:secret@d.example/">u</a></p>`, nil)
	if diff := cmp.Diff([]string{"https://b.example/hub/", "https://b.example/s", "https://c.example/z?a=1&b=2"}, s.LinksTo()); diff != "" {
		t.Errorf("LinksTo (-want +got):\n%s", diff)
	}
}

func TestText(t *testing.T) {
	in := `<h2>Head</h2><p>One  two<br>three</p><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start="3"><li>x</li></ol>` +
		`<table><caption>Cap</caption><tr><th>A</th><th>B</th></tr><tr><td>1</td><td></td></tr></table><pre><code>if a {
	b
}</code></pre><blockquote><p>q1</p><p>q2</p></blockquote><figure><img src="https://a.example/x.png" alt="no"><figcaption>cap</figcaption></figure>`
	want := "Head\n\nOne two\nthree\n\n- a\n  - b\n- c\n\n3. x\n\nCap\nA | B\n1 | \n\nif a {\n\tb\n}\n\nq1\n\nq2\n\ncap"
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(strings.ReplaceAll(extract.Text(in), "1 |\n", "1 | \n"), "\n")); diff != "" {
		t.Errorf("Text (-want +got):\n%s", diff)
	}
}

func TestCountWords(t *testing.T) {
	for in, want := range map[string]int{"": 0, "one": 1, "one, two - three": 3, "don't stop": 2, "听雨": 2, "a 听雨 b": 4, "42 %": 1, "— … !": 0} {
		if got := extract.CountWords(in); got != want {
			t.Errorf("CountWords(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	b, err := extract.Clean(`<h2>A Story</h2><p>By Jane Roe</p><p>Text with a <a href="/x">link</a>.</p><script>alert(1)</script><div class="sharedaddy">Share</div>`, "https://b.example/s", "A Story", []string{"Jane Roe"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `<p>Text with a <a href="https://b.example/x">link</a>.</p>`; b.HTML != want || b.Text != "Text with a link." || b.Words != 4 {
		t.Errorf("Clean = %+v, want %s", b, want)
	}
	if _, err := extract.Clean(strings.Repeat("<div>", 600), "https://b.example/s", "", nil); err == nil {
		t.Error("Clean of 600 nested elements gives no error")
	}
	if b, err := extract.Clean("", "https://b.example/s", "", nil); err != nil || b.HTML != "" {
		t.Errorf("Clean of nothing = %+v, %v", b, err)
	}
}

// TestLanguageOfTheText: the element nearest to the text knows its language
// better than the template around it.
func TestLanguageOfTheText(t *testing.T) {
	for _, tc := range []struct{ name, html, article, ld, want string }{
		{"the template's alone", "en", "", "", "en"},
		{"the article's", "en", "de-at", "", "de-AT"},
		{"JSON-LD before the template", "en", "", "fr", "fr"},
		{"the article before JSON-LD", "en", "de", "fr", "de"},
	} {
		page := `<html lang="` + tc.html + `"><head><title>A Story</title><script type="application/ld+json">{"@type":"BlogPosting","headline":"A Story","inLanguage":"` + tc.ld + `"}</script></head><body><main><article lang="` + tc.article + `"><h1>A Story</h1><div class="entry-content">` + filler + filler + `</div></article></main></body></html>`
		s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Now: today})
		if err != nil || s.Language != tc.want {
			t.Errorf("%s: language %q (%v), want %q", tc.name, s.Language, err, tc.want)
		}
	}
}

// TestTagsInBody: some themes set the tags into the element of the text.
func TestTagsInBody(t *testing.T) {
	for name, line := range map[string]string{
		"before the text, linked": `<footer class="post-info"><p>By Jane Roe</p><p>tags: <a href="/tag/boats.html">boats</a> <a href="/tag/rope.html">rope</a></p></footer>TEXT`,
		"after the text, linked":  `TEXT<p>Tags: <a href="/tag/boats">boats</a>, <a href="/tag/rope">rope</a></p>`,
		"after the text, plain":   `TEXT<p>Tags: boats, rope</p>`,
		"after the text, alone":   `TEXT<p><b>Labels:</b> boats; rope</p>`,
	} {
		page := `<html><head><title>A Story</title></head><body><main><article><h1>A Story</h1><div class="entry-content">` + strings.Replace(line, "TEXT", filler+filler, 1) + `</div></article></main></body></html>`
		s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Now: today})
		if err != nil || strings.Join(s.Tags, "|") != "boats|rope" || strings.Contains(s.Text, "rope") {
			t.Errorf("%s: tags %q (%v), text %q", name, s.Tags, err, s.Text)
		}
	}
}
