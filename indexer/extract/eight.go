package extract

// Most bytes of a page are letters of ASCII, and every story is gone over by a
// dozen steps. Those that only count or look for something rare do it eight
// bytes at a time, as one number with the first byte lowest.

const (
	eachByte = 0x0101010101010101 // times a byte: eight of it
	highBits = 0x80 * eachByte    // a step's answer for each byte
	lowBits  = 0x7f * eachByte
)

// eight are the first eight bytes of a text that has so many.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// blanksIn marks the bytes that are a blank.
func blanksIn(w uint64) uint64 {
	w ^= ' ' * eachByte
	return ^((w&lowBits + lowBits) | w) & highBits
}

// atLeast marks the bytes of ASCII that are no less than c, which is ASCII, too.
func atLeast(w uint64, c byte) uint64 {
	return (w + (0x80-uint64(c))*eachByte) & highBits
}

// spaceIn marks the bytes of ASCII that [isSpace] accepts.
func spaceIn(w uint64) uint64 { return blanksIn(w) | atLeast(w, '\t')&^atLeast(w, '\r'+1) }

// lettersOrDigitsIn marks those bytes of ASCII.
func lettersOrDigitsIn(w uint64) uint64 {
	lower := w | 0x20*eachByte
	return atLeast(lower, 'a')&^atLeast(lower, 'z'+1) | atLeast(w, '0')&^atLeast(w, '9'+1)
}
