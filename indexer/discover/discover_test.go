package discover

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// fetcherFunc makes a Fetcher of a function.
type fetcherFunc func(url string) (*Page, error)

func (f fetcherFunc) Get(_ context.Context, url string) (*Page, error) { return f(url) }

// archivePage is a page of a plain archive: posts n to n-per+1, newest first.
func archivePage(url string, from, per int, next string) *Page {
	var b strings.Builder
	b.WriteString("<html><head><title>All | Blog</title></head><body class=archive><main>")
	for i := from; i > from-per && i > 0; i-- {
		day := time.Date(2020, 1, i, 12, 0, 0, 0, time.UTC)
		fmt.Fprintf(&b, `<article><h2><a href="/post-%d/">Post %d</a></h2><time datetime=%q></time></article>`, i, i, day.Format(time.RFC3339))
	}
	if next != "" {
		fmt.Fprintf(&b, `<nav class=pagination><a class=next href=%q>Older</a></nav>`, next)
	}
	b.WriteString("</main></body></html>")
	return &Page{FinalURL: url, Header: http.Header{}, MediaType: "text/html", Body: []byte(b.String())}
}

// paged answers /all/ and /all/page/N/ with posts, 10 a page.
func paged(posts int) fetcherFunc {
	return func(url string) (*Page, error) {
		n := 1
		if _, s, ok := strings.Cut(url, "/page/"); ok {
			n, _ = strconv.Atoi(strings.Trim(s, "/"))
		}
		from := posts - 10*(n-1)
		if from <= 0 {
			return nil, statusError(404)
		}
		next := ""
		if from > 10 {
			next = fmt.Sprintf("/all/page/%d/", n+1)
		}
		return archivePage(url, from, 10, next), nil
	}
}

const allPosts = "https://blog.example/all/"

func discover(t *testing.T, f Fetcher, opt Options) Result {
	t.Helper()
	r, err := Discover(t.Context(), f, feed.Source{URL: allPosts}, opt)
	if err != nil {
		t.Fatalf("Discover: %v", err)
	}
	return r
}

func TestArchiveIsReadToItsEndOldestFirst(t *testing.T) {
	r := discover(t, paged(25), Options{})
	if !r.Complete || r.Pages != 3 || len(r.Links) != 25 {
		t.Fatalf("got %d links on %d pages, complete %v; want 25 on 3, complete", len(r.Links), r.Pages, r.Complete)
	}
	for i, l := range r.Links {
		if want := fmt.Sprintf("https://blog.example/post-%d/", i+1); l.URL != want {
			t.Errorf("link %d is %s, want %s", i+1, l.URL, want)
		}
	}
}

func TestLaterCrawlStopsWhereNothingIsNew(t *testing.T) {
	known := func(url string) bool { return !strings.HasSuffix(url, "-25/") }
	r := discover(t, paged(25), Options{Known: known, Complete: true})
	if r.Pages != 2 || !r.Complete || r.Links[len(r.Links)-1].URL != "https://blog.example/post-25/" {
		t.Errorf("read %d pages, complete %v, newest %s; want 2 pages and post-25 last", r.Pages, r.Complete, r.Links[len(r.Links)-1].URL)
	}
	r = discover(t, paged(25), Options{Known: known})
	if r.Pages != 3 {
		t.Errorf("a list that was never read to its end: read %d pages, want all 3", r.Pages)
	}
}

func TestListThatRisesIsReadToItsEndEachTime(t *testing.T) {
	f := fetcherFunc(func(url string) (*Page, error) {
		body := `<body class=archive><article><h2><a href="/a/">A</a></h2><time datetime="2020-01-01"></time></article><article><h2><a href="/b/">B</a></h2><time datetime="2020-01-02"></time></article><a class=next href="/all/page/2/">Next</a>`
		if strings.Contains(url, "page/2") {
			body = `<body class=archive><article><h2><a href="/new/">New</a></h2><time datetime="2020-01-03"></time></article>`
		}
		return &Page{FinalURL: url, Body: []byte(body)}, nil
	})
	r := discover(t, f, Options{Complete: true, Known: func(u string) bool { return !strings.Contains(u, "new") }})
	if got := urls(r); got != "/a/ /b/ /new/" {
		t.Errorf("got %s, want the new post of the last page too, in order", got)
	}
}

