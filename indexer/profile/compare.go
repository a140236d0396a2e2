package profile

// Agreement is the share of the texts' sequences of four words that both
// have, of those that either has, counted by Dice: 1 for equal texts, 0 for
// texts without a sequence in common. Case, marks and spacing do not count.
// From [Agree] on the texts are the same story's.
func Agreement(a, b string) float64 { return 0 }

// Contains is the share of part's sequences of four words that whole has.
func Contains(whole, part string) float64 { return 0 }

// Agree is the agreement from which two readings of one page are the same.
const Agree = .9

// Strip cuts from a text, as extract.Text writes it, the paragraphs that
// repeat on the source's pages: furniture that was read as part of a story
// before the profile knew it. Texts that are equal after it differ by the
// template alone. A nil set returns the text.
func (s *Set) Strip(text string) string { return text }
