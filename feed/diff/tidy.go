package diff

import "github.com/aymanbagabas/go-udiff/lcs"

// tidy joins edits with little between them: a comma or a "the" that both
// texts happen to have in the midst of other words makes a sentence of
// splinters. What lies between two edits stays if it has more words than the
// smaller of them, as many as the larger one, or more than a few.
func tidy(edits []lcs.Diff, a, b tokens) []lcs.Diff {
	const few = 3
	var out []lcs.Diff
	for _, d := range edits {
		for len(out) > 0 {
			last := out[len(out)-1]
			between := spokenWords(b.keys[last.ReplEnd:d.ReplStart], few+1)
			v, w := weight(last, a, b), weight(d, a, b)
			if between > few || between > 0 && (between > min(v, w) || between >= max(v, w)) {
				break
			}
			d.Start, d.ReplStart = last.Start, last.ReplStart
			out = out[:len(out)-1]
		}
		out = append(out, d)
	}
	return out
}

// weight is how many words an edit removes or adds, whichever is more.
func weight(d lcs.Diff, a, b tokens) int {
	const enough = 8
	return max(spokenWords(a.keys[d.Start:d.End], enough), spokenWords(b.keys[d.ReplStart:d.ReplEnd], enough))
}

// spokenWords counts words, punctuation aside, up to most.
func spokenWords(keys []string, most int) int {
	n := 0
	for _, k := range keys {
		if spoken(k) {
			if n++; n >= most {
				break
			}
		}
	}
	return n
}
