package book

import (
	"bytes"
	"fmt"
	"time"

	"storyfeed/feed"
)

// maxCreators is how many authors the metadata name; who wrote most comes first.
const maxCreators = 100

// opf is the package document (EPUB 3.3 §5).
func (w *epub) opf() []byte {
	var b bytes.Buffer
	lang := w.language()
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="%s" prefix="schema: http://schema.org/">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
`, lang)
	w.metadata(&b)
	b.WriteString("</metadata>\n<manifest>\n")
	for _, f := range w.files {
		fmt.Fprintf(&b, `<item id="%s" href="%s" media-type="%s"`, f.id, f.path, f.mediaType)
		if f.properties != "" {
			fmt.Fprintf(&b, ` properties="%s"`, f.properties)
		}
		b.WriteString("/>\n")
	}
	fmt.Fprintf(&b, "</manifest>\n"+`<spine toc="ncx" page-progression-direction="%s">`+"\n", direction(lang))
	for _, id := range w.spine {
		linear := ""
		if id == "cover" {
			linear = ` linear="no"`
		}
		fmt.Fprintf(&b, `<itemref idref="%s"%s/>`+"\n", id, linear)
	}
	b.WriteString("</spine>\n</package>\n")
	return b.Bytes()
}

// identifier is the permanent name of the book of a series.
func (w *writing) identifier() string { return feed.SeriesID(w.Series, "/book.epub") }

func (w *epub) metadata(b *bytes.Buffer) {
	line := func(element, value string) {
		if value != "" {
			fmt.Fprintf(b, "<%s>%s</%[1]s>\n", element, escape(feed.OneLine(value)))
		}
	}
	fmt.Fprintf(b, `<dc:identifier id="id">%s</dc:identifier>`+"\n", w.identifier())
	line("dc:title", w.Series.Name())
	line("dc:language", w.language())
	list, _ := authors(w.Chapters, maxCreators)
	for i, name := range list {
		fmt.Fprintf(b, `<dc:creator id="creator-%d">%s</dc:creator>`+"\n", i+1, escape(name))
		fmt.Fprintf(b, `<meta refines="#creator-%d" property="role" scheme="marc:relators">aut</meta>`+"\n", i+1)
	}
	line("dc:description", w.Series.Description)
	if address := feed.WebURI(w.Series.HomeURL); address != "" {
		line("dc:publisher", host(address))
		line("dc:source", address)
	}
	line("dc:rights", w.Series.Rights())
	modified := w.Modified
	if modified.IsZero() {
		modified = time.Unix(0, 0)
	}
	meta := func(property, value string) {
		fmt.Fprintf(b, `<meta property="%s">%s</meta>`+"\n", property, escape(value))
	}
	meta("dcterms:modified", modified.UTC().Format("2006-01-02T15:04:05Z"))
	meta("schema:accessMode", "textual")
	if w.done.Pictures > 0 {
		meta("schema:accessMode", "visual")
	}
	meta("schema:accessModeSufficient", "textual")
	for _, feature := range []string{"tableOfContents", "structuralNavigation", "readingOrder", "displayTransformability"} {
		meta("schema:accessibilityFeature", feature)
	}
	meta("schema:accessibilityHazard", "unknown")
	meta("schema:accessibilitySummary", "A chapter for each story, with headings and a table of contents. Pictures have the descriptions that their authors gave.")
	b.WriteString(`<meta name="cover" content="cover-image"/>` + "\n") // for readers that know EPUB 2 only
}

// nav is the contents (EPUB 3.3 §7).
func (w *epub) nav() error {
	var b bytes.Buffer
	b.WriteString(`<nav epub:type="toc" role="doc-toc" aria-labelledby="title">` + "\n" + `<h1 id="title">Contents</h1>` + "\n<ol>\n")
	for _, c := range w.Chapters {
		fmt.Fprintf(&b, `<li><a href="%s">%d. <bdi>%s</bdi></a></li>`+"\n", w.href(c.Part), c.Part, escape(c.Title))
	}
	b.WriteString(`<li><a href="colophon.xhtml">About this book</a></li>` + "\n</ol>\n</nav>\n")
	start := "colophon.xhtml"
	if len(w.Chapters) > 0 {
		start = w.href(w.Chapters[0].Part)
	}
	fmt.Fprintf(&b, `<nav epub:type="landmarks" aria-label="Landmarks" hidden="hidden">
<ol>
<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>
<li><a epub:type="toc" href="nav.xhtml">Contents</a></li>
<li><a epub:type="bodymatter" href="%s">Start of the text</a></li>
</ol>
</nav>
`, start)
	return w.page(file{id: "nav", path: "nav.xhtml", properties: "nav"}, "Contents", w.language(), b.String())
}

// ncx is the contents for readers that know EPUB 2 only (OPF 2.0.1 §2.4.1).
func (w *epub) ncx() error {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="%s">
<head><meta name="dtb:uid" content="%s"/><meta name="dtb:depth" content="1"/><meta name="dtb:totalPageCount" content="0"/><meta name="dtb:maxPageNumber" content="0"/></head>
<docTitle><text>%s</text></docTitle>
<navMap>
`, w.language(), w.identifier(), escape(w.Series.Name()))
	point := func(n int, title, href string) {
		fmt.Fprintf(&b, `<navPoint id="point-%[1]d" playOrder="%[1]d"><navLabel><text>%s</text></navLabel><content src="%s"/></navPoint>`+"\n", n, escape(title), href)
	}
	for i, c := range w.Chapters {
		point(i+1, fmt.Sprintf("%d. %s", c.Part, c.Title), w.href(c.Part))
	}
	point(len(w.Chapters)+1, "About this book", "colophon.xhtml")
	b.WriteString("</navMap>\n</ncx>\n")
	return w.add(file{"ncx", "toc.ncx", "application/x-dtbncx+xml", ""}, b.Bytes())
}
