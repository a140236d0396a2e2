package indexer_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/indexer"
	"storyfeed/indexer/blogtest"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/profile"
)

// newPreviewer asks the hosts allowed, and nobody else, without pause.
func newPreviewer(t *testing.T, allowed ...string) *indexer.Previewer {
	t.Helper()
	client, err := fetch.New(fetch.Config{Hosts: fetch.NewMemoryHosts(nil), Allow: allowed, HostGap: 1})
	must(t, err)
	return &indexer.Previewer{Fetch: client, Robots: client}
}

func preview(t *testing.T, p *indexer.Previewer, r indexer.PreviewRequest) indexer.Preview {
	t.Helper()
	v, err := p.Preview(t.Context(), r, nil)
	must(t, err)
	return v
}

// TestPreviewBudgets keeps a preview of a long list short and says so.
func TestPreviewBudgets(t *testing.T) {
	blog := longBlog(t, 30)
	v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Source(), Pages: 3, Stories: 4})
	if v.Problem != nil {
		t.Fatalf("can't be followed: %+v", v.Problem)
	}
	if !v.AtLeast || v.Pages != 3 || v.Stories != 15 || v.MaxPages != 3 {
		t.Errorf("%d stories on %d of %d pages, at least %t; want at least 15 stories on 3 of 3 pages", v.Stories, v.Pages, v.MaxPages, v.AtLeast)
	}
	var places []int
	for _, s := range v.Read {
		places = append(places, s.Place)
	}
	if diff := cmp.Diff([]int{1, 5, 10, 15}, places); diff != "" {
		t.Errorf("stories read are not spread over the list (-want +got):\n%s", diff)
	}
	if most := 1 + 3 + 4 + 1; v.Requests > most || len(blog.Requests()) != v.Requests {
		t.Errorf("%d requests were made and %d are reported, want at most %d", len(blog.Requests()), v.Requests, most)
	}
}

// TestPreviewLearnsTheTemplate shows where the fields of a site's pages stand.
func TestPreviewLearnsTheTemplate(t *testing.T) {
	blog := longBlog(t, 20)
	v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Source()})
	if v.Profile == nil || len(v.Profile.Profiles) != 1 {
		t.Fatalf("learned is %+v (%s), want one profile", v.Profile, v.Unlearned)
	}
	for _, f := range []profile.Field{profile.Title, profile.Published, profile.Body} {
		if l := v.Profile.Profiles[0].Fields[f]; l.Support != indexer.PreviewStories || l.Of != indexer.PreviewStories || profile.UseOf(l.Confidence) != profile.Alone {
			t.Errorf("%s is right on %d of %d (%.2f), want all of the %d stories read", f, l.Support, l.Of, l.Confidence, indexer.PreviewStories)
		}
	}
	few := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Source(), Stories: 2})
	if few.Profile != nil || !strings.Contains(few.Unlearned, "too few stories of one site were read: 2,") {
		t.Errorf("from two stories %+v is learned (%q), want nothing and why", few.Profile, few.Unlearned)
	}
}

// longBlog has five posts on a page, one a day.
func longBlog(t *testing.T, posts int) *blogtest.Blog {
	t.Helper()
	blog := blogtest.New(t, []byte("-- source --\n/blog/\n"))
	page := func(n int) string {
		if n == 1 {
			return "/blog/"
		}
		return fmt.Sprintf("/blog/page/%d/", n)
	}
	for n, post := 1, posts; post > 0; n++ {
		var b strings.Builder
		b.WriteString("<html><head><title>The Log of the Long Pier</title></head><body><main><h1>The Log of the Long Pier</h1>")
		for range 5 {
			fmt.Fprintf(&b, `<article><h2><a href="/post-%d/">%s</a></h2><time datetime="2026-01-%02d">%d January 2026</time><p>It begins with a sentence of its own.</p></article>`, post, postTitle(post), post, post)
			blog.Set(fmt.Sprintf("/post-%d/", post), postPage(post))
			post--
		}
		if post > 0 {
			fmt.Fprintf(&b, `<a rel="next" href="%s">Older posts</a>`, page(n+1))
		}
		b.WriteString("</main></body></html>")
		blog.Set(page(n), b.String())
	}
	return blog
}

func postTitle(n int) string { return fmt.Sprintf("What the %d planks of the pier remember", n+10) }

func postPage(n int) string {
	text := ""
	for i := range 4 {
		text += fmt.Sprintf("<p>Plank %d was laid in the year %d by a carpenter who counted %d nails aloud, and every tide since has tried to count them again.</p>", n*5+i, 1900+n*3+i, n*7+i)
	}
	return fmt.Sprintf(`<html><head><title>%s - The Log of the Long Pier</title></head><body class="post"><header class="masthead"><a href="/">The Log of the Long Pier</a></header><main class="content"><article class="story"><h1 class="story-title">%s</h1><p class="byline">by Ida Stern, <time datetime="2026-01-%02d">%d January 2026</time></p><div class="story-body">%s</div></article></main><footer class="colophon"><p>Kept at the pier</p></footer></body></html>`,
		postTitle(n), postTitle(n), n, n, text)
}

