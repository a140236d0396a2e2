package indexer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/indexer/blogtest"
)

// rss is a feed of some tales, in which the authors are as given.
func rss(all []tale, author func(tale) string) string {
	var items strings.Builder
	for _, t := range all {
		fmt.Fprintf(&items, "<item><title>%s</title><link>{{base}}%s</link><dc:creator>%s</dc:creator><pubDate>%s</pubDate></item>\n",
			t.title, t.path(), author(t), t.day.Add(9*time.Hour).Format(time.RFC1123Z))
	}
	return `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Long Quay</title><link>{{base}}/</link>` + items.String() + "</channel></rss>"
}

// bare is a design that names neither author nor date.
func bare(t tale) string {
	return page(t.title, `<link rel="alternate" type="application/rss+xml" href="{{base}}/feed.xml">`,
		"<h1>"+t.title+"</h1><p>"+strings.Join(t.paragraphs, "</p><p>")+"</p>")
}

// TestWhatTheFeedSays is a blog whose pages are silent on what its feed tells.
func TestWhatTheFeedSays(t *testing.T) {
	for _, tc := range []struct {
		name   string
		author func(tale) string
		want   func(tale) string
	}{
		{"people", func(s tale) string { return s.author }, func(s tale) string { return s.author }},
		{"nobody", func(tale) string { return "admin" }, func(tale) string { return "" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all := tales(6)
			blog := quay(t, all, bare)
			blog.Set("/feed.xml", rss(all[2:], tc.author))
			w := newWorld(t, blog)
			w.crawl()
			for i, s := range w.stories() {
				want, from := tc.want(all[i]), feed.DateFromFeed
				if i < 2 {
					want = ""
				}
				if want == "" {
					from = ""
				}
				if got := strings.Join(s.Authors, ", "); got != want || s.AuthorSource != from {
					t.Errorf("part %d is by %q (%s), want %q (%s)", s.Part, got, s.AuthorSource, want, from)
				}
				if known := !s.Published.IsZero(); known != (i >= 2) || known && (s.Published.Source != feed.DateFromFeed || s.Published.Precision != feed.PrecisionSecond) {
					t.Errorf("part %d was published %v, want what the feed says, and nothing where it says nothing", s.Part, s.Published)
				}
			}
			before, _ := w.store.SeriesBySlug(t.Context(), slug)
			wantReport(t, w.crawl(), "6 found, 0 new, 0 changed, 6 unchanged, 0 gone, 0 failed")
			if after, _ := w.store.SeriesBySlug(t.Context(), slug); after.Version != before.Version {
				t.Errorf("a crawl of an unchanged site changed the series")
			}
			w.consistent()
		})
	}
}

// The names of an API are those of the people; pages often name the site.
func TestWhatTheAPISays(t *testing.T) {
	all := tales(3)
	blog := blogtest.New(t, []byte("-- source --\n/wp-json/wp/v2/posts\n"))
	var posts []string
	for _, s := range all {
		blog.Set(s.path(), strings.ReplaceAll(classic(s), s.author, "Harbour Office"))
		posts = append(posts, fmt.Sprintf(`{"link":"{{base}}%s","date_gmt":"%sT09:00:00","modified_gmt":"%sT09:00:00","title":{"rendered":%q},"_embedded":{"author":[{"name":%q}]}}`,
			s.path(), s.day.Format(time.DateOnly), s.day.Format(time.DateOnly), s.title, s.author))
	}
	blog.Set("/wp-json/wp/v2/posts", "["+strings.Join(posts, ",")+"]")
	w := newWorld(t, blog)
	w.crawl()
	for _, s := range w.stories() {
		if len(s.Authors) != 1 || s.AuthorSource != feed.DateFromREST || s.Published.Source != feed.DateFromREST {
			t.Errorf("%q is by %v (%s), published %v; want both from the API", s.Title, s.Authors, s.AuthorSource, s.Published)
		}
	}
	// The author edits one; the pages' byline must not take the API's place.
	all[1].paragraphs[0] += " And marmalade."
	blog.Set(all[1].path(), strings.ReplaceAll(classic(all[1]), all[1].author, "Harbour Office"))
	w.wait(time.Hour)
	if c := w.crawl(); c.Changed != 1 {
		t.Errorf("%v, want 1 changed", c)
	}
	for _, s := range w.stories() {
		if len(s.Authors) != 1 || s.Authors[0] == "Harbour Office" {
			t.Errorf("after an edit %q is by %v", s.Title, s.Authors)
		}
	}
}

// A date that the site tells later than its story is taken then.
func TestDateThatComesLater(t *testing.T) {
	all := tales(5)
	blog := quay(t, all, bare)
	w := newWorld(t, blog)
	w.crawl()
	blog.Set("/feed.xml", rss(all, func(s tale) string { return s.author }))
	late := tales(6)[5]
	blog.Set(late.path(), bare(late))
	blog.Replace("/", "</ol>", `<li><a href="{{base}}`+late.path()+`">`+late.title+`</a></li></ol>`)
	w.wait(time.Hour)
	w.crawl()
	for _, s := range w.stories()[:5] {
		if s.Published.Source != feed.DateFromFeed || len(s.Authors) != 1 || s.Revision != 1 {
			t.Errorf("part %d: published %v, by %v, revision %d; want what the feed says now, without a revision", s.Part, s.Published, s.Authors, s.Revision)
		}
	}
	w.consistent()
}
