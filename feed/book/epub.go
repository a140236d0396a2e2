package book

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"

	"storyfeed/feed"
	"storyfeed/feed/cover"
)

//go:embed style.css
var style string

// EPUB writes the book as an EPUB 3.3 (W3C, 2023), file after file, while the
// stories are read. An error leaves a file that is not whole: without the
// directory at its end nothing opens it.
func (b Book) EPUB(ctx context.Context, out io.Writer) (Written, error) {
	w := epub{writing: writing{Book: b, ctx: ctx, pictures: map[string]string{}}, zip: zip.NewWriter(out)}
	if err := w.all(); err != nil {
		return w.done, fmt.Errorf("write an EPUB of %s: %w", b.Series.Slug, err)
	}
	return w.done, nil
}

// epub is an EPUB under way.
type epub struct {
	writing
	zip   *zip.Writer
	files []file // of the manifest
	spine []string
}

// file is one that the manifest lists.
type file struct{ id, path, mediaType, properties string }

const (
	typeXHTML = "application/xhtml+xml"
	folder    = "EPUB/"
)

const container = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`

func (w *epub) all() error {
	if err := w.mimetype(); err != nil {
		return err
	}
	steps := []func() error{
		func() error { return w.write("META-INF/container.xml", []byte(container), zip.Deflate) },
		func() error { return w.add(file{"style", "style.css", "text/css", ""}, []byte(style)) },
		w.cover, w.titlePage, w.nav, w.chapters, w.colophon, w.ncx,
		func() error { return w.write(folder+"package.opf", w.opf(), zip.Deflate) },
		w.zip.Close,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// mimetype writes the first file as OCF wants it: not compressed, with nothing
// between its name and its bytes (EPUB 3.3 §4.2.5.2).
func (w *epub) mimetype() error {
	const mimetype = "application/epub+zip"
	f, err := w.zip.CreateRaw(&zip.FileHeader{
		Name: "mimetype", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(mimetype)),
		CompressedSize64: uint64(len(mimetype)), UncompressedSize64: uint64(len(mimetype)),
	})
	if err == nil {
		_, err = io.WriteString(f, mimetype)
	}
	return err
}

func (w *epub) write(path string, body []byte, method uint16) error {
	f, err := w.zip.CreateHeader(&zip.FileHeader{Name: path, Method: method, Modified: w.Modified.UTC()})
	if err == nil {
		_, err = f.Write(body)
	}
	return err
}

// add writes a file of the manifest.
func (w *epub) add(f file, body []byte) error {
	w.files = append(w.files, f)
	method := zip.Deflate
	if bytes.HasPrefix([]byte(f.mediaType), []byte("image/")) && f.mediaType != cover.MediaType {
		method = zip.Store // they are compressed
	}
	return w.write(folder+f.path, body, method)
}

// page writes a page of text.
func (w *epub) page(f file, title, lang, content string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="%[1]s" lang="%[1]s" dir="%[2]s">
<head><title>%[3]s</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
`, lang, direction(lang), escape(title))
	b.WriteString(content)
	b.WriteString("</body>\n</html>\n")
	f.mediaType = typeXHTML
	return w.add(f, b.Bytes())
}

func (w *epub) cover() error {
	text := cover.Text{Title: w.Series.Name(), Subtitle: byWhom(w.Chapters)}
	if w.Picture != nil && w.Series.ImageURL != "" {
		var err error
		if text.Picture, err = w.Picture(w.ctx, w.Series.ImageURL); err != nil {
			return err
		}
	}
	svg := cover.SVG(text)
	if err := w.add(file{"cover-image", "cover.svg", cover.MediaType, "cover-image"}, svg); err != nil {
		return err
	}
	w.spine = append(w.spine, "cover")
	return w.page(file{id: "cover", path: "cover.xhtml"}, "Cover", w.language(),
		`<section epub:type="cover" aria-label="Cover" class="cover"><img src="cover.svg" role="doc-cover" alt="`+attribute(w.coverText())+`"/></section>`+"\n")
}

func (w *epub) coverText() string {
	text := "Cover: " + w.Series.Name()
	if by := byWhom(w.Chapters); by != "" {
		text += ", by " + by
	}
	return text
}

