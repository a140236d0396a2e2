package cover_test

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"

	"storyfeed/feed/cover"
)

type text struct {
	X         float64 `xml:"x,attr"`
	Y         float64 `xml:"y,attr"`
	Size      float64 `xml:"font-size,attr"`
	Direction string  `xml:"direction,attr"`
	Fill      string  `xml:"fill,attr"`
	Content   string  `xml:",chardata"`
}

type shape struct {
	Fill string `xml:"fill,attr"`
}

type drawing struct {
	Title string  `xml:"title"`
	Rect  shape   `xml:"rect"`
	Group shape   `xml:"g"`
	Texts []text  `xml:"text"`
	Any   []shape `xml:",any"`
}

func parse(t *testing.T, svg []byte) drawing {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	d.Strict = true
	var got drawing
	if err := d.Decode(&got); err != nil {
		t.Fatalf("%v in\n%s", err, svg)
	}
	return got
}

func lines(d drawing) string {
	var list []string
	for _, l := range d.Texts {
		list = append(list, l.Content)
	}
	return strings.Join(list, " / ")
}

func TestWhatStandsOnACover(t *testing.T) {
	for _, tc := range []struct {
		name string
		text cover.Text
		want string
	}{
		{"short", cover.Text{Title: "Night Trains"}, "Night / Trains"},
		{"authors", cover.Text{Title: "Bees", Subtitle: "Ada Marsh and others"}, "Bees / Ada Marsh and others"},
		{"nothing", cover.Text{}, ""},
		{"markup", cover.Text{Title: `<b>"A" & B</b>`}, `<b>"A" & / B</b>`},
		{"what XML forbids", cover.Text{Title: "a\x00b\xff\u202ec\n\td"}, "abc d"},
		{"no spaces", cover.Text{Title: "養蜂の静けさについての長い手紙"}, "養蜂の静け / さについて / の長い手紙"},
	} {
		if got := lines(parse(t, cover.SVG(tc.text))); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestTextStaysOnTheCover(t *testing.T) {
	for _, title := range []string{
		"Why I Still Love My Trade", "What Twenty Winters at the Harbour Taught Me, and What They Did Not",
		strings.Repeat("Donaudampfschifffahrtsgesellschaft", 9), strings.Repeat("word ", 300), strings.Repeat("字", 400), "رسالة من السطح عن النحل والصبر",
		"A", strings.Repeat("🐝", 50), "Donaudampfschifffahrtsgesellschaftskapitän",
	} {
		d := parse(t, cover.SVG(cover.Text{Title: title, Subtitle: strings.Repeat("Somebody With a Name, ", 20)}))
		if len(d.Texts) == 0 || len(d.Texts) > 14 {
			t.Errorf("%.30q: %d lines", title, len(d.Texts))
		}
		last := 0.0
		for _, l := range d.Texts {
			if l.Y <= last || l.Y > cover.Height-20 || l.Y-l.Size < 0 {
				t.Errorf("%.30q: a line at %v after one at %v", title, l.Y, last)
			}
			last = l.Y
			// However narrow a font is, an average letter has a third of its size.
			if w := float64(len([]rune(l.Content))) * l.Size / 3; w > cover.Width {
				t.Errorf("%.30q: the line %q is wider than the cover", title, l.Content)
			}
		}
	}
	d := parse(t, cover.SVG(cover.Text{Title: strings.Repeat("word ", 300)}))
	if got := d.Texts[len(d.Texts)-1].Content; !strings.HasSuffix(got, "…") {
		t.Errorf("a title that was cut ends with %q", got)
	}
	if d := parse(t, cover.SVG(cover.Text{Title: "رسالة من السطح"})); d.Texts[0].Direction != "rtl" || d.Texts[0].X < cover.Width/2 {
		t.Errorf("an Arabic title begins at %v, %q", d.Texts[0].X, d.Texts[0].Direction)
	}
}

func TestCoversDifferAndStay(t *testing.T) {
	seen := map[string]bool{}
	grounds := map[string]bool{}
	for _, title := range strings.Fields("bees trains harbour selling craft letters winters bells rope bread ink maps clocks cloth ears tides kilns owls") {
		svg := cover.SVG(cover.Text{Title: title})
		if !bytes.Equal(svg, cover.SVG(cover.Text{Title: title})) {
			t.Errorf("%s looks otherwise each time", title)
		}
		d := parse(t, svg)
		grounds[d.Rect.Fill] = true
		seen[strings.ReplaceAll(string(svg), title, "")] = true
		for _, under := range []string{d.Rect.Fill, d.Group.Fill} {
			if c := contrast(t, d.Texts[0].Fill, under); c < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.1f, want 4.5", title, d.Texts[0].Fill, under, c)
			}
		}
	}
	if len(seen) < 15 || len(grounds) < 5 {
		t.Errorf("18 covers have %d looks and %d grounds", len(seen), len(grounds))
	}
}

// contrast is that of WCAG 2.2 (§1.4.3, "contrast ratio").
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
