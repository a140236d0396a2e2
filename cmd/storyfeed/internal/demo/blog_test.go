package demo_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"storyfeed/cmd/storyfeed/internal/demo"
)

// day is the day of all tests.
var day = time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)

func newBlog() *demo.Blog {
	return demo.New(demo.Config{Now: func() time.Time { return day }})
}

// get asks the blog as a client does that knows the validators of a former
// answer, nil: none.
func get(b *demo.Blog, path string, former http.Header) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "http://blog.example"+path, nil)
	if former != nil {
		r.Header.Set("If-None-Match", former.Get("ETag"))
		r.Header.Set("If-Modified-Since", former.Get("Last-Modified"))
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w.Result()
}

func page(t *testing.T, b *demo.Blog, path string) *goquery.Document {
	t.Helper()
	res := get(b, path, nil)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s = %s, want 200", path, res.Status)
	}
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// links are the paths that the selection links, in order.
func links(t *testing.T, s *goquery.Selection) []string {
	t.Helper()
	var list []string
	s.Each(func(_ int, a *goquery.Selection) {
		u, err := url.Parse(a.AttrOr("href", ""))
		if err != nil || u.Host != "blog.example" {
			t.Errorf("link %q leads elsewhere", a.AttrOr("href", ""))
		}
		list = append(list, u.Path)
	})
	return list
}

func stories(t *testing.T, b *demo.Blog) []string {
	t.Helper()
	return links(t, page(t, b, demo.HubPath).Find(".entry-content ol a"))
}

func TestHubPage(t *testing.T) {
	hub := page(t, newBlog(), demo.HubPath)
	items := hub.Find(".entry-content ol li")
	if items.Length() != 24 {
		t.Fatalf("the hub page lists %d stories, want 24", items.Length())
	}
	remarks, renamed := 0, 0
	b := newBlog()
	var dates []time.Time
	items.Each(func(_ int, li *goquery.Selection) {
		a := li.Find("a")
		if strings.TrimSpace(li.Text()) != a.Text() {
			remarks++
		}
		story := page(t, b, links(t, a)[0])
		if story.Find("h1.entry-title").Text() != a.Text() {
			renamed++
		}
		dates = append(dates, published(t, story))
	})
	if remarks < 2 || renamed != 2 {
		t.Errorf("%d links with a remark and %d with another text than the title, want some and 2", remarks, renamed)
	}
	late := 0
	for i := 1; i < len(dates); i++ {
		if dates[i].Before(dates[i-1]) {
			late++
		}
	}
	if late < 3 || late > 6 {
		t.Errorf("reading order differs from the order of dates in %d places, want a few", late)
	}
	all := links(t, hub.Find(".entry-content a"))
	for _, other := range []string{"/about/", "/blog-central/"} {
		if !slices.Contains(all, other) {
			t.Errorf("the text of the hub page does not link %s", other)
		}
	}
}

var byline = regexp.MustCompile(`^by (\S.*\S) on ([A-Z][a-z]+ \d+)(?:st|nd|rd|th)(, \d{4})$`)

func published(t *testing.T, story *goquery.Document) time.Time {
	t.Helper()
	text := strings.Join(strings.Fields(story.Find(".byline").First().Text()), " ")
	m := byline.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("byline %q is not like %q", text, "by NAME on July 27th, 2020")
	}
	d, err := time.Parse("January 2, 2006", m[2]+m[3])
	if err != nil {
		t.Fatal(err)
	}
	if !d.Before(day) || d.Before(day.AddDate(0, -7, 0)) {
		t.Errorf("published on %s, want a day in the half year before %s", d, day)
	}
	return d
}