func (w *epub) titlePage() error {
	w.spine = append(w.spine, "title-page", "nav")
	return w.page(file{id: "title-page", path: "title.xhtml"}, w.Series.Name(), w.language(),
		`<section epub:type="titlepage" class="title">`+"\n"+w.title()+"</section>\n")
}

// title is what stands at the beginning: of what, by whom and what about.
func (w *writing) title() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<h1>%s</h1>\n", escape(w.Series.Name()))
	if by := byWhom(w.Chapters); by != "" {
		fmt.Fprintf(&b, "<p>by %s</p>\n", escape(by))
	}
	if w.Series.Description != "" {
		fmt.Fprintf(&b, "<p>%s</p>\n", escape(w.Series.Description))
	}
	return b.String()
}

func (w *epub) chapters() error {
	find := func(url string) (string, bool, error) {
		return w.find(url, func(p *feed.Picture) (string, error) { return w.picture(url, p) })
	}
	return w.eachChapter(find, func(c chapter) error {
		id := fmt.Sprintf("part-%d", c.Part)
		w.spine = append(w.spine, id)
		content := `<section epub:type="chapter" role="doc-chapter" aria-labelledby="title">` + "\n" + c.content("h1", "title") + "</section>\n"
		return w.page(file{id: id, path: w.href(c.Part)}, c.Title, c.lang, content)
	})
}

// content is a chapter: its head, its text, and where it was published.
func (c chapter) content(heading, id string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<header>\n"+`<p class="part">Part %d</p>`+"\n"+`<%[2]s id="%s">%s</%[2]s>`+"\n", c.Part, heading, id, escape(c.Title))
	if by := byline(c.story); by != "" {
		fmt.Fprintf(&b, `<p class="byline">%s</p>`+"\n", escape(by))
	}
	b.WriteString("</header>\n")
	b.WriteString(c.body)
	if address := feed.WebURI(c.story.Permalink); address != "" {
		fmt.Fprintf(&b, `<p class="origin">First published at <a href="%s">%s</a></p>`+"\n", attribute(address), escape(host(address)))
	}
	return b.String()
}

// picture writes the file of a picture.
func (w *epub) picture(url string, p *feed.Picture) (string, error) {
	sum := sha256.Sum256([]byte(url))
	name := hex.EncodeToString(sum[:8])
	path := "pictures/" + name + extension(p.MediaType)
	return path, w.add(file{"picture-" + name, path, p.MediaType, ""}, p.Bytes)
}

func extension(mediaType string) string {
	switch mediaType {
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "image/gif":
		return ".gif"
	}
	return ".webp"
}

// colophon says what the book is and what it lacks.
func (w *epub) colophon() error {
	w.spine = append(w.spine, "colophon")
	return w.page(file{id: "colophon", path: "colophon.xhtml"}, "About this book", w.language(),
		`<section epub:type="colophon" role="doc-colophon" aria-labelledby="title">`+"\n"+`<h1 id="title">About this book</h1>`+"\n"+w.about()+"</section>\n")
}

// about is what a reader should know of a book.
func (w *writing) about() string {
	var b bytes.Buffer
	stories := "The stories of"
	if w.done.Chapters == 1 {
		stories = "The story of"
	}
	fmt.Fprintf(&b, "<p>%s <cite>%s</cite> in reading order", stories, escape(w.Series.Name()))
	if !w.Modified.IsZero() {
		fmt.Fprintf(&b, ", as of %s", w.Modified.UTC().Format("2 January 2006"))
	}
	b.WriteString(".</p>\n")
	if address := feed.WebURI(w.Series.HomeURL); address != "" {
		fmt.Fprintf(&b, `<p>All rights remain with the authors. First published at <a href="%s">%s</a>.</p>`+"\n", attribute(address), escape(host(address)))
	}
	switch n := w.done.Missing; {
	case n == 1:
		b.WriteString("<p>One picture is a link here, as it was not at hand.</p>\n")
	case n > 1:
		fmt.Fprintf(&b, "<p>%s pictures are links here, as they were not at hand.</p>\n", feed.Thousands(n))
	}
	return b.String()
}
