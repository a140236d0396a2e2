package discover

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
)

func viewFor(t testing.TB, url, body string) *view {
	t.Helper()
	v, err := newView(&Page{FinalURL: url, Body: []byte(body)}, url)
	if err != nil {
		t.Fatalf("newView: %v", err)
	}
	return v
}

func TestJudge(t *testing.T) {
	v := viewFor(t, "https://www.blog.example/series/hub/?ref=x", `<base href="/series/">`)
	for href, want := range map[string]string{
		"story": "https://www.blog.example/series/story",
		"http://blog.example:80/a?utm_source=x#y": "http://blog.example:80/a",
		"//blog.example/b":                        "https://blog.example/b",
		"/2020/05/17/slug/":                       "https://www.blog.example/2020/05/17/slug/",
		"/2020/05/17/slug.html":                   "https://www.blog.example/2020/05/17/slug.html",
		"/?p=7":                                   "https://www.blog.example/?p=7",
		"/index.php?page=my-story":                "https://www.blog.example/index.php?page=my-story",
		"/category-theory/":                       "https://www.blog.example/category-theory/",
		"/blog/about-tea/":                        "https://www.blog.example/blog/about-tea/",
		"/tags-and-labels/":                       "https://www.blog.example/tags-and-labels/",
		"/authors/ann/my-story/":                  "https://www.blog.example/authors/ann/my-story/",
		"/@ann/story-1":                           "https://www.blog.example/@ann/story-1",
		"/über/straße":                            "https://www.blog.example/%C3%BCber/stra%C3%9Fe",
	} {
		if address, reason := v.judge(href, nil); address != want || reason != "" {
			t.Errorf("judge(%q) = %q, %q; want %q", href, address, reason, want)
		}
	}
	for href, want := range map[string]string{
		"#top":                             "",
		"/series/hub/#part":                "",
		"":                                 "",
		"/series/hub":                      "the page itself",
		"https://blog.example":             "home page",
		"/index.html":                      "home page",
		"mailto:x@blog.example":            "not a web page",
		"javascript:void(0)":               "not a web page",
		"tel:+1":                           "not a web page",
		"https://blog.example:8443/x":      "other site",
		"https://blog.example.evil.test/x": "other site",
		"https://www.facebook.com/x":       "share button",
		"/x?share=twitter":                 "share button",
		"/x/?replytocom=3#respond":         "comments",
		"/x/#comment-3":                    "comments",
		"/category/tea/":                   "taxonomy",
		"/blog/category/tea/page/2/":       "page of a list",
		"/tag/tea":                         "taxonomy",
		"/author/ann/":                     "taxonomy",
		"/search/label/tea":                "taxonomy",
		"/?cat=4":                          "taxonomy",
		"/2020/":                           "date archive",
		"/blog/2020/05/":                   "date archive",
		"/?m=202005":                       "date archive",
		"/page/3/":                         "page of a list",
		"/?paged=3":                        "page of a list",
		"/feed/":                           "page of the site, not a story",
		"/x/feed/":                         "feed or other format",
		"/atom.xml":                        "feed or other format",
		"/wp-content/uploads/a.jpg":        "media file",
		"/a/b.PDF":                         "media file",
		"/x/attachment/pic/":               "attachment",
		"/?attachment_id=4":                "attachment",
		"/wp-admin/post.php":               "site machinery",
		"/about/":                          "page of the site, not a story",
		"/~ann/about.htm":                  "page of the site, not a story",
		"/?s=tea":                          "search",
		"http://[::1":                      "not an address",
	} {
		if _, reason := v.judge(href, nil); reason != want {
			t.Errorf("judge(%q): reason %q, want %q", href, reason, want)
		}
	}
}

