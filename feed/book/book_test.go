package book_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/book"
)

// shelf is a book of n stories, the second of which was removed meanwhile.
func shelf(n int) book.Book {
	b := book.Book{
		Series:    feed.Series{Slug: "a", Title: "Letters & <more>", Language: "en-GB", HomeURL: "https://a.example/", Description: "Of a harbour", ImageURL: "https://a.example/photograph.png", Sources: []feed.Source{{URL: "https://a.example/"}}},
		Addresses: map[string]int{},
		Modified:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Sanitise:  func(html string) string { return html },
	}
	stories := map[string]feed.Story{}
	for i := 1; i <= n; i++ {
		url := fmt.Sprintf("https://a.example/%d/", i)
		st := feed.Story{
			GUID: feed.GUID(url), Part: i, Title: fmt.Sprintf("Story <%d>", i), Authors: []string{"Ada & Co", fmt.Sprint("Author ", i%3)}, Permalink: url, CanonicalURL: url,
			HTML: `<p>Text <a href="https://a.example/1/">one</a> <img src="https://a.example/p.png" alt="A &quot;ship&quot;"/> <img src="https://a.example/none.png" alt="Gone"/></p><h2>Tides</h2><table><tr><td>1</td></tr></table>`,
		}
		if i == 3 {
			st.Language, st.HTML, st.Text = "ar", "", "نص\n\nfoo"
			st.Published = feed.Date{Time: time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC), Precision: feed.PrecisionMonth}
		}
		stories[st.GUID] = st
		b.Addresses[feed.URLKey(url)] = i
		b.Chapters = append(b.Chapters, feed.Chapter{Part: i, GUID: st.GUID, Title: st.Title, Authors: st.Authors})
	}
	b.Story = func(_ context.Context, guid string) (feed.Story, error) {
		st := stories[guid]
		if st.Part == 2 {
			return st, feed.ErrNotFound
		}
		return st, nil
	}
	b.Picture = func(_ context.Context, url string) (*feed.Picture, error) {
		switch url {
		case "https://a.example/p.png":
			return &feed.Picture{MediaType: "image/png", Bytes: []byte("\x89PNG")}, nil
		case b.Series.ImageURL:
			var photograph bytes.Buffer
			err := png.Encode(&photograph, image.NewGray(image.Rect(0, 0, 640, 400)))
			return &feed.Picture{MediaType: "image/png", Bytes: photograph.Bytes()}, err
		}
		return nil, nil
	}
	return b
}

func TestEPUB(t *testing.T) {
	var first, second bytes.Buffer
	done, err := shelf(3).EPUB(t.Context(), &first)
	if err != nil {
		t.Fatal(err)
	}
	if want := (book.Written{Chapters: 3, Pictures: 1, Missing: 1}); done != want {
		t.Errorf("written: %+v, want %+v", done, want)
	}
	if _, err := shelf(3).EPUB(t.Context(), &second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("a second time (%v) it is another file", err)
	}
	if at := first.Bytes()[30:58]; string(at) != "mimetypeapplication/epub+zip" {
		t.Errorf("at its beginning the file says %q", at)
	}
	z, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(body)
		if strings.HasSuffix(f.Name, "ml") || strings.HasSuffix(f.Name, ".opf") || strings.HasSuffix(f.Name, ".ncx") {
			wellFormed(t, f.Name, body)
		}
	}
	for name, wants := range map[string][]string{
		"EPUB/part-1.xhtml":   {`<h1 id="title">Story &lt;1&gt;</h1>`, `<a href="part-1.xhtml">one</a>`, `alt="A &quot;ship&quot;"/>`, `<a href="https://a.example/none.png">[Gone]</a>`, `by Ada &amp; Co and Author 1`, "<h2>Tides</h2>\n<table>"},
		"EPUB/part-2.xhtml":   {"removed by its author"},
		"EPUB/part-3.xhtml":   {`xml:lang="ar" lang="ar" dir="rtl"`, "<p>نص</p>", "February 2020"},
		"EPUB/nav.xhtml":      {`<a href="part-2.xhtml">2. <bdi>Story &lt;2&gt;</bdi></a>`, `epub:type="landmarks"`},
		"EPUB/package.opf":    {"<dc:title>Letters &amp; &lt;more&gt;</dc:title>", "<dc:language>en-GB</dc:language>", `<dc:creator id="creator-1">Ada &amp; Co</dc:creator>`, "2026-03-01T12:00:00Z", `properties="cover-image"`},
		"EPUB/colophon.xhtml": {"One picture is a link here"},
		"EPUB/cover.svg":      {"Letters &amp; ", `xlink:href="data:image/png;base64,`},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s has no %s:\n%s", name, want, files[name])
			}
		}
	}
}

func wellFormed(t *testing.T, name string, body []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v\n%s", name, err, body)
		}
	}
}

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	if _, err := shelf(3).HTML(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="#part-3">3. <bdi>Story &lt;3&gt;</bdi></a>`, `<article id="part-3" lang="ar" dir="rtl"`, `<a href="#part-1">one</a>`, `src="data:image/png;base64,iVBORw=="`, "style-src &#39;", "</html>", "<h3>Tides</h3>\n<table tabindex=\"0\">"} {
		want = strings.ReplaceAll(want, "&#39;", "'")
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// A story that can't be read breaks a book off, rather than being left out.
func TestBroken(t *testing.T) {
	b := shelf(3)
	disk := errors.New("the disk is gone")
	b.Story = func(context.Context, string) (feed.Story, error) { return feed.Story{}, disk }
	if _, err := b.EPUB(t.Context(), io.Discard); !errors.Is(err, disk) {
		t.Errorf("EPUB: %v, want the cause", err)
	}
	if _, err := b.HTML(t.Context(), io.Discard); !errors.Is(err, disk) {
		t.Errorf("HTML: %v, want the cause", err)
	}
}

// Of a large series little is in memory at once.
func TestBookStreams(t *testing.T) {
	b := shelf(60)
	story := b.Story
	text := "<p>" + strings.Repeat("A long story goes on. ", 50_000) + "</p>"
	b.Story = func(ctx context.Context, guid string) (feed.Story, error) {
		st, err := story(ctx, guid)
		st.HTML = text
		return st, err
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most uint64
	inner := b.Story
	b.Story = func(ctx context.Context, guid string) (feed.Story, error) {
		runtime.GC()
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
		return inner(ctx, guid)
	}
	if _, err := b.EPUB(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	if grew := int64(most) - int64(before.HeapAlloc); grew > 12<<20 {
		t.Errorf("between chapters %d MB are held, want less than 12", grew>>20)
	}
}
