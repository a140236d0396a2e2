package profile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"storyfeed/feed"
	"storyfeed/indexer/extract"
	"storyfeed/indexer/profile"
)

// story is what a page of a family shows.
type story struct {
	i         int
	title     string
	author    string
	published time.Time // at a minute of the day, UTC
	parts     []part
}

// part is a block of a story's body.
type part struct {
	tag   string // p, h2, li
	text  string
	items []string // of a list
}

func (s story) text() string {
	var out []string
	for _, p := range s.parts {
		if p.tag == "ul" {
			out = append(out, "- "+strings.Join(p.items, "\n- "))
			continue
		}
		out = append(out, p.text)
	}
	return strings.Join(out, "\n\n")
}

func (s story) body() string {
	var b strings.Builder
	for _, p := range s.parts {
		if p.tag == "ul" {
			fmt.Fprintf(&b, "<ul><li>%s</li></ul>\n", strings.Join(p.items, "</li><li>"))
			continue
		}
		fmt.Fprintf(&b, "<%s>%s</%s>\n", p.tag, p.text, p.tag)
	}
	return b.String()
}

func (s story) path() string { return fmt.Sprintf("/stories/%s", slug(s.title)) }
func (s story) day() string  { return s.published.Format("January 2, 2006") }
func (s story) iso() string  { return s.published.Format(time.RFC3339) }

func slug(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }

var vocabulary = strings.Fields(`river harbour wind paper lantern garden winter engine bridge copper orchard signal morning ledger window quarry
	candle thread willow market canvas station barrel meadow compass kettle hollow timber gravel pigeon anchor ribbon marble saddle thistle
	walked found kept opened carried followed painted counted gathered measured listened borrowed repaired remembered promised traded weighed
	slowly early often nearly quietly again together outside upward under across behind before after between against without toward beneath
	old narrow bright heavy distant careful hidden patient quiet broken empty crowded gentle crooked pale sudden wooden silver ordinary`)

var people = []string{"Ada Merriweather", "Tomas Lindqvist", "Grace Okafor"}

// tell makes up a story; the same number gives the same one.
func tell(i int) story {
	r := rand.New(rand.NewPCG(uint64(i), 7))
	word := func() string { return vocabulary[r.IntN(len(vocabulary))] }
	sentence := func(n int) string {
		w := make([]string, n)
		for k := range w {
			w[k] = word()
		}
		s := strings.Join(w, " ")
		return strings.ToUpper(s[:1]) + s[1:] + "."
	}
	title := make([]string, 4+r.IntN(3))
	for k := range title {
		w := word()
		title[k] = strings.ToUpper(w[:1]) + w[1:]
	}
	s := story{
		i: i, title: strings.Join(title, " "), author: people[r.IntN(len(people))],
		published: time.Date(2024, 1, 3, 9, 17, 0, 0, time.UTC).AddDate(0, 0, 9*i).Add(time.Duration(r.IntN(600)) * time.Minute),
	}
	for k := range 7 + r.IntN(6) {
		switch {
		case k == 3:
			s.parts = append(s.parts, part{tag: "h2", text: strings.TrimSuffix(sentence(3), ".")})
		case k == 5:
			s.parts = append(s.parts, part{tag: "ul", items: []string{sentence(6), sentence(8), sentence(7)}})
		default:
			s.parts = append(s.parts, part{tag: "p", text: sentence(12) + " " + sentence(9+r.IntN(12)) + " " + sentence(8)})
		}
	}
	return s
}

// family is a template: how a site shows its stories.
type family struct {
	name string
	site string
	page func(s story) string
	// lacks are fields that its pages do not show.
	lacks []profile.Field
	grown func(story) story // what a page shows of a story; nil: as it was told
	lone  bool              // all stories are by the first of the people
}

func (f family) url(s story) string { return "https://" + slug(f.site) + ".example" + s.path() }

