package cover_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"storyfeed/feed"
	"storyfeed/feed/cover"
)

// drawn is a grey picture of that size.
func drawn(t *testing.T, mediaType string, width, height int) *feed.Picture {
	t.Helper()
	var b bytes.Buffer
	of, err := image.NewGray(image.Rect(0, 0, width, height)), error(nil)
	switch mediaType {
	case "image/png":
		err = png.Encode(&b, of)
	case "image/jpeg":
		err = jpeg.Encode(&b, of, nil)
	case "image/gif":
		err = gif.Encode(&b, of, nil)
	case "image/webp":
		b.WriteString(webP(width, height))
	}
	if err != nil {
		t.Fatal(err)
	}
	return &feed.Picture{MediaType: mediaType, Bytes: b.Bytes()}
}

// webP is the head of an extended file (RFC 9649 §2.7).
func webP(width, height int) string {
	width, height = width-1, height-1
	return "RIFF\xff\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" +
		string([]byte{byte(width), byte(width >> 8), byte(width >> 16), byte(height), byte(height >> 8), byte(height >> 16)})
}

func TestPicturesThatFit(t *testing.T) {
	for _, tc := range []struct {
		name    string
		picture *feed.Picture
		want    bool
	}{
		{"none", nil, false},
		{"photograph", drawn(t, "image/jpeg", 1200, 630), true},
		{"drawing", drawn(t, "image/png", 300, 200), true},
		{"portrait", drawn(t, "image/jpeg", 400, 600), true},
		{"icon", drawn(t, "image/png", 180, 180), false},
		{"bar", drawn(t, "image/png", 1200, 240), false},
		{"column", drawn(t, "image/png", 300, 800), false},
		{"may move", drawn(t, "image/gif", 600, 400), false},
		{"WebP", drawn(t, "image/webp", 1920, 1080), true},
		{"WebP icon", drawn(t, "image/webp", 1920, 180), false},
		{"lossless WebP", &feed.Picture{MediaType: "image/webp", Bytes: []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x57\xc2\x63\x00\x00\x00\x00\x00\x00")}, true}, // 600 by 400
		{"lossy WebP", &feed.Picture{MediaType: "image/webp", Bytes: []byte("RIFF\x1a\x00\x00\x00WEBPVP8 \x0d\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x58\x02\x90\x01")}, true},    // 600 by 400
		{"WebP that moves", &feed.Picture{MediaType: "image/webp", Bytes: []byte(strings.Replace(webP(600, 400), "\x0a\x00\x00\x00\x00", "\x0a\x00\x00\x00\x02", 1))}, false},
		{"cut", &feed.Picture{MediaType: "image/png", Bytes: drawn(t, "image/png", 600, 400).Bytes[:20]}, false},
		{"cut WebP", &feed.Picture{MediaType: "image/webp", Bytes: []byte(webP(600, 400)[:25])}, false},
		{"heavy", &feed.Picture{MediaType: "image/png", Bytes: append(drawn(t, "image/png", 600, 400).Bytes, make([]byte, 1<<20)...)}, false},
	} {
		svg := cover.SVG(cover.Text{Title: "Bees", Picture: tc.picture})
		if got := bytes.Contains(svg, []byte("<image")); got != tc.want {
			t.Errorf("%s: it stands on the cover: %t, want %t", tc.name, got, tc.want)
		}
	}
}

func TestPictureOnACover(t *testing.T) {
	title := strings.Repeat("What Twenty Winters at the Harbour Taught Me ", 3)
	for size, height := range map[image.Point]float64{{1200, 630}: 315, {640, 640}: 450, {400, 700}: 450, {900, 310}: 300} {
		p := drawn(t, "image/jpeg", size.X, size.Y)
		svg := cover.SVG(cover.Text{Title: title, Subtitle: "Ada Marsh, Greta Lindholm, Tomás O’Brien and 12 others", Picture: p})
		if !bytes.Contains(svg, []byte("data:image/jpeg;base64,"+base64.StdEncoding.EncodeToString(p.Bytes))) {
			t.Errorf("%v: the picture is not on the cover", size)
		}
		last := height
		for _, l := range parse(t, svg).Texts {
			if top := l.Y - l.Size; top < last-l.Size*.9 || l.Y > cover.Height-20 {
				t.Errorf("%v: the line %q stands from %v to %v, after %v", size, l.Content, top, l.Y, last)
			}
			last = l.Y
		}
	}
	plain := cover.SVG(cover.Text{Title: title})
	if !bytes.Equal(plain, cover.SVG(cover.Text{Title: title, Picture: drawn(t, "image/png", 64, 64)})) {
		t.Error("an icon changes the cover")
	}
}
