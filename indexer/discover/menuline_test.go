package discover

import (
	"strings"
	"testing"
)

// TestMenuWithoutMarks: a menu that is only boxes in a row stands in the page
// as the posts do; what it links is no post. A row of parts is no menu.
func TestMenuWithoutMarks(t *testing.T) {
	posts := ""
	for _, s := range []string{"slow-build|The slow build", "five-tools|Five small tools", "on-names|A note on names", "in-winter|Shipping in winter"} {
		slug, title, _ := strings.Cut(s, "|")
		posts += `<div><a href="/blog/` + slug + `"><img src="/y.png"></a><a href="/blog/` + slug + `"><div>` + title + `</div></a></div>`
	}
	for _, tc := range []struct{ name, menu, want string }{
		{"a menu", `<a href="/blog">Blog</a><a href="/our-product">Product</a><a href="/for-teams">For teams</a><a href="/signup">Get started</a>`, ""},
		{"a row of parts", `<a href="/blog">I</a><a href="/blog/two-1">II</a><a href="/blog/three-1">III</a><a href="/blog/four-1">IV</a>`, "/blog/two-1 /blog/three-1 /blog/four-1"},
	} {
		v := viewFor(t, "https://plumb.example/blog", `<html><head><title>Blog</title></head><body><div><a href="/">Plumb</a><div>`+tc.menu+`</div></div><div>`+posts+`</div></body></html>`)
		var got []string
		for _, a := range v.anchors {
			if a.usable() && !strings.Contains(posts, `"`+strings.TrimPrefix(a.url, "https://plumb.example")+`"`) {
				got = append(got, strings.TrimPrefix(a.url, "https://plumb.example"))
			}
		}
		if s := strings.Join(got, " "); s != tc.want {
			t.Errorf("%s: links that may be posts beside the posts: %q, want %q", tc.name, s, tc.want)
		}
		l := parseListing(v, nil)
		for _, link := range l.links {
			if !strings.Contains(link.URL, "/blog/") {
				t.Errorf("%s: %s is listed as a post", tc.name, link.URL)
			}
		}
		if len(l.links) < 4 {
			t.Errorf("%s: %d posts listed, want 4 or more", tc.name, len(l.links))
		}
	}
}
