package discover

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// redirected answers every address with one page, under the address given.
type redirected struct{ final, body string }

func (r redirected) Get(context.Context, string) (*Page, error) {
	kind, _, _ := strings.Cut(http.DetectContentType([]byte(r.body)), ";")
	return &Page{FinalURL: r.final, Header: http.Header{}, MediaType: kind, Body: []byte(r.body)}, nil
}

// What is no source is told apart, so that people learn what to do.
func TestSaysWhyAnAddressIsNoSource(t *testing.T) {
	const list = `<html><head><title>Ebb</title></head><body><main>
<article><h2><a href="/one/">One</a></h2><time datetime="2024-03-01">1 March 2024</time></article>
<article><h2><a href="/two/">Two</a></h2><time datetime="2024-02-01">1 February 2024</time></article>
<article><h2><a href="/three/">Three</a></h2><time datetime="2024-01-01">1 January 2024</time></article></main></body></html>`
	for _, c := range []struct {
		name, asked, final, body string
		kind                     feed.SourceKind
		want                     Trouble
	}{
		{name: "a picture", asked: "/a.png", body: "\x89PNG\r\n\x1a\n", want: TroubleFile},
		{name: "a sitemap", asked: "/sitemap.xml", body: `<urlset xmlns="x"></urlset>`, want: TroubleSitemap},
		{name: "a page without links", asked: "/p", body: `<title>P</title><p>Nothing is linked from here, whatever one does.`, want: TroubleNoStories},
		{name: "a shell", asked: "/p", body: `<title>P</title><div id=root></div><script src=a.js></script>`, want: TroubleShell},
		{name: "a form to log in", asked: "/members/", body: `<title>Log in</title><h1>Log in</h1><form><input name=u><input type=password></form>`, want: TroubleLogin},
		{name: "a wall whose links help to log in", asked: "/members/", final: "/signin", body: `<title>Members - Quay</title><main><h2>Welcome back</h2><form><input name=email><input type=password></form><p>New here? <a href=/join>Create an account</a> or <a href=/lost>reset your password</a>.</p></main>`, want: TroubleLogin},
		{name: "a list beside a form to log in", asked: "/list/", body: list + `<form><input type=password></form>`},
		{name: "a PDF that holds markup", asked: "/a", body: "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n<a>x</a>", want: TroubleFile},
		{name: "a puzzle", asked: "/blog/", body: `<title>Are you human?</title><h1>Please verify you are a human</h1><div class="g-recaptcha"></div><script src=a.js></script>`, want: TroubleChallenge},
		{name: "another puzzle", asked: "/blog/", body: `<title>One moment</title><h1>One more step</h1><form><div class="h-captcha"></div></form><script src=a.js></script>`, want: TroubleChallenge},
		{name: "a list beside a puzzle for subscribers", asked: "/list/", body: list + `<form><input type=email><div class="cf-turnstile"></div></form>`},
		{name: "a challenge", asked: "/blog/", body: `<title>Just a moment...</title><div id=challenge-form></div><script src=a.js></script>`, want: TroubleChallenge},
		{
			name: "not found, with a list of what there is", asked: "/series/", want: TroubleNotFound,
			body: `<title>Page not found - Ebb</title><body class=error404><h1>Page not found</h1><ul><li><a href=/one/>One story of the sea</a><li><a href=/two/>Two</a><li><a href=/three/>Three</a></ul>`,
		},
		{name: "closed", asked: "/", body: `<title>Maintenance</title><h1>Under maintenance</h1><p>Back soon.`, want: TroubleClosed},
		{
			name: "a diary on one page", asked: "/", want: TroubleOnePage,
			body: `<title>Log</title><h1>Log</h1>` + `<div id=d1><h2><a href=#d1>Monday</a></h2><p>The fog came up at four and stayed. I could hear the ferry but not see it, which is as it should be with ferries, says the keeper, who has never been on one.</p></div>` +
				`<div id=d2><h2><a href=#d2>Tuesday</a></h2><p>Bought rope. The man said that it would outlive me, and I said that this was the idea, and he laughed for so long that his wife came out of the shop to look.</p></div>` +
				`<div id=d3><h2>Friday <a href="/#d3">¶</a></h2><p>Nothing, except that somebody has painted the lock gates green again, and nobody has asked for it, nor for the bench that stands there since.</p></div>`,
		},
		{
			name: "a page with footnotes", asked: "/", want: TroubleNoStories,
			body: `<title>Log</title><p>Fog<a href=#f1>1</a>, rope<a href=#f2>2</a> and salt<a href=#f3>3</a>.</p><ol><li id=f1>At four.<li id=f2>Outlives us.<li id=f3>By the ton.</ol>`,
		},
		{
			name: "links to many sites", asked: "/links", want: TroubleNoStories,
			body: `<title>Links</title><h1>Links</h1><ul><li><a href=https://a.example/x>A</a><li><a href=https://a.example/y>B</a><li><a href=https://a.example/z>C</a><li><a href=https://b.example/x>D</a><li><a href=https://c.example/x>E</a><li><a href=https://d.example/x>F</a></ul>`,
		},
		{
			name: "a list of programs kept elsewhere", asked: "/work", want: TroubleNoStories,
			body: `<title>Work</title><h1>Work</h1><ul><li><a href=https://github.com/vera/tide>tide</a><li><a href=https://github.com/vera/lamp>lamp</a><li><a href=https://github.com/vera/rope>rope</a></ul>`,
		},
		{name: "sent home", asked: "/series/lost/", final: "/", body: list, want: TroubleElsewhere},
		{name: "sent home later on", asked: "/series/lost/", final: "/", body: list, kind: feed.SourceArchive, want: TroubleElsewhere},
		{name: "the home page by its other name", asked: "/index.html", final: "/", body: list},
		{name: "the home page in a language", asked: "/en/", final: "/", body: list},
		{name: "moved", asked: "/series/lost/", final: "/series/found/", body: list},
	} {
		t.Run(c.name, func(t *testing.T) {
			final := c.final
			if final == "" {
				final = c.asked
			}
			r, err := Discover(t.Context(), redirected{testOrigin + final, c.body}, feed.Source{URL: testOrigin + c.asked, Kind: c.kind}, Options{})
			var no *NoSource
			switch errors.As(err, &no); {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want == "" && len(r.Links) != 3:
				t.Errorf("%d links, want 3", len(r.Links))
			case c.want != "" && (no == nil || no.Kind != c.want):
				t.Errorf("got %v, want %s", err, c.want)
			case no != nil && no.Reason == "":
				t.Error("no reason is given")
			}
		})
	}
}