func (f family) author(s story) string {
	if f.lone {
		return people[0]
	}
	return s.author
}

func (f family) parse(t testing.TB, s story) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(f.page(s)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func (f family) has(field profile.Field) bool {
	for _, l := range f.lacks {
		if l == field {
			return false
		}
	}
	return true
}

// known is what a teacher says of a story.
func (f family) known(s story, by profile.Teacher) profile.Known {
	if f.grown != nil {
		s = f.grown(s)
	}
	k := profile.Known{Title: s.title, TitleBy: by, Text: s.text(), TextBy: by}
	if f.has(profile.Authors) {
		k.Authors, k.AuthorsBy = []string{f.author(s)}, by
	}
	if f.has(profile.Published) {
		k.Published, k.DateBy = feed.Date{Time: s.published, Precision: feed.PrecisionSecond, Source: "feed"}, by
	}
	return k
}

func (f family) sample(t testing.TB, s story, by profile.Teacher) profile.Sample {
	return profile.Sample{ID: f.url(s), URL: f.url(s), Doc: f.parse(t, s), Known: f.known(s, by)}
}

func (f family) samples(t testing.TB, from, to int, by profile.Teacher) []profile.Sample {
	var out []profile.Sample
	for i := from; i < to; i++ {
		out = append(out, f.sample(t, tell(i), by))
	}
	return out
}

// options are those with which package extract learns.
func options() profile.Options {
	return profile.Options{ReadDate: extract.ReadDate, ReadNames: extract.ReadNames, Now: now}
}

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

const menu = `<a href="/">Home</a> <a href="/about/">About</a> <a href="/archive/">Archive</a> <a href="/contact/">Contact</a>`

func teaser(i int) string {
	s := tell(i)
	return fmt.Sprintf(`<a href="%s">%s</a>`, s.path(), s.title)
}

func related(s story, item string) string {
	var b strings.Builder
	for k := 1; k <= 4; k++ {
		fmt.Fprintf(&b, item, teaser(s.i*7+k+100))
	}
	return b.String()
}

func comments(s story) string {
	var b strings.Builder
	for k := range s.i % 5 {
		c := tell(1000 + s.i*10 + k)
		fmt.Fprintf(&b, `<li class="comment"><b class="fn">%s</b> <time datetime="%s">%s</time><p>%s</p></li>`, people[k%3], c.iso(), c.day(), c.parts[0].text)
	}
	return b.String()
}

func calendar() string {
	var b strings.Builder
	for d := 1; d <= 28; d++ {
		fmt.Fprintf(&b, `<td><a href="/2026/05/%02d/">May %d, 2026</a></td>`, d, d)
	}
	return `<table id="wp-calendar"><tr>` + b.String() + `</tr></table>`
}

func classic(s story) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s | The Slow Ledger</title>
<meta property="og:title" content="%[1]s"><meta property="og:site_name" content="The Slow Ledger"></head>
<body class="single single-post postid-%[6]d category-c%[6]d"><div id="page" class="site"><header class="site-header"><p class="site-title"><a href="/">The Slow Ledger</a></p><nav class="main-navigation">`+menu+`</nav></header>
<main class="site-main"><article id="post-%[6]d" class="post-%[6]d post type-post hentry category-c%[6]d">
<header class="entry-header"><h1 class="entry-title">%[1]s</h1><div class="entry-meta">By <a rel="author" href="/author/x/">%[2]s</a> on <time class="entry-date" datetime="%[3]s">%[4]s</time></div></header>
<div class="entry-content">%[5]s<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="https://x.example/?u=%[6]d">X</a></li></ul></div>
<div class="yarpp-related"><h3>Related posts</h3><ol>`+related(s, "<li>%s</li>")+`</ol></div></div>
<footer class="entry-footer">Filed under <a href="/category/c/">Notes</a></footer></article>
<div id="comments" class="comments-area"><ol class="comment-list">`+comments(s)+`</ol></div></main>
<aside class="sidebar widget-area"><section class="widget"><h2>Recent</h2>`+related(s, "<p>%s</p>")+`</section><section class="widget">`+calendar()+`</section></aside>
<footer class="site-footer">© 2009–2026 The Slow Ledger. All rights reserved.</footer></div></body></html>`,
		s.title, s.author, s.iso(), s.day(), s.body(), s.i+100)
}

func blockTheme(s story) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s – Tin Roof</title></head><body class="wp-singular post-template-default postid-%[6]d"><div class="wp-site-blocks"><header class="wp-block-template-part"><p class="wp-block-site-title"><a href="/">Tin Roof</a></p><nav class="wp-block-navigation">`+menu+`</nav></header>
<main class="wp-block-group"><h1 class="wp-block-post-title has-x-large-font-size">%[1]s</h1><div class="wp-block-group is-layout-flex"><div class="wp-block-post-date"><time datetime="%[3]s">%[4]s</time></div><p class="wp-block-post-author-name">%[2]s</p></div>
<div class="entry-content wp-block-post-content is-layout-flow">%[5]s</div>
<div class="wp-block-comments"><ol class="wp-block-comment-template">`+comments(s)+`</ol></div></main>
<footer class="wp-block-template-part"><p>Proudly made with care</p></footer></div></body></html>`, s.title, s.author, s.iso(), s.day(), s.body(), s.i+7)
}

