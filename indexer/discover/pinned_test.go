package discover

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

func TestPinnedListAndNext(t *testing.T) {
	const list = `<ul><li class="s"><a href="/c/">C</a> 3 March 2026<li class="s"><a href="/about/">About</a> 2 February 2026</ul>
<p><a href="/x/">Not one</a> <a href="/y/">Nor this</a></p><nav><a class="next" href="/trap/?page=2">Next</a><a id="on" data-url="/list-b">on</a></nav>`
	b := &blog{origin: testOrigin, files: map[string]string{
		"/list": list,
		"/list-b": `<ul><li class="s"><img src="i.png"><a href="/a/">A</a> 1 January 2026</ul>
<nav><a class="next" href="/trap/?page=3">Next</a></nav>`,
		"/blog/":         `<main><h1>Tales</h1><div class="e"><h2><a href="/one/">The boat</a></h2></div><div class="e"><h2><a href="/two/">The tide</a></h2></div><div class="e"><h2><a href="/three/">The lamp</a></h2></div></main>`,
		"/falling/blog/": `<main><h1>Tales</h1><div class="e"><h2><a href="/iii/">Part 3: The boat</a></h2></div><div class="e"><h2><a href="/ii/">Part 2: The tide</a></h2></div><div class="e"><h2><a href="/i/">Part 1: The lamp</a></h2></div></main>`,
		"/trap/?page=2":  list,
		"/hub":           `<article><h1>Hub</h1><p>See <a class="part" href="/tag/one">one</a> and <a href="/two/">two</a>, then <a class="part" href="/three/">three</a>.</p></article>`,
	}}
	for _, test := range []struct {
		name, source string
		pins         feed.Select
		want         []string
		kind         feed.SourceKind
	}{
		{"elements of an archive", "/list", feed.Select{List: "li.s", Next: "#on"}, []string{"/a/", "/about/", "/c/"}, feed.SourceArchive},
		{"links of a hub page", "/hub", feed.Select{List: "a.part"}, []string{"/tag/one", "/three/"}, feed.SourceHub},
		{"no dates and no numbers", "/blog/", feed.Select{List: ".e"}, []string{"/one/", "/two/", "/three/"}, ""},
		{"no dates, numbers that fall", "/falling/blog/", feed.Select{List: ".e"}, []string{"/i/", "/ii/", "/iii/"}, ""},
		{"no further page", "/list", feed.Select{List: "li.s", Next: "#nowhere"}, []string{"/about/", "/c/"}, feed.SourceArchive},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := Discover(t.Context(), b, feed.Source{URL: testOrigin + test.source}, Options{Select: test.pins})
			if err != nil || test.kind != "" && r.Kind != test.kind {
				t.Fatalf("kind %s, %v; want %s", r.Kind, err, test.kind)
			}
			var got []string
			for _, l := range r.Links {
				if got = append(got, strings.TrimPrefix(l.URL, testOrigin)); l.Weak {
					t.Errorf("%s is weak, although it is pinned", l.URL)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("links (-want +got):\n%s%v", diff, r.Why)
			}
		})
	}
	_, err := Discover(t.Context(), b, feed.Source{URL: testOrigin + "/list"}, Options{Select: feed.Select{List: ".gone"}})
	if e, ok := errors.AsType[*NoSource](err); !ok || !strings.Contains(e.Reason, `".gone"`) {
		t.Errorf("a pinned list that selects nothing gives %v, want an error that names it", err)
	}
	if _, err := Discover(t.Context(), b, feed.Source{URL: testOrigin + "/list"}, Options{Select: feed.Select{Next: "a["}}); err == nil {
		t.Error("a selector that can't be read is accepted")
	}
}
