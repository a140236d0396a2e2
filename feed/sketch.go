package feed

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
)

// Sketch is a small fingerprint of a text by which near copies of it are found
// among thousands: the smallest hashes of its sequences of four words
// (Broder, "On the resemblance and containment of documents", 1997). Case,
// marks and spacing do not count. It is sorted and holds at most 64 values;
// that of a text of less than four words is empty and resembles nothing.
type Sketch []uint32

const (
	sketchSize = 64
	shingle    = 4 // words
)

// NewSketch makes the sketch of a text.
func NewSketch(text string) Sketch {
	words := foldedWords(text)
	var all Sketch
	h := fnv.New32a()
	for i := 0; i+shingle <= len(words); i++ {
		h.Reset()
		for _, w := range words[i : i+shingle] {
			_, _ = h.Write([]byte(w)) // a hash can't fail
			_, _ = h.Write([]byte{' '})
		}
		all = append(all, mixed(h.Sum32()))
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.Clone(all[:min(len(all), sketchSize)])
}

// mixed spreads a hash evenly over all values, which FNV's short sums are not.
func mixed(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// foldedWords are the words of a text in lower case; each character of a
// script without spaces is one.
func foldedWords(text string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		from := 0
		for i, r := range w {
			if !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
				continue
			}
			if i > from {
				words = append(words, w[from:i])
			}
			from = i + len(string(r))
			words = append(words, w[i:from])
		}
		if from < len(w) {
			words = append(words, w[from:])
		}
	}
	return words
}

// Resemblance estimates the share of sequences that two texts have in common,
// of those that either has (Jaccard): 1 for equal texts; give or take .06.
func (s Sketch) Resemblance(o Sketch) float64 {
	most := min(sketchSize, max(len(s), len(o)))
	common, seen, i, j := 0, 0, 0, 0
	for seen < most && i < len(s) && j < len(o) {
		seen++
		switch {
		case s[i] == o[j]:
			common++
			i++
			j++
		case s[i] < o[j]:
			i++
		default:
			j++
		}
		if seen == hopeless && common == 0 {
			return 0
		}
	}
	if most == 0 {
		return 0
	}
	// What is left over when one sketch ends is in the other alone.
	seen += min(most-seen, len(s)-i+len(o)-j)
	return float64(common) / float64(seen)
}

// hopeless is after how many hashes without one in common two texts are given
// up: of texts that are half the same one pair in 65,000 is missed.
const hopeless = 16

// Bytes is the sketch as it is stored.
func (s Sketch) Bytes() []byte {
	b := make([]byte, 0, 4*len(s))
	for _, v := range s {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

// SketchOf reads what [Sketch.Bytes] wrote.
func SketchOf(b []byte) Sketch {
	s := make(Sketch, 0, len(b)/4)
	for ; len(b) >= 4; b = b[4:] {
		s = append(s, binary.BigEndian.Uint32(b))
	}
	return s
}