func utility(s story) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"BlogPosting","headline":"%[1]s","datePublished":"%[3]s","author":{"@type":"Person","name":"%[2]s"}}</script></head>
<body class="bg-white text-gray-900 antialiased"><div class="mx-auto max-w-3xl px-4"><header class="flex items-center justify-between py-10"><a href="/" class="text-2xl font-semibold">Kite Shop</a><nav class="hidden sm:block">`+menu+`</nav></header>
<main class="mb-auto"><article><div class="space-y-1 text-center"><dl class="space-y-10"><dd class="text-base font-medium leading-6">%[4]s</dd></dl><div><h2 class="text-3xl font-extrabold tracking-tight">%[1]s</h2></div></div>
<div class="divide-y pb-8"><div class="pt-6 pb-10"><p class="text-sm font-medium">%[2]s</p></div><div class="max-w-none pt-10 pb-8">%[5]s</div>
<div class="pt-6 text-sm"><a href="https://x.example/share?i=%[6]d">Discuss elsewhere</a> • <a href="https://git.example/%[6]d">View source</a></div></div></article></main>
<footer class="mt-16 flex flex-col items-center"><div>Kite Shop • © 2026</div></footer></div></body></html>`, s.title, s.author, s.iso(), s.day(), s.body(), s.i)
}

// modules has class names with hashes of a build.
func modules(build string) func(story) string {
	return func(s story) string {
		p := fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s · Field Radio</title></head><body><div class="App_HASH1"><div class="Header_root__HASH2"><a href="/">Field Radio</a>`+menu+`</div>
<div class="Layout_HASH3"><div class="sc-HASH4"><div class="sc-HASH5"><h1 class="sc-HASH6">%[1]s</h1></div><div class="sc-HASH7"><span class="sc-HASH8">%[2]s</span><span class="sc-HASH9">%[4]s</span></div><div class="sc-HASHA">%[5]s</div></div>
<div class="sc-HASHB">`+related(s, `<div class="sc-HASHC">%s</div>`)+`</div></div><div class="sc-HASHD">Field Radio is a place for stories about listening.</div></div></body></html>`, s.title, s.author, s.iso(), s.day(), s.body())
		return strings.ReplaceAll(p, "HASH", build)
	}
}

