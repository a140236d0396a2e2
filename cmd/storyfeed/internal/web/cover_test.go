package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"storyfeed/cmd/storyfeed/internal/web"
	"storyfeed/feed"
	"storyfeed/feed/store"
)

func TestCover(t *testing.T) {
	s := newSite(t, nil)
	res := s.get("/s/bees/cover.svg")
	if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != "image/svg+xml" || res.Header.Get("Etag") == "" {
		t.Fatalf("the cover: %d %s", res.StatusCode, got)
	}
	var svg struct {
		Texts []string `xml:"text"`
	}
	must(t, xml.NewDecoder(bytes.NewReader([]byte(body(t, res)))).Decode(&svg))
	if got := strings.Join(svg.Texts, " "); got != "Keeping Bees & Other Slow Things Ada Marsh, 王小明 and 2 others" {
		t.Errorf("on the cover stands %q", got)
	}
	for _, page := range []string{"/", "/s/bees"} {
		if got := attrs(s.page(t, page, 200), "img.cover", "src"); got[0] != "/s/bees/cover.svg" {
			t.Errorf("%s shows the cover %q", page, got)
		}
	}
	if strings.Contains(body(t, s.get("/s/bees/cover.svg")), "<image") {
		t.Error("there is a picture on the cover of a series that has none")
	}
	if res := s.get("/s/nobody/cover.svg"); res.StatusCode != 404 {
		t.Errorf("the cover of nothing: %d", res.StatusCode)
	}
}

// The picture of a series' page stands on its cover once it is kept; nobody else
// is asked for it by who looks at a page.
func TestCoverWithPicture(t *testing.T) {
	const address = "https://garden.example/hives.jpg"
	var asked []string
	s := newSite(t, func(c *web.Config) {
		c.WantPictures = func(slug string, urls ...string) { asked = append(asked, slug+" "+strings.Join(urls, " ")) }
	})
	must(t, s.store.SetSeriesPage(t.Context(), "bees", store.SeriesPage{ImageURL: address}))
	for range 2 {
		if got := body(t, s.get("/s/bees/cover.svg")); strings.Contains(got, "<image") || !strings.Contains(got, "Keeping") {
			t.Errorf("the cover without its picture:\n%s", got)
		}
	}
	if !slices.Equal(asked, []string{"bees " + address}) {
		t.Errorf("wanted: %q, want the picture, once", asked)
	}
	var photograph bytes.Buffer
	must(t, jpeg.Encode(&photograph, image.NewGray(image.Rect(0, 0, 600, 400)), nil))
	_, err := s.store.SavePicture(t.Context(), "bees", address, feed.Picture{MediaType: "image/jpeg", Bytes: photograph.Bytes()})
	must(t, err)
	res := s.get("/s/bees/cover.svg")
	checkSafety(t, "a cover", res)
	if got := res.Header.Get("Content-Security-Policy"); !strings.Contains(got, "img-src data:;") {
		t.Errorf("Content-Security-Policy: %q, want one under which the picture is shown", got)
	}
	want := "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(photograph.Bytes())
	if got := body(t, res); !strings.Contains(got, want) || !strings.Contains(got, "Keeping") || strings.Contains(got, "garden.example") {
		t.Errorf("the cover with its picture:\n%s", got)
	}
}
