package blogtest_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"storyfeed/indexer/blogtest"
)

const small = `A blog of two pages.
-- /hub/ --
<a href="{{base}}/a">A</a>
-- /a --
<p>Story A</p>
-- /a?page=2 --
<p>Second page</p>
-- /robots.txt --
User-agent: *
-- source --
/hub/
-- stories --
/a | Story A | - | -
`

// get fetches without following redirects; header holds pairs.
func get(t *testing.T, url string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatalf("GET %s: %v", url, err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestPages(t *testing.T) {
	b := blogtest.New(t, []byte(small))
	for path, want := range map[string]string{
		"/hub/":       `<a href="` + b.URL + `/a">A</a>`,
		"/a":          "<p>Story A</p>",
		"/a?x=1":      "<p>Story A</p>",
		"/a?page=2":   "<p>Second page</p>",
		"/robots.txt": "User-agent: *",
	} {
		res := get(t, b.URL+path)
		if got := strings.TrimSpace(text(t, res)); res.StatusCode != http.StatusOK || got != want {
			t.Errorf("GET %s = %s %q, want 200 %q", path, res.Status, got, want)
		}
	}
	if res := get(t, b.URL+"/hub"); res.StatusCode != http.StatusMovedPermanently || res.Header.Get("Location") != "/hub/" {
		t.Errorf("GET /hub = %s to %q, want 301 to /hub/", res.Status, res.Header.Get("Location"))
	}
	if b.Source() != b.URL+"/hub/" || "http://"+b.Host != b.URL {
		t.Errorf("Source = %s, Host = %s of a blog at %s", b.Source(), b.Host, b.URL)
	}
	if diff := cmp.Diff([]blogtest.Story{{Path: "/a", Title: "Story A"}}, b.Stories()); diff != "" {
		t.Errorf("Stories (-want +got):\n%s", diff)
	}
}

func TestMisfortunes(t *testing.T) {
	b := blogtest.New(t, []byte(small))
	status := func(path string) int { return get(t, b.URL+path).StatusCode }
	check := func(what string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s = %d, want %d", what, got, want)
		}
	}
	check("unknown page", status("/none"), 404)
	b.Remove("/a")
	check("removed page", status("/a"), 404)
	b.Gone("/a")
	check("page that is gone", status("/a"), 410)
	b.Recover("/a")
	check("recovered page", status("/a"), 200)
	b.Redirect("/old", "{{base}}/a", http.StatusFound)
	if res := get(t, b.URL+"/old"); res.StatusCode != 302 || res.Header.Get("Location") != b.URL+"/a" {
		t.Errorf("GET /old = %s to %q, want 302 to %s/a", res.Status, res.Header.Get("Location"), b.URL)
	}
	b.Fail("/a", http.StatusServiceUnavailable, 90*time.Second)
	if res := get(t, b.URL+"/a"); res.StatusCode != 503 || res.Header.Get("Retry-After") != "90" {
		t.Errorf("GET /a = %s, Retry-After %q, want 503 and 90", res.Status, res.Header.Get("Retry-After"))
	}
	b.Fail("/a", 0, 0)
	if res, err := http.Get(b.URL + "/a"); err == nil {
		res.Body.Close()
		t.Errorf("GET /a = %s, want a broken connection", res.Status)
	}
	b.Set("/a", "again")
	check("page that was set again", status("/a"), 200)
	b.Move("/a", "/b")
	check("old place", status("/a"), 301)
	check("new place", status("/b"), 200)
	b.Header("/b", "Content-Type", "application/pdf")
	if got := get(t, b.URL+"/b").Header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("Content-Type = %q, want application/pdf", got)
	}
}

func TestValidators(t *testing.T) {
	b := blogtest.New(t, []byte(small))
	first := get(t, b.URL+"/a")
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	ask := func() []int {
		return []int{
			get(t, b.URL+"/a", "If-None-Match", etag).StatusCode,
			get(t, b.URL+"/a", "If-Modified-Since", modified).StatusCode,
		}
	}
	if got := ask(); !slices.Equal(got, []int{304, 304}) {
		t.Errorf("unchanged page = %v, want 304 for each validator", got)
	}
	b.Set("/a", b.Body("/a"))
	if got := ask(); !slices.Equal(got, []int{304, 304}) {
		t.Errorf("page set to what it was = %v, want 304 for each validator", got)
	}
	b.Replace("/a", "Story", "New story")
	if got := ask(); !slices.Equal(got, []int{200, 200}) {
		t.Errorf("changed page = %v, want 200", got)
	}
	b.Validators(false)
	res := get(t, b.URL+"/a", "If-None-Match", get(t, b.URL+"/a").Header.Get("ETag"), "If-Modified-Since", modified)
	if res.StatusCode != 200 || res.Header.Get("ETag") != "" || res.Header.Get("Last-Modified") != "" {
		t.Errorf("without validators: %s, %v", res.Status, res.Header)
	}
}

