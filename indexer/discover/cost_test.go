//go:build unix

package discover

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"storyfeed/feed"
)

// wideShapes are pages of links as sites build them, by hand and by program; the
// number of a link stands for %[1]d.
var wideShapes = []struct{ name, before, each, after string }{
	{"flat list", "<ul>", `<li><a href="/s/%[1]d">Story number %[1]d</a></li>`, "</ul>"},
	{"posts", "", `<article><h2><a href="/s/%[1]d">Story number %[1]d</a></h2><time datetime="2020-01-05">5 Jan 2020</time><p>What happened then.</p></article>`, ""},
	{"prose", "<p>", `and then, as <a href="/s/%[1]d">story number %[1]d</a> tells at length, they went home. `, "</p>"},
	{"table", "<table>", `<tr><td>5/6/2020</td><td><a href="/s/%[1]d">Story number %[1]d</a></td></tr>`, "</table>"},
	{"nested boxes", "", `<div><div><div><div><a href="/s/%[1]d">Story number %[1]d</a></div></div></div></div>`, ""},
	{"other sites", "<ul>", `<li><a href="https://host-%[1]d.example/">Friend number %[1]d</a></li>`, `</ul><ul><li><a href="/s/1">One</a></li><li><a href="/s/2">Two</a></li><li><a href="/s/3">Three</a></li></ul>`},
	{"class names", "", `<div class="box-%[1]d"><a class="title-%[1]d" href="/s/%[1]d">Story number %[1]d</a></div>`, ""},
}

func widePage(shape int, n int) []byte {
	s := wideShapes[shape]
	var b bytes.Buffer
	b.WriteString("<html><head><title>All stories</title></head><body><main><h1>All stories</h1>" + s.before)
	for i := range n {
		fmt.Fprintf(&b, s.each, i)
	}
	b.WriteString(s.after + "</main></body></html>")
	return b.Bytes()
}

// cpu is the time that the process has used on processors.
func cpu(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// discoverWide reads a page of links, at an address and of a site whose other
// pages there are none of.
func discoverWide(b *testing.B, body []byte) {
	const source = "https://blog.example/all-stories/"
	f := fetcherFunc(func(url string) (*Page, error) {
		if !strings.HasSuffix(url, "/all-stories/") {
			return nil, statusError(404)
		}
		return &Page{FinalURL: url, MediaType: "text/html", Body: body}, nil
	})
	if _, err := Discover(b.Context(), f, feed.Source{URL: source}, Options{}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDiscover100000Links is the cost of a page of 100,000 links, which
// 5 MB allow. cpu-s/op counts all threads, garbage collection included.
func BenchmarkDiscover100000Links(b *testing.B) {
	for i, s := range wideShapes {
		b.Run(s.name, func(b *testing.B) {
			body := widePage(i, manyLinks())
			from := cpu(b)
			for b.Loop() {
				discoverWide(b, body)
			}
			b.ReportMetric((cpu(b)-from).Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(float64(len(body))/1e6, "MB")
		})
	}
}

// isLinear reports that what costs one at a size costs no more than thrice in
// proportion at eight times that size, where work that grows with the square
// costs eight times as much. Both are measured side by side and the cheapest of
// a few runs counts, so that a slow or busy machine changes nothing. It returns
// the processor time of both too.
func isLinear(tb testing.TB, run func(size int), size int) (linear bool, small, large time.Duration) {
	tb.Helper()
	const factor, slack, runs = 8, 3, 5
	small, large = 1<<62, 1<<62
	for range runs {
		from := cpu(tb)
		run(size)
		between := cpu(tb)
		run(factor * size)
		small, large = min(small, between-from), min(large, cpu(tb)-between)
		if large <= slack*factor*small {
			return true, small, large
		}
	}
	return false, small, large
}

func TestManyLinksTakeLinearTime(t *testing.T) {
	const size = 1000
	pages := map[int]map[string][]byte{size: hostilePages(size), 8 * size: hostilePages(8 * size)}
	for name := range pages[size] {
		read := func(n int) {
			v, err := newView(&Page{FinalURL: "https://blog.example/hub/", Body: pages[n][name]}, "https://blog.example/hub/")
			if err != nil {
				t.Fatal(err)
			}
			classify(v, feed.SourceUnknown)
		}
		if linear, small, large := isLinear(t, read, size); !linear {
			t.Errorf("%s: %d links took %v, eight times as many %v", name, size, small, large)
		}
	}
}

// A page that links more than is asked for is refused before its links are
// compared, and says how many they are.
func TestTooManyLinksAreRefused(t *testing.T) {
	for i, s := range wideShapes {
		body := widePage(i, 300)
		f := fetcherFunc(func(url string) (*Page, error) { return &Page{FinalURL: url, MediaType: "text/html", Body: body}, nil })
		_, err := Discover(t.Context(), f, feed.Source{URL: "https://blog.example/all-stories/"}, Options{MaxLinks: 200})
		var no *NoSource
		switch refused := errors.As(err, &no); {
		case s.name == "other sites" && refused:
			t.Errorf("%s: %v", s.name, err)
		case s.name == "other sites":
		case !refused || no.Kind != TroubleTooMany || no.Links < 290 || no.Links > 300:
			t.Errorf("%s: got %v, want one that links some 300 pages", s.name, err)
		}
	}
}

// A server that answers each further page with the second one ends the list,
// and comparing its links with those of the first page takes no time to speak of.
func TestRepeatedPagesTakeLinearTime(t *testing.T) {
	read := func(per int) {
		f := fetcherFunc(func(url string) (*Page, error) {
			n := 1
			fmt.Sscanf(url, allPosts+"page/%d/", &n)
			return archivePage(url, 2*per-per*min(n-1, 1), per, fmt.Sprintf("/all/page/%d/", n+1)), nil
		})
		if r := discover(t, f, Options{}); len(r.Links) != 2*per || r.Pages > 10 {
			t.Errorf("got %d links on %d pages, want %d on few", len(r.Links), r.Pages, 2*per)
		}
	}
	if linear, small, large := isLinear(t, read, 500); !linear {
		t.Errorf("pages of 500 links took %v, of 4,000 %v", small, large)
	}
}
