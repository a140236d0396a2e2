package extract_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"storyfeed/indexer/extract"
)

const filler = `<p>The ferry left at nine with eleven people, four bicycles and a cello, and came back with the cello alone.</p>`

func entries(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<article class="post"><h2 class="entry-title"><a href="/story-%d/">Story number %d</a></h2><time datetime="2024-01-0%d">January %d, 2024</time>%s</article>`, i, i, i+1, i+1, filler)
	}
	return b.String()
}

func TestNotStory(t *testing.T) {
	for _, tc := range []struct {
		name, url, page string
		want            extract.Kind // empty: a story
	}{
		{"list of excerpts", "https://b.example/blog/", `<title>Blog</title><main><h1>Blog</h1>` + entries(5) + `</main>`, extract.KindArchive},
		{"list whose page has no title of its own", "https://b.example/page/2/", `<title>The Blog</title><main>` + entries(4) + `</main>`, extract.KindArchive},
		{"category with few posts", "https://b.example/c/x", `<title>Category: Boats</title><main><h1>Category: Boats</h1>` + entries(2) + `</main>`, extract.KindArchive},
		{"archive by WordPress' word", "https://b.example/2024/", `<title>2024</title><body class="archive date hfeed"><main>` + entries(1) + `</main>`, extract.KindArchive},
		{"list of linked titles in cards", "https://b.example/notes", `<title>Notes</title><main><h1>Notes</h1><a href="/a"><h3>One</h3></a><a href="/b"><h3>Two</h3></a><a href="/c"><h3>Three</h3></a></main>`, extract.KindArchive},
		{"dated list of links", "https://b.example/log.htm", `<title>Log</title><body><ul>` + manyLinks(30) + `</ul>`, extract.KindArchive},
		{"home page", "https://b.example/", `<title>B</title><main><h1>Welcome</h1>` + filler + filler + `</main>`, extract.KindHome},
		{"search results", "https://b.example/?s=cello", `<title>Search Results for “cello” – B</title><body class="search search-results">` + entries(3), extract.KindSearch},
		{"attachment", "https://b.example/cello/cello-jpg/", `<title>cello.jpg</title><body class="attachment single single-attachment postid-9"><article><h1>cello.jpg</h1><img src="/c.jpg">` + filler + `</article>`, extract.KindAttachment},
		{"error404 with status 200", "https://b.example/nope", `<title>Page not found – B</title><body class="error404"><main><h1>Nothing here</h1>` + filler + `</main>`, extract.KindSoft404},
		{"soft 404 without marks", "https://b.example/nope", `<title>Oops! That page can’t be found</title><main><h1>404</h1><p>It looks like nothing was found at this location. Maybe try a search or one of the links below?</p></main>`, extract.KindSoft404},
		{"soft 404 with recent posts", "https://b.example/nope", `<title>Page Not Found | B</title><main><h1>Page Not Found</h1>` + strings.Repeat(filler, 12) + `</main>`, extract.KindSoft404},
		{"German soft 404", "https://b.example/nope", `<title>Seite nicht gefunden</title><h1>Seite nicht gefunden</h1><p>Die Seite, die Sie suchen, gibt es hier leider nicht mehr, vielleicht hilft die Suche.</p>`, extract.KindSoft404},
		{"log-in wall", "https://b.example/story", `<title>Log in – B</title><form><input type="password" name="pwd"></form><p>Please log in to read this story, or make an account, which costs nothing but your address.</p>`, extract.KindLogin},
		{"password on a post", "https://b.example/story", `<title>Protected: The Cello – B</title><body class="single single-post"><article><h1 class="entry-title">Protected: The Cello</h1><div class="entry-content"><form class="post-password-form"><p>This content is password protected. To view it please enter your password below:</p><input name="post_password" type="password"></form></div></article>`, extract.KindLogin},
		{"bot check", "https://b.example/story", `<title>Just a moment...</title><h1>b.example</h1><p>Verifying you are human. This may take a few seconds. b.example needs to review the security of your connection before proceeding.</p>`, extract.KindCaptcha},
		{"maintenance", "https://b.example/story", `<title>Maintenance</title><p>Briefly unavailable for scheduled maintenance. Check back in a minute, or in two, but please not every second.</p>`, extract.KindMaintenance},
		{"shell that a script fills", "https://b.example/story", `<title>The Cello</title><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/a.js"></script>`, extract.KindShell},
		{"empty body", "https://b.example/story", `<title>The Cello</title><body></body>`, extract.KindEmpty},
		{"nothing at all", "https://b.example/story", ``, extract.KindEmpty},

		{"story called Not Found", "https://b.example/not-found", `<title>404 Not Found: a love story | B</title><main><article><h1>404 Not Found: a love story</h1>` + strings.Repeat(filler, 12) + `</article></main>`, ""},
		{"story called Archive, with another below", "https://b.example/s", `<title>Archive</title><main><article><h1>Archive</h1><time datetime="2024-05-05">5 May 2024</time><div class="entry-content">` + strings.Repeat(filler, 4) + `</div></article></main><aside class="next-up"><a href="/other/"><h2>The Other One</h2></a></aside>`, ""},
		{"story that calls itself the home page", "https://b.example/the-cello", `<title>The Cello</title><body class="home-template"><main><article><h1 class="post-full-title">The Cello</h1><time datetime="2024-05-05">5 May 2024</time><section class="post-content">` + strings.Repeat(filler, 4) + `</section></article></main><aside><article><h2><a href="/other">The Other One</a></h2></article><article><h2><a href="/third">A Third</a></h2></article></aside>`, ""},
		{"list that calls itself the home page", "https://b.example/page/2/", `<title>B</title><body class="home-template paged"><main class="post-feed"><h1>B</h1>` + entries(4) + `</main>`, extract.KindArchive},
		{"story about logging in, with a log-in box", "https://b.example/s", `<title>Log in to life | B</title><header><form><input type="password"></form></header><main><article><h1>Log in to life</h1>` + strings.Repeat(filler, 12) + `</article></main>`, ""},
		{"story with related posts below", "https://b.example/s", `<title>The Cello | B</title><main><article><h1>The Cello</h1><div class="entry-content">` + filler + filler + `</div></article><section><h2>You may also like</h2>` + entries(3) + `</section></main>`, ""},
		{"story with linked headings of its own", "https://b.example/best", `<title>Best of the year</title><main><article><h1>Best of the year</h1><div class="entry-content">` + filler + filler + filler + `<h2><a href="/one/">One</a></h2>` + filler + `<h2>Two</h2>` + filler + `</div></article></main>`, ""},
		{"story whose heading links to itself", "https://b.example/s", `<title>B: The Cello</title><h1><a href="/">B</a></h1><div class="post"><h2 class="entry-title"><a href="/s">The Cello</a></h2>` + filler + filler + `</div>`, ""},
		{"photograph with title and date", "https://b.example/p", `<title>Fog | B</title><main><article><h1>Fog</h1><time datetime="2024-05-05">5 May 2024</time><div class="entry-content"><img src="/fog.jpg" width="900"></div></article></main>`, ""},
		{"story at the top of a site by parameters", "https://b.example/?u=7f3a&id=aa01", `<title>The Cello</title><h1>The Cello</h1><p>5 May 2024</p>` + strings.Repeat(filler, 4), ""},
		{"home page with a visitor's mark", "https://b.example/?fbclid=aa01&PHPSESSID=7f", `<title>The Cello</title><h1>The Cello</h1><p>5 May 2024</p>` + strings.Repeat(filler, 4), extract.KindHome},
		{"story at a plain WordPress address", "https://b.example/?p=12", `<title>The Cello – B</title><body class="single single-post postid-12"><article><h1 class="entry-title">The Cello</h1><div class="entry-content">` + filler + `</div></article>`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := extract.Extract(extract.Page{URL: tc.url, HTML: []byte(tc.page), Now: today})
			var not *extract.NotStory
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("Extract: %v, want a story", err)
			case tc.want != "" && err == nil:
				t.Errorf("Extract gives the story %q of %d words, want no story but %s", s.Title, s.Words, tc.want)
			case tc.want != "" && !errors.As(err, &not):
				t.Errorf("Extract: %v, want a *NotStory", err)
			case tc.want != "" && not.Kind != tc.want:
				t.Errorf("Extract: %v, want %s", err, tc.want)
			}
		})
	}
}

func manyLinks(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<li>%d/1/24 <a href="/story-%d.htm">The story that has the number %d</a></li>`, i+1, i, i)
	}
	return b.String()
}

func TestExtractErrors(t *testing.T) {
	for _, tc := range []struct{ name, url, page, want string }{
		{"too deep", "https://b.example/s", strings.Repeat("<div>", 600) + filler, "unparseable"},
		{"too many tags", "https://b.example/s", strings.Repeat("<p>", 400_000), "tags"},
		{"too many bytes", "https://b.example/s", strings.Repeat("x", 11<<20), "bytes"},
		{"relative address", "/s", filler, "not absolute"},
	} {
		_, err := extract.Extract(extract.Page{URL: tc.url, HTML: []byte(tc.page)})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: Extract: %v, want an error with %q", tc.name, err, tc.want)
		}
	}
}
