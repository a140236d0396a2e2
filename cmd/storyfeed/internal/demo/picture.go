package demo

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// sizes of the pictures that are served.
var sizes = map[string]image.Point{"480x270": {480, 270}, "960x540": {960, 540}}

// picture serves an upload: NAME-WIDTHxHEIGHT.png, where NAME is the slug of
// a post (its large picture) or that with the number of a figure.
func (b *Blog) picture(file string) (reply, bool) {
	i := strings.LastIndex(file, "-")
	size, isPNG := strings.CutSuffix(file[i+1:], ".png")
	at, known := sizes[size]
	if i < 0 || !isPNG || !known {
		return reply{}, false
	}
	name := file[:i]
	for _, p := range b.posts {
		if p.Slug == name || slices.Contains(p.Pictures, uploads+name) {
			return reply{kind: "image/png", body: paint(name, at), modified: p.Published}, true
		}
	}
	return reply{}, false
}

// paint draws hills below an evening sky, always the same for a name.
func paint(name string, size image.Point) []byte {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	dice := rand.New(rand.NewPCG(h.Sum64(), 0))
	hue := dice.Float64()
	const sky, hills = 6, 4
	var palette color.Palette
	for i := range sky {
		palette = append(palette, shade(hue, .25, .95-.05*float64(i)))
	}
	for i := range hills {
		palette = append(palette, shade(hue+.45, .45, .6-.12*float64(i)))
	}
	img := image.NewPaletted(image.Rectangle{Max: size}, palette)
	for i := range img.Pix {
		img.Pix[i] = uint8(i / img.Stride * sky / size.Y)
	}
	for k := range hills {
		phase, waves := dice.Float64()*6, 2+dice.Float64()*4
		for x := range size.X {
			swell := math.Sin(phase+waves*float64(x)/float64(size.X)) * .07
			top := int((.45 + .14*float64(k) + swell) * float64(size.Y))
			for y := max(0, top); y < size.Y; y++ {
				img.SetColorIndex(x, y, uint8(sky+k))
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic("encode " + name + " of " + strconv.Itoa(size.X) + ": " + err.Error()) // a buffer takes everything
	}
	return out.Bytes()
}

// shade is a colour by hue (in turns), saturation and lightness.
func shade(hue, saturation, light float64) color.Color {
	channel := func(turn float64) uint8 {
		wave := .5 + .5*math.Cos(2*math.Pi*(hue-turn))
		return uint8(255 * max(0, min(1, light*(1-saturation+saturation*wave))))
	}
	return color.RGBA{channel(0), channel(1. / 3), channel(2. / 3), 255}
}