// TestPreviewRobotsAndFeed shows what is known of a site beside its stories.
func TestPreviewRobotsAndFeed(t *testing.T) {
	blog := longBlog(t, 10)
	blog.Set("/robots.txt", "User-agent: *\nDisallow: /post-3/\n")
	blog.Replace("/blog/", "<title>", `<link rel="alternate" type="application/rss+xml" href="/feed.xml"><title>`)
	blog.Set("/feed.xml", `<rss version="2.0"><channel><title>All of it</title><link>{{base}}/</link><description>x</description>`+
		`<item><title>`+postTitle(10)+`</title><link>{{base}}/post-10/</link></item>`+
		`<item><title>A recipe</title><link>{{base}}/recipe/</link></item></channel></rss>`)
	blog.Header("/feed.xml", "Content-Type", "application/rss+xml")
	blog.Redirect("/post-1/", "/post-2/", 301)

	v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.Source()})
	if v.Problem != nil {
		t.Fatalf("can't be followed: %+v", v.Problem)
	}
	if v.Robots.Disallowed != 1 || !strings.HasSuffix(v.Robots.Example, "/post-3/") {
		t.Errorf("robots.txt: %+v, want the one forbidden story", v.Robots)
	}
	want := &indexer.SiteFeed{URL: blog.URL + "/feed.xml", Entries: 2, Of: 1, Others: 1}
	if diff := cmp.Diff(want, v.Feed); diff != "" {
		t.Errorf("the site's feed (-want +got):\n%s", diff)
	}
	if v.Dates.First != "2026-01-01" || v.Dates.Last != "2026-01-10" || v.Dates.Undated != 0 {
		t.Errorf("dates %+v, want the first ten days of January", v.Dates)
	}
	if len(v.Same) != 1 || v.Same[0].URL != blog.URL+"/post-2/" || len(v.Same[0].Aliases) != 1 {
		t.Errorf("stories with several addresses: %+v, want post-2 with the address that redirects to it", v.Same)
	}
	if v.Stories != 9 {
		t.Errorf("%d stories, want 9: two of the links lead to one", v.Stories)
	}
	for _, s := range v.Read {
		if want := map[string]int{"/post-1/": 1, "/post-3/": 2, "/post-10/": 9}[strings.TrimPrefix(s.URL, blog.URL)]; want > 0 && s.Reason == "" && s.Place != want {
			t.Errorf("%s has place %d, want %d", s.URL, s.Place, want)
		}
	}
	for _, r := range blog.Requests() {
		if r.Path == "/post-3/" {
			t.Errorf("a forbidden page was asked for: %v", r)
		}
	}
	all := strings.Join(v.Warnings, "\n")
	for _, part := range []string{"robots.txt forbids 1 of the 10 stories", "the same story as " + blog.URL + "/post-2/"} {
		if !strings.Contains(all, part) {
			t.Errorf("the warnings lack %q:\n%s", part, all)
		}
	}
}

// TestPreviewReadsLinksInPassing counts only stories: a page that is linked in
// the middle of a sentence is read to see whether it is one.
func TestPreviewReadsLinksInPassing(t *testing.T) {
	blog := longBlog(t, 10)
	var b strings.Builder
	b.WriteString("<html><head><title>Planks</title></head><body><main><h1>Planks</h1><p>In order, and not as they came on <a href='/blog/'>the log of the whole pier</a> over the years:</p><ol>")
	for n := range 10 {
		fmt.Fprintf(&b, `<li><a href="/post-%d/">%s</a></li>`, n+1, postTitle(n+1))
	}
	b.WriteString("</ol></main></body></html>")
	blog.Set("/planks/", b.String())

	v := preview(t, newPreviewer(t, blog.Host), indexer.PreviewRequest{URL: blog.URL + "/planks/"})
	if v.Problem != nil || v.Stories != 10 || v.Weak != 0 {
		t.Fatalf("%d stories, %d of them unsure (%+v), want the 10 of the list", v.Stories, v.Weak, v.Problem)
	}
	var places []int
	for _, s := range v.Read {
		if s.Reason == "" {
			places = append(places, s.Place)
		}
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, places); diff != "" {
		t.Errorf("places in the series (-want +got):\n%s", diff)
	}
}

// TestPreviewAsJSON has no list that is null, and says durations in seconds.
func TestPreviewAsJSON(t *testing.T) {
	for _, v := range []indexer.Preview{
		{BackFill: indexer.Seconds(90 * time.Second), Read: []indexer.ReadStory{{URL: "https://blog.example/?a=1&b=2"}}},
		{Problem: &indexer.Problem{Kind: indexer.ProblemNoURL}},
	} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "null") {
			t.Errorf("a list is null: %s", text)
		}
		var back indexer.Preview
		if err := json.Unmarshal(text, &back); err != nil || back.BackFill != v.BackFill {
			t.Errorf("read back, the first visit takes %v (%v), want %v", back.BackFill, err, v.BackFill)
		}
	}
	text, err := indexer.Seconds(1500 * time.Millisecond).MarshalJSON()
	if err != nil || string(text) != "1.5" {
		t.Errorf("1.5 s are %s (%v) in JSON", text, err)
	}
}
