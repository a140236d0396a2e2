package extract_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"storyfeed/indexer/extract"
)

// A title that fills a paragraph is still the title, without the site's name.
func TestLongTitle(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("On the keeping of bees, the mending of roofs: and all that follows - ", 6)) + " in winter" // 424 runes
	endless := strings.TrimSpace(strings.Repeat("ebb and flow ", 400))
	words := strings.TrimSpace(strings.Repeat("ebb and flow ", 77))[:999] // at most 1,000 with the mark
	words = words[:strings.LastIndexByte(words, ' ')] + "…"
	han := strings.Repeat("听雨", 200)
	for _, tc := range []struct{ name, head, h1, anchor, want string }{
		{"title with the site's name", "<title>" + long + " | Slow Notes</title>", long, "", long},
		{"title with the host's name", "<title>" + long + " – thelongway</title>", long, "", long},
		{"og:title", `<title>Slow Notes</title><meta property="og:title" content="` + long + `">`, long, "", long},
		{"og:title cut", `<title>Slow Notes</title><meta property="og:title" content="` + long[:70] + `…">`, long, "", long},
		{"the link's text", "<title>Slow Notes</title>", long, long, long},
		{"the link's text cut", "<title>Slow Notes</title>", long, long[:90] + "...", long},
		{"Han", "<title>" + han + " - Slow Notes</title>", han, "", han},
		{"no heading, the site's name known", `<meta property="og:site_name" content="Slow Notes"><title>` + long + " | Slow Notes</title>", "", "", long},
		{"endless", "<title>" + endless + "</title>", endless, "", words},
		{"endless without a heading", "<title>" + endless + "</title>", "", "", words},
		{"a paragraph in disguise", "<title>Short one | Slow Notes</title>", long, "Short one", "Short one"},
	} {
		h1 := ""
		if tc.h1 != "" {
			h1 = "<h1>" + tc.h1 + "</h1>"
		}
		page := "<html><head>" + tc.head + "</head><body><main><article>" + h1 + "<p>by Jane Roe, 5 March 2024</p><div class=entry-content>" + filler + filler + "</div></article></main></body></html>"
		s, err := extract.Extract(extract.Page{URL: "https://thelongway.example/s", HTML: []byte(page), Anchor: tc.anchor, Now: today})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if s.Title != tc.want {
			t.Errorf("%s: title of %d runes from %s\n %q\nwant %d\n %q", tc.name, utf8.RuneCountInString(s.Title), s.TitleSource, s.Title, utf8.RuneCountInString(tc.want), tc.want)
		}
		if tc.h1 != "" && tc.want != "Short one" && strings.Contains(s.Text, tc.h1[:30]) {
			t.Errorf("%s: the body repeats the title", tc.name)
		}
	}
}

// Where every page has the site's name in its <title>, the line that reads as
// the link to the page is its title, whatever it is written in.
func TestTitleOfLink(t *testing.T) {
	const head = `<html><head><title>Kees his page</title></head><body bgcolor=white>`
	filler := strings.ReplaceAll(filler, "<p>", "<br><br>")
	for _, tc := range []struct{ name, anchor, body, want string }{
		{"h2", "the red boat", `<h2>The Red Boat</h2>` + filler, "The Red Boat"},
		{"font", "The Red Boat", `<table><tr><td><a href="index.htm">back</a></td></tr><tr><td><font size=5>The Red Boat</font><br><font size=2>written on 04-05-2003</font>` + filler + `</td></tr></table>`, "The Red Boat"},
		{"paragraph", "The Red Boat", `<p align=center><b>The <i>Red</i> Boat</b></p>` + filler, "The Red Boat"},
		{"only in a menu", "The Red Boat", `<p><a href="boat.htm">The Red Boat</a></p><nav><b>The Red Boat</b></nav>` + filler, "Kees his page"},
		{"the head knows better", "his page", `<p>His page</p>` + filler, "Kees his page"},
		{"another line", "Next", `<p>The Red Boat</p>` + filler, "Kees his page"},
	} {
		s, err := extract.Extract(extract.Page{URL: "https://kees.example/9.htm", HTML: []byte(head + tc.body + "</body></html>"), Anchor: tc.anchor, Now: today})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if s.Title != tc.want {
			t.Errorf("%s: title %q (%s), want %q", tc.name, s.Title, s.TitleSource, tc.want)
		}
		if strings.Contains(s.Text, "Red Boat") && tc.want == "The Red Boat" {
			t.Errorf("%s: the text begins with the title: %.60q", tc.name, s.Text)
		}
	}
}

// The h1 of a page's header is the site's name where <title> says so.
func TestTitleBelowTheSitesName(t *testing.T) {
	for name, page := range map[string]string{
		"another heading is the title": `<title>Ice, Salt &amp; Lamps — Slow Notes</title></head><body><header><h1>Slow Notes</h1><nav><a href="/">Home</a></nav></header><div class="page"><h2>Ice, Salt &amp; Lamps</h2>`,
		"the title is the header's":    `<title>Ice, Salt &amp; Lamps — Slow Notes</title></head><body><header><h1>Ice, Salt &amp; Lamps</h1></header><div class="page"><h2>Slow Notes of a winter</h2>`,
	} {
		page = "<html><head>" + page + "<p>by Jane Roe, 5 March 2024</p>" + filler + filler + "</div></body></html>"
		s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Anchor: "The night of the lamps", Now: today})
		if err != nil || s.Title != "Ice, Salt & Lamps" {
			t.Errorf("%s: title %q (%v)", name, s.Title, err)
		}
	}
}

// A heading that each page of a site repeats is not what its pages are called.
func TestTitleTellsPagesApart(t *testing.T) {
	for _, tc := range []struct{ name, title, body, want string }{
		{"book's name in a bar", "The Rope - The Rope Book", `<div id="menu-bar"><h1 class="menu-title">The Rope Book</h1></div><main><h1 id="the-rope"><a class="header" href="#the-rope">The Rope</a></h1>%s</main>`, "The Rope"},
		{"story's heading above the main part", "The Rope | Quay", `<header><h1>The Rope</h1></header><main><h2>First night</h2>%s</main>`, "The Rope"},
		{"page of a comic", "Tide Comic - Page 12", `<h1>Tide Comic</h1><main>%s</main>`, "Tide Comic - Page 12"},
		{"chapter", "The Mill: Kapitel IV", `<main><h1>The Mill</h1>%s</main>`, "The Mill: Kapitel IV"},
		{"first of the pages of one story", "The Mill - Page 1 of 3", `<main><h1>The Mill</h1>%s</main>`, "The Mill"},
		{"the site's name behind it", "The Mill - Quay", `<main><h1>The Mill</h1>%s</main>`, "The Mill"},
	} {
		page := "<html><head><title>" + tc.title + "</title></head><body>" + strings.Replace(tc.body, "%s", "<p>"+filler+"</p><p>"+filler+"</p>", 1) + "</body></html>"
		s, err := extract.Extract(extract.Page{URL: "https://b.example/s", HTML: []byte(page), Now: today})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		} else if s.Title != tc.want {
			t.Errorf("%s: title %q from %s, want %q", tc.name, s.Title, s.TitleSource, tc.want)
		}
	}
}
