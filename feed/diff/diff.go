// Package diff tells what changed between two versions of a text, in the way
// people would: which paragraphs came, went or stayed, and within one that
// was worked over, which words.
//
//	for _, p := range diff.Texts(old, new) {
//		if p.Op == diff.Changed { ... p.Spans ... }
//	}
//
// The edit scripts are computed by the lcs package of go-udiff, which is that
// of the Go tools: it gives up after a hundred edits and returns the best it
// has, which bounds its work; what it left whole is looked at again a few
// times. Here is what a text needs beside that: what a paragraph and a word
// are, which removed paragraph became which added one, and that a lone "the"
// that both versions happen to share between other words is no unchanged text.
//
// Decided: words and not letters, since half-changed words can't be read;
// white space never counts, as in feed.ContentHash; the result is the same on
// every machine and at every time (the better known diff-match-patch bounds
// its work by a clock, so that its results, and the entity tags of pages made
// of them, hang on how busy the machine is). A paragraph that was moved is one
// removed and one added.
//
// Work and memory are linear in the texts' lengths, with a factor that no text
// can raise beyond a few hundred.
package diff

import (
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// Op says what became of a piece of text.
type Op uint8

// What can become of a paragraph; spans are never Changed.
const (
	Same Op = iota
	Removed
	Added
	Changed // only of paragraphs: some of its words were removed or added
)

// Span is a stretch of words of a paragraph, with the white space after them.
type Span struct {
	Op   Op
	Text string // of the new text when Op is Same; not empty
}

// Paragraph is one of the old text, the new one or both.
type Paragraph struct {
	Op    Op
	Spans []Span // in reading order; a single one of the same Op unless Op is Changed
}

// Texts compares two plain texts whose paragraphs are separated by empty lines,
// and returns all paragraphs of both in reading order, removed ones before
// those that came in their place. Paragraphs of more than 16 KB
// are taken apart. Texts that differ in white space only come out as the same.
func Texts(old, new string) []Paragraph {
	a, b := split(old), split(new)
	p := pairing{left: maxSimilarities}
	var all []Paragraph
	at := 0 // in b
	for _, d := range script(keys(a), keys(b)) {
		all = append(all, whole(Same, b[at:d.ReplStart])...)
		all = append(all, p.replaced(a[d.Start:d.End], b[d.ReplStart:d.ReplEnd])...)
		at = d.ReplEnd
	}
	return append(all, whole(Same, b[at:])...)
}

// Line compares two short texts, such as titles, by words. Where they have
// little in common, all of the old one was removed and all of the new one added.
func Line(old, new string) []Span {
	spans, related := words(old, new)
	if !related && old != "" && new != "" {
		return []Span{{Removed, old}, {Added, new}}
	}
	return spans
}

func whole(op Op, texts []string) []Paragraph {
	list := make([]Paragraph, len(texts))
	for i, t := range texts {
		list[i] = Paragraph{op, []Span{{op, t}}}
	}
	return list
}

// keys are texts as they are compared: with their white space folded.
func keys(texts []string) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = strings.Join(strings.Fields(t), " ")
	}
	return list
}

// Limits of the search beyond the first attempt, of which each costs up to a
// hundred comparisons an element.
const (
	maxRounds   = 32
	maxElements = 1 << 21 // rounds times elements
)

// script lists the stretches in which b differs from a, in order and apart
// from each other. One search finds at most a hundred edits, from both ends,
// so what lies between is searched again while there is something to gain.
func script(a, b []string) []lcs.Diff {
	diffs := lcs.DiffLines(a, b)
	for budget, round := maxElements, 0; round < maxRounds; round++ {
		i := widest(diffs)
		if i < 0 {
			break
		}
		d := diffs[i]
		if budget -= d.End - d.Start + d.ReplEnd - d.ReplStart; budget < 0 {
			break
		}
		inner := lcs.DiffLines(a[d.Start:d.End], b[d.ReplStart:d.ReplEnd])
		if len(inner) == 1 && inner[0].Start == 0 && inner[0].End == d.End-d.Start {
			break // nothing in common
		}
		for j := range inner {
			inner[j] = lcs.Diff{Start: inner[j].Start + d.Start, End: inner[j].End + d.Start, ReplStart: inner[j].ReplStart + d.ReplStart, ReplEnd: inner[j].ReplEnd + d.ReplStart}
		}
		diffs = append(diffs[:i:i], append(inner, diffs[i+1:]...)...)
	}
	return diffs
}

// widest is the replacement that may hide the most, -1 when all are within
// what one search sees through.
func widest(diffs []lcs.Diff) int {
	const seen = 50 // edits, from either end
	found, most := -1, seen
	for i, d := range diffs {
		if n := min(d.End-d.Start, d.ReplEnd-d.ReplStart); n > most {
			found, most = i, n
		}
	}
	return found
}