func urls(r Result) string {
	var all []string
	for _, l := range r.Links {
		all = append(all, strings.TrimPrefix(l.URL, testOrigin))
	}
	return strings.Join(all, " ")
}

func TestTrapsEnd(t *testing.T) {
	same := fetcherFunc(func(url string) (*Page, error) {
		n := 1
		if _, s, ok := strings.Cut(url, "/page/"); ok {
			n, _ = strconv.Atoi(strings.Trim(s, "/"))
		}
		return archivePage(url, 10, 10, fmt.Sprintf("/all/page/%d/", n+1)), nil
	})
	circle := fetcherFunc(func(url string) (*Page, error) {
		if strings.Contains(url, "page/2") {
			return archivePage(url, 10, 10, "/all/"), nil
		}
		return archivePage(url, 20, 10, "/all/page/2/"), nil
	})
	back := fetcherFunc(func(url string) (*Page, error) { // beyond the end the server sends to the first page
		if strings.Contains(url, "page/2") {
			return archivePage(allPosts, 20, 10, "/all/page/2/"), nil
		}
		return archivePage(url, 20, 10, "/all/page/2/"), nil
	})
	empty := fetcherFunc(func(url string) (*Page, error) { // a calendar goes on for ever without posts
		n := 1
		if _, s, ok := strings.Cut(url, "/page/"); ok {
			n, _ = strconv.Atoi(strings.Trim(s, "/"))
			return archivePage(url, 0, 0, fmt.Sprintf("/all/page/%d/", n+1)), nil
		}
		return archivePage(url, 10, 10, "/all/page/2/"), nil
	})
	for _, test := range []struct {
		name  string
		f     Fetcher
		pages int
		links int
	}{
		{"every number answers the same page", same, 2, 10},
		{"the last page leads to the first", circle, 2, 20},
		{"pages beyond the end are sent to the first", back, 2, 10},
		{"empty pages without end", empty, 2, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := discover(t, test.f, Options{})
			if r.Pages > test.pages || len(r.Links) != test.links || !r.Complete {
				t.Errorf("read %d pages, %d links, complete %v; want at most %d pages, %d links, complete", r.Pages, len(r.Links), r.Complete, test.pages, test.links)
			}
		})
	}
}

// Themes that load more posts by script link no further page; the engine has
// the pages all the same.
func TestArchiveWithoutPagingLinksIsReadToItsEnd(t *testing.T) {
	engine := func(generator, beyond string) fetcherFunc {
		return func(url string) (*Page, error) {
			n := 1
			if _, s, ok := strings.Cut(url, "/page/"); ok {
				n, _ = strconv.Atoi(strings.Trim(s, "/"))
			}
			from := 45 - 10*(n-1)
			switch {
			case from > 0:
			case beyond == "empty":
				from = 0
			case beyond == "first":
				from, url = 45, allPosts
			case beyond == "repeat":
				from = 5
			default:
				return nil, statusError(404)
			}
			p := archivePage(url, from, 10, "")
			p.Body = []byte(strings.Replace(string(p.Body), "<head>", `<head><meta name="generator" content="`+generator+`">`, 1))
			return p, nil
		}
	}
	for _, generator := range []string{"WordPress 6.8", "Ghost 5.0"} {
		for _, beyond := range []string{"missing", "empty", "first", "repeat"} {
			r := discover(t, engine(generator, beyond), Options{})
			if len(r.Links) != 45 || !r.Complete || r.Pages > 6 {
				t.Errorf("%s, the page after the last one is %s: %d links on %d pages, complete %v; want 45 on at most 6, complete", generator, beyond, len(r.Links), r.Pages, r.Complete)
			}
		}
	}
}

