package web_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
)

// png is a picture of one transparent pixel.
const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"

// keep saves pictures of bees, as if they had been fetched.
func (s *site) keep(t *testing.T, urls ...string) {
	t.Helper()
	for _, u := range urls {
		_, err := s.store.SavePicture(t.Context(), "bees", u, feed.Picture{MediaType: "image/png", Bytes: []byte(png)})
		must(t, err)
	}
}

// Readers of a story ask nobody but us: a picture is served from what is kept,
// and is a link, and wanted, before.
func TestPicturesOfStories(t *testing.T) {
	var asked []string
	s := newSite(t, func(c *web.Config) {
		c.WantPictures = func(slug string, first ...string) { asked = append(asked, slug+" "+strings.Join(first, " ")) }
	})
	for range 3 {
		doc := s.page(t, "/s/bees/7", 200)
		if got := texts(doc, ".prose .elsewhere"); !cmp.Equal(got, []string{"Picture: A frame full of honey"}) {
			t.Errorf("a picture that is not kept is %q", got)
		}
		if n := doc.Find(".prose img").Length() + s.page(t, "/s/bees/12", 200).Find(".hero img").Length(); n > 0 {
			t.Errorf("%d pictures that are not kept", n)
		}
	}
	if !slices.Equal(asked, []string{"bees https://garden.example/frame.jpg", "bees https://garden.example/hive.jpg"}) {
		t.Errorf("these pictures were wanted: %q, want each once", asked)
	}
	s.keep(t, "https://garden.example/frame.jpg", "https://garden.example/hive.jpg")
	doc := s.page(t, "/s/bees/7", 200)
	const frame = "/s/bees/picture?url=https%3A%2F%2Fgarden.example%2Fframe.jpg"
	if got := attrs(doc, ".prose img", "src"); !cmp.Equal(got, []string{frame}) {
		t.Errorf("the picture is at %q", got)
	}
	if got := attrs(doc, ".prose img", "width"); !cmp.Equal(got, []string{"1200"}) {
		t.Errorf("the picture is %q wide", got)
	}
	if got := attrs(s.page(t, "/s/bees/12", 200), ".hero img", "src"); len(got) != 1 || !strings.HasSuffix(got[0], "hive.jpg") {
		t.Errorf("the picture of a story without one in its body: %q", got)
	}
	res := s.get(frame)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || body(t, res) != png {
		t.Errorf("the picture: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	checkSafety(t, "a picture", res)
	for _, path := range []string{"/s/bees/picture", "/s/bees/picture?url=http://127.0.0.1/", "/s/night-trains/picture?url=https%3A%2F%2Fgarden.example%2Fframe.jpg"} {
		if res := s.get(path); res.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", path, res.StatusCode)
		}
	}
}
