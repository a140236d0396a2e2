package profile

import "strings"

// Agree is the agreement from which two readings of one page are the same.
const Agree = .9

// Agreement says how alike two texts are: twice the number of sequences of four
// words that both have, by the number that each has. It is 1 for equal texts,
// 0 for texts without a sequence in common. Case, marks, spacing and numbers
// do not count; of two texts without words it is 1. From [Agree] on they are
// readings of the same story.
func Agreement(a, b string) float64 {
	sa, sb := setOf(a), setOf(b)
	if len(sa)+len(sb) == 0 {
		return 1
	}
	return 2 * float64(common(sa, sb)) / float64(len(sa)+len(sb))
}

// Contains is the share of part's sequences of four words that whole has, too;
// 1 if part has no words.
func Contains(whole, part string) float64 {
	p := setOf(part)
	if len(p) == 0 {
		return 1
	}
	return float64(common(p, setOf(whole))) / float64(len(p))
}

func setOf(text string) map[uint64]bool {
	set := map[uint64]bool{}
	for _, s := range shingles(appendWords(nil, text)) {
		set[s] = true
	}
	return set
}

func common(a, b map[uint64]bool) int {
	n := 0
	for s := range a {
		if b[s] {
			n++
		}
	}
	return n
}

// Strip cuts from a text, as extract.Text writes it, the paragraphs at its
// ends that repeat on the source's pages: furniture that was read as part of
// a story before the profile knew it. Texts that are equal after it differ by
// the template alone. A nil set returns the text.
func (s *Set) Strip(text string) string {
	if s == nil {
		return text
	}
	prints := map[uint64]bool{}
	for _, p := range s.Profiles {
		for _, f := range p.Furniture {
			prints[f.Hash] = true
		}
	}
	if len(prints) == 0 {
		return text
	}
	var kept []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if !prints[printOf(part)] {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n\n")
}

// hasWord reports whether printOf has anything to go by.
func hasWord(text string) bool {
	for i := range len(text) {
		if c := text[i] | 0x20; 'a' <= c && c <= 'z' {
			return true
		}
	}
	return printOf(text) != 0
}

// printOf is the fingerprint of a block's text. Digits are folded to one, so
// that a counter in it does not make it another.
func printOf(text string) uint64 {
	h, n := uint64(fnvOffset), 0
	for _, w := range appendWords(nil, text) {
		h = (h ^ w) * fnvPrime
		h ^= h >> 29
		n++
	}
	if n == 0 {
		return 0
	}
	return h
}
