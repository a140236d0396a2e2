package cover

import (
	"bytes"
	"fmt"
)

// look is a set of colours: the ink has a contrast of 7 to 1 and more on each
// ground, and of 4.5 on what patterns lay over it (WCAG 2.2 §1.4.6, §1.4.3).
type look struct{ ground, shade, bright string }

var looks = []look{
	{"#7b2d16", "#8c3a20", "#f0a074"},
	{"#17494a", "#20585a", "#8fd0c3"},
	{"#2a3765", "#354478", "#a9b8f0"},
	{"#57324f", "#683f5f", "#e3a9cf"},
	{"#364a2b", "#435936", "#b9d58f"},
	{"#664310", "#775019", "#f2c56b"},
	{"#20384a", "#2b475b", "#93c4e6"},
	{"#632238", "#752e46", "#f29fb4"},
}

// drawPattern fills the lower half, quietly: it lies under the names.
func drawPattern(b *bytes.Buffer, l look, dice uint64) {
	patterns := []func(*bytes.Buffer, uint64){hills, rings, stripes, dots}
	fmt.Fprintf(b, `<g fill="%s" stroke="none">`, l.shade)
	patterns[dice%uint64(len(patterns))](b, dice/uint64(len(patterns)))
	b.WriteString("</g>")
}

// hills are three waves, one before the other.
func hills(b *bytes.Buffer, dice uint64) {
	for i := range 3 {
		y := 560 + 90*i
		lift := 30 + int(dice>>(8*i)&63)
		if i%2 == 1 {
			lift = -lift
		}
		fmt.Fprintf(b, `<path fill-opacity=".%d" d="M0 %dC200 %d 400 %d 600 %dV900H0Z"/>`, 45+15*i, y, y-lift, y+lift, y)
	}
}

// rings lie around a point at the right.
func rings(b *bytes.Buffer, dice uint64) {
	x, y := 430+int(dice&63), 690+int(dice>>6&63)
	for r := 80; r <= 320; r += 80 {
		fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="%d" fill-opacity=".5"/>`, x, y, r)
	}
}

// stripes rise from left to right.
func stripes(b *bytes.Buffer, dice uint64) {
	rise := 60 + int(dice&127)
	for y := 590; y < 1080; y += 96 {
		fmt.Fprintf(b, `<path d="M0 %dL600 %dv44L0 %dZ"/>`, y, y-rise, y+44)
	}
}

// dots grow towards the bottom.
func dots(b *bytes.Buffer, dice uint64) {
	shift := int(dice & 31)
	for row := range 6 {
		for col := range 11 {
			fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="%d"/>`, col*60+row%2*30-shift/2, 580+row*60, 6+3*row)
		}
	}
}
