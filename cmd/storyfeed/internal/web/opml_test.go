package web_test

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
)

type outline struct {
	Text     string    `xml:"text,attr"`
	Type     string    `xml:"type,attr"`
	XMLURL   string    `xml:"xmlUrl,attr"`
	HTMLURL  string    `xml:"htmlUrl,attr"`
	Outlines []outline `xml:"outline"`
}

// TestOPML: the list holds every kind of feed once, in groups, and each can be
// had.
func TestOPML(t *testing.T) {
	s := newSite(t, nil)
	res := s.get("/opml.xml")
	text := body(t, res)
	if got := res.Header.Get("Content-Type"); got != "text/x-opml; charset=utf-8" {
		t.Errorf("Content-Type %s", got)
	}
	var doc struct {
		Version string    `xml:"version,attr"`
		Title   string    `xml:"head>title"`
		Body    []outline `xml:"body>outline"`
	}
	must(t, xml.Unmarshal([]byte(text), &doc))
	if doc.Version != "2.0" || doc.Title == "" {
		t.Errorf("version %q, title %q", doc.Version, doc.Title)
	}
	var feeds, groups []string
	var walk func(list []outline)
	walk = func(list []outline) {
		for _, o := range list {
			if o.Text == "" || (o.XMLURL == "") != (len(o.Outlines) > 0) || (o.XMLURL != "") != (o.Type == "rss") {
				t.Errorf("outline %q of type %q: feed %q, %d below it", o.Text, o.Type, o.XMLURL, len(o.Outlines))
			}
			if o.XMLURL == "" {
				groups = append(groups, o.Text)
			} else {
				feeds = append(feeds, strings.TrimPrefix(o.XMLURL, baseURL))
			}
			if page := strings.TrimSuffix(o.XMLURL, "/feed.rss"); page != o.XMLURL && page != baseURL && o.HTMLURL != page {
				t.Errorf("the page of %s is said to be %s", o.XMLURL, o.HTMLURL)
			}
			walk(o.Outlines)
		}
	}
	walk(doc.Body)
	if want := []string{"Series, newest first", "Series, in reading order", "For operators", "Authors", "Tags"}; !slices.Equal(groups, want) {
		t.Errorf("groups %q, want %q", groups, want)
	}
	for _, want := range []string{"/feed.rss", "/s/bees/feed.rss", "/s/bees/reading.rss", "/authors/ada-marsh/feed.rss", "/tags/roof/feed.rss", "/health.atom"} {
		if !slices.Contains(feeds, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	if slices.Contains(feeds, "/s/night-trains/feed.rss") {
		t.Error("the list holds the feed of a series without a story")
	}
	for _, f := range feeds {
		if res := s.get(f); res.StatusCode != http.StatusOK && f != "/health.atom" { // which the test site does not publish
			t.Errorf("GET %s, which the list holds: %d", f, res.StatusCode)
		}
	}
	if res := s.get("/opml.xml", "If-None-Match", res.Header.Get("Etag")); res.StatusCode != http.StatusNotModified {
		t.Errorf("for who has it: %d, want 304", res.StatusCode)
	}
	if home := s.page(t, "/", 200); home.Find(`main a[href="/opml.xml"]`).Length() != 1 {
		t.Error("the home page does not link the list")
	}
}