// Some themes link only the first pages and the last one.
func TestPagesBetweenLinkedNumbersAreRead(t *testing.T) {
	for _, test := range []struct {
		name, form string
		holes      string // pages that do not exist
		links      int
	}{
		{"path", "/all/page/%d/", "", 45},
		{"parameter", "/all/?paged=%d", "", 45},
		{"file", "/all/page%02d.html", "", 45},
		{"a hole", "/all/page/%d/", " 3 ", 25},
		{"numbers that are no pages", "/all/page/%d/", " 3 4 ", 25},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := func(n int) string { return testOrigin + fmt.Sprintf(test.form, n) }
			f := fetcherFunc(func(url string) (*Page, error) {
				for n := 1; n <= 5; n++ {
					if url != address(n) && (n > 1 || url != allPosts) {
						continue
					}
					if strings.Contains(test.holes, fmt.Sprintf(" %d ", n)) {
						break
					}
					p := archivePage(url, 45-10*(n-1), 10, "")
					p.Body = fmt.Appendf(p.Body, `<nav class="pagination"><a href="/all/">1</a> <a href=%q>2</a> <span>…</span> <a href=%q>5</a></nav>`, address(2), address(5))
					return p, nil
				}
				return nil, statusError(404)
			})
			if r := discover(t, f, Options{}); len(r.Links) != test.links || !r.Complete {
				t.Errorf("%d links on %d pages, complete %v (%s); want %d, complete", len(r.Links), r.Pages, r.Complete, r.Incomplete, test.links)
			}
		})
	}
}

func TestEndlessNewPostsStopAtMaxPages(t *testing.T) {
	f := fetcherFunc(func(url string) (*Page, error) {
		n := 1
		if _, s, ok := strings.Cut(url, "/page/"); ok {
			n, _ = strconv.Atoi(strings.Trim(s, "/"))
		}
		body := fmt.Sprintf(`<body class=archive><article><h2><a href="/x%d/">X</a></h2></article><article><h2><a href="/y%d/">Y</a></h2></article><a class=next href="/all/page/%d/">Next</a>`, n, n, n+1)
		return &Page{FinalURL: url, Body: []byte(body)}, nil
	})
	r := discover(t, f, Options{MaxPages: 7})
	if r.Pages != 7 || r.Complete || r.Incomplete == "" || len(r.Links) != 14 {
		t.Errorf("read %d pages, %d links, complete %v (%q); want 7 pages, 14 links, incomplete with a reason", r.Pages, len(r.Links), r.Complete, r.Incomplete)
	}
}

func TestPageThatFailsLeavesTheListIncomplete(t *testing.T) {
	f := fetcherFunc(func(url string) (*Page, error) {
		if strings.Contains(url, "page/3") {
			return nil, statusError(503)
		}
		return paged(45)(url)
	})
	r := discover(t, f, Options{})
	if len(r.Links) != 20 || r.Complete || !strings.Contains(r.Incomplete, "503") {
		t.Errorf("got %d links, complete %v, %q; want 20 links and the failure named", len(r.Links), r.Complete, r.Incomplete)
	}
}

func TestSourceThatCannotBeFetched(t *testing.T) {
	_, err := Discover(t.Context(), fetcherFunc(func(string) (*Page, error) { return nil, statusError(403) }), feed.Source{URL: allPosts}, Options{})
	var status statusError
	if !errors.As(err, &status) || !strings.Contains(err.Error(), allPosts) {
		t.Errorf("Discover: %v; want the cause and the address", err)
	}
}

func TestNotModified(t *testing.T) {
	f := fetcherFunc(func(url string) (*Page, error) { return &Page{FinalURL: url, NotModified: true}, nil })
	r, err := Discover(t.Context(), f, feed.Source{URL: allPosts, Kind: feed.SourceHub}, Options{})
	if err != nil || !r.NotModified || r.Kind != feed.SourceHub || len(r.Links) != 0 {
		t.Errorf("Discover = %+v, %v; want NotModified of the same kind", r, err)
	}
}

func TestStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	f := fetcherFunc(func(url string) (*Page, error) {
		if n++; n == 2 {
			cancel()
		}
		return paged(95)(url)
	})
	if _, err := Discover(ctx, f, feed.Source{URL: allPosts}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Discover: %v, want context.Canceled", err)
	}
	if n > 3 {
		t.Errorf("%d requests, want none after the end of the context", n)
	}
}

