package extract_test

import (
	"strings"
	"testing"

	"storyfeed/feed"
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
		{"John Doe", "", "John Doe"}, // a generator's default, unless readers see it
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
		{"Site Author", "", ""},
		{"Jekyll", "", ""},
		{"Super User", "", ""},
		{"Your Name", "", ""},
		{"Dein Name", "", ""},
		{"Demo User", "", ""},
		{"wpadmin", "", ""},
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

// TestDefaultAuthor: a generator's default is nobody wherever its pages show it.
func TestDefaultAuthor(t *testing.T) {
	for around, want := range map[string]string{
		`<p>by <a rel="author" href="/about-me">John Doe</a></p>`: "",
		`<p class="byline">By John Doe</p>`:                       "",
		`<p>By Jane Roe and John Doe on 5 March 2024</p>`:         "Jane Roe",
		`<p>by <a rel="author" href="/about-me">Jane Roe</a></p>`: "Jane Roe",
	} {
		s := read(t, "https://b.example/s", `<meta name="generator" content="Hexo 7.3.0"><meta property="article:author" content="John Doe">`, around, nil)
		if got := strings.Join(s.Authors, "|"); got != want || want == "" && s.Account != "John Doe" {
			t.Errorf("%s: authors %q, account %q, want %q", around, got, s.Account, want)
		}
	}
}

// TestAccounts: who posted a story under the name of nobody is told apart from
// stories that name nobody.
func TestAccounts(t *testing.T) {
	for around, want := range map[string]string{
		`<p class="byline">On 5 March 2024</p>`:                          "",
		`<small>March 4th, 2009 by admin</small>`:                        "admin",
		`<p class="byline">By <span class="author">Admin</span></p>`:     "Admin",
		`<p>Posted by Super User on 5 March 2024</p>`:                    "Super User",
		`<p>Geschrieben von Administrator am 5. März 2024</p>`:           "Administrator",
		`<p class="byline">By admin</p><p>By Jane Roe, 5 March 2024</p>`: "",
	} {
		if s := read(t, "https://b.example/s", "", around, nil); s.Account != want {
			t.Errorf("%s: account %q, authors %q, want account %q", around, s.Account, s.Authors, want)
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

// TestBylineAboveHeading: some templates put all that belongs to the heading
// into the element of the text.
func TestBylineAboveHeading(t *testing.T) {
	prose := strings.Repeat("<p>We carried the ladder past the mill and counted the steps, for nobody had written down how many there were.</p>", 6)
	for name, page := range map[string]string{
		"beside it":   `<article><div class="prose"><div class="title"><div class="date"><time datetime="2026-04-06T14:07:00Z">Apr 6, 2026</time></div><h1>A Ladder</h1><p class="author">By Ruth Amsel</p><hr></div>` + prose + `</div></article>`,
		"on its own":  `<article><div class="prose"><p>Apr 6, 2026</p><h1>A Ladder</h1><p>By Ruth Amsel</p>` + prose + `</div></article>`,
		"a link back": `<article><div class="prose"><div><a href="/blog/">Blog</a><span class="date">Apr 6, 2026</span></div><h1>A Ladder</h1><p>By Ruth Amsel</p>` + prose + `</div></article>`,
	} {
		v, err := extract.Extract(extract.Page{URL: "https://ladders.example/blog/a-ladder/", HTML: []byte("<html><head><title>A Ladder</title></head><body>" + page + "</body></html>"), Now: today})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if v.Published.Time.Format("2006-01-02") != "2026-04-06" || v.Published.Source == feed.DateGuessed || strings.Join(v.Authors, "|") != "Ruth Amsel" {
			t.Errorf("%s: %v by %q, want 2026-04-06 by Ruth Amsel", name, v.Published, v.Authors)
		}
	}
}

// TestCategoryIsNoAuthor: a category beside the date looks like a name.
func TestCategoryIsNoAuthor(t *testing.T) {
	for around, want := range map[string]string{
		`<div>6 January 2026 | <a class="post-categories" href="/categories/Harbour-Notes/">Harbour Notes</a></div>`:    "",
		`<div>6 January 2026 | <a href="/tags/ann-lee/">Ann Lee</a></div>`:                                              "",
		`<div>6 January 2026 | Jane Roe</div><p>Filed in <a href="/tags/ann-lee/">Ann Lee</a></p>`:                      "Jane Roe",
		`<div><time>6 January 2026</time> / <a href="/tag/charts/">CHARTS</a>, <a href="/tag/pilots/">PILOTS</a></div>`: "",
		`<div>6 January 2026 by <a href="/tags/ann-lee/">Ann Lee</a></div>`:                                             "Ann Lee",
	} {
		if got := strings.Join(read(t, "https://ladders.example/a-story/", "", around, nil).Authors, "|"); got != want {
			t.Errorf("%s: authors %q, want %q", around, got, want)
		}
	}
}

// TestAuthorInColumn: some templates tell the author in a side column only.
func TestAuthorInColumn(t *testing.T) {
	card := func(name string) string {
		return `<div class="profile"><img src="/a.jpg" alt=""><span><strong>` + name + `</strong><br>Writer</span></div>`
	}
	for around, want := range map[string]string{
		`<div class="sidebar"><nav><a href="/">Back</a><div class="post__authors">` + card("Jane Roe") + `</div></nav></div>`:                                                           "Jane Roe",
		`<aside class="sidebar"><div class="x-post__authors">` + card("Jane Roe") + card("Ann Lee") + `</div></aside>`:                                                                  "Jane Roe|Ann Lee",
		`<aside class="sidebar"><p><a href="/a">Other</a> <b class="post-author">Ann Lee</b></p><p><a href="/b">Another</a> <b class="post-author">Jane Roe</b></p></aside>`:            "",
		`<aside class="sidebar"><div class="post-author">Ann Lee</div></aside><aside class="sidebar"><div class="post-author">Jane Roe</div></aside><p>By John Day, 6 January 2026</p>`: "John Day",
	} {
		if got := strings.Join(read(t, "https://ladders.example/a-story/", "", around, nil).Authors, "|"); got != want {
			t.Errorf("%s: authors %q, want %q", around, got, want)
		}
	}
}

// TestRoleIsNoName: who took the pictures did not write the story.
func TestRoleIsNoName(t *testing.T) {
	for _, line := range []string{"Words: Jane Doe; Photos: Bob Roe", "Words by Jane Doe, photos by Bob Roe", "Text: Jane Doe · Fotos: Bob Roe"} {
		for _, around := range []string{`<p class="byline">` + line + `</p>`, `<p>` + line + `</p>`} {
			if got := strings.Join(read(t, "https://b.example/s", "", around, nil).Authors, "|"); got != "Jane Doe" {
				t.Errorf("%s: authors %q, want the writer alone", around, got)
			}
		}
	}
}