// A page that lists no stories, or none that are sure, names the pages of its
// menu that do.
func TestNamesBetterSourcesForHomePages(t *testing.T) {
	menu := `<nav><a href="/">Ebb</a> <a href="/blog/">Blog</a> <a href="/about/">About</a></nav>`
	head := `<html><head><title>Ebb</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>`
	want := []Better{{testOrigin + "/blog/", `the list of posts, "Blog"`}, {testOrigin + "/feed.xml", "the site's feed"}}
	_, err := Discover(t.Context(), redirected{testOrigin + "/", head + menu + `<main><h1>Welcome</h1><p>I build boats.</p></main></body></html>`}, feed.Source{URL: testOrigin + "/"}, Options{})
	var no *NoSource
	if !errors.As(err, &no) || no.Kind != TroubleNoStories {
		t.Fatalf("got %v, want no stories", err)
	}
	if diff := cmp.Diff(want, no.Better); diff != "" {
		t.Errorf("a page without stories (-want +got):\n%s", diff)
	}
	menu = strings.Replace(menu, "</nav>", ` <a href="/my-boats-of-oak/">My boats of oak</a></nav>`, 1)
	r, err := Discover(t.Context(), redirected{testOrigin + "/", head + menu + `<main><h1>Welcome</h1><p>I build boats.</p></main></body></html>`}, feed.Source{URL: testOrigin + "/"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, r.Better); diff != "" || len(r.Links) != 1 {
		t.Errorf("a link in the menu alone, of %d (-want +got):\n%s", len(r.Links), diff)
	}
}
