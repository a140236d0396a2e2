package cover

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"storyfeed/feed"
)

// Limits of a picture that stands on a cover. What sites say for a series may be
// an icon, the bar of their logo, or a photograph for the wall.
const (
	leastWidth, leastHeight = 300, 200 // pixels
	mostBytes               = 1 << 20
	flattest, narrowest     = 3.0, 0.5 // width by height
)

// The height of a picture on a cover, in units: with its own proportions, and cut
// at its edges where it is beyond them.
const (
	lowest  = 300
	highest = 450
)

// heightOf is how high a picture stands on a cover; false: it does not. GIF may
// move, and has no place where nobody can stop it.
func heightOf(p *feed.Picture) (units int, ok bool) {
	if p == nil || len(p.Bytes) > mostBytes {
		return 0, false
	}
	c, err := measure(*p)
	if err != nil || c.Width < leastWidth || c.Height < leastHeight {
		return 0, false
	}
	if shape := float64(c.Width) / float64(c.Height); shape > flattest || shape < narrowest {
		return 0, false
	}
	return min(max(Width*c.Height/c.Width, lowest), highest), true
}

func measure(p feed.Picture) (image.Config, error) {
	switch p.MediaType {
	case "image/jpeg":
		return jpeg.DecodeConfig(bytes.NewReader(p.Bytes))
	case "image/png":
		// What moves says so before its first data (PNG, third edition, §11.3.6.1).
		if head, _, _ := bytes.Cut(p.Bytes, []byte("IDAT")); bytes.Contains(head, []byte("acTL")) {
			return image.Config{}, errors.New("it moves")
		}
		return png.DecodeConfig(bytes.NewReader(p.Bytes))
	case "image/webp":
		return measureWebP(p.Bytes)
	}
	return image.Config{}, errors.New("no picture for a cover")
}

// measureWebP reads the size of a WebP file from its first chunk (RFC 9649 §2.5
// to §2.7), whose payload begins at byte 20.
func measureWebP(b []byte) (c image.Config, err error) {
	if len(b) < 30 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return c, errors.New("no WebP file")
	}
	size := func(width, height uint32) image.Config { return image.Config{Width: int(width), Height: int(height)} }
	switch string(b[12:16]) {
	case "VP8 ": // a key frame: tag, start code, two times 14 bits (RFC 6386 §9.1)
		return size(uint32(binary.LittleEndian.Uint16(b[26:])&0x3fff), uint32(binary.LittleEndian.Uint16(b[28:])&0x3fff)), nil
	case "VP8L": // signature, two times 14 bits, less one
		both := binary.LittleEndian.Uint32(b[21:])
		return size(both&0x3fff+1, both>>14&0x3fff+1), nil
	case "VP8X": // flags, of which the second bit says that it moves, two times 24 bits, less one
		if b[20]&2 != 0 {
			return c, errors.New("it moves")
		}
		return size(binary.LittleEndian.Uint32(b[24:])&0xffffff+1, binary.LittleEndian.Uint32(b[26:])>>8+1), nil
	}
	return c, errors.New("no WebP picture")
}

// drawPicture lays a picture over the top of a cover, on paper: it may be a
// drawing on nothing. It is within the document (RFC 2397), as covers are shown
// where nothing else can be loaded. Older readers of books know xlink alone.
func drawPicture(b *bytes.Buffer, p *feed.Picture, height int) {
	fmt.Fprintf(b, `<rect width="%d" height="%d" fill="%s"/>`, Width, height, ink)
	fmt.Fprintf(b, `<image width="%d" height="%d" preserveAspectRatio="xMidYMid slice" xlink:href="data:%s;base64,%s"/>`,
		Width, height, p.MediaType, base64.StdEncoding.EncodeToString(p.Bytes))
}
