package discover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/feed"
)

// serial is a story in parts, each of which links its neighbours.
type serial struct {
	parts int
	back  string // the words of the link to the part before; empty: "Previous part"
	on    string // and of that to the next; empty: "Next part"
	last  string // what the last part links as its next; empty: nothing
	asked []string
}

func (s *serial) Get(_ context.Context, url string) (*Page, error) {
	at := strings.TrimPrefix(url, testOrigin)
	s.asked = append(s.asked, at)
	var n int
	if _, err := fmt.Sscanf(at, "/part-%d", &n); err != nil || n < 1 || n > s.parts {
		return nil, statusError(404)
	}
	next := fmt.Sprintf("/part-%d", n+1)
	if n == s.parts {
		next = s.last
	}
	body := fmt.Sprintf(`<html><head><title>Ebb, part %d</title><meta property="article:published_time" content="2024-01-01T00:00:00Z"></head><body><article><h1>Ebb, part %[1]d</h1>%s<p>`, n,
		strings.Repeat("<p>The water went out on the first day and came back on the second, when nobody was looking.</p>", 12))
	if n > 1 {
		body += fmt.Sprintf(`<a href="/part-%d">%s</a> `, n-1, firstOf(s.back, "Previous part"))
	}
	if next != "" {
		body += fmt.Sprintf(`<a href="%s">%s</a>`, next, firstOf(s.on, "Next part"))
	}
	return &Page{FinalURL: url, Body: []byte(body + "</p></article></body></html>")}, nil
}

func addresses(links []Link) []string {
	var list []string
	for _, l := range links {
		list = append(list, strings.TrimPrefix(l.URL, testOrigin))
	}
	return list
}

func TestChainIsTheSameFromEachPart(t *testing.T) {
	want := []string{"/part-1", "/part-2", "/part-3", "/part-4"}
	for _, last := range []string{"", "/part-1", "/part-4", "/part-9"} { // an end, a ring, a loop, a dead end
		for n := 1; n <= 4; n++ {
			r, err := Discover(t.Context(), &serial{parts: 4, last: last}, feed.Source{URL: fmt.Sprintf("%s/part-%d", testOrigin, n)}, Options{})
			if err != nil || r.Kind != feed.SourceChain || !r.Complete {
				t.Errorf("from part %d, last links %q: kind %q, complete %v, %v", n, last, r.Kind, r.Complete, err)
			}
			got := addresses(r.Links)
			if last == "/part-1" && len(got) == 4 { // a ring has no beginning but the page that was asked for
				continue
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("from part %d, last links %q (-want +got):\n%s", n, last, diff)
			}
		}
	}
}

// Where the addresses and titles number the parts, the words say nothing.
func TestChainByNeighbouringNumbers(t *testing.T) {
	want := []string{"/part-1", "/part-2", "/part-3", "/part-4"}
	for _, words := range [][2]string{{"&lt; Prev", "Next &gt;"}, {"Previous", "Next"}, {"← Older", "Newer →"}, {"Previous page", "Next page"}, {"Anterior", "Seguinte"}} {
		r, err := Discover(t.Context(), &serial{parts: 4, back: words[0], on: words[1]}, feed.Source{URL: testOrigin + "/part-3"}, Options{})
		if diff := cmp.Diff(want, addresses(r.Links)); err != nil || r.Kind != feed.SourceChain || diff != "" {
			t.Errorf("%q: kind %q, %v (-want +got):\n%s", words, r.Kind, err, diff)
		}
	}
}

func TestChainIsReadOnFromItsEnd(t *testing.T) {
	source := feed.Source{URL: testOrigin + "/part-1", Kind: feed.SourceChain, Complete: true}
	opt := Options{Complete: true, Last: testOrigin + "/part-4", Known: func(url string) bool { return !strings.HasSuffix(url, "-5") && !strings.HasSuffix(url, "-6") }}
	s := &serial{parts: 4}
	r, err := Discover(t.Context(), s, source, opt)
	if err != nil || !r.NotModified || len(s.asked) != 1 {
		t.Errorf("nothing new: not modified %v, %v, asked for %v", r.NotModified, err, s.asked)
	}
	s = &serial{parts: 6}
	r, err = Discover(t.Context(), s, source, opt)
	if diff := cmp.Diff([]string{"/part-5", "/part-6"}, addresses(r.Links)); err != nil || diff != "" {
		t.Errorf("two more parts: %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"/part-4", "/part-5", "/part-6"}, s.asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}

// A long serial is read whole, wherever one begins, within the pages that somebody
// allows.
func TestLongChain(t *testing.T) {
	const parts = 1500
	for _, at := range []string{"/part-1", "/part-1499"} {
		r, err := Discover(t.Context(), &serial{parts: parts}, feed.Source{URL: testOrigin + at}, Options{})
		if err != nil || len(r.Links) != parts || !r.Complete || r.Links[0].URL != testOrigin+"/part-1" {
			t.Errorf("from %s: %d links, complete %v, %v; want all %d from the first on", at, len(r.Links), r.Complete, err, parts)
		}
	}
	r, err := Discover(t.Context(), &serial{parts: parts}, feed.Source{URL: testOrigin + "/part-1"}, Options{MaxPages: 10})
	if err != nil || r.Complete || r.Pages > 10 {
		t.Errorf("%d pages, complete %v, %v; want 10 of an incomplete list", r.Pages, r.Complete, err)
	}
}

func TestEndlessChainStops(t *testing.T) {
	r, err := Discover(t.Context(), &serial{parts: 1 << 20}, feed.Source{URL: testOrigin + "/part-1"}, Options{})
	if err != nil || len(r.Links) != maxChain+1 || r.Complete {
		t.Errorf("%d links, complete %v, %v; want %d of an incomplete list", len(r.Links), r.Complete, err, maxChain+1)
	}
}

// One story only: what is named instead, the likeliest first.
func TestSingleStoryNamesBetterSources(t *testing.T) {
	page := `<html><head><title>The mild winter | Ebb</title><link rel="alternate" type="application/rss+xml" href="/feed/"></head><body class="single"><nav><a href="/">Ebb</a> <a href="/blog/">Blog</a></nav>
<article><h1>The mild winter</h1><p>Part of the series <a href="/winters/">Winters</a>, filed under <a rel="category" href="/category/weather/">Weather</a></p>` +
		strings.Repeat("<p>The water went out on the first day and came back on the second, when nobody was looking.</p>", 12) +
		`<p>See <a href="/other/">what I said before</a>.</p></article><nav><a rel="prev" href="/a/">Older: A</a> <a rel="next" href="/b/">Newer: B</a></nav></body></html>`
	_, err := Discover(t.Context(), redirected{testOrigin + "/mild/", page}, feed.Source{URL: testOrigin + "/mild/"}, Options{})
	var no *NoSource
	if !errors.As(err, &no) || no.Kind != TroubleSingle {
		t.Fatalf("got %v, want a single story", err)
	}
	want := []Better{
		{testOrigin + "/winters/", `what it calls its series, "Winters"`},
		{testOrigin + "/category/weather/", `the category "Weather"`},
		{testOrigin + "/blog/", `the list of posts, "Blog"`},
		{testOrigin + "/", "the home page"},
		{testOrigin + "/feed/", "the site's feed"},
	}
	if diff := cmp.Diff(want, no.Better); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
