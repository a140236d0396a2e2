package diff

import "slices"

// Limits of the search for the paragraph that became another one.
const (
	maxSimilarities = 400_000 // pairs that are looked at, in all
	maxSketch       = 128     // words by which a paragraph is known again
	minSimilar      = 0.4     // share of words, of those of both, that two versions of one have in common
)

// pairing finds out which paragraphs were worked over.
type pairing struct{ left int } // pairs that may still be looked at

// replaced tells of the paragraphs old, in whose place new ones stand. Of all
// ways to pair them in order, the one with the most in common is taken; where
// there are too many for that, each is compared with its neighbour alone.
func (p *pairing) replaced(old, new []string) []Paragraph {
	var all []Paragraph
	i, j := 0, 0
	for _, m := range p.match(old, new) {
		spans, related := words(old[m.i], new[m.j])
		if !related {
			continue
		}
		all = append(all, whole(Removed, old[i:m.i])...)
		all = append(all, whole(Added, new[j:m.j])...)
		all = append(all, Paragraph{Changed, spans})
		i, j = m.i+1, m.j+1
	}
	all = append(all, whole(Removed, old[i:])...)
	return append(all, whole(Added, new[j:])...)
}

type pair struct{ i, j int }

// match pairs paragraphs, in order.
func (p *pairing) match(old, new []string) []pair {
	n := len(old) * len(new)
	if n == 0 {
		return nil
	}
	a, b := sketches(old), sketches(new)
	if n > p.left {
		return neighbours(a, b)
	}
	p.left -= n
	// best[i][j] is the most that old[i:] and new[j:] can have in common.
	width := len(new) + 1
	best := make([]float32, (len(old)+1)*width)
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(new) - 1; j >= 0; j-- {
			most := max(best[(i+1)*width+j], best[i*width+j+1])
			if s := similarity(a[i], b[j]); s >= minSimilar {
				most = max(most, best[(i+1)*width+j+1]+s)
			}
			best[i*width+j] = most
		}
	}
	var pairs []pair
	for i, j := 0, 0; i < len(old) && j < len(new); {
		switch best[i*width+j] {
		case best[(i+1)*width+j]:
			i++
		case best[i*width+j+1]:
			j++
		default:
			pairs = append(pairs, pair{i, j})
			i, j = i+1, j+1
		}
	}
	return pairs
}

// neighbours pairs each paragraph with the one at the same place.
func neighbours(a, b [][]uint64) []pair {
	var pairs []pair
	for i := range min(len(a), len(b)) {
		if similarity(a[i], b[i]) >= minSimilar {
			pairs = append(pairs, pair{i, i})
		}
	}
	return pairs
}

// sketches are the hashes of each text's words, in order, a word's second time
// being another word; of many, the lowest, which are the same sample in every
// text.
func sketches(texts []string) [][]uint64 {
	list := make([][]uint64, len(texts))
	for i, t := range texts {
		var hashes []uint64
		for _, k := range cut(t).keys {
			if spoken(k) {
				hashes = append(hashes, hash(k))
			}
		}
		slices.Sort(hashes)
		var last, times uint64
		for i, h := range hashes {
			if times++; h != last {
				last, times = h, 0
			}
			hashes[i] += times * oddly
		}
		slices.Sort(hashes)
		list[i] = slices.Clone(hashes[:min(len(hashes), maxSketch)])
	}
	return list
}

// oddly is what the hash of a word grows by when it comes again.
const oddly = 0x9e3779b97f4a7c15

// hash is FNV-1a: one with a seed would make results differ from run to run.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// similarity is the share of words that two texts have in common, 0 to 1.
func similarity(a, b []uint64) float32 {
	if len(a)+len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return 2 * float32(common) / float32(len(a)+len(b))
}
