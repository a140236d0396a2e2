package discover

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// files answers from memory; what is not there is a 404.
type files map[string]string

func (f files) Get(_ context.Context, url string) (*Page, error) {
	body, ok := f[strings.TrimPrefix(url, testOrigin)]
	if !ok {
		return nil, statusError(404)
	}
	return &Page{FinalURL: url, Body: []byte(body)}, nil
}

func urlset(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">`)
	for _, p := range paths {
		fmt.Fprintf(&b, `<url><image:image><image:loc>%s/img/x.png</image:loc></image:image><loc> %[1]s%s </loc></url>`, testOrigin, p)
	}
	return b.String() + "</urlset>"
}

func packed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

func TestSitemapSaysWhatAListLacks(t *testing.T) {
	list := Result{HomeURL: testOrigin + "/blog/"}
	for _, p := range []string{"/blog/one", "/blog/two/", "/blog/three", "/blog/four", "/about"} {
		list.Links = append(list.Links, Link{URL: testOrigin + p})
	}
	loop := `<sitemapindex><sitemap><loc>` + testOrigin + `/sitemap.xml</loc></sitemap><sitemap><loc>` + testOrigin + `/posts.xml</loc></sitemap><sitemap><loc>https://elsewhere.example/s.xml</loc></sitemap></sitemapindex>`
	posts := urlset("/blog/one", "/blog/two", "/blog/three", "/blog/four", "/blog/five", "/blog/six", "/blog/six/", "/about", "/blog/tag/sea", "/blog/page/2")
	want := SitemapCheck{URL: testOrigin + "/sitemap.xml", Addresses: 10, Like: 7, Missing: 2, Examples: []string{testOrigin + "/blog/five", testOrigin + "/blog/six"}}
	named := want
	named.URL = testOrigin + "/my/map.xml.gz"
	none := SitemapCheck{}
	root := Result{Links: []Link{{URL: testOrigin + "/one"}, {URL: testOrigin + "/two"}}}
	for _, c := range []struct {
		name string
		site files
		list Result
		want SitemapCheck
	}{
		{"at its usual place", files{"/sitemap.xml": posts}, list, want},
		{"an index that names itself and another site", files{"/sitemap.xml": loop, "/posts.xml": posts}, list, want},
		{"packed, named by robots.txt", files{"/robots.txt": "User-agent: *\nDisallow:\nsitemap: " + testOrigin + "/my/map.xml.gz # all\n", "/my/map.xml.gz": packed(posts)}, list, named},
		{"a page that says not found", files{"/sitemap.xml": "<!DOCTYPE html><html><body><p>Not found</p></body></html>"}, list, none},
		{"none", files{}, list, none},
		{"addresses without a form of their own", files{"/sitemap.xml": posts}, root, SitemapCheck{URL: testOrigin + "/sitemap.xml", Addresses: 10}},
	} {
		got, err := CheckSitemap(t.Context(), c.site, c.list)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}