func TestRequests(t *testing.T) {
	b := blogtest.New(t, []byte(small))
	get(t, b.URL+"/none", "User-Agent", "me")
	b.Reset()
	etag := get(t, b.URL+"/a?x=1").Header.Get("ETag")
	get(t, b.URL+"/a", "If-None-Match", etag, "User-Agent", "me")
	get(t, b.URL+"/hub/")
	var got []string
	for _, r := range b.Requests() {
		got = append(got, r.String())
	}
	if diff := cmp.Diff([]string{"GET /a?x=1 200", "GET /a 304", "GET /hub/ 200"}, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	to := b.RequestsTo("/a")
	if len(to) != 2 || to[0].Conditional() || !to[1].Conditional() || to[1].IfNoneMatch != etag || to[1].UserAgent != "me" {
		t.Errorf("RequestsTo(/a) = %+v, want two, the second conditional", to)
	}
}

func TestHold(t *testing.T) {
	b := blogtest.New(t, []byte(small))
	arrived, release := b.Hold("/a")
	answer := make(chan int)
	go func() {
		res, err := http.Get(b.URL + "/a")
		if err != nil {
			answer <- 0
			return
		}
		res.Body.Close()
		answer <- res.StatusCode
	}()
	<-arrived
	select {
	case got := <-answer:
		t.Errorf("a held page answered %d", got)
	default:
	}
	release()
	release()
	if got := <-answer; got != 200 {
		t.Errorf("a released page answered %d, want 200", got)
	}

	arrived, _ = b.Hold("/a")
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+"/a", nil)
		_, err := http.DefaultTransport.RoundTrip(req)
		left <- err
	}()
	<-arrived
	cancel()
	if err := <-left; err == nil {
		t.Error("a client that gave up got an answer")
	}
}

// TestLayouts checks the ready-made blogs: what they promise is there, and
// links that bear the title of a story, or go on to another page, lead
// somewhere. Menus, tags and footers may not: that much of a blog they are.
func TestLayouts(t *testing.T) {
	if n := len(blogtest.Layouts()); n < 4 {
		t.Fatalf("%d layouts, want at least 4", n)
	}
	for _, name := range blogtest.Layouts() {
		t.Run(name, func(t *testing.T) {
			b := blogtest.Layout(t, name)
			source := text(t, get(t, b.Source()))
			stories := b.Stories()
			if len(stories) < 4 {
				t.Fatalf("%d stories, want at least 4", len(stories))
			}
			for _, s := range stories {
				body := text(t, get(t, b.URL+s.Path))
				if !strings.Contains(body+source, s.Author) {
					t.Errorf("%s: nothing holds the author %q", s.Path, s.Author)
				}
				if title := html.EscapeString(s.Title); !strings.Contains(body+source, s.Title) && !strings.Contains(body+source, title) {
					t.Errorf("%s: nothing holds the title %q", s.Path, s.Title)
				}
				checkLinks(t, b, s.Path, body)
			}
			checkLinks(t, b, strings.TrimPrefix(b.Source(), b.URL), source)
		})
	}
}

// checkLinks checks the images of a page and its links to stories and to
// further pages.
func checkLinks(t *testing.T, b *blogtest.Blog, path, body string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	page, err := url.Parse(b.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	base, err := page.Parse(doc.Find("base[href]").AttrOr("href", ""))
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]bool{}
	for _, s := range b.Stories() {
		titles[s.Title] = true
	}
	doc.Find("a[href], link[href], img[data-src]").Each(func(_ int, a *goquery.Selection) {
		title := strings.Join(strings.Fields(a.Text()), " ")
		rel := strings.Fields(a.AttrOr("rel", ""))
		menu := a.Closest("nav").Length() > 0 // where "Archive" is no story of that name
		if (menu || !titles[title]) && !slices.Contains(rel, "next") && !slices.Contains(rel, "prev") && !a.Is("img") {
			return
		}
		ref, err := base.Parse(a.AttrOr("href", a.AttrOr("data-src", "")))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		if ref.Host != page.Host {
			return
		}
		if res := get(t, ref.String()); res.StatusCode >= http.StatusBadRequest {
			t.Errorf("%s links %q at %s, which answers %s", path, title, ref, res.Status)
		}
	})
}
