package indexer_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"storyfeed/feed"
	"storyfeed/feed/store"
	"storyfeed/indexer"
	"storyfeed/indexer/fetch"
)

// A picture is fetched once, what is none never becomes one, and what no story
// shows any more goes.
func TestPictures(t *testing.T) {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/robots.txt" {
			asked.Add(1)
		}
		switch r.URL.Path {
		case "/a.png", "/called.jpg", "/hub.png":
			_, _ = w.Write(drawn.Bytes())
		case "/page.png":
			fmt.Fprint(w, "<html><script>alert(1)</script></html>")
		case "/drawing.svg":
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"/>`)
		case "/cut.png":
			_, _ = w.Write(drawn.Bytes()[:12])
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.SyncSeries(t.Context(), []feed.Series{{Slug: "a", Every: time.Hour, Sources: []feed.Source{{URL: site.URL}}}}))
	must(s.SetSeriesPage(t.Context(), "a", store.SeriesPage{ImageURL: site.URL + "/hub.png"}))
	st := feed.Story{
		Series: "a", GUID: feed.GUID(site.URL), Permalink: site.URL + "/1", Title: "One", Text: "Text", Hash: feed.ContentHash("One", "Text"),
	}
	for _, name := range []string{"a.png", "called.jpg", "page.png", "drawing.svg", "cut.png", "none.png", "a.png"} {
		st.HTML += `<p>Text<img src="` + site.URL + "/" + name + `" alt=""/></p>`
	}
	_, err = s.SaveStory(t.Context(), store.Save{Story: st})
	must(err)
	client, err := fetch.New(fetch.Config{Hosts: s, Allow: []string{strings.TrimPrefix(site.URL, "http://")}, HostGap: time.Millisecond})
	must(err)
	pictures := indexer.NewPictures(s, client, slog.New(slog.DiscardHandler))
	for range 2 {
		must(pictures.Gather(t.Context(), "a"))
	}
	if n := asked.Load(); n != 7 {
		t.Errorf("the site was asked for %d pictures, want 7, each once", n)
	}
	for name, want := range map[string]string{"hub.png": "image/png", "a.png": "image/png", "called.jpg": "image/png", "page.png": "", "drawing.svg": "", "cut.png": "", "none.png": ""} {
		got := ""
		if p, err := s.Picture(t.Context(), "a", site.URL+"/"+name); err != nil {
			t.Error(err)
		} else if p != nil {
			got = p.MediaType
		}
		if got != want {
			t.Errorf("%s is kept as %q, want %q", name, got, want)
		}
	}
	st.HTML = `<p>Text</p>`
	_, err = s.SaveStory(t.Context(), store.Save{Story: st})
	must(err)
	must(pictures.Gather(t.Context(), "a"))
	if n, _, err := s.PicturesKept(t.Context(), "a"); err != nil || n != 1 {
		t.Errorf("%d pictures are kept, %v; want that of the series alone, as no story shows the others", n, err)
	}
}

// Who reads a story makes us ask for its pictures and no others, and does not
// wait for those of a book.
func TestPicturesOfAStory(t *testing.T) {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	asked, goOn := make(chan string, 100), make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".png") {
			asked <- r.URL.Path
			<-goOn
		}
		_, _ = w.Write(drawn.Bytes())
	}))
	defer site.Close()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SyncSeries(t.Context(), []feed.Series{{Slug: "a", Every: time.Hour, Sources: []feed.Source{{URL: site.URL}}}}); err != nil {
		t.Fatal(err)
	}
	st := feed.Story{Series: "a", GUID: feed.GUID(site.URL), Permalink: site.URL + "/1", Title: "One", Text: "Text", Hash: feed.ContentHash("One", "Text")}
	const pictures = 20
	for i := range pictures {
		st.HTML += fmt.Sprintf(`<p>Text<img src="%s/%d.png" alt=""/></p>`, site.URL, i)
	}
	if _, err := s.SaveStory(t.Context(), store.Save{Story: st}); err != nil {
		t.Fatal(err)
	}
	client, err := fetch.New(fetch.Config{Hosts: s, Allow: []string{strings.TrimPrefix(site.URL, "http://")}, HostGap: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	p := indexer.NewPictures(s, client, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Run(ctx)
	}()
	var order []string
	next := func() { order = append(order, <-asked) }

	p.Want("a", site.URL+"/7.png")
	next()
	p.Want("a", site.URL+"/9.png", site.URL+"/7.png")
	goOn <- struct{}{}
	next()
	p.Want("a") // a book
	goOn <- struct{}{}
	next()
	p.Want("a", site.URL+"/19.png")
	for len(order) < pictures {
		goOn <- struct{}{}
		next()
	}
	goOn <- struct{}{}
	stop()
	<-ended
	if !slices.Equal(order[:3], []string{"/7.png", "/9.png", "/0.png"}) {
		t.Errorf("asked for first: %q", order[:3])
	}
	if at := slices.Index(order, "/19.png"); at < 0 || at == pictures-1 {
		t.Errorf("a story's picture waited for a whole book: %q", order)
	}
	if slices.Sort(order); len(slices.Compact(order)) != pictures {
		t.Errorf("a picture was asked for twice: %q", order)
	}
}