func TestArchive(t *testing.T) {
	b := newBlog()
	next, seen := "/blog-central/", map[string]bool{}
	pages := 0
	for next != "" {
		doc := page(t, b, next)
		pages++
		entries := links(t, doc.Find("article .entry-title a"))
		for _, path := range entries {
			if seen[path] {
				t.Errorf("%s is listed twice", path)
			}
			seen[path] = true
		}
		if len(entries) > 10 {
			t.Errorf("%s lists %d posts, want at most 10", next, len(entries))
		}
		next = ""
		if older := links(t, doc.Find("a.next")); len(older) == 1 {
			next = older[0]
		}
	}
	if len(seen) != 44 || pages != 5 {
		t.Errorf("the archive lists %d posts on %d pages, want 44 on 5", len(seen), pages)
	}
	for _, path := range stories(t, b) {
		if !seen[path] {
			t.Errorf("the archive lacks the story %s", path)
		}
	}
	for path, want := range map[string]int{
		"/blog-central/page/6/": 404, "/blog-central/page/0/": 404, "/blog-central/page/x/": 404,
		"/blog-central/page/1/": 301, "/blog-central/page/2": 301, "/blog-central": 301, "/tag/hands/": 200, "/tag/none/": 404,
		"/author/lin-meihua/": 200, "/author/nobody/": 404, "/no-such-story/": 404, "/wp-json/": 404, "/?p=101": 301, "/?p=1": 404, "/?s=x": 200,
	} {
		if res := get(b, path, nil); res.StatusCode != want {
			t.Errorf("GET %s = %s, want %d", path, res.Status, want)
		}
	}
}

// TestStories checks what makes the stories worth crawling: their length,
// what they are made of, and that every address in them answers.
func TestStories(t *testing.T) {
	b := newBlog()
	for range 15 {
		b.Publish()
	}
	features := map[string]int{}
	openings := map[string]string{}
	answered := map[string]bool{}
	for _, path := range stories(t, b) {
		doc := page(t, b, path)
		body := doc.Find(".entry-content").Clone()
		body.Find(".sharedaddy, .jp-relatedposts").Remove()
		if n := len(strings.Fields(body.Text())); n < 300 || n > 900 {
			t.Errorf("%s has %d words, want 300 to 900", path, n)
		}
		if strings.ContainsAny(body.Find("p").Text(), "{}[]|") {
			t.Errorf("%s holds unfilled slots", path)
		}
		first := body.Find("p").First().Text()
		if twin := openings[first]; twin != "" && !strings.Contains(path, "-no-") {
			t.Errorf("%s begins as %s does", path, twin)
		}
		openings[first] = path
		for _, tag := range []string{"table", "pre", "blockquote", "figure img", ".footnotes a", "ul", "ol"} {
			features[tag] += min(1, body.Find(tag).Length())
		}
		for _, tag := range []string{"#reply-title", ".sharedaddy", "#jp-relatedposts a", ".post-navigation a", ".widget_recent_entries a", ".tags-links a"} {
			if doc.Find(tag).Length() == 0 {
				t.Errorf("%s has no %s", path, tag)
			}
		}
		features["comments"] += min(1, doc.Find(".comment-list time").Length())
		doc.Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
			target := strings.TrimPrefix(s.AttrOr("href", s.AttrOr("src", "")), "http://blog.example")
			if !strings.HasPrefix(target, "/") || answered[target] {
				return
			}
			answered[target] = true
			if res := get(b, target, nil); res.StatusCode >= 400 {
				t.Errorf("%s refers to %s, which answers %s", path, target, res.Status)
			}
		})
	}
	for name, n := range features {
		if n < 2 {
			t.Errorf("%d stories with %s, want at least 2", n, name)
		}
	}
}

func TestTitles(t *testing.T) {
	titles := page(t, newBlog(), demo.HubPath).Find(".entry-content ol").Text()
	for _, part := range []string{"&", "“", "面", "Колокол", "خط", "🛶", "Ü", "½", "+ 50%"} {
		if !strings.Contains(titles, part) {
			t.Errorf("no title with %s", part)
		}
	}
}

func TestValidators(t *testing.T) {
	b := newBlog()
	paths := append(stories(t, b), demo.HubPath, "/", "/about/", "/blog-central/", "/blog-central/page/2/", "/feed/", "/robots.txt",
		"/wp-content/uploads/twelve-letters-before-breakfast-1-480x270.png")
	former := map[string]http.Header{}
	for _, path := range paths {
		res := get(b, path, nil)
		if res.StatusCode != http.StatusOK || res.Header.Get("ETag") == "" || res.Header.Get("Last-Modified") == "" {
			t.Errorf("GET %s = %s with validators %q and %q", path, res.Status, res.Header.Get("ETag"), res.Header.Get("Last-Modified"))
		}
		former[path] = res.Header
	}
	changed := func() (list []string) {
		for _, path := range paths {
			if get(b, path, former[path]).StatusCode != http.StatusNotModified {
				list = append(list, path)
			}
		}
		return list
	}
	if got := changed(); len(got) != 0 {
		t.Errorf("changed without a change: %v", got)
	}
	b.Publish()
	got := changed()
	if slices.ContainsFunc(got, func(p string) bool { return slices.Contains(paths[:24], p) }) || !slices.Contains(got, demo.HubPath) || !slices.Contains(got, "/feed/") {
		t.Errorf("after a new story these changed: %v, want hub page, feed and lists, and no story", got)
	}
	b.Edit()
	got = slices.DeleteFunc(changed(), func(p string) bool { return !slices.Contains(paths[:24], p) })
	if len(got) != 1 {
		t.Errorf("after an edit these stories changed: %v, want one", got)
	}
}

