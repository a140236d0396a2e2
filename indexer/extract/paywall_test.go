package extract

import (
	"fmt"
	"strings"
	"testing"
)

// The beginning of a story whose rest is for subscribers is the story's text, and
// known to be a beginning; a short story is none of that, whatever stands beside it.
func TestPaywall(t *testing.T) {
	const beginning = "The harbour was quiet that morning, and we went down to the quay with the letters and the bread, as always."
	const free = `"isAccessibleForFree"`
	page := func(ld, below string) Page {
		return Page{URL: "https://quay.example/self", HTML: []byte(`<html lang="en"><head><title>The Story – Quay</title>` + ld + `</head><body><header><a href="/">Quay</a> <a href="/login">Log in</a> <a href="/subscribe">Subscribe</a></header>` +
			`<main><article><h1>The Story</h1><p>By Ann Lee, 4 March 2024</p><div class="c">` + strings.Repeat("<p>"+beginning+"</p>", 2) + below + `</div></article></main><footer>© 2023 Quay. For members and patrons.</footer></body></html>`)}
	}
	data := func(value string) string {
		return fmt.Sprintf(`<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"The Story",%s:%s,"datePublished":"2024-03-04"}</script>`, free, value)
	}
	for _, tc := range []struct {
		name, ld, below string
		partial         bool
	}{
		{"data", data("false"), "", true},
		{"data as text", data(`"False"`), "", true},
		{"free by its data", data("true"), "", false},
		{"a call", "", `<p>Subscribe to continue reading</p>`, true},
		{"a call in a link", "", `<p><a href="/subscribe">Sign up now to keep reading</a></p>`, true},
		{"an offer", "", `<div><p>Keep reading with a 7-day free trial</p></div>`, true},
		{"for whom", "", `<aside class="upgrade-cta"><h2>This post is for <b>paying</b> subscribers only</h2><a href="#/signup">Subscribe now</a></aside>`, true},
		{"for whom, in a box that is cut", "", `<div class="paywall"><h2>The rest of this story is for members</h2></div>`, true},
		{"a login", "", `<div><h3>Members only</h3><p>Become a member to read the rest of this story.</p><form action="/login"><input name="email"><input type="password" name="p"><button>Log in</button></form></div>`, true},
		{"in German", "", `<p>Dieser Artikel ist nur für Abonnenten.</p>`, true},
		{"in French", "", `<p>La suite est réservée aux abonnés</p>`, true},
		{"in Spanish", "", `<p>Suscríbete para seguir leyendo</p>`, true},
		{"a short story", "", "", false},
		{"a newsletter", "", `<p>Enjoyed it? Subscribe to our newsletter.</p>`, false},
		{"another story for members", "", `<ul><li><a href="/other">This post is for subscribers</a></li></ul>`, false},
		{"prose on members", "", `<p>Grandfather was a member of the club, and as a patron he supported the crew, whose captain had subscribed to three papers to have something to read.</p>`, false},
		{"a script", "", `<script>var texts = "Subscribe to continue reading";</script>`, false},
		{"a long story", "", strings.Repeat("<p>"+beginning+"</p>", 30) + `<p>Subscribe to continue reading the next one.</p>`, false},
	} {
		s, err := Extract(page(tc.ld, tc.below))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if s.Partial != tc.partial || !strings.HasPrefix(s.Text, beginning) {
			t.Errorf("%s: partial %t, text %q; want %t, and the beginning", tc.name, s.Partial, s.Text, tc.partial)
		}
		if tc.partial && !strings.HasSuffix(s.Text, beginning) {
			t.Errorf("%s: the text ends with %q, want the end of the beginning", tc.name, s.Text[strings.LastIndex(s.Text, beginning)+len(beginning):])
		}
	}
	// Without a beginning it is a login, or nothing.
	for _, below := range []string{
		`<h1>Members only</h1><p>Become a member to read this story.</p><form action="/login"><input name="email"><input type="password" name="p"></form>`,
		`<h1>Log in</h1><form action="/login"><input name="email"><input type="password" name="p"></form><p>Log in to continue reading</p>`,
	} {
		if s, err := Extract(Page{URL: "https://quay.example/self", HTML: []byte("<title>Quay</title>" + below)}); err == nil {
			t.Errorf("%s is taken for a story: %q", below, s.Text)
		}
	}
}
