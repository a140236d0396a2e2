package discover

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// A list says who wrote its stories in as many ways as there are lists; what
// stands beside most titles elsewhere is no author.
func TestAuthorsBesideTitles(t *testing.T) {
	titles := []string{"The Lock", "Two Barges", "Reeds", "Winter Quarters", "A Toll", "Weir"}
	people := []string{"Ann Lee", "Omar Haddad", "María-José Díaz", "J. R. Smith", "Li Wei and Åsa Öberg", "The Editors"}
	want := []string{"Ann Lee", "Omar Haddad", "María-José Díaz", "J. R. Smith", "Li Wei, Åsa Öberg", ""}
	pairs := [][2]string{
		{"<dl>%s</dl>", "<dt>%[1]s</dt><dd>%[2]s</dd>"},
		{"<ul>%s</ul>", "<li>%[1]s — %[2]s</li>"},
		{"<ul>%s</ul>", "<li>%[1]s<br>by %[2]s</li>"},
		{"<ol>%s</ol>", `<li><span class="entry-author">%[2]s</span> <h3>%[1]s</h3></li>`},
		{"<table>%s</table>", "<tr><td>%[3]d.</td><td>%[1]s</td><td>%[2]s</td><td>12 May 2020</td></tr>"},
		{"<div>%s</div>", "<div><h2>%[1]s</h2><p>%[2]s · 12 May 2020</p></div>"},
		{"<div>%s</div>", "<p>%[1]s</p><p><i>%[2]s</i></p>"},
	}
	for _, pair := range pairs {
		if got := authorsOf(t, pair, titles, people); !cmp.Equal(got, want) {
			t.Errorf("%s:\n%s", pair[1], cmp.Diff(want, got))
		}
	}

	none := make([]string, len(titles))
	for what, beside := range map[string][]string{
		"subtitles":          {"Life on Water", "Cold Morning", "Why We Left", "An Old Friend", "Salt and Diesel", "The Last Boat"},
		"sections":           {"Short Fiction", "Short Fiction", "Field Notes", "Short Fiction", "Field Notes", "Field Notes"},
		"places":             {"Lisbon", "Cape Town", "Oslo", "New York", "Lima", "Buenos Aires"},
		"names now and then": {"Ann Lee", "a quiet day", "Omar Haddad", "rain", "", "and home again"},
		"months":             {"January 2020", "May 2020", "June 2020", "July 2020", "August 2020", "May 2021"},
		"numbers":            {"3 comments", "No comments", "12 comments", "1 comment", "2 comments", "Leave a comment"},
		"what to do":         {"Read More", "Read More", "Read More", "Read More", "Read More", "Read More"},
	} {
		for _, pair := range pairs[:2] {
			if got := authorsOf(t, pair, titles, beside); !cmp.Equal(got, none) {
				t.Errorf("%s in %s: %q are no authors", what, pair[1], got)
			}
		}
	}
}

// authorsOf are the authors that a list of stories gives, one a story.
func authorsOf(t *testing.T, pair [2]string, titles, beside []string) []string {
	t.Helper()
	var rows strings.Builder
	for i, title := range titles {
		fmt.Fprintf(&rows, pair[1], fmt.Sprintf(`<a href="/issues/12/%d">%s</a>`, i+1, title), beside[i], i+1)
	}
	page := `<title>Issue 12</title><h1>Issue 12</h1>` + fmt.Sprintf(pair[0], rows.String())
	b := &blog{origin: testOrigin, files: map[string]string{"/issues/12": page}}
	r, err := Discover(t.Context(), b, feed.Source{URL: testOrigin + "/issues/12"}, Options{})
	if err != nil || len(r.Links) != len(titles) {
		t.Fatalf("%s: %d links, %v; want %d", pair[1], len(r.Links), err, len(titles))
	}
	got := make([]string, len(titles))
	for i, l := range r.Links {
		for k, title := range titles {
			if l.Anchor == title {
				got[k] = strings.Join(r.Links[i].Authors, ", ")
			}
		}
	}
	return got
}