func TestPublishAndEdit(t *testing.T) {
	b := newBlog()
	seen := map[string]bool{}
	for i := range 20 {
		title := b.Publish()
		if seen[title] {
			t.Errorf("%q was published twice", title)
		}
		seen[title] = true
		list := stories(t, b)
		if len(list) != 25+i {
			t.Fatalf("%d stories after %d more, want %d", len(list), i+1, 25+i)
		}
		last := list[len(list)-1]
		if got := page(t, b, last).Find("h1").Text(); got != title {
			t.Errorf("the last story on the hub page is %q, want %q", got, title)
		}
		if got := links(t, page(t, b, "/blog-central/").Find("article .entry-title a"))[0]; got != last {
			t.Errorf("the archive begins with %s, want %s", got, last)
		}
	}
	for range 3 {
		title := b.Edit()
		found := false
		for _, path := range stories(t, b) {
			doc := page(t, b, path)
			if doc.Find("h1").Text() == title {
				found = strings.Contains(doc.Find(".entry-content").Text(), "Postscript 1.")
			}
		}
		if !found {
			t.Errorf("no postscript in %q", title)
		}
	}
}

func TestFeed(t *testing.T) {
	b := newBlog()
	title := b.Publish()
	res := get(b, "/feed/", nil)
	var doc struct {
		Items []struct {
			Title   string `xml:"title"`
			Link    string `xml:"link"`
			PubDate string `xml:"pubDate"`
			Body    string `xml:"encoded"`
		} `xml:"channel>item"`
	}
	if err := xml.NewDecoder(res.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Items) != 10 || doc.Items[0].Title != title {
		t.Errorf("the feed holds %d items, the first %q; want 10, the first %q", len(doc.Items), doc.Items[0].Title, title)
	}
	for _, it := range doc.Items {
		if _, err := time.Parse(time.RFC1123Z, it.PubDate); err != nil || it.Body == "" || !strings.HasPrefix(it.Link, "http://blog.example/") {
			t.Errorf("item %+v lacks something: %v", it, err)
		}
	}
}

func TestSameBlogEveryTime(t *testing.T) {
	one, two := newBlog(), newBlog()
	other := demo.New(demo.Config{Now: func() time.Time { return day }, Seed: 7})
	text := func(b *demo.Blog) string {
		var all strings.Builder
		for range 14 {
			fmt.Fprintln(&all, b.Publish(), b.Edit())
		}
		for _, path := range append(stories(t, b), "/feed/", "/blog-central/") {
			body, _ := io.ReadAll(get(b, path, nil).Body)
			all.Write(body)
		}
		return all.String()
	}
	first := text(one)
	if first != text(two) {
		t.Error("two blogs of the same time differ")
	}
	if first == text(other) {
		t.Error("another seed makes the same texts")
	}
}

func TestReadOnly(t *testing.T) {
	w := httptest.NewRecorder()
	newBlog().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/wp-comments-post.php", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST = %d, want 405", w.Code)
	}
}

func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := demo.New(demo.Config{})
		ctx, cancel := context.WithTimeout(t.Context(), 95*time.Second)
		defer cancel()
		var did []string
		b.Run(ctx, 30*time.Second, func(s string) {
			_, s, _ = strings.Cut(s, "the sample blog ")
			word, _, _ := strings.Cut(s, " ")
			did = append(did, word)
		})
		if got := strings.Join(did, " "); got != "published edited published edited published edited" {
			t.Errorf("in 95 s the blog %s, want it to publish and edit three times", got)
		}
	})
}

func BenchmarkStory(b *testing.B) {
	blog := newBlog()
	for b.Loop() {
		get(blog, "/the-loaf-that-answers-back/", nil)
	}
}