func tables(s story) string {
	return fmt.Sprintf(`<html><head><title>%[1]s</title></head><body bgcolor="white"><table width="100%%"><tr><td colspan="2"><font size="5"><b>The Mill Pages</b></font></td></tr><tr><td width="150" valign="top"><p><a href="index.htm">Front</a></p><p><a href="list.htm">All pages</a></p><p><a href="mail.htm">Write</a></p></td>
<td valign="top"><h2>%[1]s</h2><p><i>%[2]s, %[4]s</i></p><div>%[5]s</div><hr><p><a href="list.htm">Back to the list</a></p></td></tr></table><p>Made by hand since 1999.</p></body></html>`, s.title, s.author, s.iso(), s.published.Format("Monday, 2 January 2006"), s.body())
}

// plain has one class, and tags where others have names.
func plain(s story) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s</title></head><body><article><h1>%[1]s</h1><p class="byline">By %[2]s, %[3]s</p>%[4]s</article></body></html>`, s.title, s.author, s.day(), s.body())
}

// unnamed has menus and no class at all.
func unnamed(s story) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s</title></head><body><nav>`+menu+`</nav><main><header><h1>%[1]s</h1><p><time datetime="%[5]s">%[3]s</time> by <address>%[2]s</address></p></header><section>%[4]s</section></main><footer>Written at night</footer></body></html>`, s.title, s.author, s.day(), s.body(), s.iso())
}

// bare is a story and nothing else.
func bare(s story) string {
	return fmt.Sprintf(`<html><head><title>%[1]s</title></head><body><h1>%[1]s</h1><p><i>By %[2]s, %[3]s</i></p>%[4]s<hr></body></html>`, s.title, s.author, s.day(), s.body())
}

// variants shows one of two forms of the head of an article.
func variants(s story) string {
	byline := `<p class="byline-new"><span class="when">%[4]s</span> / <span class="who">%[2]s</span></p><h1 class="headline">%[1]s</h1>`
	if s.i%2 == 0 {
		byline = `<h1 class="title-large">%[1]s</h1><div class="dek"><span class="person">%[2]s</span> <span class="stamp">%[4]s</span></div>`
	}
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s - Two Minds</title></head><body><div class="wrap"><div class="top"><a class="logo" href="/">Two Minds</a>`+menu+`</div><div class="main-col"><div class="story">`+byline+`<div class="story-text">%[5]s</div></div></div><div class="bottom">Two Minds, since ever</div></div></body></html>`, s.title, s.author, s.iso(), s.day(), s.body())
}

// notices has a note of the site on some of its pages and one author only.
func notices(s story) string {
	s.author = people[0]
	note := ""
	if s.i%3 != 0 {
		note = `<div class="site-note"><p>We are moving house this week and comments are closed until Monday.</p></div>`
	}
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>%[1]s — Paper Boat</title><meta name="author" content="%[2]s"></head><body><div class="shell">`+note+`<div class="masthead-row">`+menu+`</div><div class="post"><h1 class="post-head">%[1]s</h1><p class="post-sub">Written by %[2]s on %[4]s</p><div class="post-text"><p class="series-box">This is a part of Letters from the River, a series for slow readers.</p>%[5]s<p>Thanks for reading. If you liked it, tell a friend about Paper Boat.</p></div></div><div class="end">Paper Boat</div></div></body></html>`, s.title, s.author, s.iso(), s.day(), s.body())
}

var families = []family{
	{name: "classic blog", site: "The Slow Ledger", page: classic},
	{name: "block theme", site: "Tin Roof", page: blockTheme},
	{name: "utility classes", site: "Kite Shop", page: utility},
	{name: "hashed classes", site: "Field Radio", page: modules("aXbQz")},
	{name: "tables", site: "The Mill Pages", page: tables},
	{name: "hardly a class", site: "Plain Talk", page: plain},
	{name: "no class", site: "Night Desk", page: unnamed},
	{name: "nothing but the story", site: "Bare Boards", page: bare},
	{name: "variants", site: "Two Minds", page: variants},
	{name: "notices and a lone author", site: "Paper Boat", page: notices, lone: true},
}
