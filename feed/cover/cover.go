// Package cover draws covers for series: a title, who wrote it, and a pattern,
// as SVG; over them the picture that the series brings, if it brings one.
//
//	svg := cover.SVG(cover.Text{Title: "Letters from the Harbour", Subtitle: "Ada Marsh and others"})
//
// The same text gives the same bytes on every machine; colours and pattern
// follow from the title, so that series are told apart at a glance.
//
// Decided: SVG with the fonts of whoever looks, and breaks between lines from
// the usual widths of letters. A bitmap needs fonts in the program that know
// every script (5 MB for Latin, Greek and Cyrillic, 20 MB with the scripts of
// East Asia), and looks coarse on paper. The drawing uses attributes only, no
// style: it stands under any content security policy. A picture does not become
// the cover: what sites have is flat, cut to the shape of a book it loses two
// thirds, and often it is that of the whole site.
package cover

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"

	"storyfeed/feed"
)

// Width and Height are the size of a cover in its own units: two to three,
// as books have it.
const (
	Width  = 600
	Height = 900
)

// MediaType is that of [SVG].
const MediaType = "image/svg+xml"

// Text is what stands on a cover: plain text of any length and script. What
// finds no room is cut, with an ellipsis.
type Text struct {
	Title    string // empty: none is written
	Subtitle string // such as the authors; empty: none

	// Picture stands above the title if it is a JPEG, PNG or WebP of 300 by 200
	// pixels or more and of up to 1 MB, at most three times as wide as high and
	// twice as high as wide, and does not move. Nil, or another one: none does.
	Picture *feed.Picture
}

// Where things stand.
const (
	margin      = 52
	column      = Width - 2*margin // how wide text may be
	ruleTop     = 96
	titleTop    = 150
	titleHeight = 400 // how high the title may be
	titleEnd    = 755 // where it ends at the latest below a picture
	footBase    = Height - 58
	footSize    = 32
	footLines   = 2
	lineHeight  = 1.14 // of the font size
)

// The sizes of a title, tried from the largest on.
var titleSizes = []float64{84, 72, 62, 54, 47, 41, 36}

// SVG draws a cover, as a document of its own.
func SVG(t Text) []byte {
	t.Title, t.Subtitle = clean(t.Title), clean(t.Subtitle)
	h := fnv.New64a()
	h.Write([]byte(t.Title))
	dice := h.Sum64()
	dice ^= dice >> 29 // the low bits of FNV hang on the last letters
	dice *= 0xbf58476d1ce4e5b9
	dice ^= dice >> 32
	look := looks[dice%uint64(len(looks))]

	rule, top, room, xlink := ruleTop, titleTop, float64(titleHeight), ""
	height, pictured := heightOf(t.Picture)
	if pictured {
		rule, top = height+54, height+90
		room, xlink = float64(titleEnd-top), ` xmlns:xlink="http://www.w3.org/1999/xlink"`
	}

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg"%s viewBox="0 0 %d %d" width="%d" height="%d" role="img">`, xlink, Width, Height, Width, Height)
	if t.Title != "" {
		fmt.Fprintf(&b, "<title>%s</title>", escape(t.Title))
	}
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="%s"/>`, Width, Height, look.ground)
	drawPattern(&b, look, dice/uint64(len(looks)))
	if pictured {
		drawPicture(&b, t.Picture, height)
	}
	fmt.Fprintf(&b, `<path d="M%d %dh72" stroke="%s" stroke-width="7"/>`, startOf(t.Title, 72), rule, look.bright)

	lines, size := fit(t.Title, room)
	drawLines(&b, lines, block{top: float64(top), size: size, fill: ink, font: serif, weight: 600})
	foot := wrap(t.Subtitle, footSize, footLines)
	footTop := footBase - (float64(len(foot))-1)*footSize*lineHeight - footSize
	drawLines(&b, foot, block{top: footTop, size: footSize, fill: ink, font: sans, weight: 400})
	b.WriteString("</svg>\n")
	return b.Bytes()
}

const (
	ink   = "#fdf8ec"
	serif = "Iowan Old Style, Palatino, Palatino Linotype, URW Palladio L, P052, Charter, Noto Serif, Georgia, serif"
	sans  = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Ubuntu, sans-serif"
)

// block is a paragraph that is drawn in one way.
type block struct {
	top    float64
	size   float64
	fill   string
	font   string
	weight int
}

func drawLines(b *bytes.Buffer, lines []string, k block) {
	for i, line := range lines {
		x, direction := margin, ""
		if rightToLeft(line) {
			x, direction = Width-margin, ` direction="rtl"`
		}
		fmt.Fprintf(b, `<text x="%d" y="%.0f" font-family="%s" font-size="%.0f" font-weight="%d" fill="%s"%s>%s</text>`,
			x, k.top+k.size*(float64(i)*lineHeight+.82), k.font, k.size, k.weight, k.fill, direction, escape(line))
	}
}

// startOf is where something of that width begins, on the side on which the
// text does.
func startOf(text string, width int) int {
	if rightToLeft(text) {
		return Width - margin - width
	}
	return margin
}

// rightToLeft reports whether the first letter of a text is of a script that
// is written so.
func rightToLeft(text string) bool {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

// clean folds white space and drops what XML forbids (XML 1.0 §2.2) and what
// would turn the direction of a line.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, r == 0xfffe, r == 0xffff, r < ' ' && !unicode.IsSpace(r):
			return -1
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
