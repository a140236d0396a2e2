package extract

import (
	"bytes"
	"errors"
	"html"
	"regexp"
	"strings"
	"time"

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
	if p.fromState || !mayBeDrawn(s, err) {
		return s, err
	}
	from := fromState
	post, ok := p.inState()
	if !ok && err != nil && p.Entry != nil {
		from = feed.DateFromFeed
		post, ok = p.inFeed()
	}
	if !ok {
		return s, err
	}
	drawn, drawnErr := Extract(p.with(post))
	if drawnErr != nil || drawn.Words < fewWords || err == nil && drawn.Words < muchLonger*s.Words {
		return s, err
	}
	drawn.Title, drawn.TitleSource = plainTitle(post.title), from
	if len(post.authors) > 0 && drawn.AuthorSource != "json-ld" {
		drawn.AuthorSource = from
	}
	if post.published != "" && !drawn.Published.IsZero() {
		drawn.Published.Source = from
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

// known is a post whose text is known from elsewhere than the page's HTML.
type known struct {
	title, text        string // text is HTML
	authors            []string
	published, updated string // as written
}

// inState finds the page's post in the data of its scripts.
func (p Page) inState() (known, bool) {
	if len(p.HTML) > maxBytes {
		return known{}, false
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
	k := known{post.Title, post.HTML(), post.Authors, post.Published, post.Updated}
	return k, ok && k.text != ""
}

// inFeed is the page's entry in its site's feed.
func (p Page) inFeed() (known, bool) {
	e := p.Entry()
	if e == nil || e.Title == "" || e.HTML == "" {
		return known{}, false
	}
	k := known{title: e.Title, text: e.HTML, authors: e.Authors}
	if !e.Published.IsZero() {
		k.published = e.Published.Time.Format(time.RFC3339)
	}
	return k, true
}

// with puts a post in the place of the page's body, as a blog that is drawn on
// the server would write it. So it goes the way of all pages: its text is
// cleaned and sanitised, its dates are doubted.
func (p Page) with(post known) Page {
	head := p.HTML
	if at := bodyStart.FindIndex(p.HTML); at != nil {
		head = p.HTML[:at[0]]
	}
	var b bytes.Buffer
	b.Write(head)
	b.WriteString(`<body><main><article class="h-entry"><h1 class="p-name">` + html.EscapeString(plainTitle(post.title)) + "</h1>\n<p class=\"byline\">")
	for i, a := range post.authors {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`<a rel="author" class="p-author">` + html.EscapeString(plainTitle(a)) + "</a>")
	}
	writeTime(&b, "datePublished", post.published)
	writeTime(&b, "dateModified", post.updated)
	b.WriteString("</p>\n" + `<div class="entry-content" itemprop="articleBody">` + post.text + "</div></article></main></body></html>")
	p.HTML, p.fromState = b.Bytes(), true
	return p
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
