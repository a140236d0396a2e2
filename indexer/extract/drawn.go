package extract

import (
	"bytes"
	"errors"
	"html"
	"regexp"
	"strings"

	"storyfeed/feed"
	"storyfeed/indexer/state"
)

// fromState is the source of what was read from a page's data.
const fromState = "page data"

// Of a page that a browser draws, the HTML says little or nothing.
const (
	noteEnd    = 60 // words: a story of fewer may be all that stands without scripts
	muchLonger = 3  // times: the data must hold so much more than the HTML to be believed instead
)

// orDrawn reads a page's data when its HTML held no story, or next to none.
func orDrawn(p Page, s Story, err error) (Story, error) {
	if !p.fromState && err == nil {
		s = withAnswers(p, s)
	}
	if p.fromState || !mayBeDrawn(s, err) {
		return s, err
	}
	post, page, ok := drawnPage(p)
	if !ok {
		return s, err
	}
	drawn, drawnErr := Extract(page)
	if drawnErr != nil || drawn.Words < fewWords || err == nil && drawn.Words < muchLonger*s.Words {
		return s, err
	}
	drawn.Title, drawn.TitleSource = plainTitle(post.Title), fromState
	if len(post.Authors) > 0 && drawn.AuthorSource != "json-ld" {
		drawn.AuthorSource = fromState
	}
	if post.Published != "" && !drawn.Published.IsZero() {
		drawn.Published.Source = fromState
	}
	if s.CanonicalURL != "" {
		drawn.CanonicalURL = s.CanonicalURL
	}
	if drawn.ImageURL == "" {
		drawn.ImageURL = s.ImageURL
	}
	return drawn, nil
}

func mayBeDrawn(s Story, err error) bool {
	if err == nil {
		return s.Words < noteEnd
	}
	not, ok := errors.AsType[*NotStory](err)
	return ok && (not.Kind == KindShell || not.Kind == KindEmpty)
}

var (
	bodyStart = regexp.MustCompile(`(?i)<body\b[^>]*>`)
	pageTitle = regexp.MustCompile(`(?is)<title\b[^>]*>(.*?)</title>`)
)

// drawnPage puts the page's post in the place of its body, as a blog that is
// drawn on the server would write it. So it goes the way of all pages: its text
// is cleaned and sanitised, its dates are doubted.
func drawnPage(p Page) (state.Post, Page, bool) {
	if len(p.HTML) > maxBytes {
		return state.Post{}, p, false
	}
	title := p.Anchor
	if m := pageTitle.FindSubmatch(p.HTML); m != nil {
		title = html.UnescapeString(string(m[1]))
	}
	data := state.Read(p.HTML)
	post, ok := data.Post(p.URL, title)
	if !ok && p.Anchor != "" && p.Anchor != title {
		post, ok = data.Post(p.URL, p.Anchor)
	}
	text := post.HTML()
	if !ok || text == "" {
		return post, p, false
	}
	head := p.HTML
	if at := bodyStart.FindIndex(p.HTML); at != nil {
		head = p.HTML[:at[0]]
	}
	var b bytes.Buffer
	b.Write(head)
	b.WriteString(`<body><main><article class="h-entry"><h1 class="p-name">` + html.EscapeString(plainTitle(post.Title)) + "</h1>\n<p class=\"byline\">")
	for i, a := range post.Authors {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`<a rel="author" class="p-author">` + html.EscapeString(plainTitle(a)) + "</a>")
	}
	writeTime(&b, "datePublished", post.Published)
	writeTime(&b, "dateModified", post.Updated)
	b.WriteString("</p>\n" + `<div class="entry-content" itemprop="articleBody">` + text + "</div></article></main></body></html>")
	p.HTML, p.fromState = b.Bytes(), true
	return post, p, true
}

// writeTime writes a date for programs where it is one, else for people.
func writeTime(b *bytes.Buffer, prop, date string) {
	switch {
	case date == "":
	case isoStart.MatchString(date):
		b.WriteString(` <time itemprop="` + prop + `" datetime="` + html.EscapeString(date) + `"></time>`)
	default:
		b.WriteString(` <time itemprop="` + prop + `">` + html.EscapeString(date) + "</time>")
	}
}

var (
	isoStart = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)
	anyTag   = regexp.MustCompile(`<[^>]*>`)
)

// plainTitle is a title or name from data, which may be HTML, as one line.
func plainTitle(s string) string {
	return feed.CleanLine(html.UnescapeString(anyTag.ReplaceAllString(strings.TrimSpace(s), "")))
}