func TestFindDate(t *testing.T) {
	for text, want := range map[string]string{
		"2026-10-19":                      "2026-10-19",
		"on 2026/1/9 at noon":             "2026-01-09",
		"July 27th, 2020":                 "2020-07-27",
		"by Ann on July 1st, 2020 in Tea": "2020-07-01",
		"Sept. 3, 2019":                   "2019-09-03",
		"3 September 2019":                "2019-09-03",
		"3rd of September 2019":           "2019-09-03",
		"(19 Oct 26)":                     "2026-10-19",
		"19-Oct-2026":                     "2026-10-19",
		"02 Jan, 2024":                    "2024-01-02",
		"1er mars 2021":                   "2021-03-01",
		"9. März 2024":                    "2024-03-09",
		"4 de julio de 2018":              "2018-07-04",
		"5 января 2020 г.":                "2020-01-05",
		"2021年5月4日":                       "2021-05-04",
		"2021년 5월 4일":                     "2021-05-04",
		"31.12.2019":                      "2019-12-31",
		"19/10/26":                        "2026-10-19",
		"10/19/2026":                      "2026-10-19",
		"12/31/99":                        "1999-12-31",
		"31 June 2020":                    "",
		"13/13/2020":                      "",
		"Version 1.2.3":                   "",
		"10.0.0.1":                        "",
		"Chapter 3, page 14":              "",
		"May we have 12 or 2020 of them":  "",
		"call 555-12-1234":                "",
		"":                                "",
	} {
		d := findDate(text, 0).date
		got := ""
		if !d.IsZero() {
			got = d.Time.Format("2006-01-02")
		}
		if got != want {
			t.Errorf("findDate(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"Mar 4": "2022-03-04", "4. März": "2022-03-04", "09-27": "2022-09-27", "Part 4": "", "Feb 30": ""} {
		d := findDate(text, 2022).date
		if got := strings.TrimSuffix(d.Time.Format("2006-01-02"), "0001-01-01"); got != want {
			t.Errorf("findDate(%q) under 2022 = %q, want %q", text, got, want)
		}
	}
}

// What comes first in 3/4/20 is decided by the whole list or not at all.
func TestSettleDates(t *testing.T) {
	for _, test := range []struct{ list, want string }{
		{"3/4/20 14/3/20", "2020-04-03 2020-03-14"},
		{"3/4/20 3/14/20", "2020-03-04 2020-03-14"},
		{"5/6/20 4/7/20 3/8/20 1/1/20", "2020-05-06 2020-04-07 2020-03-08 2020-01-01"},
		{"1/12/20 2/11/20 1/11/20", "2020-12-01 2020-11-02 2020-11-01"},
		{"3/4/20 5/6/20", "- -"},
		{"3/4/20", "-"},
	} {
		var dates []listDate
		for s := range strings.FieldsSeq(test.list) {
			dates = append(dates, findDate(s, 0))
		}
		settled, _ := settleDates(dates, 0)
		var got []string
		for _, d := range settled {
			s := "-"
			if !d.IsZero() {
				s = d.Time.Format("2006-01-02")
			}
			got = append(got, s)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("settleDates(%s) = %v, want %s", test.list, got, test.want)
		}
	}
}

func TestTitle(t *testing.T) {
	for _, test := range []struct{ head, want string }{
		{`<title>Why I Sell – The Blog</title>`, "Why I Sell"},
		{`<title>Why I Sell | Part | The Blog</title><meta property=og:site_name content="The Blog">`, "Why I Sell | Part"},
		{`<title>The Blog » Why I Sell</title><meta property=og:site_name content="The Blog">`, "Why I Sell"},
		{`<title>Tea &amp; Cake &#8211; Blog</title>`, "Tea & Cake"},
		{`<title>Blog – Page 2 of 7 – Site</title><meta property=og:site_name content="Site">`, "Site"},
		{`<title>Why I Sell | SEO words | Blog</title></head><body><header><h1>Blog</h1></header><h1> Why  I Sell </h1>`, "Why I Sell"},
		{`<title>Archives - Site</title><meta property=og:site_name content="Site">`, "Site"},
		{`<title>Home</title>`, "Home"},
		{`<meta property=og:title content="Only here">`, "Only here"},
		{`<h1>Unconfirmed</h1>`, ""},
		{`<title>A-B test</title>`, "A-B test"},
	} {
		v := viewFor(t, "https://blog.example/x", "<html><head>"+test.head)
		if v.meta.title != test.want {
			t.Errorf("title of %s = %q, want %q", test.head, v.meta.title, test.want)
		}
	}
}

// The place of a link on its line says whether it is what the line is about.
func TestLeads(t *testing.T) {
	for body, want := range map[string]bool{
		`<p><a href=/x>A story</a></p>`: true,
		`<p><a href=/x>A story</a> – what it is about, at some length and with care.</p>`:       true,
		`<p><a href=/x>A story</a> by Ann Bell, who has seen the mountains in the north.</p>`:   true,
		`<p><a href=/x>A story</a> tells how all of this began and where it may yet end.</p>`:   false,
		`<p>Ann Bell: <a href=/x>A story</a></p>`:                                               true,
		`<p>3. <a href=/x>A story</a></p>`:                                                      true,
		`<p>Part 3: <a href=/x>A story</a></p>`:                                                 true,
		`<p>July 27th, 2020 <a href=/x>A story</a></p>`:                                         true,
		`<p>As I said in <a href=/x>A story</a>, things are not what they seem to be.</p>`:      false,
		`<p>Things are not what they seem (see <a href=/x>this</a>).</p>`:                       false,
		`<li><a href=/x>A story</a> tells how all of this began and where it may end.</li>`:     true,
		`<li>Things are not what they seem to be, see <a href=/x>this</a> for more on it.</li>`: false,
		`<td><a href=/x>A story</a></td>`:                                                       true,
		`<h2>Chapter one: <a href=/x>A story</a></h2>`:                                          true,
		`<div><a href=/x><h3>A story</h3><p>Teaser</p></a></div>`:                               true,
	} {
		v := viewFor(t, "https://blog.example/hub", "<!DOCTYPE html><body><table><tr>"+body)
		if !strings.HasPrefix(body, "<td") {
			v = viewFor(t, "https://blog.example/hub", "<!DOCTYPE html><body>"+body)
		}
		if len(v.anchors) != 1 {
			t.Fatalf("%s: %d links", body, len(v.anchors))
		}
		if got := v.anchors[0].leads(); got != want {
			t.Errorf("%s: leads = %v, want %v", body, got, want)
		}
	}
}

func TestPartNumbers(t *testing.T) {
	for text, want := range map[string]int{
		"Part 3: Fog": 3, "Fog (part 12)": 12, "Teil 4 – Nebel": 4, "#5 Fog": 5, "7. Fog": 7, "12) Fog": 12, "Episode #9": 9, "Chapter 2. Fog": 2,
		"Knots 1 through 12": 0, "12 angry men": 0, "Apollo 13": 0, "1984": 0, "30% of it": 0, "Counterpart 3": 0, "": 0,
	} {
		if got := partIn(text); got != want && !(text == "#5 Fog" && got == 0) {
			t.Errorf("partIn(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestNextPage(t *testing.T) {
	for _, test := range []struct{ name, url, body, want string }{
		{"link element", "https://b.example/x/", `<link rel="next" href="/x/page/2/">`, "https://b.example/x/page/2/"},
		{"another site's", "https://b.example/x/", `<link rel="next" href="https://c.example/x/page/2/">`, ""},
		{"older posts", "https://b.example/", `<div class="nav-previous"><a href="/page/2/">← Older posts</a></div>`, "https://b.example/page/2/"},
		{"newer and older", "https://b.example/page/3/", `<a href="/page/2/">Newer</a> <a href="/page/4/">Older</a>`, "https://b.example/page/4/"},
		{"numbers", "https://b.example/x?page=2", `<p><a href="/x">1</a> <a href="/x?page=2">2</a> <a href="/x?page=3">3</a> <a href="/x?page=9">9</a></p>`, "https://b.example/x?page=3"},
		{"numbers that leave pages out", "https://b.example/x?page=2", `<p><a href="/x">1</a> <a href="/x?page=2">2</a> <a href="/x?page=9">9</a></p>`, "https://b.example/x?page=3"},
		{"numbers counted from nought", "https://b.example/x", `<p>1 <a href="/x?page=1">2</a> <a href="/x?page=2">3</a></p>`, "https://b.example/x?page=1"},
		{"places instead of numbers", "https://b.example/x?start=10", `<p><a href="/x">1</a> <a href="/x?start=20">3</a></p>`, "https://b.example/x?start=20"},
		{"numbers of another list", "https://b.example/x", `<p><a href="/y?page=2">2</a> <a href="/x/1/page/2">2</a></p>`, ""},
		{"an arrow", "https://b.example/x/", `<a href="/x/?paged=2">»</a>`, "https://b.example/x/?paged=2"},
		{"next post is no page", "https://b.example/x/", `<a href="/a-story/">Next</a>`, ""},
		{"inside a post", "https://b.example/x/", `<article><a class="next" href="/x/page/2/">Next</a></article>`, ""},
		{"a calendar", "https://b.example/x/", `<div class="calendar"><a rel="next" href="/2020/07/">Jul »</a></div>`, ""},
		{"German", "https://b.example/x/", `<a href="/x/page/2/">Ältere Beiträge</a>`, "https://b.example/x/page/2/"},
		{"itself", "https://b.example/x/page/2/", `<a class="next" href="/x/page/2/">Next</a>`, ""},
		{"an article around all", "https://b.example/x/", `<article><p><a href="/a/">A story with a title</a></p><ul class="pagination"><li>1<li><a href="/x/page/2/">2</a></ul></article>`, "https://b.example/x/page/2/"},
		{"one of several posts", "https://b.example/x/", `<article><h2><a href="/a/">A</a></h2><div class="pagination"><a href="/x/page/2/">2</a></div></article><article><h2><a href="/b/">B</a></h2></article>`, ""},
		{"footer of the list", "https://b.example/x/", `<main><footer><a class="next" href="/x/page/2/">Next »</a></footer></main>`, "https://b.example/x/page/2/"},
		{"bare numbers", "https://b.example/x/", `<a href="/x/2/">Older</a>`, "https://b.example/x/2/"},
		{"bare numbers further on", "https://b.example/x/3/", `<a href="/x/">1</a> <a href="/x/2/">2</a> 3 <a href="/x/4/">4</a>`, "https://b.example/x/4/"},
		{"stories with bare numbers", "https://b.example/x/", `<a href="/x/2/">The Second Story</a> <a href="/x/3/">The Third Story</a>`, ""},
		{"the next page of a manual", "https://b.example/x/", `<link rel="next" href="/about/"><p>1 <a href="/x/page/2/">2</a></p>`, "https://b.example/x/page/2/"},
		{"a button", "https://b.example/x/", `<button data-url="/x/?page=2">Load more</button>`, "https://b.example/x/?page=2"},
		{"htmx", "https://b.example/x/", `<div hx-get="/parts/list?offset=20" hx-trigger="revealed"></div>`, "https://b.example/parts/list?offset=20"},
		{"a button of something else", "https://b.example/x/", `<button data-url="/api/like?id=2">Like</button>`, ""},
		{"files", "https://b.example/~e/log2.htm", `<a href="log.htm">1</a> <a href="log2.htm">2</a> <a href="log3.htm">3</a> <a href="note4.htm">4</a>`, "https://b.example/~e/log3.htm"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := viewFor(t, test.url, test.body)
			if got := (&pager{view: v}).next(1, 3); got.address != test.want {
				t.Errorf("next = %q by %s, want %q", got.address, got.how, test.want)
			}
		})
	}
}

func TestCollection(t *testing.T) {
	const fields = "_embed=author&_fields=id%2Clink%2Cdate_gmt%2Cmodified_gmt%2Ctitle%2C_links"
	for _, test := range []struct{ name, head, class, want string }{
		{"category", `<link rel="alternate" type="application/json" href="/wp-json/wp/v2/categories/3">`, "archive", "https://b.example/wp-json/wp/v2/posts?" + fields + "&categories=3&per_page=100"},
		{"author", `<link rel="alternate" type="application/json" href="/wp-json/wp/v2/users/3">`, "archive", "https://b.example/wp-json/wp/v2/posts?" + fields + "&author=3&per_page=100"},
		{"custom taxonomy", `<link rel="alternate" type="application/json" href="/wp-json/wp/v2/series/3">`, "archive", "https://b.example/wp-json/wp/v2/posts?" + fields + "&per_page=100&series=3"},
		{"all posts", ``, "blog", "https://b.example/wp-json/wp/v2/posts?" + fields + "&per_page=100"},
		{"one page", `<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/3">`, "page", ""},
		{"category by class", ``, "archive category category-tea category-12", "https://b.example/wp-json/wp/v2/posts?" + fields + "&categories=12&per_page=100"},
		{"unknown", ``, "archive date", ""},
	} {
		v := viewFor(t, "https://b.example/x/", `<head><link rel="https://api.w.org/" href="/wp-json/">`+test.head+`</head><body class="`+test.class+`">`)
		if got := v.collection(); got != test.want {
			t.Errorf("%s: collection = %s, want %s", test.name, got, test.want)
		}
	}
	v, err := viewOf(&Page{
		FinalURL: "https://b.example/?cat=3", Body: []byte("<body class=archive>"),
		Header: http.Header{"Link": {`<https://b.example/?rest_route=/>; rel="https://api.w.org/", <https://b.example/?rest_route=/wp/v2/categories/3>; rel="alternate"; title="JSON"; type="application/json"`}},
	}, site{}, false)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.collection(), "https://b.example/?"+fields+"&categories=3&per_page=100&rest_route=%2Fwp%2Fv2%2Fposts"; got != want {
		t.Errorf("without pretty permalinks: collection = %s, want %s", got, want)
	}
}

// Tags that are never closed nest deeper than the parser allows.
func TestDeepNesting(t *testing.T) {
	for _, tag := range []string{"div", "ul", "blockquote", "section", "table><tr><td", "span", "font color=red"} {
		body := strings.Repeat("<"+tag+">", 3000) + `<a href="/x">A story</a>`
		v := viewFor(t, "https://blog.example/hub", body)
		if len(v.anchors) != 1 || v.anchors[0].text != "A story" {
			t.Errorf("%d levels of <%s>: %d links", 3000, tag, len(v.anchors))
		}
	}
}

func FuzzDiscover(f *testing.F) {
	for _, body := range hostilePages(3) {
		f.Add(body)
	}
	f.Add([]byte(`<?xml version="1.0"?><rss version="2.0"><channel><item><link>https://b.example/x</link></item></channel></rss>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"https://b.example/1"}]}`))
	f.Add([]byte(`[{"link":"https://b.example/1","title":{"rendered":"x"}}]`))
	f.Add([]byte("<ol reversed><li>\xff\xfe<a href=/\xc3>\x00</a><li><a href='/2?page=2'>2</a><time datetime=2020-01-01>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		get := fetcherFunc(func(url string) (*Page, error) { return &Page{FinalURL: url, Body: body}, nil })
		start := time.Now()
		r, err := Discover(t.Context(), get, feed.Source{URL: "https://b.example/list/"}, Options{MaxPages: 5})
		if err != nil {
			return
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%d bytes took %v", len(body), took)
		}
		seen := map[string]bool{}
		for _, l := range r.Links {
			key := feed.URLKey(l.URL)
			if seen[key] {
				t.Errorf("%s is linked twice", l.URL)
			}
			seen[key] = true
			if !strings.HasPrefix(l.URL, "http://") && !strings.HasPrefix(l.URL, "https://") {
				t.Errorf("%q is no web address", l.URL)
			}
			if feed.CleanLine(l.Anchor) != l.Anchor {
				t.Errorf("anchor %q is not one clean line", l.Anchor)
			}
		}
	})
}