// A redesign must not turn the order of a series round.
func TestKindIsKeptWhileThePageBearsItOut(t *testing.T) {
	body := `<body><main><h1>Walks</h1><ul><li><a href="/c/">C</a> (2020-03-01)</li><li><a href="/b/">B</a> (2020-02-01)</li><li><a href="/a/">A</a> (2020-01-01)</li></ul></main>`
	f := fetcherFunc(func(url string) (*Page, error) { return &Page{FinalURL: url, Body: []byte(body)}, nil })
	for _, kind := range []feed.SourceKind{feed.SourceUnknown, feed.SourceArchive, feed.SourceHub} {
		r, err := Discover(t.Context(), f, feed.Source{URL: allPosts, Kind: kind}, Options{})
		want := kind
		if kind == feed.SourceUnknown {
			want = feed.SourceArchive
		}
		if err != nil || r.Kind != want || urls(r) != "/a/ /b/ /c/" {
			t.Errorf("before %q: got %q, %s, %v; want %q and the oldest first", kind, r.Kind, urls(r), err, want)
		}
	}
}

func TestCollectionAsSource(t *testing.T) {
	f := fetcherFunc(func(url string) (*Page, error) {
		h := http.Header{"X-Wp-Totalpages": {"2"}}
		body := `[{"link":"https://blog.example/b/","date_gmt":"2020-01-02T00:00:00","modified_gmt":"2021-01-01T00:00:00","title":{"rendered":"B &#8211; &quot;x&quot;"}}]`
		if strings.Contains(url, "page=2") {
			body = `[{"link":"https://blog.example/a/","date_gmt":"0000-00-00T00:00:00","title":{"rendered":"A"}}]`
		}
		return &Page{FinalURL: url, Header: h, Body: []byte(body)}, nil
	})
	r, err := Discover(t.Context(), f, feed.Source{URL: "https://blog.example/wp-json/wp/v2/posts"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Link{
		{URL: "https://blog.example/a/", Anchor: "A", Evidence: []string{"REST API", "page 2"}},
		{
			URL: "https://blog.example/b/", Anchor: `B – "x"`, Evidence: []string{"REST API", "page 1"},
			Published: feed.Date{Time: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), Precision: feed.PrecisionSecond, Source: "rest"},
			Modified:  time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC),
		},
	}
	if diff := cmp.Diff(want, r.Links); diff != "" || r.Kind != feed.SourceAPI {
		t.Errorf("kind %q, links (-want +got):\n%s", r.Kind, diff)
	}
}

func TestRefusesWhatIsNoSource(t *testing.T) {
	for body, want := range map[string]string{
		``:                                    "the answer is empty",
		`{"a":1}`:                             "neither a page nor a feed",
		`[1,2]`:                               "list of posts",
		`[{"id":1}]`:                          "without a link",
		`just words`:                          "neither a page nor a feed",
		`<?xml version="1.0"?><urlset/>`:      "sitemap",
		`<rss><channel><item>`:                "feed",
		`<html><body><p>No links.</p></html>`: "no link to a story",
	} {
		f := fetcherFunc(func(url string) (*Page, error) { return &Page{FinalURL: url, Body: []byte(body)}, nil })
		if _, err := Discover(t.Context(), f, feed.Source{URL: allPosts}, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Discover of %q: %v; want an error with %q", body, err, want)
		}
	}
}

// Over real HTTP, with a Link header and a redirect.
func TestOverHTTP(t *testing.T) {
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	defer srv.Close()
	mux.HandleFunc("/old", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/new/", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/new/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<title>Tales</title><h1>Tales</h1><ol><li><a href="a">A</a><li><a href="b">B</a><li><a href="../c">C</a></ol>`)
	})
	f := fetcherFunc(func(url string) (*Page, error) {
		resp, err := http.Get(url)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body := make([]byte, 4096)
		n, _ := resp.Body.Read(body)
		return &Page{FinalURL: resp.Request.URL.String(), Header: resp.Header, Body: body[:n]}, nil
	})
	r, err := Discover(t.Context(), f, feed.Source{URL: srv.URL + "/old"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(urls(r), srv.URL, ""); got != "/new/a /new/b /c" || r.HomeURL != srv.URL+"/new/" {
		t.Errorf("got %s at %s, want links resolved against the final address", got, r.HomeURL)
	}
}
