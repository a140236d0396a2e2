package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storyfeed/indexer/blogtest"
)

// harbour is a blog with as many stories as a test wants, each with the word
// "harbour" in it. Its series is called harbour as well.
type harbour struct {
	*blogtest.Blog
	stories int
	edits   map[int]int // by story, from 1
}

const hubPath = "/the-harbour-series/"

func newHarbour(t testing.TB, stories int) *harbour {
	h := &harbour{Blog: blogtest.New(t, nil), edits: map[int]int{}}
	for range stories {
		h.publish()
	}
	return h
}

// holdAll lets all requests for pages wait: a crawl that goes on after a
// restart may begin with any of them. Arrived reports whether one came.
func (h *harbour) holdAll() (arrived func() bool, release func()) {
	var came []<-chan struct{}
	var releases []func()
	hold := func(path string) {
		c, r := h.Hold(path)
		came, releases = append(came, c), append(releases, r)
	}
	hold(hubPath)
	for n := 1; n <= h.stories; n++ {
		hold(storyPath(n))
	}
	arrived = func() bool {
		for _, c := range came {
			select {
			case <-c:
				return true
			default:
			}
		}
		return false
	}
	return arrived, func() {
		for _, r := range releases {
			r()
		}
	}
}

// publish adds a story at the end of the series.
func (h *harbour) publish() {
	h.stories++
	h.writeStory(h.stories)
	var b strings.Builder
	for n := 1; n <= h.stories; n++ {
		fmt.Fprintf(&b, "<li><a href=\"{{base}}%s\">%s</a></li>\n", storyPath(n), storyTitle(n))
	}
	h.Set(hubPath, fmt.Sprintf(hubPage, b.String()))
}

// edit changes the text of a story.
func (h *harbour) edit(n int) {
	h.edits[n]++
	h.writeStory(n)
}

func storyPath(n int) string  { return fmt.Sprintf("/boat-number-%d/", n) }
func storyTitle(n int) string { return fmt.Sprintf("Boat Number %d", n) }

// wordOf is in one story only, and only in its present version.
func (h *harbour) wordOf(n int) string { return fmt.Sprintf("ballast%dx%d", n, h.edits[n]) }

func (h *harbour) writeStory(n int) {
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, "<p>Boat %d came into the harbour on a day in week %d, with %s in her hold and a crew of %d, who "+
			"had seen nothing but water since the last port and wanted to hear what had been going on ashore.</p>\n", n, i, h.wordOf(n), n+i)
	}
	h.Set(storyPath(n), fmt.Sprintf(storyPage, storyTitle(n), storyPath(n), n, 1+n%28, b.String()))
}

const hubPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>The Harbour Series – Quay Notes</title></head>
<body class="page"><header class="site-header"><a href="{{base}}/" rel="home">Quay Notes</a></header>
<main><article class="page hentry"><h1 class="entry-title">The Harbour Series</h1><div class="entry-content">
<p>Every boat that came into the harbour, in the order in which they came:</p>
<ol>
%s</ol>
</div></article></main></body></html>
`

const storyPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>%[1]s – Quay Notes</title><link rel="canonical" href="{{base}}%[2]s"></head>
<body class="single"><header class="site-header"><a href="{{base}}/" rel="home">Quay Notes</a></header>
<main><article id="post-%[3]d" class="post hentry"><header class="entry-header"><h1 class="entry-title">%[1]s</h1>
<p class="byline">by <span class="author vcard">Ole Brandt</span> on March %[4]d, 2025</p></header>
<div class="entry-content">
%[5]s</div></article></main></body></html>
`

// configure writes a storyfeed.toml for one series of a blog into a new
// directory and returns the directory.
func configure(t testing.TB, host, slug, source string) string {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("addr = \"127.0.0.1:0\"\n[fetch]\nallow = [%q]\nhost_gap = \"1ms\"\n[[series]]\nslug = %q\nsources = [%q]\n", host, slug, source)
	if err := os.WriteFile(filepath.Join(dir, "storyfeed.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (h *harbour) configure(t testing.TB) string {
	t.Helper()
	return configure(t, h.Host, "harbour", h.URL+hubPath)
}
