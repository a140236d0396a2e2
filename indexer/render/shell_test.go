package render_test

import (
	"errors"
	"strings"
	"testing"

	"storyfeed/feed"
	"storyfeed/indexer/fetch"
	"storyfeed/indexer/render"
)

// Which pages need a browser: those that show nothing and hold scripts that
// may fill them. Everything else is read as it is, with or without a browser.
func TestShell(t *testing.T) {
	prose := strings.Repeat("<p>The harbour was built of granite by people who did not expect to see it done.</p>", 6)
	state := `{"title":"A story","slug":"a-story","date":"2026-01-02"},{"title":"Another","slug":"another","date":"2026-01-01"},`
	tests := map[string]struct {
		page  string
		shell bool
	}{
		"an empty mount":             {`<div id="root"></div><script src="/a.js"></script>`, true},
		"a mount under any name":     {`<div id="harbour-app" class="x"><div class="spinner"></div></div><script type="module" src="/a.js"></script>`, true},
		"an element of its own":      {`<my-app></my-app><script src="/a.js"></script>`, true},
		"a plea":                     {`<noscript>Please enable JavaScript.</noscript><script src="/a.js"></script>`, true},
		"loading":                    {`<div id="app"><p>Loading…</p></div><script src="/a.js"></script>`, true},
		"menus around a mount":       {`<header><a href="/">Home</a><nav><a href="/about">About</a><a href="/blog">Blog</a></nav></header><main></main><footer>Copyright 2026 by the harbour office, all rights reserved, and so on and on for a whole long line of text that says nothing about any story at all.</footer><script src="/a.js"></script>`, true},
		"a script within":            {`<div id="x"></div><script>fetch('/posts.json').then(draw)</script>`, true},
		"no script":                  {`<div id="root"></div>`, false},
		"prose":                      {`<div id="comments"></div>` + prose + `<script src="/a.js"></script>`, false},
		"prose in the mount":         {`<div id="root">` + prose + `</div><script src="/a.js"></script>`, false},
		"state of Next":              {`<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">[` + state + `]</script><script src="/a.js"></script>`, false},
		"state of Nuxt":              {`<div id="__nuxt"></div><script>window.__NUXT__=[` + state + `]</script><script src="/a.js"></script>`, false},
		"state of a story":           {`<div id="app"></div><script>window.__INITIAL_STATE__={post:{slug:"a",title:'A',body:"` + prose + `"}}</script><script src="/a.js"></script>`, false},
		"settings":                   {`<div id="app"></div><script type="application/json">{"menu":[{"title":"About","url":"/about"},{"title":"Blog","url":"/blog"}],"i18n":{"title":"Harbour","text":"` + strings.Repeat("Some words for a form. ", 80) + `"}}</script><script src="/a.js"></script>`, true},
		"little state":               {`<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"page":"/"}</script><script src="/a.js"></script>`, true},
		"metadata is no text":        {`<div id="root"></div><script type="application/ld+json">{"@graph":[` + state + `]}</script><script src="/a.js"></script>`, true},
		"a puzzle for robots":        {`<p>Please verify you are a human.</p><div id="q" class="g-recaptcha"></div><script src="/a.js"></script>`, false},
		"a password is asked for":    {`<div id="root"></div><form><input type="password"></form><script src="/a.js"></script>`, false},
		"a photograph":               {`<h1>Dawn</h1><img src="/dawn.jpg"><script src="/a.js"></script>`, false},
		"a short note":               {`<article><h1>Closed</h1><p>The office is closed on Monday, as it has been on every second Monday of the month since the spring.</p></article><script src="/a.js"></script>`, false},
		"a list of links":            {`<ul>` + strings.Repeat(`<li><a href="/s">A story of the harbour</a></li>`, 12) + `</ul><div id="ads"></div><script src="/a.js"></script>`, false},
		"only a counter of visitors": {`<p>Moved.</p><script>_paq.push(["trackPageView"])</script>`, false},
	}
	w := newWorld(t, func(c *render.Config) { c.Browser = render.None })
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w.blog.Set("/page", `<!DOCTYPE html><html><head><title>A page with a title of some words</title></head><body>`+tt.page+`</body></html>`)
			_, err := w.Fetcher(feed.RenderAuto).Get(t.Context(), fetch.Request{URL: w.blog.URL + "/page"})
			if shell := errors.Is(err, render.ErrNoBrowser); shell != tt.shell {
				t.Errorf("taken for a shell: %v, want %v (%v)", shell, tt.shell, err)
			}
		})
	}
}
