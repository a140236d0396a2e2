package book

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"

	"storyfeed/feed"
)

//go:embed page.css
var pageStyle string

// PagePolicy is the content security policy of the page that [Book.HTML] writes,
// which it also has in itself: nothing is loaded from anywhere.
func PagePolicy() string {
	sum := sha256.Sum256([]byte(style + pageStyle))
	return "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

// HTML writes the book as one page that needs nothing else: its style is in it,
// and so are the pictures that are kept. It is written while the stories are
// read.
func (b Book) HTML(ctx context.Context, out io.Writer) (Written, error) {
	w := page{writing: writing{Book: b, ctx: ctx, pictures: map[string]string{}, whole: true}, out: out}
	if err := w.all(); err != nil {
		return w.done, fmt.Errorf("write a page of %s: %w", b.Series.Slug, err)
	}
	return w.done, nil
}

// page is a page under way.
type page struct {
	writing
	out io.Writer
	err error // the first of writing
}

func (w *page) printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format, args...)
	}
}

func (w *page) all() error {
	w.head()
	find := func(url string) (string, bool, error) {
		// A picture stands in the page as often as it is shown: a second time it
		// is a link.
		if _, seen := w.pictures[url]; seen {
			return "", false, nil
		}
		ref, ok, err := w.find(url, dataURL)
		w.pictures[url] = "" // not to be held in memory
		return ref, ok, err
	}
	err := w.eachChapter(find, func(c chapter) error {
		w.printf(`<article id="part-%d" lang="%s" dir="%s" aria-labelledby="title-%[1]d">`+"\n", c.Part, c.lang, direction(c.lang))
		w.printf("%s</article>\n", c.content("h2", fmt.Sprintf("title-%d", c.Part)))
		return w.err
	})
	if err != nil {
		return err
	}
	w.printf("<article>\n<h2>About this book</h2>\n%s</article>\n</main>\n</body>\n</html>\n", w.about())
	return w.err
}

// dataURL is a picture as an address that holds it (RFC 2397).
func dataURL(p *feed.Picture) (string, error) {
	return "data:" + p.MediaType + ";base64," + base64.StdEncoding.EncodeToString(p.Bytes), nil
}

func (w *page) head() {
	w.printf(`<!DOCTYPE html>
<html lang="%[1]s" dir="%[2]s">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="%[3]s"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<title>%[4]s</title>
<style>%[5]s</style>
</head>
<body>
<header class="title">
`, w.language(), direction(w.language()), attribute(PagePolicy()), escape(w.Series.Name()), style+pageStyle)
	w.printf("%s</header>\n", w.title())
	w.printf(`<nav aria-labelledby="contents">` + "\n" + `<h2 id="contents">Contents</h2>` + "\n<ol>\n")
	for _, c := range w.Chapters {
		w.printf(`<li><a href="%s">%d. <bdi>%s</bdi></a></li>`+"\n", w.href(c.Part), c.Part, escape(c.Title))
	}
	w.printf("</ol>\n</nav>\n<main>\n")
}
